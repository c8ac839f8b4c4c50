// SPDX-License-Identifier: MIT
// The report's words, whole: each test has the text that must come out.
#include "core_test.h"

#include "core/bugcheck.h"
#include "core/report.h"

#include <stdio.h>
#include <string.h>

static core_account *a;
static syspte_account *account;
static core_text out;
static syspte_report_style style;

static int open_account(void **state)
{
    (void)state;
    a = core_account_open(&core_sizes);
    account = &a->account;
    style = (syspte_report_style){.pointer_bits = 64};
    return 0;
}

static int close_account(void **state)
{
    (void)state;
    core_account_close(a);
    return 0;
}

static void reads(const char *expected)
{
    syspte_writer writer = core_text_writer(&out);
    syspte_report_write(account, &style, &writer);
    assert_string_equal(out.text, expected);
}

static uint32_t site(const char *file, uint32_t line, const char *function, syspte_api api)
{
    syspte_context context = core_context(file, line);
    context.function = function;
    context.api = (uint8_t)api;
    return syspte_contexts_intern(&account->contexts, &context);
}

static void leak_all(const char *scope)
{
    (void)syspte_account_list(account, SYSPTE_RULE_LEAK, scope, 0, NULL, NULL);
}

static void without_findings_it_says_so(void **state)
{
    (void)state;
    reads("syspte: no findings\n");
    assert_int_equal(syspte_report_count(account), 0);
}

static void a_leak_names_its_line_its_ptes_and_its_scope(void **state)
{
    (void)state;
    (void)core_map(a, 3, 2, site("hw.c", 42, "StartDevice", SYSPTE_API_MM_MAP_IO_SPACE));
    leak_all("test_resume");

    reads("hw.c:42: leak: MmMapIoSpace in StartDevice: 1 mapping, 2 PTEs (8 KiB), never unmapped "
          "in \"test_resume\"\n"
          "    physical 0xFEBC3000-0xFEBC4FFF, MmNonCached, IRQL 0, VA 0xFFFFF88000003000\n"
          "    fix: unmap it with MmUnmapIoSpace on every path that ends what it was mapped for\n"
          "syspte: 1 leak (2 PTEs (8 KiB))\n");
    assert_int_equal(syspte_report_count(account), 1);
}

static void leaks_of_one_line_are_one_block(void **state)
{
    (void)state;
    syspte_context context = core_context("hw.c", 42);
    context.function = NULL;
    context.cache = SYSPTE_CACHE_WRITE_COMBINED;
    context.irql = 2;
    uint32_t number = syspte_contexts_intern(&account->contexts, &context);
    style.pointer_bits = 32;
    account->system_va = 0xC4000000;
    (void)core_map(a, 0, 1, number);
    (void)core_map(a, 9, 1, number);
    leak_all(NULL);

    reads("hw.c:42: leak: MmMapIoSpace: 2 mappings, 2 PTEs (8 KiB), never unmapped\n"
          "    physical 0xFEBC0000-0xFEBC9FFF, MmWriteCombined, IRQL 2, first at VA 0xC4000000\n"
          "    fix: unmap it with MmUnmapIoSpace on every path that ends what it was mapped for\n"
          "syspte: 1 leak (2 PTEs (8 KiB))\n");
}

static void a_leak_without_a_context_has_an_unknown_site(void **state)
{
    (void)state;
    (void)core_map(a, 3, 1, 0);
    account->findings.capacity = 1;
    syspte_event event = {.rule = SYSPTE_RULE_GROWTH, .scope = "resume"};
    leak_all(NULL);
    syspte_account_find(account, &event); // finds no room

    reads("(unknown site): leak: (unknown call): 1 mapping, 1 PTE (4 KiB), never unmapped\n"
          "    fix: unmap it on every path that ends what it was mapped for\n"
          "syspte: 1 leak (1 PTE (4 KiB)), 1 more finding not kept\n");
    assert_int_equal(syspte_report_count(account), 2);
}

