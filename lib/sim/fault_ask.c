// SPDX-License-Identifier: MIT
// Which calls fail. Every plan counts the calls it is about, also those that another plan makes
// fail. Chance is a hash of seed and ordinal, so that it depends on no other call. Which functions
// ask is what Driver Verifier's pages on low resources simulation name, and their kin.
#include "sim/fault_match.h"
#include "sim/fault_stack.h"

#include "core/text.h"

enum {
    ENDLESS = 100000, // failures of one plan from which on it gives up
    FRAMES = 16,      // of a stack, where the plan does not say
    CHANCES = 10000
};

// ---- Whether one is due

static uint64_t free_ptes(void)
{
    const syspte_machine *m = &syspte_the;
    return m->pool.pte_free + m->quarantine.ptes + m->config.pte_count - m->pool.pte_count;
}

// One of CHANCES, from the seed and the ordinal alone.
static uint64_t chance_of(uint64_t seed, uint64_t ordinal)
{
    uint64_t mixed = seed + ordinal * 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
    return (mixed ^ mixed >> 31) % CHANCES;
}

static bool is_due(const syspte_fault_active *a, const syspte_fault_call *call)
{
    const syspte_fault_plan *plan = &a->plan;
    bool nth =
        plan->nth == 0 || a->counted == plan->nth || (plan->all_later && a->counted > plan->nth);
    return nth && (!plan->shortage || call->pte_count + a->withheld > free_ptes()) &&
           (plan->per_10000 == 0 || chance_of(plan->seed, a->counted) < plan->per_10000);
}

// True if the stack is not the first of its kind.
static bool is_old(const syspte_fault_plan *plan, syspte_fault_stack *stack)
{
    if (syspte_fault_stack_is_kept(stack)) {
        return true;
    }
    if (plan->known == NULL || !syspte_fault_stack_is_in(stack, plan->known)) {
        return false;
    }
    syspte_faults.counts.known++;
    stack->fate = SYSPTE_FAULT_KNOWN;
    syspte_fault_stack_add(stack);
    return true;
}

static bool is_excluded(const syspte_fault_plan *plan, syspte_fault_stack *stack)
{
    if (plan->exclude == NULL || !syspte_fault_stack_has(stack, plan->exclude)) {
        return false;
    }
    syspte_faults.counts.excluded++;
    stack->fate = SYSPTE_FAULT_EXCLUDED;
    syspte_fault_stack_add(stack);
    return true;
}

// ---- Records

// "call 3"
static const char *words_of_call(uint64_t ordinal)
{
    syspte_text text = {.writer = syspte_fault_words_open()};
    if (text.writer == NULL) {
        return "one of many calls";
    }
    syspte_text_add(&text, "call ");
    syspte_text_decimal(&text, ordinal);
    text.writer->write(text.writer->context, text.buffer, text.used);
    return syspte_fault_words();
}

// "MmMapIoSpace in StartDevice at hw.c:42"
static const char *words_of_place(const syspte_fault_place *place)
{
    syspte_text text = {.writer = syspte_fault_words_open()};
    bool any = place->api == SYSPTE_API_UNKNOWN;
    if (text.writer == NULL) {
        return "another one";
    }
    syspte_text_add(&text, any ? "a call" : syspte_api_name(place->api));
    syspte_text_add(&text, place->function == NULL ? NULL : " in ");
    syspte_text_add(&text, place->function);
    syspte_text_add(&text, place->file == NULL && place->line == 0 ? NULL : " at ");
    syspte_text_add(&text, place->file);
    if (place->line != 0) {
        syspte_text_add(&text, place->file == NULL ? "line " : ":");
        syspte_text_decimal(&text, place->line);
    }
    text.writer->write(text.writer->context, text.buffer, text.used);
    return syspte_fault_words();
}

static void keep(const syspte_fault_active *a, const syspte_fault_call *call, uint32_t context)
{
    uint64_t number = syspte_faults.counts.fired++;
    if (number < SYSPTE_FAULTS_KEPT) {
        syspte_faults.kept[number] =
            (syspte_failure){.ordinal = a->counted,
                             .bytes = call->bytes,
                             .pte_count = call->pte_count,
                             .call = syspte_contexts_at(&syspte_the.account.contexts, context)};
    }
}

static void fire(const syspte_fault_active *a, const syspte_fault_call *call)
{
    syspte_account *account = &syspte_the.account;
    uint32_t context = syspte_caller_context(call->thread, call->caller, call->how);
    bool single = a->plan.per_10000 != 0 || a->plan.once_per_stack; // which ones is worth telling
    bool later = a->fired != 1 && !single;
    syspte_event event = {.rule = SYSPTE_RULE_FAULT_INJECTED,
                          .call = context,
                          .bytes = call->bytes,
                          .pte_count = call->pte_count,
                          .text = later ? "a later call" : words_of_call(a->counted)};
    keep(a, call, context);
    syspte_account_find(account, &event);
    if (a->fired == 1 && !syspte_fault_is_at(&a->plan.expect, call)) {
        syspte_event elsewhere = {.rule = SYSPTE_RULE_FAULT_ELSEWHERE,
                                  .call = context,
                                  .text = words_of_place(&a->plan.expect)};
        syspte_account_find(account, &elsewhere);
    }
    if (a->fired == ENDLESS) {
        syspte_event endless = {.rule = SYSPTE_RULE_FAULT_ENDLESS, .call = context};
        syspte_account_find(account, &endless);
    }
}

// ---- The question

// True: this plan makes the call fail.
static bool ask(syspte_fault_active *a, const syspte_fault_call *call)
{
    const syspte_fault_plan *plan = &a->plan;
    syspte_fault_stack stack;
    bool looks = plan->exclude != NULL || plan->once_per_stack;
    unsigned frames = plan->stack_frames != 0 ? plan->stack_frames : FRAMES;
    if (!syspte_fault_is_about(plan, call)) {
        return false;
    }
    syspte_fault_stack_of(call, looks ? frames : 0, &stack);
    if (is_excluded(plan, &stack)) {
        return false;
    }
    a->counted++;
    syspte_faults.counts.counted++;
    if (a->fired == ENDLESS || !is_due(a, call) || (plan->once_per_stack && is_old(plan, &stack))) {
        return false;
    }
    a->fired++;
    stack.fate = plan->what_if ? SYSPTE_FAULT_WOULD_FAIL : SYSPTE_FAULT_FAILED;
    syspte_fault_stack_add(&stack);
    if (plan->what_if) {
        syspte_faults.counts.would++;
        return false;
    }
    fire(a, call);
    return true;
}

bool syspte_fault_ask(const syspte_fault_call *call)
{
    bool fails = false;
    if (call->thread->fault_pauses != 0) {
        return false;
    }
    syspte_faults.counts.calls++;
    for (unsigned i = 0; i < SYSPTE_FAULT_PLANS; i++) {
        fails |= syspte_faults.plans[i].used && ask(&syspte_faults.plans[i], call);
    }
    return fails;
}

uint64_t syspte_faults_withheld(void)
{
    uint64_t most = 0;
    for (unsigned i = 0; syspte_the.fault_plans != 0 && i < SYSPTE_FAULT_PLANS; i++) {
        const syspte_fault_active *a = &syspte_faults.plans[i];
        most = a->used && a->withheld > most ? a->withheld : most;
    }
    return most;
}
