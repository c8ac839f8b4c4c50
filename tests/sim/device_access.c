// SPDX-License-Identifier: MIT
// Each function enters its instruction with the flags it is given, and notes those it leaves. The
// memory operand is in RDI; RDX is RDI less 64, RSI is 8.
#include "device_access.h"

#if defined(__x86_64__)

enum { FLAGS = 0x8D5, ALWAYS = 0x202 };

#define FUNCTION(name, code)                                                                       \
    static outcome name(void *at, uint64_t a, uint64_t c, uint64_t flags)                          \
    {                                                                                              \
        uint64_t f = (flags & FLAGS) | ALWAYS;                                                     \
        void *di = at;                                                                             \
        uint64_t si = 8;                                                                           \
        __asm__ volatile("lea -128(%%rsp), %%rsp\n\t"                                              \
                         "push %[f]\n\t"                                                           \
                         "popfq\n\t" code "\n\t"                                                   \
                         "pushfq\n\t"                                                              \
                         "pop %[f]\n\t"                                                            \
                         "lea 128(%%rsp), %%rsp"                                                   \
                         : "+&a"(a), "+&c"(c), [f] "+&r"(f), "+&D"(di), "+&S"(si)                  \
                         : "d"((char *)at - 64)                                                    \
                         : "cc", "memory");                                                        \
        return (outcome){a, c, f & FLAGS};                                                         \
    }

