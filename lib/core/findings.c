// SPDX-License-Identifier: MIT
// A plain array, searched from its end: the equal of an event is most often a recent row.
#include "core/findings.h"
#include "core/rule.h"
#include "core/text.h"

uint64_t syspte_findings_storage(uint32_t capacity)
{
    return capacity * (uint64_t)sizeof(syspte_finding_row);
}

void syspte_findings_init(syspte_findings *findings, void *storage, uint32_t capacity)
{
    *findings = (syspte_findings){.rows = storage, .capacity = capacity};
}

// One line can hold several kinds of things, each of which is counted in its own way.
static bool same_kind(const syspte_contexts *contexts, const syspte_finding_row *row,
                      const syspte_event *event)
{
    return row->finding.held == event->held &&
           (!event->held || syspte_contexts_at(contexts, row->call)->kind ==
                                syspte_contexts_at(contexts, event->call)->kind);
}

// What a bug check is announced with tells two that did not come apart.
static bool same_announced(const syspte_finding_row *row, const syspte_event *event)
{
    return event->rule != SYSPTE_RULE_BUGCHECK_MISSING ||
           row->finding.bugcheck.parameter[0] == event->bugcheck.parameter[0];
}

static bool equals(const syspte_contexts *contexts, const syspte_finding_row *row,
                   const syspte_event *event)
{
    return row->finding.rule == event->rule && row->finding.expected == event->expected &&
           row->finding.stopped == event->stopped &&
           syspte_contexts_site(contexts, row->call) ==
               syspte_contexts_site(contexts, event->call) &&
           syspte_contexts_site(contexts, row->mapped) ==
               syspte_contexts_site(contexts, event->mapped) &&
           syspte_contexts_site(contexts, row->unmapped) ==
               syspte_contexts_site(contexts, event->unmapped) &&
           row->finding.bugcheck.code == event->bugcheck.code && same_announced(row, event) &&
           syspte_text_same(row->finding.scope, event->scope) &&
           syspte_text_same(row->finding.text, event->text) && same_kind(contexts, row, event);
}

// A note that stops the machine is no note.
static syspte_severity severity_of(const syspte_event *event)
{
    syspte_severity severity = syspte_rule_row_of(event->rule)->severity;
    return severity == SYSPTE_NOTE && event->stopped ? SYSPTE_MISUSE : severity;
}

static void fill(syspte_finding_row *row, const syspte_contexts *contexts,
                 const syspte_event *event)
{
    syspte_finding *finding = &row->finding;
    *row = (syspte_finding_row){
        .call = event->call, .mapped = event->mapped, .unmapped = event->unmapped};
    finding->rule = event->rule;
    finding->severity = severity_of(event);
    finding->has_bugcheck = event->has_bugcheck;
    finding->stopped = event->stopped;
    finding->expected = event->expected;
    finding->held = event->held;
    finding->bugcheck = event->bugcheck;
    finding->call = event->call ? syspte_contexts_at(contexts, event->call) : NULL;
    finding->mapped = event->mapped ? syspte_contexts_at(contexts, event->mapped) : NULL;
    finding->unmapped = event->unmapped ? syspte_contexts_at(contexts, event->unmapped) : NULL;
    finding->system_va = event->system_va;
    finding->physical_address = event->physical_address;
    finding->bytes = event->bytes;
    finding->sequence = event->sequence;
    finding->scope = event->scope;
    finding->text = event->text;
}

syspte_finding_row *syspte_findings_add(syspte_findings *findings, const syspte_contexts *contexts,
                                        const syspte_event *event)
{
    syspte_finding_row *row = NULL;
    for (uint32_t at = findings->count; at > 0 && row == NULL; at--) {
        if (equals(contexts, &findings->rows[at - 1], event)) {
            row = &findings->rows[at - 1];
        }
    }
    if (row == NULL && findings->count == findings->capacity) {
        bool quiet = event->expected || severity_of(event) == SYSPTE_NOTE;
        *(quiet ? &findings->dropped_quiet : &findings->dropped) += 1;
        return NULL;
    }
    if (row == NULL) {
        row = &findings->rows[findings->count++];
        fill(row, contexts, event);
    }
    syspte_finding_merge(&row->finding, event->physical_address, event->bytes, event->pte_count,
                         event->sequence);
    syspte_finding_merge_held(&row->finding, event->held_bytes, event->held_pages);
    return row;
}

const syspte_finding_row *syspte_findings_next(const syspte_findings *findings,
                                               const syspte_finding_row *after)
{
    const syspte_finding_row *next = NULL;
    for (uint32_t at = 0; at < findings->count; at++) {
        const syspte_finding_row *row = &findings->rows[at];
        bool behind = after == NULL || row->finding.sequence > after->finding.sequence ||
                      (row->finding.sequence == after->finding.sequence && row > after);
        if (behind && (next == NULL || row->finding.sequence < next->finding.sequence)) {
            next = row;
        }
    }
    return next;
}

bool syspte_finding_fails(const syspte_finding *finding)
{
    return !finding->expected && !finding->suppressed && finding->severity != SYSPTE_NOTE;
}
