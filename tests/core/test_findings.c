// SPDX-License-Identifier: MIT
// Findings: what makes two of them one row, what a row then says, and in which order they come.
#include "core_test.h"

#include <string.h>

static core_account *a;
static syspte_findings *findings;

static int open_findings(void **state)
{
    (void)state;
    a = core_account_open(&core_sizes);
    findings = &a->account.findings;
    return 0;
}

static int close_findings(void **state)
{
    (void)state;
    core_account_close(a);
    return 0;
}

static syspte_finding_row *add(const syspte_event *event)
{
    return syspte_findings_add(findings, &a->account.contexts, event);
}

static syspte_event wrong_span(void)
{
    return (syspte_event){.rule = SYSPTE_RULE_UNMAP_WRONG_SPAN,
                          .call = core_site(a, "hw.c", 10),
                          .mapped = core_site(a, "hw.c", 20),
                          .unmapped = core_site(a, "hw.c", 30),
                          .has_bugcheck = true,
                          .bugcheck = {.code = 0xDA, .parameter = {0x305, 1, 2, 3}},
                          .system_va = 0xFFFFF88000001000ull,
                          .physical_address = 0xFEBC0000,
                          .bytes = 0x2000,
                          .pte_count = 2,
                          .sequence = 50,
                          .scope = "a test",
                          .text = "words"};
}

static void a_finding_says_what_its_event_said(void **state)
{
    (void)state;
    syspte_event event = wrong_span();
    const syspte_finding_row *row = add(&event);
    const syspte_finding *f = &row->finding;

    assert_int_equal(row->call, event.call);
    assert_int_equal(row->mapped, event.mapped);
    assert_int_equal(row->unmapped, event.unmapped);
    assert_int_equal(f->rule, SYSPTE_RULE_UNMAP_WRONG_SPAN);
    assert_int_equal(f->severity, SYSPTE_MISUSE);
    assert_true(f->has_bugcheck);
    assert_false(f->stopped);
    assert_false(f->expected);
    assert_memory_equal(&f->bugcheck, &event.bugcheck, sizeof(event.bugcheck));
    assert_int_equal(f->call->line, 10);
    assert_int_equal(f->mapped->line, 20);
    assert_int_equal(f->unmapped->line, 30);
    assert_int_equal(f->system_va, event.system_va);
    assert_int_equal(f->physical_address, 0xFEBC0000);
    assert_int_equal(f->physical_last, 0xFEBC1FFF);
    assert_int_equal(f->bytes, 0x2000);
    assert_int_equal(f->pte_count, 2);
    assert_int_equal(f->count, 1);
    assert_int_equal(f->sequence, 50);
    assert_string_equal(f->scope, "a test");
    assert_string_equal(f->text, "words");
}

static void a_finding_without_sites_and_bytes_has_none(void **state)
{
    (void)state;
    syspte_event event = {.rule = SYSPTE_RULE_SCOPE, .sequence = 1, .stopped = true,
                          .expected = true};
    const syspte_finding *f = &add(&event)->finding;

    assert_null(f->call);
    assert_null(f->mapped);
    assert_null(f->unmapped);
    assert_int_equal(f->physical_last, 0);
    assert_true(f->stopped);
    assert_true(f->expected);
    assert_false(f->has_bugcheck);
}

static void equal_findings_are_counted_in_one_row(void **state)
{
    (void)state;
    syspte_event event = wrong_span();
    syspte_finding_row *row = add(&event);
    event.physical_address = 0xFEB00000;
    event.bytes = 1;
    event.pte_count = 1;
    event.sequence = 40;
    assert_ptr_equal(add(&event), row);
    event.physical_address = 0xFEBF0010;
    event.bytes = 0x10;
    event.pte_count = 5;
    event.sequence = 60;
    assert_ptr_equal(add(&event), row);

    const syspte_finding *f = &row->finding;
    assert_int_equal(findings->count, 1);
    assert_int_equal(f->count, 3);
    assert_int_equal(f->pte_count, 8);
    assert_int_equal(f->sequence, 40);
    assert_int_equal(f->physical_address, 0xFEB00000);
    assert_int_equal(f->physical_last, 0xFEBF001F);
    assert_int_equal(f->bytes, 0x2000);
    event.bytes = 0;
    event.physical_address = 0xFFFF0000;
    (void)add(&event);
    assert_int_equal(f->physical_last, 0xFFFF0000);
}

static void findings_of_one_line_are_one_whatever_else_differs(void **state)
{
    (void)state;
    syspte_event event = wrong_span();
    syspte_finding_row *row = add(&event);
    syspte_context context = core_context("hw.c", 10);
    context.irql = 2;
    event.call = syspte_contexts_intern(&a->account.contexts, &context);
    context.line = 20;
    event.mapped = syspte_contexts_intern(&a->account.contexts, &context);
    context.line = 30;
    event.unmapped = syspte_contexts_intern(&a->account.contexts, &context);

    assert_ptr_equal(add(&event), row);
}

