// SPDX-License-Identifier: MIT
// Boot and shutdown. The tables of a machine are one block of address space that costs memory only
// where it is touched; it is kept from boot to boot and wiped where it was written, so that a boot
// costs microseconds. After a shutdown the account stays readable, for the report.
#include "sim/system_thread.h"
#include "sim/machine.h"
#include "sim/device.h"
#include "sim/options.h"
#include "sim/fault_plan.h"
#include "sim/tracker.h"
#include "sim/user_view.h"

#include "sim/blocks.h"
#include "sim/frames.h"

enum {
    CONTEXTS = 1 << 16,
    FINDINGS = 1024,
    STACK_WORDS = 1 << 22,
    STACK_SLOTS = 1 << 17,
    SPARE_MOST = 16,        // PTEs of a mapping that map nothing
    DENSE = 1 << 18,        // PTEs in use from which on large pages pay
    LEAST_TRACKED = 1 << 10 // PTEs: a host that cannot lend tables for these lends nothing
};

syspte_machine syspte_the;

syspte_config syspte_config_default(void)
{
    syspte_config config = {.profile = syspte_profile_find("win7-x64"),
                           .ram_bytes = 1ull << 30,
                           .strictness = SYSPTE_CHECK,
                           .gap = true,
                           .history_rows = 4096,
                           .guard_ptes = 2,
                           .mdl_fixed_pages = 23,
                           .reserved_header_ptes = 2};
    syspte_options_apply(&config);
    return config;
}

static const char *complaint_about(const syspte_config *c)
{
    if (c->profile == NULL) {
        return "syspte_boot: the config has no profile: start from syspte_config_default(), and "
               "see syspte_profile_at() for the names that syspte_profile_find() knows";
    }
    if (c->pte_count == 0) {
        return "syspte_boot: pte_count is 0, in the config and in its profile";
    }
    if (c->pte_count > SYSPTE_POOL_MAX) {
        return "syspte_boot: pte_count is more than 4,294,967,296";
    }
    if (c->ram_bytes == 0 || c->ram_bytes > SYSPTE_RAM_MAX ||
        c->ram_bytes % SYSPTE_PAGE_BYTES != 0) {
        return "syspte_boot: ram_bytes is not a number of whole pages (4096 bytes), from one page "
               "to 2 GiB: start from syspte_config_default()";
    }
    if ((unsigned)c->strictness > SYSPTE_VERIFIER || (unsigned)c->order > SYSPTE_ORDER_FAST ||
        (unsigned)c->placement > SYSPTE_PLACEMENT_HINT ||
        (unsigned)c->cache_conflict > SYSPTE_CONFLICT_ALLOW ||
        (unsigned)c->reserved_cache > SYSPTE_RESERVED_CACHE_ALIAS ||
        (unsigned)c->contiguous > SYSPTE_CONTIGUOUS_PTES ||
        (unsigned)c->unknown_unmap > SYSPTE_UNKNOWN_IO_MAPPING ||
        (unsigned)c->reserved_begin > SYSPTE_RESERVED_BEGIN_START) {
        return "syspte_boot: a field of the config has none of its values: start from "
               "syspte_config_default()";
    }
    if (c->stack_frames > SYSPTE_STACK_MAX) {
        return "syspte_boot: stack_frames is more than 32";
    }
    if (c->guard_ptes > SPARE_MOST || c->reserved_header_ptes > SPARE_MOST) {
        return "syspte_boot: guard_ptes or reserved_header_ptes is more than 16";
    }
    if (c->quarantine_ptes > c->pte_count) {
        return "syspte_boot: quarantine_ptes is more than the machine has";
    }
    return NULL;
}

static uint64_t round_up(uint64_t bytes)
{
    return (bytes + 0xFFF) & ~0xFFFull;
}

static syspte_account_sizes sizes_of(const syspte_config *c, uint64_t tracked)
{
    return (syspte_account_sizes){.ledger_rows = tracked,
                                  .contexts = CONTEXTS,
                                  .holdings = 1 << 20,
                                  .history_rows = c->history_rows,
                                  .findings = FINDINGS,
                                  .stack_words = STACK_WORDS,
                                  .stack_slots = STACK_SLOTS};
}

// Bytes of the one block: account, pool, bits of views, quarantine, RAM.
static uint64_t table_bytes(const syspte_config *c, uint64_t tracked)
{
    syspte_account_sizes sizes = sizes_of(c, tracked);
    return round_up(syspte_account_storage(&sizes)) +
           round_up(syspte_pool_storage(tracked, c->placement)) + round_up((tracked + 63) / 8) +
           round_up(syspte_quarantine_storage(c->quarantine_ptes)) +
           round_up(syspte_frames_storage(c->ram_bytes)) +
           round_up(syspte_blocks_storage(c->ram_bytes));
}

