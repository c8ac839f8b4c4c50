// SPDX-License-Identifier: MIT
#include "sim/quarantine.h"

uint64_t syspte_quarantine_storage(uint64_t limit)
{
    return limit * sizeof(syspte_quarantined);
}

void syspte_quarantine_init(syspte_quarantine *quarantine, void *storage, uint64_t limit)
{
    *quarantine = (syspte_quarantine){.runs = storage, .limit = limit};
}

void syspte_quarantine_add(syspte_quarantine *quarantine, uint64_t start, uint64_t pte_count)
{
    uint64_t at = quarantine->first + quarantine->count;
    if (at >= quarantine->limit) {
        at -= quarantine->limit;
    }
    quarantine->runs[at] = (syspte_quarantined){.start = start, .pte_count = pte_count};
    quarantine->count++;
    quarantine->ptes += pte_count;
}

bool syspte_quarantine_take(syspte_quarantine *quarantine, syspte_quarantined *out)
{
    if (quarantine->count == 0) {
        return false;
    }
    *out = quarantine->runs[quarantine->first];
    quarantine->first++;
    if (quarantine->first == quarantine->limit) {
        quarantine->first = 0;
    }
    quarantine->count--;
    quarantine->ptes -= out->pte_count;
    return true;
}
