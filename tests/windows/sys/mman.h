// SPDX-License-Identifier: MIT
// Private memory by pages, with POSIX' names.
#ifndef SYSPTE_TEST_MMAN_H
#define SYSPTE_TEST_MMAN_H

#include <stddef.h>

enum { PROT_NONE = 0, PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4 };
enum { MAP_PRIVATE = 1, MAP_ANONYMOUS = 2, MAP_NORESERVE = 4 };
enum { MADV_DONTNEED = 4 };
#define MAP_FAILED ((void *)-1)

// `at` is a wish, `file` must be -1.
void *mmap(void *at, size_t bytes, int protection, int flags, int file, long long offset);
// A part of it, or all: then the address space is given back, too.
int munmap(void *at, size_t bytes);
int mprotect(void *at, size_t bytes, int protection);
// 0 if the program has something there; `present` receives nothing.
int mincore(void *at, size_t bytes, unsigned char *present);
int madvise(void *at, size_t bytes, int advice);

#endif
