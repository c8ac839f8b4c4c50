// SPDX-License-Identifier: MIT
// Every misuse of the mapping functions at every strictness: its own rule, the documented bug check
// with its four parameters, the sites of both calls, and whether the machine stops. A row of the
// table is one misuse; each is run on four machines, and again where calls take shorter ways:
// in fast order, with accounting only, and from places that the library knows already.
// Source: bug checks 0xDA and 0xC4, their tables of parameters.
#include "harness.h"

enum { NEVER = SYSPTE_VERIFIER + 1 };

// Where the acts below stand: the lines of the calls that map, end the mapping, and are wrong.
static struct {
    unsigned mapped;
    unsigned unmapped;
    unsigned wrong;
} lines;

#define MAPPED(...)   (lines.mapped = __LINE__, __VA_ARGS__)
#define UNMAPPED(...) (lines.unmapped = __LINE__, __VA_ARGS__)
#define WRONG(...)    (lines.wrong = __LINE__, __VA_ARGS__)

static const PHYSICAL_ADDRESS bar = {.QuadPart = BAR};

// ---- The acts. Each begins on a machine of its own: its first mapping begins at PTE 0.

static void act_unmap_outside(void)
{
    WRONG(MmUnmapIoSpace(&lines, PAGE));
}

static void act_unmap_null(void)
{
    WRONG(MmUnmapIoSpace(NULL, PAGE));
}

static void act_unmap_small_number(void)
{
    WRONG(MmUnmapIoSpace((PVOID)0x40, PAGE));
}

static void act_unmap_before_first_pte(void)
{
    PUCHAR va = MmMapIoSpace(bar, PAGE, MmNonCached);
    WRONG(MmUnmapIoSpace(va - PAGE, PAGE));
}

static void act_unmap_never_mapped(void)
{
    PUCHAR first = MmMapIoSpace(bar, PAGE, MmNonCached);
    PUCHAR second = MmMapIoSpace(bar, PAGE, MmNonCached);
    ptrdiff_t stride = second > first ? second - first : first - second;
    WRONG(MmUnmapIoSpace(first + 50 * stride, 2 * PAGE)); // where PTE 50 would be
}

static void act_unmap_gap(void)
{
    PUCHAR va = MmMapIoSpace(bar, PAGE, MmNonCached);
    WRONG(MmUnmapIoSpace(va + PAGE, PAGE));
}

static void act_unmap_middle(void)
{
    PUCHAR va = MAPPED(MmMapIoSpace(bar, 3 * PAGE, MmNonCached));
    WRONG(MmUnmapIoSpace(va + PAGE, 2 * PAGE));
}

static void act_unmap_fewer(void)
{
    PVOID va = MAPPED(MmMapIoSpace(bar, 3 * PAGE, MmNonCached));
    WRONG(MmUnmapIoSpace(va, PAGE));
}

static void act_unmap_more(void)
{
    PVOID va = MAPPED(MmMapIoSpace(bar, PAGE, MmNonCached));
    WRONG(MmUnmapIoSpace(va, PAGE + 1));
}

static void act_unmap_endless(void)
{
    PVOID va = MAPPED(MmMapIoSpace(bar, PAGE, MmNonCached));
    WRONG(MmUnmapIoSpace(va, SIZE_MAX));
}

static void act_unmap_page_address(void)
{
    PVOID va = MAPPED(MmMapIoSpace((PHYSICAL_ADDRESS){.QuadPart = BAR + 0xF00}, 0x200, MmCached));
    WRONG(MmUnmapIoSpace(PAGE_ALIGN(va), 0x200));
}

static void act_unmap_twice(void)
{
    PVOID va = MAPPED(MmMapIoSpace(bar, 2 * PAGE, MmNonCached));
    UNMAPPED(MmUnmapIoSpace(va, 2 * PAGE));
    WRONG(MmUnmapIoSpace(va, 2 * PAGE));
}

