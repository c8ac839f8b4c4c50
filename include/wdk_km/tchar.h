// SPDX-License-Identifier: MIT
// Text that is wide if UNICODE is defined: only what a kernel's strings need.
#ifndef SYSPTE_KM_TCHAR_H
#define SYSPTE_KM_TCHAR_H

#include <string.h>

#if defined(UNICODE) || defined(_UNICODE)
typedef wchar_t TCHAR;
#define __T(text) L##text
#define _tcslen   wcslen
#else
typedef char TCHAR;
#define __T(text) text
#define _tcslen   strlen
#endif
#define _T(text)    __T(text)
#define _TEXT(text) __T(text)

#endif
