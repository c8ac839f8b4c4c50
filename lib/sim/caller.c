// SPDX-License-Identifier: MIT
// Who calls: the thread's state and the context of a call. Each thread remembers the contexts it
// used last by their place, with their stacks, so that the tables are asked only for a new one.
#include "sim/machine.h"
#include "sim/system_thread.h"

_Thread_local syspte_thread syspte_thread_state;

void syspte_thread_renew(void)
{
    uint32_t generation = syspte_load_acquire_32(&syspte_the.generation);
    syspte_system_thread_check();
    syspte_thread_state = (syspte_thread){.generation = generation, .plain = generation};
}

// The stack of a call begins where the call returns to: frames of ours are not in it.
static unsigned stack_of(const syspte_caller *caller, uintptr_t *frames, syspte_port_trail *trail)
{
    unsigned wanted = syspte_the.config.stack_frames;
    return wanted == 0 ? 0 : syspte_port_stack_capture(frames, wanted, caller->frame, trail);
}

static uint32_t owner_of(const syspte_thread *thread)
{
    bool counts = thread->irql < 2 || thread->owner_irql >= 2;
    return counts ? thread->owner : 0;
}

void syspte_thread_stand(syspte_thread *thread)
{
    thread->standing = owner_of(thread) << 8 | thread->irql;
    thread->plain = thread->irql < 2 ? thread->generation : UINT32_MAX;
}

static bool has_tag(uint64_t how)
{
    syspte_kind kind = (syspte_kind)(how >> 8 & 0xFF);
    return kind == SYSPTE_KIND_POOL || kind == SYSPTE_KIND_RESERVED;
}

static syspte_context context_of(const syspte_thread *thread, const syspte_caller *caller,
                                 uint64_t how, uint32_t stack)
{
    return (syspte_context){.file = caller->file,
                            .function = caller->function,
                            .return_address = caller->file ? 0 : caller->return_address,
                            .line = caller->line,
                            .stack = stack,
                            .owner = owner_of(thread),
                            .tag = has_tag(how) ? (uint32_t)(how >> 32) : 0,
                            .protect = has_tag(how) ? 0 : (uint32_t)(how >> 32),
                            .thread = thread->number,
                            .api = (uint8_t)how,
                            .kind = (uint8_t)(how >> 8),
                            .cache = (uint8_t)(how >> 16),
                            .irql = thread->irql};
}

uint32_t syspte_caller_known(syspte_thread *thread, const syspte_caller *caller, uint64_t how)
{
    syspte_machine *m = &syspte_the;
    uint32_t number = syspte_caller_recall(thread, caller->file, caller->function, caller->line,
                                           how, caller->frame);
    if (number != 0) {
        return number;
    }
    uintptr_t frames[SYSPTE_STACK_MAX] = {0};
    unsigned count = stack_of(caller, frames, NULL);
    uint32_t stack = syspte_stacks_find(&m->account.stacks, frames, count);
    if (stack == 0 && count != 0) {
        return 0;
    }
    syspte_context context = context_of(thread, caller, how, stack);
    return syspte_contexts_find(&m->account.contexts, &context);
}

uint32_t syspte_caller_intern(syspte_thread *thread, const syspte_caller *caller, uint64_t how)
{
    syspte_machine *m = &syspte_the;
    syspte_remembered *remember =
        &thread->remembered[syspte_caller_slot(thread, caller->line, how) - thread->remembered];
    // A call without a site is not remembered, so its trail would be taken for another call's.
    syspte_port_trail *trail =
        caller->file == NULL ? NULL : syspte_caller_trail(thread, remember);
    uintptr_t frames[SYSPTE_STACK_MAX] = {0};
    unsigned count = stack_of(caller, frames, trail);
    if (trail != NULL) {
        trail->of = (uint32_t)(remember - thread->remembered);
    }
    if (thread->number == 0) {
        thread->number = (uint16_t)(m->threads < UINT16_MAX ? ++m->threads : UINT16_MAX);
    }
    uint32_t stack = syspte_stacks_intern(&m->account.stacks, frames, count);
    syspte_context context = context_of(thread, caller, how, stack);
    uint32_t number = syspte_contexts_intern(&m->account.contexts, &context);
    if (number == 0 || (stack == 0 && count != 0)) {
        syspte_event event = {.rule = SYSPTE_RULE_CONTEXTS_FULL};
        syspte_account_find(&m->account, &event);
    }
    if (caller->file != NULL) {
        *remember = (syspte_remembered){.file = caller->file,
                                        .function = caller->function,
                                        .place = (uint64_t)thread->standing << 32 | caller->line,
                                        .how = how,
                                        .number = number};
    }
    return number;
}
