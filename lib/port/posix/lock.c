// SPDX-License-Identifier: MIT
// Under Valgrind every lock is the host's: its thread checkers know no other.
#include "port_lock.h"

#include "port_tool.h"

bool syspte_port_locks_are_watched(void)
{
    return syspte_tool_is_valgrind();
}
