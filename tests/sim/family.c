// SPDX-License-Identifier: MIT
// The model, and its comparison with the machine. Which PTEs a mapping has follows from its
// address, so none may be given twice and a map may fail only where no free run is long enough.
#include "family.h"

#include <stdio.h>
#include <stdlib.h>

uint32_t family_any(family *f, uint32_t below)
{
    f->random = f->random * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)((f->random >> 33) % below);
}

// ---- What was wrong

static void print_step(const family *f, const family_step *s, uint64_t number)
{
    (void)f;
    print_error("    step %llu: %s, thing %u (kind %u), %p, 0x%llX bytes, %llu PTEs, IRQL %u\n",
                (unsigned long long)number, s->op->name, s->thing, s->kind, s->va,
                (unsigned long long)s->bytes, (unsigned long long)s->ptes, s->irql);
}

void family_say(family *f, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    f->wrong = true;
    print_error("%s, seed %llu, step %llu: %s\n", f->name, (unsigned long long)f->seed,
                (unsigned long long)f->step, text);
    uint64_t first = f->step < FAMILY_LOG ? 0 : f->step - FAMILY_LOG + 1;
    for (uint64_t step = first; step <= f->step; step++) {
        if (f->log[step % FAMILY_LOG].op != NULL) {
            print_step(f, &f->log[step % FAMILY_LOG], step);
        }
    }
}

bool family_expect(family *f, bool as_expected, const char *what)
{
    if (!as_expected && !f->wrong) {
        family_say(f, "not so: %s", what);
    }
    return as_expected;
}

void family_short(family *f, const char *what)
{
    f->failures++;
    f->shortages++;
    (void)family_expect(f, f->scarce, what);
}

void family_announce(family *f, syspte_strictness from, uint32_t code, uint64_t parameter1)
{
    if (f->config->strictness >= from) {
        syspte_expect_bugcheck(code, parameter1);
    }
}

// ---- Things

family_thing *family_place(family *f)
{
    for (unsigned i = 0; i < f->places; i++) {
        if (f->things[i].kind == FAMILY_NONE) {
            return &f->things[i];
        }
    }
    return NULL;
}

void family_lean(family_thing *t, family_thing *on)
{
    t->of = on;
    on->users++;
}

void family_forget(family_thing *t)
{
    if (t->of != NULL) {
        t->of->users--;
    }
    memset(t, 0, sizeof *t);
}

void family_give_back(family *f, family_thing *t)
{
    switch (t->kind) {
    case FAMILY_IO:
    case FAMILY_VIDEO:
    case FAMILY_NDIS:
    case FAMILY_STORAGE:
    case FAMILY_VIDEO_PORT:
        family_end_io(f, t);
        break;
    case FAMILY_MDL:
        family_end_mdl(f, t);
        break;
    case FAMILY_USER_VIEW:
        family_end_user_view(f, t);
        break;
    case FAMILY_RESERVED:
        family_end_reserved(f, t);
        break;
    default:
        family_end_memory(f, t);
        break;
    }
}

uint64_t family_pages(const family_thing *t)
{
    return (t->offset + t->bytes + PAGE - 1) / PAGE;
}

uint64_t family_frame(const family_thing *t, uint64_t page)
{
    return t->run != 0 ? t->run + page : t->frames[page];
}

void family_find_frames(family *f, family_thing *t)
{
    PUCHAR page = t->va - t->offset;
    for (uint64_t i = 0; i < family_pages(t); i++) {
        t->frames[i] = (uint64_t)MmGetPhysicalAddress(page + i * PAGE).QuadPart / PAGE;
        (void)family_expect(f, t->frames[i] != 0, "memory has a frame");
    }
}

// ---- PTEs

static uint64_t longest_run(const family *f)
{
    uint64_t longest = 0;
    uint64_t run = 0;
    for (uint64_t i = 0; i < f->config->pte_count; i++) {
        run = f->taken[i] != 0 ? 0 : run + 1;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static uint64_t ptes_of(const family *f)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < FAMILY_THINGS; i++) {
        sum += f->things[i].ptes;
    }
    return sum;
}

static bool see_newest(void *context, const syspte_mapping *mapping)
{
    syspte_mapping *newest = context;
    if (mapping->sequence > newest->sequence) {
        *newest = *mapping;
    }
    return true;
}

