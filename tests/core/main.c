// SPDX-License-Identifier: MIT
// All tests of lib/core in one program: `test_core` runs every group, `test_core pool` that one.
#include "core_test.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(void);
} groups[] = {
    {"text", core_test_text},         {"rule", core_test_rule},
    {"context", core_test_context},   {"stack", core_test_stack},
    {"history", core_test_history},   {"ledger", core_test_ledger},
    {"pool", core_test_pool},         {"pool_check", core_test_pool_check},
    {"findings", core_test_findings}, {"account", core_test_account},
    {"scope", core_test_scope},       {"report", core_test_report},
    {"quarantine", core_test_quarantine}, {"attribute", core_test_attribute},
};

int main(int argc, char **argv)
{
    int failed = 0;
    int ran = 0;
    for (size_t i = 0; i < COUNT_OF(groups); i++) {
        if (argc < 2 || strcmp(argv[1], groups[i].name) == 0) {
            failed += groups[i].run();
            ran++;
        }
    }
    if (ran == 0) {
        fprintf(stderr, "test_core: there is no group \"%s\"\n", argv[1]);
        return 2;
    }
    return failed != 0;
}
