// SPDX-License-Identifier: MIT
// The machine itself: boot and what it refuses, counters, limits, shutdown, and that nothing of one
// machine is left in the next.
#include "harness.h"

#include <stdio.h>

static bool refused(const syspte_config *config, const char *words)
{
    bool booted = syspte_boot(config);
    assert_complaint(words);
    return !booted;
}

// ---- Config

static void defaults_are_those_of_the_header(void **state)
{
    (void)state;

    syspte_config c = syspte_config_default();

    assert_string_equal(c.profile->name, "win7-x64");
    assert_int_equal(c.pte_count, 0);
    assert_int_equal(c.placement, SYSPTE_PLACEMENT_PROFILE);
    assert_int_equal(c.strictness, SYSPTE_CHECK);
    assert_int_equal(c.order, SYSPTE_ORDER_STRICT);
    assert_false(c.accounting_only);
    assert_true(c.gap);
    assert_false(c.hvci);
    assert_false(c.unmap_at_apc);
    assert_int_equal(c.cache_conflict, SYSPTE_CONFLICT_OVERRIDE);
    assert_int_equal(c.reserved_cache, SYSPTE_RESERVED_CACHE_FAIL);
    assert_int_equal(c.quarantine_ptes, 0);
    assert_int_equal(c.stack_frames, 0);
    assert_int_equal(c.history_rows, 4096);
    assert_int_equal(c.view_limit, 0);
}

static void boot_without_a_config_takes_the_defaults(void **state)
{
    (void)state;
    assert_false(syspte_is_booted());
    assert_null(syspte_machine_config());

    boot(NULL);

    assert_true(syspte_is_booted());
    assert_string_equal(syspte_machine_config()->profile->name, "win7-x64");
    assert_int_equal(syspte_machine_config()->pte_count, 33554432);
    assert_int_equal(syspte_machine_config()->placement, SYSPTE_PLACEMENT_HINT);
}

static void config_that_makes_no_sense_is_refused_in_words(void **state)
{
    const char *const values = "a field of the config has none of its values";
    syspte_config c;
    (void)state;

    c = syspte_config_default();
    c.profile = NULL;
    assert_true(refused(&c, "the config has no profile: start from syspte_config_default()"));
    c = syspte_config_default();
    c.pte_count = (1ull << 32) + 1;
    assert_true(refused(&c, "pte_count is more than 4,294,967,296"));
    c = syspte_config_default();
    c.stack_frames = 33;
    assert_true(refused(&c, "stack_frames is more than 32"));
    c = syspte_config_default();
    c.pte_count = 100;
    c.quarantine_ptes = 101;
    assert_true(refused(&c, "quarantine_ptes is more than the machine has"));
    for (uint64_t wrong = 0; wrong < 3; wrong++) {
        const uint64_t sizes[] = {0, 4097, (2ull << 30) + 4096};
        c = syspte_config_default();
        c.ram_bytes = sizes[wrong];
        assert_true(refused(&c, "ram_bytes is not a number of whole pages (4096 bytes), from one"));
    }
    c = syspte_config_default();
    c.guard_ptes = 17;
    assert_true(refused(&c, "guard_ptes or reserved_header_ptes is more than 16"));
    c = syspte_config_default();
    c.reserved_header_ptes = 17;
    assert_true(refused(&c, "guard_ptes or reserved_header_ptes is more than 16"));
    c = syspte_config_default();
    c.strictness = (syspte_strictness)(SYSPTE_VERIFIER + 1);
    assert_true(refused(&c, values));
    c = syspte_config_default();
    c.order = (syspte_order)(SYSPTE_ORDER_FAST + 1);
    assert_true(refused(&c, values));
    c = syspte_config_default();
    c.placement = (syspte_placement)(SYSPTE_PLACEMENT_HINT + 1);
    assert_true(refused(&c, values));
    c = syspte_config_default();
    c.cache_conflict = (syspte_cache_conflict)(SYSPTE_CONFLICT_ALLOW + 1);
    assert_true(refused(&c, values));
    c = syspte_config_default();
    c.reserved_cache = (syspte_reserved_cache)-1;
    assert_true(refused(&c, values));

    assert_false(syspte_is_booted());
}

static void refused_config_leaves_the_running_machine(void **state)
{
    syspte_config c = syspte_config_default();
    (void)state;
    PVOID va = map(BAR, PAGE);
    c.profile = NULL;

    assert_true(refused(&c, "no profile"));

    assert_true(syspte_is_booted());
    unmap(va, PAGE);
    assert_no_findings();
}

static void pte_count_of_the_config_wins(void **state)
{
    syspte_config c = syspte_config_default();
    (void)state;
    c.pte_count = 1000;
    boot(&c);

    assert_int_equal(syspte_counters_now().pte_total, 1000);
    assert_null(map(BAR, 1001 * PAGE));
    assert_non_null(map(BAR, 1000 * PAGE));
}

