// SPDX-License-Identifier: MIT
// Which calls a plan is about: by scope, place, cache type, length, tag. Paths of files are
// compared from their end, by whole names.
#include "sim/fault_match.h"

#include "core/text.h"

#include <string.h>

static bool ends_with(const char *text, const char *end)
{
    size_t length = text == NULL ? 0 : strlen(text);
    size_t tail = strlen(end);
    return text != NULL && length >= tail && strcmp(text + length - tail, end) == 0 &&
           (length == tail || end[0] == '/' || text[length - tail - 1] == '/');
}

bool syspte_fault_is_at(const syspte_fault_place *place, const syspte_fault_call *call)
{
    const syspte_caller *caller = call->caller;
    return (place->api == SYSPTE_API_UNKNOWN || place->api == (uint8_t)call->how) &&
           (place->function == NULL || syspte_text_same(place->function, caller->function)) &&
           (place->file == NULL || ends_with(caller->file, place->file)) &&
           (place->line == 0 || place->line == caller->line);
}

static syspte_kind kind_of(const syspte_fault_call *call)
{
    return (syspte_kind)(call->how >> 8 & 0xFF);
}

static bool has_cache(const syspte_fault_call *call, unsigned caches)
{
    syspte_kind kind = kind_of(call);
    bool asks = (kind >= SYSPTE_KIND_IO_SPACE && kind <= SYSPTE_KIND_MDL) ||
                kind == SYSPTE_KIND_NONCACHED || kind == SYSPTE_KIND_CONTIGUOUS ||
                kind == SYSPTE_KIND_CONTIGUOUS_POOL;
    return asks && (caches >> (call->how >> 16 & 0xFF) & 1) != 0;
}

static bool has_tag(const syspte_fault_call *call, uint32_t tag)
{
    syspte_kind kind = kind_of(call);
    return (kind == SYSPTE_KIND_POOL || kind == SYSPTE_KIND_RESERVED) && call->how >> 32 == tag;
}

const syspte_scope_row *syspte_fault_scope(syspte_scope handle)
{
    const syspte_scopes *scopes = &syspte_the.account.scopes;
    for (unsigned i = 0; i < scopes->count; i++) {
        if (scopes->rows[i].handle == handle) {
            return &scopes->rows[i];
        }
    }
    return NULL;
}

static bool is_in_scope(const syspte_fault_plan *plan, const syspte_thread *thread)
{
    const syspte_scope_row *scope = plan->scope == 0 ? NULL : syspte_fault_scope(plan->scope);
    return plan->scope == 0 ||
           (scope != NULL && (scope->owner == 0 || scope->owner == thread->standing >> 8));
}

bool syspte_fault_is_about(const syspte_fault_plan *plan, const syspte_fault_call *call)
{
    bool locks = plan->locks || plan->at.api == (uint8_t)call->how;
    return is_in_scope(plan, call->thread) && syspte_fault_is_at(&plan->at, call) &&
           (plan->caches == 0 || has_cache(call, plan->caches)) &&
           call->bytes >= plan->bytes_least && (plan->tag == 0 || has_tag(call, plan->tag)) &&
           (!plan->shortage || call->pte_count != 0) &&
           (locks || kind_of(call) != SYSPTE_KIND_LOCK);
}
