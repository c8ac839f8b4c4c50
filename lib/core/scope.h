// SPDX-License-Identifier: MIT
// Scopes and owners: who answers for a mapping, and when it must have ended.
#ifndef SYSPTE_CORE_SCOPE_H
#define SYSPTE_CORE_SCOPE_H

#include <stdbool.h>
#include <stdint.h>
#include <syspte/scope.h>

enum {
    SYSPTE_SCOPES_OPEN = 64,  // at a time
    SYSPTE_CYCLES_OPEN = 8,   // of them cycles
    SYSPTE_SERIES = 64,       // names of cycles that are told apart
    SYSPTE_OWNERS = 256       // owners that are told apart; number 0 is none
};

typedef struct syspte_account syspte_account;

// What a cycle compares. A holding counts in pages if it has some, else in bytes.
typedef enum syspte_unit {
    SYSPTE_UNIT_PTES,
    SYSPTE_UNIT_BYTES,
    SYSPTE_UNIT_PAGES,
    SYSPTE_UNITS
} syspte_unit;

typedef struct syspte_scope_row {
    const char *name;
    syspte_scope handle; // 0: the row is unused
    uint64_t opened;     // sequence: what is born later belongs to it
    uint32_t owner;
    bool cycle;
    unsigned tally;  // cycle: which table has its begin
    unsigned series; // cycle: which name
} syspte_scope_row;

typedef struct syspte_scopes {
    syspte_scope_row rows[SYSPTE_SCOPES_OPEN]; // open ones in order of opening, without holes
    unsigned count;
    syspte_scope last_handle;
    uint32_t contexts;                         // that there is room for
    uint64_t *tallies[SYSPTE_CYCLES_OPEN + 1]; // by unit and site; the last is for a cycle's end
    bool tally_used[SYSPTE_CYCLES_OPEN];
    bool tallied; // one was ever written
    const char *series[SYSPTE_SERIES];
    uint64_t cycles[SYSPTE_SERIES]; // of each series, finished
    unsigned series_count;
    const void *owners[SYSPTE_OWNERS];
    unsigned owner_count; // number 0 included
} syspte_scopes;

// ---- Begin and end

uint64_t syspte_scopes_storage(uint32_t contexts);
void syspte_scopes_init(syspte_scopes *scopes, void *storage, uint32_t contexts);
void syspte_scopes_wipe(syspte_scopes *scopes, uint32_t contexts_used);

// ---- Use

// The functions of <syspte/scope.h> on one account; `call` is the context of the caller, or 0.
syspte_scope syspte_scopes_enter(syspte_account *account, const char *name, const void *owner);
syspte_scope syspte_scopes_enter_cycle(syspte_account *account, const char *name);
uint64_t syspte_scopes_leave(syspte_account *account, syspte_scope scope);

// The context of the site whose live mappings take most PTEs, the first of equals; 0 if there are
// none. Costs: O(live mappings).
uint32_t syspte_scopes_top(syspte_account *account);

// The number of an owner, from 1, given now if it is new; 0 for NULL and where there are too many.
uint32_t syspte_scopes_owner(syspte_scopes *scopes, const void *owner);

// ---- Inspect

// The name of the innermost open scope without an owner; NULL if there is none.
const char *syspte_scopes_name(const syspte_scopes *scopes);

#endif