static syspte_mapping newest_mapping(void)
{
    syspte_mapping newest = {.sequence = 0};
    syspte_mappings_each(see_newest, &newest);
    return newest;
}

// Mappings of host memory have their PTEs elsewhere than their addresses say.
static uint64_t pte_of(const family *f, const void *address, unsigned front)
{
    uintptr_t page = (uintptr_t)PAGE_ALIGN(address);
    uint64_t pte = (page - f->origin) / f->stride;
    if (pte >= f->config->pte_count + FAMILY_MOST) {
        return newest_mapping().id;
    }
    return (page - front * PAGE - f->origin) / f->stride;
}

void family_mapped(family *f, family_thing *t, syspte_kind kind, const void *address,
                   unsigned front, uint64_t ptes)
{
    t->held[kind]++;
    t->ptes = ptes;
    f->maps++;
    if (f->taken == NULL) {
        return;
    }
    t->first = pte_of(f, address, front);
    for (uint64_t i = t->first; i < t->first + ptes; i++) {
        if (i >= f->config->pte_count || f->taken[i] != 0) {
            family_say(f, "PTE %llu is given twice, or is none", (unsigned long long)i);
            return;
        }
        f->taken[i] = 1;
    }
}

void family_unmapped(family *f, family_thing *t, syspte_kind kind)
{
    if (f->taken != NULL) {
        memset(&f->taken[t->first], 0, t->ptes);
    }
    t->held[kind]--;
    t->ptes = 0;
}

void family_refused(family *f, uint64_t ptes, uint64_t keep)
{
    f->failed++;
    f->failures++;
    if (f->taken == NULL) {
        return;
    }
    uint64_t free = f->config->pte_count - ptes_of(f) - f->lost;
    if (longest_run(f) >= ptes && (keep == 0 || free >= keep + ptes)) {
        family_say(f, "no %llu PTEs, though there is a run", (unsigned long long)ptes);
    }
}

// ---- Comparison

static void compare_number(family *f, const char *what, uint64_t actual, uint64_t expected)
{
    if (actual != expected && !f->wrong) {
        family_say(f, "%s: %llu instead of %llu", what, (unsigned long long)actual,
                   (unsigned long long)expected);
    }
}

static void compare_numbers(family *f)
{
    uint64_t mappings = 0;
    uint64_t ptes = ptes_of(f);
    syspte_counters c = syspte_counters_now();
    for (unsigned i = 0; i < FAMILY_THINGS; i++) {
        for (unsigned kind = SYSPTE_KIND_IO_SPACE; kind < SYSPTE_KIND_POOL; kind++) {
            mappings += f->things[i].held[kind];
        }
    }
    compare_number(f, "PTEs taken", c.pte_total - c.pte_free - c.pte_quarantined, ptes + f->lost);
    compare_number(f, "live PTEs", c.live_ptes, ptes);
    compare_number(f, "live mappings", c.live_mappings, mappings);
    compare_number(f, "lost PTEs", c.lost_ptes, f->lost);
    compare_number(f, "maps", c.maps, f->maps);
    compare_number(f, "failed maps", c.failed_maps, f->failed);
    if (f->taken != NULL && f->config->quarantine_ptes == 0 && f->config->pte_count <= 1024) {
        compare_number(f, "largest free block", c.largest_free_block, longest_run(f));
    }
}

static void compare_findings(family *f)
{
    f->findings[SYSPTE_RULE_OUT_OF_PTES] = f->failed;
    for (int rule = 0; rule < SYSPTE_RULE_COUNT; rule++) {
        compare_number(f, syspte_rule_of((syspte_rule_id)rule)->name,
                       syspte_finding_occurrences((syspte_rule_id)rule), f->findings[rule]);
    }
}

static void compare(family *f)
{
    if (!f->alone) {
        return;
    }
    compare_numbers(f);
    if (f->told || f->step % 64 == 0) {
        const char *broken = syspte_machine_check();
        (void)family_expect(f, broken == NULL, broken == NULL ? "" : broken);
    }
    if (f->told || f->step % 1024 == 0) {
        compare_findings(f);
    }
}

// ---- Begin and end

