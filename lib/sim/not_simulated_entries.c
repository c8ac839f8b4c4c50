// SPDX-License-Identifier: MIT
// The functions of not_simulated.h themselves. They never return, so they need neither parameters
// nor a result, whatever their callers pass and expect: for that no header of Windows is included
// here. A test may have its own, where the host can tell which of two is meant.
#include "sim/loud.h"

#include "port_inline.h"

#define GROUP(title, advice)
#define NTDDK(name, since)      LOUD(name)
#define NTIFS(name, since)      LOUD(name)
#define UNDECLARED(name, since) LOUD(name)
#define INTRINSIC(name)         LOUD(name)

#define LOUD(name)                                                                                 \
    void name(void) SYSPTE_REPLACEABLE;                                                            \
    void name(void)                                                                                \
    {                                                                                              \
        syspte_loud_call(#name, SYSPTE_RETURN_ADDRESS());                                          \
    }
#include "sim/not_simulated.h"
#undef LOUD
#undef NTDDK
#undef NTIFS
#undef UNDECLARED
#undef INTRINSIC

#define NTDDK(name, since)      {#name, name, since},
#define NTIFS(name, since)      NTDDK(name, since)
#define UNDECLARED(name, since) NTDDK(name, since)
#define INTRINSIC(name)
const syspte_loud syspte_loud_routines[] = {
#include "sim/not_simulated.h"
};
