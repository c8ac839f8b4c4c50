// SPDX-License-Identifier: MIT
// A random walk over pool, ledger and account next to the model. What a step does depends on the
// seed and its own number alone, so that any selection of steps can be walked again: a failure is
// first cut to a prefix, then steps are left out as long as it still fails.
#include "proof.h"

#include "core/account.h"
#include "core/pool_inline.h"
#include "model.h"
#include "shrink.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct walk {
    const proof_walk_config *config;
    syspte_pool pool;
    syspte_account account;
    void *pool_storage;
    void *account_storage;
    model model;
    uint64_t live[MODEL_PTES]; // first PTEs of the model's mappings, in no order
    unsigned live_count;
    bool told;        // each step is printed
    syspte_row stale; // a row that ended; pte_count 0: none yet
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

// The nth random number of a step.
static uint64_t random_of(uint64_t seed, uint32_t step, unsigned n)
{
    uint64_t x = seed * 0x9E3779B97F4A7C15ull + ((uint64_t)step << 8) + n;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ x >> 27) * 0x94D049BB133111EBull;
    return x ^ x >> 31;
}

static syspte_account_sizes sizes_of(const proof_walk_config *c)
{
    return (syspte_account_sizes){.ledger_rows = c->pte_count,
                                  .contexts = 64,
                                  .history_rows = 8,
                                  .findings = 4,
                                  .stack_words = 16,
                                  .stack_slots = 16};
}

static void begin(walk *w)
{
    const proof_walk_config *c = w->config;
    syspte_account_sizes sizes = sizes_of(c);
    syspte_pool_init(&w->pool, w->pool_storage, c->pte_count * c->scale, c->placement, panic);
    syspte_account_init(&w->account, w->account_storage, &sizes, 0, panic);
    model_open(&w->model, c->pte_count, c->placement);
    w->live_count = 0;
    w->stale = (syspte_row){0};
    for (uint32_t line = 1; line < 16; line++) {
        syspte_context context = {.line = line};
        (void)syspte_contexts_intern(&w->account.contexts, &context);
    }
}

// ---- Steps: each NULL, or what went wrong

// How many PTEs a step maps: few, many, or as many as a free run has, give or take one.
static unsigned count_of(const walk *w, uint32_t step)
{
    const proof_walk_config *c = w->config;
    uint64_t shape = random_of(c->seed, step, 1);
    uint64_t which = random_of(c->seed, step, 6);
    uint64_t length = 0;
    if (shape % 8 == 1) {
        uint64_t from = which % c->pte_count * c->scale;
        if (syspte_pool_next_free(&w->pool, from, &length) != SYSPTE_POOL_NONE) {
            return (unsigned)(length / c->scale + (which >> 32) % 3 - 1);
        }
    }
    if (c->long_runs) {
        return shape % 8 != 0 ? 65 + which % 190 : 1 + which % 600;
    }
    return shape % 97 == 0 ? 0
                           : 1 + (unsigned)(which % (shape % 8 != 0    ? 9
                                                     : shape % 64 != 0 ? 150
                                                                       : c->pte_count + 1));
}

static const char *step_map(walk *w, uint32_t step)
{
    const proof_walk_config *c = w->config;
    uint64_t which = random_of(c->seed, step, 2);
    unsigned count = count_of(w, step);
    int expected = model_reserve(&w->model, count);
    if (w->told) {
        printf(" map %u at %d,", count, expected);
    }
    uint64_t start = which >> 32 & 1 ? syspte_pool_take(&w->pool, count * c->scale)
                                     : syspte_pool_reserve(&w->pool, count * c->scale);
    if (start != (expected < 0 ? SYSPTE_POOL_NONE : (uint64_t)expected * c->scale)) {
        return "reserve: another place";
    }
    if (expected < 0) {
        return NULL;
    }
    uint64_t offset = which >> 33 & 0xFFF;
    uint64_t least = count == 1 ? 1 : ((uint64_t)count - 1) * 4096 + 1 - offset;
    uint64_t most = (uint64_t)count * 4096 - offset;
    syspte_row row = {.id = (uint64_t)expected,
                      .physical_address = (random_of(c->seed, step, 3) >> 12 & ~0xFFFull) | offset,
                      .bytes = least + random_of(c->seed, step, 4) % (most - least + 1),
                      .pte_count = count,
                      .context = random_of(c->seed, step, 5) & 15};
    syspte_ledger_reach(&w->account.ledger, row.id, count);
    syspte_account_born(&w->account, &row);
    model_note(&w->model, &row);
    w->live[w->live_count++] = row.id;
    return NULL;
}

static void give(walk *w, uint64_t start, uint64_t count, bool in_line)
{
    uint64_t scale = w->config->scale;
    if (in_line) {
        syspte_pool_give(&w->pool, start * scale, count * scale);
    } else {
        syspte_pool_release(&w->pool, start * scale, count * scale);
    }
    model_release(&w->model, (unsigned)start, (unsigned)count);
}

// Ends one mapping. One of 32 is ended as a free build does a wrong unmap: a part is given back
// first, and what is lost comes back later.
static const char *step_unmap(walk *w, uint32_t step)
{
    uint64_t which = random_of(w->config->seed, step, 1);
    uint64_t at = (which & 0xFFFFFF) % w->live_count;
    syspte_row row;
    if (!syspte_ledger_find(&w->account.ledger, w->live[at], &row)) {
        return "find: a live row is not found";
    }
    if (w->told) {
        printf(" unmap %llu,", (unsigned long long)row.id);
    }
    w->live[at] = w->live[--w->live_count];
    if (which >> 24 & 1) {
        if (!syspte_ledger_strike(&w->account.ledger, &row)) {
            return "strike: a live row is not ended";
        }
        w->account.live_mappings--;
        w->account.live_ptes -= row.pte_count;
    } else {
        syspte_account_ended(&w->account, &row, 0);
    }
    model_strike(&w->model, (unsigned)row.id);
    w->stale = row;
    uint64_t before = (which >> 26 & 31) == 0 ? (which >> 31 & 0xFFFF) % row.pte_count : 0;
    give(w, row.id + before, row.pte_count - before, which >> 25 & 1);
    if (before != 0) {
        give(w, row.id, before, which >> 25 & 1);
    }
    return NULL;
}