// name, instruction
#define SIZES(X, name)                                                                             \
    X(name##_b_to_memory, #name "b %%al, (%%rdi)")                                                 \
    X(name##_w_to_memory, #name "w %%ax, (%%rdi)")                                                 \
    X(name##_l_to_memory, #name "l %%eax, (%%rdi)")                                                \
    X(name##_q_to_memory, #name "q %%rax, (%%rdi)")                                                \
    X(name##_b_immediate, #name "b $0x85, (%%rdi)")                                                \
    X(name##_w_immediate, #name "w $0x8543, (%%rdi)")                                              \
    X(name##_l_short, #name "l $-2, (%%rdi)")                                                      \
    X(name##_q_immediate, #name "q $-0x7654321, (%%rdi)")
#define LOADS(X, name)                                                                             \
    X(name##_b_from_memory, #name "b (%%rdi), %%al")                                               \
    X(name##_b_high, #name "b (%%rdi), %%ch")                                                      \
    X(name##_w_from_memory, #name "w (%%rdi), %%ax")                                               \
    X(name##_l_from_memory, #name "l 64(%%rdx), %%eax")                                            \
    X(name##_q_from_memory, #name "q (%%rdx,%%rsi,8), %%rax")
#define ONE(X, name)                                                                               \
    X(name##_b, #name "b (%%rdi)")                                                                 \
    X(name##_w, #name "w (%%rdi)")                                                                 \
    X(name##_l, #name "l (%%rdi)")                                                                 \
    X(name##_q, #name "q (%%rdi)")
#define SHIFTS(X, name)                                                                            \
    ONE(X, name)                                                                                   \
    X(name##_b_cl, #name "b %%cl, (%%rdi)")                                                        \
    X(name##_w_cl, #name "w %%cl, (%%rdi)")                                                        \
    X(name##_l_3, #name "l $3, (%%rdi)")                                                           \
    X(name##_q_cl, #name "q %%cl, (%%rdi)")
#define BITS(X, name)                                                                              \
    X(name##_w, #name "w $5, (%%rdi)")                                                             \
    X(name##_l, #name "l $31, (%%rdi)")                                                            \
    X(name##_q, #name "q $40, (%%rdi)")                                                            \
    X(name##_w_string, "movsbq %%cl, %%rcx\n\t" #name "w %%cx, (%%rdi)")                           \
    X(name##_l_string, "movsbq %%cl, %%rcx\n\t" #name "l %%ecx, (%%rdi)")                          \
    X(name##_q_string, "movsbq %%cl, %%rcx\n\t" #name "q %%rcx, (%%rdi)")
#define FOUND(X, name)                                                                             \
    X(name##_w, #name "w (%%rdi), %%ax")                                                           \
    X(name##_l, #name "l (%%rdi), %%eax")                                                          \
    X(name##_q, #name "q (%%rdi), %%rax")
#define CONDITION(X, name)                                                                         \
    X(cmov##name, "cmov" #name " (%%rdi), %%eax")                                                  \
    X(set##name, "set" #name " (%%rdi)")

#define MOVES(X)                                                                                   \
    SIZES(X, mov)                                                                                  \
    LOADS(X, mov)                                                                                  \
    X(mov_over_itself, "mov (%%rdi), %%rdi\n\tmov %%rdi, %%rax")                                   \
    X(mov_high_to_memory, "movb %%ah, (%%rdi)")                                                    \
    X(movnti_l, "movnti %%eax, (%%rdi)")                                                           \
    X(movzx_bw, "movzbw (%%rdi), %%ax")                                                            \
    X(movzx_bl, "movzbl (%%rdi), %%eax")                                                           \
    X(movzx_bq, "movzbq (%%rdi), %%rax")                                                           \
    X(movzx_wl, "movzwl (%%rdi), %%eax")                                                           \
    X(movzx_wq, "movzwq (%%rdi), %%rax")                                                           \
    X(movsx_bw, "movsbw (%%rdi), %%ax")                                                            \
    X(movsx_bl, "movsbl (%%rdi), %%eax")                                                           \
    X(movsx_bq, "movsbq (%%rdi), %%rax")                                                           \
    X(movsx_wl, "movswl (%%rdi), %%eax")                                                           \
    X(movsx_wq, "movswq (%%rdi), %%rax")                                                           \
    X(movsxd, "movslq (%%rdi), %%rax")                                                             \
    X(push_w, "pushw (%%rdi)\n\tpopw %%ax")                                                        \
    X(push_q, "pushq (%%rdi)\n\tpopq %%rax")
#define ARITHMETIC(X)                                                                              \
    SIZES(X, add)                                                                                  \
    LOADS(X, add) SIZES(X, adc) LOADS(X, adc) SIZES(X, sub) LOADS(X, sub) SIZES(X, sbb)            \
        LOADS(X, sbb) SIZES(X, and) LOADS(X, and) SIZES(X, or) LOADS(X, or) SIZES(X, xor)          \
            LOADS(X, xor) SIZES(X, cmp) LOADS(X, cmp) SIZES(X, test) ONE(X, inc) ONE(X, dec)       \
                ONE(X, neg) ONE(X, not ) SHIFTS(X, shl) SHIFTS(X, shr) SHIFTS(X, sar)              \
                    SHIFTS(X, rol) SHIFTS(X, ror) SHIFTS(X, rcl) SHIFTS(X, rcr) BITS(X, bt)        \
                        BITS(X, bts) BITS(X, btr) BITS(X, btc) FOUND(X, bsf) FOUND(X, bsr)         \
                            FOUND(X, imul) X(imul_3, "imull $-77, (%%rdi), %%eax")                 \
                                X(imul_3_q, "imulq $12345, (%%rdi), %%rax")
#define EXCHANGES(X)                                                                               \
    X(xchg_b, "xchgb %%al, (%%rdi)")                                                               \
    X(xchg_w, "xchgw %%ax, (%%rdi)")                                                               \
    X(xchg_l, "xchgl %%eax, (%%rdi)")                                                              \
    X(xchg_q, "xchgq (%%rdi), %%rax")                                                              \
    X(xadd_b, "lock xaddb %%cl, (%%rdi)")                                                          \
    X(xadd_l, "lock xaddl %%ecx, (%%rdi)")                                                         \
    X(xadd_q, "xaddq %%rcx, (%%rdi)")                                                              \
    X(cmpxchg_b, "lock cmpxchgb %%cl, (%%rdi)")                                                    \
    X(cmpxchg_l, "lock cmpxchgl %%ecx, (%%rdi)")                                                   \
    X(cmpxchg_q, "cmpxchgq %%rcx, (%%rdi)")                                                        \
    X(cmpxchg_equal, "mov (%%rdi), %%eax\n\tlock cmpxchgl %%ecx, (%%rdi)")                         \
    X(lock_or, "lock orl $0x10, (%%rdi)")                                                          \
    X(lock_bts, "lock btsl $3, (%%rdi)")
#define CONDITIONS(X)                                                                              \
    CONDITION(X, o)                                                                                \
    CONDITION(X, no) CONDITION(X, b) CONDITION(X, ae) CONDITION(X, e) CONDITION(X, ne)             \
        CONDITION(X, be) CONDITION(X, a) CONDITION(X, s) CONDITION(X, ns) CONDITION(X, p)          \
            CONDITION(X, np) CONDITION(X, l) CONDITION(X, ge) CONDITION(X, le) CONDITION(X, g)
#define STRINGS(X)                                                                                 \
    X(lodsb, "mov %%rdi, %%rsi\n\tlodsb")                                                          \
    X(lodsl, "mov %%rdi, %%rsi\n\tlodsl")                                                          \
    X(stosb, "stosb\n\tmov %%rdi, %%rcx\n\tsub %%rdx, %%rcx")                                      \
    X(stosq, "std\n\tstosq\n\tcld\n\tmov %%rdi, %%rcx\n\tsub %%rdx, %%rcx")                        \
    X(rep_stosb, "mov $9, %%ecx\n\trep stosb")                                                     \
    X(rep_stosl, "mov $4, %%ecx\n\trep stosl")                                                     \
    X(movsl_inside, "lea 8(%%rdi), %%rsi\n\tmovsl\n\tmov %%rdi, %%rcx\n\tsub %%rdx, %%rcx")        \
    X(rep_movsb_inside, "lea 3(%%rdi), %%rsi\n\tmov $11, %%ecx\n\trep movsb")                      \
    X(rep_movsq_down, "lea 16(%%rdi), %%rdi\n\tlea -8(%%rdi), %%rsi\n\tmov $2, %%ecx\n\t"          \
                      "std\n\trep movsq\n\tcld")

#define ALL(X)             MOVES(X) ARITHMETIC(X) EXCHANGES(X) CONDITIONS(X) STRINGS(X)
#define ROW(name, code)    {code, access_##name},
#define DEFINE(name, code) FUNCTION(access_##name, code)

// clang-format off
ALL(DEFINE)
const access_case access_cases[] = {ALL(ROW)};
// clang-format on
const size_t access_case_count = sizeof access_cases / sizeof access_cases[0];

#else

const access_case access_cases[] = {{"", NULL}};
const size_t access_case_count = 0;

#endif
