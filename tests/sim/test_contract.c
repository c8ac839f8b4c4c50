// SPDX-License-Identifier: MIT
// Each case of the bug checks 0xDA and 0xC4 that this library raises, and some of 0x1A, caused
// once, with the parameters its public page has: the machine stops from the strictness on that the
// table of bug checks has, and not below. tests/contract/rows.txt names these tests.
#include "core/bugcheck.h"
#include "mdl_words.h"

enum { OTHER_TAG = 0x72687445, PAGES = 4 };

// The driver's, set up by each act.
static PMDL mdl;
static PUCHAR va;

static KIRQL raise_to(KIRQL irql)
{
    KIRQL before;
    KeRaiseIrql(irql, &before);
    return before;
}

static void lock(void)
{
    mdl = locked_over(pool(2 * PAGE), 2 * PAGE);
}

static void lock_and_map(void)
{
    lock();
    va = system_address(mdl);
}

static void build(void)
{
    mdl = mdl_over(pool(2 * PAGE), 2 * PAGE);
    MmBuildMdlForNonPagedPool(mdl);
    va = mdl->MappedSystemVa;
}

// A partial MDL that inherits the mapping of its source.
static void make_partial(void)
{
    lock_and_map();
    PVOID start = MmGetMdlVirtualAddress(mdl);
    PMDL source = mdl;
    mdl = mdl_over(start, PAGE);
    IoBuildPartialMdl(source, mdl, start, PAGE);
}

static PVOID map_again(void)
{
    return MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
}

static PVOID map_for_user(void)
{
    return MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
}

static void unmap_mdl(void)
{
    MmUnmapLockedPages(va, mdl);
}

// ---- 0xDA: what trackers know of an MDL

static void STOP_DA_01(void)
{
    lock_and_map();
    va = map_again();
    unmap_mdl();
}

static void STOP_DA_02(void)
{
    lock_and_map();
    mdl->ByteCount = PAGE;
    unmap_mdl();
}

static void STOP_DA_03(void)
{
    lock_and_map();
    va += PAGE;
    unmap_mdl();
}

static void STOP_DA_04(void)
{
    lock_and_map();
    MmGetMdlPfnArray(mdl)[0]++;
    unmap_mdl();
}

static void STOP_DA_05(void)
{
    lock_and_map();
    mdl->StartVa = (PUCHAR)mdl->StartVa + PAGE;
    unmap_mdl();
}

static void STOP_DA_06(void)
{
    lock_and_map();
    unmap_mdl();
    unmap_mdl();
}

// ---- 0xDA: reserved mappings

static void reserve(void)
{
    va = MmAllocateMappingAddress(PAGES * PAGE, TEST_TAG);
    lock();
}

static void reserve_and_map(void)
{
    reserve();
    (void)MmMapLockedPagesWithReservedMapping(va, TEST_TAG, mdl, MmCached);
}

static void STOP_DA_100(void)
{
    (void)MmAllocateMappingAddress(0, TEST_TAG);
}

static void STOP_DA_101(void)
{
    reserve();
    MmFreeMappingAddress(va, OTHER_TAG);
}

static void STOP_DA_102(void)
{
    reserve();
    MmFreeMappingAddress(va, TEST_TAG);
    MmFreeMappingAddress(va, TEST_TAG);
}

static void STOP_DA_103(void)
{
    reserve_and_map();
    MmFreeMappingAddress(va, TEST_TAG);
}

static void STOP_DA_104(void)
{
    reserve();
    (void)MmMapLockedPagesWithReservedMapping(va, OTHER_TAG, mdl, MmCached);
}

static void STOP_DA_105(void)
{
    reserve();
    MmFreeMappingAddress(va, TEST_TAG);
    (void)MmMapLockedPagesWithReservedMapping(va, TEST_TAG, mdl, MmCached);
}

static void STOP_DA_107(void)
{
    reserve_and_map();
    lock();
    (void)MmMapLockedPagesWithReservedMapping(va, TEST_TAG, mdl, MmCached);
}

static void STOP_DA_108(void)
{
    reserve_and_map();
    MmUnmapReservedMapping(va, OTHER_TAG, mdl);
}

