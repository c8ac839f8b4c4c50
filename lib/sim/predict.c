// SPDX-License-Identifier: MIT
// Runs cycles until the first map fails. Where that takes too long the rest is arithmetic: what a
// cycle keeps, and what it needs at its worst moment.
#include "sim/machine.h"

#include <syspte/predict.h>

enum { CYCLES_RUN = 1000000 };

// What the cycles that were run have shown.
typedef struct course {
    uint64_t run;      // cycles, those that succeeded
    bool failed;       // the next one did
    uint64_t free;     // PTEs, after the last of them
    uint64_t free_one; // after the first of them
    uint64_t growth;   // of the second one
    uint64_t need;     // PTEs that the last one took at its worst moment, above its begin
    bool steady;
} course;

static bool has_failed(const syspte_prospect *prospect, uint64_t failed_before)
{
    syspte_counters now = syspte_counters_now();
    return prospect->pages != 0 ? now.largest_free_block < prospect->pages
                                : now.failed_maps != failed_before;
}

static void note_cycle(course *c, uint64_t free_before, uint64_t peak_before)
{
    syspte_counters now = syspte_counters_now();
    uint64_t growth = free_before > now.pte_free ? free_before - now.pte_free : 0;
    uint64_t taken_before = now.pte_total - now.pte_quarantined - free_before;
    if (now.peak_ptes > peak_before) {
        c->need = now.peak_ptes - taken_before;
    }
    c->run++;
    c->free = now.pte_free;
    if (c->run == 1) {
        c->free_one = c->free;
    } else if (c->run == 2) {
        c->growth = growth;
    } else {
        c->steady = c->steady && growth == c->growth;
    }
}

// False: a cycle ended the machine.
static bool run(const syspte_prospect *prospect, course *c)
{
    uint32_t generation = syspte_the.generation;
    uint64_t most = prospect->cycles_run != 0 ? prospect->cycles_run : CYCLES_RUN;
    syspte_counters begin = syspte_counters_now();
    c->free = begin.pte_free;
    c->steady = true;
    while (c->run < most && !c->failed) {
        syspte_counters before = syspte_counters_now();
        bool succeeded = prospect->cycle(prospect->context, c->run + 1);
        if (!syspte_the.booted || syspte_the.generation != generation) {
            return false;
        }
        c->failed = !succeeded || has_failed(prospect, before.failed_maps);
        if (!c->failed) {
            note_cycle(c, before.pte_free, before.peak_ptes);
        }
    }
    return true;
}

// The cycle in which too few PTEs are left, if each one after the last keeps as many as those
// before did on average; 0 if they keep none.
static uint64_t extrapolate(const syspte_prospect *prospect, const course *c, uint64_t per_cycle)
{
    uint64_t need = prospect->pages != 0 ? prospect->pages + per_cycle : c->need;
    if (per_cycle == 0) {
        return 0;
    }
    need = need > per_cycle ? need : per_cycle;
    return c->free < need ? c->run + 1 : c->run + (c->free - need) / per_cycle + 2;
}

static void conclude(const syspte_prospect *prospect, const course *c, syspte_prediction *out)
{
    out->cycles_run = c->run + (c->failed ? 1 : 0);
    out->steady = c->steady;
    out->ptes_per_cycle =
        c->run > 1 && c->free_one > c->free ? (c->free_one - c->free) / (c->run - 1) : 0;
    out->extrapolated = !c->failed && out->ptes_per_cycle != 0;
    out->cycle = c->failed ? c->run + 1 : extrapolate(prospect, c, out->ptes_per_cycle);
    out->seconds = out->cycle * prospect->cycle_seconds;
}

bool syspte_predict(const syspte_prospect *prospect, const syspte_profile *profile,
                    syspte_prediction *out)
{
    course c = {0};
    if (prospect->cycle == NULL || profile == NULL) {
        syspte_misused("syspte_predict: give it a cycle to run, and a profile: see "
                       "syspte_profile_at");
        return false;
    }
    syspte_config config = prospect->config != NULL ? *prospect->config : syspte_config_default();
    config.accounting_only = prospect->config == NULL || config.accounting_only;
    config.profile = profile;
    config.pte_count = 0;
    if (!syspte_boot(&config) ||
        (prospect->start != NULL && !syspte_pool_fragment(prospect->start))) {
        return false;
    }
    if (prospect->begin != NULL && !prospect->begin(prospect->context)) {
        syspte_misused("syspte_predict: what comes before the first cycle failed");
        return false;
    }
    *out = (syspte_prediction){.profile = profile};
    if (!run(prospect, &c)) {
        syspte_misused("syspte_predict: a cycle ended the machine, or booted another one");
        return false;
    }
    conclude(prospect, &c, out);
    (void)syspte_shutdown();
    return true;
}
