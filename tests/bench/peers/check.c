// SPDX-License-Identifier: MIT
// Checks that the peers do what they are measured for. A peer that loses pages or forgets to track
// would make a fast and worthless comparison.
#include "peers.h"

#include <stdlib.h>
#include <string.h>

#define PTES 4096
#define LIVE 300

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            syspte_bench_fail(__func__, #condition);                                               \
    } while (0)

static const syspte_bench_setup setup = {.pte_count = PTES};

static uint64_t page_of(const void *address)
{
    return (uintptr_t)address / SYSPTE_PAGE_BYTES - 1;
}

// Marks pages as taken (or free again); each must have been the other before.
static void mark(unsigned char *taken, const void *address, uint64_t pages, unsigned char now)
{
    for (uint64_t page = page_of(address); pages-- > 0; page++) {
        CHECK(page < PTES);
        CHECK(taken[page] != now);
        taken[page] = now;
    }
}

// True if `pages` free neighbours exist: the list may then not refuse.
static bool run_exists(const unsigned char *taken, uint64_t pages)
{
    uint64_t run = 0;

    for (uint64_t page = 0; page < PTES; page++) {
        run = taken[page] ? 0 : run + 1;
        if (run == pages)
            return true;
    }
    return false;
}

static void list_hands_out_every_page_once(void)
{
    static unsigned char taken[PTES];
    void *address[LIVE] = {0};
    uint64_t pages[LIVE] = {0};
    uint64_t free_pages = PTES;
    unsigned refused = 0;

    CHECK(syspte_peer_list.begin(&setup));
    srand(1);
    for (unsigned step = 0; step < 200000; step++) {
        unsigned i = (unsigned)rand() % LIVE;

        if (address[i] != NULL) {
            mark(taken, address[i], pages[i], 0);
            free_pages += pages[i];
            syspte_peer_list.unmap(address[i], pages[i]);
            address[i] = NULL;
        } else {
            pages[i] = 1 + (unsigned)rand() % 60;
            address[i] = syspte_peer_list.map(i, pages[i]);
            if (address[i] == NULL) {
                CHECK(!run_exists(taken, pages[i]));
                refused++;
                continue;
            }
            mark(taken, address[i], pages[i], 1);
            free_pages -= pages[i];
        }
        CHECK(syspte_peer_list_free() == free_pages);
    }
    CHECK(refused > 0);
    for (unsigned i = 0; i < LIVE; i++) {
        if (address[i] != NULL)
            syspte_peer_list.unmap(address[i], pages[i]);
    }
    CHECK(syspte_peer_list_free() == PTES);
    CHECK(page_of(syspte_peer_list.map(0, PTES)) == 0);
    syspte_peer_list.end();
}

static void list_takes_the_tail_of_the_shortest_cluster(void)
{
    CHECK(syspte_peer_list.begin(&setup));
    CHECK(page_of(syspte_peer_list.map(0, PTES)) == 0);
    syspte_peer_list.unmap((void *)(uintptr_t)(SYSPTE_PAGE_BYTES * 11), 8);  // pages 10 to 17
    syspte_peer_list.unmap((void *)(uintptr_t)(SYSPTE_PAGE_BYTES * 101), 4); // pages 100 to 103

    CHECK(page_of(syspte_peer_list.map(0, 3)) == 101);
    CHECK(page_of(syspte_peer_list.map(0, 3)) == 15);
    CHECK(page_of(syspte_peer_list.map(0, 1)) == 100);
    CHECK(page_of(syspte_peer_list.map(0, 5)) == 10);
    CHECK(syspte_peer_list.map(0, 1) == NULL);
    syspte_peer_list.end();
}

// The state that is built directly is the one that releasing builds.
static void list_shatter_leaves_single_pages(void)
{
    CHECK(syspte_peer_list.begin(&setup));
    syspte_peer_list_shatter();
    CHECK(syspte_peer_list_free() == PTES / 2);
    CHECK(syspte_peer_list.map(0, 2) == NULL);
    CHECK(page_of(syspte_peer_list.map(0, 1)) == PTES - 2);

    syspte_peer_list_shatter();
    for (uint64_t page = 1; page < PTES; page += 2)
        syspte_peer_list.unmap((void *)(uintptr_t)(SYSPTE_PAGE_BYTES * (page + 1)), 1);
    CHECK(syspte_peer_list_free() == PTES);
    CHECK(page_of(syspte_peer_list.map(0, PTES)) == 0);
    syspte_peer_list.end();
}

static void trackers_know_what_is_live(void)
{
    void *address[3000];

    CHECK(syspte_peer_tracker.begin(&setup));
    CHECK(syspte_peer_usersim.begin(&setup));
    for (unsigned i = 0; i < 3000; i++) {
        address[i] = syspte_peer_tracker.map(i, 1);
        CHECK(address[i] != NULL);
    }
    CHECK(syspte_peer_tracker_live() == 3000);
    CHECK(syspte_peer_tracker.bytes() >= 3000u * 176);
    for (unsigned i = 0; i < 3000; i++)
        syspte_peer_tracker.unmap(address[i], 1);
    CHECK(syspte_peer_tracker_live() == 0);

    for (unsigned i = 0; i < 3000; i++)
        address[i] = syspte_peer_usersim.map(i, 1);
    CHECK(syspte_peer_usersim_live() == 3000);
    CHECK(syspte_peer_usersim_freed() == 0);
    for (unsigned i = 0; i < 3000; i++)
        syspte_peer_usersim.unmap(address[i], 1);
    CHECK(syspte_peer_usersim_live() == 0);
    CHECK(syspte_peer_usersim_freed() == 3000); // never pruned
    syspte_peer_usersim.end();
    syspte_peer_tracker.end();
}

static void mmap_windows_show_the_same_page(void)
{
    volatile unsigned char *first;

    CHECK(syspte_peer_mmap.begin(&setup));
    first = syspte_peer_mmap.map(7, 2);
    CHECK(first != NULL);
    first[SYSPTE_PAGE_BYTES] = 42;
    syspte_peer_mmap.unmap((void *)first, 2);
    first = syspte_peer_mmap.map(8, 1);
    CHECK(first[0] == 42);
    syspte_peer_mmap.unmap((void *)first, 1);
    syspte_peer_mmap.end();
}

int main(void)
{
    list_hands_out_every_page_once();
    list_takes_the_tail_of_the_shortest_cluster();
    list_shatter_leaves_single_pages();
    trackers_know_what_is_live();
    mmap_windows_show_the_same_page();
    puts("peers: 5 checks passed");
    return 0;
}
