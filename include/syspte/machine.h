// SPDX-License-Identifier: MIT
// The machine: the simulated computer a driver runs on in a test. A process has at most one.
#ifndef SYSPTE_MACHINE_H
#define SYSPTE_MACHINE_H

#include <syspte/mapping.h>
#include <syspte/profile.h>

#ifdef __cplusplus
extern "C" {
#endif

// How closely Windows looks, from a free build to Driver Verifier.
typedef enum syspte_strictness {
    SYSPTE_FREE,    // only what stops every Windows does; else a finding is recorded, and the
                    // damage is emulated
    SYSPTE_TRACK,   // TrackPtes 1: the same; mappings have callers
    SYSPTE_CHECK,   // TrackPtes 3: misuse stops the machine with 0xDA SYSTEM_PTE_MISUSE
    SYSPTE_VERIFIER // and with 0xC4 DRIVER_VERIFIER_DETECTED_VIOLATION
} syspte_strictness;

// What happens when a physical page is mapped with another cache type than a live mapping of it.
// Windows documents only that the result is undefined: a policy.
typedef enum syspte_cache_conflict {
    SYSPTE_CONFLICT_OVERRIDE, // succeeds with the cache type of the live mapping
    SYSPTE_CONFLICT_FAIL,     // returns NULL
    SYSPTE_CONFLICT_ALLOW     // succeeds with the cache type asked for
} syspte_cache_conflict;

// What MmMapIoSpace does with the cache types 3 to 5, "reserved for system use": a policy.
typedef enum syspte_reserved_cache {
    SYSPTE_RESERVED_CACHE_FAIL, // returns NULL
    SYSPTE_RESERVED_CACHE_ALIAS // 3 is cached, 4 noncached, 5 write-combined
} syspte_reserved_cache;

// Which 0xDA an unmap raises whose address begins no mapping and lies in none. Windows documents
// both; which of its checks comes first is not known: a policy.
typedef enum syspte_unknown_unmap {
    SYSPTE_UNKNOWN_BY_RANGE,  // 0x302, 0x303 or 0x306, by what the PTEs are
    SYSPTE_UNKNOWN_IO_MAPPING // 0x400, "unknown I/O-space mapping", for all of them
} syspte_unknown_unmap;

// What contiguous memory is made of. Out of nonpaged pool it takes no PTEs; mapped it takes one a
// page. How current Windows decides is not documented: a policy.
typedef enum syspte_contiguous {
    SYSPTE_CONTIGUOUS_BY_CACHE, // cached: out of nonpaged pool; else mapped
    SYSPTE_CONTIGUOUS_POOL,     // always out of nonpaged pool
    SYSPTE_CONTIGUOUS_PTES      // always mapped
} syspte_contiguous;

// How PTEs are handed out. Strict: one lock, and the same calls give the same addresses in every
// run. Fast: threads keep freed runs of up to 16 PTEs for themselves; addresses then depend on
// which threads ran before.
typedef enum syspte_order { SYSPTE_ORDER_STRICT, SYSPTE_ORDER_FAST } syspte_order;

// Where MmMapLockedPagesWithReservedMapping may begin. Its page says the reservation's start;
// drivers also map an MDL once more right behind itself: a policy.
typedef enum syspte_reserved_begin {
    SYSPTE_RESERVED_BEGIN_PAGE, // at any free page of the reservation
    SYSPTE_RESERVED_BEGIN_START // in its first page only: else 0xDA/0x105
} syspte_reserved_begin;

// Everything tests vary. Start from syspte_config_default().
typedef struct syspte_config {
    const syspte_profile *profile;            // win7-x64
    uint64_t pte_count;                       // 0: the profile's; at most 4,294,967,296
    uint64_t ram_bytes;                       // 1 GiB; 1 to 524,288 whole pages from
                                              // physical address 0x40000000 on: for pool,
                                              // contiguous memory and pages for MDLs
    syspte_placement placement;               // the profile's
    syspte_strictness strictness;             // SYSPTE_CHECK
    syspte_order order;                       // SYSPTE_ORDER_STRICT
    bool accounting_only;                     // false; true: mappings have no memory behind them
    bool gap;                                 // true; a page that faults lies behind each mapping
                                              // then, and costs no PTE
    bool hvci;                                // false; true: executable mappings are a violation
    bool unmap_at_apc;                        // false; true: MmUnmapIoSpace is limited to APC_LEVEL
                                              // as 0xC4/0x7B says, not DISPATCH_LEVEL
    syspte_cache_conflict cache_conflict;     // SYSPTE_CONFLICT_OVERRIDE
    syspte_reserved_cache reserved_cache;     // SYSPTE_RESERVED_CACHE_FAIL
    syspte_unknown_unmap unknown_unmap;       // SYSPTE_UNKNOWN_BY_RANGE
    syspte_contiguous contiguous;             // SYSPTE_CONTIGUOUS_BY_CACHE
    uint64_t quarantine_ptes;                 // 0: freed PTEs can be reused at once; else this many
                                              // wait, and are given back before a map fails
    unsigned stack_frames;                    // 0; up to 32 frames are stored with each site
    uint32_t history_rows;                    // 4096: ended mappings that are remembered
    uint64_t view_limit;                      // 0: chosen from the host's limit; else how many
                                              // mappings may have host views at the same time,
                                              // at least 2
    uint64_t priority_low_ptes;               // 0; else an MDL's map with LowPagePriority fails
                                              // that would leave fewer free PTEs than this
    uint64_t priority_normal_ptes;            // 0; the same for NormalPagePriority
    unsigned guard_ptes;                      // 2: PTEs of MdlMappingWithGuardPtes, at most 16: one
                                              // half in front of the mapping, the rest behind
    unsigned mdl_fixed_pages;                 // 23: IoAllocateMdl marks MDLs of up to so many
                                              // pages as MDL_ALLOCATED_FIXED_SIZE
    unsigned reserved_header_ptes;            // 2: PTEs in front of each reserved mapping, at most
                                              // 16
    syspte_reserved_begin reserved_begin;     // SYSPTE_RESERVED_BEGIN_PAGE
} syspte_config;

// The pool and the ledger in numbers, exact at the moment of the call.
typedef struct syspte_counters {
    uint64_t pte_total;
    uint64_t pte_free;      // not mapped and not quarantined
    uint64_t pte_quarantined;
    uint64_t free_blocks;   // runs of free PTEs
    uint64_t largest_free_block;
    uint64_t live_mappings;
    uint64_t live_ptes;
    uint64_t pte_elsewhere; // taken by the rest of the system: syspte_pool_fragment
    uint64_t lost_ptes;     // taken, and held by no mapping: damage by an unmap of another span
    uint64_t maps;          // that succeeded, since boot
    uint64_t failed_maps;   // that returned NULL for want of PTEs, since boot
    uint64_t peak_ptes;     // most PTEs taken at a time since boot, the rest of the system's
                            // included (fast order: at most this)
} syspte_counters;

// What a boot could not get from this host. All zero and NULL where it got everything.
typedef struct syspte_limits {
    uint64_t pte_backed;  // PTEs below this index can have memory behind them
    uint64_t pte_tracked; // a map that would need a PTE from this index on fails: a finding
    bool arena_moved;     // host addresses differ from other runs; reports do not
    const char *reason;   // why any of this is less than the profile asks; NULL if nothing is
} syspte_limits;

// ---- Begin and end

// The defaults named above.
syspte_config syspte_config_default(void);

// Starts the machine; the previous one, if any, is shut down first. NULL means the defaults.
//
// Fails: false, with a message that says what to do instead, for a config that makes no sense or
// a host without any memory to lend; there is then no machine.
// Costs: microseconds, whatever the profile's size: tables are touched only where they are used.
bool syspte_boot(const syspte_config *config);

// Ends the machine and everything in it. What is still held (mappings, pool, locked pages and the
// like) is recorded as leaks first; syspte_report afterwards still tells them. Returns how many
// mappings and other holdings there were; 0 without machine.
//
// Owns: all addresses the machine gave out are invalid afterwards. Names of files and functions are
//       kept by reference: unload a driver's code only after the last report.
// Needs: no other thread is in the middle of a driver's call; one that calls later is told that
//        there is no machine.
uint64_t syspte_shutdown(void);

// ---- Inspect

bool syspte_is_booted(void);

// The config of the running machine with its profile's values filled in; NULL without one.
const syspte_config *syspte_machine_config(void);

// Costs: largest_free_block and free_blocks are found when they are asked for: here.
syspte_counters syspte_counters_now(void);

syspte_limits syspte_limits_now(void);

// Calls `visit` for every live mapping in order of PTEs until it answers false.
//
// A mapping that begins or ends meanwhile may or may not be visited; `visit` may unmap.
//
// Costs: O(PTEs between the lowest and the highest ever used).
void syspte_mappings_each(bool (*visit)(void *context, const syspte_mapping *mapping),
                          void *context);

// Every invariant of pool and ledger, once: NULL, or the text of the first broken one.
const char *syspte_machine_check(void);

#ifdef __cplusplus
}
#endif
#endif
