// SPDX-License-Identifier: MIT
// Text into buffers, by Windows' rules of formatting. No files: a kernel has none.
#ifndef SYSPTE_KM_STDIO_H
#define SYSPTE_KM_STDIO_H

#include <syspte_crt.h>
#include <wchar.h>

SYSPTE_CRT int sprintf(char *, const char *, ...) SYSPTE_CRT_OURS(sprintf);
SYSPTE_CRT int vsprintf(char *, const char *, va_list) SYSPTE_CRT_OURS(vsprintf);
SYSPTE_CRT int _snprintf(char *, size_t, const char *, ...) SYSPTE_CRT_OURS(_snprintf);
SYSPTE_CRT int _vsnprintf(char *, size_t, const char *, va_list) SYSPTE_CRT_OURS(_vsnprintf);
SYSPTE_CRT int sprintf_s(char *, size_t, const char *, ...) SYSPTE_CRT_OURS(sprintf_s);

#endif
