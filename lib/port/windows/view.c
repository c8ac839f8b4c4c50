// SPDX-License-Identifier: MIT
// This host maps one memory at two addresses only where both are the same within 64 KiB, or by
// placeholders, which not every version has; the machine needs any page anywhere. So a physical
// page that several views show is in one of them at a time: there it is open, in the others it is
// closed, and a touch of one of those moves it: its bytes go home, from there to the page that was
// touched, and that one is open now. Whoever reads and writes sees one memory at all its addresses;
// the price is a fault where accesses change between two views. From the moment that a page is open
// until its bytes are there another thread that touches it finds zeros and may lose what it writes:
// about a microsecond. To let all others stand still meanwhile took Wine milliseconds.
// What a page holds is in the view that is open, else in its home, a page of `homes`; where
// neither is, it is zeros.
#include "../port.h"
#include "region.h"

#include <string.h>

#include "windows_api.h"

#define PHYSICAL_BYTES (UINT64_C(1) << 52)

enum {
    PAGE_BYTES = SYSPTE_REGION_PAGE,
    VIEWS = 20000, // of the 65,530 stretches of unlike pages that Linux below Wine has, two a view
#if UINTPTR_MAX > UINT32_MAX
    RECORD_BITS = 19
#else
    RECORD_BITS = 15
#endif
};

#define RECORDS (UINT64_C(1) << RECORD_BITS)

// Of a physical page that was touched. Its home is the page of `homes` with its number.
typedef struct record {
    uint64_t page;  // counted from 1; 0: none
    uintptr_t open; // the page of the view that has it; 0: none has
    bool at_home;   // its home was written
} record;

static record *records; // in the order of pages, as far as they do not meet; NULL: not open
static unsigned char *homes;
static uint64_t record_count;

// ---- Physical memory

static bool open_locked(void)
{
    if (records != NULL) {
        return true;
    }
    unsigned char *space =
        VirtualAlloc(NULL, (SIZE_T)(RECORDS * PAGE_BYTES), MEM_RESERVE, PAGE_READWRITE);
    if (space == NULL) {
        return false;
    }
    records = VirtualAlloc(NULL, (SIZE_T)(RECORDS * sizeof *records), MEM_RESERVE | MEM_COMMIT,
                           PAGE_READWRITE);
    if (records == NULL) {
        (void)VirtualFree(space, 0, MEM_RELEASE);
        return false;
    }
    homes = space;
    return true;
}

bool syspte_port_physical_open(void)
{
    syspte_lock_take(&syspte_region_lock);
    bool opened = open_locked();
    syspte_lock_give(&syspte_region_lock);
    return opened;
}

void syspte_port_physical_reset(void)
{
    syspte_lock_take(&syspte_region_lock);
    if (records != NULL && record_count != 0) {
        (void)VirtualFree(records, 0, MEM_RELEASE);
        (void)VirtualFree(homes, 0, MEM_RELEASE);
        records = NULL;
        homes = NULL;
        record_count = 0;
    }
    syspte_lock_give(&syspte_region_lock);
}

// The record of a page; NULL: it has none, and where `make` is set, there is no room.
static record *record_of(uint64_t page, bool make)
{
    if (!open_locked()) {
        return NULL;
    }
    uint64_t at = (page ^ page >> RECORD_BITS) & (RECORDS - 1);
    while (records[at].page != 0 && records[at].page != page + 1) {
        at = (at + 1) & (RECORDS - 1);
    }
    if (records[at].page == 0) {
        if (!make || record_count >= RECORDS / 8 * 7) {
            return NULL;
        }
        records[at] = (record){.page = page + 1};
        record_count++;
    }
    return &records[at];
}

static unsigned char *home_of(const record *r)
{
    return homes + (uint64_t)(r - records) * PAGE_BYTES;
}

// Memory for a page's home; false if the host has none.
static bool home_make(record *r)
{
    r->at_home = r->at_home || VirtualAlloc(home_of(r), PAGE_BYTES, MEM_COMMIT, PAGE_READWRITE);
    return r->at_home;
}

