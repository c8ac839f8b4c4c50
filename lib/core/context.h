// SPDX-License-Identifier: MIT
// Contexts: what many mappings have in common, stored once and named by a number. A context's
// *site* is where its call stands, what is called there and the pool tag, compared by content, so
// that the same line seen from two translation units is one site.
#ifndef SYSPTE_CORE_CONTEXT_H
#define SYSPTE_CORE_CONTEXT_H

#include <stdint.h>
#include <syspte/mapping.h>

enum { SYSPTE_CONTEXT_BITS = 24 }; // a number fits in this many bits

// Number 0 stands for every context that found no room.
typedef struct syspte_contexts {
    syspte_context *rows; // [capacity]
    uint32_t *sites;      // [capacity] site of each context
    uint32_t *slots;      // [2 * capacity] hash of the fields -> number
    uint32_t *site_slots; // [2 * capacity] hash of the site -> first context there
    uint32_t *site_at;    // [capacity] of the first context of a site: its site slot
    uint32_t capacity;    // a power of two
    uint32_t count;       // rows in use, row 0 included; published with release
    uint64_t dropped;     // interns that found no room
} syspte_contexts;

// ---- Begin and end

// Bytes of zeroed storage for `capacity` contexts (a power of two, at most 2^24).
uint64_t syspte_contexts_storage(uint32_t capacity);
void syspte_contexts_init(syspte_contexts *contexts, void *storage, uint32_t capacity);
// Clears what was used of the storage. Costs: O(contexts).
void syspte_contexts_wipe(syspte_contexts *contexts);

// ---- Use

// The number of an equal context, or 0. Costs: O(1) expected; needs no lock.
uint32_t syspte_contexts_find(const syspte_contexts *contexts, const syspte_context *context);

// The number of an equal context, stored now if it is new.
//
// Fails: 0 if there is no room; counted in `dropped`.
// Needs: one caller at a time.
uint32_t syspte_contexts_intern(syspte_contexts *contexts, const syspte_context *context);

// ---- Inspect

static inline const syspte_context *syspte_contexts_at(const syspte_contexts *contexts,
                                                       uint32_t number)
{
    return &contexts->rows[number];
}

// The site of a context: the number of the first context of that site.
static inline uint32_t syspte_contexts_site(const syspte_contexts *contexts, uint32_t number)
{
    return contexts->sites[number];
}

#endif
