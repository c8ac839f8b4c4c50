// SPDX-License-Identifier: MIT
// Who calls: the thread's state and the context of a call. Each thread remembers the contexts it
// used last by their place, so that the table is asked only for a new one.
#include "sim/machine.h"

_Thread_local syspte_thread syspte_thread_state;

void syspte_thread_renew(void)
{
    syspte_thread_state =
        (syspte_thread){.generation = syspte_load_acquire_32(&syspte_the.generation)};
}

static uint32_t stack_of_call(void)
{
    uintptr_t frames[SYSPTE_STACK_MAX];
    unsigned count = syspte_port_stack_capture(frames, syspte_the.config.stack_frames, 2);
    return syspte_stacks_intern(&syspte_the.account.stacks, frames, count);
}

static uint32_t owner_of(const syspte_thread *thread)
{
    bool counts = thread->irql < 2 || thread->owner_irql >= 2;
    return counts ? thread->owner : 0;
}

uint32_t syspte_caller_context(syspte_thread *thread, const syspte_caller *caller, syspte_api api,
                               syspte_kind kind, syspte_cache cache, uint32_t protect)
{
    uint32_t owner = owner_of(thread);
    uint64_t place = (uint64_t)protect << 32 | caller->line;
    uint64_t how = (uint64_t)owner << 32 | (uint64_t)thread->irql << 24 | (uint64_t)cache << 16 |
                   (uint64_t)kind << 8 | api;
    uint32_t stack = syspte_the.config.stack_frames == 0 ? 0 : stack_of_call();
    uintptr_t mixed = ((uintptr_t)caller->file >> 4) + caller->line * 5 + api + stack +
                      (caller->return_address >> 2);
    syspte_remembered *known = &thread->remembered[mixed & (SYSPTE_REMEMBERED - 1)];

    if (known->place == place && known->how == how && known->file == caller->file &&
        known->function == caller->function && known->stack == stack && known->number != 0 &&
        caller->return_address == 0) {
        return known->number;
    }
    if (thread->number == 0) {
        thread->number = (uint16_t)(syspte_the.threads < UINT16_MAX ? ++syspte_the.threads
                                                                    : UINT16_MAX);
    }
    syspte_context context = {.file = caller->file,
                              .function = caller->function,
                              .return_address = caller->file ? 0 : caller->return_address,
                              .line = caller->line,
                              .stack = stack,
                              .owner = owner,
                              .protect = protect,
                              .thread = thread->number,
                              .api = (uint8_t)api,
                              .kind = (uint8_t)kind,
                              .cache = (uint8_t)cache,
                              .irql = thread->irql};
    uint32_t number = syspte_contexts_intern(&syspte_the.account.contexts, &context);
    *known = (syspte_remembered){.file = caller->file,
                                 .function = caller->function,
                                 .place = place,
                                 .how = how,
                                 .stack = stack,
                                 .number = number};
    return number;
}
