// SPDX-License-Identifier: MIT
// Obstacle: headers that only a whole WDK has, included and not used, and what comes with
// Microsoft's C library: short arguments after `...`, ports by number, names with underscores.
#include <ntddk.h>
#include <hidport.h>
#include "Generated\version.h"
#include <stdarg.h>
#include <stdlib.h>
#include <tchar.h>
#include <conio.h>
#include <dontuse.h>
#include "shared.h"

static LONG Sum(LONG Count, ...)
{
    va_list arguments;
    LONG sum;

    va_start(arguments, Count);
    sum = va_arg(arguments, BOOLEAN);
    sum += va_arg(arguments, USHORT);
    sum += (LONG)va_arg(arguments, LARGE_INTEGER).QuadPart;
    sum += *va_arg(arguments, const LONG *);
    va_end(arguments);
    return sum;
}

LONG LibraryOfMicrosoft(VOID)
{
    BOOLEAN yes = TRUE;
    USHORT ten = 10;
    LARGE_INTEGER hundred = {.QuadPart = 100};
    LONG thousand = 1000;
    uintptr_t address = (uintptr_t)&thousand;
    C_ASSERT(sizeof(_T("ab")) == 3);
    static_assert(sizeof(LONG) == 4, "of Windows");

    if ((PLONG)address != &thousand || __max(1, 2) != __min(2, 3)) {
        return -1;
    }
    if (_inp(0x70) != 0xFF || inpw(0x70) != 0xFFFF) {
        return -2;
    }
    _outp(0x70, 1);
    return Sum(4, yes, ten, hundred, &thousand);
}
