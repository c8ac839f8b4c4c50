// SPDX-License-Identifier: MIT
// Private to the port's traps: what fault.c hands over, and what the carrying out is made of.
#ifndef SYSPTE_POSIX_TRAP_H
#define SYSPTE_POSIX_TRAP_H

#include <stdbool.h>
#include <stdint.h>

// ---- The fault that the calling thread is in (trap.c)

// A fault with this context of the host's begins. Returns the code address to tell of: that of the
// program's instruction, also where the access was made on its behalf.
uintptr_t syspte_trap_begin(void *context, uintptr_t code_address);
// The context of the fault that began last.
void *syspte_trap_context(void);
// The same, of the program's own instruction where that one was an access on its behalf.
void *syspte_trap_program(void);

// ---- Accesses on behalf of the program's instruction at `code_address` (trap.c). They may fault.

uint64_t syspte_trap_load(uintptr_t code_address, uintptr_t address, unsigned width);
void syspte_trap_store(uintptr_t code_address, uintptr_t address, unsigned width, uint64_t value);

// ---- Operations (trap_operation.c)

// What an instruction does with operands of `width` bytes and the flags; bytes of `a` beyond it
// mean nothing.
typedef void syspte_trap_operation(unsigned width, uint64_t *a, uint64_t b, uint64_t *flags);

enum { SYSPTE_TRAP_FLAGS = 0x8D5 }; // CF, PF, AF, ZF, SF, OF

syspte_trap_operation syspte_trap_adc, syspte_trap_add, syspte_trap_and, syspte_trap_bsf,
    syspte_trap_bsr, syspte_trap_bt, syspte_trap_btc, syspte_trap_btr, syspte_trap_bts,
    syspte_trap_cmp, syspte_trap_dec, syspte_trap_imul, syspte_trap_inc, syspte_trap_neg,
    syspte_trap_not, syspte_trap_or, syspte_trap_rcl, syspte_trap_rcr, syspte_trap_rol,
    syspte_trap_ror, syspte_trap_sar, syspte_trap_sbb, syspte_trap_shl, syspte_trap_shr,
    syspte_trap_sub, syspte_trap_test, syspte_trap_xor;

// Whether condition `code`, the lowest four bits of an opcode, holds with these flags.
bool syspte_trap_holds(unsigned code, uint64_t flags);

#endif
