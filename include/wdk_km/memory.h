// SPDX-License-Identifier: MIT
// Another name of <string.h>.
#ifndef SYSPTE_KM_MEMORY_H
#define SYSPTE_KM_MEMORY_H

#include <string.h>

#endif
