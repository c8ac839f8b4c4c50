// SPDX-License-Identifier: MIT
// Which cache types physical memory is mapped with. As long as all live mappings have one cache
// type, a count for each type tells that nothing can conflict. From the first mixture on, counts
// by hashed 2 MiB region say "perhaps"; only then rows are looked at.
#ifndef SYSPTE_SIM_ATTRIBUTE_H
#define SYSPTE_SIM_ATTRIBUTE_H

#include "core/account.h"

enum { SYSPTE_ATTRIBUTE_BUCKETS = 1024, SYSPTE_CACHE_TYPES = 3 };

typedef struct syspte_attributes {
    uint64_t live[SYSPTE_CACHE_TYPES]; // mappings
    bool mixed;                        // types were mixed once: regions are counted since then
    uint32_t regions[SYSPTE_ATTRIBUTE_BUCKETS][SYSPTE_CACHE_TYPES];
} syspte_attributes;

// ---- Use

// Counts a change of the regions. Only for syspte_attributes_count.
void syspte_attributes_count_regions(syspte_attributes *attributes, uint64_t physical_address,
                                     uint64_t bytes, unsigned cache, int change);

// A mapping of [physical_address, + bytes) with `cache` begins (+1) or ends (-1).
// Costs: O(1); after a mixture O(2 MiB regions).
static inline void syspte_attributes_count(syspte_attributes *attributes, uint64_t physical_address,
                                           uint64_t bytes, unsigned cache, int change)
{
    attributes->live[cache] += (uint64_t)(int64_t)change;
    if (attributes->mixed) {
        syspte_attributes_count_regions(attributes, physical_address, bytes, cache, change);
    }
}

// ---- Inspect

// True if a mapping with another cache type is live anywhere.
static inline bool syspte_attributes_differ(const syspte_attributes *attributes, unsigned cache)
{
    const uint64_t *live = attributes->live;
    return live[0] + live[1] + live[2] != live[cache];
}

// True for a mapping of physical memory, whose cache type counts here. False for an MDL's: its
// frames can lie anywhere, and its cache type is theirs.
bool syspte_attributes_tracks(const syspte_account *account, const syspte_row *row);

// Finds a live mapping of one of these pages with another cache type.
// Costs: O(2 MiB regions) where none is near; else, and at the first mixture, O(rows).
bool syspte_attributes_conflict(syspte_attributes *attributes, const syspte_account *account,
                                uint64_t physical_address, uint64_t bytes, unsigned cache,
                                syspte_row *other);

#endif
