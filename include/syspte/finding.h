// SPDX-License-Identifier: MIT
// A finding: one thing wrong, as data. Reports only print findings.
#ifndef SYSPTE_FINDING_H
#define SYSPTE_FINDING_H

#include <syspte/bugcheck.h>
#include <syspte/mapping.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum syspte_severity {
    SYSPTE_LEAK,   // a mapping or holding outlived its scope
    SYSPTE_GROWTH, // a site holds more PTEs, bytes or pages after a cycle than before it
    SYSPTE_MISUSE, // the driver broke a rule
    SYSPTE_LIMIT,  // this host or a full table kept something from being simulated
    SYSPTE_NOTE    // worth knowing; never fails a test
} syspte_severity;

// Which rule a finding is about. syspte_rule_of() tells each one's words.
typedef enum syspte_rule_id {
    SYSPTE_RULE_LEAK,
    SYSPTE_RULE_ABANDONED, // alive when a bug check ended the test
    SYSPTE_RULE_GROWTH,
    SYSPTE_RULE_UNMAP_OUTSIDE,
    SYSPTE_RULE_UNMAP_NEVER_MAPPED,
    SYSPTE_RULE_UNMAP_MIDDLE,
    SYSPTE_RULE_UNMAP_WRONG_SPAN,
    SYSPTE_RULE_UNMAP_TWICE,
    SYSPTE_RULE_UNMAP_ZERO,
    SYSPTE_RULE_UNMAP_OTHER_BYTES,
    SYSPTE_RULE_UNMAP_OTHER_FUNCTION,
    SYSPTE_RULE_PTES_LOST,
    SYSPTE_RULE_MAP_ZERO,
    SYSPTE_RULE_MAP_WRAP,
    SYSPTE_RULE_MAP_SPAN_OVERFLOW,
    SYSPTE_RULE_MAP_CACHE_TYPE,
    SYSPTE_RULE_MAP_PROTECT,
    SYSPTE_RULE_MAP_CACHE_CONFLICT,
    SYSPTE_RULE_MAP_UNLOCKED_RAM,
    SYSPTE_RULE_MAP_REFUSED_RANGE,
    SYSPTE_RULE_MAP_EXECUTABLE,
    SYSPTE_RULE_MAP_IRQL,
    SYSPTE_RULE_UNMAP_IRQL,
    SYSPTE_RULE_VIDEO_IRQL,
    SYSPTE_RULE_RAISE_IRQL,
    SYSPTE_RULE_LOWER_IRQL,
    SYSPTE_RULE_USE_AFTER_UNMAP,
    SYSPTE_RULE_USE_PAST_END,
    SYSPTE_RULE_USE_NEVER_MAPPED,
    SYSPTE_RULE_WRITE_READ_ONLY,
    SYSPTE_RULE_EXECUTE_NO_EXECUTE,
    SYSPTE_RULE_BUGCHECK,
    SYSPTE_RULE_BUGCHECK_MISSING,
    SYSPTE_RULE_SCOPE,
    SYSPTE_RULE_HOST_TABLE,
    SYSPTE_RULE_HOST_VIEW,
    SYSPTE_RULE_HOST_ARENA,
    SYSPTE_RULE_HOST_TOUCH, // ends the test: a mapping without memory was touched
    SYSPTE_RULE_CONTEXTS_FULL,
    SYSPTE_RULE_HOLDINGS_FULL,
    SYSPTE_RULE_USE_NOT_VALID,
    SYSPTE_RULE_MDL_ARGUMENT,
    SYSPTE_RULE_MDL_IRQL,
    SYSPTE_RULE_LOCK_WRONG_MDL,
    SYSPTE_RULE_LOCK_NOT_MEMORY,
    SYSPTE_RULE_UNLOCK_NOT_LOCKED,
    SYSPTE_RULE_UNLOCK_POOL_MDL,
    SYSPTE_RULE_UNLOCK_PARTIAL_MDL,
    SYSPTE_RULE_BUILD_PAGEABLE,
    SYSPTE_RULE_MAP_WRONG_MDL,
    SYSPTE_RULE_MAP_NOT_LOCKED,
    SYSPTE_RULE_MAP_UNLOCKED_PAGES,
    SYSPTE_RULE_MAP_NOT_MEMORY,
    SYSPTE_RULE_MAP_OBSOLETE,
    SYSPTE_RULE_MAP_MUST_SUCCEED,
    SYSPTE_RULE_UNMAP_MDL_NOT_MAPPED,
    SYSPTE_RULE_UNMAP_MDL_CHANGED,
    SYSPTE_RULE_UNMAP_PARTIAL_MDL,
    SYSPTE_RULE_UNMAP_USER_ADDRESS,
    SYSPTE_RULE_FREE_MAPPED_MDL,
    SYSPTE_RULE_FREE_LOCKED_MDL,
    SYSPTE_RULE_PARTIAL_NOT_PREPARED,
    SYSPTE_RULE_PARTIAL_RANGE,
    SYSPTE_RULE_PARTIAL_TOO_SMALL,
    SYSPTE_RULE_PROTECT_MDL,
    SYSPTE_RULE_PORT_IRQL,
    SYSPTE_RULE_NO_MORE_PTES,
    SYSPTE_RULE_FREE_PAGES_LOCKED,
    SYSPTE_RULE_FREE_PAGES_MAPPED,
    SYSPTE_RULE_FREE_PAGES_TWICE,
    SYSPTE_RULE_UNHANDLED_EXCEPTION,
    SYSPTE_RULE_HOST_BUFFER,
    SYSPTE_RULE_POOL_ZERO,
    SYSPTE_RULE_POOL_TAG_ZERO,
    SYSPTE_RULE_POOL_TYPE,
    SYSPTE_RULE_POOL_IRQL,
    SYSPTE_RULE_FREE_NO_BLOCK,
    SYSPTE_RULE_FREE_TWICE,
    SYSPTE_RULE_FREE_OTHER_TAG,
    SYSPTE_RULE_POOL_OVERRUN,
    SYSPTE_RULE_POOL_WRITE_AFTER_FREE,
    SYSPTE_RULE_USE_AFTER_FREE,
    SYSPTE_RULE_USE_PAST_BLOCK,
    SYSPTE_RULE_MEMORY_IRQL,
    SYSPTE_RULE_CONTIGUOUS_ARGUMENT,
    SYSPTE_RULE_FREE_NO_CONTIGUOUS,
    SYSPTE_RULE_FREE_NO_NONCACHED,
    SYSPTE_RULE_FREE_OTHER_SIZE,
    SYSPTE_RULE_VIEW_ARGUMENT,
    SYSPTE_RULE_UNMAP_NO_VIEW,
    SYSPTE_RULE_LOCK_NO_SECTION,
    SYSPTE_RULE_UNLOCK_NO_SECTION,
    SYSPTE_RULE_PHYSICAL_NOT_VALID,
    SYSPTE_RULE_UNMAP_MDL_DUPLICATE,
    SYSPTE_RULE_UNMAP_MDL_WRONG_COUNT,
    SYSPTE_RULE_UNMAP_MDL_FRAME_CHANGED,
    SYSPTE_RULE_UNMAP_MDL_START_CHANGED,
    SYSPTE_RULE_MDL_PAGEABLE,
    SYSPTE_RULE_MDL_INVARIANT_WRITE,
    SYSPTE_RULE_MDL_INVARIANT_READ,
    SYSPTE_RULE_MAP_MDL_EXECUTABLE,
    SYSPTE_RULE_MDL_INVALID_PAGE,
    SYSPTE_RULE_BUILD_NOT_RESIDENT,
    SYSPTE_RULE_PROBE_RAISED,
    SYSPTE_RULE_REUSE_MAPPED_MDL,
    SYSPTE_RULE_PROCESS_LEFT_LOCKED,
    SYSPTE_RULE_PROCESS_LEFT_TRACKED,
    SYSPTE_RULE_EXCESSIVE_PTES,
    SYSPTE_RULE_RESERVED_ZERO,
    SYSPTE_RULE_RESERVED_FREE_OTHER_TAG,
    SYSPTE_RULE_RESERVED_FREE_EMPTY,
    SYSPTE_RULE_RESERVED_FREE_MAPPED,
    SYSPTE_RULE_RESERVED_MAP_OTHER_TAG,
    SYSPTE_RULE_RESERVED_MAP_INVALID,
    SYSPTE_RULE_RESERVED_MAP_IN_USE,
    SYSPTE_RULE_RESERVED_UNMAP_OTHER_TAG,
    SYSPTE_RULE_RESERVED_UNMAP_EMPTY,
    SYSPTE_RULE_RESERVED_UNMAP_TOO_MANY,
    SYSPTE_RULE_RESERVED_UNMAP_PART_FREE,
    SYSPTE_RULE_RESERVED_UNMAP_PART,
    SYSPTE_RULE_PTES_RESERVE_ZERO,
    SYSPTE_RULE_PTES_RESERVE_TWICE,
    SYSPTE_RULE_PTES_RESERVE_OVERLAP,
    SYSPTE_RULE_UNMAP_NOT_PERMITTED,
    SYSPTE_RULE_UNMAP_UNKNOWN_IO,
    SYSPTE_RULE_CONTIGUOUS_BELOW_4G,
    SYSPTE_RULE_FREE_USER_ADDRESS,
    SYSPTE_RULE_POOL_MUST_SUCCEED,
    SYSPTE_RULE_POOL_TAG_BIG,
    SYSPTE_RULE_POOL_TAG_UNREADABLE,
    SYSPTE_RULE_POOL_WHILE_UNLOADING,
    SYSPTE_RULE_POOL_LEFT,
    SYSPTE_RULE_PTES_CORRUPTED,
    SYSPTE_RULE_IRP_COMPLETED_TWICE,
    SYSPTE_RULE_DEVICE_SCRIPT,
    SYSPTE_RULE_DEVICE_UNMET,
    SYSPTE_RULE_DEVICE_ACCESS, // ends the test: an access that cannot be carried out
    SYSPTE_RULE_ACQUIRE_TWICE,
    SYSPTE_RULE_RELEASE_NOT_HELD,
    SYSPTE_RULE_RELEASE_OTHER_THREAD,
    SYSPTE_RULE_LOCK_NOT_INITIALIZED,
    SYSPTE_RULE_SPIN_LOCK_IRQL,
    SYSPTE_RULE_SPIN_LOCK_OLD_IRQL,
    SYSPTE_RULE_SPIN_LOCK_OTHER_WAY,
    SYSPTE_RULE_CALL_IRQL,
    SYSPTE_RULE_WAIT_FOREVER,
    SYSPTE_RULE_ROUTINE_IRQL,
    SYSPTE_RULE_QUEUED_TWICE,
    SYSPTE_RULE_FREE_QUEUED,
    SYSPTE_RULE_STALL_LONG,
    SYSPTE_RULE_DEVICE_ATTACHED,
    SYSPTE_RULE_DEVICE_NOT_ATTACHED,
    SYSPTE_RULE_NO_STACK_LOCATION,
    SYSPTE_RULE_DEVICES_LEFT,
    SYSPTE_RULE_MDL_UNREADABLE,
    SYSPTE_RULE_FAULT_INJECTED,
    SYSPTE_RULE_FAULT_UNUSED,
    SYSPTE_RULE_FAULT_ELSEWHERE,
    SYSPTE_RULE_FAULT_ENDLESS,
    SYSPTE_RULE_OUT_OF_PTES,
    SYSPTE_RULE_NOT_SIMULATED, // ends the test: a function that is only there to be linked
    SYSPTE_RULE_IRP_NEVER_COMPLETED,
    SYSPTE_RULE_IRP_STATUS,
    SYSPTE_RULE_IRP_MUST_SUCCEED,
    SYSPTE_RULE_INTERFACE_REFERENCE,
    SYSPTE_RULE_USE_NULL,
    SYSPTE_RULE_USE_USER_ADDRESS,
    SYSPTE_RULE_TRY_LEFT, // legal on Windows, and not followed here
    SYSPTE_RULE_WDF_HANDLE,
    SYSPTE_RULE_WDF_DELETED,
    SYSPTE_RULE_WDF_LAST_REFERENCE,
    SYSPTE_RULE_WDF_DELETE_KEPT,
    SYSPTE_RULE_WDF_SIZE,
    SYSPTE_RULE_WDF_CALLBACK_IRQL,
    SYSPTE_RULE_CLOSE_BAD_HANDLE,
    SYSPTE_RULE_TABLE_FULL,
    SYSPTE_RULE_WDF_LOCK_TWICE,
    SYSPTE_RULE_WDF_REQUEST_LENGTH,
    SYSPTE_RULE_WDF_REQUEST_KEPT,
    SYSPTE_RULE_WAIT_OBJECTS,
    SYSPTE_RULE_DEREFERENCE_NOT_HELD,
    SYSPTE_RULE_COUNT
} syspte_rule_id;

