// SPDX-License-Identifier: MIT
#include "model.h"

#include <string.h>

void model_open(model *m, unsigned pte_count, syspte_placement placement)
{
    memset(m, 0, sizeof(*m));
    m->pte_count = pte_count;
    m->placement = placement;
    for (unsigned i = 0; i < pte_count; i++) {
        m->held_by[i] = MODEL_FREE;
    }
}

// The end of the free run around a free PTE, and its start.
static unsigned end_of(const model *m, unsigned at)
{
    while (at < m->pte_count && m->held_by[at] == MODEL_FREE) {
        at++;
    }
    return at;
}

static unsigned start_of(const model *m, unsigned at)
{
    while (at > 0 && m->held_by[at - 1] == MODEL_FREE) {
        at--;
    }
    return at;
}

// The next free run from `at` on; false if there is none.
static bool next_run(const model *m, unsigned at, unsigned *start, unsigned *length)
{
    while (at < m->pte_count && m->held_by[at] != MODEL_FREE) {
        at++;
    }
    *start = at;
    *length = end_of(m, at) - at;
    return at < m->pte_count;
}

static int choose_best_fit(const model *m, unsigned pte_count)
{
    int best = -1;
    unsigned best_length = 0;
    unsigned start, length;
    for (unsigned at = 0; next_run(m, at, &start, &length); at = start + length) {
        bool shorter = best < 0 || length < best_length;
        bool later = best >= 0 && length == best_length && m->freed_at[start] > m->freed_at[best];
        if (length >= pte_count && (shorter || later)) {
            best = (int)start;
            best_length = length;
        }
    }
    return best;
}

static int choose_from_hint(const model *m, unsigned pte_count)
{
    unsigned start, length;
    for (unsigned from = m->hint, pass = 0; pass < 2; pass++, from = 0) {
        for (unsigned at = 0; next_run(m, at, &start, &length); at = start + length) {
            if (start >= from && length >= pte_count) {
                return (int)start;
            }
        }
    }
    return -1;
}

int model_reserve(model *m, unsigned pte_count)
{
    bool from_tail = m->placement == SYSPTE_PLACEMENT_BEST_FIT_TAIL;
    if (pte_count == 0) {
        return -1;
    }
    int run = from_tail ? choose_best_fit(m, pte_count) : choose_from_hint(m, pte_count);
    if (run < 0) {
        return -1;
    }
    unsigned start = from_tail ? end_of(m, (unsigned)run) - pte_count : (unsigned)run;
    for (unsigned i = 0; i < pte_count; i++) {
        m->held_by[start + i] = MODEL_LOST;
    }
    m->hint = start + pte_count;
    m->freed_at[from_tail ? (unsigned)run : start] = ++m->clock; // the rest is a new run
    return (int)start;
}

void model_release(model *m, unsigned start, unsigned pte_count)
{
    for (unsigned i = 0; i < pte_count; i++) {
        m->held_by[start + i] = MODEL_FREE;
    }
    unsigned first = start_of(m, start);
    m->freed_at[first] = ++m->clock;
    m->hint = first < m->hint ? first : m->hint;
}

void model_note(model *m, const syspte_row *row)
{
    m->rows[row->id] = *row;
    m->ended[row->id].sequence = 0;
    if (row->pte_count > 1) {
        m->ended[row->id + 1].sequence = 0; // the second cell has the length
    }
    for (uint64_t i = 0; i < row->pte_count; i++) {
        m->held_by[row->id + i] = (int)row->id;
    }
}

void model_strike(model *m, unsigned id)
{
    syspte_row *ended = &m->ended[id];
    *ended = m->rows[id];
    for (uint64_t i = 0; i < m->rows[id].pte_count; i++) {
        m->held_by[id + i] = MODEL_LOST;
    }
    if (ended->pte_count > 1) {
        ended->bytes = ended->pte_count = 0; // not kept
    }
}