// The table of contexts can be full at any call: every rule is told without one, too.
static void a_rule_without_a_context_is_told(void **state)
{
    (void)state;
    for (unsigned rule = 0; rule < SYSPTE_RULE_COUNT; rule++) {
        syspte_event event = {.rule = (syspte_rule_id)rule, .pte_count = 1};
        syspte_writer writer = core_text_writer(&out);
        const char *title = syspte_rule_of((syspte_rule_id)rule)->title;
        const char *words = rule == SYSPTE_RULE_GROWTH ? "growth: (unknown call): " : title;
        account->findings.count = 0;
        syspte_account_find(account, &event);
        syspte_report_write(account, &style, &writer);

        assert_non_null(strstr(out.text, words));
    }
}

static void name_symbol(uintptr_t code_address, char *name, size_t bytes)
{
    assert_int_equal(bytes, 160);
    snprintf(name, bytes, "driver.so+0x%lX", (unsigned long)code_address);
}

static void a_return_address_is_named_by_its_symbol_and_so_are_frames(void **state)
{
    (void)state;
    uintptr_t frames[2] = {0x1234, 0xABCD};
    syspte_context context = core_context(NULL, 0);
    context.function = NULL;
    context.return_address = 0x1234;
    context.stack = syspte_stacks_intern(&account->stacks, frames, 2);
    (void)core_map(a, 3, 1, syspte_contexts_intern(&account->contexts, &context));
    leak_all(NULL);

    reads("0x1234: leak: MmMapIoSpace: 1 mapping, 1 PTE (4 KiB), never unmapped\n"
          "        #0 0x1234\n"
          "        #1 0xABCD\n"
          "    physical 0xFEBC3000-0xFEBC3FFF, MmNonCached, IRQL 0, VA 0xFFFFF88000003000\n"
          "    fix: unmap it with MmUnmapIoSpace on every path that ends what it was mapped for\n"
          "syspte: 1 leak (1 PTE (4 KiB))\n");
    style.symbol = name_symbol;
    reads("driver.so+0x1234: leak: MmMapIoSpace: 1 mapping, 1 PTE (4 KiB), never unmapped\n"
          "        #0 driver.so+0x1234\n"
          "        #1 driver.so+0xABCD\n"
          "    physical 0xFEBC3000-0xFEBC3FFF, MmNonCached, IRQL 0, VA 0xFFFFF88000003000\n"
          "    fix: unmap it with MmUnmapIoSpace on every path that ends what it was mapped for\n"
          "syspte: 1 leak (1 PTE (4 KiB))\n");
}

static void grow(uint64_t id, uint64_t pte_count)
{
    syspte_scope scope = syspte_scopes_enter_cycle(account, "resume");
    if (pte_count != 0) {
        (void)core_map(a, id, pte_count,
                       site("hw.c", 7, "EvtD0Entry", SYSPTE_API_MM_MAP_IO_SPACE_EX));
    }
    (void)syspte_scopes_leave(account, scope);
}

static void steady_growth_is_told_by_the_cycle(void **state)
{
    (void)state;
    grow(0, 1);
    grow(2, 2);
    reads("hw.c:7: growth: MmMapIoSpaceEx in EvtD0Entry: 2 PTEs (8 KiB) more after each of "
          "1 cycle of \"resume\"\n"
          "    physical 0xFEBC2000-0xFEBC3FFF, MmNonCached, IRQL 0, VA 0xFFFFF88000002000\n"
          "    fix: unmap it with MmUnmapIoSpace at the end of each cycle\n"
          "syspte: 1 growing site (2 PTEs (8 KiB))\n");
    grow(4, 2);
    reads(
        "hw.c:7: growth: MmMapIoSpaceEx in EvtD0Entry: 2 PTEs (8 KiB) more after each of "
        "2 cycles of \"resume\"\n"
        "    physical 0xFEBC2000-0xFEBC5FFF, MmNonCached, IRQL 0, first at VA 0xFFFFF88000002000\n"
        "    fix: unmap it with MmUnmapIoSpace at the end of each cycle\n"
        "syspte: 1 growing site (4 PTEs (16 KiB))\n");
}

