// SPDX-License-Identifier: MIT
// Private to the framework's objects: their cells and their contexts.
#ifndef SYSPTE_SIM_WDF_TABLE_H
#define SYSPTE_SIM_WDF_TABLE_H

#include "sim/wdf.h"

// ---- wdf_table.c

// A cell with a handle of its own, all zeros otherwise; NULL if all are in use. Lock: held.
syspte_wdf_object *syspte_wdf_cell_take(void);
// Lock: not held.
void syspte_wdf_cell_release(syspte_wdf_object *object);

// ---- wdf_context.c

// How many bytes the context has that attributes (or NULL) ask for.
size_t syspte_wdf_context_bytes(const WDF_OBJECT_ATTRIBUTES *attributes);
// Gives an object the context that its creation, or the driver later, asks for. False: no memory.
bool syspte_wdf_context_add(const syspte_wdf_ask *ask, syspte_wdf_object *object);

#endif
