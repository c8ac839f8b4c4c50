// SPDX-License-Identifier: MIT
// Traps where instructions are not decoded: another processor or host, or no Zydis when this was
// built.
#include "port.h"

syspte_port_trap syspte_port_trap_possible(void)
{
#if defined(__linux__) && defined(__x86_64__)
    return SYSPTE_PORT_TRAP_NO_DECODER;
#else
    return SYSPTE_PORT_TRAP_NO_HOST;
#endif
}

syspte_port_trap syspte_port_trap_carry_out(const syspte_port_bus *bus, const char **name)
{
    (void)bus;
    *name = "";
    return syspte_port_trap_possible();
}
