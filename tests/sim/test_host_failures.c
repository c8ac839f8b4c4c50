// SPDX-License-Identifier: MIT
// What this host can refuse the library itself (tables, address space, views, memory for physical
// pages) is refused here, call by call, in a life of a machine that uses all of it: the linker puts
// this file's functions between the library and the host. After each life the machine must be
// consistent, and it must have said what was missing.
#define _DEFAULT_SOURCE
#include "harness.h"

#include "port/port.h"
#include "port/port_wait.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { TAG = 0x74736F48 };

static struct {
    unsigned refused; // the number of the call that is refused, from 1; 0: none
    bool later_too;
    unsigned calls;
    unsigned refusals;
    const char *what; // was refused first
} host;

static bool refuses(const char *what)
{
    host.calls++;
    if (host.refused == 0 || host.calls < host.refused ||
        (host.calls > host.refused && !host.later_too)) {
        return false;
    }
    if (host.refusals++ == 0) {
        host.what = what;
    }
    return true;
}

#define WRAPPED(type, name, parameters, arguments, refusal)                                        \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return refuses(#name) ? (refusal) : __real_##name arguments;                               \
    }

WRAPPED(void *, syspte_port_table_reserve, (uint64_t bytes), (bytes), NULL)
// Sanitizers cannot say where a touch without an arena went.
bool __real_syspte_port_arena_reserve(uint64_t bytes, syspte_port_arena *arena);
bool __wrap_syspte_port_arena_reserve(uint64_t bytes, syspte_port_arena *arena);
bool __wrap_syspte_port_arena_reserve(uint64_t bytes, syspte_port_arena *arena)
{
    return (is_watched() || !refuses("syspte_port_arena_reserve")) &&
           __real_syspte_port_arena_reserve(bytes, arena);
}
WRAPPED(bool, syspte_port_windows_reserve, (uint64_t bytes, syspte_port_arena *windows),
        (bytes, windows), false)
WRAPPED(bool, syspte_port_physical_read, (uint64_t address, void *out, uint64_t bytes),
        (address, out, bytes), false)
WRAPPED(bool, syspte_port_physical_write, (uint64_t address, const void *in, uint64_t bytes),
        (address, in, bytes), false)
// Nor does Valgrind where a view is missing.
bool __real_syspte_port_physical_open(void);
bool __wrap_syspte_port_physical_open(void);
bool __wrap_syspte_port_physical_open(void)
{
    return (RUNNING_ON_VALGRIND || !refuses("syspte_port_physical_open")) &&
           __real_syspte_port_physical_open();
}

bool __real_syspte_port_view_map(void *at, uint64_t bytes, uint64_t page, unsigned access);
bool __wrap_syspte_port_view_map(void *at, uint64_t bytes, uint64_t page, unsigned access);
bool __wrap_syspte_port_view_map(void *at, uint64_t bytes, uint64_t page, unsigned access)
{
    return (RUNNING_ON_VALGRIND || !refuses("syspte_port_view_map")) &&
           __real_syspte_port_view_map(at, bytes, page, access);
}

static bool no_threads;

bool __real_syspte_port_thread_start(const syspte_port_start *start);
bool __wrap_syspte_port_thread_start(const syspte_port_start *start);
bool __wrap_syspte_port_thread_start(const syspte_port_start *start)
{
    return !no_threads && __real_syspte_port_thread_start(start);
}

// ---- A life

static bool booted;
static bool hurt; // something was not given, or was not what was written
static uint64_t pte_count;

static void touch(volatile UCHAR *va)
{
    hurt = hurt || va == NULL;
    if (va != NULL) {
        *va = 1;
        hurt = hurt || *va != 1;
    }
}

static void use_mappings(void)
{
    static const UCHAR word[] = {1, 2, 3, 4};
    UCHAR out[4];
    PUCHAR io = map(BAR, 2 * PAGE);
    PUCHAR again = map(BAR, PAGE);
    PVOID reserved = MmAllocateMappingAddress(2 * PAGE, TAG);
    touch(io);
    touch(again);
    hurt = hurt || reserved == NULL;
    (void)syspte_memory_write(BAR, word, sizeof word); // they answer with false
    (void)syspte_memory_read(BAR, out, sizeof out);
    if (io != NULL) {
        unmap(io, 2 * PAGE);
    }
    if (again != NULL) {
        unmap(again, PAGE);
    }
    if (reserved != NULL) {
        MmFreeMappingAddress(reserved, TAG);
    }
}

static void use_memory(void)
{
    PHYSICAL_ADDRESS highest = {.QuadPart = -1};
    PUCHAR pool = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
    PUCHAR pages = ExAllocatePoolWithTag(NonPagedPoolNx, 3 * PAGE, TAG);
    PUCHAR contiguous = MmAllocateContiguousMemory(2 * PAGE, highest);
    touch(pool);
    touch(pages);
    touch(contiguous);
    if (pool != NULL) {
        ExFreePoolWithTag(pool, TAG);
    }
    if (pages != NULL) {
        ExFreePoolWithTag(pages, TAG);
    }
    if (contiguous != NULL) {
        MmFreeContiguousMemory(contiguous);
    }
}

