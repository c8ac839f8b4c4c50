// SPDX-License-Identifier: MIT
// A long seeded walk through the Windows functions next to a naive array of PTEs: no PTE is given
// twice, a map fails only if no run is long enough, and the counters are right whenever they are
// asked for. They are asked for rarely, because asking ends the shorter ways that calls take.
#include "harness.h"

enum { MOST_PTES = 4096, HELD = 400, STEPS = 30000, STEPS_WATCHED = 3000 };

typedef struct held {
    PUCHAR va; // NULL: the slot is free
    uint64_t offset;
    uint64_t bytes;
    uint64_t first; // PTE
    uint64_t ptes;
    bool video;
} held;

typedef struct walk {
    const char *name;
    uint64_t pte_count;
    syspte_placement placement;
    syspte_order order;
    bool accounting_only;
    bool no_gap;
    uint64_t quarantine_ptes;
    bool mixed;     // cache types, video maps, wrong unmaps, IRQLs
    bool exhausted; // maps must have failed on the way
} walk;

static held slots[HELD];
static unsigned char taken[MOST_PTES + 1];
static uintptr_t origin; // address of the page of PTE 0
static uint64_t stride;  // bytes of address space for each PTE
static uint32_t seed;
static uint64_t maps_made;
static uint64_t maps_failed;
static uint64_t unmaps_twice;

static uint32_t any(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(seed >> 4) * below >> 28);
}

