// SPDX-License-Identifier: MIT
// posix.h and sys/mman.h. Memory is committed at once, or, where nobody counts on room being kept
// for it (MAP_NORESERVE), at a touch, by the handler of faults that posix_touch rests on as well:
// it is the last one asked, so that the library's comes first.
#include "posix.h"

#include <fcntl.h>
#include <io.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#undef free

enum { BLOCKS = 256, PAGE_BYTES = 4096, STRETCHES = 64, COMMIT_BYTES = 1 << 20 };

static void *aligned[BLOCKS];

static struct {
    char *first;
    char *end;
} stretches[STRETCHES]; // whose pages are committed at a touch

static struct {
    bool ready;
    bool armed;
    jmp_buf out;
} touching;

void *posix_aligned_alloc(size_t alignment, size_t bytes)
{
    for (unsigned i = 0; i < BLOCKS; i++) {
        if (aligned[i] == NULL) {
            aligned[i] = _aligned_malloc(bytes, alignment);
            return aligned[i];
        }
    }
    return NULL;
}

void posix_free(void *block)
{
    for (unsigned i = 0; block != NULL && i < BLOCKS; i++) {
        if (aligned[i] == block) {
            aligned[i] = NULL;
            _aligned_free(block);
            return;
        }
    }
    free(block);
}

int setenv(const char *name, const char *value, int overwrite)
{
    return overwrite != 0 || getenv(name) == NULL ? _putenv_s(name, value) : 0;
}

int unsetenv(const char *name)
{
    return _putenv_s(name, "");
}

int posix_dup2(int from, int to)
{
    return _dup2(from, to) == 0 ? to : -1;
}

int posix_mkstemp(char *path)
{
    return _mktemp(path) == NULL ? -1
                                 : _open(path, _O_RDWR | _O_CREAT | _O_EXCL | _O_BINARY,
                                         _S_IREAD | _S_IWRITE);
}

// ---- Faults

static bool commit_around(char *at)
{
    for (unsigned i = 0; i < STRETCHES; i++) {
        if (at >= stretches[i].first && at < stretches[i].end) {
            char *page = (char *)((uintptr_t)at & ~(uintptr_t)(PAGE_BYTES - 1));
            size_t left = (size_t)(stretches[i].end - page);
            return VirtualAlloc(page, left < COMMIT_BYTES ? left : COMMIT_BYTES, MEM_COMMIT,
                                PAGE_READWRITE) != NULL;
        }
    }
    return false;
}

static LONG CALLBACK on_exception(EXCEPTION_POINTERS *what)
{
    if (what->ExceptionRecord->ExceptionCode != EXCEPTION_ACCESS_VIOLATION) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    if (commit_around((char *)what->ExceptionRecord->ExceptionInformation[1])) {
        return EXCEPTION_CONTINUE_EXECUTION;
    }
    if (touching.armed) {
        touching.armed = false;
        longjmp(touching.out, 1);
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

static void handler_begin(void)
{
    if (!touching.ready) {
        touching.ready = AddVectoredExceptionHandler(0, on_exception) != NULL;
    }
}

bool posix_touch(void (*access)(volatile unsigned char *at), void *at)
{
    handler_begin();
    if (_setjmp(touching.out, NULL) != 0) {
        return false;
    }
    touching.armed = true;
    access(at);
    touching.armed = false;
    return true;
}

// ---- Pages

static DWORD protection_of(int protection)
{
    if ((protection & PROT_EXEC) != 0) {
        return (protection & PROT_WRITE) != 0 ? PAGE_EXECUTE_READWRITE : PAGE_EXECUTE_READ;
    }
    return (protection & PROT_WRITE) != 0  ? PAGE_READWRITE
           : (protection & PROT_READ) != 0 ? PAGE_READONLY
                                           : PAGE_NOACCESS;
}

void *mmap(void *at, size_t bytes, int protection, int flags, int file, long long offset)
{
    (void)file;
    (void)offset;
    bool at_a_touch = (flags & MAP_NORESERVE) != 0 && protection == (PROT_READ | PROT_WRITE);
    DWORD kind = at_a_touch ? MEM_RESERVE : MEM_RESERVE | MEM_COMMIT;
    char *made = VirtualAlloc(at, bytes, kind, protection_of(protection));
    for (unsigned i = 0; made != NULL && at_a_touch && i < STRETCHES; i++) {
        if (stretches[i].first == NULL) {
            handler_begin();
            stretches[i].first = made;
            stretches[i].end = made + bytes;
            return made;
        }
    }
    return made == NULL || at_a_touch ? MAP_FAILED : made;
}

int munmap(void *at, size_t bytes)
{
    MEMORY_BASIC_INFORMATION memory;
    for (unsigned i = 0; i < STRETCHES; i++) {
        if (stretches[i].first == at) {
            stretches[i].first = stretches[i].end = NULL;
            return VirtualFree(at, 0, MEM_RELEASE) ? 0 : -1;
        }
    }
    if (VirtualQuery(at, &memory, sizeof memory) != 0 && memory.AllocationBase == at &&
        memory.RegionSize <= bytes) {
        return VirtualFree(at, 0, MEM_RELEASE) ? 0 : -1;
    }
    return VirtualFree(at, bytes, MEM_DECOMMIT) ? 0 : -1;
}

int mprotect(void *at, size_t bytes, int protection)
{
    DWORD before;
    return VirtualProtect(at, bytes, protection_of(protection), &before) ? 0 : -1;
}

int mincore(void *at, size_t bytes, unsigned char *present)
{
    MEMORY_BASIC_INFORMATION memory;
    (void)bytes;
    (void)present;
    return VirtualQuery(at, &memory, sizeof memory) != 0 && memory.State != MEM_FREE ? 0 : -1;
}

int madvise(void *at, size_t bytes, int advice)
{
    return advice == MADV_DONTNEED && VirtualFree(at, bytes, MEM_DECOMMIT) ? 0 : -1;
}
