// SPDX-License-Identifier: MIT
// What instructions of x86-64 do, in terms of their operands. Each memory operand is read and
// written once, over the bus or as the program would have; what is between is the processor's own
// work (trap_operation.c). Nothing happens before it is certain that the instruction is known; from
// then on registers change as the instruction changes them, so that a string move that is left in
// the middle has moved what its registers say.
#define _GNU_SOURCE
#include "trap_step.h"

#include "trap.h"

typedef syspte_trap_step step;

static uint64_t mask_of(unsigned width)
{
    return width == 8 ? UINT64_MAX : (1ull << width * 8) - 1;
}

// ---- Memory

static uint64_t load(const step *s, uintptr_t address, unsigned width)
{
    uint64_t value = 0;
    if (!s->bus->load(s->bus->context, address, width, &value)) {
        value = syspte_trap_load(s->code_address, address, width);
    }
    return value & mask_of(width);
}

static void store(const step *s, uintptr_t address, unsigned width, uint64_t value)
{
    if (!s->bus->store(s->bus->context, address, width, value & mask_of(width))) {
        syspte_trap_store(s->code_address, address, width, value);
    }
}

// ---- Registers

static bool is_high(ZydisRegister reg)
{
    return reg == ZYDIS_REGISTER_AH || reg == ZYDIS_REGISTER_BH || reg == ZYDIS_REGISTER_CH ||
           reg == ZYDIS_REGISTER_DH;
}

static greg_t *place_of(const step *s, ZydisRegister reg)
{
    static const uint8_t places[] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                     REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                     REG_R12, REG_R13, REG_R14, REG_R15};
    ZydisRegister whole = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, reg);
    return &s->regs[places[ZydisRegisterGetId(whole) & 15]];
}

static uint64_t reg_get(const step *s, ZydisRegister reg, unsigned width)
{
    return (uint64_t)*place_of(s, reg) >> (is_high(reg) ? 8 : 0) & mask_of(width);
}

static void reg_set(const step *s, ZydisRegister reg, unsigned width, uint64_t value)
{
    greg_t *place = place_of(s, reg);
    unsigned shift = is_high(reg) ? 8 : 0;
    uint64_t changed = width >= 4 ? UINT64_MAX : mask_of(width) << shift;
    value = (value & mask_of(width)) << shift;
    *place = (greg_t)(((uint64_t)*place & ~changed) | value);
}

// ---- Operands

static unsigned width_of(const step *s, unsigned i)
{
    return s->op[i].size / 8;
}

static uintptr_t address_of(const step *s, unsigned i)
{
    const ZydisDecodedOperandMem *mem = &s->op[i].mem;
    uint64_t address = mem->disp.has_displacement ? (uint64_t)mem->disp.value : 0;
    if (mem->base == ZYDIS_REGISTER_RIP) {
        address += s->code_address + s->in.length;
    } else if (mem->base != ZYDIS_REGISTER_NONE) {
        address += reg_get(s, mem->base, 8);
    }
    if (mem->index != ZYDIS_REGISTER_NONE) {
        address += reg_get(s, mem->index, 8) * mem->scale;
    }
    return address;
}

static uint64_t get(const step *s, unsigned i, uintptr_t address)
{
    const ZydisDecodedOperand *op = &s->op[i];
    if (op->type == ZYDIS_OPERAND_TYPE_REGISTER) {
        return reg_get(s, op->reg.value, width_of(s, i));
    }
    return op->type == ZYDIS_OPERAND_TYPE_MEMORY ? load(s, address, width_of(s, i))
                                                 : op->imm.value.u;
}

static void put(const step *s, unsigned i, uintptr_t address, uint64_t value)
{
    const ZydisDecodedOperand *op = &s->op[i];
    if (op->type == ZYDIS_OPERAND_TYPE_REGISTER) {
        reg_set(s, op->reg.value, width_of(s, i), value);
    } else {
        store(s, address, width_of(s, i), value);
    }
}

// ---- Instructions: each returns false if it is none of its own, with nothing done

