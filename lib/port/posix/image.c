// SPDX-License-Identifier: MIT
// The loader's list of images, and of the segments each was loaded in.
#define _GNU_SOURCE
#include "../port.h"

#include <link.h>

typedef struct search {
    uintptr_t address;
    uintptr_t first; // of the segment; 0: not found
} search;

static int look(struct dl_phdr_info *info, size_t bytes, void *context)
{
    search *wanted = context;
    (void)bytes;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t first = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
        if (info->dlpi_phdr[i].p_type == PT_LOAD &&
            wanted->address - first < info->dlpi_phdr[i].p_memsz) {
            wanted->first = first;
            return 1;
        }
    }
    return 0;
}

uintptr_t syspte_port_image_segment(const void *address)
{
    search wanted = {.address = (uintptr_t)address};
    (void)dl_iterate_phdr(look, &wanted);
    return wanted.first;
}
