// SPDX-License-Identifier: MIT
// The mapping functions of NDIS, Storport and the video port: the same ledger and the same rules as
// MmMapIoSpace, under their own names. Sources: nf-ndis-ndismmapiospace, -ndismunmapiospace,
// nf-storport-storportgetdevicebase, nf-video-videoportmapmemory.
#include "harness.h"

#include <ndis.h>
#include <storport.h>
#include <video.h>

static char extension[16];

static PVOID ndis_map(UINT bytes)
{
    PVOID va = extension;
    NDIS_STATUS status = NdisMMapIoSpace(&va, extension, physical(BAR + 0x10), bytes);
    assert_int_equal(status, va != NULL ? NDIS_STATUS_SUCCESS : NDIS_STATUS_RESOURCES);
    return va;
}

static PVOID stor_map(ULONG bytes)
{
    return StorPortGetDeviceBase(extension, PCIBus, 0, physical(BAR), bytes, FALSE);
}

static VP_STATUS video_map(ULONG bytes, ULONG space, PVOID *va)
{
    return VideoPortMapMemory(extension, physical(BAR), &bytes, &space, va);
}

static void ndis_maps_and_unmaps(void **state)
{
    (void)state;
    unsigned line = __LINE__ + 1;
    PVOID va = ndis_map(2 * PAGE);
    (void)line;

    syspte_mapping mapping = mapping_at(va);
    assert_int_equal(mapping.context->api, SYSPTE_API_NDIS_M_MAP_IO_SPACE);
    assert_string_equal(mapping.context->function, "ndis_map");
    assert_int_equal(mapping.physical_address, BAR + 0x10);
    assert_int_equal(mapping.pte_count, 3);
    *(volatile UCHAR *)va = 0x5C;
    NdisMUnmapIoSpace(extension, va, 2 * PAGE);
    assert_int_equal(syspte_counters_now().live_ptes, 0);
    assert_no_findings();
}

static void ndis_says_why_it_fails(void **state)
{
    PVOID va = extension;
    (void)state;
    boot_profile("tiny");

    assert_null(ndis_map(300 * PAGE));
    assert_int_equal(NdisMMapIoSpace(&va, extension, physical(BAR), 0), NDIS_STATUS_FAILURE);
    assert_null(va);
    (void)only_finding(SYSPTE_RULE_MAP_ZERO);
}

static void storport_keeps_the_length(void **state)
{
    (void)state;
    PVOID first = stor_map(5 * PAGE + 1);
    PVOID second = stor_map(PAGE);
    assert_int_equal(syspte_counters_now().live_ptes, 7);

    StorPortFreeDeviceBase(extension, first);

    assert_int_equal(syspte_counters_now().live_ptes, 1);
    StorPortFreeDeviceBase(extension, second);
    assert_int_equal(syspte_counters_now().live_ptes, 0);
    assert_no_findings();
}

static void ports_are_their_own_addresses(void **state)
{
    PVOID va = NULL;
    ULONG bytes = 8;
    ULONG space = VIDEO_MEMORY_SPACE_IO;
    (void)state;
    PVOID port = StorPortGetDeviceBase(extension, Isa, 0, physical(0x3F8), 8, TRUE);
    assert_ptr_equal(port, (PVOID)0x3F8);
    StorPortFreeDeviceBase(extension, port);
    assert_int_equal(VideoPortMapMemory(extension, physical(0x3C0), &bytes, &space, &va), NO_ERROR);
    assert_ptr_equal(va, (PVOID)0x3C0);
    assert_int_equal(VideoPortUnmapMemory(extension, va, NULL), NO_ERROR);
    assert_int_equal(syspte_counters_now().maps, 0);
    assert_no_findings();
}

