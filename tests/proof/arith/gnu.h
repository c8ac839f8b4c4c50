// SPDX-License-Identifier: MIT
// What Frama-C does not know of GCC's C, read before every file of a proof: the built-ins of
// port_inline.h, where one thread runs and an atomic access is an access, and _Alignas.
#ifndef SYSPTE_PROOF_ARITH_GNU_H
#define SYSPTE_PROOF_ARITH_GNU_H

#define _Alignas(bytes)

#define __atomic_load_n(at, order)         (*(at))
#define __atomic_store_n(at, value, order) (*(at) = (value))
#define __atomic_fetch_add(at, add, order) ((*(at) += (add)) - (add))
#define __atomic_compare_exchange_n(at, expected, desired, weak, order, order_if_not)              \
    (*(at) == *(expected) ? (*(at) = (desired), 1) : 0)

int __builtin_ctz(unsigned int bits);
int __builtin_ctzl(unsigned long bits);
int __builtin_clz(unsigned int bits);
int __builtin_clzl(unsigned long bits);

#endif
