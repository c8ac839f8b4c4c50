// SPDX-License-Identifier: MIT
// Rule violations, bug checks and their delivery. A violation is recorded under the lock; what it
// leads to happens after the lock is given back. A stopped machine runs nothing any more: on the
// test's thread every call jumps to the framework, every other thread is parked.
#include "sim/machine.h"
#include "sim/system_thread.h"

#include <syspte/report.h>

static void say(const syspte_bugcheck *bugcheck, const char *more)
{
    syspte_text text = {.writer = &syspte_writer_stderr};
    syspte_text_add(&text, "syspte: STOP ");
    syspte_text_hex(&text, bugcheck->code, 8);
    syspte_text_add(&text, " ");
    syspte_text_add(&text, syspte_bugcheck_name(bugcheck->code));
    syspte_text_add(&text, more);
    syspte_text_end(&text);
}

static void deliver_without_framework(const syspte_bugcheck *bugcheck)
{
    syspte_report(NULL);
    say(bugcheck, NULL);
    syspte_port_panic("the simulated machine stopped, and no test framework is set "
                      "(syspte_framework_set)");
}

// Delivers the bug check that stopped the machine, `first` to the thread that raised it. Lock:
// held; given back here.
static _Noreturn void deliver_and_give(bool first)
{
    syspte_machine *m = &syspte_the;
    syspte_bugcheck stop = m->stop;
    bool stop_expected = m->stop_expected;
    bool has_framework = m->has_framework; // the test may end once the lock is given back
    bool is_framework_thread = m->framework_thread == syspte_thread_now();
    syspte_world_give();

    if (!has_framework) {
        deliver_without_framework(&stop);
    } else if (is_framework_thread) {
        m->framework.stopped(m->framework.context, &stop, stop_expected);
        syspte_port_panic("the test framework returned from a bug check");
    }
    if (first) {
        say(&stop, " on a thread that is not the test's: it runs no more, and must not be joined");
    }
    syspte_port_park();
}

bool syspte_refuse(syspte_api api)
{
    syspte_machine *m = &syspte_the;
    bool runs = false;
    syspte_system_thread_check();
    if (m->booted) {
        syspte_world_take();
        if (m->booted && syspte_load_acquire(&m->stopped) != 0) {
            deliver_and_give(false);
        }
        runs = m->running != 0;
        syspte_world_give();
    }
    if (runs) {
        return false; // the call came between two machines
    }
    syspte_text text = {.writer = &syspte_writer_stderr};
    syspte_text_add(&text, "syspte: the driver called ");
    syspte_text_add(&text, syspte_api_name(api));
    syspte_text_end(&text);
    syspte_misused("there is no machine: call syspte_boot first, or declare the test with "
                   "syspte_unit_test and run it with <syspte/cmocka.h>");
    return false;
}

bool syspte_world_enter(const syspte_thread *thread, syspte_api api)
{
    syspte_machine *m = &syspte_the;
    syspte_world_take();
    if (m->running != 0 && thread->generation == m->generation) {
        return true;
    }
    bool ended = m->running != 0; // and another one runs
    syspte_world_give();
    if (!ended) {
        (void)syspte_refuse(api);
    }
    return false;
}

// Takes the announcement that this bug check answers, if there is one.
static bool announced(const syspte_bugcheck *bugcheck)
{
    syspte_machine *m = &syspte_the;
    for (unsigned i = 0; i < m->expectation_count; i++) {
        const syspte_expectation *e = &m->expectations[i];
        if (e->code == bugcheck->code &&
            (e->parameter1 == SYSPTE_ANY || e->parameter1 == bugcheck->parameter[0])) {
            m->expectations[i] = m->expectations[--m->expectation_count];
            return true;
        }
    }
    return false;
}

bool syspte_violate_as(syspte_event *event, uint32_t code, uint64_t p1, uint64_t p2, uint64_t p3,
                       uint64_t p4)
{
    syspte_machine *m = &syspte_the;
    event->has_bugcheck = code != 0;
    event->stopped = false;
    event->expected = false;
    if (event->has_bugcheck) {
        event->bugcheck = (syspte_bugcheck){.code = code, .parameter = {p1, p2, p3, p4}};
        event->stopped = m->config.strictness >= syspte_rule_row_of(event->rule)->stops_at;
        event->expected = event->stopped && announced(&event->bugcheck);
    }
    syspte_account_find(&m->account, event);
    return event->stopped && !event->expected;
}

bool syspte_violate(syspte_event *event, uint64_t p2, uint64_t p3, uint64_t p4)
{
    const syspte_rule_row *rule = syspte_rule_row_of(event->rule);
    return syspte_violate_as(event, rule->bugcheck, rule->parameter1, p2, p3, p4);
}

bool syspte_crash(syspte_event *event, const syspte_bugcheck *bugcheck)
{
    event->has_bugcheck = true;
    event->bugcheck = *bugcheck;
    event->stopped = true;
    event->expected = announced(bugcheck);
    syspte_account_find(&syspte_the.account, event);
    return event->expected;
}

_Noreturn void syspte_stop_now(const syspte_bugcheck *bugcheck, bool expected)
{
    syspte_machine *m = &syspte_the;
    syspte_world_take();
    bool first = syspte_load_acquire(&m->stopped) == 0;
    if (first) {
        m->stop = *bugcheck;
        m->stop_expected = expected;
        (void)syspte_account_list(&m->account, SYSPTE_RULE_ABANDONED, NULL, 0, NULL, NULL);
        syspte_store_release(&m->stopped, 1);
        syspte_store_release_32(&m->running, 0);
        syspte_plain_decide();
    }
    deliver_and_give(first);
}

void syspte_misused(const char *message)
{
    syspte_machine *m = &syspte_the;
    if (m->has_framework) {
        m->framework.misused(m->framework.context, message);
        return;
    }
    syspte_text text = {.writer = &syspte_writer_stderr};
    syspte_text_add(&text, "syspte: ");
    syspte_text_add(&text, message);
    syspte_text_end(&text);
    syspte_port_panic("syspte was used wrongly, and no test framework is set");
}

void syspte_framework_set(const syspte_framework *framework)
{
    syspte_machine *m = &syspte_the;
    bool booted = m->booted;
    if (booted) {
        syspte_world_take();
    }
    m->has_framework = framework != NULL;
    m->framework = framework == NULL ? (syspte_framework){0} : *framework;
    m->framework_thread = framework == NULL ? NULL : syspte_thread_now();
    if (booted) {
        syspte_world_give();
    }
    if (framework != NULL && booted && !m->config.accounting_only) {
        syspte_port_fault_install(syspte_fault);
    }
}

void syspte_expect_bugcheck(uint32_t code, uint64_t parameter1)
{
    syspte_machine *m = &syspte_the;
    if (!m->booted) {
        syspte_misused("syspte_expect_bugcheck needs a machine: call syspte_boot first");
        return;
    }
    syspte_world_take();
    bool full = m->expectation_count == SYSPTE_EXPECTATIONS;
    if (!full) {
        m->expectations[m->expectation_count++] =
            (syspte_expectation){.code = code, .parameter1 = parameter1};
    }
    syspte_world_give();
    if (full) {
        syspte_misused("16 bug checks are announced already: announce each just before it comes");
    }
}