// Moves a page out of the view that has it open. False: the host has no memory for its home.
static bool page_close(record *r)
{
    uintptr_t page = r->open;
    DWORD before;
    if (page == 0) {
        return true;
    }
    uint64_t *entry = syspte_region_entry(syspte_region_of(page, PAGE_BYTES), page, false);
    if ((*entry & SYSPTE_PORT_WRITE) != 0) {
        // Who writes now waits for the lock, until the page is elsewhere.
        if (!home_make(r) || !VirtualProtect((void *)page, PAGE_BYTES, PAGE_READONLY, &before)) {
            return false;
        }
        memcpy(home_of(r), (const void *)page, PAGE_BYTES);
    }
    (void)VirtualFree((void *)page, PAGE_BYTES, MEM_DECOMMIT);
    *entry &= ~(uint64_t)SYSPTE_ENTRY_OPEN;
    r->open = 0;
    return true;
}

static bool page_read(uint64_t page, unsigned offset, unsigned char *out, unsigned bytes)
{
    const record *r = record_of(page, false);
    const unsigned char *from = NULL;
    if (r != NULL && r->open != 0) {
        from = (const unsigned char *)r->open;
    } else if (r != NULL && r->at_home) {
        from = home_of(r);
    }
    if (from == NULL) {
        memset(out, 0, bytes);
    } else {
        memcpy(out, from + offset, bytes);
    }
    return records != NULL;
}

static bool page_write(uint64_t page, unsigned offset, const unsigned char *in, unsigned bytes)
{
    record *r = record_of(page, true);
    if (r == NULL) {
        return false;
    }
    if (r->open != 0) {
        syspte_region *region = syspte_region_of(r->open, PAGE_BYTES);
        if ((*syspte_region_entry(region, r->open, false) & SYSPTE_PORT_WRITE) != 0) {
            memcpy((unsigned char *)r->open + offset, in, bytes);
            return true;
        }
    }
    if (!page_close(r) || !home_make(r)) {
        return false;
    }
    memcpy(home_of(r) + offset, in, bytes);
    return true;
}

static bool range_is_physical(uint64_t physical_address, uint64_t bytes)
{
    return physical_address <= PHYSICAL_BYTES && bytes <= PHYSICAL_BYTES - physical_address;
}

// Bytes to the end of their page, at most `bytes`.
static unsigned bytes_in_page(uint64_t physical_address, uint64_t bytes)
{
    unsigned room = PAGE_BYTES - (unsigned)(physical_address % PAGE_BYTES);
    return bytes < room ? (unsigned)bytes : room;
}

// What the caller lends may be memory of this port's, so it is not touched under the lock.
bool syspte_port_physical_read(uint64_t physical_address, void *out, uint64_t bytes)
{
    unsigned char copy[PAGE_BYTES];
    unsigned char *to = out;
    if (!range_is_physical(physical_address, bytes)) {
        return false;
    }
    while (bytes > 0) {
        unsigned step = bytes_in_page(physical_address, bytes);
        syspte_lock_take(&syspte_region_lock);
        bool done = page_read(physical_address / PAGE_BYTES,
                              (unsigned)(physical_address % PAGE_BYTES), copy, step);
        syspte_lock_give(&syspte_region_lock);
        if (!done) {
            return false;
        }
        memcpy(to, copy, step);
        to += step;
        physical_address += step;
        bytes -= step;
    }
    return true;
}

bool syspte_port_physical_write(uint64_t physical_address, const void *in, uint64_t bytes)
{
    unsigned char copy[PAGE_BYTES];
    const unsigned char *from = in;
    if (!range_is_physical(physical_address, bytes)) {
        return false;
    }
    while (bytes > 0) {
        unsigned step = bytes_in_page(physical_address, bytes);
        memcpy(copy, from, step);
        syspte_lock_take(&syspte_region_lock);
        bool done = page_write(physical_address / PAGE_BYTES,
                               (unsigned)(physical_address % PAGE_BYTES), copy, step);
        syspte_lock_give(&syspte_region_lock);
        if (!done) {
            return false;
        }
        from += step;
        physical_address += step;
        bytes -= step;
    }
    return true;
}

// ---- Views

