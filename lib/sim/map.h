// SPDX-License-Identifier: MIT
// Mapping I/O space for the functions of port drivers, which are MmMapIoSpace by another name.
#ifndef SYSPTE_SIM_MAP_H
#define SYSPTE_SIM_MAP_H

#include "sim/machine.h"

// Maps as MmMapIoSpace does, with all of its checks; `api` is the function that reports name,
// `cache` a MEMORY_CACHING_TYPE. Lock: not held.
void *syspte_map_io_space(syspte_api api, uint64_t physical_address, uint64_t bytes, unsigned cache,
                          const syspte_caller *caller);

// Unmaps as MmUnmapIoSpace does. Lock: not held.
void syspte_unmap_io_space(syspte_api api, void *address, uint64_t bytes,
                           const syspte_caller *caller);

#endif
