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
    const char *fix;   // the usual fix of a leak, one sentence; NULL: as the rule has it
} syspte_kind_words;

// The words of a kind, or where it is none of a mapping (of a holding, if `held`), of one whose
// kind is not known. Never NULL.
const syspte_kind_words *syspte_kind_words_of(unsigned kind, bool held);

#endif
