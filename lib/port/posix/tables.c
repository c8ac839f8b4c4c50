// SPDX-License-Identifier: MIT
// Tables are private anonymous mappings without a swap reservation: the host hands out a page of
// zeros when one is touched and takes it back on MADV_DONTNEED, after which it reads as zeros
// again. Short ranges are cheaper to overwrite than to give back; LONG_BYTES is where that turns.
#define _GNU_SOURCE
#include "../port.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "port_tool.h"

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

enum { LONG_BYTES = 64 * 1024 };

// The thread sanitizer keeps a shadow of all that a table ever held, several times its size, also
// of what was given back: a table for billions of PTEs would take the whole machine.
#define BYTES_MOST_TSAN (UINT64_C(8) << 30)

void *syspte_port_table_reserve(uint64_t bytes)
{
    if (bytes == 0 || bytes != (size_t)bytes || (SYSPTE_TOOL_TSAN && bytes > BYTES_MOST_TSAN)) {
        return NULL;
    }
    void *table = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return table == MAP_FAILED ? NULL : table;
}

void syspte_port_table_release(void *table, uint64_t bytes)
{
    if (table != NULL) {
        (void)munmap(table, (size_t)bytes);
    }
}

// False if the host keeps whole pages, as it does for locked ones. The memory sanitizer would go on
// believing the old contents, so there they are always overwritten.
static bool pages_give_back(unsigned char *from, size_t bytes)
{
    if (SYSPTE_TOOL_MSAN || madvise(from, bytes, MADV_DONTNEED) != 0) {
        return false;
    }
    syspte_tool_memory_is_defined(from, bytes);
    return true;
}

void syspte_port_table_zero(void *from, uint64_t bytes)
{
    unsigned char *start = from;
    if (bytes < LONG_BYTES) {
        memset(start, 0, (size_t)bytes);
        return;
    }

    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
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
#if defined(MADV_HUGEPAGE) && defined(MADV_NOHUGEPAGE)
    (void)madvise(table, (size_t)bytes, dense ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
#else
    (void)table;
    (void)bytes;
    (void)dense;
#endif
}
