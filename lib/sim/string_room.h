// SPDX-License-Identifier: MIT
// Counted strings that the machine allocates for a driver, which frees them with
// RtlFreeUnicodeString.
#ifndef SYSPTE_SIM_STRING_ROOM_H
#define SYSPTE_SIM_STRING_ROOM_H

#include "sim/call.h"

// Room for that many characters, and a terminator behind them. STATUS_NO_MEMORY,
// STATUS_INVALID_PARAMETER_2: more than a string can have. Lock: not held.
NTSTATUS syspte_string_room(syspte_api api, const syspte_caller *caller, PUNICODE_STRING to,
                            unsigned characters);

// Writes the 38 characters of a GUID.
void syspte_string_put_guid(PWCH at, const GUID *guid);

#endif
