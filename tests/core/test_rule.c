// SPDX-License-Identifier: MIT
// The table of rules against a second copy of what Windows documents: names, severities, bug checks
// and from where on they stop the machine.
#include "core_test.h"

#include "core/rule.h"
#include "core/text.h"

#include <string.h>

enum { NEVER = SYSPTE_VERIFIER + 1 };

static const struct {
    syspte_rule_id rule;
    const char *name;
    syspte_severity severity;
    int stops_at;
    uint32_t bugcheck;
    uint32_t parameter1;
} expected[] = {
    {SYSPTE_RULE_LEAK, "leak", SYSPTE_LEAK, NEVER, 0, 0},
    {SYSPTE_RULE_ABANDONED, "abandoned", SYSPTE_NOTE, NEVER, 0, 0},
    {SYSPTE_RULE_GROWTH, "growth", SYSPTE_GROWTH, NEVER, 0, 0},
    {SYSPTE_RULE_UNMAP_OUTSIDE, "unmap-outside", SYSPTE_MISUSE, SYSPTE_CHECK, 0xDA, 0x302},
    {SYSPTE_RULE_UNMAP_NEVER_MAPPED, "unmap-never-mapped", SYSPTE_MISUSE, SYSPTE_CHECK, 0xDA,
     0x303},
    {SYSPTE_RULE_UNMAP_MIDDLE, "unmap-middle", SYSPTE_MISUSE, SYSPTE_CHECK, 0xDA, 0x304},
    {SYSPTE_RULE_UNMAP_WRONG_SPAN, "unmap-wrong-span", SYSPTE_MISUSE, SYSPTE_CHECK, 0xDA, 0x305},
    {SYSPTE_RULE_UNMAP_TWICE, "unmap-twice", SYSPTE_MISUSE, SYSPTE_CHECK, 0xDA, 0x306},
    {SYSPTE_RULE_UNMAP_ZERO, "unmap-zero", SYSPTE_MISUSE, SYSPTE_CHECK, 0xDA, 0x300},
    {SYSPTE_RULE_UNMAP_OTHER_BYTES, "unmap-other-bytes", SYSPTE_NOTE, NEVER, 0, 0},
    {SYSPTE_RULE_UNMAP_OTHER_FUNCTION, "unmap-other-function", SYSPTE_NOTE, NEVER, 0, 0},
    {SYSPTE_RULE_PTES_LOST, "ptes-lost", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_MAP_ZERO, "map-zero", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_MAP_WRAP, "map-wrap", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_MAP_SPAN_OVERFLOW, "map-span-overflow", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_MAP_CACHE_TYPE, "map-cache-type", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_MAP_PROTECT, "map-protect", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_MAP_CACHE_CONFLICT, "map-cache-conflict", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_MAP_UNLOCKED_RAM, "map-unlocked-ram", SYSPTE_NOTE, SYSPTE_VERIFIER, 0xC4, 0x83},
    {SYSPTE_RULE_MAP_REFUSED_RANGE, "map-refused-range", SYSPTE_NOTE, NEVER, 0, 0},
    {SYSPTE_RULE_MAP_EXECUTABLE, "map-executable", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0x2001},
    {SYSPTE_RULE_MAP_IRQL, "map-irql", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0x73},
    {SYSPTE_RULE_UNMAP_IRQL, "unmap-irql", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0x7B},
    {SYSPTE_RULE_VIDEO_IRQL, "video-irql", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0xE5},
    {SYSPTE_RULE_RAISE_IRQL, "raise-irql", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0x30},
    {SYSPTE_RULE_LOWER_IRQL, "lower-irql", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0x31},
    {SYSPTE_RULE_USE_AFTER_UNMAP, "use-after-unmap", SYSPTE_MISUSE, SYSPTE_FREE, 0x50, 0},
    {SYSPTE_RULE_USE_PAST_END, "use-past-end", SYSPTE_MISUSE, SYSPTE_FREE, 0x50, 0},
    {SYSPTE_RULE_USE_NEVER_MAPPED, "use-never-mapped", SYSPTE_MISUSE, SYSPTE_FREE, 0x50, 0},
    {SYSPTE_RULE_WRITE_READ_ONLY, "write-read-only", SYSPTE_MISUSE, SYSPTE_FREE, 0xBE, 0},
    {SYSPTE_RULE_EXECUTE_NO_EXECUTE, "execute-no-execute", SYSPTE_MISUSE, SYSPTE_FREE, 0xFC, 0},
    {SYSPTE_RULE_BUGCHECK, "bugcheck", SYSPTE_MISUSE, SYSPTE_FREE, 0, 0},
    {SYSPTE_RULE_BUGCHECK_MISSING, "bugcheck-missing", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_SCOPE, "scope", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_HOST_TABLE, "host-table", SYSPTE_LIMIT, NEVER, 0, 0},
    {SYSPTE_RULE_HOST_VIEW, "host-view", SYSPTE_NOTE, NEVER, 0, 0},
    {SYSPTE_RULE_HOST_ARENA, "host-arena", SYSPTE_NOTE, NEVER, 0, 0},
    {SYSPTE_RULE_HOST_TOUCH, "host-touch", SYSPTE_LIMIT, NEVER, 0, 0},
    {SYSPTE_RULE_CONTEXTS_FULL, "contexts-full", SYSPTE_LIMIT, NEVER, 0, 0},
    {SYSPTE_RULE_HOLDINGS_FULL, "holdings-full", SYSPTE_LIMIT, NEVER, 0, 0},
    {SYSPTE_RULE_USE_NOT_VALID, "use-not-valid", SYSPTE_MISUSE, SYSPTE_FREE, 0x50, 0},
    {SYSPTE_RULE_MDL_ARGUMENT, "mdl-argument", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_MDL_IRQL, "mdl-irql", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0xE5},
    {SYSPTE_RULE_LOCK_WRONG_MDL, "lock-wrong-mdl", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0xB0},
    {SYSPTE_RULE_LOCK_NOT_MEMORY, "lock-not-memory", SYSPTE_NOTE, SYSPTE_VERIFIER, 0xC4, 0x6F},
    {SYSPTE_RULE_UNLOCK_NOT_LOCKED, "unlock-not-locked", SYSPTE_MISUSE, SYSPTE_FREE, 0x4E, 7},
    {SYSPTE_RULE_UNLOCK_POOL_MDL, "unlock-pool-mdl", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0x7D},
    {SYSPTE_RULE_UNLOCK_PARTIAL_MDL, "unlock-partial-mdl", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4,
     0xB4},
    {SYSPTE_RULE_BUILD_PAGEABLE, "build-pageable", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0x7F},
    {SYSPTE_RULE_MAP_WRONG_MDL, "map-wrong-mdl", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0xB2},
    {SYSPTE_RULE_MAP_NOT_LOCKED, "map-not-locked", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0xB3},
    {SYSPTE_RULE_MAP_UNLOCKED_PAGES, "map-unlocked-pages", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4,
     0x85},
    {SYSPTE_RULE_MAP_NOT_MEMORY, "map-not-memory", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0x89},
    {SYSPTE_RULE_MAP_OBSOLETE, "map-obsolete", SYSPTE_NOTE, SYSPTE_VERIFIER, 0xC4, 0x81},
    {SYSPTE_RULE_MAP_MUST_SUCCEED, "map-must-succeed", SYSPTE_NOTE, SYSPTE_VERIFIER, 0xC4, 0x82},
    {SYSPTE_RULE_UNMAP_MDL_NOT_MAPPED, "unmap-mdl-not-mapped", SYSPTE_MISUSE, SYSPTE_CHECK, 0xDA,
     6},
    {SYSPTE_RULE_UNMAP_MDL_CHANGED, "unmap-mdl-changed", SYSPTE_MISUSE, SYSPTE_CHECK, 0xDA, 3},
    {SYSPTE_RULE_UNMAP_PARTIAL_MDL, "unmap-partial-mdl", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4,
     0xB5},
    {SYSPTE_RULE_UNMAP_USER_ADDRESS, "unmap-user-address", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4,
     0xB9},
    {SYSPTE_RULE_FREE_MAPPED_MDL, "free-mapped-mdl", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0xB8},
    {SYSPTE_RULE_FREE_LOCKED_MDL, "free-locked-mdl", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_PARTIAL_NOT_PREPARED, "partial-not-prepared", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_PARTIAL_RANGE, "partial-range", SYSPTE_MISUSE, SYSPTE_FREE, 0x12E, 0},
    {SYSPTE_RULE_PARTIAL_TOO_SMALL, "partial-too-small", SYSPTE_MISUSE, SYSPTE_FREE, 0x40, 0},
    {SYSPTE_RULE_PROTECT_MDL, "protect-mdl", SYSPTE_MISUSE, SYSPTE_FREE, 0x1A, 0x1235},
    {SYSPTE_RULE_PORT_IRQL, "port-irql", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0xE5},
    {SYSPTE_RULE_NO_MORE_PTES, "no-more-ptes", SYSPTE_MISUSE, SYSPTE_FREE, 0x3F, 0},
    {SYSPTE_RULE_FREE_PAGES_LOCKED, "free-pages-locked", SYSPTE_MISUSE, SYSPTE_FREE, 0x4E, 0x9A},
    {SYSPTE_RULE_FREE_PAGES_MAPPED, "free-pages-mapped", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_FREE_PAGES_TWICE, "free-pages-twice", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_UNHANDLED_EXCEPTION, "unhandled-exception", SYSPTE_MISUSE, SYSPTE_FREE, 0x1E, 0},
    {SYSPTE_RULE_HOST_BUFFER, "host-buffer", SYSPTE_NOTE, NEVER, 0, 0},
    {SYSPTE_RULE_POOL_ZERO, "pool-zero", SYSPTE_NOTE, SYSPTE_VERIFIER, 0xC4, 0},
    {SYSPTE_RULE_POOL_TAG_ZERO, "pool-tag-zero", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC2, 0x9B},
    {SYSPTE_RULE_POOL_TYPE, "pool-type", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_POOL_IRQL, "pool-irql", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 1},
    {SYSPTE_RULE_FREE_NO_BLOCK, "free-no-block", SYSPTE_MISUSE, SYSPTE_FREE, 0xC2, 0x46},
    {SYSPTE_RULE_FREE_TWICE, "free-twice", SYSPTE_MISUSE, SYSPTE_FREE, 0xC2, 7},
    {SYSPTE_RULE_FREE_OTHER_TAG, "free-other-tag", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC2, 0xA},
    {SYSPTE_RULE_POOL_OVERRUN, "pool-overrun", SYSPTE_MISUSE, SYSPTE_CHECK, 0x19, 0x20},
    {SYSPTE_RULE_POOL_WRITE_AFTER_FREE, "pool-write-after-free", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_USE_AFTER_FREE, "use-after-free", SYSPTE_MISUSE, SYSPTE_FREE, 0x50, 0},
    {SYSPTE_RULE_USE_PAST_BLOCK, "use-past-block", SYSPTE_MISUSE, SYSPTE_FREE, 0x50, 0},
    {SYSPTE_RULE_MEMORY_IRQL, "memory-irql", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4, 0x20019},
    {SYSPTE_RULE_CONTIGUOUS_ARGUMENT, "contiguous-argument", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_FREE_NO_CONTIGUOUS, "free-no-contiguous", SYSPTE_MISUSE, SYSPTE_FREE, 0xC2, 0x60},
    {SYSPTE_RULE_FREE_NO_NONCACHED, "free-no-noncached", SYSPTE_MISUSE, SYSPTE_CHECK, 0xDA, 0x302},
    {SYSPTE_RULE_FREE_OTHER_SIZE, "free-other-size", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_VIEW_ARGUMENT, "view-argument", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_UNMAP_NO_VIEW, "unmap-no-view", SYSPTE_MISUSE, SYSPTE_FREE, 0xD7, 0},
    {SYSPTE_RULE_LOCK_NO_SECTION, "lock-no-section", SYSPTE_MISUSE, SYSPTE_FREE, 0x1A, 0x1234},
    {SYSPTE_RULE_UNLOCK_NO_SECTION, "unlock-no-section", SYSPTE_MISUSE, SYSPTE_FREE, 0x1A, 0x1010},
    {SYSPTE_RULE_PHYSICAL_NOT_VALID, "physical-not-valid", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_UNMAP_MDL_DUPLICATE, "unmap-mdl-duplicate", SYSPTE_MISUSE, SYSPTE_CHECK, 0xDA,
     0x01},
    {SYSPTE_RULE_UNMAP_MDL_WRONG_COUNT, "unmap-mdl-wrong-count", SYSPTE_MISUSE, SYSPTE_CHECK, 0xDA,
     0x02},
    {SYSPTE_RULE_UNMAP_MDL_FRAME_CHANGED, "unmap-mdl-frame-changed", SYSPTE_MISUSE, SYSPTE_CHECK,
     0xDA, 0x04},
    {SYSPTE_RULE_UNMAP_MDL_START_CHANGED, "unmap-mdl-start-changed", SYSPTE_MISUSE, SYSPTE_CHECK,
     0xDA, 0x05},
    {SYSPTE_RULE_MDL_PAGEABLE, "mdl-pageable", SYSPTE_MISUSE, NEVER, 0xC4, 0x140},
    {SYSPTE_RULE_MDL_INVARIANT_WRITE, "mdl-invariant-write", SYSPTE_MISUSE, NEVER, 0xC4, 0x1010},
    {SYSPTE_RULE_MDL_INVARIANT_READ, "mdl-invariant-read", SYSPTE_MISUSE, NEVER, 0xC4, 0x1011},
    {SYSPTE_RULE_MAP_MDL_EXECUTABLE, "map-mdl-executable", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0xC4,
     0x2002},
    {SYSPTE_RULE_MDL_INVALID_PAGE, "mdl-invalid-page", SYSPTE_MISUSE, SYSPTE_FREE, 0x1A, 0x1236},
    {SYSPTE_RULE_BUILD_NOT_RESIDENT, "build-not-resident", SYSPTE_MISUSE, SYSPTE_FREE, 0x1A,
     0x1240},
    {SYSPTE_RULE_PROBE_RAISED, "probe-raised", SYSPTE_NOTE, NEVER, 0, 0},
    {SYSPTE_RULE_REUSE_MAPPED_MDL, "reuse-mapped-mdl", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_PROCESS_LEFT_LOCKED, "process-left-locked", SYSPTE_MISUSE, NEVER, 0x76, 0x00},
    {SYSPTE_RULE_PROCESS_LEFT_TRACKED, "process-left-tracked", SYSPTE_MISUSE, NEVER, 0xCB, 0},
    {SYSPTE_RULE_EXCESSIVE_PTES, "excessive-ptes", SYSPTE_MISUSE, SYSPTE_TRACK, 0xD8, 0},
    {SYSPTE_RULE_RESERVED_ZERO, "reserved-zero", SYSPTE_MISUSE, SYSPTE_FREE, 0xDA, 0x100},
    {SYSPTE_RULE_RESERVED_FREE_OTHER_TAG, "reserved-free-other-tag", SYSPTE_MISUSE, SYSPTE_FREE,
     0xDA, 0x101},
    {SYSPTE_RULE_RESERVED_FREE_EMPTY, "reserved-free-empty", SYSPTE_MISUSE, SYSPTE_FREE, 0xDA,
     0x102},
    {SYSPTE_RULE_RESERVED_FREE_MAPPED, "reserved-free-mapped", SYSPTE_MISUSE, SYSPTE_FREE, 0xDA,
     0x103},
    {SYSPTE_RULE_RESERVED_MAP_OTHER_TAG, "reserved-map-other-tag", SYSPTE_MISUSE, SYSPTE_FREE, 0xDA,
     0x104},
    {SYSPTE_RULE_RESERVED_MAP_INVALID, "reserved-map-invalid", SYSPTE_MISUSE, SYSPTE_FREE, 0xDA,
     0x105},
    {SYSPTE_RULE_RESERVED_MAP_IN_USE, "reserved-map-in-use", SYSPTE_MISUSE, SYSPTE_FREE, 0xDA,
     0x107},
    {SYSPTE_RULE_RESERVED_UNMAP_OTHER_TAG, "reserved-unmap-other-tag", SYSPTE_MISUSE, SYSPTE_FREE,
     0xDA, 0x108},
    {SYSPTE_RULE_RESERVED_UNMAP_EMPTY, "reserved-unmap-empty", SYSPTE_MISUSE, SYSPTE_FREE, 0xDA,
     0x109},
    {SYSPTE_RULE_RESERVED_UNMAP_TOO_MANY, "reserved-unmap-too-many", SYSPTE_MISUSE, SYSPTE_FREE,
     0xDA, 0x10A},
    {SYSPTE_RULE_RESERVED_UNMAP_PART_FREE, "reserved-unmap-part-free", SYSPTE_MISUSE, SYSPTE_FREE,
     0xDA, 0x10B},
    {SYSPTE_RULE_RESERVED_UNMAP_PART, "reserved-unmap-part", SYSPTE_MISUSE, SYSPTE_FREE, 0xDA,
     0x10C},
    {SYSPTE_RULE_PTES_RESERVE_ZERO, "ptes-reserve-zero", SYSPTE_MISUSE, NEVER, 0xDA, 0x200},
    {SYSPTE_RULE_PTES_RESERVE_TWICE, "ptes-reserve-twice", SYSPTE_MISUSE, NEVER, 0xDA, 0x201},
    {SYSPTE_RULE_PTES_RESERVE_OVERLAP, "ptes-reserve-overlap", SYSPTE_MISUSE, NEVER, 0xDA, 0x202},
    {SYSPTE_RULE_UNMAP_NOT_PERMITTED, "unmap-not-permitted", SYSPTE_MISUSE, NEVER, 0xDA, 0x301},
    {SYSPTE_RULE_UNMAP_UNKNOWN_IO, "unmap-unknown-io", SYSPTE_MISUSE, SYSPTE_CHECK, 0xDA, 0x400},
    {SYSPTE_RULE_CONTIGUOUS_BELOW_4G, "contiguous-below-4g", SYSPTE_MISUSE, NEVER, 0xC4, 0x141},
    {SYSPTE_RULE_FREE_USER_ADDRESS, "free-user-address", SYSPTE_MISUSE, NEVER, 0xC2, 0x40},
    {SYSPTE_RULE_POOL_MUST_SUCCEED, "pool-must-succeed", SYSPTE_MISUSE, NEVER, 0xC2, 0x9A},
    {SYSPTE_RULE_POOL_TAG_BIG, "pool-tag-big", SYSPTE_MISUSE, NEVER, 0xC2, 0x9C},
    {SYSPTE_RULE_POOL_TAG_UNREADABLE, "pool-tag-unreadable", SYSPTE_MISUSE, NEVER, 0xC2, 0x9D},
    {SYSPTE_RULE_POOL_WHILE_UNLOADING, "pool-while-unloading", SYSPTE_MISUSE, NEVER, 0xC4, 0x61},
    {SYSPTE_RULE_POOL_LEFT, "pool-left", SYSPTE_MISUSE, NEVER, 0xC4, 0x62},
    {SYSPTE_RULE_PTES_CORRUPTED, "ptes-corrupted", SYSPTE_MISUSE, NEVER, 0xDB, 0},
    {SYSPTE_RULE_IRP_COMPLETED_TWICE, "irp-completed-twice", SYSPTE_MISUSE, SYSPTE_FREE, 0x44, 0},
    {SYSPTE_RULE_DEVICE_SCRIPT, "device-script", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_DEVICE_UNMET, "device-unmet", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_DEVICE_ACCESS, "device-access", SYSPTE_LIMIT, NEVER, 0, 0},
    {SYSPTE_RULE_ACQUIRE_TWICE, "acquire-twice", SYSPTE_MISUSE, SYSPTE_FREE, 0, 0},
    {SYSPTE_RULE_RELEASE_NOT_HELD, "release-not-held", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0, 0},
    {SYSPTE_RULE_RELEASE_OTHER_THREAD, "release-other-thread", SYSPTE_MISUSE, SYSPTE_VERIFIER, 0,
     0},
    {SYSPTE_RULE_LOCK_NOT_INITIALIZED, "lock-not-initialized", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_SPIN_LOCK_IRQL, "spin-lock-irql", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_SPIN_LOCK_OLD_IRQL, "spin-lock-old-irql", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_SPIN_LOCK_OTHER_WAY, "spin-lock-other-way", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_CALL_IRQL, "call-irql", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_WAIT_FOREVER, "wait-forever", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_ROUTINE_IRQL, "routine-irql", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_QUEUED_TWICE, "queued-twice", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_FREE_QUEUED, "free-queued", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_STALL_LONG, "stall-long", SYSPTE_NOTE, NEVER, 0, 0},
    {SYSPTE_RULE_DEVICE_ATTACHED, "device-attached", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_DEVICE_NOT_ATTACHED, "device-not-attached", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_NO_STACK_LOCATION, "no-stack-location", SYSPTE_MISUSE, SYSPTE_FREE, 0x35, 0},
    {SYSPTE_RULE_DEVICES_LEFT, "devices-left", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_MDL_UNREADABLE, "mdl-unreadable", SYSPTE_MISUSE, SYSPTE_FREE, 0x50, 0},
    {SYSPTE_RULE_FAULT_INJECTED, "fault-injected", SYSPTE_NOTE, NEVER, 0, 0},
    {SYSPTE_RULE_FAULT_UNUSED, "fault-unused", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_FAULT_ELSEWHERE, "fault-elsewhere", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_FAULT_ENDLESS, "fault-endless", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_OUT_OF_PTES, "out-of-ptes", SYSPTE_NOTE, NEVER, 0, 0},
    {SYSPTE_RULE_NOT_SIMULATED, "not-simulated", SYSPTE_LIMIT, NEVER, 0, 0},
    {SYSPTE_RULE_IRP_NEVER_COMPLETED, "irp-never-completed", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_IRP_STATUS, "irp-status", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_IRP_MUST_SUCCEED, "irp-must-succeed", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_INTERFACE_REFERENCE, "interface-reference", SYSPTE_NOTE, NEVER, 0, 0},
    {SYSPTE_RULE_USE_NULL, "use-null", SYSPTE_MISUSE, SYSPTE_FREE, 0x1E, 0},
    {SYSPTE_RULE_USE_USER_ADDRESS, "use-user-address", SYSPTE_MISUSE, SYSPTE_FREE, 0x1E, 0},
    {SYSPTE_RULE_TRY_LEFT, "try-left", SYSPTE_LIMIT, NEVER, 0, 0},
    {SYSPTE_RULE_WDF_HANDLE, "wdf-handle", SYSPTE_MISUSE, SYSPTE_FREE, 0x10D, 5},
    {SYSPTE_RULE_WDF_DELETED, "wdf-deleted", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_WDF_LAST_REFERENCE, "wdf-last-reference", SYSPTE_MISUSE, SYSPTE_FREE, 0x10D, 7},
    {SYSPTE_RULE_WDF_DELETE_KEPT, "wdf-delete-kept", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_WDF_SIZE, "wdf-size", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_WDF_CALLBACK_IRQL, "wdf-callback-irql", SYSPTE_MISUSE, SYSPTE_FREE, 0x10D, 14},
    {SYSPTE_RULE_CLOSE_BAD_HANDLE, "close-bad-handle", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_TABLE_FULL, "table-full", SYSPTE_LIMIT, NEVER, 0, 0},
    {SYSPTE_RULE_WDF_LOCK_TWICE, "wdf-lock-twice", SYSPTE_MISUSE, SYSPTE_FREE, 0x10D, 2},
    {SYSPTE_RULE_WDF_REQUEST_LENGTH, "wdf-request-length", SYSPTE_MISUSE, SYSPTE_FREE, 0x10D, 6},
    {SYSPTE_RULE_WDF_REQUEST_KEPT, "wdf-request-kept", SYSPTE_MISUSE, NEVER, 0, 0},
    {SYSPTE_RULE_WAIT_OBJECTS, "wait-objects", SYSPTE_MISUSE, SYSPTE_FREE, 0x0C, 0},
    {SYSPTE_RULE_DEREFERENCE_NOT_HELD, "dereference-not-held", SYSPTE_MISUSE, NEVER, 0, 0},
};

