// SPDX-License-Identifier: MIT
// Obstacle: names that a host's library has too, defined by the driver, beside the C headers that a
// WDK has; and a driver that chooses by the system it is compiled for.
#include <ntddk.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <ctype.h>
#include <wchar.h>
#include <limits.h>
#include "Shared.h"

#if defined(__linux__) || defined(__unix__) || defined(linux) || defined(unix)
#error this driver has another branch for that system
#endif
#if !defined(_WIN32) || !defined(_WIN64) || !defined(_AMD64_) || !defined(_M_AMD64) || DBG != 1
#error not compiled as on Windows
#endif

typedef signed char int8_t;
typedef struct _LARGE {
    LONGLONG Value;
} int64_t;
typedef UCHAR BYTE;
typedef USHORT WORD;
typedef ULONG DWORD;
typedef UCHAR bool;

static char *__strtok_r(char *Text, char Separator, PSIZE_T Next)
{
    char *found = strchr(Text + *Next, Separator);
    *Next = found == NULL ? strlen(Text) : (SIZE_T)(found - Text) + 1;
    return found;
}

NTSTATUS OwnNames(VOID)
{
    char text[] = "a,b";
    SIZE_T next = 0;
    int8_t small = -1;
    int64_t large = {.Value = 2};
    bool yes = TRUE;
    BYTE bytes[4];
    memset(bytes, 0x5A, sizeof bytes);
    if (__strtok_r(text, ',', &next) != text + 1 || next != 2) {
        return STATUS_UNSUCCESSFUL;
    }
    if (small >= 0 || large.Value != 2 || !yes || sizeof(DWORD) != 4 || sizeof(WORD) != 2) {
        return STATUS_UNSUCCESSFUL;
    }
    if (!isdigit('7') || atoi("42") != 42 || _stricmp("ABC", "abc") != 0 || INT_MAX != MAXLONG) {
        return STATUS_UNSUCCESSFUL;
    }
    return memcmp(bytes, "\x5A\x5A\x5A\x5A", 4) == 0 ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
