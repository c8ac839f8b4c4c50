// SPDX-License-Identifier: MIT
// What the host itself takes for one window: mmap of a memory file's pages over reserved address
// space, and PROT_NONE over it again. No bookkeeping at all: always the same window.
#include "peers.h"

#include <sys/mman.h>
#include <unistd.h>

#define WINDOW_BYTES (1ull << 20)

static int file = -1;
static unsigned char *window;

static bool mmap_begin(const syspte_bench_setup *setup)
{
    (void)setup;
    file = memfd_create("syspte-bench", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, 1ll << 40) != 0)
        return false;
    window =
        mmap(NULL, WINDOW_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return window != MAP_FAILED;
}

static void mmap_end(void)
{
    (void)munmap(window, WINDOW_BYTES);
    (void)close(file);
}

static void *mmap_map(uint64_t slot, uint64_t page_count)
{
    void *view = mmap(window, page_count * SYSPTE_PAGE_BYTES, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_FIXED, file, (off_t)(slot * SYSPTE_PAGE_BYTES));

    return view == MAP_FAILED ? NULL : view;
}

static void mmap_unmap(void *address, uint64_t page_count)
{
    if (mmap(address, page_count * SYSPTE_PAGE_BYTES, PROT_NONE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
        syspte_bench_fail("mmap", "the window could not be taken away");
}

const syspte_bench_peer syspte_peer_mmap = {
    .name = "bare aliasing mmap",
    .begin = mmap_begin,
    .map = mmap_map,
    .unmap = mmap_unmap,
    .end = mmap_end,
};
