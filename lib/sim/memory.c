// SPDX-License-Identifier: MIT
// Declared ranges of physical memory, the last declaration first; and the bytes behind them.
#include "sim/machine.h"

bool syspte_memory_add(uint64_t physical_address, uint64_t bytes, syspte_memory_kind kind)
{
    syspte_machine *m = &syspte_the;
    if (!m->booted) {
        syspte_misused("syspte_memory_add needs a machine: call syspte_boot first");
        return false;
    }
    if (bytes == 0 || bytes > SYSPTE_PHYSICAL_BYTES ||
        physical_address > SYSPTE_PHYSICAL_BYTES - bytes) {
        syspte_misused("syspte_memory_add: the range is empty or ends beyond 2^52 bytes");
        return false;
    }
    if ((unsigned)kind > SYSPTE_MEMORY_REFUSED) {
        syspte_misused("syspte_memory_add: there is no such kind of memory");
        return false;
    }
    syspte_world_take();
    bool room = m->range_count < SYSPTE_RANGES;
    if (room) {
        m->ranges[m->range_count++] = (syspte_range){
            .first = physical_address, .last = physical_address + bytes - 1, .kind = kind};
        syspte_plain_decide();
    }
    syspte_world_give();
    if (!room) {
        syspte_misused("syspte_memory_add: 256 ranges are declared already: declare larger ones");
    }
    return room;
}

// The kind of an address; `last` receives the last address of which the same is known to hold.
static syspte_memory_kind kind_at(uint64_t address, uint64_t *last)
{
    const syspte_machine *m = &syspte_the;
    *last = UINT64_MAX;
    for (unsigned i = m->range_count; i-- > 0;) {
        const syspte_range *range = &m->ranges[i];
        if (address >= range->first && address <= range->last) {
            *last = range->last < *last ? range->last : *last;
            return range->kind;
        }
        if (range->first > address && range->first - 1 < *last) {
            *last = range->first - 1;
        }
    }
    return SYSPTE_MEMORY_DEVICE;
}

bool syspte_memory_first(uint64_t address, uint64_t bytes, syspte_memory_kind kind, uint64_t *page)
{
    uint64_t end = address + bytes - 1;
    uint64_t last;
    for (uint64_t at = address; at <= end; at = last + 1) {
        if (kind_at(at, &last) == kind) {
            *page = at >> 12;
            return true;
        }
        if (last >= end) {
            break;
        }
    }
    return false;
}

syspte_memory_kind syspte_memory_kind_at(uint64_t physical_address)
{
    uint64_t last;
    syspte_world_take();
    syspte_memory_kind kind = kind_at(physical_address, &last);
    syspte_world_give();
    return kind;
}

static bool reachable(uint64_t physical_address, uint64_t bytes)
{
    syspte_machine *m = &syspte_the;
    if (!m->booted || m->config.accounting_only || bytes > SYSPTE_PHYSICAL_BYTES ||
        physical_address > SYSPTE_PHYSICAL_BYTES - bytes) {
        return false;
    }
    syspte_world_take();
    if (!m->physical_used) {
        m->physical_used = syspte_port_physical_open();
    }
    bool open = m->physical_used;
    syspte_world_give();
    return open;
}

bool syspte_memory_read(uint64_t physical_address, void *out, uint64_t bytes)
{
    return reachable(physical_address, bytes) &&
           syspte_port_physical_read(physical_address, out, bytes);
}

bool syspte_memory_write(uint64_t physical_address, const void *in, uint64_t bytes)
{
    return reachable(physical_address, bytes) &&
           syspte_port_physical_write(physical_address, in, bytes);
}