const syspte_row *model_holder(const model *m, uint64_t pte)
{
    return pte < m->pte_count && m->held_by[pte] >= 0 ? &m->rows[m->held_by[pte]] : NULL;
}

unsigned model_largest(const model *m)
{
    unsigned largest = 0;
    unsigned start, length;
    for (unsigned at = 0; next_run(m, at, &start, &length); at = start + length) {
        largest = length > largest ? length : largest;
    }
    return largest;
}

static bool same_row(const syspte_row *a, const syspte_row *b)
{
    return a->id == b->id && a->physical_address == b->physical_address && a->bytes == b->bytes &&
           a->pte_count == b->pte_count && a->sequence == b->sequence &&
           a->context == b->context && a->reported == b->reported;
}

static const char *compare_pool(const model *m, syspte_pool *pool, uint64_t scale)
{
    uint64_t ptes = 0;
    uint64_t blocks = 0;
    uint64_t from = 0;
    uint64_t length = 0;
    unsigned start, run;
    for (unsigned at = 0; next_run(m, at, &start, &run); at = start + run) {
        if (syspte_pool_next_free(pool, from, &length) != start * scale) {
            return "next_free: another free run comes next";
        }
        if (length != run * scale) {
            return "next_free: the free run has another length";
        }
        from = (start + run) * scale;
        ptes += length;
        blocks++;
    }
    if (syspte_pool_next_free(pool, from, &length) != SYSPTE_POOL_NONE) {
        return "next_free: a free run too many";
    }
    if (pool->pte_free != ptes || pool->free_blocks != blocks) {
        return "the free PTEs or blocks are another number";
    }
    if (syspte_pool_largest(pool) != model_largest(m) * scale) {
        return "the largest free block is another";
    }
    unsigned last = m->pte_count - 1;
    bool ends_free = m->held_by[last] == MODEL_FREE;
    if (syspte_pool_ends_free(pool, &length) != ends_free ||
        length != (ends_free ? (m->pte_count - start_of(m, last)) * scale : 0)) {
        return "ends_free: the end of the pool is another";
    }
    return NULL;
}

static const char *compare_pte(const model *m, const syspte_ledger *ledger, unsigned pte)
{
    syspte_row row;
    const syspte_row *holder = model_holder(m, pte);
    bool starts = holder != NULL && holder->id == pte;
    if (syspte_ledger_find(ledger, pte, &row) != starts || (starts && !same_row(&row, holder))) {
        return "find: another row";
    }
    if (syspte_ledger_holder(ledger, pte, &row) != (holder != NULL) ||
        (holder != NULL && !same_row(&row, holder))) {
        return "holder: another row";
    }
    bool kept = m->ended[pte].sequence != 0;
    if (syspte_ledger_ended(ledger, pte, &row) != kept ||
        (kept && !same_row(&row, &m->ended[pte]))) {
        return "ended: another row";
    }
    return NULL;
}

static const char *compare_ledger(const model *m, const syspte_ledger *ledger)
{
    uint64_t cursor = 0;
    const char *wrong = NULL;
    syspte_row row;
    for (unsigned pte = 0; pte < m->pte_count && wrong == NULL; pte++) {
        wrong = compare_pte(m, ledger, pte);
        if (wrong == NULL && m->held_by[pte] == (int)pte &&
            (!syspte_ledger_next(ledger, &cursor, &row) || row.id != pte)) {
            wrong = "next: another row";
        }
    }
    if (wrong == NULL && syspte_ledger_next(ledger, &cursor, &row)) {
        wrong = "next: a row too many";
    }
    return wrong;
}

const char *model_compare(const model *m, syspte_pool *pool, const syspte_ledger *ledger,
                          uint64_t scale)
{
    const char *wrong = compare_pool(m, pool, scale);
    if (wrong == NULL && ledger != NULL) {
        wrong = compare_ledger(m, ledger);
    }
    return wrong;
}