// Lends tables for as many PTEs as the host allows; keeps the last machine's where they fit.
static bool tables_lend(const syspte_config *c)
{
    syspte_machine *m = &syspte_the;
    uint64_t tracked = c->pte_count;
    uint64_t bytes = table_bytes(c, tracked);
    if (m->tables != NULL && m->table_bytes == bytes) {
        m->limits.pte_tracked = tracked;
        return true;
    }
    if (m->tables != NULL) {
        syspte_port_table_release(m->tables, m->table_bytes);
    }
    m->tables = syspte_port_table_reserve(bytes);
    while (m->tables == NULL && tracked / 2 >= LEAST_TRACKED) {
        tracked /= 2;
        bytes = table_bytes(c, tracked);
        m->tables = syspte_port_table_reserve(bytes);
    }
    m->table_bytes = bytes;
    m->limits.pte_tracked = tracked;
    if (tracked < c->pte_count) {
        m->limits.reason = "this host lends tables for a part of the PTEs only";
    }
    return m->tables != NULL;
}

static void tables_carve(const syspte_config *c)
{
    syspte_machine *m = &syspte_the;
    uint64_t tracked = m->limits.pte_tracked;
    syspte_account_sizes sizes = sizes_of(c, tracked);
    unsigned char *at = m->tables;
    syspte_account_init(&m->account, at, &sizes, c->profile->system_va, syspte_port_panic);
    at += round_up(syspte_account_storage(&sizes));
    syspte_pool_init(&m->pool, at, tracked, c->placement, syspte_port_panic);
    at += round_up(syspte_pool_storage(tracked, c->placement));
    m->viewed = (uint64_t *)(void *)at;
    at += round_up((tracked + 63) / 8);
    syspte_quarantine_init(&m->quarantine, at, c->quarantine_ptes);
    at += round_up(syspte_quarantine_storage(c->quarantine_ptes));
    syspte_frames_begin(at, c->ram_bytes);
    at += round_up(syspte_frames_storage(c->ram_bytes));
    syspte_blocks_begin(at, c->ram_bytes);
}

void syspte_tables_dense(void)
{
    syspte_machine *m = &syspte_the;
    syspte_port_table_dense(m->tables, m->table_bytes, true);
    m->dense_below = 0;
    m->dense = true;
}

// Address space for the mappings: kept from boot to boot, asked for again only if more is needed.
// A host that lent less than the last machine wanted may still have all that this one wants.
static void arena_lend(const syspte_config *c)
{
    syspte_machine *m = &syspte_the;
    uint64_t pages = (c->pte_count << (c->gap ? 1 : 0)) + 2;
    m->arena_pages = 0;
    if (c->accounting_only) {
        return;
    }
    if (m->arena.bytes / SYSPTE_PAGE_BYTES < pages && m->arena_asked != pages) {
        if (m->arena.base != NULL) {
            syspte_port_arena_release(&m->arena);
        }
        m->arena_asked = pages;
        (void)syspte_port_arena_reserve(pages * SYSPTE_PAGE_BYTES, &m->arena);
    }
    m->arena_pages = m->arena.bytes / SYSPTE_PAGE_BYTES;
    if (m->arena_pages > pages) {
        m->arena_pages = pages;
    }
    if (m->arena_pages < pages && m->limits.reason == NULL) {
        m->limits.reason = "this host has address space for a part of the PTEs only";
    } else if (m->arena.moved && m->limits.reason == NULL) {
        m->limits.reason = "the address space that every run uses was taken";
    }
    m->limits.arena_moved = m->arena.moved;
    m->limits.pte_backed = m->arena_pages == 0 ? 0 : (m->arena_pages - 1) >> (c->gap ? 1 : 0);
    if (m->limits.pte_backed > c->pte_count) {
        m->limits.pte_backed = c->pte_count;
    }
}

static void forget_last(void)
{
    syspte_machine *m = &syspte_the;
    if (m->reportable) {
        syspte_account_wipe(&m->account, syspte_port_table_zero);
        syspte_pool_wipe(&m->pool, syspte_port_table_zero);
        if (m->quarantine.limit != 0) {
            syspte_port_table_zero(m->quarantine.runs,
                                   syspte_quarantine_storage(m->quarantine.limit));
        }
    }
    if (m->dense) {
        syspte_port_table_dense(m->tables, m->table_bytes, false);
        m->dense = false;
    }
    m->reportable = false;
    m->limits = (syspte_limits){0};
    m->attributes = (syspte_attributes){0};
    syspte_trackers_begin();
    syspte_devices_begin();
    syspte_faults_begin();
    m->plain = (syspte_plain){0};
    m->video_used = false;
    m->lost_ptes = m->elsewhere_ptes = m->maps = m->failed_maps = m->peak_ptes = 0;
    m->threads = 0;
    m->views = m->view_hand = 0;
    m->physical_used = false;
    m->range_count = 0;
    m->expectation_count = 0;
    syspte_store_release(&m->stopped, 0);
}

