// SPDX-License-Identifier: MIT
// Traps: the fault that a thread is in, for whoever carries out its instruction, and the accesses
// made on the program's behalf. Such an access may fault as the program's own would have: it is
// then told with the address of the program's instruction. A handler that leaves by a jump leaves
// nothing behind that matters: the next fault begins anew.
#include "../port.h"

#include "trap.h"

static _Thread_local void *context_now __attribute__((tls_model("initial-exec")));
static _Thread_local void *program_now __attribute__((tls_model("initial-exec")));
static _Thread_local uintptr_t touching __attribute__((tls_model("initial-exec"))); // 0: not

uintptr_t syspte_trap_begin(void *context, uintptr_t code_address)
{
    uintptr_t behalf = touching;
    touching = 0;
    context_now = context;
    program_now = behalf != 0 ? program_now : context;
    return behalf != 0 ? behalf : code_address;
}

void *syspte_trap_context(void)
{
    return context_now;
}

void *syspte_trap_program(void)
{
    return program_now;
}

// One access of the width asked for, whatever the alignment, unseen by sanitizers: it is not ours.
typedef uint8_t any8 __attribute__((may_alias));
typedef uint16_t any16 __attribute__((may_alias, aligned(1)));
typedef uint32_t any32 __attribute__((may_alias, aligned(1)));
typedef uint64_t any64 __attribute__((may_alias, aligned(1)));

__attribute__((no_sanitize("address", "thread", "undefined"))) uint64_t
syspte_trap_load(uintptr_t code_address, uintptr_t address, unsigned width)
{
    uint64_t value = 0;
    *(volatile uintptr_t *)&touching = code_address;
    switch (width) {
    case 1:
        value = *(volatile any8 *)address;
        break;
    case 2:
        value = *(volatile any16 *)address;
        break;
    case 4:
        value = *(volatile any32 *)address;
        break;
    default:
        value = *(volatile any64 *)address;
    }
    *(volatile uintptr_t *)&touching = 0;
    return value;
}

__attribute__((no_sanitize("address", "thread", "undefined"))) void
syspte_trap_store(uintptr_t code_address, uintptr_t address, unsigned width, uint64_t value)
{
    *(volatile uintptr_t *)&touching = code_address;
    switch (width) {
    case 1:
        *(volatile any8 *)address = (uint8_t)value;
        break;
    case 2:
        *(volatile any16 *)address = (uint16_t)value;
        break;
    case 4:
        *(volatile any32 *)address = (uint32_t)value;
        break;
    default:
        *(volatile any64 *)address = value;
    }
    *(volatile uintptr_t *)&touching = 0;
}
