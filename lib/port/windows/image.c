// SPDX-License-Identifier: MIT
// An image lies in one stretch of address space, with its headers first; they list its sections.
#include "../port.h"

#include "windows_api.h"

uintptr_t syspte_port_image_segment(const void *address)
{
    MEMORY_BASIC_INFORMATION memory;
    if (VirtualQuery(address, &memory, sizeof memory) == 0 || memory.Type != MEM_IMAGE) {
        return 0;
    }
    uintptr_t base = (uintptr_t)memory.AllocationBase;
    const IMAGE_DOS_HEADER *dos = memory.AllocationBase;
    const IMAGE_NT_HEADERS *headers = (const IMAGE_NT_HEADERS *)(base + (uintptr_t)dos->e_lfanew);
    const IMAGE_SECTION_HEADER *section = IMAGE_FIRST_SECTION(headers);
    for (unsigned i = 0; i < headers->FileHeader.NumberOfSections; i++) {
        uintptr_t first = base + section[i].VirtualAddress;
        if ((uintptr_t)address - first < section[i].Misc.VirtualSize) {
            return first;
        }
    }
    return 0;
}
