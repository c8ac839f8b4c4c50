// SPDX-License-Identifier: MIT
// What the Microsoft compiler has built in is declared by <ntddk.h>.
#ifndef SYSPTE_KM_INTRIN_H
#define SYSPTE_KM_INTRIN_H

#include <ntddk.h>

#endif