static void use_mdls(void)
{
    PHYSICAL_ADDRESS lowest = {.QuadPart = 0};
    PHYSICAL_ADDRESS highest = {.QuadPart = -1};
    PMDL mdl = MmAllocatePagesForMdlEx(lowest, highest, lowest, 2 * PAGE, MmCached,
                                       MM_ALLOCATE_FULLY_REQUIRED);
    if (mdl == NULL) {
        hurt = true;
        return;
    }
    PUCHAR va = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
    hurt = hurt || (va != NULL && *va != 0);
    touch(va);
    if (va != NULL) {
        MmUnmapLockedPages(va, mdl);
    }
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
}

static void use(void)
{
    use_mappings();
    use_memory();
    for (unsigned i = 0; i < 40; i++) { // frames come round again, and must be zeros
        use_mdls();
    }
}

// What a refusal leads to: a finding, a complaint or a lower limit. Nothing, where the library got
// the same at another try.
static bool was_told(void)
{
    syspte_finding finding;
    syspte_limits limits = syspte_limits_now();
    for (size_t i = 0; syspte_finding_at(i, &finding); i++) {
        if (finding.severity == SYSPTE_LIMIT || finding.severity == SYSPTE_NOTE) {
            return true;
        }
    }
    return limits.reason != NULL || seen.complaints != 0;
}

static void live(void)
{
    syspte_config config = syspte_config_default();
    config.profile = syspte_profile_find("tiny");
    config.pte_count = pte_count += 8192; // so that what was lent before is too small
    config.ram_bytes = 64 * PAGE + pte_count / 2;
    booted = syspte_boot(&config);
    hurt = hurt || !booted;
    if (booted) {
        use();
    }
}

static void life(unsigned refused, bool later_too)
{
    host.refused = refused;
    host.later_too = later_too;
    host.calls = host.refusals = 0;
    seen.complaints = 0;
    hurt = false;
    bool stopped = touch_stops(live);
    bool told = was_told() || stopped;
    host.refused = 0;
    assert_null(syspte_machine_check());
    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_free + now.live_ptes, now.pte_total);
    if (!booted) {
        assert_int_equal(seen.complaints, 1);
    }
    if (stopped) {
        assert_int_equal(finding_of(SYSPTE_RULE_HOST_TOUCH).severity, SYSPTE_LIMIT);
    } else {
        assert_int_equal(now.live_mappings, 0);
    }
    assert_true(!hurt || host.refusals != 0);
    if (hurt && !told) {
        syspte_report(NULL);
        fail_msg("%s was refused (call %u), and nothing says so", host.what, refused);
    }
    (void)syspte_shutdown();
    seen.complaints = 0;
}

static unsigned walk(bool later_too)
{
    unsigned lives = 0;
    do {
        life(++lives, later_too);
        assert_true(lives < 200);
    } while (host.refusals != 0);
    return lives - 1;
}

static void each_refusal_of_the_host_is_told_and_survived(void **state)
{
    (void)state;
    life(0, false);
    assert_true(walk(false) >= (is_watched() ? 5 : 10));
}

static void a_host_that_refuses_from_then_on_is_survived(void **state)
{
    (void)state;
    life(0, false);
    assert_true(walk(true) >= (is_watched() ? 3 : 5));
}

// ---- Threads

static VOID NTAPI set_flag(PVOID StartContext)
{
    *(volatile bool *)StartContext = true;
}

static void a_thread_that_the_host_refuses_leaves_nothing(void **state)
{
    bool ran = false;
    HANDLE handle = &ran;
    (void)state;
    boot(NULL);
    no_threads = true;
    NTSTATUS status =
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, set_flag, &ran);
    no_threads = false;

    assert_int_equal(status, STATUS_INSUFFICIENT_RESOURCES);
    assert_null(handle);
    assert_int_equal(syspte_shutdown(), 0);
    assert_false(ran);
    assert_no_findings();
}

// ---- Output

static int stderr_closed(void (*act)(void))
{
    int saved = dup(STDERR_FILENO);
    int failed;
    assert_true(saved >= 0);
    (void)close(STDERR_FILENO);
    errno = 0;
    act();
    failed = errno;
    assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
    (void)close(saved);
    return failed;
}

static void report(void)
{
    syspte_report(NULL);
}

static void a_closed_output_takes_a_report_and_nothing_else(void **state)
{
    (void)state;
    boot(NULL);
    assert_non_null(map(BAR, PAGE));
    (void)syspte_shutdown();
    assert_int_equal(stderr_closed(report), EBADF);
    assert_int_equal(syspte_report_failures(), 1);
    assert_non_null(strstr(report_text(), "leak: MmMapIoSpace"));
}

static void a_full_output_takes_a_report_and_nothing_else(void **state)
{
    (void)state;
    int saved = dup(STDERR_FILENO);
    FILE *full = fopen("/dev/full", "w");
    if (full == NULL) {
        skip(); // not on this host
    }
    boot(NULL);
    assert_non_null(map(BAR, PAGE));
    (void)syspte_shutdown();
    assert_int_equal(dup2(fileno(full), STDERR_FILENO), STDERR_FILENO);
    syspte_report(NULL);
    assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
    (void)close(saved);
    (void)fclose(full);
    assert_int_equal(syspte_report_failures(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(each_refusal_of_the_host_is_told_and_survived),
        hooked_test(a_host_that_refuses_from_then_on_is_survived),
        hooked_test(a_thread_that_the_host_refuses_leaves_nothing),
        hooked_test(a_closed_output_takes_a_report_and_nothing_else),
        hooked_test(a_full_output_takes_a_report_and_nothing_else),
    };
    return cmocka_run_group_tests_name("host_failures", tests, NULL, NULL);
}