static void unsteady_growth_is_told_as_a_sum(void **state)
{
    (void)state;
    grow(0, 1);
    grow(2, 2);
    grow(4, 0); // judged, and did not grow
    reads("hw.c:7: growth: MmMapIoSpaceEx in EvtD0Entry: 2 PTEs (8 KiB) more in 1 of 2 cycles "
          "of \"resume\"\n"
          "    physical 0xFEBC2000-0xFEBC3FFF, MmNonCached, IRQL 0, VA 0xFFFFF88000002000\n"
          "    fix: unmap it with MmUnmapIoSpace at the end of each cycle\n"
          "syspte: 1 growing site (2 PTEs (8 KiB))\n");
    grow(6, 3);
    reads(
        "hw.c:7: growth: MmMapIoSpaceEx in EvtD0Entry: 5 PTEs (20 KiB) more in 2 of 3 cycles "
        "of \"resume\"\n"
        "    physical 0xFEBC2000-0xFEBC8FFF, MmNonCached, IRQL 0, first at VA 0xFFFFF88000002000\n"
        "    fix: unmap it with MmUnmapIoSpace at the end of each cycle\n"
        "syspte: 1 growing site (5 PTEs (20 KiB))\n");
}

static void growth_of_different_amounts_is_a_sum_too(void **state)
{
    (void)state;
    grow(0, 1);
    grow(2, 2);
    grow(4, 3);
    reads(
        "hw.c:7: growth: MmMapIoSpaceEx in EvtD0Entry: 5 PTEs (20 KiB) more in 2 of 2 cycles "
        "of \"resume\"\n"
        "    physical 0xFEBC2000-0xFEBC6FFF, MmNonCached, IRQL 0, first at VA 0xFFFFF88000002000\n"
        "    fix: unmap it with MmUnmapIoSpace at the end of each cycle\n"
        "syspte: 1 growing site (5 PTEs (20 KiB))\n");
}

static void growth_that_began_and_lasts_tells_since_when(void **state)
{
    (void)state;
    static const uint64_t pages[] = {1, 0, 2, 1, 1};
    for (uint64_t i = 0; i < COUNT_OF(pages); i++) {
        grow(i * 2, pages[i]);
        if (i == 3) {
            reads("hw.c:7: growth: MmMapIoSpaceEx in EvtD0Entry: 3 PTEs (12 KiB) more in 2 of 3 "
                  "cycles of \"resume\", in each since cycle 3\n"
                  "    physical 0xFEBC4000-0xFEBC6FFF, MmNonCached, IRQL 0, first at VA "
                  "0xFFFFF88000004000\n"
                  "    fix: unmap it with MmUnmapIoSpace at the end of each cycle\n"
                  "syspte: 1 growing site (3 PTEs (12 KiB))\n");
        }
    }
    reads(
        "hw.c:7: growth: MmMapIoSpaceEx in EvtD0Entry: 4 PTEs (16 KiB) more in 3 of 4 cycles "
        "of \"resume\", in each since cycle 3\n"
        "    physical 0xFEBC4000-0xFEBC8FFF, MmNonCached, IRQL 0, first at VA 0xFFFFF88000004000\n"
        "    fix: unmap it with MmUnmapIoSpace at the end of each cycle\n"
        "syspte: 1 growing site (4 PTEs (16 KiB))\n");
}

