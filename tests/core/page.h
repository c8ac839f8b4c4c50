// SPDX-License-Identifier: MIT
// A page of the documentation, or another file, that a program makes from a table.
#ifndef SYSPTE_TEST_PAGE_H
#define SYSPTE_TEST_PAGE_H

#include <stdio.h>

typedef struct page {
    void (*put)(FILE *out);
    const char *made_from; // "the table of bug checks"
    const char *command;   // that updates it, without the file's name
} page;

// The main of such a program, without what it takes itself: FILE fails (1) if FILE is not what
// `put` writes, and says how to mend that; --update FILE writes it. 2: neither could be done.
int page_main(const page *p, int argc, char **argv);

#endif