static void smallest_machine_has_one_pte(void **state)
{
    syspte_config c = syspte_config_default();
    (void)state;
    c.pte_count = 1;
    boot(&c);

    PVOID va = map(BAR, PAGE);
    assert_non_null(va);
    assert_null(map(BAR, PAGE));
    unmap(va, PAGE);

    assert_ptr_equal(map(BAR, PAGE), va);
}

// ---- Profiles

static void boots_as(void **state)
{
    const char *name = *state;
    boot_profile(name);
    const syspte_profile *profile = syspte_machine_config()->profile;
    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_total, profile->pte_count);
    assert_int_equal(now.pte_free, profile->pte_count);
    assert_int_equal(now.free_blocks, 1);
    assert_int_equal(now.largest_free_block, profile->pte_count);

    volatile unsigned char *va = map(BAR, PAGE);
    va[1] = 1;
    assert_int_equal(va[1], 1);
    unmap((PVOID)va, PAGE);
    assert_no_findings();
}

static void win10_x64_maps_its_last_pte(void **state)
{
    const uint64_t count = 1ull << 32;
    (void)state;
    boot_profile("win10-x64");
    if (syspte_limits_now().pte_backed < count || syspte_limits_now().pte_tracked < count) {
        skip(); // this host lends no tables or no address space for so many
    }

    PVOID most = map(0, (count - 1) * PAGE);
    assert_non_null(most);
    PVOID last = map(BAR, PAGE);
    assert_non_null(last);

    assert_int_equal(mapping_at(last).id, count - 1);
    assert_int_equal(mapping_at(last).system_va, va_of(count - 1));
    assert_int_equal(syspte_counters_now().pte_free, 0);
    assert_null(map(BAR, PAGE));
    unmap(last, PAGE);
    assert_int_equal(syspte_counters_now().largest_free_block, 1);
    unmap(most, (count - 1) * PAGE);
    assert_int_equal(syspte_counters_now().largest_free_block, count);
    assert_no_findings();
    assert_int_equal(syspte_shutdown(), 0); // checking every PTE would take a minute
}

static void last_pte_of_win7_x64_has_memory(void **state)
{
    const uint64_t count = 33554432;
    (void)state;
    boot(NULL);
    if (syspte_limits_now().pte_backed < count) {
        skip(); // this host has no address space for so many
    }
    PVOID most = map(0, (count - 1) * PAGE);

    volatile unsigned char *last = map(BAR, PAGE);
    last[0xFFF] = 0x77;

    assert_int_equal(last[0xFFF], 0x77);
    assert_int_equal(mapping_at((PVOID)last).system_va, 0xFFFFF88000000000 + (count - 1) * PAGE);
    unmap((PVOID)last, PAGE);
    unmap(most, (count - 1) * PAGE);
    assert_no_findings();
    assert_int_equal(syspte_shutdown(), 0);
}

// ---- Counters

static void counters_follow_every_call(void **state)
{
    (void)state;
    boot_profile("tiny");
    PVOID a = map(BAR, 10 * PAGE);
    PVOID b = map(BAR, 20 * PAGE);
    PVOID c = map(BAR, 30 * PAGE);
    unmap(b, 20 * PAGE);
    assert_null(map(BAR, 200 * PAGE));

    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_total, 256);
    assert_int_equal(now.pte_free, 216);
    assert_int_equal(now.pte_quarantined, 0);
    assert_int_equal(now.free_blocks, 2);
    assert_int_equal(now.largest_free_block, 196);
    assert_int_equal(now.live_mappings, 2);
    assert_int_equal(now.live_ptes, 40);
    assert_int_equal(now.lost_ptes, 0);
    assert_int_equal(now.maps, 3);
    assert_int_equal(now.failed_maps, 1);
    assert_int_equal(now.peak_ptes, 60);
    unmap(a, 10 * PAGE);
    unmap(c, 30 * PAGE);
    assert_int_equal(syspte_counters_now().free_blocks, 1);
    assert_int_equal(syspte_counters_now().peak_ptes, 60);
}

static void without_a_machine_every_counter_is_zero(void **state)
{
    static const syspte_counters none;
    (void)state;

    syspte_counters now = syspte_counters_now();

    assert_memory_equal(&now, &none, sizeof now);
    assert_null(syspte_machine_check());
}

static bool never(void *context, const syspte_mapping *mapping)
{
    (void)context;
    (void)mapping;
    fail();
    return false;
}