static void growth_of_one_range_says_so(void **state)
{
    (void)state;
    uint32_t number = site("hw.c", 7, "EvtD0Entry", SYSPTE_API_MM_MAP_IO_SPACE);
    for (uint64_t id = 0; id < 2; id++) {
        syspte_scope scope = syspte_scopes_enter_cycle(account, "resume");
        syspte_row row = {.id = id,
                          .physical_address = 0xFEBC0000,
                          .bytes = 4096,
                          .pte_count = 1,
                          .context = number};
        syspte_ledger_reach(&account->ledger, id, 1);
        syspte_account_born(account, &row);
        (void)syspte_scopes_leave(account, scope);
    }
    reads("hw.c:7: growth: MmMapIoSpace in EvtD0Entry: 1 PTE (4 KiB) more after each of 1 cycle "
          "of \"resume\"\n"
          "    physical 0xFEBC0000-0xFEBC0FFF, MmNonCached, IRQL 0, VA 0xFFFFF88000001000\n"
          "    the same physical range each time, and the older mappings stay\n"
          "    fix: unmap it with MmUnmapIoSpace at the end of each cycle\n"
          "syspte: 1 growing site (1 PTE (4 KiB))\n");
}

static void a_suppressed_finding_is_only_counted(void **state)
{
    (void)state;
    (void)core_map(a, 3, 2, site("hw.c", 42, "StartDevice", SYSPTE_API_MM_MAP_IO_SPACE));
    (void)core_map(a, 8, 1, site("hw.c", 50, "StartDevice", SYSPTE_API_MM_MAP_IO_SPACE));
    leak_all(NULL);
    account->findings.rows[0].finding.suppressed = true;
    reads("hw.c:50: leak: MmMapIoSpace in StartDevice: 1 mapping, 1 PTE (4 KiB), never unmapped\n"
          "    physical 0xFEBC8000-0xFEBC8FFF, MmNonCached, IRQL 0, VA 0xFFFFF88000008000\n"
          "    fix: unmap it with MmUnmapIoSpace on every path that ends what it was mapped for\n"
          "syspte: 1 leak (1 PTE (4 KiB)), 1 suppressed finding\n");
    assert_int_equal(syspte_report_count(account), 1);
    account->findings.rows[1].finding.suppressed = true;
    reads("syspte: 2 suppressed findings\n");
    assert_int_equal(syspte_report_count(account), 0);
}

static void a_refused_request_tells_what_the_pool_had(void **state)
{
    (void)state;
    syspte_event event = {.rule = SYSPTE_RULE_OUT_OF_PTES,
                          .call = site("hw.c", 7, "StartDevice", SYSPTE_API_MM_MAP_IO_SPACE),
                          .pte_count = 2};
    syspte_finding_row *row = syspte_account_find(account, &event);
    assert_non_null(row);
    row->finding.room =
        (syspte_room){.requested = 2, .pte_free = 128, .free_blocks = 1, .largest_free_block = 128};
    assert_ptr_equal(syspte_account_find(account, &event), row);

    reads("hw.c:7: note: MmMapIoSpace in StartDevice finds no run of free PTEs that is long "
          "enough, 2 times\n"
          "    asked for 2 PTEs (8 KiB): 128 free in 1 block, the largest of 128\n"
          "syspte: 1 note\n");
}

static syspte_event wrong_span(void)
{
    return (syspte_event){
        .rule = SYSPTE_RULE_UNMAP_WRONG_SPAN,
        .call = site("hw.c", 50, "StopDevice", SYSPTE_API_MM_UNMAP_IO_SPACE),
        .mapped = site("hw.c", 42, "StartDevice", SYSPTE_API_MM_MAP_IO_SPACE),
        .has_bugcheck = true,
        .stopped = true,
        .bugcheck = {.code = 0xDA, .parameter = {0x305, 0xFFFFF88000003000ull, 1, 2}},
        .pte_count = 1,
        .scope = "test_stop"};
}

static void a_misuse_that_stopped_names_both_sites_and_the_bug_check(void **state)
{
    (void)state;
    syspte_event event = wrong_span();
    syspte_account_find(account, &event);

    reads("hw.c:50: misuse: MmUnmapIoSpace in StopDevice unmaps another number of PTEs than was "
          "mapped, in \"test_stop\"\n"
          "    STOP 0x000000DA SYSTEM_PTE_MISUSE (0x305, 0xFFFFF88000003000, 0x1, 0x2)\n"
          "    parameters: P1 (case), P2 (first address), P3 (count given), P4 (count to be "
          "released)\n"
          "    mapped at hw.c:42 by MmMapIoSpace in StartDevice\n"
          "    fix: pass the address and the length of the map call\n"
          "syspte: 1 rule violation\n");
}

