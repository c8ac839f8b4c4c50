// SPDX-License-Identifier: MIT
// Two open-addressing tables over one array: one finds a context by all its fields (strings by
// address: fast), the other finds the first context of a site by content (only for a new context).
// One line can call several functions, or one with several tags: each is a site.
// Rows are written before their slot is published and never change, so finding needs no lock.
#include "core/context.h"
#include "core/text.h"
#include "port_inline.h"

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9E3779B97F4A7C15ull;
    return hash ^ hash >> 32;
}

static uint64_t hash_of(const syspte_context *c)
{
    uint64_t small = (uint64_t)c->thread << 32 | (uint64_t)c->api << 24 | (uint64_t)c->kind << 16 |
                     (uint64_t)c->cache << 8 | c->irql;
    uint64_t hash = mix((uintptr_t)c->file ^ c->return_address, (uint64_t)c->line << 32 | c->stack);
    hash = mix(hash ^ (uintptr_t)c->function, small);
    return mix(hash, ((uint64_t)c->owner << 32 | c->tag) ^ (uint64_t)c->protect << 16);
}

static bool same(const syspte_context *a, const syspte_context *b)
{
    return a->file == b->file && a->line == b->line && a->return_address == b->return_address &&
           a->function == b->function && a->stack == b->stack && a->thread == b->thread &&
           a->api == b->api && a->kind == b->kind && a->cache == b->cache && a->irql == b->irql &&
           a->owner == b->owner && a->tag == b->tag && a->protect == b->protect;
}

static uint64_t site_hash(const syspte_context *c)
{
    uint64_t hash = mix(c->return_address, c->line);
    hash = mix(hash ^ c->api, c->tag);
    for (const char *at = c->file; at != NULL && *at != 0; at++) {
        hash = mix(hash, (unsigned char)*at);
    }
    return hash;
}

static bool same_site(const syspte_context *a, const syspte_context *b)
{
    return a->line == b->line && a->return_address == b->return_address && a->api == b->api &&
           a->tag == b->tag && syspte_text_same(a->file, b->file);
}

uint64_t syspte_contexts_storage(uint32_t capacity)
{
    return (uint64_t)capacity * (sizeof(syspte_context) + 6 * sizeof(uint32_t));
}

void syspte_contexts_init(syspte_contexts *contexts, void *storage, uint32_t capacity)
{
    *contexts = (syspte_contexts){.rows = storage, .capacity = capacity, .count = 1};
    contexts->sites = (uint32_t *)(void *)(contexts->rows + capacity);
    contexts->slots = contexts->sites + capacity;
    contexts->site_slots = contexts->slots + 2 * (uint64_t)capacity;
    contexts->site_at = contexts->site_slots + 2 * (uint64_t)capacity;
}

// The slot where the search for a hash ends in success or at an empty slot.
static uint32_t *slot_of(const syspte_contexts *contexts, const syspte_context *context)
{
    uint32_t mask = 2 * contexts->capacity - 1;
    uint32_t at = (uint32_t)hash_of(context) & mask;
    uint32_t number;
    while ((number = syspte_load_acquire_32(&contexts->slots[at])) != 0) {
        if (same(&contexts->rows[number], context)) {
            break;
        }
        at = (at + 1) & mask;
    }
    return &contexts->slots[at];
}

static uint32_t *site_slot_of(const syspte_contexts *contexts, const syspte_context *context)
{
    uint32_t mask = 2 * contexts->capacity - 1;
    uint32_t at = (uint32_t)site_hash(context) & mask;
    while (contexts->site_slots[at] != 0 &&
           !same_site(&contexts->rows[contexts->site_slots[at]], context)) {
        at = (at + 1) & mask;
    }
    return &contexts->site_slots[at];
}

void syspte_contexts_wipe(syspte_contexts *contexts)
{
    // A row's slots are found while its neighbours are still there: the last row goes first. Its
    // names are not read: the code that they belong to may be unloaded.
    for (uint32_t number = contexts->count - 1; number > 0; number--) {
        *slot_of(contexts, &contexts->rows[number]) = 0;
        if (contexts->sites[number] == number) {
            contexts->site_slots[contexts->site_at[number]] = 0;
        }
        contexts->sites[number] = 0;
        contexts->site_at[number] = 0;
        contexts->rows[number] = (syspte_context){0};
    }
    contexts->count = 1;
    contexts->dropped = 0;
}

uint32_t syspte_contexts_find(const syspte_contexts *contexts, const syspte_context *context)
{
    return syspte_load_acquire_32(slot_of(contexts, context));
}

uint32_t syspte_contexts_intern(syspte_contexts *contexts, const syspte_context *context)
{
    uint32_t *slot = slot_of(contexts, context);
    if (*slot != 0) {
        return *slot;
    }
    if (contexts->count == contexts->capacity) {
        contexts->dropped++;
        return 0;
    }
    uint32_t number = contexts->count;
    uint32_t *site_slot = site_slot_of(contexts, context);
    if (*site_slot == 0) {
        *site_slot = number;
        contexts->site_at[number] = (uint32_t)(site_slot - contexts->site_slots);
    }
    contexts->rows[number] = *context;
    contexts->sites[number] = *site_slot;
    syspte_store_release_32(slot, number);
    syspte_store_release_32(&contexts->count, number + 1);
    return number;
}
