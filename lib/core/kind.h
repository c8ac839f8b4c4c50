// SPDX-License-Identifier: MIT
// How a leak of each kind is told.
#ifndef SYSPTE_CORE_KIND_H
#define SYSPTE_CORE_KIND_H

#include <syspte/mapping.h>

// NULL: as the rule has it.
typedef struct syspte_kind_words {
    const char *noun;  // "1 mapping", "2 mappings"
    const char *bytes; // of a holding: "96 bytes of pool"
    const char *ended; // "never freed"
    const char *fix;   // the usual fix, one sentence
} syspte_kind_words;

// The words of a kind, or where it is none of a mapping (of a holding, if `held`), of one whose
// kind is not known. Never NULL.
const syspte_kind_words *syspte_kind_words_of(unsigned kind, bool held);

#endif
