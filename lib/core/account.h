// SPDX-License-Identifier: MIT
// The account of one machine (or, in a kernel, of one driver): ledger, holdings, contexts, stacks,
// history, scopes and findings together. Its callers lock; it allocates nothing.
#ifndef SYSPTE_CORE_ACCOUNT_H
#define SYSPTE_CORE_ACCOUNT_H

#include "core/context.h"
#include "core/findings.h"
#include "core/history.h"
#include "core/ledger.h"
#include "core/ledger_hash.h"
#include "core/scope.h"
#include "core/stack.h"

// How large the tables are. Everything is lent in one block.
typedef struct syspte_account_sizes {
    uint64_t ledger_rows;
    uint32_t contexts; // a power of two
    uint32_t holdings;     // a power of two, or 0
    uint32_t history_rows; // of mappings, and as many of holdings
    uint32_t findings;
    uint32_t stack_words;
    uint32_t stack_slots; // a power of two
} syspte_account_sizes;

typedef struct syspte_account {
    syspte_contexts contexts;
    syspte_stacks stacks;
    syspte_ledger ledger;
    syspte_history history;
    syspte_ledger_hash holdings;
    syspte_history holdings_ended;
    syspte_findings findings;
    syspte_scopes scopes;
    uint64_t sequence;      // of the last event
    uint64_t live_mappings; // rows
    uint64_t live_ptes;     // theirs
    uint64_t system_va;     // of PTE 0, as reports print it
    void (*panic)(const char *text);
} syspte_account;

// ---- Begin and end

uint64_t syspte_account_storage(const syspte_account_sizes *sizes);
void syspte_account_init(syspte_account *account, void *storage,
                         const syspte_account_sizes *sizes, uint64_t system_va,
                         void (*panic)(const char *text));
// Clears what was written, so that the storage can be lent again.
void syspte_account_wipe(syspte_account *account, void (*zero)(void *from, uint64_t bytes));

// ---- Use

// Notes a new mapping; row->sequence is filled in.
static inline void syspte_account_born(syspte_account *account, syspte_row *row)
{
    row->sequence = ++account->sequence;
    syspte_ledger_note(&account->ledger, row);
    account->live_mappings++;
    account->live_ptes += row->pte_count;
}

// Ends a mapping that was found in the ledger, from the call with context `unmapped`.
static inline void syspte_account_ended(syspte_account *account, const syspte_row *row,
                                        uint32_t unmapped)
{
    syspte_ledger_strike_alone(&account->ledger, row);
    account->live_mappings--;
    account->live_ptes -= row->pte_count;
    syspte_history_add(&account->history, row, unmapped, ++account->sequence);
}

// ---- Holdings (holding.c): what is held and takes no system PTEs (pool, locked pages, frames)

// Notes a new holding; row->id is its key, chosen by the caller: unique among live holdings and not
// 0 (syspte_ledger_hash_id). row->pte_count is the number of pages it holds, 0 for a block of pool:
// they are no PTEs. row->physical_address is that of contiguous memory, else 0. row->sequence is
// filled in.
//
// Fails: false if the table is full (HOLDINGS_FULL is recorded) or the key is held already.
// Costs: O(1) expected.
bool syspte_account_hold(syspte_account *account, syspte_row *row);

// The live holding of that key.
bool syspte_account_held(const syspte_account *account, uint64_t key, syspte_row *out);

// The next live holding in no particular order (the same in every run); *cursor begins with 0.
bool syspte_account_held_next(const syspte_account *account, uint64_t *cursor, syspte_row *out);

// Ends a holding that was found, from the call with context `by`; it is remembered in a history.
void syspte_account_let_go(syspte_account *account, const syspte_row *row, uint32_t by);

// The holding of that key that ended last; NULL if none is remembered. Costs: O(history).
const syspte_ended *syspte_account_held_last(const syspte_account *account, uint64_t key);

// The kind of a holding: its context's; SYSPTE_KIND_NONE if that found no room.
syspte_kind syspte_account_held_kind(const syspte_account *account, const syspte_row *row);

// True for a row among the holdings that is a mapping by its kind: its key is the number of its
// first page, in an address space that begins at account->system_va, and its pages are PTEs.
bool syspte_account_is_mapping(const syspte_account *account, const syspte_row *row);

// syspte_account_list for holdings alone.
uint64_t syspte_account_held_list(syspte_account *account, syspte_rule_id rule, const char *scope,
                                  uint64_t since,
                                  bool (*belongs)(const syspte_account *account,
                                                  const syspte_row *row, const void *argument),
                                  const void *argument);

// ---- Findings

// Records a finding; event->sequence is the next one if it is 0. Returns its row, NULL if there was
// no room for one.
syspte_finding_row *syspte_account_find(syspte_account *account, const syspte_event *event);

// Records every live mapping and holding with a sequence of at least `since` that satisfies
// `belongs` (NULL: all) as a finding of `rule`, and marks it as reported. Returns how many there
// were. `belongs` looks at nothing of a row but its context, and its sequence against `since`.
uint64_t syspte_account_list(syspte_account *account, syspte_rule_id rule, const char *scope,
                             uint64_t since,
                             bool (*belongs)(const syspte_account *account, const syspte_row *row,
                                             const void *argument),
                             const void *argument);

// The sequence of a finding of `rule` about what was born with `sequence`: what a bug check left
// behind is told after its cause.
static inline uint64_t syspte_account_order(const syspte_account *account, syspte_rule_id rule,
                                            uint64_t sequence)
{
    return rule == SYSPTE_RULE_ABANDONED ? account->sequence + 1 : sequence;
}

// ---- Inspect

// The address of a byte of PTE `index`, as reports print it.
uint64_t syspte_account_va(const syspte_account *account, uint64_t index, uint64_t offset);

// NULL, or the text of the first broken invariant.
const char *syspte_account_check(const syspte_account *account);

#endif
