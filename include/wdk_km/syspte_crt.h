// SPDX-License-Identifier: MIT
// How these headers declare what a kernel exports of the C library: SYSPTE_CRT is C's linkage, and
// SYSPTE_CRT_OURS(name) a function of this project, because the host's own has another wchar_t or
// other rules. The others are the host's.
#ifndef SYSPTE_CRT_H
#define SYSPTE_CRT_H

#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
#define SYSPTE_CRT extern "C"
#else
#define SYSPTE_CRT extern
#endif
#define SYSPTE_CRT_OURS(name)  __asm__("syspte_crt_" #name)
#define SYSPTE_CRT_HOSTS(name) __asm__(#name)

// These come with every header of Microsoft's C library.
typedef int errno_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;

#endif
