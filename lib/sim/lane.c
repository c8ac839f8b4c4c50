// SPDX-License-Identifier: MIT
// Locks are taken in one order: lanes by their number, then the machine. A lane fetches runs and
// sequence numbers in batches under the machine's lock, and gives runs back the same way. A thread
// that has no lane (64 are taken) always takes the world.
#include "sim/lane.h"
#include "sim/ptes.h"

static syspte_lane lanes[SYSPTE_LANES];
static uint32_t lane_count; // in use by this machine; changes under the machine's lock
static bool lanes_ready;

void syspte_lanes_begin(void)
{
    if (!lanes_ready) {
        for (unsigned i = 0; i < SYSPTE_LANES; i++) {
            syspte_lock_init(&lanes[i].lock);
        }
        lanes_ready = true;
    }
    for (unsigned i = 0; i < lane_count; i++) {
        syspte_lane *lane = &lanes[i];
        lane->sequence = lane->sequence_end = 0;
        lane->live_mappings = lane->live_ptes = 0;
        lane->maps = 0;
        lane->ended_count = 0;
        for (unsigned length = 0; length <= SYSPTE_LANE_RUN; length++) {
            lane->kept[length] = 0;
        }
    }
    syspte_store_release_32(&lane_count, 0);
}

static syspte_lane *lane_of(syspte_thread *thread)
{
    if (thread->lane == 0) {
        syspte_lock_take(&syspte_the.lock);
        uint32_t number = lane_count;
        bool is_new = thread->generation == syspte_the.generation; // and not of an older machine
        if (is_new && number < SYSPTE_LANES) {
            syspte_store_release_32(&lane_count, number + 1);
        }
        syspte_lock_give(&syspte_the.lock);
        if (!is_new) {
            return NULL;
        }
        thread->lane = number + 1;
        if (number < SYSPTE_LANES) {
            syspte_lock_take(&lanes[number].lock);
            syspte_port_lock_lean(&lanes[number].lock);
            syspte_lock_give(&lanes[number].lock);
        }
    }
    return thread->lane <= SYSPTE_LANES ? &lanes[thread->lane - 1] : NULL;
}

static void fold(syspte_lane *lane)
{
    syspte_machine *m = &syspte_the;
    m->account.live_mappings += (uint64_t)lane->live_mappings;
    m->account.live_ptes += (uint64_t)lane->live_ptes;
    m->attributes.live[m->lane_cache] += (uint64_t)lane->live_mappings;
    m->maps += lane->maps;
    lane->live_mappings = lane->live_ptes = 0;
    lane->maps = 0;
    lane->sequence = lane->sequence_end = 0;
    for (unsigned length = 1; length <= SYSPTE_LANE_RUN; length++) {
        while (lane->kept[length] > 0) {
            syspte_pool_give(&m->pool, lane->run[length][--lane->kept[length]], length);
        }
    }
    uint32_t first = lane->ended_count > SYSPTE_LANE_ENDED ? lane->ended_count - SYSPTE_LANE_ENDED
                                                           : 0;
    for (uint32_t i = first; i < lane->ended_count; i++) {
        const syspte_ended *ended = &lane->ended[i % SYSPTE_LANE_ENDED];
        syspte_history_add(&m->account.history, &ended->row, ended->unmapped, ended->order);
    }
    lane->ended_count = 0;
}

void syspte_lanes_take(void)
{
    syspte_machine *m = &syspte_the;
    uint32_t taken = 0;
    for (;;) {
        uint32_t count = syspte_load_acquire_32(&lane_count);
        for (; taken < count; taken++) {
            syspte_lock_take(&lanes[taken].lock);
        }
        syspte_lock_take(&m->lock);
        while (taken > lane_count) {
            syspte_lock_give(&lanes[--taken].lock); // another machine was booted meanwhile
        }
        if (lane_count == taken) {
            break;
        }
        syspte_lock_give(&m->lock); // a lane was begun meanwhile: it comes before the machine
    }
    for (uint32_t i = 0; i < taken; i++) {
        fold(&lanes[i]);
    }
}

void syspte_lanes_give(void)
{
    uint32_t taken = lane_count;
    syspte_lock_give(&syspte_the.lock);
    while (taken > 0) {
        syspte_lock_give(&lanes[--taken].lock);
    }
}

