// SPDX-License-Identifier: MIT
// Traps on Linux on x86-64: Zydis tells what the instruction that faulted is, trap_step.c carries
// it out, and the program goes on behind it when the handler returns.
#define _GNU_SOURCE
#include "../port.h"

#include "port_tool.h"
#include "trap.h"
#include "trap_step.h"

// ---- Decoding

static bool decode(syspte_trap_step *s)
{
    enum { PAGE_BYTES = 4096 };
    ZydisDecoder decoder;
    size_t left = PAGE_BYTES - s->code_address % PAGE_BYTES;
    size_t most = ZYDIS_MAX_INSTRUCTION_LENGTH;
    const void *code = (const void *)s->code_address;
    if (!ZYAN_SUCCESS(
            ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64))) {
        return false;
    }
    // Behind the end of its page only where the instruction goes on there.
    return ZYAN_SUCCESS(
               ZydisDecoderDecodeFull(&decoder, code, left < most ? left : most, &s->in, s->op)) ||
           (left < most &&
            ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, code, most, &s->in, s->op)));
}

static bool is_vector(const syspte_trap_step *s)
{
    for (unsigned i = 0; i < s->in.operand_count; i++) {
        ZydisRegisterClass class = s->op[i].type == ZYDIS_OPERAND_TYPE_REGISTER
                                       ? ZydisRegisterGetClass(s->op[i].reg.value)
                                       : ZYDIS_REGCLASS_INVALID;
        if (class == ZYDIS_REGCLASS_MMX || class == ZYDIS_REGCLASS_XMM ||
            class == ZYDIS_REGCLASS_YMM || class == ZYDIS_REGCLASS_ZMM) {
            return true;
        }
    }
    return false;
}

static bool is_general(ZydisRegister reg)
{
    ZydisRegisterClass class = ZydisRegisterGetClass(reg);
    return class == ZYDIS_REGCLASS_GPR8 || class == ZYDIS_REGCLASS_GPR16 ||
           class == ZYDIS_REGCLASS_GPR32 || class == ZYDIS_REGCLASS_GPR64;
}

static bool is_simple(const syspte_trap_step *s)
{
    for (unsigned i = 0; i < s->in.operand_count_visible; i++) {
        const ZydisDecodedOperand *op = &s->op[i];
        unsigned width = op->size / 8;
        bool is_memory = op->type == ZYDIS_OPERAND_TYPE_MEMORY;
        if (((is_memory || op->type == ZYDIS_OPERAND_TYPE_REGISTER) && width != 1 && width != 2 &&
             width != 4 && width != 8) ||
            (is_memory &&
             (op->mem.segment == ZYDIS_REGISTER_FS || op->mem.segment == ZYDIS_REGISTER_GS)) ||
            (op->type == ZYDIS_OPERAND_TYPE_REGISTER && !is_general(op->reg.value))) {
            return false;
        }
    }
    return s->in.address_width == 64;
}

// ---- The port's functions

syspte_port_trap syspte_port_trap_possible(void)
{
    return SYSPTE_TOOL_TSAN || SYSPTE_TOOL_MSAN || syspte_tool_is_valgrind()
               ? SYSPTE_PORT_TRAP_WATCHED
               : SYSPTE_PORT_TRAP_DONE;
}

syspte_port_trap syspte_port_trap_carry_out(const syspte_port_bus *bus, const char **name)
{
    ucontext_t *context = syspte_trap_context();
    greg_t *regs = context->uc_mcontext.gregs;
    syspte_trap_step s = {.regs = regs, .code_address = (uintptr_t)regs[REG_RIP], .bus = bus};
    *name = "";
    if (syspte_port_trap_possible() != SYSPTE_PORT_TRAP_DONE) {
        return syspte_port_trap_possible();
    }
    if (!decode(&s)) {
        return SYSPTE_PORT_TRAP_UNKNOWN;
    }
    *name = ZydisMnemonicGetString(s.in.mnemonic);
    if (is_vector(&s)) {
        return SYSPTE_PORT_TRAP_VECTOR;
    }
    if (!is_simple(&s) || !syspte_trap_step_run(&s)) {
        return SYSPTE_PORT_TRAP_UNKNOWN;
    }
    regs[REG_RIP] += s.in.length;
    return SYSPTE_PORT_TRAP_DONE;
}
