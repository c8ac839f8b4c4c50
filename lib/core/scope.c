// SPDX-License-Identifier: MIT
// A lifetime finds its leaks by sequence number and owner. A cycle compares what each site has at
// its end (PTEs, and bytes or pages of holdings) with a tally taken at its begin.
#include "core/account.h"
#include "core/text.h"

uint64_t syspte_scopes_storage(uint32_t contexts)
{
    return (SYSPTE_CYCLES_OPEN + 1) * SYSPTE_UNITS * (uint64_t)contexts * sizeof(uint64_t);
}

void syspte_scopes_init(syspte_scopes *scopes, void *storage, uint32_t contexts)
{
    *scopes = (syspte_scopes){.owner_count = 1, .contexts = contexts};
    for (unsigned i = 0; i <= SYSPTE_CYCLES_OPEN; i++) {
        scopes->tallies[i] = (uint64_t *)storage + (uint64_t)i * SYSPTE_UNITS * contexts;
    }
}

// The part of a tally for one unit, by site.
static uint64_t *tally_of(const syspte_scopes *scopes, unsigned tally, unsigned unit)
{
    return scopes->tallies[tally] + (uint64_t)unit * scopes->contexts;
}

static void tally_clear(const syspte_scopes *scopes, unsigned tally, uint32_t contexts_used)
{
    for (unsigned unit = 0; unit < SYSPTE_UNITS; unit++) {
        uint64_t *sites = tally_of(scopes, tally, unit);
        for (uint32_t i = 0; i < contexts_used; i++) {
            sites[i] = 0;
        }
    }
}

void syspte_scopes_wipe(syspte_scopes *scopes, uint32_t contexts_used)
{
    if (!scopes->tallied) {
        return;
    }
    for (unsigned i = 0; i <= SYSPTE_CYCLES_OPEN; i++) {
        tally_clear(scopes, i, contexts_used);
    }
}

static syspte_unit unit_of(const syspte_account *account, const syspte_row *held)
{
    return syspte_account_is_mapping(account, held) ? SYSPTE_UNIT_PTES
           : held->pte_count != 0                   ? SYSPTE_UNIT_PAGES
                                                    : SYSPTE_UNIT_BYTES;
}

// Walks all mappings: those of the ledger, then those among the holdings.
typedef struct walk {
    uint64_t ledger;
    uint64_t held;
} walk;

static bool walk_next(const syspte_account *account, walk *at, syspte_row *row)
{
    if (syspte_ledger_next(&account->ledger, &at->ledger, row)) {
        return true;
    }
    while (syspte_account_held_next(account, &at->held, row)) {
        if (syspte_account_is_mapping(account, row)) {
            return true;
        }
    }
    return false;
}

// Counts what each site's live mappings and holdings take.
static void tally_take(syspte_account *account, unsigned tally)
{
    syspte_scopes *scopes = &account->scopes;
    uint64_t cursor = 0;
    syspte_row row;
    scopes->tallied = true;
    tally_clear(scopes, tally, account->contexts.count);
    uint64_t *ptes = tally_of(scopes, tally, SYSPTE_UNIT_PTES);
    while (syspte_ledger_next(&account->ledger, &cursor, &row)) {
        ptes[syspte_contexts_site(&account->contexts, row.context)] += row.pte_count;
    }
    cursor = 0;
    while (syspte_account_held_next(account, &cursor, &row)) {
        uint64_t *sites = tally_of(scopes, tally, unit_of(account, &row));
        sites[syspte_contexts_site(&account->contexts, row.context)] +=
            row.pte_count != 0 ? row.pte_count : row.bytes;
    }
}

uint32_t syspte_scopes_top(syspte_account *account)
{
    const uint64_t *ptes = tally_of(&account->scopes, SYSPTE_CYCLES_OPEN, SYSPTE_UNIT_PTES);
    uint32_t top = 0;
    tally_take(account, SYSPTE_CYCLES_OPEN);
    for (uint32_t site = 1; site < account->contexts.count; site++) {
        top = ptes[site] > ptes[top] ? site : top;
    }
    return top;
}

static void complain(syspte_account *account, const char *scope, const char *text)
{
    syspte_event event = {.rule = SYSPTE_RULE_SCOPE, .scope = scope, .text = text};
    syspte_account_find(account, &event);
}

static syspte_scope_row *open_row(syspte_account *account, const char *name)
{
    syspte_scopes *scopes = &account->scopes;
    if (scopes->count == SYSPTE_SCOPES_OPEN) {
        complain(account, name, "64 scopes are open already: leave some first");
        return NULL;
    }
    syspte_scope_row *row = &scopes->rows[scopes->count++];
    *row = (syspte_scope_row){.name = name == NULL ? "(unnamed)" : name,
                              .handle = ++scopes->last_handle,
                              .opened = account->sequence + 1};
    return row;
}

