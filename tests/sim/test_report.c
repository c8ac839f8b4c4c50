// SPDX-License-Identifier: MIT
// Whole reports, byte for byte, of a driver that does one thing wrong. The driver's part of this
// file calls itself driver.c by #line, so that the expected text is the same wherever the tree
// lies.
#include "harness.h"

#include <pthread.h>
#include <stdio.h>

static PUCHAR registers;
static PVOID shared[8];

#define PAGES(n) ((n)*0x1000)

// What the mapping calls below pass on as their site.
#undef SYSPTE_SITE
#define SYSPTE_SITE "driver.c", (unsigned)__LINE__ - LINES_ABOVE, __func__

// Line 1 of driver.c is the second line behind this one.
enum { LINES_ABOVE = __LINE__ + 1 };

static void Start(void)
{
    registers = MmMapIoSpace(physical(0xFEBC0010), PAGES(2), MmNonCached);
}

static void Stop(void)
{
    MmUnmapIoSpace(registers, PAGES(2));
}

static void StopWithOtherLength(void)
{
    MmUnmapIoSpace(registers, PAGES(1));
}

static void StopWithSizeOfPointer(void)
{
    MmUnmapIoSpace(registers, PAGES(2) - 8);
}

static void StopFromTheMiddle(void)
{
    MmUnmapIoSpace(registers + PAGES(1), PAGES(1));
}

static void StopOfNull(void)
{
    MmUnmapIoSpace(NULL, PAGES(1));
}

static void Resume(void)
{
    for (unsigned i = 0; i < 2; i++) {
        shared[i] = MmMapIoSpace(physical(0x80000000 + i * PAGES(1)), PAGES(1), MmCached);
    }
}

static void ResumeAtDispatch(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    shared[0] = MmMapIoSpaceEx(physical(0x12345678), 4, PAGE_READWRITE | PAGE_WRITECOMBINE);
    KeLowerIrql(before);
}

static void MapNothing(void)
{
    shared[0] = MmMapIoSpace(physical(0x1000), 0, MmNonCached);
}

static void MapOtherCache(void)
{
    shared[1] = MmMapVideoDisplay(physical(0xFEBC0000), 1, MmCached);
}

// ---- One thing wrong, or nothing

static void nothing_wrong_is_one_line(void **state)
{
    (void)state;
    assert_report("syspte: no findings\n");

    Start();
    Stop();
    (void)syspte_shutdown();

    assert_report("syspte: no findings\n");
}

static void leak_at_shutdown(void **state)
{
    (void)state;
    Start();
    (void)syspte_shutdown();

    assert_report(
        "driver.c:3: leak: MmMapIoSpace in Start: 1 mapping, 3 PTEs (12 KiB), never unmapped\n"
        "    physical 0xFEBC0010-0xFEBC200F, MmNonCached, IRQL 0, VA 0xFFFFF88000000010\n"
        "    fix: unmap it with MmUnmapIoSpace on every path that ends what it was mapped for\n"
        "syspte: 1 leak (3 PTEs (12 KiB))\n");
}

static void leaks_of_two_sites_in_a_scope(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("suspend");
    Resume();
    ResumeAtDispatch();
    (void)syspte_scope_leave(scope);

    assert_report(
        "driver.c:34: leak: MmMapIoSpace in Resume: 2 mappings, 2 PTEs (8 KiB), never unmapped in "
        "\"suspend\"\n"
        "    physical 0x80000000-0x80001FFF, MmCached, IRQL 0, first at VA 0xFFFFF88000000000\n"
        "    fix: unmap it with MmUnmapIoSpace on every path that ends what it was mapped for\n"
        "driver.c:42: leak: MmMapIoSpaceEx in ResumeAtDispatch: 1 mapping, 1 PTE (4 KiB), never "
        "unmapped in \"suspend\"\n"
        "    physical 0x12345678-0x1234567B, MmWriteCombined, IRQL 2, VA 0xFFFFF88000002678\n"
        "    fix: unmap it with MmUnmapIoSpace on every path that ends what it was mapped for\n"
        "syspte: 2 leaks (3 PTEs (12 KiB))\n");
}