static void every_rule_is_as_documented(void **state)
{
    (void)state;
    assert_int_equal(COUNT_OF(expected), SYSPTE_RULE_COUNT);
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        const syspte_rule_row *row = syspte_rule_row_of(expected[i].rule);
        assert_int_equal(expected[i].rule, i);
        assert_string_equal(row->words.name, expected[i].name);
        assert_int_equal(row->severity, expected[i].severity);
        assert_int_equal(row->stops_at, expected[i].stops_at);
        assert_int_equal(row->bugcheck, expected[i].bugcheck);
        assert_int_equal(row->parameter1, expected[i].parameter1);
    }
}

static void every_rule_has_words(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SYSPTE_RULE_COUNT; i++) {
        const syspte_rule *rule = syspte_rule_of((syspte_rule_id)i);
        assert_non_null(rule);
        assert_ptr_equal(rule, &syspte_rule_row_of((syspte_rule_id)i)->words);
        assert_true(strlen(rule->title) > 5);
        assert_true(rule->fix == NULL || strlen(rule->fix) > 5);
        assert_true(i == SYSPTE_RULE_ABANDONED || strlen(rule->source) > 5);
        for (unsigned j = 0; j < i; j++) {
            const syspte_rule *other = syspte_rule_of((syspte_rule_id)j);
            assert_string_not_equal(rule->name, other->name);
            assert_string_not_equal(rule->title, other->title);
        }
    }
}