uint32_t syspte_scopes_owner(syspte_scopes *scopes, const void *owner)
{
    if (owner == NULL) {
        return 0;
    }
    for (unsigned i = 1; i < scopes->owner_count; i++) {
        if (scopes->owners[i] == owner) {
            return i;
        }
    }
    if (scopes->owner_count == SYSPTE_OWNERS) {
        return 0;
    }
    scopes->owners[scopes->owner_count] = owner;
    return scopes->owner_count++;
}

syspte_scope syspte_scopes_enter(syspte_account *account, const char *name, const void *owner)
{
    uint32_t number = syspte_scopes_owner(&account->scopes, owner);
    if (owner != NULL && number == 0) {
        complain(account, name, "255 owners are known already: this one is treated as none");
    }
    syspte_scope_row *row = open_row(account, name);
    if (row == NULL) {
        return 0;
    }
    row->owner = number;
    return row->handle;
}

// The series of that name, begun now if it is new; SYSPTE_SERIES if there are too many.
static unsigned series_of(syspte_scopes *scopes, const char *name)
{
    unsigned at = 0;
    while (at < scopes->series_count && !syspte_text_same(scopes->series[at], name)) {
        at++;
    }
    if (at == scopes->series_count && at < SYSPTE_SERIES) {
        scopes->series[at] = name;
        scopes->series_count++;
    }
    return at;
}

syspte_scope syspte_scopes_enter_cycle(syspte_account *account, const char *name)
{
    syspte_scopes *scopes = &account->scopes;
    unsigned tally = 0;
    unsigned series = series_of(scopes, name == NULL ? "(unnamed)" : name);
    while (tally < SYSPTE_CYCLES_OPEN && scopes->tally_used[tally]) {
        tally++;
    }
    if (series == SYSPTE_SERIES || tally == SYSPTE_CYCLES_OPEN) {
        complain(account, name,
                 "8 cycles are open, or cycles of 64 names were: leave some, or use fewer names");
        return 0;
    }
    syspte_scope_row *row = open_row(account, name);
    if (row == NULL) {
        return 0;
    }
    row->cycle = true;
    row->tally = tally;
    row->series = series;
    scopes->tally_used[tally] = true;
    tally_take(account, tally);
    return row->handle;
}

static bool owner_is_open(const syspte_scopes *scopes, uint32_t owner)
{
    for (unsigned i = 0; i < scopes->count; i++) {
        if (scopes->rows[i].owner == owner) {
            return true;
        }
    }
    return false;
}

// A mapping of an owner without an open scope belongs to the innermost scope without an owner.
static bool belongs(const syspte_account *account, const syspte_row *row, const void *argument)
{
    const syspte_scope_row *scope = argument;
    uint32_t owner = syspte_contexts_at(&account->contexts, row->context)->owner;
    if (owner != scope->owner && owner != 0 && !owner_is_open(&account->scopes, owner)) {
        owner = 0;
    }
    return owner == scope->owner;
}

// Fills in the physical range and the address of what a site mapped in the cycle and still holds,
// and says so if all that it holds, older mappings too, is one range.
static void find_grown(const syspte_account *account, const syspte_scope_row *scope, uint32_t site,
                       syspte_event *event)
{
    walk at = {0, 0};
    uint64_t first = UINT64_MAX;
    uint64_t last = 0;
    uint64_t begin = UINT64_MAX; // of the mapping seen before
    bool again = false;
    bool others = false;
    syspte_row row;
    while (walk_next(account, &at, &row)) {
        if (syspte_contexts_site(&account->contexts, row.context) != site) {
            continue;
        }
        again = again || row.physical_address == begin;
        others = others || (begin != UINT64_MAX && row.physical_address != begin);
        begin = row.physical_address;
        if (row.sequence < scope->opened) {
            continue;
        }
        if (row.physical_address < first) {
            first = row.physical_address;
            event->system_va = syspte_account_va(account, row.id + row.front, first & 0xFFF);
        }
        if (row.physical_address + row.bytes > last) {
            last = row.physical_address + row.bytes;
        }
    }
    event->physical_address = first;
    event->bytes = last - first;
    if (again && !others) {
        event->text = "the same physical range each time, and the older mappings stay";
    }
}

// Gives the event the call of what a site came to hold first in the cycle and still does.
static void find_grown_held(const syspte_account *account, const syspte_scope_row *scope,
                            uint32_t site, syspte_unit unit, syspte_event *event)
{
    uint64_t cursor = 0;
    uint64_t first = UINT64_MAX;
    syspte_row row;
    while (syspte_account_held_next(account, &cursor, &row)) {
        if (row.sequence >= scope->opened && row.sequence < first &&
            unit_of(account, &row) == unit &&
            syspte_contexts_site(&account->contexts, row.context) == site) {
            first = row.sequence;
            event->call = row.context;
        }
    }
}