static void growth_of_a_steady_leak(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        syspte_scope scope = syspte_scope_enter_cycle("suspend and resume");
        Resume();
        (void)syspte_scope_leave(scope);
    }

    assert_report(
        "driver.c:34: growth: MmMapIoSpace in Resume: 2 PTEs (8 KiB) more after each of 4 cycles "
        "of \"suspend and resume\"\n"
        "    physical 0x80000000-0x80001FFF, MmCached, IRQL 0, first at VA 0xFFFFF88000002000\n"
        "    fix: unmap it with MmUnmapIoSpace at the end of each cycle\n"
        "syspte: 1 growing site (8 PTEs (32 KiB))\n");
}

static void unmap_twice_with_three_sites(void **state)
{
    (void)state;
    Start();
    Stop();
    assert_true(stops(Stop));

    assert_report(
        "driver.c:8: misuse: MmUnmapIoSpace in Stop unmaps what was unmapped before\n"
        "    STOP 0x000000DA SYSTEM_PTE_MISUSE (0x306, 0xFFFFF88000000010, 0xFFFFF88000000010, "
        "0x3)\n"
        "    parameters: P1 (case), P2 (first address), P3 (free address), P4 (count)\n"
        "    mapped at driver.c:3 by MmMapIoSpace in Start\n"
        "    unmapped before at driver.c:8 by MmUnmapIoSpace in Stop\n"
        "    fix: set the pointer to NULL when you unmap, and test it\n"
        "syspte: 1 rule violation\n");
}

static void other_span_stops_and_abandons(void **state)
{
    (void)state;
    Start();
    assert_true(stops(StopWithOtherLength));
    (void)syspte_shutdown();

    assert_report(
        "driver.c:13: misuse: MmUnmapIoSpace in StopWithOtherLength unmaps another number of PTEs "
        "than was mapped\n"
        "    STOP 0x000000DA SYSTEM_PTE_MISUSE (0x305, 0xFFFFF88000000010, 0x2, 0x3)\n"
        "    parameters: P1 (case), P2 (first address), P3 (count given), P4 (count to be "
        "released)\n"
        "    mapped at driver.c:3 by MmMapIoSpace in Start\n"
        "    fix: pass the address and the length of the map call\n"
        "driver.c:3: note: MmMapIoSpace in Start: 1 mapping, 3 PTEs (12 KiB), abandoned by the bug "
        "check\n"
        "    physical 0xFEBC0010-0xFEBC200F, MmNonCached, IRQL 0, VA 0xFFFFF88000000010\n"
        "syspte: 1 rule violation, 1 note\n");
}

static void announced_misuse_is_expected(void **state)
{
    (void)state;
    Start();
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, 0x304);
    StopFromTheMiddle();

    assert_report(
        "driver.c:23: expected misuse: MmUnmapIoSpace in StopFromTheMiddle unmaps from the middle "
        "of a mapping\n"
        "    STOP 0x000000DA SYSTEM_PTE_MISUSE (0x304, 0xFFFFF88000001010, 0x2, 0x0)\n"
        "    mapped at driver.c:3 by MmMapIoSpace in Start\n"
        "syspte: 1 expected finding\n");
}

static void missing_bug_check(void **state)
{
    (void)state;
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, SYSPTE_ANY);
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, 0x306);
    (void)syspte_shutdown();

    assert_report(
        "misuse: an announced bug check did not come: 0xDA SYSTEM_PTE_MISUSE (any, ...)\n"
        "    fix: remove the announcement, or make the driver do it\n"
        "misuse: an announced bug check did not come: 0xDA SYSTEM_PTE_MISUSE (0x306, ...)\n"
        "    fix: remove the announcement, or make the driver do it\n"
        "syspte: 2 rule violations\n");
}

static void note_alone_does_not_fail(void **state)
{
    (void)state;
    Start();
    StopWithSizeOfPointer();

    assert_report(
        "driver.c:18: note: MmUnmapIoSpace in StopWithSizeOfPointer unmaps with another byte count "
        "or offset, on the same PTEs: harmless\n"
        "    mapped at driver.c:3 by MmMapIoSpace in Start\n"
        "syspte: 1 note\n");
    assert_int_equal(syspte_report_failures(), 0);
}

