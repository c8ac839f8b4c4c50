// SPDX-License-Identifier: MIT
// What a driver's author learns from syspte about the two drivers of this folder. The findings of
// the leaking one are asserted as data, because a test that merely ran it under
// syspte_unit_test_cycles would fail, as it should.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <syspte/syspte.h>
#include "xen_resume.h"

#define SHARED_INFO_ADDRESS 0xF2000000
#define GRANT_TABLE_ADDRESS 0xF2100000

enum { CYCLES = 20 };

typedef NTSTATUS (*resume_routine)(PDEVICE_EXTENSION);
typedef VOID (*suspend_routine)(PDEVICE_EXTENSION);

static DEVICE_EXTENSION device;

static void device_prepare(void)
{
    assert_true(
        syspte_memory_add(SHARED_INFO_ADDRESS, XEN_SHARED_INFO_BYTES, SYSPTE_MEMORY_RAM_SHARED));
    assert_true(
        syspte_memory_add(GRANT_TABLE_ADDRESS, XEN_GRANT_TABLE_BYTES, SYSPTE_MEMORY_RAM_SHARED));
    memset(&device, 0, sizeof device);
    device.SharedInfoAddress.QuadPart = SHARED_INFO_ADDRESS;
    device.GrantTableAddress.QuadPart = GRANT_TABLE_ADDRESS;
}

static void machine_boot(uint64_t pte_count)
{
    syspte_config config = syspte_config_default();

    config.pte_count = pte_count;
    assert_true(syspte_boot(&config));
    device_prepare();
}

static int boot_win7(void **state)
{
    (void)state;
    machine_boot(0);
    return 0;
}

static int shut_down(void **state)
{
    (void)state;
    syspte_shutdown();
    return 0;
}

// Resumes once, as at device start, and then goes through the cycles; the PTEs they grew by.
static uint64_t cycles_run(resume_routine resume, suspend_routine suspend)
{
    uint64_t grown = 0;

    assert_true(NT_SUCCESS(resume(&device)));
    for (int i = 0; i < CYCLES; i++) {
        syspte_scope scope = syspte_scope_enter_cycle("suspend/resume");

        suspend(&device);
        assert_true(NT_SUCCESS(resume(&device)));
        grown += syspte_scope_leave(scope);
    }
    return grown;
}

// The number of the one line of xen_resume.c that contains `text`.
static unsigned line_with(const char *text)
{
    FILE *file = fopen(XEN_RESUME_FOLDER "/xen_resume.c", "r");
    char line[256];
    unsigned found = 0;

    assert_non_null(file);
    for (unsigned number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        if (strstr(line, text) != NULL) {
            assert_int_equal(found, 0);
            found = number;
        }
    }
    fclose(file);
    assert_int_not_equal(found, 0);
    return found;
}

// The finding about the call in `line` of xen_resume.c.
static syspte_finding finding_about(unsigned line)
{
    syspte_finding finding;

    for (size_t i = 0; syspte_finding_at(i, &finding); i++) {
        const char *file = finding.call->file;

        if (file != NULL && strstr(file, "xen_resume.c") != NULL && finding.call->line == line) {
            return finding;
        }
    }
    fail_msg("no finding about xen_resume.c:%u", line);
    return finding;
}

static void assert_growth(const char *source_text, uint64_t ptes_per_cycle, uint64_t physical)
{
    syspte_finding finding = finding_about(line_with(source_text));

    assert_int_equal(finding.rule, SYSPTE_RULE_GROWTH);
    assert_string_equal(finding.call->function, "XenResume");
    assert_string_equal(syspte_api_name(finding.call->api), "MmMapIoSpace");
    assert_int_equal(finding.cycles_judged, CYCLES - 1); // the first is the warm-up
    assert_int_equal(finding.cycles, CYCLES - 1);
    assert_int_equal(finding.pte_count, ptes_per_cycle * (CYCLES - 1));
    assert_int_equal(finding.physical_address, physical);
}

