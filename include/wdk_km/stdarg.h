// SPDX-License-Identifier: MIT
// The compiler's own, but for one thing: va_arg of a type shorter than int, such as BOOLEAN, is
// taken from the int that was passed, as Microsoft's compiler does it. gcc would let it trap.
#include_next <stdarg.h>
#ifndef SYSPTE_KM_STDARG_H
#define SYSPTE_KM_STDARG_H

#undef va_arg
#ifdef __cplusplus
extern "C++" {
template <bool is_short, class Type> struct syspte_passed_as {
    typedef Type type;
};
template <class Type> struct syspte_passed_as<true, Type> {
    typedef int type;
};
}
#define va_arg(list, ...)                                                                          \
    ((__VA_ARGS__)__builtin_va_arg(                                                                \
        list, syspte_passed_as<(sizeof(__VA_ARGS__) < sizeof(int)), __VA_ARGS__>::type))
#else
#define va_arg(list, ...)                                                                          \
    __builtin_va_arg(list, __typeof__(*__builtin_choose_expr(sizeof(__VA_ARGS__) < sizeof(int),    \
                                                             (int *)0, (__VA_ARGS__ *)0)))
#endif

#endif
