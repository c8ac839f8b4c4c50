// SPDX-License-Identifier: MIT
// READ_REGISTER_*, WRITE_REGISTER_* and the port functions, which are inline in the headers, come
// here where the machine has a device with a model, and ports always. So do NULL pointers, because
// here it is known where the driver's access stands.
#include "sim/device.h"
#include "sim/fault.h"
#include "sim/raise.h"

// Does not return where a NULL pointer is the driver's fault.
static void look_at(const syspte_caller *caller, const volatile VOID *address,
                    syspte_port_access access)
{
    if ((uintptr_t)address < SYSPTE_NOBODYS) {
        (void)syspte_fault_user(syspte_thread_now(), caller, (const void *)(uintptr_t)address,
                                access, caller->frame + 1);
    }
}

BOOLEAN syspte_register_read(const volatile VOID *Register, ULONG Width, PULONG64 Value,
                             const char *file, unsigned line, const char *function)
{
    syspte_caller caller = SYSPTE_CALLER(file, line, function);
    uint64_t value = 0;
    look_at(&caller, Register, SYSPTE_PORT_ACCESS_READ);
    bool made = syspte_device_access(&caller, (uintptr_t)Register, Width, false, &value);
    *Value = value;
    return made;
}

BOOLEAN syspte_register_write(volatile VOID *Register, ULONG Width, ULONG64 Value, const char *file,
                              unsigned line, const char *function)
{
    syspte_caller caller = SYSPTE_CALLER(file, line, function);
    uint64_t value = Value;
    look_at(&caller, Register, SYSPTE_PORT_ACCESS_WRITE);
    return syspte_device_access(&caller, (uintptr_t)Register, Width, true, &value);
}

ULONG syspte_port_in(ULONG_PTR Port, ULONG Width, const char *file, unsigned line,
                     const char *function)
{
    syspte_caller caller = SYSPTE_CALLER(file, line, function);
    uint64_t value = UINT32_MAX;
    syspte_device_port(&caller, Port & 0xFFFF, Width, false, &value);
    return (ULONG)value;
}

VOID syspte_port_out(ULONG_PTR Port, ULONG Width, ULONG Value, const char *file, unsigned line,
                     const char *function)
{
    syspte_caller caller = SYSPTE_CALLER(file, line, function);
    uint64_t value = Value;
    syspte_device_port(&caller, Port & 0xFFFF, Width, true, &value);
}