static uint64_t longest_run(uint64_t pte_count)
{
    uint64_t longest = 0;
    uint64_t run = 0;
    for (uint64_t i = 0; i < pte_count; i++) {
        run = taken[i] ? 0 : run + 1;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void calibrate(const walk *w)
{
    PVOID va = map(BAR, PAGE);
    uint64_t id = mapping_at(va).id;
    stride = w->no_gap ? PAGE : 2 * PAGE;
    origin = (uintptr_t)va - id * stride;
    unmap(va, PAGE);
    maps_made = 1;
    maps_failed = 0;
    unmaps_twice = 0;
}

static void note_map(const walk *w, held *h, unsigned step)
{
    h->ptes = (h->offset + h->bytes + 0xFFF) / PAGE;
    if (h->va == NULL) {
        maps_failed++;
        if (longest_run(w->pte_count) >= h->ptes) {
            fail_msg("step %u: no %u PTEs, though there is a run", step, (unsigned)h->ptes);
        }
        return;
    }
    maps_made++;
    h->first = ((uintptr_t)PAGE_ALIGN(h->va) - origin) / stride;
    assert_int_equal((uintptr_t)PAGE_ALIGN(h->va), origin + h->first * stride);
    assert_int_equal((uintptr_t)h->va & 0xFFF, h->offset);
    for (uint64_t i = h->first; i < h->first + h->ptes; i++) {
        if (i >= w->pte_count || taken[i]) {
            fail_msg("step %u: PTE %u is given twice, or is none", step, (unsigned)i);
        }
        taken[i] = 1;
    }
}

static void step_map(const walk *w, held *h, unsigned step)
{
    // Lanes serve up to 16 PTEs, the short way a few; now and then more than either.
    uint32_t most = any(16) == 0 ? 200 : any(4) == 0 ? 20 : 3;
    h->offset = any(2) ? 0 : any(0x1000);
    h->bytes = 1 + any(most * (uint32_t)PAGE);
    h->video = w->mixed && any(8) == 0;
    MEMORY_CACHING_TYPE type = w->mixed ? (MEMORY_CACHING_TYPE)any(3) : MmNonCached;
    PHYSICAL_ADDRESS at = physical(0x100000000ull + type * 0x40000000ull + h->offset);
    if (h->video) {
        h->va = MmMapVideoDisplay(at, h->bytes, type);
    } else if (w->mixed && any(4) == 0) {
        h->va = MmMapIoSpaceEx(at, h->bytes, PAGE_READWRITE | PAGE_NOCACHE);
    } else {
        h->va = MmMapIoSpace(at, h->bytes, type);
    }
    note_map(w, h, step);
}

static void step_unmap(const walk *w, held *h)
{
    KIRQL before = PASSIVE_LEVEL;
    uint64_t bytes = h->bytes;
    if (w->mixed && any(8) == 0) {
        bytes = h->ptes * PAGE - h->offset; // another length, the same span
    }
    if (w->mixed && any(16) == 0) {
        KeRaiseIrql(APC_LEVEL, &before);
    }
    if (h->video) {
        MmUnmapVideoDisplay(h->va, bytes);
    } else {
        MmUnmapIoSpace(h->va, bytes);
    }
    if (w->mixed && any(16) == 0) {
        MmUnmapIoSpace(h->va, bytes); // nothing holds it, so nothing changes
        unmaps_twice++;
    }
    KeLowerIrql(before);
    memset(&taken[h->first], 0, h->ptes);
    h->va = NULL;
}

static void check_counters(const walk *w)
{
    uint64_t live = 0;
    uint64_t live_ptes = 0;
    for (unsigned i = 0; i < HELD; i++) {
        live += slots[i].va != NULL;
        live_ptes += slots[i].va != NULL ? slots[i].ptes : 0;
    }
    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.live_mappings, live);
    assert_int_equal(now.live_ptes, live_ptes);
    assert_int_equal(now.pte_free + now.pte_quarantined, w->pte_count - live_ptes);
    assert_int_equal(now.maps, maps_made);
    assert_int_equal(now.failed_maps, maps_failed);
    assert_int_equal(now.lost_ptes, 0);
    if (w->quarantine_ptes == 0) {
        assert_int_equal(now.largest_free_block, longest_run(w->pte_count));
    }
    assert_null(syspte_machine_check());
}

static void walk_on(void **state)
{
    const walk *w = *state;
    unsigned steps = is_watched() ? STEPS_WATCHED : STEPS;
    syspte_config config = syspte_config_default();
    config.pte_count = w->pte_count;
    config.placement = w->placement;
    config.order = w->order;
    config.accounting_only = w->accounting_only;
    config.gap = !w->no_gap;
    config.quarantine_ptes = w->quarantine_ptes;
    config.strictness = SYSPTE_TRACK;
    boot(&config);
    memset(slots, 0, sizeof slots);
    memset(taken, 0, sizeof taken);
    seed = 7;
    calibrate(w);

    for (unsigned step = 0; step < steps; step++) {
        held *h = &slots[any(step / 256 % 2 ? HELD : 6)]; // a while with few, a while with many
        if (h->va != NULL) {
            step_unmap(w, h);
        } else {
            step_map(w, h, step);
        }
        if (any(64) == 0) {
            check_counters(w);
        }
    }
    for (unsigned i = 0; i < HELD; i++) {
        if (slots[i].va != NULL) {
            step_unmap(w, &slots[i]);
        }
    }
    check_counters(w);
    assert_true(maps_failed != 0 || !w->exhausted);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_TWICE), unmaps_twice);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_NEVER_MAPPED), 0);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_UNMAP_WRONG_SPAN), 0);
    if (!w->mixed) {
        assert_no_findings();
    }
    assert_int_equal(syspte_shutdown(), 0);
}

// ---- Short and long ways place alike

// Walks without asking anything and writes the address of each map down: maps without an unmap, a
// few slots, and many in turn. With a range declared no call may take the short way.
static void walk_blind(syspte_placement placement, unsigned pte_count, bool only_long,
                       PUCHAR *addresses)
{
    syspte_config config = syspte_config_default();
    config.pte_count = pte_count;
    config.placement = placement;
    config.accounting_only = true;
    boot(&config);
    assert_true(!only_long || syspte_memory_add(1ull << 40, PAGE, SYSPTE_MEMORY_DEVICE));
    memset(slots, 0, sizeof slots);
    seed = 11;
    for (unsigned step = 0; step < STEPS_WATCHED; step++) {
        held *h = &slots[any(step / 256 % 3 != 1 ? HELD : 3)];
        addresses[step] = NULL;
        if (h->va != NULL && step / 256 % 3 == 0) {
            continue;
        }
        if (h->va != NULL) {
            MmUnmapIoSpace(h->va, h->bytes);
            h->va = NULL;
            continue;
        }
        h->bytes = (1 + any(any(8) == 0 ? 24 : 3)) * PAGE;
        h->va = addresses[step] = MmMapIoSpace(physical(BAR), h->bytes, MmNonCached);
    }
    assert_null(syspte_machine_check());
}