static void STOP_DA_109(void)
{
    reserve();
    MmUnmapReservedMapping(va, TEST_TAG, mdl);
}

static void STOP_DA_10A(void)
{
    reserve_and_map();
    MmUnmapReservedMapping(va, TEST_TAG, locked_over(pool(5 * PAGE), 5 * PAGE));
}

static void STOP_DA_10B(void)
{
    reserve_and_map();
    MmUnmapReservedMapping(va, TEST_TAG, locked_over(pool(3 * PAGE), 3 * PAGE));
}

static void STOP_DA_10C(void)
{
    reserve_and_map();
    MmUnmapReservedMapping(va, TEST_TAG, locked_over(pool(PAGE), PAGE));
}

// ---- 0xDA: ranges of PTEs

static void STOP_DA_300(void)
{
    MmUnmapIoSpace(map(BAR, PAGE), 0);
}

static void STOP_DA_302(void)
{
    MmUnmapIoSpace(NULL, PAGE);
}

static void STOP_DA_303(void)
{
    PUCHAR first = map(BAR, PAGE);
    PUCHAR second = map(BAR, PAGE);
    unmap(second + (second - first), PAGE); // where nobody has mapped yet
}

static void STOP_DA_304(void)
{
    unmap((PUCHAR)map(BAR, 3 * PAGE) + PAGE, PAGE);
}

static void STOP_DA_305(void)
{
    unmap(map(BAR, 3 * PAGE), 2 * PAGE);
}

static void STOP_DA_306(void)
{
    va = map(BAR, 3 * PAGE);
    unmap(va, 3 * PAGE);
    unmap(va, 3 * PAGE);
}

static void STOP_DA_400(void)
{
    STOP_DA_306();
}

// ---- 0xC4: pool and IRQL

static void STOP_C4_00(void)
{
    (void)ExAllocatePoolWithTag(NonPagedPool, 0, TEST_TAG);
}

static void STOP_C4_01(void)
{
    (void)raise_to(DISPATCH_LEVEL);
    (void)ExAllocatePoolWithTag(PagedPool, 24, TEST_TAG);
}

static void STOP_C4_02(void)
{
    (void)raise_to(DISPATCH_LEVEL + 1);
    (void)ExAllocatePoolWithTag(NonPagedPool, 24, TEST_TAG);
}

static void STOP_C4_10(void)
{
    ExFreePool(pool(PAGE) + 16);
}

static void STOP_C4_11(void)
{
    va = paged(PAGE);
    (void)raise_to(DISPATCH_LEVEL);
    ExFreePool(va);
}

static void STOP_C4_12(void)
{
    va = pool(PAGE);
    (void)raise_to(DISPATCH_LEVEL + 1);
    ExFreePool(va);
}

static void STOP_C4_13(void)
{
    va = pool(PAGE);
    ExFreePool(va);
    ExFreePool(va);
}

static void STOP_C4_30(void)
{
    (void)raise_to(DISPATCH_LEVEL);
    (void)raise_to(APC_LEVEL);
}

static void STOP_C4_31(void)
{
    KeLowerIrql(APC_LEVEL);
}

static void STOP_C4_E5(void)
{
    (void)raise_to(DISPATCH_LEVEL);
    (void)MmMapVideoDisplay(physical(BAR), PAGE, MmNonCached);
}

static void STOP_C4_20019(void)
{
    (void)raise_to(DISPATCH_LEVEL);
    (void)MmAllocateNonCachedMemory(PAGE);
}

static void STOP_C4_2001A(void)
{
    (void)raise_to(DISPATCH_LEVEL + 1);
    (void)MmAllocateContiguousMemory(PAGE, physical(UINT64_MAX));
}

// ---- 0xC4: locking

static void STOP_C4_6F(void)
{
    MmProbeAndLockPages(mdl_over(map(BAR, PAGE), PAGE), KernelMode, IoReadAccess);
}

static void STOP_C4_70(void)
{
    mdl = mdl_over(pool(PAGE), PAGE);
    (void)raise_to(DISPATCH_LEVEL + 1);
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
}

