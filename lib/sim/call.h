// SPDX-License-Identifier: MIT
// One call of the driver into the simulated kernel, and how such functions are written:
//
//     SYSPTE_ENTRY(PVOID, MmMapLockedPages, (PMDL Mdl, KPROCESSOR_MODE Mode), (Mdl, Mode))
//     {
//         syspte_call call;
//         if (!syspte_call_begin(&call, SYSPTE_API_MM_MAP_LOCKED_PAGES, caller)) {
//             return NULL;
//         }
//         PVOID mapped = syspte_call_irql(&call, DISPATCH_LEVEL, SYSPTE_RULE_..., 0, 0)
//                            ? NULL : map(&call, Mdl);
//         syspte_call_end(&call);
//         return mapped;
//     }
//
// The lock is held from begin to end; between them no driver memory is touched: what a function
// needs of an MDL or a block it reads before and writes after.
#ifndef SYSPTE_SIM_CALL_H
#define SYSPTE_SIM_CALL_H

#include "sim/fault_plan.h"
#include "sim/kernel.h"

typedef struct syspte_call {
    syspte_api api;
    const syspte_caller *caller;
    syspte_thread *thread;
    bool stop; // a violation stops the machine when the call ends
    syspte_bugcheck bugcheck;
} syspte_call;

// Takes the world for a call. False: there is no machine (said), and nothing is taken.
bool syspte_call_begin(syspte_call *call, syspte_api api, const syspte_caller *caller);

// Gives the world back. Does not return if a violation of the call stops the machine.
void syspte_call_end(syspte_call *call);

// The context of this call (kind NONE), or of what it makes. For the kinds with a pool tag `detail`
// is the tag, else the PAGE_* protection.
uint32_t syspte_call_context(const syspte_call *call, syspte_kind kind, syspte_cache cache,
                             uint32_t detail);

// Records a violation of event->rule with the rule's code and first parameter. True: the machine
// stops at this strictness, and the function does nothing more.
bool syspte_call_violate(syspte_call *call, syspte_event *event, uint64_t p2, uint64_t p3,
                         uint64_t p4);

// The same with a code and first parameter of the caller's own.
bool syspte_call_violate_as(syspte_call *call, syspte_event *event, uint32_t code, uint64_t p1,
                            uint64_t p2, uint64_t p3, uint64_t p4);

// A bug check that is raised at every strictness. Nothing follows it.
void syspte_call_crash(syspte_call *call, syspte_event *event, const syspte_bugcheck *bugcheck);

// True: a fault plan makes this call fail, which is about to take so many bytes and PTEs. `detail`:
// as above. Asked once a call.
static inline bool syspte_call_fault(const syspte_call *call, syspte_kind kind, syspte_cache cache,
                                     uint32_t detail, uint64_t bytes, uint64_t pte_count)
{
    return syspte_fault_now(call->thread, call->caller, SYSPTE_HOW(call->api, kind, cache, detail),
                            bytes, pte_count);
}

// Records a violation of `rule` if the IRQL is above `limit`: parameter 2 is the IRQL. True: stop.
static inline bool syspte_call_irql(syspte_call *call, unsigned limit, syspte_rule_id rule,
                                    uint64_t p3, uint64_t p4)
{
    syspte_event event = {.rule = rule};
    return call->thread->irql > limit &&
           syspte_call_violate(call, &event, call->thread->irql, p3, p4);
}

// ---- Definitions

#define SYSPTE_UNWRAP(...) __VA_ARGS__

// Opens the definition of a Windows function and of its form with a site; the body that follows
// has `const syspte_caller *caller` beside the parameters.
#define SYSPTE_ENTRY(type, name, parameters, arguments)                                            \
    static type entry_##name(const syspte_caller *caller, SYSPTE_UNWRAP parameters);               \
    type name parameters                                                                           \
    {                                                                                              \
        syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);                                       \
        return entry_##name(&caller, SYSPTE_UNWRAP arguments);                                     \
    }                                                                                              \
    type syspte_at_##name(SYSPTE_UNWRAP parameters, const char *file, unsigned line,               \
                          const char *function)                                                    \
    {                                                                                              \
        syspte_caller caller = SYSPTE_CALLER(file, line, function);                                \
        return entry_##name(&caller, SYSPTE_UNWRAP arguments);                                     \
    }                                                                                              \
    static type entry_##name(const syspte_caller *caller, SYSPTE_UNWRAP parameters)

// The same for a function without a result.
#define SYSPTE_ENTRY_VOID(name, parameters, arguments)                                             \
    static void entry_##name(const syspte_caller *caller, SYSPTE_UNWRAP parameters);               \
    void name parameters                                                                           \
    {                                                                                              \
        syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);                                       \
        entry_##name(&caller, SYSPTE_UNWRAP arguments);                                            \
    }                                                                                              \
    void syspte_at_##name(SYSPTE_UNWRAP parameters, const char *file, unsigned line,               \
                          const char *function)                                                    \
    {                                                                                              \
        syspte_caller caller = SYSPTE_CALLER(file, line, function);                                \
        entry_##name(&caller, SYSPTE_UNWRAP arguments);                                            \
    }                                                                                              \
    static void entry_##name(const syspte_caller *caller, SYSPTE_UNWRAP parameters)

#endif
