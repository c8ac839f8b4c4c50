// SPDX-License-Identifier: MIT
// Carves the lent block, and keeps what must change together together: ledger and counts at birth,
// ledger, counts and history at the end.
#include "core/account.h"
#include "core/assert.h"

static uint64_t round_up(uint64_t bytes)
{
    return (bytes + 63) & ~63ull;
}

uint64_t syspte_account_storage(const syspte_account_sizes *sizes)
{
    return round_up(syspte_ledger_storage(sizes->ledger_rows)) +
           round_up(syspte_contexts_storage(sizes->contexts)) +
           2 * round_up(syspte_history_storage(sizes->history_rows)) +
           round_up(syspte_ledger_hash_storage(sizes->holdings)) +
           round_up(syspte_findings_storage(sizes->findings)) +
           round_up(syspte_stacks_storage(sizes->stack_words, sizes->stack_slots)) +
           round_up(syspte_scopes_storage(sizes->contexts));
}

void syspte_account_init(syspte_account *account, void *storage, const syspte_account_sizes *sizes,
                         uint64_t system_va, void (*panic)(const char *text))
{
    unsigned char *at = storage;
    *account = (syspte_account){.system_va = system_va, .panic = panic};
    syspte_ledger_init(&account->ledger, at, sizes->ledger_rows, panic);
    at += round_up(syspte_ledger_storage(sizes->ledger_rows));
    syspte_contexts_init(&account->contexts, at, sizes->contexts);
    at += round_up(syspte_contexts_storage(sizes->contexts));
    syspte_history_init(&account->history, at, sizes->history_rows);
    at += round_up(syspte_history_storage(sizes->history_rows));
    syspte_history_init(&account->holdings_ended, at, sizes->history_rows);
    at += round_up(syspte_history_storage(sizes->history_rows));
    syspte_ledger_hash_init(&account->holdings, at, sizes->holdings, panic);
    at += round_up(syspte_ledger_hash_storage(sizes->holdings));
    syspte_findings_init(&account->findings, at, sizes->findings);
    at += round_up(syspte_findings_storage(sizes->findings));
    syspte_stacks_init(&account->stacks, at, sizes->stack_words, sizes->stack_slots);
    at += round_up(syspte_stacks_storage(sizes->stack_words, sizes->stack_slots));
    syspte_scopes_init(&account->scopes, at, sizes->contexts);
}

void syspte_account_wipe(syspte_account *account, void (*zero)(void *from, uint64_t bytes))
{
    syspte_scopes_wipe(&account->scopes, account->contexts.count);
    syspte_ledger_wipe(&account->ledger, zero);
    syspte_contexts_wipe(&account->contexts);
    syspte_stacks_wipe(&account->stacks);
    zero(account->history.rows, syspte_history_storage(account->history.kept));
    syspte_ledger_hash_wipe(&account->holdings, zero);
    zero(account->holdings_ended.rows, syspte_history_storage(account->holdings_ended.kept));
    zero(account->findings.rows, syspte_findings_storage(account->findings.count));
}

syspte_finding_row *syspte_account_find(syspte_account *account, const syspte_event *event)
{
    syspte_event numbered = *event;
    if (numbered.sequence == 0) {
        numbered.sequence = ++account->sequence;
    }
    if (numbered.scope == NULL) {
        numbered.scope = syspte_scopes_name(&account->scopes);
    }
    return syspte_findings_add(&account->findings, &account->contexts, &numbered);
}

uint64_t syspte_account_va(const syspte_account *account, uint64_t index, uint64_t offset)
{
    return account->system_va + index * SYSPTE_PAGE_BYTES + offset;
}

static syspte_finding_row *list_row(syspte_account *account, syspte_rule_id rule, const char *scope,
                                    const syspte_row *row)
{
    syspte_event event = {.rule = rule,
                          .call = row->context,
                          .system_va = syspte_account_va(account, row->id + row->front,
                                                         row->physical_address & 0xFFF),
                          .physical_address = row->physical_address,
                          .bytes = row->bytes,
                          .pte_count = row->pte_count,
                          .sequence = syspte_account_order(account, rule, row->sequence),
                          .scope = scope};
    return syspte_findings_add(&account->findings, &account->contexts, &event);
}

// Adds the rows behind a row of one PTE that are like it to its finding. Returns how many.
static uint64_t list_alike(syspte_account *account, syspte_finding *finding, const syspte_row *row,
                           uint64_t since, uint64_t *cursor)
{
    syspte_sweep sweep;
    *cursor = syspte_ledger_sweep(&account->ledger, *cursor, row->context, since, &sweep);
    if (sweep.count != 0) {
        syspte_finding_merge_all(finding, sweep.count, sweep.physical_first, sweep.physical_last,
                                 sweep.count,
                                 syspte_account_order(account, finding->rule, sweep.sequence));
    }
    return sweep.count;
}

uint64_t syspte_account_list(syspte_account *account, syspte_rule_id rule, const char *scope,
                             uint64_t since,
                             bool (*belongs)(const syspte_account *account, const syspte_row *row,
                                             const void *argument),
                             const void *argument)
{
    syspte_finding_row *same = NULL; // what the row before was added to
    uint32_t context = 0;
    uint64_t cursor = 0;
    uint64_t listed = 0;
    uint64_t seen = 0;
    syspte_row row;
    // Behind the last live row the ledger may go on for as many PTEs as were ever used.
    while (seen < account->live_mappings && syspte_ledger_next(&account->ledger, &cursor, &row)) {
        seen++;
        if (row.reported || row.sequence < since ||
            (belongs != NULL && !belongs(account, &row, argument))) {
            continue;
        }
        syspte_ledger_mark(&account->ledger, &row);
        listed++;
        if (same == NULL || row.context != context) {
            same = list_row(account, rule, scope, &row);
            context = row.context;
        } else {
            syspte_finding_merge(&same->finding, row.physical_address, row.bytes, row.pte_count,
                                 syspte_account_order(account, rule, row.sequence));
        }
        if (same != NULL && row.pte_count == 1) {
            uint64_t alike = list_alike(account, &same->finding, &row, since, &cursor);
            listed += alike;
            seen += alike;
        }
    }
    return listed + syspte_account_held_list(account, rule, scope, since, belongs, argument);
}

static const char *check_row(const syspte_account *account, const syspte_row *row)
{
    if (row->context >= account->contexts.count) {
        return "account: a row has a context that is not stored";
    }
    return row->sequence > account->sequence ? "account: a row is younger than the last event"
                                             : NULL;
}

static const char *check_holdings(const syspte_account *account)
{
    uint64_t cursor = 0;
    syspte_row row;
    const char *broken = syspte_ledger_hash_check(&account->holdings);
    while (broken == NULL && syspte_ledger_hash_next(&account->holdings, &cursor, &row)) {
        broken = check_row(account, &row);
    }
    return broken;
}

const char *syspte_account_check(const syspte_account *account)
{
    uint64_t cursor = 0;
    uint64_t mappings = 0;
    uint64_t ptes = 0;
    syspte_row row;
    const char *broken = syspte_ledger_check(&account->ledger);
    while (broken == NULL && syspte_ledger_next(&account->ledger, &cursor, &row)) {
        mappings++;
        ptes += row.pte_count;
        broken = check_row(account, &row);
    }
    if (broken == NULL && mappings != account->live_mappings) {
        broken = "account: the count of live mappings is wrong";
    }
    if (broken == NULL && ptes != account->live_ptes) {
        broken = "account: the count of live PTEs is wrong";
    }
    return broken != NULL ? broken : check_holdings(account);
}
