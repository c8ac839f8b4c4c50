// SPDX-License-Identifier: MIT
// Names of device objects and symbolic links: one name, one object, whatever the case of its
// letters.
#ifndef SYSPTE_SIM_OBJECT_NAME_H
#define SYSPTE_SIM_OBJECT_NAME_H

#include "sim/kernel.h"

// Gives the object a name. STATUS_OBJECT_NAME_COLLISION if another one has it;
// STATUS_OBJECT_NAME_INVALID if it is empty or longer than 128 characters.
// Lock: not held, for all of these.
NTSTATUS syspte_object_name_add(PCUNICODE_STRING name, void *object);

// The object of that name; NULL if there is none.
void *syspte_object_name_find(PCUNICODE_STRING name);

// Takes the name of an object away, if it has one.
void syspte_object_name_remove(const void *object);

#endif
