// SPDX-License-Identifier: MIT
// The backend's ledger against that of the kernel below it: a long walk of random calls, wrong ones
// and failing ones among them; after every step both know the same mappings. Steps and seed are
// arguments: test_km_agree 1000000 7.
#include "harness.h"

#include "km/syspte_km.h"
#include <syspte/fault.h>

#include <stdio.h>
#include <stdlib.h>

enum { SLOTS = 48, TAG = 1 };

typedef struct slot {
    PVOID va;
    SIZE_T bytes;
    PMDL mdl; // through which it was mapped; NULL: a range
    bool noncached;
} slot;

// What a mapping is known by on both sides.
typedef struct fact {
    uint64_t physical_address;
    uint64_t bytes;
    uint64_t pages;
} fact;

static slot slots[SLOTS];
static fact ours[SLOTS];
static fact theirs[SLOTS];
static unsigned their_count;
static uint64_t steps = 20000;
static uint64_t seed = 1;

static unsigned any(unsigned below)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(seed >> 33) % below;
}

// ---- Both sides

static int order_of(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(fact));
}

static bool theirs_add(void *context, const syspte_mapping *mapping)
{
    (void)context;
    assert_true(their_count < SLOTS);
    theirs[their_count++] = (fact){mapping->physical_address, mapping->bytes, mapping->pte_count};
    return true;
}

static void compare(uint64_t step)
{
    static syspte_km_record records[SLOTS];
    ULONG count = syspte_km_records(records, SLOTS);
    their_count = 0;
    syspte_mappings_each(theirs_add, NULL);
    if (count != their_count) {
        fail_msg("step %llu: %u mappings noted, and %u there are", (unsigned long long)step, count,
                 their_count);
    }
    for (ULONG i = 0; i < count; i++) {
        ours[i] = (fact){records[i].physical_address, records[i].bytes, records[i].pages};
    }
    qsort(ours, count, sizeof(fact), order_of);
    qsort(theirs, count, sizeof(fact), order_of);
    for (ULONG i = 0; i < count; i++) {
        if (memcmp(&ours[i], &theirs[i], sizeof(fact)) == 0) {
            continue;
        }
        print_error("0x%llx, %llu bytes, %llu pages; and 0x%llx, %llu, %llu\n",
                    (unsigned long long)ours[i].physical_address, (unsigned long long)ours[i].bytes,
                    (unsigned long long)ours[i].pages,
                    (unsigned long long)theirs[i].physical_address,
                    (unsigned long long)theirs[i].bytes, (unsigned long long)theirs[i].pages);
        fail_msg("step %llu: the %u mappings are not the same", (unsigned long long)step, count);
    }
}

// ---- Steps

static void map_range(slot *s)
{
    PHYSICAL_ADDRESS address = {.QuadPart = 0xE0000000 + (LONGLONG)any(1 << 16)};
    s->bytes = 1 + any(any(4) == 0 ? 40 * 4096 : 4096);
    s->noncached = any(8) == 0;
    s->va = s->noncached ? MmAllocateNonCachedMemory(s->bytes)
                         : MmMapIoSpace(address, s->bytes, MmNonCached);
}

static void map_mdl(slot *s)
{
    PHYSICAL_ADDRESS low = {.QuadPart = 0};
    PHYSICAL_ADDRESS high = {.QuadPart = -1};
    PMDL mdl = MmAllocatePagesForMdlEx(low, high, low, (1 + any(4)) * PAGE, MmCached, 0);
    if (mdl == NULL) {
        return;
    }
    s->va = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
    s->mdl = mdl;
    if (s->va == NULL) {
        MmFreePagesFromMdl(mdl);
        ExFreePool(mdl);
        s->mdl = NULL;
    }
}

static void end(slot *s)
{
    if (s->mdl != NULL) {
        MmUnmapLockedPages(s->va, s->mdl);
        MmFreePagesFromMdl(s->mdl);
        ExFreePool(s->mdl);
    } else if (s->noncached) {
        MmFreeNonCachedMemory(s->va, s->bytes);
    } else {
        // Another length with the same pages is harmless.
        SIZE_T bytes = any(16) == 0 && s->bytes > 1 ? ((s->bytes - 1) | 1) : s->bytes;
        MmUnmapIoSpace(s->va, bytes);
    }
    *s = (slot){0};
}

// An unmap of what is not mapped: nothing may happen on either side.
static void end_nothing(void)
{
    PVOID never = (PVOID)((ULONG_PTR)slots[0].va + 0x100000000ull);
    MmUnmapIoSpace(never, PAGE);
}

static void step(void)
{
    slot *s = &slots[any(SLOTS)];
    if (any(64) == 0) {
        end_nothing();
    } else if (s->va != NULL) {
        end(s);
    } else if (any(3) == 0) {
        map_mdl(s);
    } else {
        map_range(s);
    }
}

static void both_ledgers_agree_at_every_step(void **state)
{
    (void)state;
    syspte_config config = syspte_config_default();
    syspte_fault_plan plan = {.per_10000 = 500, .seed = 3, .may_rest = true};
    uint64_t left = is_watched() ? steps / 20 : steps;
    config.strictness = SYSPTE_FREE;
    config.pte_count = 256;
    boot(&config);
    assert_int_equal(syspte_km_start(NULL, 256), STATUS_SUCCESS);
    assert_true(syspte_fault_set(&plan));
    for (uint64_t i = 0; i < left; i++) {
        step();
        syspte_fault_pause();
        compare(i);
        syspte_fault_resume();
    }
    assert_true(syspte_fault_fired() > left / 1000);
    assert_true(syspte_counters_now().failed_maps > 0);
    syspte_fault_clear();
    for (unsigned i = 0; i < SLOTS; i++) {
        if (slots[i].va != NULL) {
            end(&slots[i]);
        }
    }
    compare(left);
    syspte_km_stop();
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        hooked_test(both_ledgers_agree_at_every_step),
    };
    steps = argc > 1 ? strtoull(argv[1], NULL, 0) : steps;
    seed = argc > 2 ? strtoull(argv[2], NULL, 0) : seed;
    return cmocka_run_group_tests_name("km.agree", tests, NULL, NULL);
}
