// SPDX-License-Identifier: MIT
// What instructions do, done by the same instructions: operands and flags go in, the processor
// computes, operands and flags come out. So each flag is what this processor makes of it, the
// undefined ones too. The stack below is left alone as far as the compiler may use it unasked.
#include "trap.h"

enum { FLAGS_ALWAYS = 0x202 }; // of every program

#define RUN(code, constraint)                                                                      \
    __asm__ volatile("lea -128(%%rsp), %%rsp\n\t"                                                  \
                     "push %[f]\n\t"                                                               \
                     "popfq\n\t" code "\n\t"                                                       \
                     "pushfq\n\t"                                                                  \
                     "pop %[f]\n\t"                                                                \
                     "lea 128(%%rsp), %%rsp"                                                       \
                     : [a] "+&r"(value), [f] "+&r"(f)                                              \
                     : [b] constraint(b)                                                           \
                     : "cc", "memory")

// Defines one operation: its code for each width, `byte` for 1 (or that of 2, where there is none).
#define OPERATION(name, byte, word, dword, qword, constraint)                                      \
    void syspte_trap_##name(unsigned width, uint64_t *a, uint64_t b, uint64_t *flags)              \
    {                                                                                              \
        uint64_t value = *a;                                                                       \
        uint64_t f = (*flags & SYSPTE_TRAP_FLAGS) | FLAGS_ALWAYS;                                  \
        switch (width) {                                                                           \
        case 1:                                                                                    \
            RUN(byte, constraint);                                                                 \
            break;                                                                                 \
        case 2:                                                                                    \
            RUN(word, constraint);                                                                 \
            break;                                                                                 \
        case 4:                                                                                    \
            RUN(dword, constraint);                                                                \
            break;                                                                                 \
        default:                                                                                   \
            RUN(qword, constraint);                                                                \
        }                                                                                          \
        *a = value;                                                                                \
        *flags = (*flags & ~(uint64_t)SYSPTE_TRAP_FLAGS) | (f & SYSPTE_TRAP_FLAGS);                \
    }

#define BINARY(name, code)                                                                         \
    OPERATION(name, code "b %b[b], %b[a]", code "w %w[b], %w[a]", code "l %k[b], %k[a]",           \
              code "q %q[b], %q[a]", "r")
#define WIDE(name, code)                                                                           \
    OPERATION(name, code "w %w[b], %w[a]", code "w %w[b], %w[a]", code "l %k[b], %k[a]",           \
              code "q %q[b], %q[a]", "r")
#define SHIFT(name, code)                                                                          \
    OPERATION(name, code "b %%cl, %b[a]", code "w %%cl, %w[a]", code "l %%cl, %k[a]",              \
              code "q %%cl, %q[a]", "c")
#define UNARY(name, code)                                                                          \
    OPERATION(name, code "b %b[a]", code "w %w[a]", code "l %k[a]", code "q %q[a]", "r")

BINARY(adc, "adc")
BINARY(add, "add")
BINARY(and, "and")
BINARY(cmp, "cmp")
BINARY(or, "or")
BINARY(sbb, "sbb")
BINARY(sub, "sub")
BINARY(test, "test")
BINARY(xor, "xor")
WIDE(bsf, "bsf")
WIDE(bsr, "bsr")
WIDE(bt, "bt")
WIDE(btc, "btc")
WIDE(btr, "btr")
WIDE(bts, "bts")
WIDE(imul, "imul")
SHIFT(rcl, "rcl")
SHIFT(rcr, "rcr")
SHIFT(rol, "rol")
SHIFT(ror, "ror")
SHIFT(sar, "sar")
SHIFT(shl, "shl")
SHIFT(shr, "shr")
UNARY(dec, "dec")
UNARY(inc, "inc")
UNARY(neg, "neg")
UNARY(not, "not")

bool syspte_trap_holds(unsigned code, uint64_t flags)
{
    bool carry = (flags & 1) != 0;
    bool parity = (flags >> 2 & 1) != 0;
    bool zero = (flags >> 6 & 1) != 0;
    bool sign = (flags >> 7 & 1) != 0;
    bool overflow = (flags >> 11 & 1) != 0;
    const bool holds[] = {overflow,
                          carry,
                          zero,
                          carry || zero,
                          sign,
                          parity,
                          sign != overflow,
                          zero || sign != overflow};
    return holds[code >> 1 & 7] != ((code & 1) != 0);
}
