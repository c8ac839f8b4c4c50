// SPDX-License-Identifier: MIT
// The table twice: its rows, and the names of its codes.
#include "core/bugcheck.h"

static const syspte_bugcheck_row rows[] = {
#define SYSPTE_CODE(code, name)
#define SYSPTE_CASE(code, sub, from, p2, p3, p4, cause, fix)                                       \
    {0x##code,   0x##sub, true, (syspte_strictness)SYSPTE_##from,                                  \
     {"", p2, p3, p4}, cause, fix, "bug check 0x" #code ", 0x" #sub},
#define SYSPTE_STOP(code, from, p1, p2, p3, p4, cause, fix)                                        \
    {0x##code,     0,     false, (syspte_strictness)SYSPTE_##from,                                 \
     {p1, p2, p3, p4}, cause, fix, "bug check 0x" #code},
#include "core/bugcheck_table.h"
#undef SYSPTE_CODE
#undef SYSPTE_CASE
#undef SYSPTE_STOP
};

static const struct {
    uint32_t code;
    const char *name;
} names[] = {
#define SYSPTE_CODE(code, name) {0x##code, #name},
#define SYSPTE_CASE(code, sub, from, p2, p3, p4, cause, fix)
#define SYSPTE_STOP(code, from, p1, p2, p3, p4, cause, fix)
#include "core/bugcheck_table.h"
#undef SYSPTE_CODE
#undef SYSPTE_CASE
#undef SYSPTE_STOP
};

const syspte_bugcheck_row *syspte_bugcheck_row_at(unsigned index)
{
    return index < sizeof(rows) / sizeof(rows[0]) ? &rows[index] : NULL;
}

const syspte_bugcheck_row *syspte_bugcheck_row_of(uint32_t code, uint64_t parameter1)
{
    const syspte_bugcheck_row *row;
    for (unsigned i = 0; (row = syspte_bugcheck_row_at(i)) != NULL; i++) {
        if (row->code == code && (!row->has_cases || row->parameter1 == parameter1)) {
            return row;
        }
    }
    return NULL;
}

const char *syspte_bugcheck_name(uint32_t code)
{
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].code == code) {
            return names[i].name;
        }
    }
    return "?";
}
