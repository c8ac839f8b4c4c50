// SPDX-License-Identifier: MIT
// Calls from one line of the driver by several ways to it: each has its own stack, IRQL and owner,
// however often the others came in between, in both orders and on several threads. A thread
// remembers its last calls, and must see that a call is another one.
#define _POSIX_C_SOURCE 200809L

#include "harness.h"

#include <pthread.h>
#include <stdlib.h>

enum { FRAMES = 32, ROUTES = 6, ROUNDS = 3000, ROUNDS_WATCHED = 300, THREADS = 3 };

#define NO_INLINE __attribute__((noinline))

static _Thread_local volatile unsigned keep; // written after a call, so that it is no tail call

static void boot_frames(syspte_order order, unsigned frames)
{
    syspte_config config = syspte_config_default();
    config.order = order;
    config.accounting_only = true;
    config.stack_frames = frames;
    boot(&config);
}

static unsigned rounds(void)
{
    return is_watched() ? ROUNDS_WATCHED : ROUNDS;
}

// ---- One line, several ways to it

NO_INLINE static PVOID map_here(void)
{
    PVOID va = map(BAR, PAGE);
    keep++;
    return va;
}

NO_INLINE static void unmap_here(PVOID va)
{
    unmap(va, PAGE);
    keep++;
}

NO_INLINE static PVOID by_start(void)
{
    PVOID va = map_here();
    keep += 1;
    return va;
}

NO_INLINE static PVOID by_resume(void)
{
    PVOID va = map_here();
    keep += 2;
    return va;
}

// From two places of one function, which no compiler can make one of.
NO_INLINE static PVOID by_reset(unsigned again)
{
    PVOID va = map_here();
    if (again != 0) {
        unmap_here(va);
        va = map_here();
    }
    keep++;
    return va;
}

NO_INLINE static PVOID by_depth(unsigned depth)
{
    PVOID va = depth == 0 ? map_here() : by_depth(depth - 1);
    keep++;
    return va;
}

NO_INLINE static PVOID route_take(unsigned route)
{
    PVOID va = NULL;
    switch (route) {
    case 0:
        va = by_start();
        break;
    case 1:
        va = by_resume();
        break;
    case 2:
    case 3:
        va = by_reset(route - 2);
        break;
    default:
        va = by_depth(route - 4);
    }
    keep++;
    return va;
}

// ---- What a mapping is from

typedef struct origin {
    const void *address;
    bool found;
    syspte_context context;
} origin;

static bool look(void *argument, const syspte_mapping *mapping)
{
    origin *o = argument;
    if (mapping->address == o->address) {
        o->found = true;
        o->context = *mapping->context;
    }
    return !o->found;
}

static syspte_context context_of(const void *address)
{
    origin o = {.address = address};
    syspte_mappings_each(look, &o);
    return o.context; // all zeros if there is none
}

typedef struct alternation {
    uint32_t stacks[ROUTES]; // of each route, when it was taken for the first time
    unsigned wrong;
    uint32_t seed;
} alternation;

static void note_route(alternation *a, unsigned i, unsigned route, const void *va)
{
    uint32_t stack = context_of(va).stack;
    if (i < ROUTES) {
        a->stacks[route] = stack;
    } else {
        a->wrong += stack != a->stacks[route];
    }
}

// One call of route_take in the code, whatever a compiler makes of it: so nothing is decided here.
NO_INLINE static void take_routes(alternation *a, unsigned count)
{
    static const unsigned char looks[] = {1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};
    PVOID held[3] = {NULL, NULL, NULL};
    for (volatile unsigned i = 0; i < count; i++) {
        a->seed = a->seed * 1664525 + 1013904223;
        volatile unsigned route = i < ROUTES ? i : (a->seed >> 16) % ROUTES;
        PVOID va = route_take(route);
        // Looking takes the long way: most rounds do not.
        if (i < ROUTES || looks[(a->seed >> 8) % sizeof looks] != 0) {
            note_route(a, i, route, va);
        }
        unsigned slot = (a->seed >> 24) % 3;
        if (held[slot] != NULL) {
            unmap_here(held[slot]);
        }
        held[slot] = va;
    }
    for (unsigned slot = 0; slot < 3; slot++) {
        if (held[slot] != NULL) {
            unmap_here(held[slot]);
        }
    }
}

