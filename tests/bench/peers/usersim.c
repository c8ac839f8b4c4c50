// SPDX-License-Identifier: MIT
// The cost structure of usersim's pool leak detector, re-created on Linux: one mutex around three
// maps. Mapping captures 33 frames and unmapping 32, both inside the mutex; a stack is known by a
// 32-bit hash of its frames and stored once by it. `live` has what is mapped, `freed` remembers by
// whom every address was freed and is never pruned. usersim itself runs on Windows with that
// system's own stack capture; here it is glibc's.
#include "peers.h"

#include <execinfo.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES_MAP   33
#define FRAMES_UNMAP 32

typedef struct entry {
    struct entry *next;
    uint64_t key;
    uint64_t bytes;
    uint32_t stack_hash;
    uint32_t frame_count;
    void *frame[]; // of an entry in `stacks`
} entry;

typedef struct map {
    entry **bucket;
    uint64_t bucket_count; // a power of two
    uint64_t count;
} map;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static map live, freed, stacks;

static entry **map_bucket(const map *m, uint64_t key)
{
    return &m->bucket[key * 0x9E3779B97F4A7C15ull >> 20 & (m->bucket_count - 1)];
}

static entry **map_find(const map *m, uint64_t key)
{
    entry **at = map_bucket(m, key);

    while (*at != NULL && (*at)->key != key)
        at = &(*at)->next;
    return at;
}

static void map_clear(map *m)
{
    for (uint64_t i = 0; i < m->bucket_count; i++) {
        for (entry *e = m->bucket[i], *next; e != NULL; e = next) {
            next = e->next;
            free(e);
        }
    }
    free(m->bucket);
    *m = (map){0};
}

static void map_grow(map *m)
{
    map grown = {.bucket_count = m->bucket_count == 0 ? 1024 : m->bucket_count * 2,
                 .count = m->count};

    grown.bucket = calloc(grown.bucket_count, sizeof(entry *));
    if (grown.bucket == NULL)
        syspte_bench_fail("usersim", "no memory");
    for (uint64_t i = 0; i < m->bucket_count; i++) {
        for (entry *e = m->bucket[i], *next; e != NULL; e = next) {
            entry **to = map_bucket(&grown, e->key);

            next = e->next;
            e->next = *to;
            *to = e;
        }
    }
    free(m->bucket);
    *m = grown;
}

// The entry of that key; a new one, with room for `frame_count` frames, if there is none.
static entry *map_put(map *m, uint64_t key, uint32_t frame_count)
{
    entry **at = map_find(m, key);

    if (*at == NULL) {
        entry *e = calloc(1, sizeof(*e) + frame_count * sizeof(void *));

        if (e == NULL)
            syspte_bench_fail("usersim", "no memory");
        e->key = key;
        *at = e;
        if (++m->count > m->bucket_count) {
            map_grow(m);
            at = map_find(m, key);
        }
    }
    return *at;
}

static uint32_t stack_store(unsigned max)
{
    void *frame[FRAMES_MAP];
    uint32_t count = (uint32_t)backtrace(frame, (int)max);
    uint32_t hash = 2166136261u;
    entry *stack;

    for (uint32_t i = 0; i < count; i++) {
        uint64_t address = (uintptr_t)frame[i];

        for (unsigned shift = 0; shift < 64; shift += 8)
            hash = (hash ^ (uint32_t)(address >> shift & 0xFF)) * 16777619u;
    }
    stack = map_put(&stacks, hash, count);
    if (stack->frame_count == 0) {
        stack->frame_count = count;
        memcpy(stack->frame, frame, count * sizeof(void *));
    }
    return hash;
}

static bool usersim_begin(const syspte_bench_setup *setup)
{
    void *warm[1];

    (void)setup;
    (void)backtrace(warm, 1); // its first call loads the unwinder
    map_grow(&live);
    map_grow(&freed);
    map_grow(&stacks);
    return true;
}

static void usersim_end(void)
{
    map_clear(&live);
    map_clear(&freed);
    map_clear(&stacks);
}

static void *usersim_map(uint64_t slot, uint64_t page_count)
{
    void *address = malloc(64);
    entry *e;

    (void)slot;
    (void)pthread_mutex_lock(&mutex);
    e = map_put(&live, (uintptr_t)address, 0);
    e->bytes = page_count * SYSPTE_PAGE_BYTES;
    e->stack_hash = stack_store(FRAMES_MAP);
    (void)pthread_mutex_unlock(&mutex);
    return address;
}

static void usersim_unmap(void *address, uint64_t page_count)
{
    entry **at, *e;

    (void)pthread_mutex_lock(&mutex);
    at = map_find(&live, (uintptr_t)address);
    e = *at;
    if (e == NULL || e->bytes != page_count * SYSPTE_PAGE_BYTES)
        syspte_bench_fail("usersim", "unmap of an address that is not mapped");
    *at = e->next;
    live.count--;
    free(e);
    e = map_put(&freed, (uintptr_t)address, 0);
    e->bytes = page_count * SYSPTE_PAGE_BYTES;
    e->stack_hash = stack_store(FRAMES_UNMAP);
    (void)pthread_mutex_unlock(&mutex);
    free(address);
}

uint64_t syspte_peer_usersim_live(void)
{
    return live.count;
}

uint64_t syspte_peer_usersim_freed(void)
{
    return freed.count;
}

const syspte_bench_peer syspte_peer_usersim = {
    .name = "usersim's detector, re-created",
    .begin = usersim_begin,
    .map = usersim_map,
    .unmap = usersim_unmap,
    .end = usersim_end,
};