static bool carry_out_operation(const step *s)
{
    static const struct {
        ZydisMnemonic mnemonic;
        syspte_trap_operation *operation;
    } known[] = {{ZYDIS_MNEMONIC_ADC, syspte_trap_adc}, {ZYDIS_MNEMONIC_ADD, syspte_trap_add},
                 {ZYDIS_MNEMONIC_AND, syspte_trap_and}, {ZYDIS_MNEMONIC_BSF, syspte_trap_bsf},
                 {ZYDIS_MNEMONIC_BSR, syspte_trap_bsr}, {ZYDIS_MNEMONIC_BT, syspte_trap_bt},
                 {ZYDIS_MNEMONIC_BTC, syspte_trap_btc}, {ZYDIS_MNEMONIC_BTR, syspte_trap_btr},
                 {ZYDIS_MNEMONIC_BTS, syspte_trap_bts}, {ZYDIS_MNEMONIC_CMP, syspte_trap_cmp},
                 {ZYDIS_MNEMONIC_DEC, syspte_trap_dec}, {ZYDIS_MNEMONIC_IMUL, syspte_trap_imul},
                 {ZYDIS_MNEMONIC_INC, syspte_trap_inc}, {ZYDIS_MNEMONIC_NEG, syspte_trap_neg},
                 {ZYDIS_MNEMONIC_NOT, syspte_trap_not}, {ZYDIS_MNEMONIC_OR, syspte_trap_or},
                 {ZYDIS_MNEMONIC_RCL, syspte_trap_rcl}, {ZYDIS_MNEMONIC_RCR, syspte_trap_rcr},
                 {ZYDIS_MNEMONIC_ROL, syspte_trap_rol}, {ZYDIS_MNEMONIC_ROR, syspte_trap_ror},
                 {ZYDIS_MNEMONIC_SAR, syspte_trap_sar}, {ZYDIS_MNEMONIC_SBB, syspte_trap_sbb},
                 {ZYDIS_MNEMONIC_SHL, syspte_trap_shl}, {ZYDIS_MNEMONIC_SHR, syspte_trap_shr},
                 {ZYDIS_MNEMONIC_SUB, syspte_trap_sub}, {ZYDIS_MNEMONIC_TEST, syspte_trap_test},
                 {ZYDIS_MNEMONIC_XOR, syspte_trap_xor}};
    unsigned count = s->in.operand_count_visible;
    syspte_trap_operation *operation = NULL;
    for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++) {
        operation = known[i].mnemonic == s->in.mnemonic ? known[i].operation : operation;
    }
    if (operation == NULL || (s->in.mnemonic == ZYDIS_MNEMONIC_IMUL && count < 2)) {
        return false;
    }
    unsigned last = count - 1; // imul has a form with three: the first is only written
    unsigned first = count == 3;
    uintptr_t at[2] = {address_of(s, first), address_of(s, last)};
    if (s->in.meta.category == ZYDIS_CATEGORY_BITBYTE &&
        s->op[0].type == ZYDIS_OPERAND_TYPE_MEMORY &&
        s->op[1].type == ZYDIS_OPERAND_TYPE_REGISTER) { // a bit of a string of any length
        unsigned width = width_of(s, 0);
        unsigned spare = 64 - width * 8;
        int64_t index = (int64_t)(get(s, 1, 0) << spare) >> spare;
        at[0] += (uintptr_t)((index >> (width == 8 ? 6 : width == 4 ? 5 : 4)) * (int64_t)width);
    }
    uint64_t flags = (uint64_t)s->regs[REG_EFL];
    // A register goes in and out as a whole: what becomes of its rest is the processor's to say.
    bool is_whole =
        first == 0 && s->op[0].type == ZYDIS_OPERAND_TYPE_REGISTER && !is_high(s->op[0].reg.value);
    uint64_t a = is_whole ? reg_get(s, s->op[0].reg.value, 8) : get(s, first, at[0]);
    operation(width_of(s, 0), &a, count > 1 ? get(s, last, at[1]) : 0, &flags);
    if (is_whole) {
        reg_set(s, s->op[0].reg.value, 8, a);
    } else if ((s->op[0].actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0) {
        put(s, 0, at[0], a);
    }
    s->regs[REG_EFL] = (greg_t)flags;
    return true;
}

static bool carry_out_move(const step *s)
{
    uint64_t value;
    unsigned from;
    switch (s->in.mnemonic) {
    case ZYDIS_MNEMONIC_MOV:
    case ZYDIS_MNEMONIC_MOVNTI:
    case ZYDIS_MNEMONIC_MOVZX:
        put(s, 0, address_of(s, 0), get(s, 1, address_of(s, 1)));
        return true;
    case ZYDIS_MNEMONIC_MOVSX:
    case ZYDIS_MNEMONIC_MOVSXD:
        from = 64 - width_of(s, 1) * 8;
        value = get(s, 1, address_of(s, 1));
        put(s, 0, 0, (uint64_t)((int64_t)(value << from) >> from));
        return true;
    case ZYDIS_MNEMONIC_PUSH:
        value = get(s, 0, address_of(s, 0));
        store(s, (uintptr_t)s->regs[REG_RSP] - width_of(s, 0), width_of(s, 0), value);
        s->regs[REG_RSP] -= width_of(s, 0);
        return true;
    default:
        return false;
    }
}

