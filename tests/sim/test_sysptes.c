// SPDX-License-Identifier: MIT
// The machine as !sysptes, !vm and typeperf show it, whole texts.
#include "harness.h"

#include <syspte/pending.h>

static char text[8192];
static size_t length;

static void keep(void *context, const char *more, size_t bytes)
{
    (void)context;
    assert_true(length + bytes < sizeof text);
    memcpy(text + length, more, bytes);
    length += bytes;
    text[length] = '\0';
}

static const syspte_writer *paper(void)
{
    static const syspte_writer writer = {keep, NULL};
    length = 0;
    text[0] = '\0';
    return &writer;
}

#line 1000 "drv/hw.c"
static PVOID StartDevice(void)
{
    return map(0xFEBC0123, 2 * PAGE);
}
#line 33 "test_sysptes.c"

static void free_runs_have_the_addresses_of_their_ptes(void **state)
{
    (void)state;
    boot_profile("tiny");
    assert_non_null(StartDevice());
    PVOID gone = map(BAR, PAGE);
    assert_non_null(map(BAR, PAGE));
    unmap(gone, PAGE);

    syspte_sysptes(paper(), SYSPTE_SYSPTES_FREE);

    assert_string_equal(text, "System PTE Information\n"
                              "  Total System Ptes 256\n"
                              "    starting PTE: fffff6fc40000000\n"
                              "    ending PTE:   fffff6fc400007f8\n"
                              "      free ptes: fffff6fc40000018   number free: 1.\n"
                              "      free ptes: fffff6fc40000028   number free: 251.\n"
                              "  free blocks: 2   total free: 252    largest free block: 251\n");
}

static void ptes_of_x86_have_eight_digits(void **state)
{
    (void)state;
    boot_profile("xp-x86");
    syspte_sysptes(paper(), SYSPTE_SYSPTES_FREE);
    assert_string_equal(text, "System PTE Information\n"
                              "  Total System Ptes 168960\n"
                              "    starting PTE: c0620000\n"
                              "    ending PTE:   c0769ff8\n"
                              "      free ptes: c0620000   number free: 168960.\n"
                              "  free blocks: 1   total free: 168960    largest free block: "
                              "168960\n");
}

static void a_full_pool_has_no_runs(void **state)
{
    (void)state;
    boot_profile("tiny");
    assert_non_null(map(BAR, 256 * PAGE));
    syspte_sysptes(paper(), SYSPTE_SYSPTES_FREE);
    assert_non_null(strstr(text, "\n  free blocks: 0   total free: 0    largest free block: 0\n"));
    assert_null(strstr(text, "free ptes"));
}

static void many_runs_are_all_listed(void **state)
{
    (void)state;
    syspte_pool_shape pieces = {.pte_free = 100, .free_blocks = 100, .largest_free_block = 1};
    unsigned rows = 0;
    boot_profile("tiny");
    assert_true(syspte_pool_fragment(&pieces));
    syspte_sysptes(paper(), SYSPTE_SYSPTES_FREE);
    for (const char *at = text; (at = strstr(at, "number free: 1.\n")) != NULL; at++) {
        rows++;
    }
    assert_int_equal(rows, 100);
}

static void mappings_have_their_callers(void **state)
{
    (void)state;
    boot_profile("win7-x86");
    assert_non_null(StartDevice());
    assert_non_null(StartDevice());

    syspte_sysptes(paper(), SYSPTE_SYSPTES_LOCKED);

    assert_string_equal(text, "System PTE Information\n"
                              "  Total System Ptes 307168\n"
                              "0x6 System PTEs allocated to mapping locked pages\n"
                              "VA       MDL      PageCount  Caller/CallersCaller\n"
                              "8b000123 febc0000        3  hw.c!StartDevice+1002/\n"
                              "8b003123 febc0000        3  hw.c!StartDevice+1002/\n");
}

static void callers_have_callers_where_stacks_are_on(void **state)
{
    (void)state;
    syspte_config config = syspte_config_default();
    config.stack_frames = 8;
    boot(&config);
    assert_non_null(StartDevice());
    syspte_sysptes(paper(), SYSPTE_SYSPTES_LOCKED);
    const char *row = strstr(text, "hw.c!StartDevice+1002/");
    assert_non_null(row);
    assert_true(strlen(row) > sizeof "hw.c!StartDevice+1002/\n");
}

static void vm_tells_free_ptes_and_raises_the_alarm(void **state)
{
    (void)state;
    boot_profile("tiny");
    syspte_vm(paper());
    assert_string_equal(text, " Free System PTEs:      256   (    1024 Kb)\n");
    assert_non_null(map(BAR, 253 * PAGE));
    assert_null(map(BAR, 4 * PAGE));
    assert_null(map(BAR, 4 * PAGE));
    syspte_vm(paper());
    assert_string_equal(text, " Free System PTEs:        3   (      12 Kb)\n"
                              " ********** Running out of system PTEs **************\n"
                              " ******* 2 system PTE allocations have failed ******\n");
}

static void the_counter_is_sampled_over_simulated_time(void **state)
{
    (void)state;
    boot_profile("tiny");
    const syspte_writer *out = paper();
    syspte_typeperf_header(out);
    syspte_typeperf_sample(out);
    assert_non_null(map(BAR, PAGE));
    (void)syspte_time_advance(15000000);
    syspte_typeperf_sample(out);
    (void)syspte_time_advance(10000000ull * 86400 * 60);
    syspte_typeperf_sample(out);
    assert_string_equal(text,
                        "\"(PDH-CSV 4.0)\",\"\\\\SYSPTE\\Memory\\Free System Page Table Entries\"\n"
                        "\"01/01/2020 00:00:00.000\",\"256.000000\"\n"
                        "\"01/01/2020 00:00:01.500\",\"255.000000\"\n"
                        "\"03/01/2020 00:00:01.500\",\"255.000000\"\n");
}

static void without_a_machine_there_is_nothing(void **state)
{
    (void)state;
    const syspte_writer *out = paper();
    syspte_sysptes(out, SYSPTE_SYSPTES_FREE | SYSPTE_SYSPTES_LOCKED);
    syspte_vm(out);
    syspte_typeperf_sample(out);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(free_runs_have_the_addresses_of_their_ptes),
        hooked_test(ptes_of_x86_have_eight_digits),
        hooked_test(a_full_pool_has_no_runs),
        hooked_test(many_runs_are_all_listed),
        hooked_test(mappings_have_their_callers),
        hooked_test(callers_have_callers_where_stacks_are_on),
        hooked_test(vm_tells_free_ptes_and_raises_the_alarm),
        hooked_test(the_counter_is_sampled_over_simulated_time),
        hooked_test(without_a_machine_there_is_nothing),
    };
    return cmocka_run_group_tests_name("sysptes", tests, NULL, NULL);
}
