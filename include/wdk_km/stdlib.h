// SPDX-License-Identifier: MIT
// Numbers, sorting and searching, as a kernel exports them. No malloc: a kernel has none.
#ifndef SYSPTE_KM_STDLIB_H
#define SYSPTE_KM_STDLIB_H

#include <syspte_crt.h>

#ifndef _countof
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#endif

#ifndef __max
#define __max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#ifndef __min
#define __min(a, b) (((a) < (b)) ? (a) : (b))
#endif

SYSPTE_CRT int abs(int);
SYSPTE_CRT long labs(long);
SYSPTE_CRT int atoi(const char *);
SYSPTE_CRT long atol(const char *);
SYSPTE_CRT long long _atoi64(const char *) SYSPTE_CRT_HOSTS(atoll);
SYSPTE_CRT long strtol(const char *, char **, int);
SYSPTE_CRT unsigned long strtoul(const char *, char **, int);
SYSPTE_CRT int rand(void);
SYSPTE_CRT void srand(unsigned);
SYSPTE_CRT void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
SYSPTE_CRT void *bsearch(const void *, const void *, size_t, size_t,
                         int (*)(const void *, const void *));

#endif