static void misuse_on_a_tracking_system_is_not_raised(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.strictness = SYSPTE_TRACK;
    config.profile = syspte_profile_find("win7-x86");
    boot(&config);
    syspte_scope scope = syspte_scope_enter("stop");
    Start();
    StopOfNull();
    StopOfNull();
    MapNothing();
    StopWithOtherLength();
    MapOtherCache();
    (void)syspte_scope_leave(scope);

    assert_report(
        "driver.c:28: misuse: MmUnmapIoSpace in StopOfNull unmaps an address that is no system "
        "PTE's, 2 times, in \"stop\"\n"
        "    documented as STOP 0x000000DA SYSTEM_PTE_MISUSE (0x302, 0x0, 0x0, 0x0), not raised "
        "here\n"
        "    parameters: P1 (case), P2 (address)\n"
        "    fix: pass the address that the map returned, and only if it is not NULL\n"
        "driver.c:48: misuse: MmMapIoSpace in MapNothing maps zero bytes, in \"stop\"\n"
        "    fix: map at least one byte\n"
        "driver.c:13: misuse: MmUnmapIoSpace in StopWithOtherLength unmaps another number of PTEs "
        "than was mapped, in \"stop\"\n"
        "    documented as STOP 0x000000DA SYSTEM_PTE_MISUSE (0x305, 0x8B000010, 0x2, 0x3), not "
        "raised here\n"
        "    parameters: P1 (case), P2 (first address), P3 (count given), P4 (count to be "
        "released)\n"
        "    mapped at driver.c:3 by MmMapIoSpace in Start\n"
        "    fix: pass the address and the length of the map call\n"
        "driver.c:53: leak: MmMapVideoDisplay in MapOtherCache: 1 mapping, 1 PTE (4 KiB), never "
        "unmapped in \"stop\"\n"
        "    physical 0xFEBC0000-0xFEBC0000, MmCached, IRQL 0, VA 0x8B000000\n"
        "    fix: unmap it with MmUnmapVideoDisplay on every path that ends what it was mapped "
        "for\n"
        "syspte: 1 leak (1 PTE (4 KiB)), 3 rule violations\n");
}

// ---- The same in every run

static void *map_and_unmap(void *unused)
{
    MmUnmapIoSpace(MmMapIoSpace(physical(0x5000), 1, MmCached), 1);
    return unused;
}

static const char *report_of_a_run(void)
{
    pthread_t thread;
    boot(NULL);
    Start();
    Resume();
    assert_int_equal(pthread_create(&thread, NULL, map_and_unmap, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    ResumeAtDispatch();
    Stop();
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, 0x306);
    Stop();
    (void)syspte_shutdown();
    return report_text();
}

static void run_threads_before(unsigned count)
{
    pthread_t threads[16];
    boot(NULL);
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, map_and_unmap, NULL), 0);
    }
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
}

static void two_runs_differ_in_nothing_whatever_threads_there_were(void **state)
{
    static char first[8192];
    PVOID addresses[3];
    (void)state;
    (void)snprintf(first, sizeof first, "%s", report_of_a_run());
    addresses[0] = registers;
    addresses[1] = shared[0];
    addresses[2] = shared[1];
    assert_non_null(strstr(first, "driver.c:34: leak"));

    for (unsigned i = 1; i <= 16; i += 5) {
        run_threads_before(i);
        assert_string_equal(report_of_a_run(), first);
        assert_ptr_equal(registers, addresses[0]);
        assert_ptr_equal(shared[0], addresses[1]);
        assert_ptr_equal(shared[1], addresses[2]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(nothing_wrong_is_one_line),
        machine_test(leak_at_shutdown),
        machine_test(leaks_of_two_sites_in_a_scope),
        machine_test(growth_of_a_steady_leak),
        machine_test(unmap_twice_with_three_sites),
        machine_test(other_span_stops_and_abandons),
        machine_test(announced_misuse_is_expected),
        machine_test(missing_bug_check),
        machine_test(note_alone_does_not_fail),
        hooked_test(misuse_on_a_tracking_system_is_not_raised),
        hooked_test(two_runs_differ_in_nothing_whatever_threads_there_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
