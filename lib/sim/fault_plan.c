// SPDX-License-Identifier: MIT
// Plans are set and ended under the machine's lock; while there is one, the short ways of map and
// unmap are closed (plain.c), so that every call asks (fault_ask.c). What plans did is kept until
// the next boot.
#include "sim/fault_match.h"
#include "sim/fault_stack.h"

#include "core/text.h"

syspte_fault_state syspte_faults;

// ---- Begin and end

void syspte_faults_begin(void)
{
    static const syspte_fault_state none;
    if (syspte_the.fault_plans != 0 || syspte_faults.counts.calls != 0) {
        syspte_faults = none;
    }
    syspte_store_release_32(&syspte_the.fault_plans, 0);
    syspte_fault_words_begin();
    syspte_fault_stacks_begin();
}

// Records that a plan made no call fail.
static void say_unused(const syspte_fault_active *a)
{
    syspte_event event = {.rule = SYSPTE_RULE_FAULT_UNUSED};
    syspte_text text = {.writer = syspte_fault_words_open()};
    if (text.writer != NULL) {
        syspte_text_count(&text, a->counted, "call");
        syspte_text_add(&text, " counted, ");
        syspte_text_decimal(&text, syspte_faults.counts.calls);
        syspte_text_add(&text, " could have failed");
        text.writer->write(text.writer->context, text.buffer, text.used);
        event.text = syspte_fault_words();
    }
    syspte_account_find(&syspte_the.account, &event);
}

static void end(syspte_fault_active *a)
{
    if (!a->used) {
        return;
    }
    if (a->fired == 0 && !a->plan.may_rest) {
        say_unused(a);
    }
    if (a->of_loop) {
        syspte_faults.fired_loop = a->fired;
    }
    a->used = false;
    syspte_store_release_32(&syspte_the.fault_plans, syspte_the.fault_plans - 1);
    syspte_plain_decide();
}

void syspte_faults_end(void)
{
    for (unsigned i = 0; i < SYSPTE_FAULT_PLANS; i++) {
        end(&syspte_faults.plans[i]);
    }
}

void syspte_faults_end_scope(syspte_scope scope)
{
    for (unsigned i = 0; syspte_the.fault_plans != 0 && i < SYSPTE_FAULT_PLANS; i++) {
        if (syspte_faults.plans[i].plan.scope == scope) {
            end(&syspte_faults.plans[i]);
        }
    }
}

// ---- Set

// What contradicts itself in a plan; NULL: nothing.
static const char *complaint_about(const syspte_fault_plan *plan)
{
    if ((unsigned)plan->at.api >= SYSPTE_API_COUNT ||
        (unsigned)plan->expect.api >= SYSPTE_API_COUNT) {
        return "syspte_fault_set: there is no such api";
    }
    if (plan->caches >= 1u << (SYSPTE_CACHE_WRITE_COMBINED + 1)) {
        return "syspte_fault_set: caches is a set of 1u << SYSPTE_CACHE_..., of three cache types";
    }
    if (plan->all_later && plan->nth == 0) {
        return "syspte_fault_set: all_later needs nth: without it every call fails anyway";
    }
    if (plan->leave_ptes != 0 && !plan->shortage) {
        return "syspte_fault_set: leave_ptes needs shortage = true";
    }
    if (plan->per_10000 > 10000) {
        return "syspte_fault_set: per_10000 is more than 10,000";
    }
    if (plan->known != NULL && !plan->once_per_stack) {
        return "syspte_fault_set: known needs once_per_stack = true";
    }
    if (plan->stack_frames > SYSPTE_STACK_MAX) {
        return "syspte_fault_set: stack_frames is more than 32";
    }
    return NULL;
}

// PTEs that the driver cannot have any more.
static uint64_t withheld_by(const syspte_fault_plan *plan)
{
    const syspte_machine *m = &syspte_the;
    uint64_t free = m->pool.pte_free + m->quarantine.ptes + m->config.pte_count - m->pool.pte_count;
    return plan->shortage && free > plan->leave_ptes ? free - plan->leave_ptes : 0;
}