// A rule from a bug check names it as its source, with the parameter that tells the case.
static void sources_name_the_bug_check(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SYSPTE_RULE_COUNT; i++) {
        const syspte_rule_row *row = syspte_rule_row_of((syspte_rule_id)i);
        core_text out;
        syspte_writer writer = core_text_writer(&out);
        syspte_text text = {.writer = &writer};
        if (row->bugcheck == 0) {
            continue;
        }
        syspte_text_add(&text, "bug check ");
        syspte_text_hex(&text, row->bugcheck, 2);
        assert_true(row->has_parameter1 || row->parameter1 == 0);
        if (row->has_parameter1) {
            syspte_text_add(&text, ", ");
            syspte_text_hex(&text, row->parameter1, 2);
        }
        syspte_text_end(&text);
        out.text[out.bytes - 1] = 0;
        assert_string_equal(row->words.source, out.text);
        assert_string_not_equal(syspte_bugcheck_name(row->bugcheck), "?");
    }
}

static void a_rule_that_is_none_has_no_words(void **state)
{
    (void)state;
    assert_null(syspte_rule_of(SYSPTE_RULE_COUNT));
    assert_null(syspte_rule_of((syspte_rule_id)-1));
}

static void severities_have_names(void **state)
{
    (void)state;
    assert_string_equal(syspte_severity_name(SYSPTE_LEAK), "leak");
    assert_string_equal(syspte_severity_name(SYSPTE_GROWTH), "growth");
    assert_string_equal(syspte_severity_name(SYSPTE_MISUSE), "misuse");
    assert_string_equal(syspte_severity_name(SYSPTE_LIMIT), "limit");
    assert_string_equal(syspte_severity_name(SYSPTE_NOTE), "note");
    assert_string_equal(syspte_severity_name((syspte_severity)(SYSPTE_NOTE + 1)), "?");
    assert_string_equal(syspte_severity_name((syspte_severity)-1), "?");
}