static const char *step_other(walk *w, uint32_t step)
{
    uint64_t which = random_of(w->config->seed, step, 1);
    syspte_row row;
    if (which % 3 == 0) {
        return syspte_pool_largest(&w->pool) == model_largest(&w->model) * w->config->scale
                   ? NULL
                   : "the largest free block is another";
    }
    if (which % 3 == 1 && w->live_count != 0) {
        uint64_t id = w->live[(which >> 8) % w->live_count];
        if (syspte_ledger_find(&w->account.ledger, id, &row)) {
            syspte_ledger_mark(&w->account.ledger, &row);
        }
        w->model.rows[id].reported = true;
    }
    // A row that ended claims nothing, whatever is in its cell now.
    return w->stale.pte_count != 0 && syspte_ledger_strike(&w->account.ledger, &w->stale)
               ? "strike: an ended row was ended again"
               : NULL;
}

// The machine ends and another begins in the same storage.
static const char *step_restart(walk *w)
{
    const proof_walk_config *c = w->config;
    syspte_account_sizes sizes = sizes_of(c);
    syspte_pool_wipe(&w->pool, zero);
    syspte_account_wipe(&w->account, zero);
    if (!all_zero(w->pool_storage, syspte_pool_storage(c->pte_count * c->scale, c->placement))) {
        return "wipe: the pool's storage is not zero";
    }
    if (!all_zero(w->account_storage, syspte_account_storage(&sizes))) {
        return "wipe: the account's storage is not zero";
    }
    begin(w);
    return NULL;
}

static bool restarts(void *context, uint32_t step)
{
    const walk *w = context;
    return random_of(w->config->seed, step, 0) % 4096 == 1;
}

static const char *step_walk(walk *w, uint32_t step)
{
    uint64_t choice = random_of(w->config->seed, step, 0);
    bool filling = step / 1500 % 2 == 0;
    if (restarts(w, step)) {
        return step_restart(w);
    }
    if (choice % 16 == 0) {
        return step_other(w, step);
    }
    if (w->live_count == 0 || (choice >> 16) % 100 < (filling ? 62 : 42)) {
        return step_map(w, step);
    }
    return step_unmap(w, step);
}

static const char *check(walk *w)
{
    const char *wrong = syspte_pool_check(&w->pool);
    if (wrong == NULL) {
        wrong = syspte_account_check(&w->account);
    }
    if (wrong == NULL) {
        wrong = model_compare(&w->model, &w->pool, &w->account.ledger, w->config->scale);
    }
    return wrong;
}

// Walks the steps of a list (NULL: 0, 1, 2 ...), `count` of them. Returns how many were walked when
// something was wrong, with the words in *wrong; 0 if nothing was.
static uint32_t walk_steps(walk *w, const uint32_t *list, uint32_t count, uint32_t every,
                           const char **wrong)
{
    static volatile uint32_t at;
    const proof_walk_config *c = w->config;
    syspte_account_sizes sizes = sizes_of(c);
    memset(w->pool_storage, 0, syspte_pool_storage(c->pte_count * c->scale, c->placement));
    memset(w->account_storage, 0, syspte_account_storage(&sizes));
    *wrong = NULL;
    at = 0;
    if (setjmp(panic_jump) != 0) {
        *wrong = panic_text;
        return at + 1;
    }
    begin(w);
    for (at = 0; at < count && *wrong == NULL; at++) {
        *wrong = step_walk(w, list == NULL ? at : list[at]);
        if (*wrong == NULL && (at + 1) % every == 0) {
            *wrong = check(w);
        }
    }
    if (*wrong == NULL) {
        *wrong = check(w);
    }
    return *wrong == NULL ? 0 : at;
}

static uint32_t walk_again(void *context, const uint32_t *list, uint32_t count, bool told,
                           const char **wrong)
{
    walk *w = context;
    // A comparison looks at every PTE.
    uint32_t every = w->config->pte_count * w->config->scale > 5000 ? UINT32_MAX : 1;
    w->told = told;
    return walk_steps(w, list, count, every, wrong);
}

bool proof_walk(const proof_walk_config *config)
{
    static walk w;
    const char *wrong;
    syspte_account_sizes sizes = sizes_of(config);
    uint64_t pool_bytes = syspte_pool_storage(config->pte_count * config->scale, config->placement);
    memset(&w, 0, sizeof(w));
    w.config = config;
    w.pool_storage = aligned_alloc(64, (size_t)pool_bytes);
    w.account_storage = aligned_alloc(64, (size_t)syspte_account_storage(&sizes));
    if (w.pool_storage == NULL || w.account_storage == NULL) {
        printf("proof_walk: no memory\n");
        return false;
    }
    uint32_t failed = walk_steps(&w, NULL, config->steps, config->every, &wrong);
    if (failed != 0) {
        printf("walk: seed %llu, %u PTEs by %llu, placement %d: %s\n",
               (unsigned long long)config->seed, config->pte_count,
               (unsigned long long)config->scale, (int)config->placement, wrong);
        proof_shrink(&(proof_steps){.context = &w, .walk = walk_again, .restarts = restarts},
                     failed);
    }
    free(w.pool_storage);
    free(w.account_storage);
    return failed == 0;
}
