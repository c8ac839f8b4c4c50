// SPDX-License-Identifier: MIT
// Renames rows of the account's open scopes. A site that grew in sleeps and is still holding at the
// end of what they were in is one defect, not two: what it holds is marked as reported there.
#include "sim/edge.h"

#include <syspte/pending.h>

enum { EDGES = 8 };

static const char sleep_name[] = "power down and up";

static struct {
    uint32_t generation;
    unsigned count;
    syspte_scope open[EDGES]; // from the outermost on
} edges;

// ---- Begin

static syspte_scope note(syspte_scope scope)
{
    if (edges.generation != syspte_the.generation) {
        edges.generation = syspte_the.generation;
        edges.count = 0;
    }
    if (scope != 0 && edges.count < EDGES) {
        edges.open[edges.count++] = scope;
    }
    return scope;
}

// Leaves an edge and those inside it.
static void leave(syspte_scope scope)
{
    while (edges.count != 0 && edges.open[edges.count - 1] >= scope) {
        (void)syspte_scope_leave(edges.open[--edges.count]);
    }
}

syspte_scope syspte_edge_enter(const char *name)
{
    return note(syspte_scope_enter(name));
}

// True if that scope is open, and one that others nest in.
static bool nests(syspte_scope scope)
{
    const syspte_scopes *scopes = &syspte_the.account.scopes;
    bool found = false;
    syspte_world_take();
    for (unsigned i = 0; i < scopes->count && !found; i++) {
        found = scopes->rows[i].handle == scope && scopes->rows[i].owner == 0;
    }
    syspte_world_give();
    return found;
}

void syspte_edges_end(syspte_scope around)
{
    if (edges.generation == syspte_the.generation && edges.count != 0 && edges.open[0] > around &&
        nests(around)) {
        leave(edges.open[0]);
    }
}

void syspte_edge_name(syspte_scope scope, const char *name)
{
    syspte_scopes *scopes = &syspte_the.account.scopes;
    syspte_world_take();
    for (unsigned i = 0; i < scopes->count; i++) {
        if (scopes->rows[i].handle == scope) {
            scopes->rows[i].name = name;
        }
    }
    syspte_world_give();
}

// ---- Growth

static bool is_same_site(const syspte_context *a, const syspte_context *b)
{
    return a->api == b->api && a->file == b->file && a->line == b->line &&
           a->return_address == b->return_address;
}

static bool grew(const syspte_context *call)
{
    const syspte_findings *findings = &syspte_the.account.findings;
    for (uint32_t i = 0; i < findings->count; i++) {
        const syspte_finding *f = &findings->rows[i].finding;
        if (f->rule == SYSPTE_RULE_GROWTH && f->scope == sleep_name && f->call != NULL &&
            is_same_site(f->call, call)) {
            return true;
        }
    }
    return false;
}

// Lock: held.
static void mark_grown(void)
{
    syspte_account *account = &syspte_the.account;
    uint64_t cursor = 0;
    syspte_row row;
    while (syspte_ledger_next(&account->ledger, &cursor, &row)) {
        if (!row.reported && grew(syspte_contexts_at(&account->contexts, row.context))) {
            syspte_ledger_mark(&account->ledger, &row);
        }
    }
    cursor = 0;
    while (syspte_account_held_next(account, &cursor, &row)) {
        if (!row.reported && grew(syspte_contexts_at(&account->contexts, row.context))) {
            syspte_ledger_hash_mark(&account->holdings, &row);
        }
    }
}

// ---- Ends

static void judge_begin(void)
{
    (void)syspte_run_pending();
    if (syspte_finding_occurrences(SYSPTE_RULE_GROWTH) != 0) {
        syspte_world_take();
        mark_grown();
        syspte_world_give();
    }
}

void syspte_edge_leave(syspte_scope *scope, const char *name)
{
    if (*scope == 0) {
        return;
    }
    judge_begin();
    syspte_edge_name(*scope, name);
    leave(*scope);
    *scope = 0;
}

// True for what is none of the driver's own memory.
static bool is_hardware(const syspte_account *account, const syspte_row *row, const void *argument)
{
    const syspte_context *call = syspte_contexts_at(&account->contexts, row->context);
    (void)argument;
    switch (call->kind) {
    case SYSPTE_KIND_IO_SPACE:
    case SYSPTE_KIND_VIDEO:
    case SYSPTE_KIND_LOCK:
    case SYSPTE_KIND_SPIN_LOCK:
    case SYSPTE_KIND_MUTEX:
    case SYSPTE_KIND_QUEUED:
        return true;
    default:
        return call->api == SYSPTE_API_IO_CONNECT_INTERRUPT;
    }
}

void syspte_edge_judge_hardware(syspte_scope scope, const char *name)
{
    syspte_account *account = &syspte_the.account;
    judge_begin();
    syspte_world_take();
    for (unsigned i = 0; i < account->scopes.count; i++) {
        if (account->scopes.rows[i].handle == scope) {
            (void)syspte_account_list(account, SYSPTE_RULE_LEAK, name,
                                      account->scopes.rows[i].opened, is_hardware, NULL);
        }
    }
    syspte_world_give();
}

// The first cycle of a name is its warm-up: an empty one is.
syspte_scope syspte_edge_sleep(void)
{
    static uint32_t warm; // the machine that has had it
    if (warm != syspte_the.generation) {
        warm = syspte_the.generation;
        (void)syspte_scope_leave(syspte_scope_enter_cycle(sleep_name));
    }
    return note(syspte_scope_enter_cycle(sleep_name));
}

void syspte_edge_wake(syspte_scope *scope)
{
    if (*scope != 0) {
        (void)syspte_run_pending();
        leave(*scope);
        *scope = 0;
    }
}
