// SPDX-License-Identifier: MIT
// The regions begin to be counted at the first mixture of cache types, from what is live then.
#include "sim/attribute.h"

static unsigned bucket_of(uint64_t region)
{
    return (unsigned)(region * 0x9E3779B97F4A7C15ull >> 54) & (SYSPTE_ATTRIBUTE_BUCKETS - 1);
}

void syspte_attributes_count_regions(syspte_attributes *attributes, uint64_t physical_address,
                                     uint64_t bytes, unsigned cache, int change)
{
    uint64_t last = (physical_address + bytes - 1) >> 21;
    for (uint64_t region = physical_address >> 21; region <= last; region++) {
        attributes->regions[bucket_of(region)][cache] += (uint32_t)change;
    }
}

bool syspte_attributes_tracks(const syspte_account *account, const syspte_row *row)
{
    uint8_t kind = syspte_contexts_at(&account->contexts, row->context)->kind;
    return kind != SYSPTE_KIND_MDL && kind != SYSPTE_KIND_RESERVED;
}

static void begin_regions(syspte_attributes *attributes, const syspte_account *account)
{
    uint64_t cursor = 0;
    syspte_row row;
    while (syspte_ledger_next(&account->ledger, &cursor, &row)) {
        uint8_t cache = syspte_contexts_at(&account->contexts, row.context)->cache;
        if (syspte_attributes_tracks(account, &row)) {
            syspte_attributes_count_regions(attributes, row.physical_address, row.bytes, cache, 1);
        }
    }
    attributes->mixed = true;
}

static bool others_near(const syspte_attributes *attributes, uint64_t physical_address,
                        uint64_t bytes, unsigned cache)
{
    uint64_t first = physical_address >> 21;
    uint64_t last = (physical_address + bytes - 1) >> 21;
    if (last - first >= SYSPTE_ATTRIBUTE_BUCKETS) {
        return true; // up to 2^31 regions: the rows are looked at instead
    }
    for (uint64_t region = first; region <= last; region++) {
        const uint32_t *live = attributes->regions[bucket_of(region)];
        if (live[0] + live[1] + live[2] != live[cache]) {
            return true;
        }
    }
    return false;
}

bool syspte_attributes_conflict(syspte_attributes *attributes, const syspte_account *account,
                                uint64_t physical_address, uint64_t bytes, unsigned cache,
                                syspte_row *other)
{
    uint64_t cursor = 0;
    uint64_t first_page = physical_address >> 12;
    uint64_t last_page = (physical_address + bytes - 1) >> 12;
    syspte_row row;
    if (!syspte_attributes_differ(attributes, cache)) {
        return false;
    }
    if (!attributes->mixed) {
        begin_regions(attributes, account);
    }
    if (!others_near(attributes, physical_address, bytes, cache)) {
        return false;
    }
    while (syspte_ledger_next(&account->ledger, &cursor, &row)) {
        uint64_t page = row.physical_address >> 12;
        if (page <= last_page && page + row.pte_count > first_page &&
            syspte_contexts_at(&account->contexts, row.context)->cache != cache &&
            syspte_attributes_tracks(account, &row)) {
            *other = row;
            return true;
        }
    }
    return false;
}
