// SPDX-License-Identifier: MIT
// A fault plan: which of the driver's calls are made to fail, as if what they ask for had run out.
// Every function that allocates or maps takes part, and answers as its page says: with NULL, a
// status, or a raised one. Each planned failure is a note in the report, beside what came of it.
// A test for each failure in turn: <syspte/each_failure.h>.
#ifndef SYSPTE_FAULT_H
#define SYSPTE_FAULT_H

#include <syspte/mapping.h>
#include <syspte/scope.h>
#include <syspte/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

// Where a call stands. What is 0 or NULL says nothing.
typedef struct syspte_fault_place {
    syspte_api api;       // the function that is called
    const char *function; // of the driver, that calls it: "StartDevice"
    const char *file;     // of the call; the end of its path is enough: "hw.c"
    unsigned line;        // of the call
} syspte_fault_place;

// Which calls count, and which of these fail. What is 0, false or NULL says nothing: {0} makes
// every call fail, {.nth = 3} the third one from here on.
typedef struct syspte_fault_plan {
    // Which calls count.
    syspte_scope scope;         // those of this open scope: the plan ends with it
    syspte_fault_place at;      // those at this place
    unsigned caches;            // those that ask for one of these: a set of 1u << SYSPTE_CACHE_...
    uint64_t bytes_least;       // those for at least so many bytes
    uint32_t tag;               // those with this pool tag
    const char *const *exclude; // not those with a function of these names in their stack; the
                                // last is NULL
    bool locks;                 // MmProbeAndLockPages and its relatives as well: they raise.
                                // Else they count only if `at` names them
    // Which of these fail.
    uint64_t nth;          // that one, from 1
    bool all_later;        // and all that come after it
    bool shortage;         // those that want more PTEs than `leave_ptes`, which are all there are
    uint64_t leave_ptes;   // from here on; what is unmapped can be had again
    unsigned per_10000;    // so many of 10,000, by chance
    uint64_t seed;         // of that chance: the same one, the same calls
    bool once_per_stack;   // each that comes from a stack for the first time
    unsigned stack_frames; // frames of a stack that tell it apart, up to 32; 0: 16
    const char *known;     // stacks in this text of syspte_fault_log() are not new
    // What comes of it.
    bool what_if;              // nothing fails: what would is counted and logged
    bool may_rest;             // that it makes no call fail is no finding
    syspte_fault_place expect; // where its first failure belongs; elsewhere it is a finding
} syspte_fault_plan;

// One call that was made to fail.
typedef struct syspte_failure {
    uint64_t ordinal;   // of the call, from 1, among those that counted
    uint64_t bytes;     // that it asked for
    uint64_t pte_count; // that it would have taken
    const syspte_context *call;
} syspte_failure;

// Since boot, of all plans together.
typedef struct syspte_fault_counts {
    uint64_t calls;    // that can fail, while a plan was set
    uint64_t counted;  // that a plan was about
    uint64_t fired;    // that were made to fail
    uint64_t would;    // that a plan with what_if would have made fail
    uint64_t excluded; // for a function in their stack
    uint64_t known;    // for their stack
    uint64_t stacks;   // in the log
} syspte_fault_counts;

// ---- Begin and end

// Sets a plan for the machine, or for `plan->scope`. It counts from the next call on. A plan ends
// with syspte_fault_clear, its scope, or the machine; one that made no call fail until then is a
// finding.
//
// Owns:  `plan` is copied; the texts in it stay the caller's until the plan ends.
// Fails: false, with a message, if one is set already for the machine or that scope, if 8 are set,
//        or if the plan contradicts itself.
// Needs: a booted machine.
bool syspte_fault_set(const syspte_fault_plan *plan);

// Ends the machine's plan. Nothing happens without one.
void syspte_fault_clear(void);

// What this thread calls until the resume never fails and does not count: what a test itself asks
// for. Pairs nest.
void syspte_fault_pause(void);
void syspte_fault_resume(void);

// ---- Inspect. Until the next boot.

// How many calls were made to fail since boot.
uint64_t syspte_fault_fired(void);

// One of them, in order; the first 256 are kept.
//
// Fails: false past the last, and `out` is untouched.
bool syspte_fault_at(size_t index, syspte_failure *out);

syspte_fault_counts syspte_fault_counts_now(void);

// Writes a line for each function and stack that a plan made fail, or would have, in order: to
// read, to keep beside the test, and as `known`. NULL writes to stderr. At most 1,024 are kept.
//
//     failed MmMapIoSpace at hw.c:42 in StartDevice < AddDevice < main
void syspte_fault_log(const syspte_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
