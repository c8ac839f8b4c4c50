// SPDX-License-Identifier: MIT
// An untracked system-PTE allocator with the cost structure of NT 5.x. Free space is a singly
// linked list of clusters (maximal free runs) kept in the free PTEs themselves. A cluster's first
// PTE holds the index of the next cluster; a one-page cluster has the ONE_ENTRY bit set in it, a
// longer one holds its page count in its second PTE. The list is ordered by increasing page count.
// Reserve walks to the first cluster that is long enough, takes its tail, and walks again to put
// the rest where it belongs. Release always walks the whole list, because neighbours can be
// anywhere in it. One lock for all of it, a test-and-set in line; PTEs are zeroed before that.
#include "peers.h"

#include <sched.h>
#include <string.h>
#include <sys/mman.h>

#define PTE_VALID     1ull
#define PTE_ONE_ENTRY 2ull
#define LINK_SHIFT    32
#define LINK_END      0xFFFFFFFFull
#define LOW_MASK      0xFFFFFFFFull

static struct {
    uint64_t *pte; // then one word for the head of the list
    uint64_t head; // its link field leads to the smallest cluster
    uint64_t pte_count;
    int lock;
} list;

static inline void lock_take(void)
{
    while (__atomic_exchange_n(&list.lock, 1, __ATOMIC_ACQUIRE) != 0)
        (void)sched_yield();
}

static inline void lock_give(void)
{
    __atomic_store_n(&list.lock, 0, __ATOMIC_RELEASE);
}

static uint64_t link_of(const uint64_t *word)
{
    return *word >> LINK_SHIFT;
}

static void link_set(uint64_t *word, uint64_t index)
{
    *word = (*word & LOW_MASK) | index << LINK_SHIFT;
}

static uint64_t cluster_pages(uint64_t index)
{
    return list.pte[index] & PTE_ONE_ENTRY ? 1 : link_of(&list.pte[index + 1]);
}

static void cluster_write(uint64_t index, uint64_t page_count, uint64_t next)
{
    list.pte[index] = next << LINK_SHIFT;
    if (page_count == 1)
        list.pte[index] |= PTE_ONE_ENTRY;
    else
        list.pte[index + 1] = page_count << LINK_SHIFT;
}

// Puts a cluster in front of the first one that is not shorter.
static void cluster_insert(uint64_t index, uint64_t page_count)
{
    uint64_t *before = &list.head;

    while (link_of(before) != LINK_END && cluster_pages(link_of(before)) < page_count)
        before = &list.pte[link_of(before)];
    cluster_write(index, page_count, link_of(before));
    link_set(before, index);
}

// Answers the index of the first of `page_count` PTEs, or LINK_END.
static uint64_t reserve(uint64_t page_count)
{
    uint64_t *before = &list.head;
    uint64_t index = LINK_END;

    lock_take();
    while (link_of(before) != LINK_END) {
        uint64_t cluster = link_of(before);
        uint64_t pages = cluster_pages(cluster);

        if (pages >= page_count) {
            link_set(before, link_of(&list.pte[cluster]));
            index = cluster + (pages - page_count);
            if (pages > page_count)
                cluster_insert(cluster, pages - page_count);
            break;
        }
        before = &list.pte[cluster];
    }
    lock_give();
    return index;
}

static void release(uint64_t index, uint64_t page_count)
{
    uint64_t *before = &list.head;
    uint64_t *place = NULL;

    memset(&list.pte[index], 0, page_count * sizeof(uint64_t));
    lock_take();
    while (link_of(before) != LINK_END) {
        uint64_t cluster = link_of(before);
        uint64_t pages = cluster_pages(cluster);

        if (cluster + pages == index || index + page_count == cluster) {
            link_set(before, link_of(&list.pte[cluster]));
            index = cluster < index ? cluster : index;
            page_count += pages;
            place = NULL;
            continue;
        }
        if (place == NULL && pages >= page_count)
            place = before;
        before = &list.pte[cluster];
    }
    if (place == NULL)
        place = before;
    cluster_write(index, page_count, link_of(place));
    link_set(place, index);
    lock_give();
}

static void list_end(void)
{
    if (list.pte != NULL)
        (void)munmap(list.pte, list.pte_count * sizeof(uint64_t));
    list.pte = NULL;
}

// The page table is touched here: in Windows it is resident from boot on.
static bool list_begin(const syspte_bench_setup *setup)
{
    void *table = mmap(NULL, setup->pte_count * sizeof(uint64_t), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

    if (table == MAP_FAILED)
        return false;
    list.pte = table;
    list.pte_count = setup->pte_count;
    list.head = LINK_END << LINK_SHIFT;
    list.lock = 0;
    cluster_insert(0, list.pte_count);
    return true;
}

// Addresses are page numbers from 1 times 4096: nothing lies behind them.
static void *list_map(uint64_t slot, uint64_t page_count)
{
    uint64_t index = reserve(page_count);

    if (index == LINK_END)
        return NULL;
    for (uint64_t page = 0; page < page_count; page++)
        list.pte[index + page] = (slot + page) << 12 | PTE_VALID;
    return (void *)(uintptr_t)((index + 1) * SYSPTE_PAGE_BYTES);
}

static void list_unmap(void *address, uint64_t page_count)
{
    release((uintptr_t)address / SYSPTE_PAGE_BYTES - 1, page_count);
}

uint64_t syspte_peer_list_free(void)
{
    uint64_t free_pages = 0;
    uint64_t pages_before = 0;

    for (uint64_t i = link_of(&list.head); i != LINK_END; i = link_of(&list.pte[i])) {
        uint64_t pages = cluster_pages(i);

        if (pages == 0 || pages < pages_before || i + pages > list.pte_count)
            return UINT64_MAX;
        if (i + pages < list.pte_count && !(list.pte[i + pages] & PTE_VALID))
            return UINT64_MAX;
        free_pages += pages;
        pages_before = pages;
    }
    return free_pages;
}

void syspte_peer_list_shatter(void)
{
    list.head = LINK_END << LINK_SHIFT;
    for (uint64_t i = 0; i < list.pte_count; i++)
        list.pte[i] = PTE_VALID;
    for (uint64_t i = 0; i < list.pte_count; i += 2) {
        cluster_write(i, 1, link_of(&list.head));
        link_set(&list.head, i);
    }
}

const syspte_bench_peer syspte_peer_list = {
    .name = "untracked list, test-and-set lock",
    .begin = list_begin,
    .map = list_map,
    .unmap = list_unmap,
    .end = list_end,
};
