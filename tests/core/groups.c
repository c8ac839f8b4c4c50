// SPDX-License-Identifier: MIT
#include "core_test.h"

#include <string.h>

static const struct {
    const char *name;
    int (*run)(void);
} groups[] = {
    {"text", core_test_text},
    {"rule", core_test_rule},
    {"bugcheck", core_test_bugcheck},
    {"context", core_test_context},
    {"stack", core_test_stack},
    {"history", core_test_history},
    {"ledger", core_test_ledger},
    {"ledger_hash", core_test_ledger_hash},
    {"ledger_contract", core_test_ledger_contract},
    {"ledger_claim", core_test_ledger_claim},
    {"pool", core_test_pool},
    {"pool_check", core_test_pool_check},
    {"findings", core_test_findings},
    {"account", core_test_account},
    {"holding", core_test_holding},
    {"report_kinds", core_test_report_kinds},
    {"scope", core_test_scope},
    {"report", core_test_report},
    {"quarantine", core_test_quarantine},
    {"attribute", core_test_attribute},
};

int core_run(const char *only, int *ran)
{
    int failed = 0;
    *ran = 0;
    for (size_t i = 0; i < COUNT_OF(groups); i++) {
        if (only == NULL || strcmp(only, groups[i].name) == 0) {
            failed += groups[i].run();
            ++*ran;
        }
    }
    return failed;
}
