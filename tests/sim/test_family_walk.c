// SPDX-License-Identifier: MIT
// A seeded walk over all functions of the mapping family next to the naive model of family.h: after
// every step the PTEs taken are the sum of what lives. A walk is many lives of a machine: of one,
// everything is given back at the end, and all PTEs are free again; the next ends in the middle,
// and its shutdown must find what the model holds, kind by kind. A short walk:
//     test_sim_family_walk
// and a long one, of every machine of the table or of one:
//     test_sim_family_walk STEPS [SEED [NAME]]
#include "family.h"

#include <stdio.h>
#include <stdlib.h>

enum { STEPS = 1500, STEPS_WATCHED = 300, LIFE = 12000, ENOUGH_RAM = 0x1800000 };

typedef struct walk {
    const char *name;
    const char *profile;
    uint64_t pte_count; // 0: the profile's
    syspte_placement placement;
    syspte_order order;
    bool accounting_only;
    bool no_gap;
    uint64_t quarantine_ptes;
    syspte_contiguous contiguous;
    uint64_t priority_ptes;
    uint64_t ram_bytes;  // 0: enough
    uint64_t view_limit; // 0: enough
    syspte_strictness strictness;
} walk;

static uint64_t steps_asked;
static uint64_t pages_at_begin;
static uint64_t seed_asked = 1;

// What a life's seed alone decides.
static void vary(syspte_config *config, uint64_t seed)
{
    static const unsigned guards[] = {2, 0, 1, 5, 16};
    static const unsigned headers[] = {2, 0, 1, 16};
    config->guard_ptes = guards[seed % 5];
    config->reserved_header_ptes = headers[seed / 2 % 4];
    config->stack_frames = seed % 3 == 0 ? 3 : 0;
    config->history_rows = seed % 4 == 3 ? 8 : config->history_rows;
}

static syspte_config config_of(const walk *w)
{
    syspte_config config = syspte_config_default();
    config.profile = syspte_profile_find(w->profile);
    config.pte_count = w->pte_count;
    config.placement = w->placement;
    config.order = w->order;
    config.accounting_only = w->accounting_only;
    config.gap = !w->no_gap;
    config.quarantine_ptes = w->quarantine_ptes;
    config.contiguous = w->contiguous;
    config.priority_low_ptes = w->priority_ptes;
    config.priority_normal_ptes = w->priority_ptes / 2;
    config.ram_bytes = w->ram_bytes != 0 ? w->ram_bytes : ENOUGH_RAM;
    config.view_limit = w->view_limit;
    config.strictness = w->strictness;
    return config;
}

// ---- The end of a life

static void count_held(const family *f, uint64_t held[FAMILY_HELD])
{
    for (unsigned i = 0; i < FAMILY_THINGS; i++) {
        for (unsigned kind = 0; kind < FAMILY_HELD; kind++) {
            held[kind] += f->things[i].held[kind];
        }
    }
}

static void count_leaks(uint64_t leaks[FAMILY_HELD])
{
    syspte_finding finding;
    for (size_t i = 0; syspte_finding_at(i, &finding); i++) {
        if (finding.rule == SYSPTE_RULE_LEAK && finding.call->kind < FAMILY_HELD) {
            leaks[finding.call->kind] += finding.count;
        }
    }
}

// The machine ends with things in it: it must find each of them.
static bool cut_off(family *f)
{
    uint64_t held[FAMILY_HELD] = {0};
    uint64_t leaks[FAMILY_HELD] = {0};
    uint64_t all = 0;
    count_held(f, held);
    uint64_t found = syspte_shutdown();
    count_leaks(leaks);
    for (unsigned kind = 0; kind < FAMILY_HELD; kind++) {
        all += held[kind];
        if (leaks[kind] != held[kind]) {
            family_say(f, "kind %u: %llu leaks instead of %llu", kind,
                       (unsigned long long)leaks[kind], (unsigned long long)held[kind]);
        }
    }
    (void)family_expect(f, found == all, "the shutdown counts what is held");
    free(f->taken);
    free(f->host);
    return !f->wrong;
}