static void leaking_driver_is_caught_by_line_with_32_and_1_ptes_a_cycle(void **state)
{
    (void)state;

    uint64_t grown = cycles_run(XenResume, XenSuspend);

    assert_int_equal(grown, 33 * (CYCLES - 1));
    assert_int_equal(syspte_finding_count(), 2);
    assert_growth("MmMapIoSpace(info,", 1, SHARED_INFO_ADDRESS);
    assert_growth("MmMapIoSpace(grants,", 32, GRANT_TABLE_ADDRESS);
}

static void leaking_driver_is_caught_in_the_second_cycle(void **state)
{
    syspte_finding finding;
    (void)state;
    assert_true(NT_SUCCESS(XenResume(&device)));
    for (int cycle = 1; cycle <= 2; cycle++) {
        syspte_scope scope = syspte_scope_enter_cycle("suspend/resume");

        XenSuspend(&device);
        assert_true(NT_SUCCESS(XenResume(&device)));
        assert_int_equal(syspte_scope_leave(scope), cycle == 1 ? 0 : 33);
        assert_int_equal(syspte_finding_count(), cycle == 1 ? 0 : 2);
    }
    assert_true(syspte_finding_at(0, &finding));
    assert_int_equal(finding.rule, SYSPTE_RULE_GROWTH);
    assert_string_equal(finding.text,
                        "the same physical range each time, and the older mappings stay");
}

static void leaking_driver_gets_another_address_for_the_same_page(void **state)
{
    static const char written[] = "shared by the hypervisor";
    (void)state;

    assert_true(NT_SUCCESS(XenResume(&device)));
    char *first = device.SharedInfo;
    XenSuspend(&device);
    assert_true(NT_SUCCESS(XenResume(&device)));
    char *second = device.SharedInfo;
    assert_true(syspte_memory_write(SHARED_INFO_ADDRESS, written, sizeof written));

    assert_ptr_not_equal(first, second);
    assert_string_equal(first, written);
    assert_string_equal(second, written);
}

static void leaking_driver_loses_a_page_when_the_table_does_not_fit(void **state)
{
    (void)state;
    machine_boot(32);

    assert_int_equal(XenResume(&device), STATUS_INSUFFICIENT_RESOURCES);

    assert_int_equal(syspte_counters_now().live_ptes, 1);
    assert_int_equal(syspte_shutdown(), 1);
}

static void fixed_driver_is_clean(void **state)
{
    (void)state;

    uint64_t grown = cycles_run(XenResumeFixed, XenSuspendFixed);
    XenSuspendFixed(&device);

    assert_int_equal(grown, 0);
    assert_int_equal(syspte_counters_now().live_ptes, 0);
    assert_int_equal(syspte_shutdown(), 0);
    assert_int_equal(syspte_finding_count(), 0);
}

static void fixed_driver_gives_the_page_back_when_the_table_does_not_fit(void **state)
{
    (void)state;
    machine_boot(32);

    assert_int_equal(XenResumeFixed(&device), STATUS_INSUFFICIENT_RESOURCES);

    assert_int_equal(syspte_counters_now().live_ptes, 0);
    assert_int_equal(syspte_shutdown(), 0);
    assert_int_equal(syspte_report_failures(), 0);
}

static void resume_fails_in_a_pool_that_is_half_free_but_in_pieces(void **state)
{
    syspte_pool_shape pieces = {.pte_free = 32, .free_blocks = 32, .largest_free_block = 1};
    (void)state;
    machine_boot(64);
    assert_true(syspte_pool_fragment(&pieces));

    assert_int_equal(XenResumeFixed(&device), STATUS_INSUFFICIENT_RESOURCES);

    assert_int_equal(syspte_counters_now().pte_free, 32);
    assert_int_equal(syspte_counters_now().free_blocks, 32);
    assert_int_equal(syspte_counters_now().largest_free_block, 1);
}

static bool leaking_begin(void *context)
{
    (void)context;
    device_prepare();
    return NT_SUCCESS(XenResume(&device));
}

