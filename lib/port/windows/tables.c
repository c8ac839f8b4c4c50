// SPDX-License-Identifier: MIT
// Tables are regions of zeros (region.h). Long stretches that are to be zeros again are given back,
// and are committed anew at a touch; short ones are cheaper to overwrite.
#include "../port.h"
#include "region.h"

#include <string.h>

#include "windows_api.h"

enum { LONG_BYTES = 64 * 1024 };

void *syspte_port_table_reserve(uint64_t bytes)
{
    return syspte_region_begin(NULL, bytes, true);
}

void syspte_port_table_release(void *table, uint64_t bytes)
{
    if (table != NULL) {
        (void)syspte_port_view_unmap(table, bytes);
        syspte_region_end(table);
    }
}

static bool pages_give_back(unsigned char *from, size_t bytes)
{
    return VirtualFree(from, bytes, MEM_DECOMMIT) != 0;
}

void syspte_port_table_zero(void *from, uint64_t bytes)
{
    const uintptr_t page = SYSPTE_REGION_PAGE;
    unsigned char *start = from;
    if (bytes < LONG_BYTES) {
        memset(start, 0, (size_t)bytes);
        return;
    }

    size_t head = (size_t)(-(uintptr_t)start & (page - 1));
    size_t tail = (size_t)(((uintptr_t)start + bytes) & (page - 1));
    size_t middle = (size_t)bytes - head - tail;

    memset(start, 0, head);
    if (!pages_give_back(start + head, middle)) {
        memset(start + head, 0, middle);
    }
    memset(start + head + middle, 0, tail);
}

void syspte_port_table_dense(void *table, uint64_t bytes, bool dense)
{
    (void)table;
    (void)bytes;
    (void)dense;
}
