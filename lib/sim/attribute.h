// SPDX-License-Identifier: MIT
// Which cache types a stretch of physical memory is mapped with: counts of live mappings for each
// cache type, by hashed 2 MiB region. A count says "perhaps"; only then rows are looked at.
#ifndef SYSPTE_SIM_ATTRIBUTE_H
#define SYSPTE_SIM_ATTRIBUTE_H

#include "core/account.h"

enum { SYSPTE_ATTRIBUTE_BUCKETS = 1024, SYSPTE_CACHE_TYPES = 3 };

typedef struct syspte_attributes {
    uint32_t live[SYSPTE_ATTRIBUTE_BUCKETS][SYSPTE_CACHE_TYPES + 1];
} syspte_attributes;

// ---- Use

// A mapping of [physical_address, + bytes) with `cache` begins (+1) or ends (-1).
// Costs: O(2 MiB regions).
void syspte_attributes_count(syspte_attributes *attributes, uint64_t physical_address,
                             uint64_t bytes, unsigned cache, int change);

// ---- Inspect

// Finds a live mapping of one of these pages with another cache type.
// Costs: O(2 MiB regions) where none is near; else O(rows).
bool syspte_attributes_conflict(const syspte_attributes *attributes,
                                const syspte_account *account, uint64_t physical_address,
                                uint64_t bytes, unsigned cache, syspte_row *other);

#endif
