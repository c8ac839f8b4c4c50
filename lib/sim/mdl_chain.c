// SPDX-License-Identifier: MIT
// The I/O manager unlocks the MDLs of a request before it frees any, and unlocking drops the system
// mapping. An MDL that has nothing locked (of nonpaged pool, or a partial one) is only freed.
#include "sim/mdl_chain.h"

#include "sim/mdl.h"

void syspte_mdl_chain_release(syspte_api api, const syspte_caller *caller, PMDL first)
{
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
