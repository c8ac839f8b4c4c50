// SPDX-License-Identifier: MIT
// Every state that maps and unmaps can reach in a pool of up to 8 PTEs, breadth first. A state is
// the whole of pool and ledger as bytes; it is looked into once, whatever way leads to it, and each
// way must lead to the same state of the model. From each state every map length and every unmap of
// (PTE, length) is tried, right and wrong.
#include "proof.h"

#include "core/ledger.h"
#include "core/pool_inline.h"
#include "model.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PTES = 8, TABLE_WORDS = 160, MOVES = 2 + PTES * (PTES + 1) };

// What is compared and kept of a state; storage as it is, links to nothing included.
typedef struct real_state {
    uint64_t counts[5]; // free PTEs, free blocks, bins, hint, length of the ledger's longest row
    uint64_t ranges[4]; // touched, and of the ledger
    uint32_t bin[PTES];
    uint64_t tags[PTES];
    uint32_t links[PTES + 2][2]; // or the hint's starts and bounds
    syspte_cell cells[PTES];
} real_state;

// The model in a few bytes: what a real state determines. Among free runs only the order counts.
typedef struct model_state {
    int8_t held_by[PTES];
    uint8_t ended[PTES]; // PTEs of the ended row, 255: more than one
    uint8_t order[PTES]; // of a free run's first PTE: how many runs are older
    uint8_t hint;
} model_state;

typedef struct state {
    real_state real;
    model_state model;
    uint32_t parent;
    uint8_t move; // that led here
    uint8_t depth;
} state;

typedef struct search {
    proof_search *what;
    state *states;
    uint32_t *slots;
    uint32_t count;
    uint32_t capacity; // of states; slots are twice as many
    syspte_pool pool;
    syspte_ledger ledger;
    model model;
    uint64_t *tables;
    syspte_cell cells[PTES];
} search;

static jmp_buf panic_jump;
static const char *panic_text;

static void panic(const char *text)
{
    panic_text = text;
    longjmp(panic_jump, 1);
}

// The row of a mapping says nothing but where it is and how long, so that states are few.
static syspte_row row_of(uint64_t id, uint64_t pte_count)
{
    return (syspte_row){.id = id,
                        .physical_address = 0xFEBC0000u + id * 0x1000 + 1,
                        .bytes = pte_count * 0x1000 - 1 - id,
                        .pte_count = pte_count,
                        .sequence = 1 + id * 16 + pte_count,
                        .context = (uint32_t)(3 + id)};
}

// ---- Saving and restoring

static void save_real(const search *s, real_state *out)
{
    const syspte_pool *p = &s->pool;
    memset(out, 0, sizeof(*out));
    out->counts[0] = p->pte_free;
    out->counts[1] = p->free_blocks;
    out->counts[2] = p->fit.bins;
    out->counts[3] = p->hint.hint;
    out->counts[4] = s->ledger.longest;
    out->ranges[0] = p->touched_low;
    out->ranges[1] = p->touched_high;
    out->ranges[2] = s->ledger.low;
    out->ranges[3] = s->ledger.high;
    memcpy(out->bin, p->fit.bin, sizeof(out->bin));
    memcpy(out->tags, p->tags, p->pte_count * sizeof(uint64_t));
    if (p->placement == SYSPTE_PLACEMENT_BEST_FIT_TAIL) {
        memcpy(out->links, p->fit.links, p->pte_count * sizeof(out->links[0]));
    } else {
        memcpy(out->links[0], &p->hint.starts[0], sizeof(uint64_t));
        out->links[1][0] = p->hint.longest[0][0];
    }
    memcpy(out->cells, s->cells, sizeof(out->cells));
}