static void STOP_C4_71(void)
{
    mdl = mdl_over(pool(PAGE), PAGE);
    (void)raise_to(DISPATCH_LEVEL + 1);
    MmProbeAndLockProcessPages(mdl, NULL, KernelMode, IoReadAccess);
}

static void STOP_C4_72(void)
{
    FILE_SEGMENT_ELEMENT segment = {.Alignment = 0};
    mdl = mdl_over(pool(PAGE), PAGE);
    segment.Buffer = MmGetMdlVirtualAddress(mdl);
    (void)raise_to(DISPATCH_LEVEL + 1);
    MmProbeAndLockSelectedPages(mdl, &segment, KernelMode, IoReadAccess);
}

static void STOP_C4_78(void)
{
    lock();
    (void)raise_to(DISPATCH_LEVEL + 1);
    MmUnlockPages(mdl);
}

static void STOP_C4_7C(void)
{
    MmUnlockPages(mdl_over(pool(PAGE), PAGE));
}

static void STOP_C4_7D(void)
{
    build();
    MmUnlockPages(mdl);
}

static void STOP_C4_7E(void)
{
    (void)raise_to(DISPATCH_LEVEL + 1);
    (void)MmAllocatePagesForMdl(physical(0), physical(UINT64_MAX), physical(0), PAGE);
}

static void STOP_C4_7F(void)
{
    MmBuildMdlForNonPagedPool(mdl_over(paged(PAGE), PAGE));
}

static void STOP_C4_B0(void)
{
    build();
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
}

static void STOP_C4_B1(void)
{
    build();
    MmProbeAndLockProcessPages(mdl, NULL, KernelMode, IoReadAccess);
}

static void STOP_C4_B4(void)
{
    make_partial();
    MmUnlockPages(mdl);
}

// ---- 0xC4: mapping and unmapping

static void STOP_C4_73(void)
{
    (void)raise_to(DISPATCH_LEVEL + 1);
    (void)map(BAR, PAGE);
}

static void STOP_C4_74(void)
{
    lock();
    (void)raise_to(DISPATCH_LEVEL + 1);
    (void)MmMapLockedPages(mdl, KernelMode);
}

static void STOP_C4_75(void)
{
    lock();
    (void)raise_to(DISPATCH_LEVEL);
    (void)MmMapLockedPages(mdl, UserMode);
}

static void STOP_C4_76(void)
{
    lock();
    (void)raise_to(DISPATCH_LEVEL + 1);
    (void)map_again();
}

static void STOP_C4_77(void)
{
    lock();
    (void)raise_to(DISPATCH_LEVEL);
    (void)map_for_user();
}

static void STOP_C4_79(void)
{
    lock_and_map();
    (void)raise_to(DISPATCH_LEVEL + 1);
    unmap_mdl();
}

static void STOP_C4_7A(void)
{
    lock();
    va = map_for_user();
    (void)raise_to(DISPATCH_LEVEL);
    unmap_mdl();
}

static void STOP_C4_7B(void)
{
    va = map(BAR, PAGE);
    (void)raise_to(DISPATCH_LEVEL + 1);
    unmap(va, PAGE);
}

static void STOP_C4_81(void)
{
    lock();
    (void)MmMapLockedPages(mdl, KernelMode);
}

static void STOP_C4_82(void)
{
    lock();
    (void)MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, TRUE, HighPagePriority);
}

static void STOP_C4_83(void)
{
    (void)syspte_memory_add(0x10000, 4 * PAGE, SYSPTE_MEMORY_RAM);
    (void)map(0x11000, 2 * PAGE);
}

// An MDL that says that the pages of another one, which are unlocked again, are locked.
static void STOP_C4_85(void)
{
    PMDL other = locked_over(paged(PAGE), PAGE);
    mdl = mdl_over(NULL, PAGE);
    MmGetMdlPfnArray(mdl)[0] = MmGetMdlPfnArray(other)[0];
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
    MmUnlockPages(other);
    (void)map_again();
}

static void STOP_C4_89(void)
{
    mdl = mdl_over(NULL, PAGE);
    MmGetMdlPfnArray(mdl)[0] = BAR >> PAGE_SHIFT;
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
    (void)map_again();
}