static void whatever_tells_findings_apart_makes_a_row(void **state)
{
    (void)state;
    syspte_event events[10];
    for (size_t i = 0; i < COUNT_OF(events); i++) {
        events[i] = wrong_span();
    }
    events[1].rule = SYSPTE_RULE_UNMAP_TWICE;
    events[2].expected = true;
    events[3].stopped = true;
    events[4].call = core_site(a, "hw.c", 11);
    events[5].mapped = core_site(a, "hw.c", 21);
    events[6].unmapped = core_site(a, "hw.c", 31);
    events[7].bugcheck.code = 0xC4;
    events[8].scope = "another test";
    events[9].text = "other words";
    for (uint32_t i = 0; i < COUNT_OF(events); i++) {
        assert_non_null(add(&events[i]));
        assert_int_equal(findings->count, i + 1);
    }
    for (uint32_t i = 0; i < COUNT_OF(events); i++) {
        assert_ptr_equal(add(&events[i]), &findings->rows[i]);
    }
}

static void a_full_table_counts_what_it_does_not_keep(void **state)
{
    (void)state;
    syspte_event event = wrong_span();
    for (uint32_t line = 1; line <= core_sizes.findings; line++) {
        event.call = core_site(a, "other.c", line);
        assert_non_null(add(&event));
    }
    assert_int_equal(findings->dropped, 0);
    event.call = core_site(a, "third.c", 1);
    assert_null(add(&event));
    assert_null(add(&event));
    assert_int_equal(findings->dropped, 2);

    event.call = core_site(a, "other.c", 1);
    assert_ptr_equal(add(&event), &findings->rows[0]);
    assert_int_equal(findings->dropped, 2);

    event.call = core_site(a, "third.c", 1);
    event.expected = true;
    assert_null(add(&event));
    event.expected = false;
    event.rule = SYSPTE_RULE_UNMAP_OTHER_BYTES;
    assert_null(add(&event));
    assert_int_equal(findings->dropped, 2); // what fails no test is counted apart
    assert_int_equal(findings->dropped_quiet, 2);
}

static void a_note_is_a_misuse_where_it_stopped(void **state)
{
    (void)state;
    syspte_event event = {.rule = SYSPTE_RULE_MAP_UNLOCKED_RAM, .sequence = 1};
    assert_int_equal(add(&event)->finding.severity, SYSPTE_NOTE);
    event.stopped = true;
    assert_int_equal(add(&event)->finding.severity, SYSPTE_MISUSE);
    event.rule = SYSPTE_RULE_MAP_OBSOLETE;
    assert_int_equal(add(&event)->finding.severity, SYSPTE_MISUSE);
    event.rule = SYSPTE_RULE_LEAK;
    assert_int_equal(add(&event)->finding.severity, SYSPTE_LEAK);
}

static void findings_come_in_order_of_sequence(void **state)
{
    (void)state;
    static const uint64_t sequences[] = {30, 10, 20, 10, 40, 20};
    static const uint32_t order[] = {1, 3, 2, 5, 0, 4};
    assert_null(syspte_findings_next(findings, NULL));
    for (uint32_t i = 0; i < COUNT_OF(sequences); i++) {
        syspte_event event = wrong_span();
        event.call = core_site(a, "hw.c", 100 + i);
        event.sequence = sequences[i];
        assert_non_null(add(&event));
    }

    const syspte_finding_row *row = NULL;
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        row = syspte_findings_next(findings, row);
        assert_ptr_equal(row, &findings->rows[order[i]]);
    }
    assert_null(syspte_findings_next(findings, row));
}

static void notes_and_expected_findings_fail_no_test(void **state)
{
    (void)state;
    for (int severity = SYSPTE_LEAK; severity <= SYSPTE_NOTE; severity++) {
        syspte_finding finding = {.severity = (syspte_severity)severity};
        assert_int_equal(syspte_finding_fails(&finding), severity != SYSPTE_NOTE);
        finding.expected = true;
        assert_false(syspte_finding_fails(&finding));
    }
}

static void storage_is_one_row_a_finding(void **state)
{
    (void)state;
    assert_int_equal(syspte_findings_storage(1024), 1024 * sizeof(syspte_finding_row));
}

#define on_findings(test) cmocka_unit_test_setup_teardown(test, open_findings, close_findings)

int core_test_findings(void)
{
    const struct CMUnitTest tests[] = {
        on_findings(a_finding_says_what_its_event_said),
        on_findings(a_finding_without_sites_and_bytes_has_none),
        on_findings(equal_findings_are_counted_in_one_row),
        on_findings(findings_of_one_line_are_one_whatever_else_differs),
        on_findings(whatever_tells_findings_apart_makes_a_row),
        on_findings(a_full_table_counts_what_it_does_not_keep),
        on_findings(a_note_is_a_misuse_where_it_stopped),
        on_findings(findings_come_in_order_of_sequence),
        cmocka_unit_test(notes_and_expected_findings_fail_no_test),
        cmocka_unit_test(storage_is_one_row_a_finding),
    };
    return cmocka_run_group_tests_name("core.findings", tests, NULL, NULL);
}