static void a_misuse_that_did_not_stop_says_so(void **state)
{
    (void)state;
    syspte_event event = wrong_span();
    event.stopped = false;
    event.scope = NULL;
    event.mapped = 0;
    event.text = "more words";
    event.unmapped = site("hw.c", 44, NULL, SYSPTE_API_MM_UNMAP_IO_SPACE);
    syspte_account_find(account, &event);
    syspte_account_find(account, &event);

    reads("hw.c:50: misuse: MmUnmapIoSpace in StopDevice unmaps another number of PTEs than was "
          "mapped: more words, 2 times\n"
          "    documented as STOP 0x000000DA SYSTEM_PTE_MISUSE "
          "(0x305, 0xFFFFF88000003000, 0x1, 0x2), not raised here\n"
          "    parameters: P1 (case), P2 (first address), P3 (count given), P4 (count to be "
          "released)\n"
          "    unmapped before at hw.c:44 by MmUnmapIoSpace\n"
          "    fix: pass the address and the length of the map call\n"
          "syspte: 1 rule violation\n");
}

static void an_expected_finding_fails_nothing_and_gets_no_advice(void **state)
{
    (void)state;
    syspte_event event = wrong_span();
    event.expected = true;
    event.scope = NULL;
    event.mapped = 0;
    syspte_account_find(account, &event);

    reads("hw.c:50: expected misuse: MmUnmapIoSpace in StopDevice unmaps another number of PTEs "
          "than was mapped\n"
          "    STOP 0x000000DA SYSTEM_PTE_MISUSE (0x305, 0xFFFFF88000003000, 0x1, 0x2)\n"
          "syspte: 1 expected finding\n");
    assert_int_equal(syspte_report_count(account), 0);
}

static void parameters_are_explained_where_they_are_known(void **state)
{
    (void)state;
    syspte_event event = {.rule = SYSPTE_RULE_BUGCHECK,
                          .stopped = true,
                          .has_bugcheck = true,
                          .bugcheck = {.code = 0xE2, .parameter = {1, 2, 3, 4}}};
    syspte_account_find(account, &event); // no row
    event.bugcheck.code = 0x40;
    syspte_account_find(account, &event); // a row without any
    event.bugcheck.code = 0x4E;
    syspte_account_find(account, &event); // of the case alone
    event.bugcheck = (syspte_bugcheck){.code = 0xC4, .parameter = {0x62, 2, 3, 4}};
    syspte_account_find(account, &event); // one reserved between
    event.bugcheck = (syspte_bugcheck){.code = 0x12E, .parameter = {1, 2, 3, 4}};
    syspte_account_find(account, &event); // no cases
    event.bugcheck = (syspte_bugcheck){.code = 0xCB, .parameter = {1, 0, 3, 4}};
    syspte_account_find(account, &event);
    event.bugcheck = (syspte_bugcheck){.code = 0x50, .parameter = {1, 2, 3, 4}};
    syspte_account_find(account, &event); // two lines
    reads("misuse: stops the machine\n"
          "    STOP 0x000000E2 ? (0x1, 0x2, 0x3, 0x4)\n"
          "misuse: stops the machine\n"
          "    STOP 0x00000040 TARGET_MDL_TOO_SMALL (0x1, 0x2, 0x3, 0x4)\n"
          "misuse: stops the machine\n"
          "    STOP 0x0000004E PFN_LIST_CORRUPT (0x1, 0x2, 0x3, 0x4)\n"
          "misuse: stops the machine\n"
          "    STOP 0x000000C4 DRIVER_VERIFIER_DETECTED_VIOLATION (0x62, 0x2, 0x3, 0x4)\n"
          "    parameters: P1 (case), P2 (driver name), P4 (allocations not freed)\n"
          "misuse: stops the machine\n"
          "    STOP 0x0000012E INVALID_MDL_RANGE (0x1, 0x2, 0x3, 0x4)\n"
          "    parameters: P1 (source MDL), P2 (target MDL), P3 (address), P4 (length)\n"
          "misuse: stops the machine\n"
          "    STOP 0x000000CB DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS (0x1, 0x0, 0x3, 0x4)\n"
          "    parameters: P1 (lock tracking structure), P3 (MDL), P4 (locked pages)\n"
          "misuse: stops the machine\n"
          "    STOP 0x00000050 PAGE_FAULT_IN_NONPAGED_AREA (0x1, 0x2, 0x3, 0x4)\n"
          "    parameters: P1 (address), P2 (0 read, 2 write, 10 execute), P3 (code address),\n"
          "                P4 (0 freed PTE, 2 no valid PTE, 3 wrong session, 4 not canonical, "
          "0xF user address)\n"
          "syspte: 7 rule violations\n");
}

