// SPDX-License-Identifier: MIT
// The host tells what a page allows. Of this port's own memory it is not enough to ask: it gets
// what it has at a touch.
#include "../port.h"
#include "region.h"

#include "windows_api.h"

enum {
    READABLE = PAGE_READONLY | PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READ |
               PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY,
    WRITABLE = PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY
};

bool syspte_port_probe(void *address, uint64_t bytes, bool write)
{
    uintptr_t at = (uintptr_t)address;
    uintptr_t end = at + (uintptr_t)bytes;
    if (syspte_region_allows(at, bytes, write)) {
        return true;
    }
    while (at < end) {
        MEMORY_BASIC_INFORMATION memory;
        if (VirtualQuery((const void *)at, &memory, sizeof memory) == 0 ||
            memory.State != MEM_COMMIT || (memory.Protect & PAGE_GUARD) != 0 ||
            (memory.Protect & (write ? (DWORD)WRITABLE : (DWORD)READABLE)) == 0) {
            return false;
        }
        at = (uintptr_t)memory.BaseAddress + memory.RegionSize;
    }
    return true;
}
