// SPDX-License-Identifier: MIT
// The rules with what the library itself needs to apply them.
#ifndef SYSPTE_CORE_RULE_H
#define SYSPTE_CORE_RULE_H

#include <syspte/finding.h>
#include <syspte/machine.h>

typedef struct syspte_rule_row {
    syspte_rule words;
    syspte_severity severity;
    syspte_strictness stops_at; // from this strictness on the machine stops; above VERIFIER: never
    uint32_t bugcheck;          // documented code; 0: none
    bool has_parameter1;        // its first parameter names the case
    uint32_t parameter1;        // that parameter, else 0
} syspte_rule_row;

// Needs: rule < SYSPTE_RULE_COUNT.
const syspte_rule_row *syspte_rule_row_of(syspte_rule_id rule);

#endif