static void load_real(search *s, const real_state *in)
{
    syspte_pool *p = &s->pool;
    p->pte_free = in->counts[0];
    p->free_blocks = in->counts[1];
    p->fit.bins = in->counts[2];
    p->hint.hint = in->counts[3];
    s->ledger.longest = in->counts[4];
    p->touched_low = in->ranges[0];
    p->touched_high = in->ranges[1];
    s->ledger.low = in->ranges[2];
    s->ledger.high = in->ranges[3];
    memcpy(p->fit.bin, in->bin, sizeof(in->bin));
    memcpy(p->tags, in->tags, p->pte_count * sizeof(uint64_t));
    if (p->placement == SYSPTE_PLACEMENT_BEST_FIT_TAIL) {
        memcpy(p->fit.links, in->links, p->pte_count * sizeof(in->links[0]));
    } else {
        memcpy(&p->hint.starts[0], in->links[0], sizeof(uint64_t));
        p->hint.longest[0][0] = in->links[1][0];
    }
    memcpy(s->cells, in->cells, sizeof(in->cells));
}

static bool starts_free_run(const model *m, unsigned pte)
{
    return m->held_by[pte] == MODEL_FREE && (pte == 0 || m->held_by[pte - 1] != MODEL_FREE);
}

static void save_model(const model *m, model_state *out)
{
    memset(out, 0, sizeof(*out));
    out->hint = m->placement == SYSPTE_PLACEMENT_HINT ? (uint8_t)m->hint : 0;
    for (unsigned i = 0; i < m->pte_count; i++) {
        const syspte_row *ended = &m->ended[i];
        out->held_by[i] = (int8_t)m->held_by[i];
        out->ended[i] = ended->sequence == 0 ? 0 : ended->pte_count == 0 ? 255 : 1;
        for (unsigned j = 0; j < m->pte_count && starts_free_run(m, i); j++) {
            // Only best fit has an order; only runs of one length are told apart by it.
            out->order[i] += starts_free_run(m, j) && m->freed_at[j] < m->freed_at[i];
        }
    }
}

static void load_model(model *m, const model_state *in)
{
    m->hint = in->hint;
    m->clock = PTES;
    for (unsigned i = 0; i < m->pte_count; i++) {
        uint64_t length = 1;
        m->held_by[i] = in->held_by[i];
        m->freed_at[i] = in->order[i];
        while (i + length < m->pte_count && in->held_by[i + length] == (int)i) {
            length++;
        }
        m->rows[i] = row_of(i, length);
        m->ended[i] = row_of(i, 1);
        m->ended[i].sequence = 0;
    }
}

// The sequence of an ended row has its length in it: it is what the cell has.
static void load_ended(search *s, const model_state *in)
{
    for (unsigned i = 0; i < s->model.pte_count; i++) {
        uint64_t length = (s->cells[i].who >> 28) - 1 - i * 16;
        if (in->ended[i] != 0) {
            s->model.ended[i] = row_of(i, length);
            if (in->ended[i] == 255) {
                s->model.ended[i].bytes = s->model.ended[i].pte_count = 0;
            }
        }
    }
}

static void load(search *s, const state *from)
{
    load_real(s, &from->real);
    load_model(&s->model, &from->model);
    load_ended(s, &from->model);
}

// ---- The set of states

static uint64_t hash_of(const real_state *real)
{
    uint64_t hash = 0;
    uint64_t words[sizeof(*real) / 8];
    memcpy(words, real, sizeof(words));
    for (size_t i = 0; i < sizeof(words) / 8; i++) {
        hash = (hash ^ words[i]) * 0x9E3779B97F4A7C15ull;
        hash ^= hash >> 29;
    }
    return hash;
}

static bool grow(search *s)
{
    uint32_t capacity = s->capacity == 0 ? 1024 : s->capacity * 2;
    state *states = realloc(s->states, sizeof(state) * capacity);
    uint32_t *slots = calloc((size_t)capacity * 2, sizeof(uint32_t));
    s->states = states != NULL ? states : s->states;
    if (states == NULL || slots == NULL) {
        free(slots);
        return false;
    }
    free(s->slots);
    s->slots = slots;
    s->capacity = capacity;
    for (uint32_t i = 0; i < s->count; i++) {
        uint64_t at = hash_of(&states[i].real) & (capacity * 2 - 1);
        while (slots[at] != 0) {
            at = (at + 1) & (capacity * 2 - 1);
        }
        slots[at] = i + 1;
    }
    return true;
}