static void act_unmap_video_twice(void)
{
    PVOID va = MAPPED(MmMapVideoDisplay(bar, PAGE, MmNonCached));
    UNMAPPED(MmUnmapVideoDisplay(va, PAGE));
    WRONG(MmUnmapVideoDisplay(va, PAGE));
}

static void act_unmap_zero(void)
{
    PVOID va = MAPPED(MmMapIoSpace((PHYSICAL_ADDRESS){.QuadPart = BAR + 4}, PAGE, MmNonCached));
    WRONG(MmUnmapIoSpace(va, 0));
}

static void act_unmap_above_dispatch(void)
{
    KIRQL before;
    PVOID va = MmMapIoSpace(bar, PAGE, MmNonCached);
    KeRaiseIrql(DISPATCH_LEVEL + 1, &before);
    WRONG(MmUnmapIoSpace(va, PAGE));
}

static void act_map_above_dispatch(void)
{
    KIRQL before;
    KeRaiseIrql(HIGH_LEVEL, &before);
    (void)WRONG(MmMapIoSpace(bar, 0x234, MmNonCached));
}

static void act_map_ex_above_dispatch(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL + 1, &before);
    (void)WRONG(MmMapIoSpaceEx(bar, PAGE, PAGE_READWRITE));
}

static void act_map_video_at_dispatch(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    (void)WRONG(MmMapVideoDisplay(bar, PAGE, MmNonCached));
}

static void act_unmap_video_at_dispatch(void)
{
    KIRQL before;
    PVOID va = MmMapVideoDisplay(bar, PAGE, MmNonCached);
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    WRONG(MmUnmapVideoDisplay(va, PAGE));
}

static void act_map_zero(void)
{
    (void)WRONG(MmMapIoSpace(bar, 0, MmNonCached));
}

static void act_map_wrap(void)
{
    (void)WRONG(MmMapIoSpace((PHYSICAL_ADDRESS){.QuadPart = -1}, 2, MmNonCached));
}

static void act_map_past_end(void)
{
    PHYSICAL_ADDRESS last = {.QuadPart = (LONGLONG)SYSPTE_PHYSICAL_BYTES - 1};
    (void)WRONG(MmMapIoSpace(last, 2, MmNonCached));
}

static void act_map_span_overflow(void)
{
    (void)WRONG(MmMapIoSpace(bar, SIZE_MAX, MmNonCached));
}

static void act_map_cache_type(void)
{
    (void)WRONG(MmMapIoSpace(bar, PAGE, MmMaximumCacheType));
}

static void act_map_reserved_cache_type(void)
{
    (void)WRONG(MmMapIoSpace(bar, PAGE, MmUSWCCached));
}

static void act_map_protect(void)
{
    (void)WRONG(MmMapIoSpaceEx(bar, PAGE, PAGE_READONLY | PAGE_READWRITE));
}

static void act_map_cache_conflict(void)
{
    (void)MAPPED(MmMapIoSpace(bar, PAGE, MmNonCached));
    (void)WRONG(MmMapIoSpace(bar, PAGE, MmCached));
}

static void act_map_unlocked_ram(void)
{
    (void)syspte_memory_add(0x10000, 0x10000, SYSPTE_MEMORY_RAM);
    (void)WRONG(MmMapIoSpace((PHYSICAL_ADDRESS){.QuadPart = 0xFF00}, 0x200, MmCached));
}

static void act_map_executable(void)
{
    (void)WRONG(MmMapIoSpaceEx(bar, PAGE, PAGE_EXECUTE_READ));
}

// ---- The table

typedef struct misuse {
    void (*act)(void);
    syspte_rule_id rule;
    int stops_at; // the lowest strictness at which the machine stops
    uint32_t code;
    uint64_t p1;
    int64_t p2; // at or above: the address of PTE 0 with this offset; see `is_address`
    uint64_t p3;
    uint64_t p4;
    int sites;       // besides the wrong call's: 1 the mapping's, 2 the earlier unmap's too
    bool is_address; // p2 is relative to the address of PTE 0
    bool p3_is_address;
    bool hvci;
    bool note; // where it does not stop
    bool once; // done again on the same machine it is another misuse
} misuse;

