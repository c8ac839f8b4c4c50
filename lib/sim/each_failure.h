// SPDX-License-Identifier: MIT
// What the runs of a loop over failures found, merged.
#ifndef SYSPTE_SIM_EACH_FAILURE_H
#define SYSPTE_SIM_EACH_FAILURE_H

#include <syspte/each_failure.h>

// ---- Begin and end

// Forgets the last loop's.
void syspte_merge_begin(void);

// ---- Use

// Adds what the run that has just ended found; loop->findings counts.
void syspte_merge_run(syspte_failure_loop *loop, const char *why);

// Writes each finding with its runs, and the line that counts; nothing if there is nothing to tell,
// or one run was replayed.
void syspte_merge_write(const syspte_failure_loop *loop, const syspte_writer *writer);

// Writes which call failed in the present run, or the last one; `before`: behind the loop's name.
void syspte_merge_write_run(const syspte_failure_loop *loop, const char *before,
                            const syspte_writer *writer);

#endif