// Fetches runs of one length, and sequence numbers, from the machine.
static bool fetch(syspte_lane *lane, uint64_t length)
{
    syspte_machine *m = &syspte_the;
    syspte_lock_take(&m->lock);
    if (lane->sequence_end - lane->sequence < SYSPTE_LANE_KEEP) {
        lane->sequence = m->account.sequence + 1;
        m->account.sequence += SYSPTE_LANE_NUMBERS;
        lane->sequence_end = m->account.sequence + 1;
    }
    while (lane->kept[length] < SYSPTE_LANE_KEEP / 2) {
        // Not with what the quarantine holds: machines with one have no lanes.
        uint64_t start = syspte_pool_take(&m->pool, length);
        if (start == SYSPTE_POOL_NONE) {
            break;
        }
        syspte_ledger_reach(&m->account.ledger, start, length);
        lane->run[length][lane->kept[length]++] = (uint32_t)start;
    }
    if (m->pool.pte_free < m->dense_below) {
        syspte_tables_dense();
    }
    uint64_t taken = m->pool.pte_count - m->pool.pte_free;
    if (taken > m->peak_ptes) {
        m->peak_ptes = taken;
    }
    syspte_lock_give(&m->lock);
    return lane->kept[length] > 0;
}

static void give_back(syspte_lane *lane, uint64_t length)
{
    syspte_machine *m = &syspte_the;
    syspte_lock_take(&m->lock);
    while (lane->kept[length] > SYSPTE_LANE_KEEP / 2) {
        syspte_pool_give(&m->pool, lane->run[length][--lane->kept[length]], length);
    }
    syspte_lock_give(&m->lock);
}

// Takes the thread's own lane, whose lock leans towards it again when others have let it be.
static inline void lane_take(syspte_lane *lane)
{
    syspte_lock_take(&lane->lock);
    if (!syspte_lock_leans(&lane->lock) && ++lane->long_ways == SYSPTE_LANE_PATIENCE) {
        lane->long_ways = 0;
        syspte_port_lock_lean(&lane->lock);
    }
}

// True if the thread's lane is one of the running machine's. A boot counts on before it opens the
// lanes, so who sees them open again sees that they are others.
static inline bool lane_is_open(const syspte_thread *thread)
{
    return syspte_load_acquire_32(&syspte_the.lane_cache_only) != 0 &&
           thread->generation == syspte_load_acquire_32(&syspte_the.generation);
}

void *syspte_lane_try_map(syspte_thread *thread, const syspte_row *map, unsigned cache)
{
    syspte_machine *m = &syspte_the;
    syspte_lane *lane = lane_of(thread);
    uint64_t pte_count = map->pte_count;
    void *address = NULL;
    bool backed;
    if (lane == NULL || pte_count > SYSPTE_LANE_RUN) {
        return NULL;
    }
    lane_take(lane);
    if (lane_is_open(thread) && cache == syspte_load_acquire_32(&m->lane_cache) &&
        ((lane->kept[pte_count] > 0 && lane->sequence < lane->sequence_end) ||
         fetch(lane, pte_count))) {
        syspte_row row = *map;
        row.id = lane->run[pte_count][--lane->kept[pte_count]];
        row.sequence = lane->sequence++;
        syspte_ledger_note(&m->account.ledger, &row);
        lane->live_mappings++;
        lane->live_ptes += (int64_t)pte_count;
        lane->maps++;
        address = syspte_address_of(row.id, pte_count, &backed) + (row.physical_address & 0xFFF);
    }
    syspte_lock_give(&lane->lock);
    return address;
}

bool syspte_lane_try_unmap(syspte_thread *thread, const void *address, uint64_t bytes,
                           unsigned kind, uint32_t context)
{
    syspte_machine *m = &syspte_the;
    syspte_lane *lane = lane_of(thread);
    syspte_row row;
    uint64_t id = syspte_pte_guess(address);
    if (lane == NULL || id == SYSPTE_POOL_NONE) {
        return false;
    }
    lane_take(lane);
    bool done = lane_is_open(thread) &&
                syspte_ledger_find(&m->account.ledger, id, &row) && row.bytes == bytes &&
                row.pte_count <= SYSPTE_LANE_RUN &&
                ((uintptr_t)address & 0xFFF) == (row.physical_address & 0xFFF) &&
                syspte_contexts_at(&m->account.contexts, row.context)->kind == kind &&
                syspte_ledger_strike(&m->account.ledger, &row);
    if (done) {
        syspte_ended *ended = &lane->ended[lane->ended_count++ % SYSPTE_LANE_ENDED];
        ended->row = row;
        ended->order = row.sequence;
        ended->unmapped = context;
        lane->live_mappings--;
        lane->live_ptes -= (int64_t)row.pte_count;
        if (lane->kept[row.pte_count] == SYSPTE_LANE_KEEP) {
            give_back(lane, row.pte_count);
        }
        lane->run[row.pte_count][lane->kept[row.pte_count]++] = (uint32_t)row.id;
    }
    syspte_lock_give(&lane->lock);
    return done;
}
