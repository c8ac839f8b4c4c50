// SPDX-License-Identifier: MIT
// The I/O manager unlocks the MDLs of a request before it frees any, and unlocking drops the system
// mapping. An MDL that has nothing locked (of nonpaged pool, or a partial one) is only freed.
#include "sim/mdl_chain.h"

#include "sim/mdl.h"

// True if following the chain never ends: somebody hung an MDL on it twice.
static bool is_endless(syspte_api api, const syspte_caller *caller, const MDL *first)
{
    const MDL *slow = first;
    const MDL *fast = first;
    while (fast != NULL && syspte_mdl_see(api, caller, fast) && fast->Next != NULL &&
           syspte_mdl_see(api, caller, fast->Next)) {
        slow = slow->Next;
        fast = fast->Next->Next;
        if (slow == fast) {
            return true;
        }
    }
    return false;
}

static void say_endless(syspte_api api, const syspte_caller *caller)
{
    syspte_call call;
    syspte_event event = {.rule = SYSPTE_RULE_MDL_ARGUMENT,
                          .text = "the request's chain of MDLs leads back into itself"};
    if (syspte_call_begin(&call, api, caller)) {
        (void)syspte_call_violate(&call, &event, 0, 0, 0);
        syspte_call_end(&call);
    }
}

void syspte_mdl_chain_release(syspte_api api, const syspte_caller *caller, PMDL first)
{
    if (is_endless(api, caller, first)) {
        say_endless(api, caller);
        return;
    }
    for (PMDL mdl = first; mdl != NULL; mdl = mdl->Next) {
        unsigned flags = (uint16_t)mdl->MdlFlags;
        if ((flags & (MDL_PAGES_LOCKED | MDL_PARTIAL | MDL_SOURCE_IS_NONPAGED_POOL)) ==
            MDL_PAGES_LOCKED) {
            syspte_mdl_unlock(api, caller, mdl);
        }
    }
    while (first != NULL) {
        PMDL next = first->Next;
        syspte_mdl_free(api, caller, first);
        first = next;
    }
}