// Pages that can be had when one asks for all.
static uint64_t free_pages(void)
{
    PMDL mdl = MmAllocatePagesForMdlEx(physical(0), physical(UINT64_MAX >> 1), physical(0),
                                       syspte_machine_config()->ram_bytes, MmCached,
                                       MM_DONT_ZERO_ALLOCATION);
    uint64_t pages = mdl->ByteCount / PAGE;
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
    return pages;
}

// What no counter tells: a process can be shown memory.
static bool can_show(void)
{
    PVOID buffer = ExAllocatePoolWithTag(NonPagedPoolNx, PAGE, FAMILY_TAG);
    PMDL mdl = IoAllocateMdl(buffer, (ULONG)PAGE, FALSE, FALSE, NULL);
    PVOID volatile va = NULL;
    MmBuildMdlForNonPagedPool(mdl);
    SYSPTE_TRY
    {
        va = MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
        MmUnmapLockedPages(va, mdl);
    }
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        va = NULL;
    }
    IoFreeMdl(mdl);
    ExFreePool(buffer);
    return va != NULL;
}

static bool give_back(family *f)
{
    if (!family_end(f)) {
        return false;
    }
    syspte_counters c = syspte_counters_now();
    const char *broken = syspte_machine_check();
    (void)family_expect(f, c.pte_free + c.pte_quarantined + f->lost == c.pte_total,
                        "in the end all PTEs are free");
    (void)family_expect(f, c.live_mappings == 0, "in the end nothing is mapped");
    (void)family_expect(f, broken == NULL, broken == NULL ? "" : broken);
    (void)family_expect(f, free_pages() == pages_at_begin, "in the end all RAM is free");
    (void)family_expect(f, can_show(), "in the end there is a user view");
    (void)family_expect(f, syspte_shutdown() == 0, "in the end no mapping is held");
    (void)family_expect(f, syspte_finding_occurrences(SYSPTE_RULE_LEAK) == 0, "nothing leaked");
    return !f->wrong;
}

// ---- A walk

static family walker; // what a bug check jumps out of
static const walk *walked;
static uint64_t life_steps;
static uint64_t life_number;
static bool life_good;

static void live(void)
{
    uint64_t seed = seed_asked + life_number;
    syspte_config config = config_of(walked);
    vary(&config, seed);
    boot(&config);
    pages_at_begin = free_pages();
    family_begin(&walker, walked->name, seed, true);
    walker.scarce = walked->ram_bytes != 0 || walked->view_limit != 0;
    walker.told = getenv("SYSPTE_FAMILY_TOLD") != NULL;
    life_good =
        family_walk(&walker, life_steps) && (seed % 2 != 0 ? give_back(&walker) : cut_off(&walker));
}

static void walk_on(void **state)
{
    walked = *state;
    uint64_t left = steps_asked != 0 ? steps_asked : is_watched() ? STEPS_WATCHED : STEPS;
    uint64_t looks = 0;
    uint64_t failures = 0;
    uint64_t maps = 0;
    uint64_t shortages = 0;
    if (walked->view_limit != 0 && RUNNING_ON_VALGRIND) {
        skip(); // views past the limit have no memory there
    }
    for (life_number = 0; left > 0; life_number++) {
        life_steps = left < LIFE ? (left + 1) / 2 : LIFE;
        left -= life_steps;
        life_good = false;
        if (stops(live)) {
            family_say(&walker, "the machine stopped: 0x%X (0x%llX, 0x%llX, 0x%llX, 0x%llX)",
                       seen.stop.code, (unsigned long long)seen.stop.parameter[0],
                       (unsigned long long)seen.stop.parameter[1],
                       (unsigned long long)seen.stop.parameter[2],
                       (unsigned long long)seen.stop.parameter[3]);
            syspte_report(NULL);
        }
        assert_true(life_good);
        looks += walker.looks;
        failures += walker.failures;
        maps += walker.maps;
        shortages += walker.shortages;
    }
    assert_true(looks != 0 || walked->accounting_only);
    assert_true(failures != 0);
    assert_true(shortages != 0 || walked->ram_bytes == 0 || is_watched());
    if (steps_asked != 0) {
        print_message("%s: seed %llu, %llu steps, %llu maps, %llu legal failures, %llu looks\n",
                      walked->name, (unsigned long long)seed_asked, (unsigned long long)steps_asked,
                      (unsigned long long)maps, (unsigned long long)failures,
                      (unsigned long long)looks);
    }
}