// Adds the state that pool, ledger and model are in. NULL, or what is wrong with it.
static const char *arrive(search *s, uint32_t parent, unsigned move)
{
    state here = {.parent = parent, .move = (uint8_t)move};
    save_real(s, &here.real);
    save_model(&s->model, &here.model);
    here.depth = s->count == 0 ? 0 : (uint8_t)(s->states[parent].depth + 1);
    if (s->count == s->capacity && !grow(s)) {
        return "no memory for more states";
    }
    uint64_t at = hash_of(&here.real) & (s->capacity * 2 - 1);
    for (; s->slots[at] != 0; at = (at + 1) & (s->capacity * 2 - 1)) {
        const state *known = &s->states[s->slots[at] - 1];
        if (memcmp(&known->real, &here.real, sizeof(here.real)) == 0) {
            // Which of two runs of different lengths is older cannot be seen, and need not be.
            return memcmp(known->model.held_by, here.model.held_by, PTES) == 0 &&
                           memcmp(known->model.ended, here.model.ended, PTES) == 0 &&
                           known->model.hint == here.model.hint
                       ? NULL
                       : "two ways to one state differ in the model";
        }
    }
    s->states[s->count++] = here;
    s->slots[at] = s->count;
    return NULL;
}

// ---- Looking into a state

// What an unmap of (pte, length) is, asked as the kernel asks: 0 right, 1 wrong span, 2 from the
// middle, 3 twice, 4 never mapped.
static unsigned classify(const search *s, uint64_t pte, uint64_t length)
{
    syspte_row row;
    if (syspte_ledger_find(&s->ledger, pte, &row)) {
        return row.pte_count == length ? 0 : 1;
    }
    if (syspte_ledger_holder(&s->ledger, pte, &row)) {
        return 2;
    }
    return syspte_ledger_ended(&s->ledger, pte, &row) ? 3 : 4;
}

static unsigned expected_class(const model *m, uint64_t pte, uint64_t length)
{
    const syspte_row *holder = model_holder(m, pte);
    if (holder != NULL) {
        return holder->id != pte ? 2 : holder->pte_count == length ? 0 : 1;
    }
    return pte < m->pte_count && m->ended[pte].sequence != 0 ? 3 : 4;
}

static const char *look(search *s, const state *here)
{
    real_state after;
    uint64_t n = s->pool.pte_count;
    const char *wrong = syspte_pool_check(&s->pool);
    wrong = wrong == NULL ? syspte_ledger_check(&s->ledger) : wrong;
    for (uint64_t pte = 0; pte <= n && wrong == NULL; pte++) {
        syspte_row stale = row_of(pte, 1);
        for (uint64_t length = 0; length <= n + 1 && wrong == NULL; length++) {
            if (classify(s, pte, length) != expected_class(&s->model, pte, length)) {
                wrong = "a wrong unmap is taken for another";
            }
        }
        if (pte < n && expected_class(&s->model, pte, 1) != 0 &&
            syspte_ledger_strike(&s->ledger, &stale)) {
            wrong = "a row that is not live was ended";
        }
    }
    save_real(s, &after);
    if (wrong == NULL && memcmp(&after, &here->real, sizeof(after)) != 0) {
        wrong = "looking changed the state";
    }
    return wrong == NULL ? model_compare(&s->model, &s->pool, &s->ledger, 1) : wrong;
}

// ---- Moves: 0 .. n + 1 map that many PTEs, the others unmap what begins at a PTE

static const char *move_map(search *s, unsigned pte_count, bool in_line)
{
    int expected = model_reserve(&s->model, pte_count);
    uint64_t start = in_line ? syspte_pool_take(&s->pool, pte_count)
                             : syspte_pool_reserve(&s->pool, pte_count);
    if (start != (expected < 0 ? SYSPTE_POOL_NONE : (uint64_t)expected)) {
        return "reserve: another place";
    }
    if (expected >= 0) {
        syspte_row row = row_of(start, pte_count);
        syspte_ledger_reach(&s->ledger, start, pte_count);
        syspte_ledger_note(&s->ledger, &row);
        model_note(&s->model, &row);
    }
    return NULL;
}