static const family_op *const tables[] = {family_io_ops,      family_door_ops,  family_memory_ops,
                                          family_mdl_ops,     family_pages_ops, family_map_ops,
                                          family_reserved_ops};

static unsigned weights(void)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (const family_op *op = tables[i]; op->name != NULL; op++) {
            sum += op->weight;
        }
    }
    return sum;
}

static void calibrate(family *f)
{
    PVOID va = map(BAR, PAGE);
    f->stride = f->config->gap ? 2 * PAGE : PAGE;
    f->origin = (uintptr_t)va - mapping_at(va).id * f->stride;
    unmap(va, PAGE);
    f->maps = 1;
}

void family_begin(family *f, const char *name, uint64_t seed, bool alone)
{
    *f = (family){.name = name, .seed = seed, .random = seed * 2 + 1, .alone = alone};
    f->config = syspte_machine_config();
    f->weights = weights();
    f->places = FAMILY_THINGS;
    f->host = aligned_alloc(PAGE, FAMILY_HOST_PAGES * PAGE);
    memset(f->host, 0, FAMILY_HOST_PAGES * PAGE);
    if (alone) {
        f->taken = calloc(f->config->pte_count, 1);
        calibrate(f);
    }
}

static const family_op *choose(family *f)
{
    unsigned at = family_any(f, f->weights);
    for (unsigned i = 0;; i++) {
        for (const family_op *op = tables[i]; op->name != NULL; op++) {
            if (at < op->weight) {
                return op;
            }
            at -= op->weight;
        }
    }
}

// A thing that the operation can be done to; NULL: there is none.
static family_thing *subject_of(family *f, const family_op *op)
{
    if (op->fits == NULL) {
        return family_place(f);
    }
    unsigned start = family_any(f, FAMILY_THINGS);
    for (unsigned i = 0; i < FAMILY_THINGS; i++) {
        family_thing *t = &f->things[(start + i) % FAMILY_THINGS];
        if (t->kind != FAMILY_NONE && op->fits(f, t)) {
            return t;
        }
    }
    return NULL;
}

static void act(family *f, const family_op *op, family_thing *t)
{
    KIRQL before = PASSIVE_LEVEL;
    KIRQL irql =
        (KIRQL)(op->irql_most != 0 && family_any(f, 8) == 0 ? 1 + family_any(f, op->irql_most)
                                                            : PASSIVE_LEVEL);
    family_step *s = &f->log[f->step % FAMILY_LOG];
    *s = (family_step){op, (unsigned)(t - f->things), t->kind, t->va, t->bytes, t->ptes, irql};
    if (f->told) {
        print_step(f, s, f->step);
    }
    KeRaiseIrql(irql, &before);
    op->act(f, t);
    KeLowerIrql(before);
}

bool family_walk(family *f, uint64_t steps)
{
    for (uint64_t end = f->step + steps; f->step < end && !f->wrong; f->step++) {
        const family_op *op = NULL;
        family_thing *t = NULL;
        f->places = f->step / 512 % 2 == 0 ? FAMILY_THINGS / 8 : FAMILY_THINGS;
        while (t == NULL) {
            op = choose(f);
            t = subject_of(f, op);
        }
        act(f, op, t);
        compare(f);
    }
    return !f->wrong;
}

static unsigned count_things(const family *f)
{
    unsigned count = 0;
    for (unsigned i = 0; i < FAMILY_THINGS; i++) {
        count += f->things[i].kind != FAMILY_NONE;
    }
    return count;
}

bool family_end(family *f)
{
    bool any = true;
    while (any && !f->wrong) {
        any = false;
        for (unsigned i = 0; i < FAMILY_THINGS && !f->wrong; i++) {
            family_thing *t = &f->things[i];
            unsigned before = count_things(f);
            if (t->kind != FAMILY_NONE && t->users == 0) {
                family_give_back(f, t);
                any |= count_things(f) != before;
            }
        }
    }
    for (unsigned i = 0; i < FAMILY_THINGS && !f->wrong; i++) {
        (void)family_expect(f, f->things[i].kind == FAMILY_NONE, "everything can be given back");
    }
    if (!f->wrong && f->alone) {
        compare_numbers(f);
        compare_findings(f);
    }
    free(f->taken);
    free(f->host);
    f->taken = f->host = NULL;
    return !f->wrong;
}
