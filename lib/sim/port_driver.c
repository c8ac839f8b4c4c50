// SPDX-License-Identifier: MIT
// Storport and the video port keep the length of each mapping: the ledger does it for them.
#include "sim/port_driver.h"

bool syspte_port_driver_enter(syspte_api api, const syspte_caller *caller)
{
    syspte_call call;
    if (!syspte_call_begin(&call, api, caller)) {
        return false;
    }
    (void)syspte_call_irql(&call, PASSIVE_LEVEL, SYSPTE_RULE_PORT_IRQL, 0, 0);
    syspte_call_end(&call);
    return true;
}

bool syspte_port_driver_unmap(syspte_api api, void *address, const syspte_caller *caller)
{
    syspte_world_take();
    syspte_location at = syspte_locate(address);
    syspte_world_give();
    bool begins = at.where == SYSPTE_HELD && at.page == at.row.front;
    // Where none begins one byte is as good as any: the unmap says what is wrong.
    syspte_unmap_io_space(api, address, begins ? at.row.bytes : 1, caller);
    return begins;
}
