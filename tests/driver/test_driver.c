// SPDX-License-Identifier: MIT
// Driver source that was compiled by syspte_add_driver, run: what each obstacle's source does is as
// on Windows. This side has the host's C library, and the driver's header.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <syspte/cmocka.h>
#include <shared.h>

static PHYSICAL_ADDRESS device(void)
{
    PHYSICAL_ADDRESS address = {.QuadPart = 0xFEBC0000};
    return address;
}

static void shared_struct_is_as_long_on_both_sides(void **state)
{
    (void)state;
    assert_int_equal(SharedBytes(), sizeof(SHARED));
    assert_int_equal(SharedBytesOfCpp(), sizeof(SHARED));
}

static void comma_before_no_arguments_is_left_out(void **state)
{
    (void)state;
    assert_int_equal(CommaLeftOut(), STATUS_SUCCESS);
}

static bool remember(void *context, const syspte_mapping *mapping)
{
    *(syspte_mapping *)context = *mapping;
    return true;
}

static void call_over_several_lines_is_at_the_first(void **state)
{
    PVOID (*const maps[])(PHYSICAL_ADDRESS, PULONG) = {CommaMapsOverLines, DialectMapsOverLines};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        ULONG line;
        syspte_mapping mapping;
        PVOID mapped = maps[i](device(), &line);
        syspte_mappings_each(remember, &mapping);
        assert_int_equal(mapping.context->line, line);
        MmUnmapIoSpace(mapped, 0x1000);
    }
}

static void function_is_a_literal(void **state)
{
    (void)state;
    assert_string_equal(FunctionBesideText(), "in "
                                              "function.c"
                                              ": here");
}

static void names_of_the_host_are_the_drivers(void **state)
{
    (void)state;
    assert_int_equal(OwnNames(), STATUS_SUCCESS);
}

static void text_is_formatted_as_on_windows(void **state)
{
    WCHAR wide[64];
    char narrow[64];
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"Name");
    (void)state;

    assert_int_equal(WideText(wide, sizeof wide), 25);
    assert_memory_equal(wide, L"\\Device\\Pci0:\x20AC:x:00001234", 26 * sizeof(WCHAR));
    assert_int_equal(WideText(wide, 20), 0);
    assert_int_equal(NarrowText(narrow, sizeof narrow, &name), STATUS_SUCCESS);
    assert_string_equal(narrow, "Name 123456789 ws");
}

static void exceptions_reach_their_handlers(void **state)
{
    LONG steps = 0;
    (void)state;
    assert_int_equal(Exceptions(0, &steps), 12);
    assert_int_equal(Exceptions(1, &steps), 21);
    assert_int_equal(Exceptions(2, &steps), STATUS_DEVICE_BUSY);
    assert_int_equal(steps, 1111);
    assert_int_equal(FilterOfTwo(), 1111);
}

static void bodies_may_be_left_by_return_and_continue(void **state)
{
    (void)state;
    assert_int_equal(BodyLeftByReturn(), 30);
    assert_int_equal(BodyLeftByContinue(), 50);
}

// What Windows would have run, and the test is told: so it is no test of the adapter.
static void check_told(LONG (*leave)(PLONG steps), const char *name)
{
    LONG steps = 0;
    syspte_finding finding = {.rule = SYSPTE_RULE_COUNT};
    assert_true(syspte_boot(NULL));

    assert_int_equal(leave(&steps), 1);

    assert_true(syspte_finding_at(0, &finding));
    (void)syspte_shutdown();
    assert_int_equal(finding.rule, SYSPTE_RULE_TRY_LEFT);
    assert_int_equal(finding.severity, SYSPTE_LIMIT);
    assert_string_equal(finding.call->function, name);
    assert_int_equal(steps, 1);
}

static void final_block_that_return_or_goto_skips_is_told_with_its_line(void **state)
{
    (void)state;
    check_told(FinallyLeftByReturn, "FinallyLeftByReturn");
    check_told(FinallyLeftByGoto, "FinallyLeftByGoto");
}

