// SPDX-License-Identifier: MIT
// What a test can ask: counters, live mappings, findings, the report; and the scopes of
// <syspte/scope.h>, which are the core's under the machine's lock.
#include "core/report.h"
#include "sim/edge.h"
#include "sim/fault_plan.h"
#include "sim/frames.h"
#include "sim/machine.h"
#include "sim/options.h"
#include "sim/ptes.h"
#include "sim/suppression.h"

#include <syspte/report.h>

bool syspte_is_booted(void)
{
    return syspte_the.booted;
}

const syspte_config *syspte_machine_config(void)
{
    return syspte_the.booted ? &syspte_the.config : NULL;
}

syspte_limits syspte_limits_now(void)
{
    return syspte_the.limits;
}

syspte_counters syspte_counters_now(void)
{
    syspte_machine *m = &syspte_the;
    if (!m->booted) {
        return (syspte_counters){0};
    }
    syspte_world_take();
    syspte_room room = syspte_ptes_room();
    syspte_counters c = {.pte_total = m->config.pte_count,
                         .pte_free = room.pte_free,
                         .pte_quarantined = m->quarantine.ptes,
                         .pte_elsewhere = m->elsewhere_ptes,
                         .free_blocks = room.free_blocks,
                         .largest_free_block = room.largest_free_block,
                         .live_mappings = m->account.live_mappings,
                         .live_ptes = m->account.live_ptes,
                         .lost_ptes = m->lost_ptes,
                         .maps = m->maps,
                         .failed_maps = m->failed_maps,
                         .peak_ptes = m->peak_ptes};
    syspte_world_give();
    return c;
}

enum { SNAPSHOTS = 16 };

// Copies the next live mappings; what is called with them afterwards runs without the lock.
static unsigned snapshots_take(uint64_t *cursor, syspte_mapping out[SNAPSHOTS])
{
    syspte_machine *m = &syspte_the;
    unsigned count = 0;
    syspte_row row;
    syspte_world_take();
    while (count < SNAPSHOTS && syspte_ledger_next(&m->account.ledger, cursor, &row)) {
        bool backed;
        uint64_t offset = row.physical_address & 0xFFF;
        out[count++] = (syspte_mapping){
            .id = row.id,
            .system_va = syspte_account_va(&m->account, row.id + row.front, offset),
            .address = syspte_address_of(row.id, row.pte_count, &backed) +
                       row.front * SYSPTE_PAGE_BYTES + offset,
            .physical_address = row.physical_address,
            .bytes = row.bytes,
            .pte_count = row.pte_count,
            .sequence = row.sequence,
            .context = syspte_contexts_at(&m->account.contexts, row.context)};
    }
    syspte_world_give();
    return count;
}

void syspte_mappings_each(bool (*visit)(void *context, const syspte_mapping *mapping),
                          void *context)
{
    syspte_mapping mappings[SNAPSHOTS];
    uint64_t cursor = 0;
    unsigned count = 0;
    if (!syspte_the.booted) {
        return;
    }
    do {
        count = snapshots_take(&cursor, mappings);
        for (unsigned i = 0; i < count; i++) {
            if (!visit(context, &mappings[i])) {
                return;
            }
        }
    } while (count == SNAPSHOTS);
}

const char *syspte_machine_check(void)
{
    syspte_machine *m = &syspte_the;
    if (!m->booted) {
        return NULL;
    }
    syspte_world_take();
    const char *broken = syspte_pool_check(&m->pool);
    if (broken == NULL) {
        broken = syspte_account_check(&m->account);
    }
    if (broken == NULL) {
        broken = syspte_frames_check();
    }
    if (broken == NULL && m->pool.pte_free + m->quarantine.ptes + m->account.live_ptes +
                                  m->lost_ptes + m->elsewhere_ptes !=
                              m->pool.pte_count) {
        broken = "machine: free, quarantined, mapped, lost and others' PTEs are not all PTEs";
    }
    syspte_world_give();
    return broken;
}

size_t syspte_finding_count(void)
{
    return syspte_the.reportable ? syspte_the.account.findings.count : 0;
}

bool syspte_finding_at(size_t index, syspte_finding *out)
{
    syspte_machine *m = &syspte_the;
    bool there = false;
    if (!m->reportable) {
        return false;
    }
    syspte_world_take();
    syspte_suppressions_apply();
    const syspte_finding_row *row = syspte_findings_next(&m->account.findings, NULL);
    for (; row != NULL && index > 0; index--) {
        row = syspte_findings_next(&m->account.findings, row);
    }
    if (row != NULL) {
        *out = row->finding;
        there = true;
    }
    syspte_world_give();
    return there;
}

