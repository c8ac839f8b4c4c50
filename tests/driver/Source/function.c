// SPDX-License-Identifier: MIT
// Obstacle: __FUNCTION__ as a string literal.
#include <ntddk.h>
#include "Shared.h"

PCSTR FunctionBesideText(VOID)
{
    return "in " __FUNCTION__ ": here";
}
