// SPDX-License-Identifier: MIT
// When a leak becomes a failure: the cycle in which a driver's first map fails, on each Windows.
#ifndef SYSPTE_PREDICT_H
#define SYSPTE_PREDICT_H

#include <syspte/machine.h>
#include <syspte/pool.h>

#ifdef __cplusplus
extern "C" {
#endif

// What is predicted. Zeros and NULLs are what most want.
typedef struct syspte_prospect {
    // One cycle of the driver, such as a suspend and a resume; `number` counts from 1. False: the
    // driver failed, for whatever reason. Never NULL.
    bool (*cycle)(void *context, uint64_t number);
    // What comes before the first cycle, on the machine that was just booted: devices, the first
    // resume. False: it failed, and so does the prediction. NULL: nothing.
    bool (*begin)(void *context);
    void *context;                  // for both
    const syspte_config *config;    // profile and pte_count apart; NULL: the default one with
                                    // accounting_only, where the driver touches no mapping
    const syspte_pool_shape *start; // the pool before `begin`; NULL: whole and free
    uint64_t pages;                 // 0: until a map of the driver fails. Else until no free block
                                    // is left for a map of so many pages, by whomever
    uint64_t cycles_run;            // most cycles really run on one profile; 0: 1,000,000
    uint64_t cycle_seconds;         // from one cycle to the next, for `seconds`
} syspte_prospect;

typedef struct syspte_prediction {
    const syspte_profile *profile;
    uint64_t cycle;          // in which the first map fails, from 1; 0: none does
    uint64_t cycles_run;     // really: equal to `cycle` unless it was extrapolated
    bool extrapolated;       // from the growth of the cycles that were run, as if every later one
                             // grew alike and the pool stayed in one piece
    uint64_t ptes_per_cycle; // growth, on average, without the first cycle
    bool steady;             // each cycle but the first grew by exactly that
    uint64_t seconds;        // until then; 0 without cycle_seconds
} syspte_prediction;

// ---- Use

// Boots a machine of that profile, and runs cycles on it until a map fails or cycles_run are over.
// The machine is shut down afterwards, so that a leak found there is not reported; the machine that
// ran before is gone, so that a test that predicts is a cmocka_unit_test, not a syspte_unit_test.
// Predicting for all profiles is a loop over syspte_profile_at.
//
// Fails: false, with a message: no cycle, a config or a start that makes no sense, `begin` said
//        no, or a cycle ended the machine. A host that lends too little for the profile makes the
//        result an extrapolation.
// Costs: that of the cycles: a million that leak one page each take less than a second where the
//        driver does little else.
bool syspte_predict(const syspte_prospect *prospect, const syspte_profile *profile,
                    syspte_prediction *out);

#ifdef __cplusplus
}
#endif
#endif
