// SPDX-License-Identifier: MIT
// A random walk over the hashed ledger next to a naive one: a list of cells, searched from end to
// end. Ids are chosen so that the searches for them begin in few slots; which slot that is, a
// ledger with one row tells. The slots in use depend on nothing but the ids that are live, so a
// table of booleans says whether a row finds a slot within reach.
#include "proof.h"

#include "core/ledger_hash.h"
#include "shrink.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 256, IDS = 3 * ROWS };

typedef struct naive_cell {
    syspte_row row;
    uint32_t home; // where its search begins
    bool live;
} naive_cell;

typedef struct walk {
    const proof_walk_hash_config *config;
    bool told;
    void *storage;
    uint64_t bytes;
    syspte_ledger_hash ledger;
    unsigned id_count;
    uint64_t ids[IDS];
    uint32_t homes[IDS];
    naive_cell cells[ROWS];
    unsigned used;
    unsigned free[ROWS]; // cells that are not live, the one that ended last on top
    unsigned free_count;
    uint64_t longest;
    uint64_t sequence;
} walk;

static jmp_buf panic_jump;
static const char *panic_text;

static void panic(const char *text)
{
    panic_text = text;
    longjmp(panic_jump, 1);
}

static void zero(void *from, uint64_t bytes)
{
    memset(from, 0, (size_t)bytes);
}

static bool all_zero(const void *from, uint64_t bytes)
{
    const unsigned char *at = from;
    return bytes == 0 || (at[0] == 0 && memcmp(at, at + 1, (size_t)bytes - 1) == 0);
}

static uint64_t random_of(uint64_t seed, uint32_t step, unsigned n)
{
    uint64_t x = seed * 0x9E3779B97F4A7C15ull + ((uint64_t)step << 8) + n;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ x >> 27) * 0x94D049BB133111EBull;
    return x ^ x >> 31;
}

// ---- The naive ledger

static int naive_find(const walk *w, uint64_t id)
{
    for (unsigned i = 0; i < w->used; i++) {
        if (w->cells[i].live && w->cells[i].row.id == id) {
            return (int)i;
        }
    }
    return -1;
}

static uint32_t home_of(const walk *w, uint64_t id)
{
    unsigned i = 0;
    while (w->ids[i] != id) {
        i++;
    }
    return w->homes[i];
}

// True if a row finds a cell, and a slot within reach.
static bool naive_has_room(const walk *w, uint64_t id)
{
    bool taken[2 * ROWS] = {false};
    uint32_t mask = 2 * w->config->capacity - 1;
    if (w->used - w->free_count == w->config->capacity) {
        return false;
    }
    for (unsigned i = 0; i < w->used; i++) {
        uint32_t at = w->cells[i].home;
        while (w->cells[i].live && taken[at & mask]) {
            at++;
        }
        taken[at & mask] |= w->cells[i].live;
    }
    uint32_t home = home_of(w, id);
    unsigned probes = 0;
    while (probes < SYSPTE_HASH_PROBES && taken[(home + probes) & mask]) {
        probes++;
    }
    return probes < SYSPTE_HASH_PROBES;
}

// The row that ended last with that id and is still in its cell; NULL if none is, or one is live.
static const syspte_row *naive_ended(const walk *w, uint64_t id)
{
    const syspte_row *last = NULL;
    for (unsigned i = 0; i < w->used && naive_find(w, id) < 0; i++) {
        const syspte_row *row = &w->cells[i].row;
        if (row->id == id && (last == NULL || row->sequence > last->sequence)) {
            last = row;
        }
    }
    return last;
}

// The nearest row that begins at `index` or before, no further away than the longest, in the same
// process; NULL if it ends before `index`.
static const syspte_row *naive_holder(const walk *w, uint64_t index)
{
    const syspte_row *nearest = NULL;
    for (unsigned i = 0; i < w->used; i++) {
        const syspte_row *row = &w->cells[i].row;
        if (w->cells[i].live && row->id <= index && index - row->id < w->longest &&
            row->id >> SYSPTE_HASH_KEY_BITS == index >> SYSPTE_HASH_KEY_BITS &&
            (nearest == NULL || row->id > nearest->id)) {
            nearest = row;
        }
    }
    return nearest != NULL && index - nearest->id < nearest->pte_count ? nearest : NULL;
}

static bool same_row(const syspte_row *a, const syspte_row *b)
{
    return a->id == b->id && a->physical_address == b->physical_address && a->bytes == b->bytes &&
           a->pte_count == b->pte_count && a->sequence == b->sequence && a->context == b->context &&
           a->reported == b->reported;
}

