// SPDX-License-Identifier: MIT
// How each kind of what is held is told: a leak of it, and where it began and ended.
#ifndef SYSPTE_CORE_KIND_H
#define SYSPTE_CORE_KIND_H

#include <syspte/mapping.h>

typedef struct syspte_kind_words {
    const char *noun;  // "1 mapping", "2 mappings"
    const char *bytes; // of a holding: "96 bytes of pool"; NULL for mappings
    const char *began; // "allocated at ", and then a place
    const char *ended; // "freed": "never freed", "freed before at "
    const char *end;   // how it is ended: "free it", and then with what
    const char *when;  // and when: " on every path that ends what it was allocated for"
} syspte_kind_words;

// The words of a kind, or where it is none of a mapping (of a holding, if `held`), of one whose
// kind is not known. Never NULL.
const syspte_kind_words *syspte_kind_words_of(unsigned kind, bool held);

// The function that ends what a call of `api` began: MmUnmapIoSpace for MmMapIoSpace. Of
// MmAllocatePagesForMdl, it is what frees the MDL. SYSPTE_API_UNKNOWN where there is none.
syspte_api syspte_kind_ender(unsigned api);

#endif
