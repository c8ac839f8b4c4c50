// SPDX-License-Identifier: MIT
// One instruction of x86-64 that is being carried out.
#ifndef SYSPTE_POSIX_TRAP_STEP_H
#define SYSPTE_POSIX_TRAP_STEP_H

#include "../port.h"

#include <Zydis/Zydis.h>
#include <ucontext.h> // of the host's own names: _GNU_SOURCE comes first

typedef struct syspte_trap_step {
    ZydisDecodedInstruction in;
    ZydisDecodedOperand op[ZYDIS_MAX_OPERAND_COUNT];
    greg_t *regs;
    uintptr_t code_address;
    const syspte_port_bus *bus;
} syspte_trap_step;

// Carries the instruction out, all but going on behind it. False if it is none of those known, with
// nothing done. Needs: no operand but general registers, numbers and memory of 1, 2, 4 or 8 bytes.
bool syspte_trap_step_run(const syspte_trap_step *s);

#endif
