// SPDX-License-Identifier: MIT
// What driver source is compiled with before its first line (-include): what the Microsoft compiler
// and the headers of a WDK's km folder give it without being asked.
#ifndef SYSPTE_DRIVER_H
#define SYSPTE_DRIVER_H

// Drivers choose by these between Windows and other systems they know.
#undef __linux__
#undef __linux
#undef linux
#undef __gnu_linux__
#undef __unix__
#undef __unix
#undef unix
#define _WIN32 1
#if defined(__x86_64__)
#define _WIN64   1
#define _AMD64_  1
#define _M_AMD64 100
#define _M_X64   100
#elif defined(__i386__)
#define _X86_   1
#define _M_IX86 600
#elif defined(__aarch64__)
#define _WIN64   1
#define _ARM64_  1
#define _M_ARM64 1
#endif

#include <ctype.h>
#include <excpt.h>
#include <string.h>
#include <wchar.h>

// Of the first C++ compilers; those of today refuse it, and a jump must find locals in memory.
#define register

// A keyword of the Microsoft compiler in C too, without <assert.h>.
#ifndef __cplusplus
#define static_assert _Static_assert
#endif

#endif