static void STOP_C4_B2(void)
{
    lock_and_map();
    (void)map_again();
}

static void STOP_C4_B3(void)
{
    mdl = mdl_over(pool(PAGE), PAGE);
    (void)map_again();
}

static void STOP_C4_B5(void)
{
    make_partial();
    unmap_mdl();
}

static void STOP_C4_B6(void)
{
    lock();
    va = MmGetMdlVirtualAddress(mdl);
    unmap_mdl();
}

static void STOP_C4_B8(void)
{
    lock_and_map();
    IoFreeMdl(mdl);
}

static void STOP_C4_B9(void)
{
    lock();
    va = map_for_user();
    unmap_mdl();
    unmap_mdl();
}

static void STOP_C4_2001(void)
{
    (void)MmMapIoSpaceEx(physical(BAR), PAGE, PAGE_EXECUTE_READ);
}

static void STOP_C4_2002(void)
{
    lock();
    (void)map_again();
}

// ---- 0x1A

static void STOP_1A_1235(void)
{
    lock();
    mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA; // it is not
    (void)MmProtectMdlSystemAddress(mdl, PAGE_READONLY);
}

static void STOP_1A_1236(void)
{
    PMDL pages = MmAllocatePagesForMdl(physical(0), physical(UINT64_MAX), physical(0), PAGE);
    mdl = mdl_over(NULL, PAGE);
    MmGetMdlPfnArray(mdl)[0] = MmGetMdlPfnArray(pages)[0];
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
    MmFreePagesFromMdl(pages);
    (void)map_again();
}

static void STOP_1A_1240(void)
{
    va = map(BAR, PAGE);
    unmap(va, PAGE);
    MmBuildMdlForNonPagedPool(mdl_over(va, PAGE));
}

// ---- The table

enum { ANY = -1, ADDRESS = -2 }; // any value; any that is not 0

typedef struct stop {
    void (*act)(void);
    uint32_t code;
    uint32_t p1;
    int64_t p[3]; // parameters 2 to 4
    syspte_strictness from;
} stop;

#define FIXED  MDL_ALLOCATED_FIXED_SIZE
#define LOCKED (FIXED | MDL_PAGES_LOCKED | MDL_WRITE_OPERATION)
#define ABOVE  (DISPATCH_LEVEL + 1)