static void video_port_maps_and_unmaps(void **state)
{
    PVOID va = NULL;
    PVOID frame = NULL;
    (void)state;
    assert_int_equal(video_map(3 * PAGE, VIDEO_MEMORY_SPACE_MEMORY, &va), NO_ERROR);
    assert_int_equal(mapping_at(va).context->cache, SYSPTE_CACHE_NONCACHED);
    assert_int_equal(VideoPortUnmapMemory(extension, va, NULL), NO_ERROR);
    assert_int_equal(video_map(PAGE, VIDEO_MEMORY_SPACE_P6CACHE, &frame), NO_ERROR);
    assert_int_equal(mapping_at(frame).context->cache, SYSPTE_CACHE_WRITE_COMBINED);
    assert_int_equal(VideoPortUnmapMemory(extension, frame, NULL), NO_ERROR);
    assert_int_equal(video_map(PAGE, VIDEO_MEMORY_SPACE_USER_MODE, &va), ERROR_INVALID_FUNCTION);
    assert_int_equal(syspte_counters_now().live_ptes, 0);
    assert_no_findings();
}

static void video_port_says_why_it_fails(void **state)
{
    PVOID va = NULL;
    (void)state;
    boot_profile("tiny");
    assert_int_equal(video_map(300 * PAGE, 0, &va), ERROR_NOT_ENOUGH_MEMORY);
    assert_null(va);
    assert_int_equal(video_map(0, 0, &va), ERROR_INVALID_PARAMETER);
}

static void what_is_never_unmapped_is_a_leak_under_its_own_name(void **state)
{
    static const unsigned apis[] = {SYSPTE_API_NDIS_M_MAP_IO_SPACE,
                                    SYSPTE_API_STOR_PORT_GET_DEVICE_BASE,
                                    SYSPTE_API_VIDEO_PORT_MAP_MEMORY};
    PVOID va = NULL;
    syspte_finding finding;
    (void)state;
    (void)ndis_map(PAGE);
    (void)stor_map(PAGE);
    (void)video_map(PAGE, 0, &va);

    assert_int_equal(syspte_shutdown(), 3);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(syspte_finding_at(i, &finding));
        assert_int_equal(finding.rule, SYSPTE_RULE_LEAK);
        assert_int_equal(finding.call->api, apis[i]);
    }
}

static PVOID subject;

static void act_ndis_other_length(void)
{
    NdisMUnmapIoSpace(extension, subject, PAGE);
}

static void act_stor_twice(void)
{
    StorPortFreeDeviceBase(extension, subject);
    StorPortFreeDeviceBase(extension, subject);
}

static void act_video_middle(void)
{
    (void)VideoPortUnmapMemory(extension, (PUCHAR)subject + PAGE, NULL);
}

static void act_ndis_at_apc(void)
{
    KIRQL before;
    KeRaiseIrql(APC_LEVEL, &before);
    (void)ndis_map(PAGE);
}

static void misuse_is_told_as_that_of_any_mapping(void **state)
{
    (void)state;
    subject = ndis_map(2 * PAGE);
    assert_true(stops(act_ndis_other_length));
    assert_int_equal(seen.stop.parameter[0], 0x305);
    assert_int_equal(finding_of(SYSPTE_RULE_UNMAP_WRONG_SPAN).call->api,
                     SYSPTE_API_NDIS_M_UNMAP_IO_SPACE);

    boot(NULL);
    subject = stor_map(2 * PAGE);
    assert_true(stops(act_stor_twice));
    assert_int_equal(seen.stop.parameter[0], 0x306);
    assert_int_equal(finding_of(SYSPTE_RULE_UNMAP_TWICE).mapped->api,
                     SYSPTE_API_STOR_PORT_GET_DEVICE_BASE);

    boot(NULL);
    assert_int_equal(video_map(3 * PAGE, 0, &subject), NO_ERROR);
    assert_true(stops(act_video_middle));
    assert_int_equal(seen.stop.parameter[0], 0x304);
}

static void port_functions_are_for_passive_level(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.strictness = SYSPTE_VERIFIER;
    boot(&config);
    assert_true(stops(act_ndis_at_apc));
    assert_stop(0xC4, 0xE5, APC_LEVEL, 0, 0);
    (void)finding_of(SYSPTE_RULE_PORT_IRQL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(ndis_maps_and_unmaps),
        hooked_test(ndis_says_why_it_fails),
        machine_test(storport_keeps_the_length),
        machine_test(ports_are_their_own_addresses),
        machine_test(video_port_maps_and_unmaps),
        hooked_test(video_port_says_why_it_fails),
        machine_test(what_is_never_unmapped_is_a_leak_under_its_own_name),
        machine_test(misuse_is_told_as_that_of_any_mapping),
        hooked_test(port_functions_are_for_passive_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