static void without_a_machine_there_are_no_mappings_and_no_findings(void **state)
{
    syspte_finding finding;
    (void)state;

    syspte_mappings_each(never, NULL);

    assert_int_equal(syspte_shutdown(), 0);
    assert_false(syspte_finding_at(SIZE_MAX, &finding));
}

// ---- Shutdown and the next machine

static void shutdown_answers_how_many_are_held(void **state)
{
    (void)state;
    (void)map(BAR, PAGE);
    (void)map(BAR + PAGE, 3 * PAGE);
    unmap(map(BAR, PAGE), PAGE);

    assert_int_equal(syspte_shutdown(), 2);

    assert_false(syspte_is_booted());
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_LEAK), 2);
    assert_int_equal(syspte_report_failures(), 2);
    assert_int_equal(syspte_shutdown(), 0);
    assert_int_equal(syspte_report_failures(), 2); // still told
}

static void boot_shuts_the_last_machine_down(void **state)
{
    (void)state;
    PVOID va = map(BAR, PAGE);
    assert_non_null(va);

    boot(NULL);

    assert_no_findings();
    assert_int_equal(syspte_counters_now().live_mappings, 0);
    assert_int_equal(syspte_counters_now().maps, 0);
    assert_int_equal(syspte_counters_now().peak_ptes, 0);
}

static void machine_after_another_starts_clean(void **state)
{
    (void)state;
    volatile unsigned char *va = map(BAR, 16 * PAGE);
    va[0] = 1;
    syspte_expect_bugcheck(0xE2, 0);
    (void)syspte_scope_enter("left open");
    PVOID first = PAGE_ALIGN((PVOID)va);

    boot(NULL);

    volatile unsigned char *again = map(BAR, PAGE);
    assert_ptr_equal((PVOID)again, first);
    assert_int_equal(again[0], 0);
    assert_int_equal(mapping_at((PVOID)again).sequence, 1);
    unmap((PVOID)again, PAGE);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void machines_of_every_size_follow_each_other(void **state)
{
    static const uint64_t counts[] = {256, 1 << 20, 1, 33554432, 65, 4096, 1 << 20};
    (void)state;

    for (unsigned i = 0; i < 7; i++) {
        syspte_config c = syspte_config_default();
        c.pte_count = counts[i];
        c.placement = i % 2 ? SYSPTE_PLACEMENT_BEST_FIT_TAIL : SYSPTE_PLACEMENT_HINT;
        boot(&c);
        volatile unsigned char *va = map(BAR, PAGE);
        assert_int_equal(va[0], 0);
        va[0] = 0xFF;
        assert_int_equal(syspte_counters_now().pte_total, counts[i]);
        assert_int_equal(syspte_counters_now().pte_free, counts[i] - 1);
        assert_null(syspte_machine_check());
    }
}

static void thousand_boots_leave_nothing(void **state)
{
    (void)state;

    for (int i = 0; i < (is_watched() ? 50 : 1000); i++) {
        boot(NULL);
        assert_non_null(map(BAR, 4 * PAGE));
        assert_int_equal(syspte_counters_now().live_mappings, 1);
    }
    assert_int_equal(syspte_shutdown(), 1);
}

// ---- Limits

static void limits_tell_what_the_host_gave(void **state)
{
    (void)state;
    boot_profile("tiny");

    syspte_limits limits = syspte_limits_now();

    assert_int_equal(limits.pte_tracked, 256);
    assert_int_equal(limits.pte_backed, 256);
    assert_true(limits.reason == NULL || limits.arena_moved);
}

static void accounting_only_has_no_backed_ptes(void **state)
{
    syspte_config c = syspte_config_default();
    (void)state;
    c.accounting_only = true;
    boot(&c);

    assert_int_equal(syspte_limits_now().pte_backed, 0);
    assert_int_equal(syspte_limits_now().pte_tracked, 33554432);
    assert_null(syspte_limits_now().reason);
}

// ---- Tables that are full

static void finding_1025_is_counted_and_not_kept(void **state)
{
    static char names[1100][8];
    (void)state;

    for (unsigned i = 0; i < 1100; i++) {
        (void)snprintf(names[i], sizeof names[i], "%u", i);
        syspte_scope scope = syspte_scope_enter(names[i]); // makes each finding another one
        (void)map(BAR, 0);
        (void)syspte_scope_leave(scope);
    }

    assert_int_equal(syspte_finding_count(), 1024);
    assert_int_equal(syspte_report_failures(), 1100);
    assert_non_null(strstr(report_text(), "76 more findings not kept\n"));
}

// ---- Stacks

// One call in the code, however often it is made, and a frame of its own around it.
__attribute__((noinline)) static PVOID map_here(void)
{
    PVOID volatile va = map(BAR, PAGE);
    return va;
}

static void stack_of_the_call_is_stored_once(void **state)
{
    syspte_config c = syspte_config_default();
    (void)state;
    c.stack_frames = 1;
    boot(&c);

    uint32_t stack = mapping_at(map_here()).context->stack;

    assert_int_not_equal(stack, 0);
    assert_int_equal(mapping_at(map_here()).context->stack, stack);
    assert_int_not_equal(mapping_at(map(BAR, PAGE)).context->stack, stack);
}

static void stack_begins_in_the_driver(void **state)
{
    syspte_config c = syspte_config_default();
    (void)state;
    c.stack_frames = 4;
    boot(&c);

    assert_non_null(map_here());
    (void)syspte_shutdown();

#ifdef _WIN32
#define PROGRAM "test_sim_machine.exe"
#else
#define PROGRAM "test_sim_machine"
#endif
    const char *first = strstr(report_text(), "        #0 " PROGRAM "+0x");
    assert_non_null(first);
    assert_non_null(strstr(first, "        #1 " PROGRAM "+0x"));
}

static void names_of_functions_and_cache_types_are_windows_own(void **state)
{
    (void)state;

    assert_string_equal(syspte_api_name(SYSPTE_API_MM_MAP_IO_SPACE), "MmMapIoSpace");
    assert_string_equal(syspte_api_name(SYSPTE_API_MM_MAP_IO_SPACE_EX), "MmMapIoSpaceEx");
    assert_string_equal(syspte_api_name(SYSPTE_API_MM_UNMAP_IO_SPACE), "MmUnmapIoSpace");
    assert_string_equal(syspte_api_name(SYSPTE_API_MM_MAP_VIDEO_DISPLAY), "MmMapVideoDisplay");
    assert_string_equal(syspte_api_name(SYSPTE_API_MM_UNMAP_VIDEO_DISPLAY), "MmUnmapVideoDisplay");
    assert_string_equal(syspte_api_name(SYSPTE_API_COUNT), "?");
    assert_string_equal(syspte_cache_name(SYSPTE_CACHE_NONCACHED), "MmNonCached");
    assert_string_equal(syspte_cache_name(SYSPTE_CACHE_CACHED), "MmCached");
    assert_string_equal(syspte_cache_name(SYSPTE_CACHE_WRITE_COMBINED), "MmWriteCombined");
    assert_string_equal(syspte_cache_name(3), "?");
}

static void every_rule_has_words_and_a_name_of_its_own(void **state)
{
    (void)state;

    for (int i = 0; i < SYSPTE_RULE_COUNT; i++) {
        const syspte_rule *rule = syspte_rule_of((syspte_rule_id)i);
        assert_true(rule->name[0] != 0 && rule->title[0] != 0);
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(rule->name, syspte_rule_of((syspte_rule_id)k)->name);
        }
    }
    assert_null(syspte_rule_of(SYSPTE_RULE_COUNT));
    assert_string_equal(syspte_severity_name(SYSPTE_LEAK), "leak");
    assert_string_equal(syspte_severity_name((syspte_severity)(SYSPTE_NOTE + 1)), "?");
}

