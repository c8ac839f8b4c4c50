// SPDX-License-Identifier: MIT
// The bug checks about mapped memory as data: what their parameters mean, why they come, from where
// on they are raised here. The rows are in bugcheck_table.h.
#ifndef SYSPTE_CORE_BUGCHECK_H
#define SYSPTE_CORE_BUGCHECK_H

#include <syspte/bugcheck.h>
#include <syspte/machine.h>

enum { SYSPTE_NEVER = SYSPTE_VERIFIER + 1 }; // the strictness of what is never raised

typedef struct syspte_bugcheck_row {
    uint32_t code;
    uint32_t parameter1;       // that names the case, where there are cases
    bool has_cases;            // parameter 1 tells them apart
    syspte_strictness from;    // raised here from this strictness on; SYSPTE_NEVER: not at all
    const char *parameters[4]; // what each means; "" for a reserved one, and for that of the case
    const char *cause;         // one sentence
    const char *fix;           // the usual one; NULL where there is none
    const char *source;        // the public document
} syspte_bugcheck_row;

// SYSPTE_FROM_DA_302, SYSPTE_FROM_12E: the strictness of each row, for the rules. A pair that the
// table does not have does not compile.
enum {
#define SYSPTE_CODE(code, name)
#define SYSPTE_CASE(code, sub, from, p2, p3, p4, cause, fix)                                       \
    SYSPTE_FROM_##code##_##sub = SYSPTE_##from,
#define SYSPTE_STOP(code, from, p1, p2, p3, p4, cause, fix) SYSPTE_FROM_##code = SYSPTE_##from,
#include "core/bugcheck_table.h"
#undef SYSPTE_CODE
#undef SYSPTE_CASE
#undef SYSPTE_STOP
};

// ---- Inspect

// The row of a bug check: of its case, or of its code where that has none. NULL for one that is not
// in the table. Costs: O(rows).
const syspte_bugcheck_row *syspte_bugcheck_row_of(uint32_t code, uint64_t parameter1);

// The rows in order, codes ascending; NULL past the last.
const syspte_bugcheck_row *syspte_bugcheck_row_at(unsigned index);

#endif
