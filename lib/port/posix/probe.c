// SPDX-License-Identifier: MIT
// Linux can be asked to make pages present without touching them (MADV_POPULATE_*, 5.14), which
// fails where a touch would. It names a request that it does not know as it names pages that may
// not be touched so; which of them it is, a page that can be touched tells. Elsewhere it is only
// known whether anything is mapped.
#define _GNU_SOURCE
#include "../port.h"

#include <errno.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

enum { PAGE_BYTES = 4096, PAGES_AT_A_TIME = 64 };

static bool populate(void *address, uint64_t bytes, bool write)
{
    return madvise(address, (size_t)bytes, write ? MADV_POPULATE_WRITE : MADV_POPULATE_READ) == 0;
}

static bool populate_is_known(void)
{
    static int known; // 1: yes, 2: no
    int now = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (now == 0) {
        uintptr_t here = (uintptr_t)&known & ~(uintptr_t)(PAGE_BYTES - 1);
        now = populate((void *)here, PAGE_BYTES, true) ? 1 : 2;
        __atomic_store_n(&known, now, __ATOMIC_RELAXED);
    }
    return now == 1;
}

bool syspte_port_probe(void *address, uint64_t bytes, bool write)
{
    unsigned char present[PAGES_AT_A_TIME];
    unsigned char *at = address;
    if (populate_is_known()) {
        return populate(address, bytes, write);
    }
    for (uint64_t done = 0; done < bytes; done += sizeof present * PAGE_BYTES) {
        uint64_t left = bytes - done;
        uint64_t step = left < sizeof present * PAGE_BYTES ? left : sizeof present * PAGE_BYTES;
        if (mincore(at + done, (size_t)step, present) != 0) {
            return false;
        }
    }
    return true;
}