typedef struct trial {
    const misuse *misuse;
    syspte_strictness strictness;
    syspte_order order;   // in fast order the first mapping may begin at any PTE
    unsigned times;       // that the act is done, at places then known to the library
    bool accounting_only; // as fast order's shortest way needs it
} trial;

static void check_bugcheck(const syspte_bugcheck *b, const misuse *m)
{
    uint64_t p3 = m->p3_is_address ? va_of(0) + m->p3 : m->p3;
    assert_int_equal(b->code, m->code);
    assert_int_equal(b->parameter[0], m->p1);
    assert_int_equal(b->parameter[1], m->is_address ? va_of(0) + (uint64_t)m->p2 : (uint64_t)m->p2);
    assert_int_equal(b->parameter[2], p3);
    assert_int_equal(b->parameter[3], m->p4);
}

static void check_site(const syspte_context *site, unsigned line, bool there)
{
    if (!there) {
        assert_null(site);
        return;
    }
    assert_non_null(site);
    assert_string_equal(site->file, __FILE__);
    assert_int_equal(site->line, line);
}

static void run(void **state)
{
    const trial *t = *state;
    const misuse *m = t->misuse;
    bool stops_here = (int)t->strictness >= m->stops_at;
    syspte_config config = syspte_config_default();
    config.strictness = t->strictness;
    config.order = t->order;
    config.accounting_only = t->accounting_only;
    config.hvci = m->hvci;
    boot(&config);

    bool stopped = stops(m->act);
    for (unsigned i = 1; i < t->times; i++) {
        assert_false(stops(m->act));
    }

    assert_int_equal(stopped, stops_here);
    syspte_finding f = finding_of(m->rule);
    assert_int_equal(f.severity, m->note && !stops_here ? SYSPTE_NOTE : SYSPTE_MISUSE);
    assert_int_equal(f.stopped, stops_here);
    assert_int_equal(f.has_bugcheck, m->code != 0);
    assert_int_equal(f.count, m->once ? 1 : t->times);
    assert_false(f.expected);
    if (t->order == SYSPTE_ORDER_STRICT) {
        check_bugcheck(&f.bugcheck, m); // of the first time
    }
    if (stopped) {
        assert_memory_equal(&seen.stop, &f.bugcheck, sizeof f.bugcheck);
    }
    check_site(f.call, lines.wrong, true);
    check_site(f.mapped, lines.mapped, m->sites >= 1);
    check_site(f.unmapped, lines.unmapped, m->sites >= 2);
}

#define DA  .stops_at = SYSPTE_CHECK, .code = 0xDA
#define C4  .stops_at = SYSPTE_VERIFIER, .code = 0xC4
#define NO  .stops_at = NEVER
#define VA  .is_address = true
#define ALL (UINT64_MAX >> 12)

