// SPDX-License-Identifier: MIT
// Strings of 16-bit characters. None of these is the host's: its wchar_t has 32 bits.
#ifndef SYSPTE_KM_WCHAR_H
#define SYSPTE_KM_WCHAR_H

#include <syspte_crt.h>

#ifndef _WCTYPE_T_DEFINED
#define _WCTYPE_T_DEFINED
typedef unsigned short wint_t;
typedef unsigned short wctype_t;
#endif
#ifndef WEOF
#define WEOF ((wint_t)0xFFFF)
#endif

SYSPTE_CRT size_t wcslen(const wchar_t *) SYSPTE_CRT_OURS(wcslen);
SYSPTE_CRT size_t wcsnlen(const wchar_t *, size_t) SYSPTE_CRT_OURS(wcsnlen);
SYSPTE_CRT int wcscmp(const wchar_t *, const wchar_t *) SYSPTE_CRT_OURS(wcscmp);
SYSPTE_CRT int wcsncmp(const wchar_t *, const wchar_t *, size_t) SYSPTE_CRT_OURS(wcsncmp);
SYSPTE_CRT int _wcsicmp(const wchar_t *, const wchar_t *) SYSPTE_CRT_OURS(_wcsicmp);
SYSPTE_CRT int _wcsnicmp(const wchar_t *, const wchar_t *, size_t) SYSPTE_CRT_OURS(_wcsnicmp);
SYSPTE_CRT wchar_t *wcscpy(wchar_t *, const wchar_t *) SYSPTE_CRT_OURS(wcscpy);
SYSPTE_CRT wchar_t *wcsncpy(wchar_t *, const wchar_t *, size_t) SYSPTE_CRT_OURS(wcsncpy);
SYSPTE_CRT wchar_t *wcscat(wchar_t *, const wchar_t *) SYSPTE_CRT_OURS(wcscat);
SYSPTE_CRT wchar_t *wcsncat(wchar_t *, const wchar_t *, size_t) SYSPTE_CRT_OURS(wcsncat);
SYSPTE_CRT wchar_t *wcschr(const wchar_t *, wchar_t) SYSPTE_CRT_OURS(wcschr);
SYSPTE_CRT wchar_t *wcsrchr(const wchar_t *, wchar_t) SYSPTE_CRT_OURS(wcsrchr);
SYSPTE_CRT wchar_t *wcsstr(const wchar_t *, const wchar_t *) SYSPTE_CRT_OURS(wcsstr);
SYSPTE_CRT wchar_t *_wcsupr(wchar_t *) SYSPTE_CRT_OURS(_wcsupr);
SYSPTE_CRT wchar_t *_wcslwr(wchar_t *) SYSPTE_CRT_OURS(_wcslwr);
SYSPTE_CRT errno_t wcscpy_s(wchar_t *, size_t, const wchar_t *) SYSPTE_CRT_OURS(wcscpy_s);
SYSPTE_CRT errno_t wcscat_s(wchar_t *, size_t, const wchar_t *) SYSPTE_CRT_OURS(wcscat_s);
SYSPTE_CRT wint_t towupper(wint_t) SYSPTE_CRT_OURS(towupper);
SYSPTE_CRT wint_t towlower(wint_t) SYSPTE_CRT_OURS(towlower);

SYSPTE_CRT int swprintf(wchar_t *, const wchar_t *, ...) SYSPTE_CRT_OURS(swprintf);
SYSPTE_CRT int _snwprintf(wchar_t *, size_t, const wchar_t *, ...) SYSPTE_CRT_OURS(_snwprintf);
SYSPTE_CRT int _vsnwprintf(wchar_t *, size_t, const wchar_t *, va_list)
    SYSPTE_CRT_OURS(_vsnwprintf);

#endif
