// SPDX-License-Identifier: MIT
// The functions of the C library that driver source gets from this project and not from the host:
// those of 16-bit characters, and those that format by Windows' rules. The headers of
// include/wdk_km give them their usual names; <ntstrsafe.h> formats with the first two.
#ifndef SYSPTE_SIM_CRT_H
#define SYSPTE_SIM_CRT_H

#include <stdarg.h>
#include <wdm.h>

// ---- Formatting: how many characters, or -1 if they do not all fit. A NUL only if it fits too.

int syspte_crt__vsnprintf(char *to, size_t count, const char *format, va_list arguments);
int syspte_crt__vsnwprintf(WCHAR *to, size_t count, const WCHAR *format, va_list arguments);
int syspte_crt__snprintf(char *to, size_t count, const char *format, ...);
int syspte_crt__snwprintf(WCHAR *to, size_t count, const WCHAR *format, ...);
int syspte_crt_vsprintf(char *to, const char *format, va_list arguments);
int syspte_crt_sprintf(char *to, const char *format, ...);
int syspte_crt_swprintf(WCHAR *to, const WCHAR *format, ...);
// What does not fit is a stop of the program, as on Windows.
int syspte_crt_sprintf_s(char *to, size_t count, const char *format, ...);

// ---- 16-bit strings

size_t syspte_crt_wcslen(const WCHAR *text);
size_t syspte_crt_wcsnlen(const WCHAR *text, size_t most);
int syspte_crt_wcscmp(const WCHAR *left, const WCHAR *right);
int syspte_crt_wcsncmp(const WCHAR *left, const WCHAR *right, size_t most);
int syspte_crt__wcsicmp(const WCHAR *left, const WCHAR *right);
int syspte_crt__wcsnicmp(const WCHAR *left, const WCHAR *right, size_t most);
WCHAR *syspte_crt_wcscpy(WCHAR *to, const WCHAR *from);
WCHAR *syspte_crt_wcsncpy(WCHAR *to, const WCHAR *from, size_t most);
WCHAR *syspte_crt_wcscat(WCHAR *to, const WCHAR *from);
WCHAR *syspte_crt_wcsncat(WCHAR *to, const WCHAR *from, size_t most);
WCHAR *syspte_crt_wcschr(const WCHAR *text, WCHAR character);
WCHAR *syspte_crt_wcsrchr(const WCHAR *text, WCHAR character);
WCHAR *syspte_crt_wcsstr(const WCHAR *text, const WCHAR *part);
WCHAR *syspte_crt__wcsupr(WCHAR *text);
WCHAR *syspte_crt__wcslwr(WCHAR *text);
// Only the letters of ASCII have another case.
USHORT syspte_crt_towupper(USHORT character);
USHORT syspte_crt_towlower(USHORT character);

// ---- Narrow strings that the host has not

char *syspte_crt__strupr(char *text);
char *syspte_crt__strlwr(char *text);

// ---- With the room of the target, in bytes or characters: what does not fit stops the program

int syspte_crt_memcpy_s(void *to, size_t room, const void *from, size_t bytes);
int syspte_crt_memmove_s(void *to, size_t room, const void *from, size_t bytes);
int syspte_crt_strcpy_s(char *to, size_t room, const char *from);
int syspte_crt_strcat_s(char *to, size_t room, const char *from);
int syspte_crt_wcscpy_s(WCHAR *to, size_t room, const WCHAR *from);
int syspte_crt_wcscat_s(WCHAR *to, size_t room, const WCHAR *from);

#endif
