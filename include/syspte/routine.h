// SPDX-License-Identifier: MIT
// Which functions MmGetSystemRoutineAddress finds: those that the machine's version of Windows
// exports and the library simulates, unless a test hides one.
#ifndef SYSPTE_ROUTINE_H
#define SYSPTE_ROUTINE_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- Use

// Hides a function from MmGetSystemRoutineAddress until the machine ends, so that a driver takes
// the way it has for a Windows without it. Calls of the function itself go on as before.
//
// Fails: false, with a message, if the library simulates no such function ("MmMapIoSpaceEx").
// Needs: a booted machine.
bool syspte_routine_hide(const char *name);

#ifdef __cplusplus
}
#endif
#endif
