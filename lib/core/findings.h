// SPDX-License-Identifier: MIT
// The findings since boot: equal ones (rule, sites, scope) are one row with a count.
#ifndef SYSPTE_CORE_FINDINGS_H
#define SYSPTE_CORE_FINDINGS_H

#include "core/context.h"
#include <syspte/finding.h>

// What a finding is told with. Contexts are numbers; 0 is none.
typedef struct syspte_event {
    syspte_rule_id rule;
    uint32_t call;
    uint32_t mapped;
    uint32_t unmapped;
    bool stopped;
    bool expected;
    bool has_bugcheck;
    bool held; // the finding is about a holding: it has no PTEs but these
    uint64_t held_bytes;
    uint64_t held_pages;
    syspte_bugcheck bugcheck;
    uint64_t system_va;
    uint64_t physical_address;
    uint64_t bytes;
    uint64_t pte_count;
    uint64_t sequence;
    const char *scope;
    const char *text;
} syspte_event;

typedef struct syspte_finding_row {
    syspte_finding finding;
    uint32_t call;
    uint32_t mapped;
    uint32_t unmapped;
    uint64_t growth_least; // PTEs, bytes or pages a cycle, of the cycles that grew
    uint64_t growth_most;
    uint64_t cycle_last; // that grew; the warm-up is 1
} syspte_finding_row;

typedef struct syspte_findings {
    syspte_finding_row *rows; // [capacity]
    uint32_t capacity;
    uint32_t count;
    uint64_t dropped;       // events that found no room and fail a test
    uint64_t dropped_quiet; // and that do not
} syspte_findings;

// ---- Begin and end

uint64_t syspte_findings_storage(uint32_t capacity);
void syspte_findings_init(syspte_findings *findings, void *storage, uint32_t capacity);

// ---- Use

// Adds an event to the row of its equals, or as a new row, which is returned. NULL if there is no
// room: counted. Costs: O(rows).
syspte_finding_row *syspte_findings_add(syspte_findings *findings,
                                        const syspte_contexts *contexts,
                                        const syspte_event *event);

// Adds occurrences to a row: of `count` mappings in physical_first to physical_last, the oldest of
// them at `sequence`.
static inline void syspte_finding_merge_all(syspte_finding *finding, uint64_t count,
                                            uint64_t physical_first, uint64_t physical_last,
                                            uint64_t pte_count, uint64_t sequence)
{
    finding->count += count;
    finding->pte_count += pte_count;
    if (sequence < finding->sequence) {
        finding->sequence = sequence;
    }
    if (physical_first < finding->physical_address) {
        finding->physical_address = physical_first;
    }
    if (physical_last > finding->physical_last) {
        finding->physical_last = physical_last;
    }
}

// Adds one more occurrence to a row: of a mapping, at `sequence`.
static inline void syspte_finding_merge(syspte_finding *finding, uint64_t physical_address,
                                        uint64_t bytes, uint64_t pte_count, uint64_t sequence)
{
    syspte_finding_merge_all(finding, 1, physical_address,
                             physical_address + (bytes != 0 ? bytes - 1 : 0), pte_count, sequence);
}

// What a merge adds for a holding.
static inline void syspte_finding_merge_held(syspte_finding *finding, uint64_t bytes,
                                             uint64_t pages)
{
    finding->held_bytes += bytes;
    finding->held_pages += pages;
}

// ---- Inspect

// The row with the next larger (sequence, position) than `after`, or the first with NULL; NULL
// past the last. Costs: O(rows).
const syspte_finding_row *syspte_findings_next(const syspte_findings *findings,
                                               const syspte_finding_row *after);

// True for what fails a test.
bool syspte_finding_fails(const syspte_finding *finding);

#endif