// Each of the table in at most two lines of 110 columns, the second of which begins below the first
// parameter; a line is ended only where the next parameter would make it longer.
static void parameters_of_every_bug_check_fit_into_two_lines(void **state)
{
    (void)state;
    const syspte_bugcheck_row *row;
    for (unsigned i = 0; (row = syspte_bugcheck_row_at(i)) != NULL; i++) {
        syspte_event event = {.rule = SYSPTE_RULE_BUGCHECK,
                              .has_bugcheck = true,
                              .bugcheck = {.code = row->code, .parameter = {row->parameter1}}};
        syspte_writer writer = core_text_writer(&out);
        account->findings.count = 0;
        syspte_account_find(account, &event);
        syspte_report_write(account, &style, &writer);

        const char *line = strstr(out.text, "    parameters: ");
        if (line == NULL) {
            continue;
        }
        size_t columns = strcspn(line, "\n");
        const char *next = line + columns + 1;
        bool wrapped = strncmp(next, "                P", 17) == 0;
        assert_in_range(columns, 1, 110);
        assert_int_equal(line[columns - 1], wrapped ? ',' : ')');
        if (wrapped) {
            size_t part = strcspn(next, ")") + 1 - 16; // of the second line, without its comma
            assert_in_range(strcspn(next, "\n"), 1, 110);
            assert_in_range(columns + 1 + part, 111, 300);
            next += strcspn(next, "\n") + 1;
        }
        assert_memory_equal(next, "syspte: ", 8);
    }
}

static void parameters_of_110_columns_are_one_line(void **state)
{
    (void)state;
    syspte_event event = {
        .rule = SYSPTE_RULE_BUGCHECK, .has_bugcheck = true, .bugcheck = {.code = 0x1E}};
    syspte_account_find(account, &event);

    reads("misuse: stops the machine\n"
          "    documented as STOP 0x0000001E KMODE_EXCEPTION_NOT_HANDLED (0x0, 0x0, 0x0, 0x0), not "
          "raised here\n"
          "    parameters: P1 (exception code), P2 (code address), P3 (exception parameter 0), "
          "P4 (exception parameter 1)\n"
          "syspte: 1 rule violation\n");
}

static void what_was_announced_and_did_not_come_is_told_with_its_parameter(void **state)
{
    (void)state;
    syspte_event event = {.rule = SYSPTE_RULE_BUGCHECK_MISSING,
                          .text = "DRIVER_VERIFIER_DETECTED_VIOLATION",
                          .bugcheck = {.code = 0xC4, .parameter = {0xB2}}};
    syspte_account_find(account, &event);
    syspte_account_find(account, &event);
    event.bugcheck.parameter[0] = 0xB3;
    syspte_account_find(account, &event);
    event.bugcheck.parameter[0] = SYSPTE_ANY;
    syspte_account_find(account, &event);

    reads("misuse: an announced bug check did not come: 0xC4 DRIVER_VERIFIER_DETECTED_VIOLATION "
          "(0xB2, ...), 2 times\n"
          "    fix: remove the announcement, or make the driver do it\n"
          "misuse: an announced bug check did not come: 0xC4 DRIVER_VERIFIER_DETECTED_VIOLATION "
          "(0xB3, ...)\n"
          "    fix: remove the announcement, or make the driver do it\n"
          "misuse: an announced bug check did not come: 0xC4 DRIVER_VERIFIER_DETECTED_VIOLATION "
          "(any, ...)\n"
          "    fix: remove the announcement, or make the driver do it\n"
          "syspte: 3 rule violations\n");
}