#define STOPS(X)                                                                                   \
    X(DA, 01, ANY, ADDRESS, ANY)                                                                   \
    X(DA, 02, ANY, 2, 1)                                                                           \
    X(DA, 03, ANY, ADDRESS, ADDRESS)                                                               \
    X(DA, 04, ANY, ADDRESS, ADDRESS)                                                               \
    X(DA, 05, ANY, ADDRESS, ADDRESS)                                                               \
    X(DA, 06, ADDRESS, ADDRESS, 2)                                                                 \
    X(DA, 100, 0, TEST_TAG, ANY)                                                                   \
    X(DA, 101, ADDRESS, OTHER_TAG, TEST_TAG)                                                       \
    X(DA, 102, ADDRESS, TEST_TAG, 0)                                                               \
    X(DA, 103, ADDRESS, TEST_TAG, 2)                                                               \
    X(DA, 104, ADDRESS, OTHER_TAG, TEST_TAG)                                                       \
    X(DA, 105, ADDRESS, TEST_TAG, 0)                                                               \
    X(DA, 107, ADDRESS, ADDRESS, ADDRESS)                                                          \
    X(DA, 108, ADDRESS, OTHER_TAG, TEST_TAG)                                                       \
    X(DA, 109, ADDRESS, TEST_TAG, 0)                                                               \
    X(DA, 10A, ADDRESS, PAGES, 5)                                                                  \
    X(DA, 10B, ADDRESS, TEST_TAG, 3)                                                               \
    X(DA, 10C, ADDRESS, TEST_TAG, 1)                                                               \
    X(DA, 300, ADDRESS, 0, 0)                                                                      \
    X(DA, 302, 0, 0, 0)                                                                            \
    X(DA, 303, ADDRESS, 1, 0)                                                                      \
    X(DA, 304, ADDRESS, 1, 0)                                                                      \
    X(DA, 305, ADDRESS, 2, 3)                                                                      \
    X(DA, 306, ADDRESS, ADDRESS, 3)                                                                \
    X(DA, 400, ADDRESS, 3, 0)                                                                      \
    X(C4, 00, PASSIVE_LEVEL, NonPagedPool, 0)                                                      \
    X(C4, 01, DISPATCH_LEVEL, PagedPool, 24)                                                       \
    X(C4, 02, ABOVE, NonPagedPool, 24)                                                             \
    X(C4, 10, ADDRESS, 0, 0)                                                                       \
    X(C4, 11, DISPATCH_LEVEL, PagedPool, ADDRESS)                                                  \
    X(C4, 12, ABOVE, NonPagedPool, ADDRESS)                                                        \
    X(C4, 13, 0, ADDRESS, ANY)                                                                     \
    X(C4, 30, DISPATCH_LEVEL, APC_LEVEL, 0)                                                        \
    X(C4, 31, PASSIVE_LEVEL, APC_LEVEL, 0)                                                         \
    X(C4, E5, DISPATCH_LEVEL, 0, 0)                                                                \
    X(C4, 20019, ANY, ANY, 0)                                                                      \
    X(C4, 2001A, ANY, ANY, 0)                                                                      \
    X(C4, 6F, ADDRESS, BAR >> PAGE_SHIFT, ADDRESS)                                                 \
    X(C4, 70, ABOVE, ADDRESS, KernelMode)                                                          \
    X(C4, 71, ABOVE, ADDRESS, ANY)                                                                 \
    X(C4, 72, ABOVE, ADDRESS, ANY)                                                                 \
    X(C4, 78, ABOVE, ADDRESS, 0)                                                                   \
    X(C4, 7C, ADDRESS, FIXED, 0)                                                                   \
    X(C4, 7D, ADDRESS, FIXED | MDL_SOURCE_IS_NONPAGED_POOL, 0)                                     \
    X(C4, 7E, ABOVE, DISPATCH_LEVEL, 0)                                                            \
    X(C4, 7F, PASSIVE_LEVEL, ADDRESS, FIXED)                                                       \
    X(C4, B0, ADDRESS, FIXED | MDL_SOURCE_IS_NONPAGED_POOL, MDL_SOURCE_IS_NONPAGED_POOL)           \
    X(C4, B1, ADDRESS, FIXED | MDL_SOURCE_IS_NONPAGED_POOL, MDL_SOURCE_IS_NONPAGED_POOL)           \
    X(C4, B4, ADDRESS, FIXED | MDL_PARTIAL | MDL_MAPPED_TO_SYSTEM_VA, MDL_PARTIAL)                 \
    X(C4, 73, ABOVE, BAR, PAGE)                                                                    \
    X(C4, 74, ABOVE, ADDRESS, KernelMode)                                                          \
    X(C4, 75, DISPATCH_LEVEL, ADDRESS, UserMode)                                                   \
    X(C4, 76, ABOVE, ADDRESS, KernelMode)                                                          \
    X(C4, 77, DISPATCH_LEVEL, ADDRESS, UserMode)                                                   \
    X(C4, 79, ABOVE, ADDRESS, ADDRESS)                                                             \
    X(C4, 7A, DISPATCH_LEVEL, ANY, ADDRESS)                                                        \
    X(C4, 7B, ABOVE, ADDRESS, PAGE)                                                                \
    X(C4, 81, ADDRESS, LOCKED, 0)                                                                  \
    X(C4, 82, ADDRESS, LOCKED, 0)                                                                  \
    X(C4, 83, 0x11000, 2 * PAGE, 0x11)                                                             \
    X(C4, 85, ADDRESS, 1, ADDRESS)                                                                 \
    X(C4, 89, ADDRESS, ADDRESS, BAR >> PAGE_SHIFT)                                                 \
    X(C4, B2, ADDRESS, LOCKED | MDL_MAPPED_TO_SYSTEM_VA, MDL_MAPPED_TO_SYSTEM_VA)                  \
    X(C4, B3, ADDRESS, FIXED, MDL_PAGES_LOCKED | MDL_PARTIAL)                                      \
    X(C4, B5, ADDRESS, FIXED | MDL_PARTIAL | MDL_MAPPED_TO_SYSTEM_VA, MDL_PARTIAL)                 \
    X(C4, B6, ADDRESS, LOCKED, MDL_MAPPED_TO_SYSTEM_VA)                                            \
    X(C4, B8, ADDRESS, LOCKED | MDL_MAPPED_TO_SYSTEM_VA, 0)                                        \
    X(C4, B9, ANY, ADDRESS, 0)                                                                     \
    X(C4, 2001, 0, PAGE_EXECUTE_READ, 0)                                                           \
    X(C4, 2002, 0, NormalPagePriority, 0)                                                          \
    X(1A, 1235, ADDRESS, 0, 0)                                                                     \
    X(1A, 1236, ADDRESS, ADDRESS, ADDRESS)                                                         \
    X(1A, 1240, ADDRESS, 0, 0)

