// SPDX-License-Identifier: MIT
// Held objects as rows of the account's table of holdings. Addresses of a host's program have less
// than 48 bits.
#include "sim/object.h"

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
