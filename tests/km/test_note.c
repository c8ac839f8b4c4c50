// SPDX-License-Identifier: MIT
// The backend inside a driver, on top of the simulated kernel: calls go through unchanged, and are
// noted beside it; leaks are told in the words of user mode.
#include "harness.h"

#include "km/syspte_km.h"

#include <stdio.h>

enum { TAG = 0x76736552 };

#undef map
#undef unmap
#define map(address, bytes) MmMapIoSpace(physical(address), bytes, MmNonCached)
#define unmap(va, bytes)    MmUnmapIoSpace(va, bytes)

static char text[16384];
static size_t length;

static VOID keep(PVOID context, PCSTR more, SIZE_T bytes)
{
    (void)context;
    assert_true(length + bytes < sizeof text);
    memcpy(text + length, more, bytes);
    length += bytes;
    text[length] = '\0';
}

static const char *km_report(void)
{
    static const syspte_km_writer writer = {keep, NULL};
    length = 0;
    text[0] = '\0';
    syspte_km_report(&writer);
    return text;
}

static int km_begin(void **state)
{
    if (machine_begin(state) != 0) {
        return -1;
    }
    return syspte_km_start(NULL, 64) == STATUS_SUCCESS ? 0 : -1;
}

static int km_end(void **state)
{
    syspte_km_stop();
    return machine_end(state);
}

#define km_test(f) cmocka_unit_test_setup_teardown(f, km_begin, km_end)

static syspte_km_counts counts(void)
{
    syspte_km_counts now;
    syspte_km_counts_now(&now);
    return now;
}

static void a_mapping_is_a_record_until_its_unmap(void **state)
{
    (void)state;
    syspte_km_record record;
    PVOID va = map(0xFEBC0010, 0x2000);
    assert_int_equal(syspte_km_records(&record, 1), 1);
    assert_int_equal(record.physical_address, 0xFEBC0010);
    assert_int_equal(record.bytes, 0x2000);
    assert_int_equal(record.pages, 3);
    assert_string_equal(record.function, __func__);
    assert_int_equal(record.line, __LINE__ - 6);
    assert_non_null(strstr(record.file, "test_note.c"));
    unmap(va, 0x2000);
    assert_int_equal(syspte_km_records(&record, 1), 0);
    assert_int_equal(syspte_counters_now().live_mappings, 0);
}

static void a_leak_has_the_words_of_user_mode(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("StartDevice to StopDevice");
    ULONG64 own = syspte_km_scope_enter("StartDevice to StopDevice");
    PVOID va = map(0xFEBC0000, 0x2000);
    assert_int_equal(syspte_km_scope_leave(own), 1);
    assert_int_equal(syspte_scope_leave(scope), 1);

    char here[4096];
    char there[4096];
    (void)snprintf(here, sizeof here, "%s", km_report());
    (void)snprintf(there, sizeof there, "%s", report_text());
    // The simulated kernel knows only the return address of the wrapper's call, and prints its own
    // addresses: the rest is the same.
    const char *leak = strstr(here, ": leak: MmMapIoSpace in a_leak_has_the_words_of_user_mode: ");
    assert_non_null(leak);
    assert_non_null(strstr(here, "1 mapping, 2 PTEs (8 KiB), never unmapped in \"StartDevice to "
                                 "StopDevice\"\n    physical 0xFEBC0000-0xFEBC1FFF, MmNonCached, "
                                 "IRQL 0, VA "));
    assert_non_null(strstr(there, "1 mapping, 2 PTEs (8 KiB), never unmapped in \"StartDevice to "
                                  "StopDevice\"\n    physical 0xFEBC0000-0xFEBC1FFF, "
                                  "MmNonCached, IRQL 0, VA "));
    const char *fix = strstr(here, "    fix: ");
    assert_non_null(fix);
    assert_non_null(strstr(there, fix));
    unmap(va, 0x2000);
}

static void growth_is_found_in_the_second_cycle(void **state)
{
    (void)state;
    PVOID va[2];
    for (unsigned i = 0; i < 2; i++) {
        ULONG64 cycle = syspte_km_scope_enter_cycle("resume");
        va[i] = map(0xFEBC0000, 0x1000);
        assert_int_equal(syspte_km_scope_leave(cycle), i);
    }
    assert_non_null(strstr(km_report(), "1 PTE (4 KiB) more after each of 1 cycle of \"resume\""));
    assert_non_null(strstr(text, "the same physical range each time, and the older mappings stay"));
    unmap(va[0], 0x1000);
    unmap(va[1], 0x1000);
}