// ---- The table

#define FREE     SYSPTE_FREE
#define TRACK    SYSPTE_TRACK
#define CHECK    SYSPTE_CHECK
#define VERIFIER SYSPTE_VERIFIER

#define OWN  SYSPTE_PLACEMENT_PROFILE
#define HINT SYSPTE_PLACEMENT_HINT
#define FIT  SYSPTE_PLACEMENT_BEST_FIT_TAIL
#define SLOW SYSPTE_ORDER_STRICT
#define FAST SYSPTE_ORDER_FAST

#define BY_CACHE SYSPTE_CONTIGUOUS_BY_CACHE
#define POOL     SYSPTE_CONTIGUOUS_POOL
#define PTES     SYSPTE_CONTIGUOUS_PTES

static walk walks[] = {
    // name, profile, PTEs, placement, order, accounting only, no gap, quarantine, contiguous,
    // priority, RAM, views, strictness
    {"xp_x86", "xp-x86", 0, OWN, SLOW, false, false, 0, BY_CACHE, 0, 0, 0, CHECK},
    {"win7_x64", "win7-x64", 0, OWN, SLOW, false, false, 0, BY_CACHE, 0, 0, 0, CHECK},
    {"win7_x86_fast", "win7-x86", 0, OWN, FAST, false, false, 0, PTES, 0, 0, 0, CHECK},
    {"xp_x86_200", "xp-x86", 200, OWN, SLOW, false, false, 0, BY_CACHE, 0, 0, 0, CHECK},
    {"win10_x64_300", "win10-x64", 300, OWN, SLOW, false, false, 0, PTES, 40, 0, 0, CHECK},
    {"win7_x64_129_fast", "win7-x64", 129, OWN, FAST, false, false, 0, BY_CACHE, 0, 0, 0, CHECK},
    {"xp_x86_500_fast", "xp-x86", 500, OWN, FAST, true, false, 0, POOL, 30, 0, 0, CHECK},
    {"hint_400_quarantine", "win7-x64", 400, HINT, SLOW, false, false, 100, PTES, 20, 0, 0, CHECK},
    {"fit_65", "win7-x64", 65, FIT, SLOW, true, true, 0, BY_CACHE, 8, 0, 0, CHECK},
    {"tiny_ram", "win10-x64", 600, HINT, SLOW, false, true, 0, BY_CACHE, 0, 0x30000, 0, CHECK},
    {"win7_x64_verifier", "win7-x64", 2000, OWN, SLOW, false, false, 0, BY_CACHE, 0, 0, 0,
     VERIFIER},
    {"win7_x86_track", "win7-x86", 1000, OWN, FAST, false, false, 64, PTES, 0, 0, 0, TRACK},
    {"xp_x86_free", "xp-x86", 1000, OWN, SLOW, false, false, 0, BY_CACHE, 0, 0, 0, FREE},
    {"few_views", "win10-x64", 600, FIT, SLOW, false, false, 64, BY_CACHE, 0, 0, 24, CHECK},
};

enum { WALKS = sizeof walks / sizeof walks[0] };

int main(int argc, char **argv)
{
    struct CMUnitTest tests[WALKS];
    steps_asked = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    seed_asked = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    if (argc > 3) {
        cmocka_set_test_filter(argv[3]);
    }
    for (unsigned i = 0; i < WALKS; i++) {
        tests[i] = (struct CMUnitTest){walks[i].name, walk_on, hook_begin, machine_end, &walks[i]};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