static void stacks_of_all_sites_are_told(void **state)
{
    (void)state;
    uintptr_t frames[1] = {0x77};
    syspte_context context = core_context("hw.c", 42);
    context.stack = syspte_stacks_intern(&account->stacks, frames, 1);
    syspte_event event = wrong_span();
    event.has_bugcheck = false;
    event.scope = NULL;
    event.mapped = syspte_contexts_intern(&account->contexts, &context);
    syspte_account_find(account, &event);

    reads("hw.c:50: misuse: MmUnmapIoSpace in StopDevice unmaps another number of PTEs than was "
          "mapped\n"
          "    mapped at hw.c:42 by MmMapIoSpace in StartDevice\n"
          "        #0 0x77\n"
          "    fix: pass the address and the length of the map call\n"
          "syspte: 1 rule violation\n");
}

static void what_no_call_did_has_no_place(void **state)
{
    (void)state;
    syspte_event event = {.rule = SYSPTE_RULE_SCOPE, .text = "left a scope that is not open"};
    syspte_account_find(account, &event);

    reads("misuse: a scope was not used in pairs: left a scope that is not open\n"
          "    fix: leave each scope once, the inner ones first\n"
          "syspte: 1 rule violation\n");
}

static void the_abandoned_are_notes_without_advice(void **state)
{
    (void)state;
    (void)core_map(a, 3, 1, site("hw.c", 42, "StartDevice", SYSPTE_API_MM_MAP_IO_SPACE));
    (void)syspte_account_list(account, SYSPTE_RULE_ABANDONED, NULL, 0, NULL, NULL);

    reads("hw.c:42: note: MmMapIoSpace in StartDevice: 1 mapping, 1 PTE (4 KiB), abandoned by the "
          "bug check\n"
          "    physical 0xFEBC3000-0xFEBC3FFF, MmNonCached, IRQL 0, VA 0xFFFFF88000003000\n"
          "syspte: 1 note\n");
    assert_int_equal(syspte_report_count(account), 0);
}

static void a_note_with_a_usual_fix_gets_no_advice(void **state)
{
    (void)state;
    syspte_event event = {.rule = SYSPTE_RULE_UNMAP_OTHER_BYTES,
                          .call = site("hw.c", 50, NULL, SYSPTE_API_MM_UNMAP_IO_SPACE)};
    syspte_account_find(account, &event);

    reads("hw.c:50: note: MmUnmapIoSpace unmaps with another byte count or offset, on the same "
          "PTEs: harmless\n"
          "syspte: 1 note\n");
}

static void the_summary_counts_every_severity(void **state)
{
    (void)state;
    syspte_event note = {.rule = SYSPTE_RULE_HOST_VIEW};
    syspte_event limit = {.rule = SYSPTE_RULE_HOST_TABLE};
    syspte_event misuse = {.rule = SYSPTE_RULE_MAP_ZERO};
    syspte_event expected = {.rule = SYSPTE_RULE_MAP_ZERO, .expected = true};
    grow(0, 1);
    grow(2, 2);
    (void)core_map(a, 30, 3, site("hw.c", 42, "StartDevice", SYSPTE_API_MM_MAP_IO_SPACE));
    (void)core_map(a, 40, 1, site("hw.c", 43, "StartDevice", SYSPTE_API_MM_MAP_IO_SPACE));
    core_unmap(a, 0);
    core_unmap(a, 2);
    leak_all(NULL);
    syspte_account_find(account, &note);
    syspte_account_find(account, &limit);
    syspte_account_find(account, &misuse);
    misuse.rule = SYSPTE_RULE_MAP_WRAP;
    syspte_account_find(account, &misuse);
    syspte_account_find(account, &expected);
    account->findings.dropped = 2;
    account->findings.dropped_quiet = 3;

    syspte_writer writer = core_text_writer(&out);
    syspte_report_write(account, &style, &writer);
    const char *last = strstr(out.text, "\nsyspte: ");
    assert_non_null(last);
    assert_string_equal(last, "\nsyspte: 2 leaks, 1 growing site (6 PTEs (24 KiB)), "
                              "2 rule violations, 1 host limit, 1 note, 1 expected finding, "
                              "5 more findings not kept\n");
    assert_int_equal(syspte_report_count(account), 8);
}