static void null_is_passed_on_and_not_noted(void **state)
{
    (void)state;
    syspte_km_stop();
    boot_profile("tiny");
    assert_int_equal(syspte_km_start(NULL, 16), STATUS_SUCCESS);
    assert_null(map(BAR, 300 * PAGE));
    assert_int_equal(counts().live, 0);
}

static void a_full_table_is_counted_and_fails_nothing(void **state)
{
    (void)state;
    PVOID va[20];
    syspte_km_stop();
    assert_int_equal(syspte_km_start(NULL, 16), STATUS_SUCCESS);
    for (unsigned i = 0; i < 20; i++) {
        va[i] = map(BAR, PAGE);
        assert_non_null(va[i]);
    }
    assert_int_equal(counts().live, 16);
    assert_int_equal(counts().missed_full, 4);
    for (unsigned i = 0; i < 20; i++) {
        unmap(va[i], PAGE);
    }
    assert_int_equal(counts().live, 0);
    assert_int_equal(counts().not_followed, 4);
    assert_non_null(strstr(km_report(), "syspte: 4 mappings not noted: the table was full\n"));
    assert_non_null(strstr(text, "syspte: 4 unmaps of what was never seen mapped\n"));
    assert_int_equal(syspte_counters_now().live_mappings, 0);
}

static void what_was_mapped_before_the_start_is_not_misuse(void **state)
{
    (void)state;
    syspte_km_stop();
    PVOID va = map(BAR, PAGE);
    assert_int_equal(syspte_km_start(NULL, 16), STATUS_SUCCESS);
    unmap(va, PAGE);
    assert_int_equal(counts().not_followed, 1);
    assert_non_null(strstr(km_report(), "syspte: no findings\n"));
}

static void an_address_that_is_lent_anew_ends_the_old_row(void **state)
{
    (void)state;
    PVOID va = map(BAR, PAGE);
    (MmUnmapIoSpace)(va, PAGE); // by a library, unseen
    PVOID again = map(BAR + PAGE, PAGE);
    assert_ptr_equal(again, va);
    assert_int_equal(counts().live, 1);
    assert_int_equal(counts().ended_unseen, 1);
    unmap(again, PAGE);
}

static void another_span_is_told_before_the_real_call(void **state)
{
    (void)state;
    syspte_config config = syspte_config_default();
    syspte_km_stop();
    config.strictness = SYSPTE_FREE;
    boot(&config);
    assert_int_equal(syspte_km_start(NULL, 16), STATUS_SUCCESS);
    PVOID va = map(BAR, 3 * PAGE);
    unmap(va, PAGE);
    assert_non_null(strstr(km_report(), "rule violation"));
    assert_non_null(strstr(text, "MmUnmapIoSpace in another_span_is_told_before_the_real_call "
                                 "unmaps another number of PTEs than was mapped\n"));
}

static PMDL pages_mdl(void)
{
    PHYSICAL_ADDRESS low = {.QuadPart = 0};
    PHYSICAL_ADDRESS high = {.QuadPart = -1};
    return MmAllocatePagesForMdlEx(low, high, low, 2 * PAGE, MmCached, 0);
}

static void mdl_mappings_of_this_driver_are_followed(void **state)
{
    (void)state;
    syspte_km_record record;
    PMDL mdl = pages_mdl();
    assert_non_null(mdl);
    PVOID va = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
    assert_non_null(va);
    assert_ptr_equal(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), va);
    assert_int_equal(syspte_km_records(&record, 1), 1);
    assert_int_equal(record.pages, 2);
    MmUnmapLockedPages(va, mdl);
    assert_int_equal(syspte_km_records(&record, 1), 0);
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
    assert_int_equal(counts().live, 0);
    assert_int_equal(counts().not_followed, 0);
}

static void mdls_of_others_are_counted_and_nothing_else(void **state)
{
    (void)state;
    PHYSICAL_ADDRESS low = {.QuadPart = 0};
    PHYSICAL_ADDRESS high = {.QuadPart = -1};
    PMDL mdl = (MmAllocatePagesForMdlEx)(low, high, low, PAGE, MmCached, 0);
    PVOID va = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
    assert_non_null(va);
    assert_int_equal(counts().live, 0);
    assert_int_equal(counts().foreign, 1);
    MmUnmapLockedPages(va, mdl);
    assert_int_equal(counts().not_followed, 0);
    (MmFreePagesFromMdl)(mdl);
    ExFreePool(mdl);
}