// ---- Begin

static void begin(walk *w)
{
    syspte_ledger_hash_init(&w->ledger, w->storage, w->config->capacity, panic);
    w->used = w->free_count = 0;
    w->longest = 1;
}

// The slot that a search for `id` begins with.
static uint32_t home_found(walk *w, uint64_t id)
{
    syspte_row row = {.id = id, .sequence = 1};
    uint32_t slot = 0;
    begin(w);
    (void)syspte_ledger_hash_note(&w->ledger, &row);
    while (w->ledger.slots[slot] == 0) {
        slot++;
    }
    syspte_ledger_hash_wipe(&w->ledger, zero);
    return slot;
}

// Ids are page numbers of two processes, from their page 0 on, and any numbers.
static void choose_ids(walk *w)
{
    const proof_walk_hash_config *c = w->config;
    w->id_count = c->capacity * 3;
    for (unsigned i = 0, tries = 0; i < w->id_count; tries++) {
        uint64_t x = random_of(c->seed, tries, 99);
        uint64_t id = tries < 2    ? syspte_ledger_hash_id((uint8_t)tries, 0)
                      : x % 4 == 0 ? x >> 2
                      : x % 4 == 1 ? syspte_ledger_hash_id(1, x >> 8 & 0xFFFF)
                                   : x >> 8 & 0xFFFF;
        uint32_t home = home_found(w, id);
        bool known = false;
        for (unsigned j = 0; j < i; j++) {
            known = known || w->ids[j] == id;
        }
        if (!known && (c->homes == 0 || home < c->homes)) {
            w->ids[i] = id;
            w->homes[i++] = home;
        }
    }
}

// ---- Steps: each NULL, or what went wrong

static const char *step_note(walk *w, uint32_t step, uint64_t id)
{
    uint64_t x = random_of(w->config->seed, step, 2);
    syspte_row row = {.id = id,
                      .physical_address = x >> 12,
                      .bytes = x & 0xFFFFF,
                      .pte_count = x >> 20 & 15,
                      .sequence = ++w->sequence,
                      .context = x >> 24 & 0xFFFFFF};
    bool expected = naive_has_room(w, id);
    syspte_ledger_hash_reach(&w->ledger, id, row.pte_count);
    w->longest = row.pte_count > w->longest ? row.pte_count : w->longest;
    if (syspte_ledger_hash_note(&w->ledger, &row) != expected) {
        return expected ? "note: no room where there is some" : "note: room where there is none";
    }
    if (expected) {
        unsigned cell = w->free_count != 0 ? w->free[--w->free_count] : w->used++;
        w->cells[cell] = (naive_cell){.row = row, .home = home_of(w, id), .live = true};
    }
    return NULL;
}

static const char *step_strike(walk *w, uint64_t id, int cell)
{
    syspte_row row, other;
    if (!syspte_ledger_hash_find(&w->ledger, id, &row)) {
        return "find: a live row is not found";
    }
    other = row;
    other.sequence ^= 1;
    if (syspte_ledger_hash_strike(&w->ledger, &other)) {
        return "strike: another row was ended";
    }
    if (!syspte_ledger_hash_strike(&w->ledger, &row)) {
        return "strike: a live row is not ended";
    }
    w->cells[cell].live = false;
    w->free[w->free_count++] = (unsigned)cell;
    return syspte_ledger_hash_strike(&w->ledger, &row) ? "strike: a row was ended twice" : NULL;
}

static const char *step_restart(walk *w)
{
    const char *wrong = syspte_ledger_hash_check(&w->ledger); // a wipe trusts the slots
    if (wrong != NULL) {
        return wrong;
    }
    syspte_ledger_hash_wipe(&w->ledger, zero);
    if (!all_zero(w->storage, w->bytes)) {
        return "wipe: the storage is not zero";
    }
    begin(w);
    return NULL;
}

static bool restarts(void *context, uint32_t step)
{
    const walk *w = context;
    return random_of(w->config->seed, step, 0) % 2048 == 1;
}

