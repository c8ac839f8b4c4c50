// SPDX-License-Identifier: MIT
// The tracker that a test author writes in an afternoon: a mutex, a chained hash table by address,
// and one heap node a mapping with what a leak report needs, 16 frames from glibc's backtrace
// among it. The memory it hands out is a heap block, as in the malloc peer.
#include "peers.h"

#include <execinfo.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

#define FRAMES 16

typedef struct node {
    struct node *next;
    void *address;
    uint64_t physical_address;
    uint64_t bytes;
    uint64_t sequence;
    int cache_type;
    int frame_count;
    void *frame[FRAMES];
} node;

static struct {
    pthread_mutex_t mutex;
    node **bucket;
    uint64_t bucket_count; // a power of two, never less than the live mappings
    uint64_t live;
    uint64_t sequence_next;
    uint64_t node_bytes;
} tracker = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static node **bucket_of(node **bucket, uint64_t bucket_count, const void *address)
{
    uint64_t hash = (uint64_t)(uintptr_t)address * 0x9E3779B97F4A7C15ull;

    return &bucket[hash >> 20 & (bucket_count - 1)];
}

static bool table_grow(void)
{
    uint64_t count = tracker.bucket_count == 0 ? 1024 : tracker.bucket_count * 2;
    node **grown = calloc(count, sizeof(node *));

    if (grown == NULL)
        return false;
    for (uint64_t i = 0; i < tracker.bucket_count; i++) {
        for (node *n = tracker.bucket[i], *next; n != NULL; n = next) {
            node **to = bucket_of(grown, count, n->address);

            next = n->next;
            n->next = *to;
            *to = n;
        }
    }
    free(tracker.bucket);
    tracker.bucket = grown;
    tracker.bucket_count = count;
    return true;
}

static bool tracker_begin(const syspte_bench_setup *setup)
{
    void *warm[1];

    (void)setup;
    (void)backtrace(warm, 1); // its first call loads the unwinder
    tracker.live = 0;
    tracker.node_bytes = 0;
    tracker.bucket_count = 0;
    tracker.bucket = NULL;
    return table_grow();
}

static void tracker_end(void)
{
    for (uint64_t i = 0; i < tracker.bucket_count; i++) {
        for (node *n = tracker.bucket[i], *next; n != NULL; n = next) {
            next = n->next;
            free(n->address);
            free(n);
        }
    }
    free(tracker.bucket);
    tracker.bucket = NULL;
    tracker.bucket_count = 0;
}

static void *tracker_map(uint64_t slot, uint64_t page_count)
{
    node *n = malloc(sizeof(*n));
    node **to;

    if (n == NULL)
        return NULL;
    n->address = malloc(64);
    n->physical_address = slot * SYSPTE_PAGE_BYTES;
    n->bytes = page_count * SYSPTE_PAGE_BYTES;
    n->cache_type = 0;
    n->frame_count = backtrace(n->frame, FRAMES);
    (void)pthread_mutex_lock(&tracker.mutex);
    if (tracker.live == tracker.bucket_count)
        (void)table_grow();
    tracker.live++;
    tracker.node_bytes += malloc_usable_size(n) + sizeof(size_t);
    n->sequence = ++tracker.sequence_next;
    to = bucket_of(tracker.bucket, tracker.bucket_count, n->address);
    n->next = *to;
    *to = n;
    (void)pthread_mutex_unlock(&tracker.mutex);
    return n->address;
}

static void tracker_unmap(void *address, uint64_t page_count)
{
    node *found = NULL;

    (void)pthread_mutex_lock(&tracker.mutex);
    for (node **at = bucket_of(tracker.bucket, tracker.bucket_count, address); *at != NULL;
         at = &(*at)->next) {
        if ((*at)->address == address) {
            found = *at;
            *at = found->next;
            tracker.live--;
            tracker.node_bytes -= malloc_usable_size(found) + sizeof(size_t);
            break;
        }
    }
    (void)pthread_mutex_unlock(&tracker.mutex);
    if (found == NULL || found->bytes != page_count * SYSPTE_PAGE_BYTES)
        syspte_bench_fail("tracker", "unmap of an address that is not mapped");
    free(found);
    free(address);
}

// Nodes and buckets; not the heap blocks that stand in for the mapped memory.
static uint64_t tracker_bytes(void)
{
    return tracker.node_bytes + tracker.bucket_count * sizeof(node *);
}

uint64_t syspte_peer_tracker_live(void)
{
    return tracker.live;
}

const syspte_bench_peer syspte_peer_tracker = {
    .name = "hand-written tracker, backtrace of 16",
    .begin = tracker_begin,
    .map = tracker_map,
    .unmap = tracker_unmap,
    .end = tracker_end,
    .bytes = tracker_bytes,
};