static void unlocking_ends_the_mapping_too(void **state)
{
    (void)state;
    syspte_km_record record;
    PVOID buffer = ExAllocatePoolWithTag(PagedPool, PAGE, 1);
    PMDL mdl = IoAllocateMdl(buffer, PAGE, FALSE, FALSE, NULL);
    MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess);
    assert_non_null(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority));
    assert_int_equal(syspte_km_records(&record, 1), 1);
    MmUnlockPages(mdl);
    assert_int_equal(syspte_km_records(&record, 1), 0);
    assert_int_equal(counts().live, 1); // the MDL
    IoFreeMdl(mdl);
    assert_int_equal(counts().live, 0);
    ExFreePoolWithTag(buffer, 1);
}

static void the_rest_of_the_family_is_followed(void **state)
{
    (void)state;
    syspte_km_record record[4];
    PHYSICAL_ADDRESS highest = {.QuadPart = -1};
    PHYSICAL_ADDRESS none = {.QuadPart = 0};
    PVOID ex = MmMapIoSpaceEx(physical(BAR), PAGE, PAGE_READWRITE | PAGE_NOCACHE);
    PVOID contiguous = MmAllocateContiguousMemory(3 * PAGE, highest);
    PVOID cached = MmAllocateContiguousMemorySpecifyCache(PAGE, none, highest, none, MmNonCached);
    PVOID reserved = MmAllocateMappingAddress(2 * PAGE, TAG);
    assert_true(ex != NULL && contiguous != NULL && cached != NULL && reserved != NULL);
    assert_int_equal(syspte_km_records(record, 4), 4);
    ULONG pages = record[0].pages + record[1].pages + record[2].pages + record[3].pages;
    assert_int_equal(pages, 1 + 3 + 1 + 2);
    MmUnmapIoSpace(ex, PAGE);
    MmFreeContiguousMemory(contiguous);
    MmFreeContiguousMemory(cached);
    MmFreeMappingAddress(reserved, TAG);
    assert_int_equal(counts().live, 0);
    assert_int_equal(counts().not_followed, 0);
    PMDL mdl = MmAllocatePagesForMdl(none, highest, none, PAGE);
    assert_int_equal(counts().live, 1);
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
    assert_int_equal(counts().live, 0);
}

static void above_dispatch_level_only_a_counter_moves(void **state)
{
    (void)state;
    syspte_config config = syspte_config_default();
    KIRQL old;
    syspte_km_stop();
    config.strictness = SYSPTE_FREE;
    boot(&config);
    assert_int_equal(syspte_km_start(NULL, 16), STATUS_SUCCESS);
    KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
    PVOID va = map(BAR, PAGE);
    KeLowerIrql(old);
    assert_int_equal(counts().missed_irql, 1);
    assert_int_equal(counts().live, 0);
    unmap(va, PAGE);
}

static void a_start_is_refused_for_what_makes_no_sense(void **state)
{
    (void)state;
    assert_int_equal(syspte_km_start(NULL, 64), STATUS_INVALID_DEVICE_STATE);
    syspte_km_stop();
    assert_int_equal(syspte_km_start(NULL, 15), STATUS_INVALID_PARAMETER);
    assert_int_equal(syspte_km_start(NULL, (1 << 20) + 1), STATUS_INVALID_PARAMETER);
    syspte_km_stop();
    assert_int_equal(syspte_km_scope_enter("off"), 0);
    assert_string_equal(km_report(), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        km_test(a_mapping_is_a_record_until_its_unmap),
        km_test(a_leak_has_the_words_of_user_mode),
        km_test(growth_is_found_in_the_second_cycle),
        km_test(null_is_passed_on_and_not_noted),
        km_test(a_full_table_is_counted_and_fails_nothing),
        km_test(what_was_mapped_before_the_start_is_not_misuse),
        km_test(an_address_that_is_lent_anew_ends_the_old_row),
        km_test(another_span_is_told_before_the_real_call),
        km_test(mdl_mappings_of_this_driver_are_followed),
        km_test(mdls_of_others_are_counted_and_nothing_else),
        km_test(unlocking_ends_the_mapping_too),
        km_test(the_rest_of_the_family_is_followed),
        km_test(above_dispatch_level_only_a_counter_moves),
        km_test(a_start_is_refused_for_what_makes_no_sense),
    };
    return cmocka_run_group_tests_name("km.note", tests, NULL, NULL);
}