static const char *step_walk(walk *w, uint32_t step)
{
    uint64_t choice = random_of(w->config->seed, step, 0);
    uint64_t id = w->ids[random_of(w->config->seed, step, 1) % w->id_count];
    int cell = naive_find(w, id);
    if (restarts(w, step)) {
        return step_restart(w);
    }
    if (w->told) {
        printf(" %s %llx,",
               cell < 0           ? "note"
               : choice % 16 == 0 ? "mark"
                                  : "strike",
               (unsigned long long)id);
    }
    if (cell < 0) {
        // Sparse and full in turn.
        return step / 700 % 2 == 0 || choice % 3 == 0 ? step_note(w, step, id) : NULL;
    }
    if (choice % 16 == 0) {
        syspte_ledger_hash_mark(&w->ledger, &w->cells[cell].row);
        w->cells[cell].row.reported = true;
        return NULL;
    }
    return step / 700 % 2 != 0 || choice % 3 == 0 ? step_strike(w, id, cell) : NULL;
}

// ---- Comparing

static const char *compare_id(const walk *w, uint64_t id)
{
    syspte_row row;
    int cell = naive_find(w, id);
    if (syspte_ledger_hash_find(&w->ledger, id, &row) != (cell >= 0) ||
        (cell >= 0 && !same_row(&row, &w->cells[cell].row))) {
        return "find: another row";
    }
    const syspte_row *ended = naive_ended(w, id);
    if (syspte_ledger_hash_ended(&w->ledger, id, &row) != (ended != NULL) ||
        (ended != NULL && !same_row(&row, ended))) {
        return "ended: another row";
    }
    for (uint64_t behind = 0; behind < 18; behind += 3) {
        const syspte_row *holder = naive_holder(w, id + behind);
        if (syspte_ledger_hash_holder(&w->ledger, id + behind, &row) != (holder != NULL) ||
            (holder != NULL && !same_row(&row, holder))) {
            return "holder: another row";
        }
    }
    return NULL;
}

static const char *compare(const walk *w)
{
    const char *wrong = syspte_ledger_hash_check(&w->ledger);
    uint64_t cursor = 0;
    syspte_row row;
    for (unsigned i = 0; i < w->id_count && wrong == NULL; i++) {
        wrong = compare_id(w, w->ids[i]);
    }
    for (unsigned i = 0; i < w->used && wrong == NULL; i++) {
        if (w->cells[i].live && (!syspte_ledger_hash_next(&w->ledger, &cursor, &row) ||
                                 !same_row(&row, &w->cells[i].row))) {
            wrong = "next: another row";
        }
    }
    return wrong == NULL && syspte_ledger_hash_next(&w->ledger, &cursor, &row)
               ? "next: a row too many"
               : wrong;
}

static uint32_t walk_steps(walk *w, const uint32_t *list, uint32_t count, uint32_t every,
                           const char **wrong)
{
    static volatile uint32_t at;
    *wrong = NULL;
    at = 0;
    memset(w->storage, 0, w->bytes);
    if (setjmp(panic_jump) != 0) {
        *wrong = panic_text;
        return at + 1;
    }
    begin(w);
    w->sequence = 0;
    for (at = 0; at < count && *wrong == NULL; at++) {
        *wrong = step_walk(w, list == NULL ? at : list[at]);
        if (*wrong == NULL && ((at + 1) % every == 0 || at + 1 == count)) {
            *wrong = compare(w);
        }
    }
    return *wrong == NULL ? 0 : at;
}

static uint32_t walk_again(void *context, const uint32_t *list, uint32_t count, bool told,
                           const char **wrong)
{
    walk *w = context;
    // A comparison searches the naive ledger for every id.
    uint32_t every = w->config->capacity > 16 ? UINT32_MAX : 1;
    w->told = told;
    return walk_steps(w, list, count, every, wrong);
}

bool proof_walk_hash(const proof_walk_hash_config *config)
{
    static walk w;
    const char *wrong;
    memset(&w, 0, sizeof(w));
    w.config = config;
    w.bytes = syspte_ledger_hash_storage(config->capacity);
    syspte_hash_cell behind = {.row = {.sequence = UINT64_MAX}}; // nobody should look there
    w.storage = calloc(1, (size_t)w.bytes + sizeof(behind));
    if (w.storage == NULL) {
        printf("proof_walk_hash: no memory\n");
        return false;
    }
    choose_ids(&w);
    behind.row.id = w.ids[0];
    memcpy((unsigned char *)w.storage + w.bytes, &behind, sizeof(behind));
    uint32_t failed = walk_steps(&w, NULL, config->steps, config->every, &wrong);
    if (failed != 0) {
        printf("walk of the hashed ledger: seed %llu, %u rows, %u homes: %s\n",
               (unsigned long long)config->seed, config->capacity, config->homes, wrong);
        proof_shrink(&(proof_steps){.context = &w, .walk = walk_again, .restarts = restarts},
                     failed);
    }
    free(w.storage);
    return failed == 0;
}