// Makes the new machine in place of the last one. Lock: held.
static bool begin(const syspte_config *c)
{
    syspte_machine *m = &syspte_the;
    syspte_scope last_handle = m->account.scopes.last_handle;
    forget_last();
    m->lanes_used = false;
    if (!tables_lend(c)) {
        return false;
    }
    m->config = *c;
    m->gap_shift = c->gap ? 1 : 0;
    tables_carve(c);
    m->account.scopes.last_handle = last_handle; // an older machine's scope is never a newer one's
    m->dense_below = m->pool.pte_count > DENSE ? m->pool.pte_count - DENSE : 0;
    arena_lend(c);
    m->view_limit = c->view_limit != 0 ? c->view_limit : syspte_port_view_limit();
    m->view_limit += m->view_limit == 1; // one instruction can need two
    syspte_lanes_begin();
    m->lanes_used =
        c->order == SYSPTE_ORDER_FAST && c->accounting_only && !c->hvci && c->quarantine_ptes == 0;
    syspte_store_release_32(&m->lane_cache, 0);
    syspte_store_release_32(&m->generation, m->generation + 1);
    syspte_store_release_32(&m->lane_cache_only, 1); // last: see lane_is_open
    m->reportable = true;
    m->booted = true;
    syspte_store_release_32(&m->running, 1);
    syspte_plain_decide();
    return true;
}

bool syspte_boot(const syspte_config *config)
{
    syspte_machine *m = &syspte_the;
    syspte_config c = config == NULL ? syspte_config_default() : *config;
    if (c.profile != NULL && c.pte_count == 0) {
        c.pte_count = c.profile->pte_count;
    }
    if (c.profile != NULL && c.placement == SYSPTE_PLACEMENT_PROFILE) {
        c.placement = c.profile->placement;
    }
    const char *complaint = syspte_options_wrong();
    if (complaint == NULL) {
        complaint = complaint_about(&c);
    }
    if (complaint != NULL) {
        syspte_misused(complaint);
        return false;
    }
    (void)syspte_shutdown();
    if (!m->lock_ready) {
        syspte_lock_init(&m->lock);
        m->lock_ready = true;
    }
    // A thread that is still on its way into a call waits here, and then finds no machine.
    syspte_lock_take(&m->lock);
    bool begun = begin(&c);
    syspte_port_lock_lean(&m->lock); // most machines belong to one thread
    syspte_lock_give(&m->lock);
    if (!begun) {
        syspte_misused("syspte_boot: this host lends no memory for tables: raise its limit "
                       "(ulimit -v), or use a profile with fewer PTEs");
        return false;
    }
    if (!c.accounting_only) {
        syspte_port_fault_install(syspte_fault);
    }
    return true;
}

// What only the end can tell: announcements without answer, plans without effect, leaks.
static void judge(void)
{
    syspte_machine *m = &syspte_the;
    for (unsigned i = 0; i < m->expectation_count; i++) {
        const syspte_expectation *e = &m->expectations[i];
        syspte_event event = {.rule = SYSPTE_RULE_BUGCHECK_MISSING,
                              .bugcheck = {.code = e->code, .parameter = {e->parameter1}},
                              .text = syspte_bugcheck_name(e->code)};
        syspte_account_find(&m->account, &event);
    }
    m->expectation_count = 0;
    syspte_faults_end();
    if (m->stopped == 0) {
        syspte_devices_judge();
        syspte_blocks_judge();
        (void)syspte_account_list(&m->account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL);
    }
}

uint64_t syspte_shutdown(void)
{
    syspte_machine *m = &syspte_the;
    if (!m->booted) {
        return 0;
    }
    syspte_system_threads_end();
    syspte_world_take();
    uint64_t held = m->account.live_mappings + m->account.holdings.count;
    judge();
    syspte_user_views_drop();
    syspte_views_drop();
    syspte_blocks_end();
    syspte_frames_end();
    m->booted = false;
    syspte_store_release_32(&m->running, 0);
    syspte_store_release_32(&m->lane_cache_only, 0);
    syspte_plain_decide();
    syspte_world_give();
    if (m->physical_used) {
        syspte_port_physical_reset();
    }
    if (!m->config.accounting_only || m->physical_used) {
        syspte_port_fault_remove();
    }
    return held;
}
