// SPDX-License-Identifier: MIT
// "Proved": a condition that only a bug of ours can break. Ends in the panic of the lent storage.
#ifndef SYSPTE_CORE_ASSERT_H
#define SYSPTE_CORE_ASSERT_H

#include "port_inline.h"

#define SYSPTE_STRINGIZE_(x) #x
#define SYSPTE_STRINGIZE(x)  SYSPTE_STRINGIZE_(x)

#define SYSPTE_ASSERT(owner, condition)                                                            \
    do {                                                                                           \
        if (!SYSPTE_LIKELY(condition)) {                                                           \
            (owner)->panic(__FILE__ ":" SYSPTE_STRINGIZE(__LINE__) ": " #condition);               \
        }                                                                                          \
    } while (0)

#endif
