// SPDX-License-Identifier: MIT
// Held objects as rows of the account's table of holdings. Addresses of a host's program have less
// than 48 bits.
#include "sim/object.h"

#include "port/port_wait.h"
#include "sim/frames.h"

static uint64_t key_of(syspte_kind kind, const void *at)
{
    return syspte_frame_key(kind, (uint64_t)(uintptr_t)at & 0xFFFFFFFFFFFFull);
}

bool syspte_object_find(syspte_kind kind, const void *at, syspte_row *out)
{
    return syspte_account_held(&syspte_the.account, key_of(kind, at), out);
}

bool syspte_object_hold(syspte_call *call, syspte_kind kind, const void *at, uint64_t bytes)
{
    syspte_row row = {.id = key_of(kind, at),
                      .bytes = bytes,
                      .context = syspte_call_context(call, kind, SYSPTE_CACHE_CACHED, 0)};
    return syspte_account_hold(&syspte_the.account, &row);
}

void syspte_object_drop(const syspte_row *row)
{
    syspte_ledger_hash_strike_alone(&syspte_the.account.holdings, row);
}

const syspte_context *syspte_object_context(const syspte_row *row)
{
    return syspte_contexts_at(&syspte_the.account.contexts, row->context);
}

bool syspte_object_is_mine(const syspte_call *call, const syspte_row *row)
{
    return call->thread->number != 0 && syspte_object_context(row)->thread == call->thread->number;
}

// Gives the lock of the world back and does not return.
static void stop_stuck(syspte_call *call, const void *at, const syspte_row *row, const char *text)
{
    syspte_bugcheck bugcheck = {.code = SYSPTE_DRIVER_VERIFIER_DETECTED_VIOLATION,
                                .parameter = {0x1000, syspte_locate(at).system_va}};
    syspte_event event = {.rule = SYSPTE_RULE_ACQUIRE_TWICE, .mapped = row->context, .text = text};
    syspte_call_crash(call, &event, &bugcheck);
}

bool syspte_object_seize(syspte_call *call, syspte_kind kind, const void *at, uint64_t bytes,
                         unsigned naps)
{
    syspte_row row;
    if (!syspte_object_find(kind, at, &row)) {
        (void)syspte_object_hold(call, kind, at, bytes);
        return true;
    }
    if (naps == SYSPTE_OBJECT_TRY) {
        return false;
    }
    if (syspte_object_is_mine(call, &row)) {
        stop_stuck(call, at, &row, "this thread holds it already");
    }
    if (naps == SYSPTE_OBJECT_PATIENCE || syspte_port_is_alone()) {
        stop_stuck(call, at, &row, "another thread holds it and does not release it");
    }
    return false;
}

void syspte_object_violate(syspte_call *call, syspte_rule_id rule, const syspte_row *row,
                           const char *text)
{
    syspte_event event = {.rule = rule, .mapped = row == NULL ? 0 : row->context, .text = text};
    (void)syspte_call_violate(call, &event, 0, 0, 0);
}

void syspte_object_irql(syspte_call *call, unsigned limit)
{
    if (call->thread->irql > limit) {
        syspte_object_violate(call, SYSPTE_RULE_CALL_IRQL, NULL, NULL);
    }
}

static void violate_alone(syspte_api api, const syspte_caller *caller, syspte_rule_id rule,
                          const char *text)
{
    syspte_call call;
    if (syspte_call_begin(&call, api, caller)) {
        syspte_object_violate(&call, rule, NULL, text);
        syspte_call_end(&call);
    }
}

void syspte_object_uninitialized(syspte_api api, const syspte_caller *caller, const char *what)
{
    violate_alone(api, caller, SYSPTE_RULE_LOCK_NOT_INITIALIZED, what);
}

void syspte_object_full(syspte_api api, const syspte_caller *caller, const char *what)
{
    violate_alone(api, caller, SYSPTE_RULE_TABLE_FULL, what);
}