static bool carry_out_condition(const step *s)
{
    bool holds = syspte_trap_holds(s->in.opcode & 15, (uint64_t)s->regs[REG_EFL]);
    if (s->in.meta.category == ZYDIS_CATEGORY_SETCC) {
        put(s, 0, address_of(s, 0), holds);
    } else if (s->in.meta.category == ZYDIS_CATEGORY_CMOV) { // the load is made in any case
        uint64_t value = get(s, 1, address_of(s, 1));
        put(s, 0, 0, holds ? value : get(s, 0, 0));
    } else {
        return false;
    }
    return true;
}

static bool carry_out_exchange(const step *s)
{
    ZydisMnemonic mnemonic = s->in.mnemonic;
    if (mnemonic != ZYDIS_MNEMONIC_XCHG && mnemonic != ZYDIS_MNEMONIC_XADD &&
        mnemonic != ZYDIS_MNEMONIC_CMPXCHG) {
        return false;
    }
    unsigned memory = s->op[0].type == ZYDIS_OPERAND_TYPE_MEMORY ? 0 : 1;
    unsigned width = width_of(s, memory);
    uintptr_t address = address_of(s, memory);
    uint64_t flags = (uint64_t)s->regs[REG_EFL];
    uint64_t old = load(s, address, width);
    uint64_t held = get(s, 1 - memory, 0);
    uint64_t sum = old;
    if (mnemonic == ZYDIS_MNEMONIC_CMPXCHG) {
        uint64_t wanted = (uint64_t)s->regs[REG_RAX] & mask_of(width);
        uint64_t left = wanted;
        syspte_trap_cmp(width, &left, old, &flags);
        store(s, address, width, wanted == old ? held : old); // written in any case
        if (wanted != old) {
            reg_set(s, ZYDIS_REGISTER_RAX, width, old);
        }
    } else if (mnemonic == ZYDIS_MNEMONIC_XADD) {
        syspte_trap_add(width, &sum, held, &flags);
        store(s, address, width, sum);
        put(s, 1 - memory, 0, old);
    } else {
        store(s, address, width, held);
        put(s, 1 - memory, 0, old);
    }
    s->regs[REG_EFL] = (greg_t)flags;
    return true;
}

// The width of a string instruction's elements; 0: it is none. `is_load` and `is_store` tell which
// of its sides are memory.
static unsigned string_width(const step *s, bool *is_load, bool *is_store)
{
    static const ZydisMnemonic moves[] = {ZYDIS_MNEMONIC_MOVSB, ZYDIS_MNEMONIC_MOVSW,
                                          ZYDIS_MNEMONIC_MOVSD, ZYDIS_MNEMONIC_MOVSQ};
    static const ZydisMnemonic loads[] = {ZYDIS_MNEMONIC_LODSB, ZYDIS_MNEMONIC_LODSW,
                                          ZYDIS_MNEMONIC_LODSD, ZYDIS_MNEMONIC_LODSQ};
    static const ZydisMnemonic stores[] = {ZYDIS_MNEMONIC_STOSB, ZYDIS_MNEMONIC_STOSW,
                                           ZYDIS_MNEMONIC_STOSD, ZYDIS_MNEMONIC_STOSQ};
    for (unsigned i = 0; i < 4 && s->in.meta.category == ZYDIS_CATEGORY_STRINGOP; i++) {
        bool moves_now = s->in.mnemonic == moves[i];
        *is_load = moves_now || s->in.mnemonic == loads[i];
        *is_store = moves_now || s->in.mnemonic == stores[i];
        if (*is_load || *is_store) {
            return 1u << i;
        }
    }
    return 0;
}

static bool carry_out_string(const step *s)
{
    bool is_load = false;
    bool is_store = false;
    unsigned width = string_width(s, &is_load, &is_store);
    bool repeats = (s->in.attributes &
                    (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE)) != 0;
    greg_t by = (s->regs[REG_EFL] & 0x400) != 0 ? -(greg_t)width : (greg_t)width;
    if (width == 0) {
        return false;
    }
    while (!repeats || s->regs[REG_RCX] != 0) {
        uint64_t value = is_load ? load(s, (uintptr_t)s->regs[REG_RSI], width)
                                 : (uint64_t)s->regs[REG_RAX] & mask_of(width);
        if (is_store) {
            store(s, (uintptr_t)s->regs[REG_RDI], width, value);
        } else {
            reg_set(s, ZYDIS_REGISTER_RAX, width, value);
        }
        s->regs[REG_RSI] += is_load ? by : 0;
        s->regs[REG_RDI] += is_store ? by : 0;
        if (!repeats) {
            break;
        }
        s->regs[REG_RCX]--;
    }
    return true;
}

// ---- All of them

bool syspte_trap_step_run(const syspte_trap_step *s)
{
    return carry_out_move(s) || carry_out_operation(s) || carry_out_string(s) ||
           carry_out_exchange(s) || carry_out_condition(s);
}