static const char *move_unmap(search *s, unsigned pte, bool in_line)
{
    syspte_row row;
    if (!syspte_ledger_find(&s->ledger, pte, &row) || !syspte_ledger_strike(&s->ledger, &row)) {
        return "strike: a live row is not ended";
    }
    if (in_line) {
        syspte_pool_give(&s->pool, pte, row.pte_count);
    } else {
        syspte_pool_release(&s->pool, pte, row.pte_count);
    }
    model_strike(&s->model, pte);
    model_release(&s->model, pte, (unsigned)row.pte_count);
    return NULL;
}

static const char *move_from(search *s, uint32_t from, unsigned move, bool in_line)
{
    load(s, &s->states[from]);
    return move <= s->pool.pte_count + 1 ? move_map(s, move, in_line)
                                         : move_unmap(s, move - (PTES + 2), in_line);
}

// The same move by the short way leads to the same state, but for what it says was touched.
static const char *try_move(search *s, uint32_t from, unsigned move)
{
    real_state slow, fast;
    const char *wrong = move_from(s, from, move, true);
    save_real(s, &fast);
    wrong = wrong == NULL ? move_from(s, from, move, false) : wrong;
    save_real(s, &slow);
    slow.ranges[0] = fast.ranges[0];
    slow.ranges[1] = fast.ranges[1];
    if (wrong == NULL && memcmp(&slow, &fast, sizeof(slow)) != 0) {
        wrong = "the short way leads elsewhere";
    }
    return wrong == NULL ? arrive(s, from, move) : wrong;
}

static const char *expand(search *s, uint32_t from)
{
    unsigned n = s->what->pte_count;
    const char *wrong = NULL;
    for (unsigned length = 0; length <= n + 1 && wrong == NULL; length++) {
        wrong = try_move(s, from, length);
    }
    for (unsigned pte = 0; pte < n && wrong == NULL; pte++) {
        if (s->states[from].model.held_by[pte] == (int)pte) {
            wrong = try_move(s, from, PTES + 2 + pte);
        }
    }
    return wrong;
}

static void print_way(const search *s, uint32_t to)
{
    if (s->states[to].depth != 0) {
        print_way(s, s->states[to].parent);
        unsigned move = s->states[to].move;
        printf(move < PTES + 2 ? " map %u," : " unmap at %u,", move < PTES + 2 ? move
                                                                           : move - (PTES + 2));
    }
}

static const char *run(search *s, uint32_t *at)
{
    const char *wrong;
    syspte_pool_init(&s->pool, s->tables, s->what->pte_count, s->what->placement, panic);
    syspte_ledger_init(&s->ledger, s->cells, s->what->pte_count, panic);
    model_open(&s->model, s->what->pte_count, s->what->placement);
    wrong = arrive(s, 0, 0);
    for (*at = 0; *at < s->count && wrong == NULL; ++*at) {
        load(s, &s->states[*at]);
        wrong = look(s, &s->states[*at]);
        load(s, &s->states[*at]); // the question for the largest run may lower a bound
        if (wrong == NULL && s->states[*at].depth < s->what->depth) {
            wrong = expand(s, *at);
        }
    }
    return wrong;
}

bool proof_exhaustive(proof_search *what)
{
    static search s;
    static uint32_t at;
    static const char *wrong;
    uint64_t bytes = syspte_pool_storage(what->pte_count, what->placement);
    memset(&s, 0, sizeof(s));
    s.what = what;
    s.tables = aligned_alloc(64, (size_t)bytes);
    if (s.tables == NULL) {
        return false;
    }
    memset(s.tables, 0, (size_t)bytes);
    wrong = setjmp(panic_jump) == 0 ? run(&s, &at) : panic_text;
    if (wrong != NULL) {
        printf("search: %u PTEs, placement %d: %s; after", what->pte_count, (int)what->placement,
               wrong);
        if (at < s.count || at > 0) {
            print_way(&s, at < s.count ? at : at - 1);
        }
        printf(" and what follows\n");
    }
    what->states = s.count;
    free(s.states);
    free(s.slots);
    free(s.tables);
    return wrong == NULL;
}