static void memory_of_an_application_that_is_gone_raises(void **state)
{
    ULONG value = 0;
    ULONG_PTR address = 0;
    PULONG user = syspte_buffer_alloc(4096, SYSPTE_BUFFER_USER);
    (void)state;
    *user = 77;
    assert_int_equal(ReadOfApplication(user, &value, &address), STATUS_SUCCESS);
    assert_int_equal(value, 77);

    assert_int_equal(ReadOfApplication(user + 1024, &value, &address), STATUS_ACCESS_VIOLATION);
    assert_int_equal(address, (ULONG_PTR)(user + 1024));
    assert_int_equal(CppReadOfApplication(user, &value), STATUS_SUCCESS);
    assert_int_equal(CppReadOfApplication(user + 1024, &value), STATUS_ACCESS_VIOLATION);
    assert_int_equal(CppReadAgain(NULL, &value), STATUS_ACCESS_VIOLATION);
    assert_true(syspte_buffer_free(user));
}

static void exceptions_reach_their_handlers_in_cpp(void **state)
{
    (void)state;
    assert_int_equal(CppExceptions(), 1111);
}

static void members_are_not_site_macros(void **state)
{
    (void)state;
    assert_int_equal(MemberNamedLikeARoutine(device()), 7);
}

static void trace_statements_are_nothing(void **state)
{
    (void)state;
    assert_int_equal(Traced(5), 5);
}

static void dialect_of_the_compiler_is_taken(void **state)
{
    (void)state;
    assert_int_equal(Dialect(), 41);
    assert_int_equal(Arithmetic(), 0);
}

static void dialect_of_cpp_is_taken(void **state)
{
    (void)state;
    assert_int_equal(DialectOfCpp(), 41);
}

static void suffixes_say_how_long_an_integer_is(void **state)
{
    (void)state;
    assert_int_equal(SuffixesOfMicrosoft(), -50000000 + 1 + 0x7F + 1);
}

static void ports_without_a_model_read_as_ones(void **state)
{
    (void)state;
    assert_int_equal(ProcessorsOfPorts(), 0xFF + 8);
}

// That these stop the test is a test of the functions (sim.not_simulated): here they are linked.
static void what_only_a_processor_knows_is_linked(void **state)
{
    ULONGLONG (*volatile known)(ULONG) = OnlyAProcessorKnows;
    (void)state;
    assert_true(known != NULL);
}

static void library_of_the_compiler_is_there(void **state)
{
    (void)state;
    assert_int_equal(LibraryOfMicrosoft(), 1111);
}

static void cpp_driver_maps_and_unmaps(void **state)
{
    (void)state;
    assert_int_equal(CppMapsAndUnmaps(device()), STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(shared_struct_is_as_long_on_both_sides),
        syspte_unit_test(comma_before_no_arguments_is_left_out),
        syspte_unit_test(call_over_several_lines_is_at_the_first),
        syspte_unit_test(function_is_a_literal),
        syspte_unit_test(names_of_the_host_are_the_drivers),
        syspte_unit_test(text_is_formatted_as_on_windows),
        syspte_unit_test(exceptions_reach_their_handlers),
        syspte_unit_test(bodies_may_be_left_by_return_and_continue),
        cmocka_unit_test(final_block_that_return_or_goto_skips_is_told_with_its_line),
        syspte_unit_test(memory_of_an_application_that_is_gone_raises),
        syspte_unit_test(exceptions_reach_their_handlers_in_cpp),
        syspte_unit_test(members_are_not_site_macros),
        syspte_unit_test(trace_statements_are_nothing),
        syspte_unit_test(dialect_of_the_compiler_is_taken),
        syspte_unit_test(dialect_of_cpp_is_taken),
        syspte_unit_test(suffixes_say_how_long_an_integer_is),
        syspte_unit_test(ports_without_a_model_read_as_ones),
        syspte_unit_test(what_only_a_processor_knows_is_linked),
        syspte_unit_test(library_of_the_compiler_is_there),
        syspte_unit_test(cpp_driver_maps_and_unmaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