static DWORD protection_of(unsigned access)
{
    if ((access & SYSPTE_PORT_EXECUTE) != 0) {
        return (access & SYSPTE_PORT_WRITE) != 0 ? PAGE_EXECUTE_READWRITE : PAGE_EXECUTE_READ;
    }
    return (access & SYSPTE_PORT_WRITE) != 0 ? PAGE_READWRITE : PAGE_READONLY;
}

bool syspte_view_open(uintptr_t page, uint64_t *entry)
{
    DWORD before;
    if ((*entry & SYSPTE_ENTRY_OPEN) != 0) {
        return true; // another thread was faster
    }
    record *r = record_of(*entry >> SYSPTE_ENTRY_PAGE, true);
    if (r == NULL || !page_close(r) ||
        VirtualAlloc((void *)page, PAGE_BYTES, MEM_COMMIT, PAGE_READWRITE) == NULL) {
        return false;
    }
    if (r->at_home) {
        memcpy((void *)page, home_of(r), PAGE_BYTES);
    }
    if (protection_of((unsigned)*entry) != PAGE_READWRITE &&
        !VirtualProtect((void *)page, PAGE_BYTES, protection_of((unsigned)*entry), &before)) {
        (void)VirtualFree((void *)page, PAGE_BYTES, MEM_DECOMMIT);
        return false;
    }
    r->open = page;
    *entry |= SYSPTE_ENTRY_OPEN;
    return true;
}

// Lets pages of a region show nothing. False: what one held could not be kept.
static bool pages_forget(syspte_region *region, uintptr_t at, uint64_t bytes)
{
    uint64_t end = at - region->base + bytes;
    for (uint64_t inside = at - region->base; region->leaves != NULL && inside < end;) {
        uint64_t *entry = syspte_region_entry(region, region->base + (uintptr_t)inside, false);
        if (entry == NULL) {
            const uint64_t leaf = SYSPTE_REGION_LEAF * PAGE_BYTES;
            inside = (inside / leaf + 1) * leaf;
            continue;
        }
        if ((*entry & SYSPTE_ENTRY_OPEN) != 0 &&
            !page_close(record_of(*entry >> SYSPTE_ENTRY_PAGE, false))) {
            return false;
        }
        *entry = 0;
        inside += PAGE_BYTES;
    }
    return true;
}

// Entries for all of it, so that nothing fails later.
static bool entries_make(syspte_region *region, uintptr_t at, uint64_t bytes)
{
    for (uint64_t done = 0; done < bytes; done += PAGE_BYTES) {
        if (syspte_region_entry(region, at + (uintptr_t)done, true) == NULL) {
            return false;
        }
    }
    return true;
}

bool syspte_port_view_map(void *at, uint64_t bytes, uint64_t physical_page, unsigned access)
{
    uintptr_t first = (uintptr_t)at;
    unsigned allowed = access != 0 ? access | SYSPTE_PORT_READ : 0;
    if (physical_page > PHYSICAL_BYTES / PAGE_BYTES ||
        !range_is_physical(physical_page * PAGE_BYTES, bytes)) {
        return false;
    }
    syspte_lock_take(&syspte_region_lock);
    syspte_region *region = syspte_region_of(first, bytes);
    bool done = region != NULL && open_locked() && entries_make(region, first, bytes) &&
                pages_forget(region, first, bytes);
    if (done && region->zeros) {
        (void)VirtualFree(at, (SIZE_T)bytes, MEM_DECOMMIT);
    }
    for (uint64_t page = 0; done && page < bytes / PAGE_BYTES; page++) {
        *syspte_region_entry(region, first + (uintptr_t)(page * PAGE_BYTES), false) =
            (physical_page + page) << SYSPTE_ENTRY_PAGE | SYSPTE_ENTRY_SHOWN | allowed;
    }
    syspte_lock_give(&syspte_region_lock);
    return done;
}

bool syspte_port_view_unmap(void *at, uint64_t bytes)
{
    syspte_lock_take(&syspte_region_lock);
    syspte_region *region = syspte_region_of((uintptr_t)at, bytes);
    bool done = region != NULL && pages_forget(region, (uintptr_t)at, bytes);
    syspte_lock_give(&syspte_region_lock);
    return done;
}

uint64_t syspte_port_view_limit(void)
{
    return VIEWS;
}

bool syspte_port_views_are_eager(void)
{
    return false;
}