static void an_expected_leak_is_not_among_the_leaked_ptes(void **state)
{
    (void)state;
    syspte_event event = {.rule = SYSPTE_RULE_LEAK,
                          .expected = true,
                          .pte_count = 4,
                          .call = site("hw.c", 42, NULL, SYSPTE_API_MM_MAP_VIDEO_DISPLAY),
                          .physical_address = 0x1000,
                          .bytes = 0x4000};
    syspte_account_find(account, &event);
    reads("hw.c:42: expected leak: MmMapVideoDisplay: 1 mapping, 4 PTEs (16 KiB), never unmapped\n"
          "    physical 0x00001000-0x00004FFF, MmNonCached, IRQL 0, VA 0x0000000000000000\n"
          "syspte: 1 expected finding\n");
}

static void findings_come_in_order_of_sequence(void **state)
{
    (void)state;
    syspte_event second = {.rule = SYSPTE_RULE_HOST_VIEW, .sequence = 9};
    syspte_event first = {.rule = SYSPTE_RULE_HOST_ARENA, .sequence = 2};
    syspte_account_find(account, &second);
    syspte_account_find(account, &first);
    reads("note: this host has no address space for the mapping: accounting only\n"
          "note: this host gives the mapping no memory\n"
          "syspte: 2 notes\n");
}

#define on_account(test) cmocka_unit_test_setup_teardown(test, open_account, close_account)

int core_test_report(void)
{
    const struct CMUnitTest tests[] = {
        on_account(without_findings_it_says_so),
        on_account(a_leak_names_its_line_its_ptes_and_its_scope),
        on_account(leaks_of_one_line_are_one_block),
        on_account(a_leak_without_a_context_has_an_unknown_site),
        on_account(a_rule_without_a_context_is_told),
        on_account(a_return_address_is_named_by_its_symbol_and_so_are_frames),
        on_account(steady_growth_is_told_by_the_cycle),
        on_account(unsteady_growth_is_told_as_a_sum),
        on_account(growth_of_different_amounts_is_a_sum_too),
        on_account(growth_that_began_and_lasts_tells_since_when),
        on_account(growth_of_one_range_says_so),
        on_account(a_suppressed_finding_is_only_counted),
        on_account(a_refused_request_tells_what_the_pool_had),
        on_account(a_misuse_that_stopped_names_both_sites_and_the_bug_check),
        on_account(a_misuse_that_did_not_stop_says_so),
        on_account(an_expected_finding_fails_nothing_and_gets_no_advice),
        on_account(parameters_are_explained_where_they_are_known),
        on_account(parameters_of_every_bug_check_fit_into_two_lines),
        on_account(parameters_of_110_columns_are_one_line),
        on_account(what_was_announced_and_did_not_come_is_told_with_its_parameter),
        on_account(stacks_of_all_sites_are_told),
        on_account(what_no_call_did_has_no_place),
        on_account(the_abandoned_are_notes_without_advice),
        on_account(a_note_with_a_usual_fix_gets_no_advice),
        on_account(the_summary_counts_every_severity),
        on_account(an_expected_leak_is_not_among_the_leaked_ptes),
        on_account(findings_come_in_order_of_sequence),
    };
    return cmocka_run_group_tests_name("core.report", tests, NULL, NULL);
}
