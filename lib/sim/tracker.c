// SPDX-License-Identifier: MIT
// Trackers are rows of a hashed ledger of their own, keyed by the MDL's address: in place of a
// physical address they have the mapping's id, and its sequence number tells whether that mapping
// is the one that is live now. The table is lent when the first MDL is mapped. MDLs in reserved
// mappings are rows of another space of keys, that of PTEs.
#include "sim/tracker.h"

#include "core/ledger_hash.h"

enum { TRACKERS = 1 << 20 };

static struct {
    syspte_ledger_hash table;
    void *storage; // kept from machine to machine
    bool ready;
} trackers;

void syspte_trackers_begin(void)
{
    if (trackers.ready) {
        syspte_ledger_hash_wipe(&trackers.table, syspte_port_table_zero);
    }
    trackers.ready = false;
}

static bool is_ready(void)
{
    if (trackers.storage == NULL) {
        trackers.storage = syspte_port_table_reserve(syspte_ledger_hash_storage(TRACKERS));
    }
    if (!trackers.ready && trackers.storage != NULL) {
        syspte_ledger_hash_init(&trackers.table, trackers.storage, TRACKERS, syspte_port_panic);
        trackers.ready = true;
    }
    return trackers.ready;
}

static uint64_t key_of(const void *mdl)
{
    return syspte_ledger_hash_id(0, (uint64_t)(uintptr_t)mdl);
}

static void note(const void *mdl, const void *start_va, const void *address, const syspte_row *row,
                 bool twice)
{
    uint64_t va = (uint64_t)(uintptr_t)address;
    syspte_row tracker = {.id = key_of(mdl),
                          .physical_address = row->id,
                          .bytes = (uint64_t)(uintptr_t)start_va,
                          .sequence = row->sequence,
                          .context = row->context,
                          .spare = (uint32_t)va,
                          .front = (uint32_t)(va >> 32),
                          .reported = twice};
    if (!is_ready()) {
        return;
    }
    syspte_tracker_drop(mdl);
    if (!syspte_ledger_hash_note(&trackers.table, &tracker)) {
        syspte_event event = {.rule = SYSPTE_RULE_HOLDINGS_FULL, .call = row->context};
        syspte_account_find(&syspte_the.account, &event);
    }
}

void syspte_tracker_note(const void *mdl, const void *start_va, const void *address,
                         const syspte_row *row)
{
    syspte_tracker known;
    note(mdl, start_va, address, row, syspte_tracker_find(mdl, &known));
}

void syspte_tracker_move(const void *mdl, const void *start_va, const void *address)
{
    syspte_tracker known;
    if (syspte_tracker_find(mdl, &known)) {
        note(mdl, start_va, address, &known.row, known.twice);
    }
}

bool syspte_tracker_find(const void *mdl, syspte_tracker *out)
{
    syspte_row tracker;
    if (!trackers.ready || !syspte_ledger_hash_find(&trackers.table, key_of(mdl), &tracker)) {
        return false;
    }
    if (!syspte_ledger_find(&syspte_the.account.ledger, tracker.physical_address, &out->row) ||
        out->row.sequence != tracker.sequence) {
        syspte_ledger_hash_strike_alone(&trackers.table, &tracker);
        return false;
    }
    out->start_va = tracker.bytes;
    out->address = (void *)(uintptr_t)((uint64_t)tracker.front << 32 | tracker.spare);
    out->twice = tracker.reported;
    return true;
}

void syspte_tracker_drop(const void *mdl)
{
    syspte_row tracker;
    if (trackers.ready && syspte_ledger_hash_find(&trackers.table, key_of(mdl), &tracker)) {
        syspte_ledger_hash_strike_alone(&trackers.table, &tracker);
    }
}

// ---- Reserved mappings

static uint64_t key_of_pte(uint64_t pte)
{
    return syspte_ledger_hash_id(1, pte);
}

void syspte_tracker_place(uint64_t pte, uint32_t context)
{
    syspte_row place = {
        .id = key_of_pte(pte), .sequence = syspte_the.account.sequence, .context = context};
    syspte_tracker_unplace(pte);
    if (is_ready() && !syspte_ledger_hash_note(&trackers.table, &place)) {
        syspte_event event = {.rule = SYSPTE_RULE_HOLDINGS_FULL, .call = context};
        syspte_account_find(&syspte_the.account, &event);
    }
}

uint32_t syspte_tracker_placed(uint64_t pte)
{
    syspte_row place;
    return trackers.ready && syspte_ledger_hash_find(&trackers.table, key_of_pte(pte), &place)
               ? place.context
               : 0;
}

void syspte_tracker_unplace(uint64_t pte)
{
    syspte_row place;
    if (trackers.ready && syspte_ledger_hash_find(&trackers.table, key_of_pte(pte), &place)) {
        syspte_ledger_hash_strike_alone(&trackers.table, &place);
    }
}