static void functions_and_cache_types_have_their_windows_names(void **state)
{
    (void)state;
    static const char *const apis[] = {
        "?",
        "MmMapIoSpace",
        "MmMapIoSpaceEx",
        "MmUnmapIoSpace",
        "MmMapVideoDisplay",
        "MmUnmapVideoDisplay",
        "KeRaiseIrql",
        "KeLowerIrql",
        "KeBugCheckEx",
        "access",
        "MmMapLockedPages",
        "MmMapLockedPagesSpecifyCache",
        "MmGetSystemAddressForMdl",
        "MmGetSystemAddressForMdlSafe",
        "MmUnmapLockedPages",
        "MmProtectMdlSystemAddress",
        "MmAdvanceMdl",
        "MmMapMdl",
        "MmAllocateMdlForIoSpace",
        "MmAllocateMappingAddress",
        "MmAllocateMappingAddressEx",
        "MmFreeMappingAddress",
        "MmMapLockedPagesWithReservedMapping",
        "MmUnmapReservedMapping",
        "MmCreateMdl",
        "IoAllocateMdl",
        "IoFreeMdl",
        "IoBuildPartialMdl",
        "MmPrepareMdlForReuse",
        "MmBuildMdlForNonPagedPool",
        "MmProbeAndLockPages",
        "MmProbeAndLockProcessPages",
        "MmProbeAndLockSelectedPages",
        "MmUnlockPages",
        "MmAllocatePagesForMdl",
        "MmAllocatePagesForMdlEx",
        "MmAllocateNodePagesForMdlEx",
        "MmFreePagesFromMdl",
        "MmFreePagesFromMdlEx",
        "MmAllocateContiguousMemory",
        "MmAllocateContiguousMemorySpecifyCache",
        "MmAllocateContiguousMemorySpecifyCacheNode",
        "MmAllocateContiguousNodeMemory",
        "MmFreeContiguousMemory",
        "MmFreeContiguousMemorySpecifyCache",
        "MmAllocateNonCachedMemory",
        "MmFreeNonCachedMemory",
        "MmMapViewInSystemSpace",
        "MmUnmapViewInSystemSpace",
        "MmLockPagableDataSection",
        "MmLockPagableSectionByHandle",
        "MmUnlockPagableImageSection",
        "ExAllocatePool",
        "ExAllocatePoolWithTag",
        "ExAllocatePoolWithQuotaTag",
        "ExAllocatePoolZero",
        "ExAllocatePoolUninitialized",
        "ExAllocatePool2",
        "ExFreePool",
        "ExFreePoolWithTag",
        "IoCompleteRequest",
        "NdisMMapIoSpace",
        "NdisMUnmapIoSpace",
        "StorPortGetDeviceBase",
        "StorPortFreeDeviceBase",
        "VideoPortMapMemory",
        "VideoPortUnmapMemory",
        "AllocateCommonBuffer",
        "FreeCommonBuffer",
        "MmGetSystemRoutineAddress",
        "ExRaiseStatus",
        "MmGetPhysicalAddress",
        "MmIsAddressValid",
        "MmGetCacheAttribute",
        "MmIsIoSpaceActive",
        "IoAllocateIrp",
        "IoFreeIrp",
        "IoGetDmaAdapter",
        "PutDmaAdapter",
        "KeAcquireSpinLock",
        "KeAcquireSpinLockAtDpcLevel",
        "KeTryToAcquireSpinLockAtDpcLevel",
        "KeReleaseSpinLock",
        "KeReleaseSpinLockFromDpcLevel",
        "KeAcquireInStackQueuedSpinLock",
        "KeAcquireInStackQueuedSpinLockAtDpcLevel",
        "KeReleaseInStackQueuedSpinLock",
        "KeReleaseInStackQueuedSpinLockFromDpcLevel",
        "KeSetEvent",
        "KeResetEvent",
        "KeClearEvent",
        "KeWaitForSingleObject",
        "KeReleaseMutex",
        "ExAcquireFastMutex",
        "ExTryToAcquireFastMutex",
        "ExReleaseFastMutex",
        "KeInsertQueueDpc",
        "KeRemoveQueueDpc",
        "IoAllocateWorkItem",
        "IoQueueWorkItem",
        "IoFreeWorkItem",
        "ExQueueWorkItem",
        "KeSetTimer",
        "KeSetTimerEx",
        "KeCancelTimer",
        "KeDelayExecutionThread",
        "KeStallExecutionProcessor",
        "IoCreateDevice",
        "IoDeleteDevice",
        "IoCreateSymbolicLink",
        "IoDeleteSymbolicLink",
        "IoAttachDeviceToDeviceStack",
        "IoDetachDevice",
        "IoCallDriver",
        "KeFlushQueuedDpcs",
        "call",
        "IoConnectInterrupt",
        "IoDisconnectInterrupt",
        "KeSynchronizeExecution",
        "KeAcquireInterruptSpinLock",
        "KeReleaseInterruptSpinLock",
        "PoRequestPowerIrp",
        "ProbeForRead",
        "ProbeForWrite",
        "__try",
        "a framework function",
        "WdfObjectCreate",
        "WdfObjectAllocateContext",
        "WdfObjectGetTypedContext",
        "WdfObjectDelete",
        "WdfObjectReference",
        "WdfObjectDereference",
        "WdfDriverCreate",
        "WdfControlDeviceInitAllocate",
        "WdfDeviceCreate",
        "ZwClose",
        "ZwOpenKey",
        "ZwCreateKey",
        "ZwDeleteKey",
        "ZwFlushKey",
        "ZwQueryKey",
        "ZwEnumerateKey",
        "ZwQueryValueKey",
        "ZwEnumerateValueKey",
        "ZwSetValueKey",
        "ZwDeleteValueKey",
        "RtlQueryRegistryValues",
        "RtlWriteRegistryValue",
        "RtlDeleteRegistryValue",
        "RtlCheckRegistryKey",
        "RtlCreateRegistryKey",
        "WdfInterruptCreate",
        "WdfSpinLockCreate",
        "WdfWaitLockCreate",
        "WdfWaitLockAcquire",
        "WdfWaitLockRelease",
        "WdfTimerCreate",
        "WdfWorkItemCreate",
        "WdfDpcCreate",
        "WdfMemoryCreate",
        "WdfMemoryCreatePreallocated",
        "WdfLookasideListCreate",
        "WdfCollectionCreate",
        "WdfStringCreate",
        "WdfDmaEnablerCreate",
        "WdfCommonBufferCreate",
        "WdfIoQueueCreate",
        "WdfRequestComplete",
        "WdfRegistryOpenKey",
        "RtlAnsiStringToUnicodeString",
        "RtlUnicodeStringToAnsiString",
        "RtlUpcaseUnicodeString",
        "RtlDowncaseUnicodeString",
        "RtlStringFromGUID",
        "RtlFreeUnicodeString",
        "RtlFreeAnsiString",
        "IoOpenDeviceRegistryKey",
        "IoOpenDriverRegistryKey",
        "IoOpenDeviceInterfaceRegistryKey",
        "IoGetDeviceProperty",
        "IoRegisterDeviceInterface",
        "IoSetDeviceInterfaceState",
        "KeWaitForMultipleObjects",
        "KeReleaseSemaphore",
        "IoCancelIrp",
        "IoBuildDeviceIoControlRequest",
        "IoBuildSynchronousFsdRequest",
        "ObReferenceObject",
        "ObDereferenceObject",
        "IoGetAttachedDeviceReference",
        "IoGetDeviceObjectPointer",
        "PsCreateSystemThread",
        "PsTerminateSystemThread",
        "ObReferenceObjectByHandle",
    };
    static const char *const caches[] = {"MmNonCached", "MmCached", "MmWriteCombined"};
    assert_int_equal(COUNT_OF(apis), SYSPTE_API_COUNT);
    for (unsigned i = 0; i < COUNT_OF(apis); i++) {
        assert_string_equal(syspte_api_name(i), apis[i]);
    }
    for (unsigned i = 0; i < COUNT_OF(caches); i++) {
        assert_string_equal(syspte_cache_name(i), caches[i]);
    }
    assert_string_equal(syspte_api_name(SYSPTE_API_COUNT), "?");
    assert_string_equal(syspte_api_name(UINT32_MAX), "?");
    assert_string_equal(syspte_cache_name(3), "?");
}

int core_test_rule(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_is_as_documented),
        cmocka_unit_test(every_rule_has_words),
        cmocka_unit_test(sources_name_the_bug_check),
        cmocka_unit_test(a_rule_that_is_none_has_no_words),
        cmocka_unit_test(severities_have_names),
        cmocka_unit_test(functions_and_cache_types_have_their_windows_names),
    };
    return cmocka_run_group_tests_name("core.rule", tests, NULL, NULL);
}