#define BOOTS(name)                                                                                \
    {                                                                                              \
        "boots_as_" name, boots_as, hook_begin, machine_end, (void *)(uintptr_t)name               \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(defaults_are_those_of_the_header),
        hooked_test(boot_without_a_config_takes_the_defaults),
        hooked_test(config_that_makes_no_sense_is_refused_in_words),
        machine_test(refused_config_leaves_the_running_machine),
        hooked_test(pte_count_of_the_config_wins),
        hooked_test(smallest_machine_has_one_pte),
        BOOTS("xp-x86"),
        BOOTS("srv2003-x86-3gb"),
        BOOTS("win7-x86"),
        BOOTS("win7-x64"),
        BOOTS("win10-x64"),
        BOOTS("tiny"),
        hooked_test(win10_x64_maps_its_last_pte),
        hooked_test(last_pte_of_win7_x64_has_memory),
        hooked_test(counters_follow_every_call),
        hooked_test(without_a_machine_every_counter_is_zero),
        hooked_test(without_a_machine_there_are_no_mappings_and_no_findings),
        machine_test(shutdown_answers_how_many_are_held),
        machine_test(boot_shuts_the_last_machine_down),
        machine_test(machine_after_another_starts_clean),
        hooked_test(machines_of_every_size_follow_each_other),
        hooked_test(thousand_boots_leave_nothing),
        hooked_test(limits_tell_what_the_host_gave),
        hooked_test(accounting_only_has_no_backed_ptes),
        machine_test(finding_1025_is_counted_and_not_kept),
        hooked_test(stack_of_the_call_is_stored_once),
        hooked_test(stack_begins_in_the_driver),
        hooked_test(names_of_functions_and_cache_types_are_windows_own),
        hooked_test(every_rule_has_words_and_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
