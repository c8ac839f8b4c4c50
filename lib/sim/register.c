// SPDX-License-Identifier: MIT
// READ_REGISTER_*, WRITE_REGISTER_* and the port functions, which are inline in the headers, come
// here where the machine has a device with a model, and ports always.
#include "sim/device.h"
#include "sim/kernel.h"

BOOLEAN syspte_register_read(const volatile VOID *Register, ULONG Width, PULONG64 Value,
                             const char *file, unsigned line, const char *function)
{
    syspte_caller caller = SYSPTE_CALLER(file, line, function);
    uint64_t value = 0;
    bool made = syspte_device_access(&caller, (uintptr_t)Register, Width, false, &value);
    *Value = value;
    return made;
}

BOOLEAN syspte_register_write(volatile VOID *Register, ULONG Width, ULONG64 Value, const char *file,
                              unsigned line, const char *function)
{
    syspte_caller caller = SYSPTE_CALLER(file, line, function);
    uint64_t value = Value;
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
