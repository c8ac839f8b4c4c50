// SPDX-License-Identifier: MIT
// Holdings: a ledger of their own, keyed by what the caller chooses, and a history of their own.
// They share contexts, sequence, scopes and findings with the mappings. Where PTEs have no small
// index, in a kernel, mappings stand among them; their kind tells them apart.
#include "core/account.h"
#include "core/assert.h"

bool syspte_account_hold(syspte_account *account, syspte_row *row)
{
    syspte_row other;
    SYSPTE_ASSERT(account, row->id != 0);
    if (syspte_ledger_hash_find(&account->holdings, row->id, &other)) {
        return false;
    }
    row->sequence = account->sequence + 1;
    syspte_ledger_hash_reach(&account->holdings, row->id, row->pte_count);
    if (!syspte_ledger_hash_note(&account->holdings, row)) {
        syspte_event event = {.rule = SYSPTE_RULE_HOLDINGS_FULL, .call = row->context};
        syspte_account_find(account, &event);
        return false;
    }
    account->sequence++;
    return true;
}

bool syspte_account_held(const syspte_account *account, uint64_t key, syspte_row *out)
{
    return syspte_ledger_hash_find(&account->holdings, key, out);
}

bool syspte_account_held_next(const syspte_account *account, uint64_t *cursor, syspte_row *out)
{
    return syspte_ledger_hash_next(&account->holdings, cursor, out);
}

void syspte_account_let_go(syspte_account *account, const syspte_row *row, uint32_t by)
{
    syspte_ledger_hash_strike_alone(&account->holdings, row);
    syspte_history_add(&account->holdings_ended, row, by, ++account->sequence);
}

const syspte_ended *syspte_account_held_last(const syspte_account *account, uint64_t key)
{
    return syspte_history_of(&account->holdings_ended, key);
}

syspte_kind syspte_account_held_kind(const syspte_account *account, const syspte_row *row)
{
    return (syspte_kind)syspte_contexts_at(&account->contexts, row->context)->kind;
}

bool syspte_account_is_mapping(const syspte_account *account, const syspte_row *row)
{
    syspte_kind kind = syspte_account_held_kind(account, row);
    return kind != SYSPTE_KIND_NONE && kind < SYSPTE_KIND_POOL;
}

static syspte_finding_row *list_row(syspte_account *account, syspte_rule_id rule, const char *scope,
                                    const syspte_row *row, bool mapping)
{
    syspte_event event = {.rule = rule,
                          .call = row->context,
                          .held = !mapping,
                          .held_bytes = mapping ? 0 : row->bytes,
                          .held_pages = mapping ? 0 : row->pte_count,
                          .system_va = mapping ? syspte_account_va(account, row->id,
                                                                   row->physical_address & 0xFFF)
                                               : 0,
                          .pte_count = mapping ? row->pte_count : 0,
                          .physical_address = row->physical_address,
                          .bytes = row->bytes,
                          // What a bug check left behind is told after its cause.
                          .sequence = syspte_account_order(account, rule, row->sequence),
                          .scope = scope};
    return syspte_findings_add(&account->findings, &account->contexts, &event);
}

uint64_t syspte_account_held_list(syspte_account *account, syspte_rule_id rule, const char *scope,
                                  uint64_t since,
                                  bool (*belongs)(const syspte_account *account,
                                                  const syspte_row *row, const void *argument),
                                  const void *argument)
{
    syspte_finding_row *same = NULL; // what the holding before was added to
    uint32_t context = 0;
    uint64_t cursor = 0;
    uint64_t listed = 0;
    syspte_row row;
    while (syspte_ledger_hash_next(&account->holdings, &cursor, &row)) {
        if (row.reported || row.sequence < since ||
            (belongs != NULL && !belongs(account, &row, argument))) {
            continue;
        }
        bool mapping = syspte_account_is_mapping(account, &row);
        syspte_ledger_hash_mark(&account->holdings, &row);
        if (same == NULL || row.context != context) {
            same = list_row(account, rule, scope, &row, mapping);
            context = row.context;
        } else {
            syspte_finding_merge(&same->finding, row.physical_address, row.bytes,
                                 mapping ? row.pte_count : 0,
                                 syspte_account_order(account, rule, row.sequence));
            syspte_finding_merge_held(&same->finding, mapping ? 0 : row.bytes,
                                      mapping ? 0 : row.pte_count);
        }
        listed++;
    }
    return listed;
}
