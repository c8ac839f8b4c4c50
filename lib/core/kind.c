// SPDX-License-Identifier: MIT
// The kinds in one table, in their order.
#include "core/kind.h"

static const syspte_kind_words kinds[] = {
    [SYSPTE_KIND_NONE] = {"mapping", NULL, "mapped at ", "unmapped", NULL},
    [SYSPTE_KIND_IO_SPACE] = {"mapping", NULL, "mapped at ", "unmapped", NULL},
    [SYSPTE_KIND_VIDEO] = {"mapping", NULL, "mapped at ", "unmapped", NULL},
    [SYSPTE_KIND_MDL] = {"MDL mapping", NULL, "mapped at ", "unmapped", NULL},
    [SYSPTE_KIND_RESERVED] =
        {"reserved mapping", NULL, "reserved at ", "freed",
         "free it with MmFreeMappingAddress on every path that ends what it was reserved for"},
    [SYSPTE_KIND_NONCACHED] =
        {"noncached mapping", NULL, "allocated at ", "freed",
         "free it with MmFreeNonCachedMemory on every path that ends what it was allocated for"},
    [SYSPTE_KIND_CONTIGUOUS] =
        {"contiguous mapping", NULL, "allocated at ", "freed",
         "free it with MmFreeContiguousMemory on every path that ends what it was allocated for"},
    [SYSPTE_KIND_POOL] = {"block", " of pool", "allocated at ", "freed",
                          "free it on every path that ends what it was allocated for"},
    [SYSPTE_KIND_CONTIGUOUS_POOL] =
        {"block", " of contiguous memory", "allocated at ", "freed",
         "free it with MmFreeContiguousMemory on every path that ends what it was allocated for"},
    [SYSPTE_KIND_PAGES] = {"allocation", " of page frames", "allocated at ", "freed",
                           "free them with MmFreePagesFromMdl, and then the MDL, on every path "
                           "that ends what they were allocated for"},
    [SYSPTE_KIND_LOCK] = {"lock", " of locked memory", "locked at ", "unlocked",
                          "unlock it on every path that ends what it was locked for"},
    [SYSPTE_KIND_USER_VIEW] = {"user mapping", " of a process", "mapped at ", "unmapped",
                               "unmap it in the process it was mapped in, before that ends"},
    [SYSPTE_KIND_SYSTEM_VIEW] = {"view", " of a section", "mapped at ", "unmapped", NULL},
    [SYSPTE_KIND_SECTION_LOCK] = {"lock", " of a pageable section", "locked at ", "unlocked",
                                  "unlock the section as often as it was locked"},
    [SYSPTE_KIND_SPIN_LOCK] = {"spin lock", " of a spin lock", "held since ", "released",
                               "release it on every path that ends what it protects"},
    [SYSPTE_KIND_MUTEX] = {"mutex", " of a mutex", "held since ", "released",
                           "release it on every path that ends what it protects"},
    [SYSPTE_KIND_QUEUED] = {"queued routine", " of its object", "queued at ", "run",
                            "cancel it or wait for it before what it uses ends"},
};

const syspte_kind_words *syspte_kind_words_of(unsigned kind, bool held)
{
    static const syspte_kind_words unknown = {
        "holding", NULL, "made at ", "given back",
        "give it back on every path that ends what it was made for"};
    if (kind > SYSPTE_KIND_QUEUED || (kind >= SYSPTE_KIND_POOL) != held) {
        return held ? &unknown : &kinds[SYSPTE_KIND_NONE];
    }
    return &kinds[kind];
}