static void boot_for(const stop *s, syspte_strictness strictness)
{
    syspte_config config = syspte_config_default();
    config.strictness = strictness;
    config.unknown_unmap = s->p1 == 0x400 ? SYSPTE_UNKNOWN_IO_MAPPING : SYSPTE_UNKNOWN_BY_RANGE;
    config.hvci = s->p1 == 0x2001 || s->p1 == 0x2002;
    boot(&config);
}

static void check_parameters(const stop *s)
{
    for (unsigned i = 0; i < 3; i++) {
        uint64_t value = seen.stop.parameter[i + 1];
        if (s->p[i] == ADDRESS) {
            assert_int_not_equal(value, 0);
        } else if (s->p[i] != ANY) {
            assert_int_equal(value, s->p[i]);
        }
    }
}

static bool is_it(const stop *s)
{
    return seen.stop.code == s->code && seen.stop.parameter[0] == s->p1;
}

static void run(void **state)
{
    const stop *s = *state;
    boot_for(s, s->from);

    assert_true(stops(s->act));

    if (!is_it(s)) {
        fail_msg("0x%X, 0x%llX instead", seen.stop.code,
                 (unsigned long long)seen.stop.parameter[0]);
    }
    check_parameters(s);
    if (s->from > SYSPTE_FREE) {
        boot_for(s, s->from - 1);
        assert_false(stops(s->act) && is_it(s));
        assert_true(syspte_finding_count() > 0);
    }
}

#define ROW(of, sub, ...)                                                                          \
    static stop stop_##of##_##sub = {STOP_##of##_##sub,                                            \
                                     0x##of,                                                       \
                                     0x##sub,                                                      \
                                     {__VA_ARGS__},                                                \
                                     (syspte_strictness)SYSPTE_FROM_##of##_##sub};
STOPS(ROW)

#define ENTRY(of, sub, ...)                                                                        \
    {"stop_0x" #of "_0x" #sub, run, hook_begin, machine_end, &stop_##of##_##sub},

// ---- The names of the WDK

#define SYSPTE_CODE(code, name)                                                                    \
    C_ASSERT(name == 0x##code); // in <bugcodes.h>, which <ntddk.h> includes
#define SYSPTE_CASE(code, sub, from, p2, p3, p4, cause, fix)
#define SYSPTE_STOP(code, from, p1, p2, p3, p4, cause, fix)
#include "core/bugcheck_table.h"

static void code_is_announced_by_its_windows_name(void **state)
{
    (void)state;
    syspte_expect_bugcheck(SYSTEM_PTE_MISUSE, 0x305);

    unmap(map(BAR, 2 * PAGE), PAGE);

    assert_true(only_finding(SYSPTE_RULE_UNMAP_WRONG_SPAN).expected);
    assert_int_equal(syspte_report_failures(), 0);
}

static void announced_windows_name_with_another_case_is_not_answered(void **state)
{
    (void)state;
    syspte_expect_bugcheck(SYSTEM_PTE_MISUSE, 0x304);

    assert_true(stops(STOP_DA_305));

    assert_stop(0xDA, 0x305, va_of(0), 2, 3);
    assert_false(seen.expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STOPS(ENTRY) machine_test(code_is_announced_by_its_windows_name),
        machine_test(announced_windows_name_with_another_case_is_not_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
