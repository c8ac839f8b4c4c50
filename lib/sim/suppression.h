// SPDX-License-Identifier: MIT
// Suppressions as the machine uses them.
#ifndef SYSPTE_SIM_SUPPRESSION_H
#define SYSPTE_SIM_SUPPRESSION_H

#include "sim/machine.h"

// Marks the findings that a suppression covers. Lock: held.
void syspte_suppressions_apply(void);

// True if the pattern is somewhere in the text: `*`, `^` and `$` as in suppression.h.
bool syspte_pattern_matches(const char *pattern, const char *text);

#endif