static void assert_apart(const alternation *a)
{
    assert_int_equal(a->wrong, 0);
    for (unsigned i = 0; i < ROUTES; i++) {
        assert_int_not_equal(a->stacks[i], 0);
        for (unsigned k = 0; k < i; k++) {
            assert_int_not_equal(a->stacks[i], a->stacks[k]);
        }
    }
}

static void check_routes(syspte_order order)
{
    alternation a = {.seed = 7};
    boot_frames(order, FRAMES);

    take_routes(&a, rounds());

    assert_apart(&a);
    assert_int_equal(syspte_counters_now().live_mappings, 0);
    assert_no_findings();
}

static void each_way_to_a_line_has_its_stack_in_strict_order(void **state)
{
    (void)state;
    check_routes(SYSPTE_ORDER_STRICT);
}

static void each_way_to_a_line_has_its_stack_in_fast_order(void **state)
{
    (void)state;
    check_routes(SYSPTE_ORDER_FAST);
}

static void *take_routes_in_thread(void *argument)
{
    take_routes(argument, rounds());
    return NULL;
}

static void check_threads(syspte_order order)
{
    pthread_t threads[THREADS];
    alternation a[THREADS];
    boot_frames(order, FRAMES);
    memset(a, 0, sizeof a);
    for (unsigned i = 0; i < THREADS; i++) {
        a[i].seed = i;
        assert_int_equal(pthread_create(&threads[i], NULL, take_routes_in_thread, &a[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_apart(&a[i]);
        assert_memory_equal(a[i].stacks, a[0].stacks, sizeof a[i].stacks);
    }
    assert_int_equal(syspte_counters_now().live_mappings, 0);
    assert_no_findings();
}

static void threads_have_the_same_stacks_for_the_same_ways_in_strict_order(void **state)
{
    (void)state;
    check_threads(SYSPTE_ORDER_STRICT);
}

static void threads_have_the_same_stacks_for_the_same_ways_in_fast_order(void **state)
{
    (void)state;
    check_threads(SYSPTE_ORDER_FAST);
}

// ---- What a report says

// A machine on which `route` leaks once, after `warm` rounds of all. The stack as the report has
// it.
NO_INLINE static char *stack_reported(syspte_order order, unsigned route, unsigned warm)
{
    static const char begin[] = "        #0 ";
    boot_frames(order, 4);
    for (unsigned i = 0; i < warm * ROUTES; i++) {
        unmap_here(route_take(i % ROUTES));
    }
    (void)route_take(route);
    assert_int_equal(syspte_shutdown(), 1);
    char *stack = strdup(strstr(report_text(), begin));
    assert_non_null(stack);
    char *end = stack;
    while (strncmp(end, begin, sizeof begin - 4) == 0) { // as far as the lines are frames
        end = strchr(end, '\n') + 1;
    }
    *end = '\0';
    return stack;
}

static void check_reports(syspte_order order)
{
    char *cold[ROUTES];
    for (unsigned route = 0; route < ROUTES; route++) {
        cold[route] = stack_reported(order, route, 0);
        for (unsigned other = 0; other < route; other++) {
            assert_string_not_equal(cold[route], cold[other]);
        }
    }
    for (unsigned route = 0; route < ROUTES; route++) {
        char *warm = stack_reported(order, route, 20);
        assert_string_equal(warm, cold[route]);
        free(warm);
    }
    for (unsigned route = 0; route < ROUTES; route++) {
        free(cold[route]);
    }
}

static void report_tells_the_same_stack_after_many_other_calls_in_strict_order(void **state)
{
    (void)state;
    check_reports(SYSPTE_ORDER_STRICT);
}

static void report_tells_the_same_stack_after_many_other_calls_in_fast_order(void **state)
{
    (void)state;
    check_reports(SYSPTE_ORDER_FAST);
}

// ---- Calls without a site

// One place that calls either form: one more argument than a function takes does no harm here.
typedef PVOID map_function(PHYSICAL_ADDRESS address, SIZE_T bytes, MEMORY_CACHING_TYPE cache,
                           const char *file, unsigned line, const char *function);

NO_INLINE static PVOID call_form(map_function *form)
{
    static const char file[] = "hw.c";
    // Calls without a site and those of such a line are looked for in the same place.
    PVOID va = form(physical(BAR), PAGE, MmNonCached, file, 64, "StartDevice");
    keep++;
    return va;
}

NO_INLINE static PVOID form_by(map_function *form, bool resume)
{
    PVOID va = call_form(form);
    if (resume) {
        unmap_here(va);
        va = call_form(form);
    }
    keep++;
    return va;
}

static void check_forms(syspte_order order)
{
    map_function *with_site = syspte_at_MmMapIoSpace;
    map_function *without_site = (map_function *)(void (*)(void))(MmMapIoSpace);
    boot_frames(order, FRAMES);

    for (unsigned i = 0; i < 20; i++) {
        syspte_context of[4];
        PVOID va[4];
        // Start, resume without, resume, start without. One call in the code.
        for (volatile unsigned k = 0; k < 4; k++) {
            va[k] = form_by(k % 2 == 0 ? with_site : without_site, k == 1 || k == 2);
        }
        for (unsigned k = 0; k < 4; k++) {
            of[k] = context_of(va[k]);
            assert_int_equal(of[k].file == NULL, k % 2);
            assert_int_equal(of[k].return_address != 0, k % 2);
            unmap_here(va[k]);
        }
        assert_int_not_equal(of[0].stack, of[2].stack);
        assert_int_equal(of[1].stack, of[2].stack);
        assert_int_equal(of[3].stack, of[0].stack);
    }
    assert_no_findings();
}

static void call_without_a_site_leaves_no_stack_to_one_with_a_site_in_strict_order(void **state)
{
    (void)state;
    check_forms(SYSPTE_ORDER_STRICT);
}

static void call_without_a_site_leaves_no_stack_to_one_with_a_site_in_fast_order(void **state)
{
    (void)state;
    check_forms(SYSPTE_ORDER_FAST);
}

// ---- IRQL and owner

static void check_standing(syspte_order order, unsigned frames)
{
    static int device[2];
    const void *owners[] = {NULL, &device[0], &device[1]};
    uint32_t numbers[3] = {0};
    boot_frames(order, frames);
    for (unsigned i = 0; i < 300; i++) {
        KIRQL irql = (KIRQL)(i * 7 / 5 % 3); // PASSIVE, APC, DISPATCH
        unsigned owner = i / 4 % 3;
        KIRQL before;
        (void)syspte_owner_set(owners[owner]);
        KeRaiseIrql(irql, &before);
        PVOID va = by_start();
        KeLowerIrql(before);

        syspte_context context = context_of(va);
        assert_int_equal(context.irql, irql);
        if (irql == DISPATCH_LEVEL) {
            assert_int_equal(context.owner, 0); // set below, it does not count there
        } else if (numbers[owner] == 0) {
            numbers[owner] = context.owner;
        } else {
            assert_int_equal(context.owner, numbers[owner]);
        }
        unmap_here(va);
    }
    assert_int_equal(numbers[0], 0);
    assert_int_not_equal(numbers[1], 0);
    assert_int_not_equal(numbers[2], 0);
    assert_int_not_equal(numbers[1], numbers[2]);
    (void)syspte_owner_set(NULL);
    assert_no_findings();
}

static void irql_and_owner_of_each_call_are_its_own(void **state)
{
    (void)state;
    for (unsigned frames = 0; frames <= 8; frames += 8) {
        check_standing(SYSPTE_ORDER_STRICT, frames);
        check_standing(SYSPTE_ORDER_FAST, frames);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(each_way_to_a_line_has_its_stack_in_strict_order),
        hooked_test(each_way_to_a_line_has_its_stack_in_fast_order),
        hooked_test(threads_have_the_same_stacks_for_the_same_ways_in_strict_order),
        hooked_test(threads_have_the_same_stacks_for_the_same_ways_in_fast_order),
        hooked_test(report_tells_the_same_stack_after_many_other_calls_in_strict_order),
        hooked_test(report_tells_the_same_stack_after_many_other_calls_in_fast_order),
        hooked_test(call_without_a_site_leaves_no_stack_to_one_with_a_site_in_strict_order),
        hooked_test(call_without_a_site_leaves_no_stack_to_one_with_a_site_in_fast_order),
        hooked_test(irql_and_owner_of_each_call_are_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
