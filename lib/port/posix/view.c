// SPDX-License-Identifier: MIT
// Physical memory is one sparse file in memory, 2^52 bytes long, so that a physical address is its
// own file offset; a view is a shared mapping of a piece of it. Reads of a hole take no memory.
// A view between inaccessible pages costs the host two of its counted mappings: its own, and the
// rest that the arena around it falls into. At the host's limit the process is crippled and even
// taking a view away can fail, which is why syspte_port_view_limit stays well below it.
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "../port.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "port_tool.h"

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

#define PHYSICAL_BYTES (UINT64_C(1) << 52)
enum {
    PAGE_BYTES = 4096,
    HOST_MAPPINGS_USUAL = 65530, // Linux's default
    VALGRIND_MAPPINGS = 30000,   // Valgrind's own table of segments, full is fatal
    VIEWS_RESERVED = 2000,       // what the program itself may map, in views
    VIEWS_FLOOR = 1000
};

static int physical_file = -1; // -1: not open

// ---- Physical memory

static int file_anonymous(void)
{
#ifdef MFD_CLOEXEC
    return memfd_create("syspte-physical", MFD_CLOEXEC);
#else
    return -1;
#endif
}

static int file_shared(void)
{
    char name[64];
    (void)snprintf(name, sizeof name, "/syspte-physical-%ld", (long)getpid());
    int file = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file >= 0) {
        (void)shm_unlink(name);
    }
    return file;
}

static int file_temporary(void)
{
    const char *folder = getenv("TMPDIR");
    char name[512];
    int length = snprintf(name, sizeof name, "%s/syspte-physical-XXXXXX",
                          folder != NULL && folder[0] != '\0' ? folder : P_tmpdir);
    if (length < 0 || (size_t)length >= sizeof name) {
        return -1;
    }
    int file = mkstemp(name);
    if (file >= 0) {
        (void)unlink(name);
        (void)fcntl(file, F_SETFD, FD_CLOEXEC);
    }
    return file;
}

// The file at its full length, or -1.
static int file_open(void)
{
    static int (*const openers[])(void) = {file_anonymous, file_shared, file_temporary};
    for (size_t i = 0; i < sizeof openers / sizeof openers[0]; i++) {
        int file = openers[i]();
        if (file < 0) {
            continue;
        }
        if (ftruncate(file, (off_t)PHYSICAL_BYTES) == 0) {
            return file;
        }
        (void)close(file);
    }
    return -1;
}

// Opens the file if this is the first use; of several threads that do so at once, one wins.
static int file_get(void)
{
    int file = __atomic_load_n(&physical_file, __ATOMIC_ACQUIRE);
    if (file >= 0) {
        return file;
    }
    // Past a limit on file sizes the host would send a signal, not an error.
    struct rlimit size;
    if (sysconf(_SC_PAGESIZE) != PAGE_BYTES || getrlimit(RLIMIT_FSIZE, &size) != 0 ||
        size.rlim_cur < PHYSICAL_BYTES) {
        return -1;
    }
    int opened = file_open();
    if (opened < 0) {
        return -1;
    }
    file = -1;
    if (__atomic_compare_exchange_n(&physical_file, &file, opened, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
        return opened;
    }
    (void)close(opened);
    return file;
}

bool syspte_port_physical_open(void)
{
    return file_get() >= 0;
}

void syspte_port_physical_reset(void)
{
    int file = __atomic_load_n(&physical_file, __ATOMIC_ACQUIRE);
    if (file < 0) {
        return;
    }
    if (ftruncate(file, 0) != 0 || ftruncate(file, (off_t)PHYSICAL_BYTES) != 0) {
        __atomic_store_n(&physical_file, -1, __ATOMIC_RELEASE); // the next use opens a new one
        (void)close(file);
    }
}

static bool range_is_physical(uint64_t physical_address, uint64_t bytes)
{
    return physical_address <= PHYSICAL_BYTES && bytes <= PHYSICAL_BYTES - physical_address;
}

bool syspte_port_physical_read(uint64_t physical_address, void *out, uint64_t bytes)
{
    int file = file_get();
    unsigned char *to = out;
    if (file < 0 || !range_is_physical(physical_address, bytes)) {
        return false;
    }
    while (bytes > 0) {
        ssize_t done = pread(file, to, (size_t)bytes, (off_t)physical_address);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return false;
        }
        to += done;
        physical_address += (uint64_t)done;
        bytes -= (uint64_t)done;
    }
    return true;
}

bool syspte_port_physical_write(uint64_t physical_address, const void *in, uint64_t bytes)
{
    int file = file_get();
    const unsigned char *from = in;
    if (file < 0 || !range_is_physical(physical_address, bytes)) {
        return false;
    }
    while (bytes > 0) {
        ssize_t done = pwrite(file, from, (size_t)bytes, (off_t)physical_address);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return false;
        }
        from += done;
        physical_address += (uint64_t)done;
        bytes -= (uint64_t)done;
    }
    return true;
}

// ---- Views

static int protection_of(unsigned access)
{
    int protection = access != 0 ? PROT_READ : PROT_NONE;
    if ((access & SYSPTE_PORT_WRITE) != 0) {
        protection |= PROT_WRITE;
    }
    if ((access & SYSPTE_PORT_EXECUTE) != 0) {
        protection |= PROT_EXEC;
    }
    return protection;
}

bool syspte_port_view_map(void *at, uint64_t bytes, uint64_t physical_page, unsigned access)
{
    int file = file_get();
    if (file < 0 || physical_page > PHYSICAL_BYTES / PAGE_BYTES ||
        !range_is_physical(physical_page * PAGE_BYTES, bytes)) {
        return false;
    }
    return mmap(at, (size_t)bytes, protection_of(access), MAP_SHARED | MAP_FIXED, file,
                (off_t)(physical_page * PAGE_BYTES)) != MAP_FAILED;
}

bool syspte_port_view_unmap(void *at, uint64_t bytes)
{
    if (syspte_tool_leaves_holes(at) && munmap(at, (size_t)bytes) == 0) {
        return true;
    }
    if (mmap(at, (size_t)bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
             -1, 0) != MAP_FAILED) {
        return true;
    }
    // At the limit on mappings a new one is refused, closing a whole old one is not.
    return mprotect(at, (size_t)bytes, PROT_NONE) == 0;
}

static uint64_t host_mappings(void)
{
    char text[32];
    int file = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return HOST_MAPPINGS_USUAL;
    }
    ssize_t length = read(file, text, sizeof text - 1);
    (void)close(file);
    text[length > 0 ? length : 0] = '\0';
    uint64_t mappings = strtoull(text, NULL, 10);
    return mappings > 0 ? mappings : HOST_MAPPINGS_USUAL;
}

uint64_t syspte_port_view_limit(void)
{
    uint64_t mappings = host_mappings();
    if (syspte_tool_is_valgrind() && mappings > VALGRIND_MAPPINGS) {
        mappings = VALGRIND_MAPPINGS;
    }
    uint64_t views = mappings / 2;
    return views >= VIEWS_RESERVED + VIEWS_FLOOR ? views - VIEWS_RESERVED : VIEWS_FLOOR;
}

bool syspte_port_views_are_eager(void)
{
    return syspte_tool_is_valgrind();
}
