// SPDX-License-Identifier: MIT
// Under Valgrind's thread checkers every lock is the host's: they know no other. Valgrind names the
// tool it runs only in the library that it preloads for it.
#include "port_lock.h"

#include <stdlib.h>
#include <string.h>

#include "port_tool.h"

bool syspte_port_locks_are_watched(void)
{
    const char *preloaded = getenv("LD_PRELOAD");
    return syspte_tool_is_valgrind() && preloaded != NULL &&
           (strstr(preloaded, "vgpreload_helgrind") != NULL ||
            strstr(preloaded, "vgpreload_drd") != NULL);
}