#define MISUSES(X)                                                                                 \
    X(unmap_outside, UNMAP_OUTSIDE, DA, .p1 = 0x302)                                               \
    X(unmap_null, UNMAP_OUTSIDE, DA, .p1 = 0x302)                                                  \
    X(unmap_small_number, UNMAP_OUTSIDE, DA, .p1 = 0x302, .p2 = 0x40)                              \
    X(unmap_before_first_pte, UNMAP_OUTSIDE, DA, .p1 = 0x302, VA, .p2 = -PAGE, .once = true)       \
    X(unmap_never_mapped, UNMAP_NEVER_MAPPED, DA, .p1 = 0x303, VA, .p2 = 50 * PAGE, .p3 = 2)       \
    X(unmap_gap, UNMAP_NEVER_MAPPED, DA, .p1 = 0x303, VA, .p2 = PAGE, .p3 = 1)                     \
    X(unmap_middle, UNMAP_MIDDLE, DA, .p1 = 0x304, VA, .p2 = PAGE, .p3 = 2, .sites = 1)            \
    X(unmap_fewer, UNMAP_WRONG_SPAN, DA, .p1 = 0x305, VA, .p3 = 1, .p4 = 3, .sites = 1)            \
    X(unmap_more, UNMAP_WRONG_SPAN, DA, .p1 = 0x305, VA, .p3 = 2, .p4 = 1, .sites = 1)             \
    X(unmap_endless, UNMAP_WRONG_SPAN, DA, .p1 = 0x305, VA, .p3 = ALL, .p4 = 1, .sites = 1)        \
    X(unmap_page_address, UNMAP_WRONG_SPAN, DA, .p1 = 0x305, VA, .p3 = 1, .p4 = 2, .sites = 1)     \
    X(unmap_twice, UNMAP_TWICE, DA, .p1 = 0x306, VA, .p3_is_address = true, .p4 = 2, .sites = 2)   \
    X(unmap_video_twice, UNMAP_TWICE, DA, .p1 = 0x306, VA, .p3_is_address = true, .p4 = 1,         \
      .sites = 2)                                                                                  \
    X(unmap_zero, UNMAP_ZERO, DA, .p1 = 0x300, VA, .p2 = 4, .sites = 1)                            \
    X(unmap_above_dispatch, UNMAP_IRQL, C4, .p1 = 0x7B, .p2 = DISPATCH_LEVEL + 1,                  \
      .p3_is_address = true, .p4 = PAGE)                                                           \
    X(map_above_dispatch, MAP_IRQL, C4, .p1 = 0x73, .p2 = HIGH_LEVEL, .p3 = BAR, .p4 = 0x234)      \
    X(map_ex_above_dispatch, MAP_IRQL, C4, .p1 = 0x73, .p2 = 3, .p3 = BAR, .p4 = PAGE)             \
    X(map_video_at_dispatch, VIDEO_IRQL, C4, .p1 = 0xE5, .p2 = DISPATCH_LEVEL)                     \
    X(unmap_video_at_dispatch, VIDEO_IRQL, C4, .p1 = 0xE5, .p2 = DISPATCH_LEVEL)                   \
    X(map_zero, MAP_ZERO, NO)                                                                      \
    X(map_wrap, MAP_WRAP, NO)                                                                      \
    X(map_past_end, MAP_WRAP, NO)                                                                  \
    X(map_span_overflow, MAP_SPAN_OVERFLOW, NO)                                                    \
    X(map_cache_type, MAP_CACHE_TYPE, NO)                                                          \
    X(map_reserved_cache_type, MAP_CACHE_TYPE, NO)                                                 \
    X(map_protect, MAP_PROTECT, NO)                                                                \
    X(map_cache_conflict, MAP_CACHE_CONFLICT, NO, .sites = 1)                                      \
    X(map_unlocked_ram, MAP_UNLOCKED_RAM, C4, .p1 = 0x83, .p2 = 0xFF00, .p3 = 0x200, .p4 = 0x10,   \
      .note = true)                                                                                \
    X(map_executable, MAP_EXECUTABLE, C4, .p1 = 0x2001, .p3 = PAGE_EXECUTE_READ, .hvci = true)