static void compare_ways(syspte_placement placement, unsigned pte_count)
{
    static PUCHAR of_short[STEPS_WATCHED];
    static PUCHAR of_long[STEPS_WATCHED];
    walk_blind(placement, pte_count, false, of_short);
    walk_blind(placement, pte_count, true, of_long);
    for (unsigned step = 0; step < STEPS_WATCHED; step++) {
        if (of_short[step] != of_long[step]) {
            fail_msg("step %u: %p by the short way, %p by the long", step, (PVOID)of_short[step],
                     (PVOID)of_long[step]);
        }
    }
}

static void short_way_places_by_hint_as_the_long_way(void **state)
{
    (void)state;
    compare_ways(SYSPTE_PLACEMENT_HINT, 512); // some fail
    compare_ways(SYSPTE_PLACEMENT_HINT, MOST_PTES);
}

static void short_way_places_by_best_fit_as_the_long_way(void **state)
{
    (void)state;
    compare_ways(SYSPTE_PLACEMENT_BEST_FIT_TAIL, 512); // some fail
    compare_ways(SYSPTE_PLACEMENT_BEST_FIT_TAIL, MOST_PTES);
}

// ---- The table

#define HINT SYSPTE_PLACEMENT_HINT
#define FIT  SYSPTE_PLACEMENT_BEST_FIT_TAIL
#define SLOW SYSPTE_ORDER_STRICT
#define FAST SYSPTE_ORDER_FAST

static walk walks[] = {
    // name, PTEs, placement, order, accounting only, no gap, quarantine, mixed,
    // exhausted
    {"hint_4096", 4096, HINT, SLOW, true, false, 0, false, false},
    {"hint_4096_mixed", 4096, HINT, SLOW, true, false, 0, true, false},
    {"hint_4096_backed", 4096, HINT, SLOW, false, false, 0, true, false},
    {"hint_4096_without_gaps", 4096, HINT, SLOW, true, true, 0, true, false},
    {"hint_129_exhausted", 129, HINT, SLOW, true, false, 0, false, true},
    {"hint_64_exhausted", 64, HINT, SLOW, true, false, 0, true, true},
    {"fit_4096", 4096, FIT, SLOW, true, false, 0, false, false},
    {"fit_4096_mixed", 4096, FIT, SLOW, true, false, 0, true, false},
    {"fit_65_exhausted", 65, FIT, SLOW, true, false, 0, true, true},
    {"quarantine_4096", 4096, HINT, SLOW, true, false, 512, true, false},
    {"quarantine_300_exhausted", 300, FIT, SLOW, true, false, 300, true, true},
    {"fast_4096", 4096, HINT, FAST, true, false, 0, false, false},
    {"fast_4096_mixed", 4096, HINT, FAST, true, false, 0, true, false},
    {"fast_200_exhausted", 200, HINT, FAST, true, false, 0, false, true},
    {"fast_200_mixed_exhausted", 200, FIT, FAST, true, false, 0, true, true},
    {"fast_4096_backed", 4096, HINT, FAST, false, false, 0, true, false},
};

int main(void)
{
    enum { COUNT = sizeof walks / sizeof walks[0] };
    struct CMUnitTest tests[COUNT + 2] = {
        [COUNT] = hooked_test(short_way_places_by_hint_as_the_long_way),
        [COUNT + 1] = hooked_test(short_way_places_by_best_fit_as_the_long_way),
    };
    for (unsigned i = 0; i < COUNT; i++) {
        tests[i] = (struct CMUnitTest){walks[i].name, walk_on, hook_begin, machine_end, &walks[i]};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
