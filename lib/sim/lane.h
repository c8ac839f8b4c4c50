// SPDX-License-Identifier: MIT
// Lanes: how threads map at the same time in the fast order. A lane is one thread's own share: runs
// of up to 16 PTEs it freed or fetched, a block of sequence numbers, counts that are not yet in the
// account, and the mappings it ended last. The ways here are the frequent ones only: a map or unmap
// as it should be, of a machine with accounting only, with a context the tables know. Everything
// else takes the world: all lanes and the machine's lock, with every lane folded back into pool and
// account, which are then exact.
#ifndef SYSPTE_SIM_LANE_H
#define SYSPTE_SIM_LANE_H

#include "core/account.h"
#include "port_lock.h"
#include <syspte/machine.h>

enum {
    SYSPTE_LANES = 64,
    SYSPTE_LANE_RUN = 16,    // PTEs of the longest run a lane keeps
    SYSPTE_LANE_KEEP = 64,   // runs of each length
    SYSPTE_LANE_ENDED = 64,  // ended mappings
    SYSPTE_LANE_NUMBERS = 4096,
    SYSPTE_LANE_PATIENCE = 1024 // long ways into the lock before it leans again
};

typedef struct syspte_thread syspte_thread;

typedef struct syspte_lane {
    _Alignas(128) syspte_port_lock lock;
    uint64_t sequence; // next number; up to sequence_end
    uint64_t sequence_end;
    int64_t live_mappings; // since the last fold
    int64_t live_ptes;
    uint64_t maps;
    uint32_t long_ways; // into its lock since that leaned towards its thread
    uint32_t kept[SYSPTE_LANE_RUN + 1];
    uint32_t run[SYSPTE_LANE_RUN + 1][SYSPTE_LANE_KEEP];
    uint32_t ended_count; // since the last fold; a ring
    syspte_ended ended[SYSPTE_LANE_ENDED];
} syspte_lane;

// ---- Begin and end

// Empties all lanes without giving anything back: the machine they belonged to is gone.
void syspte_lanes_begin(void);

// ---- Use

// Takes the machine for a call that is not on the frequent way. In the strict order that is its
// lock; in the fast order all lanes are taken too, and folded back.
static inline void syspte_world_take(void);
static inline void syspte_world_give(void);

// The same for machines with lanes.
void syspte_lanes_take(void);
void syspte_lanes_give(void);

// Maps from the calling thread's lane; `row` lacks only its id and sequence. NULL: take the world
// and map there.
void *syspte_lane_try_map(syspte_thread *thread, const syspte_row *row, unsigned cache);

// Unmaps into the calling thread's lane. False, and nothing was done: take the world.
bool syspte_lane_try_unmap(syspte_thread *thread, const void *address, uint64_t bytes,
                           unsigned kind, uint32_t context);

#endif
