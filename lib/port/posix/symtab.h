// SPDX-License-Identifier: MIT
// Names of functions that the loader does not know: static ones, and all of a program that was not
// linked with -rdynamic.
#ifndef SYSPTE_PORT_SYMTAB_H
#define SYSPTE_PORT_SYMTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The function of the image in the file `path` that contains the byte at `address`, counted as the
// image counts. `name` receives its name, cut off at `bytes`, `inside` how far behind its begin the
// byte is.
//
// Fails: false if the file cannot be read, has no table of symbols, or none is about that byte.
bool syspte_symtab_find(const char *path, uintptr_t address, char *name, size_t bytes,
                        uintptr_t *inside);

#endif