// NULL: it is set. Lock: held.
static const char *set(const syspte_fault_plan *plan)
{
    syspte_fault_active *room = NULL;
    if (plan->scope != 0 && syspte_fault_scope(plan->scope) == NULL) {
        return "syspte_fault_set: the plan's scope is not open";
    }
    for (unsigned i = 0; i < SYSPTE_FAULT_PLANS; i++) {
        syspte_fault_active *a = &syspte_faults.plans[i];
        if (a->used && a->plan.scope == plan->scope) {
            return plan->scope == 0 ? "syspte_fault_set: a plan is set already: end it first with "
                                      "syspte_fault_clear, or give one of the two a scope"
                                    : "syspte_fault_set: this scope has a plan already";
        }
        room = a->used || room != NULL ? room : a;
    }
    if (room == NULL) {
        return "syspte_fault_set: 8 plans are set already: leave a scope that has one";
    }
    *room = (syspte_fault_active){.used = true, .plan = *plan, .withheld = withheld_by(plan)};
    syspte_store_release_32(&syspte_the.fault_plans, syspte_the.fault_plans + 1);
    syspte_plain_decide();
    return NULL;
}

bool syspte_fault_set(const syspte_fault_plan *plan)
{
    const char *complaint =
        plan == NULL ? "syspte_fault_set: the plan is NULL" : complaint_about(plan);
    if (!syspte_the.booted) {
        complaint = "syspte_fault_set needs a machine: call syspte_boot first";
    }
    if (complaint == NULL) {
        syspte_world_take();
        complaint = set(plan);
        syspte_world_give();
    }
    if (complaint != NULL) {
        syspte_misused(complaint);
    }
    return complaint == NULL;
}

void syspte_fault_loop_begin(void)
{
    syspte_world_take();
    syspte_faults.fired_loop = 0;
    for (unsigned i = 0; i < SYSPTE_FAULT_PLANS; i++) {
        syspte_fault_active *a = &syspte_faults.plans[i];
        a->of_loop = a->used && a->plan.scope == 0;
    }
    syspte_world_give();
}

bool syspte_fault_loop_is_on(void)
{
    bool is_on = false;
    if (!syspte_the.booted) {
        return false;
    }
    syspte_world_take();
    for (unsigned i = 0; i < SYSPTE_FAULT_PLANS; i++) {
        is_on = is_on || (syspte_faults.plans[i].used && syspte_faults.plans[i].of_loop);
    }
    syspte_world_give();
    return is_on;
}

void syspte_fault_clear(void)
{
    if (syspte_the.booted) {
        syspte_world_take();
        syspte_faults_end_scope(0);
        syspte_world_give();
    }
}

void syspte_fault_pause(void)
{
    syspte_thread_now()->fault_pauses++;
}

void syspte_fault_resume(void)
{
    syspte_thread *thread = syspte_thread_now();
    if (thread->fault_pauses == 0) {
        syspte_misused("syspte_fault_resume: this thread has not called syspte_fault_pause");
        return;
    }
    thread->fault_pauses--;
}

// ---- Inspect

syspte_fault_counts syspte_fault_counts_now(void)
{
    syspte_fault_counts counts = {.calls = 0};
    if (syspte_the.reportable) {
        syspte_world_take();
        counts = syspte_faults.counts;
        counts.stacks = syspte_fault_stack_count();
        syspte_world_give();
    }
    return counts;
}

uint64_t syspte_fault_fired(void)
{
    return syspte_fault_counts_now().fired;
}

bool syspte_fault_at(size_t index, syspte_failure *out)
{
    uint64_t fired = syspte_fault_fired();
    if (index >= fired || index >= SYSPTE_FAULTS_KEPT) {
        return false;
    }
    *out = syspte_faults.kept[index];
    return true;
}
