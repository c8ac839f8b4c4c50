// SPDX-License-Identifier: MIT
// Kinds of characters, as a kernel exports them.
#ifndef SYSPTE_KM_CTYPE_H
#define SYSPTE_KM_CTYPE_H

#include <syspte_crt.h>

SYSPTE_CRT int isalnum(int);
SYSPTE_CRT int isalpha(int);
SYSPTE_CRT int iscntrl(int);
SYSPTE_CRT int isdigit(int);
SYSPTE_CRT int isgraph(int);
SYSPTE_CRT int islower(int);
SYSPTE_CRT int isprint(int);
SYSPTE_CRT int ispunct(int);
SYSPTE_CRT int isspace(int);
SYSPTE_CRT int isupper(int);
SYSPTE_CRT int isxdigit(int);
SYSPTE_CRT int tolower(int);
SYSPTE_CRT int toupper(int);

#endif