// The pool when a call found no room in it.
typedef struct syspte_room {
    uint64_t requested; // PTEs, one behind the other
    uint64_t pte_free;
    uint64_t free_blocks;
    uint64_t largest_free_block;
} syspte_room;

typedef struct syspte_finding {
    syspte_rule_id rule;
    syspte_severity severity;
    bool has_bugcheck; // Windows documents a bug check for it: `bugcheck` is set
    bool stopped;      // at this strictness the machine stopped with it
    bool expected;     // announced with syspte_expect_bugcheck
    bool suppressed;   // a suppression covers it: it fails nothing, and reports only count it
    bool held;         // it is about a holding: what call->kind names, and no PTEs
    syspte_bugcheck bugcheck;

    const syspte_context *call;     // of the call that broke the rule; for a leak, of the mapping
    const syspte_context *mapped;   // where the mapping concerned was made; NULL if none is
    const syspte_context *unmapped; // where it ended before; NULL if it did not

    uint64_t system_va;        // the address concerned, as reports print it; 0 if none is
    uint64_t physical_address; // of the mapping concerned (of several: the lowest)
    uint64_t physical_last;    // last byte (of several: the highest)
    uint64_t bytes;            // as the driver gave them, of one call
    uint64_t pte_count;        // PTEs concerned, of all `count` together
    uint64_t count;            // how often: findings with equal rule and sites are one
    uint64_t held_bytes;       // of a holding: bytes of all `count` together, or that grew
    uint64_t held_pages;       // and pages; 0 for pool
    uint64_t cycles;           // SYSPTE_GROWTH: cycles that grew
    uint64_t cycles_judged;    // SYSPTE_GROWTH: cycles judged
    uint64_t cycles_since;     // SYSPTE_GROWTH: the cycle since which each one grew, the warm-up
                               // being cycle 1; 0 if the last one did not grow
    uint64_t sequence;         // order of the first occurrence
    syspte_room room;          // SYSPTE_RULE_OUT_OF_PTES: at its first occurrence; else zeros
    const char *scope;         // name of the scope it was found in; NULL outside any
    const char *text;          // the rest of the sentence where the rule alone does not say it
} syspte_finding;

// The words of a rule: the same in every report and in the documentation.
typedef struct syspte_rule {
    const char *name;   // "unmap-wrong-span"
    const char *title;  // what happened, as the rest of a report line
    const char *fix;    // the usual fix, one sentence; NULL where there is no usual one
    const char *source; // the public document the rule comes from
} syspte_rule;

// ---- Inspect

// The number of findings kept since boot, and one of them, in order of sequence.
//
// Fails: false past the last, and `out` is untouched.
size_t syspte_finding_count(void);
bool syspte_finding_at(size_t index, syspte_finding *out);

// How many findings of this rule there are, occurrences counted; expected ones count too.
uint64_t syspte_finding_occurrences(syspte_rule_id rule);

// The words of a rule; never NULL for a value below SYSPTE_RULE_COUNT, NULL above.
const syspte_rule *syspte_rule_of(syspte_rule_id rule);

// "leak", "growth", "misuse", "limit" or "note".
const char *syspte_severity_name(syspte_severity severity);

#ifdef __cplusplus
}
#endif
#endif
