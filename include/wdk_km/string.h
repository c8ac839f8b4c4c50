// SPDX-License-Identifier: MIT
// Memory and strings, as a kernel exports them.
#ifndef SYSPTE_KM_STRING_H
#define SYSPTE_KM_STRING_H

#include <syspte_crt.h>

SYSPTE_CRT void *memcpy(void *, const void *, size_t);
SYSPTE_CRT void *memmove(void *, const void *, size_t);
SYSPTE_CRT void *memset(void *, int, size_t);
SYSPTE_CRT void *memchr(const void *, int, size_t);
SYSPTE_CRT int memcmp(const void *, const void *, size_t);

SYSPTE_CRT size_t strlen(const char *);
SYSPTE_CRT size_t strnlen(const char *, size_t);
SYSPTE_CRT size_t strspn(const char *, const char *);
SYSPTE_CRT size_t strcspn(const char *, const char *);
SYSPTE_CRT int strcmp(const char *, const char *);
SYSPTE_CRT int strncmp(const char *, const char *, size_t);
SYSPTE_CRT int _stricmp(const char *, const char *) SYSPTE_CRT_HOSTS(strcasecmp);
SYSPTE_CRT int _strnicmp(const char *, const char *, size_t) SYSPTE_CRT_HOSTS(strncasecmp);
SYSPTE_CRT char *strcpy(char *, const char *);
SYSPTE_CRT char *strncpy(char *, const char *, size_t);
SYSPTE_CRT char *strcat(char *, const char *);
SYSPTE_CRT char *strncat(char *, const char *, size_t);
SYSPTE_CRT char *strchr(const char *, int);
SYSPTE_CRT char *strrchr(const char *, int);
SYSPTE_CRT char *strstr(const char *, const char *);
SYSPTE_CRT char *strpbrk(const char *, const char *);
SYSPTE_CRT char *_strupr(char *) SYSPTE_CRT_OURS(_strupr);
SYSPTE_CRT char *_strlwr(char *) SYSPTE_CRT_OURS(_strlwr);

SYSPTE_CRT errno_t memcpy_s(void *, size_t, const void *, size_t) SYSPTE_CRT_OURS(memcpy_s);
SYSPTE_CRT errno_t memmove_s(void *, size_t, const void *, size_t) SYSPTE_CRT_OURS(memmove_s);
SYSPTE_CRT errno_t strcpy_s(char *, size_t, const char *) SYSPTE_CRT_OURS(strcpy_s);
SYSPTE_CRT errno_t strcat_s(char *, size_t, const char *) SYSPTE_CRT_OURS(strcat_s);

#include <wchar.h>

#endif