uint64_t syspte_finding_occurrences(syspte_rule_id rule)
{
    syspte_machine *m = &syspte_the;
    uint64_t count = 0;
    if (!m->reportable) {
        return 0;
    }
    syspte_world_take();
    for (uint32_t i = 0; i < m->account.findings.count; i++) {
        const syspte_finding *finding = &m->account.findings.rows[i].finding;
        count += finding->rule == rule ? finding->count : 0;
    }
    syspte_world_give();
    return count;
}

// A report is made in memory under the lock, and written without it.
typedef struct draft {
    char *text;
    uint64_t bytes;
} draft;

enum { DRAFT_BYTES = 64 * 1024 * 1024 }; // more than all findings with all their stacks

static void draft_add(void *context, const char *text, size_t bytes)
{
    draft *d = context;
    for (size_t i = 0; i < bytes && d->bytes < DRAFT_BYTES; i++) {
        d->text[d->bytes++] = text[i];
    }
}

static void draft_write(const draft *d, const syspte_writer *out)
{
    uint64_t begin = 0;
    for (uint64_t end = 1; end <= d->bytes; end++) {
        if (d->text[end - 1] == '\n' || end == d->bytes) {
            out->write(out->context, d->text + begin, (size_t)(end - begin));
            begin = end;
        }
    }
}

void syspte_report(const syspte_writer *writer)
{
    syspte_machine *m = &syspte_the;
    static const syspte_account none;
    const syspte_writer *out = writer == NULL ? syspte_options_writer() : writer;
    syspte_report_style style = {.symbol = syspte_port_symbol};
    draft d = {.text = syspte_port_table_reserve(DRAFT_BYTES)};
    syspte_writer into = {draft_add, &d};
    if (!m->reportable || d.text == NULL) {
        syspte_report_write(m->reportable ? &m->account : &none, &style, out);
        return;
    }
    syspte_world_take();
    syspte_suppressions_apply();
    style.pointer_bits = m->config.profile->pointer_bits;
    syspte_report_write(&m->account, &style, &into);
    syspte_world_give();
    draft_write(&d, out);
    syspte_port_table_release(d.text, DRAFT_BYTES);
}

uint64_t syspte_report_failures(void)
{
    if (!syspte_the.reportable) {
        return 0;
    }
    syspte_world_take();
    syspte_suppressions_apply();
    uint64_t failures = syspte_report_count(&syspte_the.account);
    syspte_world_give();
    return failures;
}

static bool scopes_usable(void)
{
    if (syspte_the.booted) {
        return true;
    }
    syspte_misused("scopes need a machine: call syspte_boot first");
    return false;
}

syspte_scope syspte_scope_enter_owned(const char *name, const void *owner)
{
    if (!scopes_usable()) {
        return 0;
    }
    syspte_world_take();
    syspte_scope scope = syspte_scopes_enter(&syspte_the.account, name, owner);
    syspte_world_give();
    return scope;
}

syspte_scope syspte_scope_enter(const char *name)
{
    return syspte_scope_enter_owned(name, NULL);
}

syspte_scope syspte_scope_enter_cycle(const char *name)
{
    if (!scopes_usable()) {
        return 0;
    }
    syspte_world_take();
    syspte_scope scope = syspte_scopes_enter_cycle(&syspte_the.account, name);
    syspte_world_give();
    return scope;
}

uint64_t syspte_scope_leave(syspte_scope scope)
{
    if (!scopes_usable()) {
        return 0;
    }
    syspte_edges_end(scope);
    syspte_world_take();
    syspte_faults_end_scope(scope);
    uint64_t result = syspte_scopes_leave(&syspte_the.account, scope);
    syspte_world_give();
    return result;
}

const void *syspte_owner_set(const void *owner)
{
    if (!scopes_usable()) {
        return NULL;
    }
    syspte_thread *thread = syspte_thread_now();
    const void *before = thread->owner_pointer;
    syspte_world_take();
    thread->owner = syspte_scopes_owner(&syspte_the.account.scopes, owner);
    syspte_world_give();
    thread->owner_pointer = owner;
    thread->owner_irql = thread->irql;
    syspte_thread_stand(thread);
    return before;
}