static bool leaking_cycle(void *context, uint64_t number)
{
    (void)context;
    (void)number;
    XenSuspend(&device);
    return NT_SUCCESS(XenResume(&device));
}

static const syspte_pool_shape *starts[] = {
    NULL,
    &(syspte_pool_shape){
        .pte_free = 90000, .free_blocks = 2000, .largest_free_block = 5000, .seed = 1},
};

static void leaking_driver_fails_in_the_cycle_that_is_predicted(void **state)
{
    const syspte_profile *xp = syspte_profile_find("xp-x86");
    (void)state;
    for (int i = 0; i < 2; i++) {
        syspte_prospect prospect = {
            .cycle = leaking_cycle, .begin = leaking_begin, .start = starts[i]};
        syspte_config config = syspte_config_default();
        syspte_prediction first;
        uint64_t cycle = 1;

        assert_true(syspte_predict(&prospect, xp, &first));
        config.profile = xp;
        config.accounting_only = true;
        assert_true(syspte_boot(&config));
        assert_true(starts[i] == NULL || syspte_pool_fragment(starts[i]));
        assert_true(leaking_begin(NULL));
        while (leaking_cycle(NULL, cycle)) {
            cycle++;
        }

        assert_false(first.extrapolated);
        assert_int_equal(first.cycle, cycle);
        assert_int_equal(first.ptes_per_cycle, 33);
    }
}

static void leaking_driver_has_a_last_cycle_on_every_windows(void **state)
{
    const syspte_profile *profile;
    syspte_prospect prospect = {
        .cycle = leaking_cycle, .begin = leaking_begin, .cycles_run = 600, .cycle_seconds = 60};
    (void)state;
    for (size_t i = 0; (profile = syspte_profile_at(i)) != NULL; i++) {
        syspte_prediction first;

        assert_true(syspte_predict(&prospect, profile, &first));
        assert_int_equal(first.cycle, (profile->pte_count - 33) / 33 + 1);
        assert_int_equal(first.extrapolated, first.cycle > 600);
        assert_int_equal(first.seconds, first.cycle * 60);
    }
}

static void unmap_of_another_size_is_stop_da_305_with_both_sites(void **state)
{
    syspte_finding finding;
    (void)state;
    assert_true(NT_SUCCESS(XenResumeFixed(&device)));
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, 0x305);

    MmUnmapIoSpace(device.GrantTable, 0x1000);

    assert_true(syspte_finding_at(0, &finding));
    assert_int_equal(finding.rule, SYSPTE_RULE_UNMAP_WRONG_SPAN);
    assert_int_equal(finding.bugcheck.code, 0xDA);
    assert_int_equal(finding.bugcheck.parameter[0], 0x305);
    assert_int_equal(finding.bugcheck.parameter[2], 1);
    assert_int_equal(finding.bugcheck.parameter[3], 32);
    assert_string_equal(finding.call->function, __func__);
    assert_string_equal(finding.mapped->function, "XenResumeFixed");
}

#define ON_WIN7(test) cmocka_unit_test_setup_teardown(test, boot_win7, shut_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_WIN7(leaking_driver_is_caught_by_line_with_32_and_1_ptes_a_cycle),
        ON_WIN7(leaking_driver_is_caught_in_the_second_cycle),
        ON_WIN7(leaking_driver_gets_another_address_for_the_same_page),
        ON_WIN7(leaking_driver_loses_a_page_when_the_table_does_not_fit),
        ON_WIN7(fixed_driver_is_clean),
        ON_WIN7(fixed_driver_gives_the_page_back_when_the_table_does_not_fit),
        ON_WIN7(resume_fails_in_a_pool_that_is_half_free_but_in_pieces),
        ON_WIN7(leaking_driver_fails_in_the_cycle_that_is_predicted),
        ON_WIN7(leaking_driver_has_a_last_cycle_on_every_windows),
        ON_WIN7(unmap_of_another_size_is_stop_da_305_with_both_sites),
    };

    return cmocka_run_group_tests_name("xen_resume", tests, NULL, NULL);
}