#define ROW(name, of_rule, ...)                                                                    \
    static const misuse misuse_##name = {                                                          \
        .act = act_##name, .rule = SYSPTE_RULE_##of_rule, __VA_ARGS__};                            \
    static trial trials_##name[] = {                                                               \
        {&misuse_##name, SYSPTE_FREE, SYSPTE_ORDER_STRICT, 1, false},                              \
        {&misuse_##name, SYSPTE_TRACK, SYSPTE_ORDER_STRICT, 1, false},                             \
        {&misuse_##name, SYSPTE_CHECK, SYSPTE_ORDER_STRICT, 1, false},                             \
        {&misuse_##name, SYSPTE_VERIFIER, SYSPTE_ORDER_STRICT, 1, false},                          \
        {&misuse_##name, SYSPTE_VERIFIER, SYSPTE_ORDER_FAST, 1, true},                             \
        {&misuse_##name, SYSPTE_TRACK, SYSPTE_ORDER_STRICT, 3, false},                             \
        {&misuse_##name, SYSPTE_TRACK, SYSPTE_ORDER_FAST, 3, true}};
MISUSES(ROW)

#define ENTRY(name, at, i) {#name "_at_" #at, run, hook_begin, machine_end, &trials_##name[i]},
#define ENTRIES(name, ...)                                                                         \
    ENTRY(name, FREE, 0)                                                                           \
    ENTRY(name, TRACK, 1)                                                                          \
    ENTRY(name, CHECK, 2)                                                                          \
    ENTRY(name, VERIFIER, 3)                                                                       \
    ENTRY(name, VERIFIER_in_fast_order, 4)                                                         \
    ENTRY(name, TRACK_again_and_again, 5)                                                          \
    ENTRY(name, TRACK_in_fast_order_again_and_again, 6)

// ---- Which of two, and who is told

static void unmap_twice_at_high_irql(void)
{
    KIRQL before;
    PVOID va = MmMapIoSpace(bar, PAGE, MmNonCached);
    MmUnmapIoSpace(va, PAGE);
    KeRaiseIrql(HIGH_LEVEL, &before);
    MmUnmapIoSpace(va, PAGE);
}

static void verifier_comes_before_pte_tracking(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.strictness = SYSPTE_VERIFIER;
    boot(&config);

    assert_true(stops(unmap_twice_at_high_irql));

    assert_int_equal(seen.stop.code, 0xC4);
    (void)only_finding(SYSPTE_RULE_UNMAP_IRQL);
}

static void check_records_the_irql_and_stops_with_the_misuse(void **state)
{
    (void)state;

    assert_true(stops(unmap_twice_at_high_irql));

    assert_int_equal(seen.stop.code, 0xDA);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_IRQL), 1);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_TWICE), 1);
}

static void announced_misuse_returns_as_on_a_free_build(void **state)
{
    (void)state;
    syspte_expect_bugcheck(SYSPTE_SYSTEM_PTE_MISUSE, 0x305);
    PVOID va = MmMapIoSpace(bar, 2 * PAGE, MmNonCached);

    MmUnmapIoSpace(va, PAGE);

    syspte_finding finding = only_finding(SYSPTE_RULE_UNMAP_WRONG_SPAN);
    assert_true(finding.expected);
    assert_true(finding.stopped);
    assert_int_equal(syspte_counters_now().lost_ptes, 1);
    assert_int_equal(syspte_report_failures(), 0);
    assert_int_equal(syspte_shutdown(), 0);
    assert_int_equal(syspte_report_failures(), 0);
}

static void same_misuse_at_the_same_sites_is_one_finding(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.strictness = SYSPTE_TRACK;
    boot(&config);

    for (int i = 0; i < 7; i++) {
        PVOID va = MmMapIoSpace(bar, PAGE, MmNonCached);
        MmUnmapIoSpace(va, PAGE);
        MmUnmapIoSpace(va, PAGE);
    }

    assert_int_equal(only_finding(SYSPTE_RULE_UNMAP_TWICE).count, 7);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_TWICE), 7);
}

static void unmap_twice_without_history_still_names_the_mapping(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.history_rows = 0;
    config.strictness = SYSPTE_TRACK;
    boot(&config);

    act_unmap_twice();

    syspte_finding finding = only_finding(SYSPTE_RULE_UNMAP_TWICE);
    check_site(finding.mapped, lines.mapped, true);
    assert_null(finding.unmapped);
    assert_string_equal(finding.text, "it ended earlier, by a call no longer kept");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MISUSES(ENTRIES) hooked_test(verifier_comes_before_pte_tracking),
        machine_test(check_records_the_irql_and_stops_with_the_misuse),
        machine_test(announced_misuse_returns_as_on_a_free_build),
        hooked_test(same_misuse_at_the_same_sites_is_one_finding),
        hooked_test(unmap_twice_without_history_still_names_the_mapping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