static void note_growth(syspte_account *account, const syspte_scope_row *scope, uint32_t site,
                        syspte_unit unit, uint64_t amount)
{
    syspte_event event = {.rule = SYSPTE_RULE_GROWTH,
                          .call = site,
                          .held = unit != SYSPTE_UNIT_PTES,
                          .pte_count = unit == SYSPTE_UNIT_PTES ? amount : 0,
                          .held_bytes = unit == SYSPTE_UNIT_BYTES ? amount : 0,
                          .held_pages = unit == SYSPTE_UNIT_PAGES ? amount : 0,
                          .sequence = ++account->sequence,
                          .scope = scope->name};
    if (event.held) {
        find_grown_held(account, scope, site, unit, &event);
    } else {
        find_grown(account, scope, site, &event);
    }
    syspte_finding_row *row = syspte_findings_add(&account->findings, &account->contexts, &event);
    if (row == NULL) {
        return;
    }
    uint64_t cycle = account->scopes.cycles[scope->series];
    if (row->finding.cycles == 0 || row->cycle_last + 1 != cycle) {
        row->finding.cycles_since = cycle;
    }
    row->cycle_last = cycle;
    row->finding.cycles++;
    if (row->growth_least == 0 || amount < row->growth_least) {
        row->growth_least = amount;
    }
    if (amount > row->growth_most) {
        row->growth_most = amount;
    }
}

// Compares the end of a cycle with its begin. Returns by how much it grew.
static uint64_t judge_cycle(syspte_account *account, const syspte_scope_row *scope)
{
    const syspte_scopes *scopes = &account->scopes;
    uint64_t grown = 0;
    tally_take(account, SYSPTE_CYCLES_OPEN);
    for (unsigned unit = 0; unit < SYSPTE_UNITS; unit++) {
        const uint64_t *begin = tally_of(scopes, scope->tally, unit);
        const uint64_t *end = tally_of(scopes, SYSPTE_CYCLES_OPEN, unit);
        for (uint32_t site = 0; site < account->contexts.count; site++) {
            if (end[site] > begin[site]) {
                note_growth(account, scope, site, (syspte_unit)unit, end[site] - begin[site]);
                grown += end[site] - begin[site];
            }
        }
    }
    return grown;
}

static uint64_t leave_cycle(syspte_account *account, const syspte_scope_row *scope)
{
    syspte_scopes *scopes = &account->scopes;
    uint64_t judged = scopes->cycles[scope->series]++;
    uint64_t grown = judged != 0 ? judge_cycle(account, scope) : 0;
    for (uint32_t i = 0; i < account->findings.count; i++) {
        syspte_finding *finding = &account->findings.rows[i].finding;
        if (finding->rule == SYSPTE_RULE_GROWTH && syspte_text_same(finding->scope, scope->name)) {
            finding->cycles_judged = judged;
            if (account->findings.rows[i].cycle_last != judged + 1) {
                finding->cycles_since = 0;
            }
        }
    }
    scopes->tally_used[scope->tally] = false;
    return grown;
}

// Ends the scope of row `at` and closes the gap it leaves.
static uint64_t close_row(syspte_account *account, unsigned at)
{
    syspte_scopes *scopes = &account->scopes;
    syspte_scope_row scope = scopes->rows[at];
    uint64_t result = 0;
    if (scope.cycle) {
        result = leave_cycle(account, &scope);
    } else if (account->live_mappings != 0 || account->holdings.count != 0) {
        result = syspte_account_list(account, SYSPTE_RULE_LEAK, scope.name, scope.opened, belongs,
                                     &scope);
    }
    scopes->count--;
    for (unsigned i = at; i < scopes->count; i++) {
        scopes->rows[i] = scopes->rows[i + 1];
    }
    return result;
}

uint64_t syspte_scopes_leave(syspte_account *account, syspte_scope scope)
{
    syspte_scopes *scopes = &account->scopes;
    unsigned at = 0;
    while (at < scopes->count && scopes->rows[at].handle != scope) {
        at++;
    }
    if (at == scopes->count) {
        complain(account, NULL, "left a scope that is not open");
        return 0;
    }
    for (unsigned inner = scopes->count; inner-- > at + 1;) {
        // Scopes of different owners may end in any order.
        if (scopes->rows[at].owner == 0 && scopes->rows[inner].owner == 0) {
            complain(account, scopes->rows[inner].name, "not left before the scope around it");
            (void)close_row(account, inner);
        }
    }
    return close_row(account, at);
}

const char *syspte_scopes_name(const syspte_scopes *scopes)
{
    for (unsigned at = scopes->count; at-- > 0;) {
        if (scopes->rows[at].owner == 0) {
            return scopes->rows[at].name;
        }
    }
    return NULL;
}
