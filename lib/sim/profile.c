// SPDX-License-Identifier: MIT
// The profiles. Base addresses are ours: Windows documents none, and randomises them since 10.
#include <syspte/profile.h>

#include "core/text.h"

#define MEBI (1024ull * 1024ull)

static const syspte_profile profiles[] = {
    {"xp-x86", "Windows XP, x86", "KB 294418: 660 MB of system PTEs", 168960, 0xC4000000ull, 32,
     SYSPTE_PLACEMENT_BEST_FIT_TAIL, 10000, 5000, 2000, 0x0501},
    {"srv2003-x86-3gb", "Windows Server 2003 with /3GB, x86",
     "Ask the Performance Team, Terminal Server and PTEs, 2012: about 60,000 free after boot",
     60000, 0xE1000000ull, 32, SYSPTE_PLACEMENT_BEST_FIT_TAIL, 10000, 5000, 2000, 0x0502},
    {"win7-x86", "Windows 7, x86", "Windows Internals, 6th edition, part 2, chapter 10: a sample",
     307168, 0x8B000000ull, 32, SYSPTE_PLACEMENT_HINT, 10000, 5000, 2000, 0x0601},
    {"win7-x64", "Windows 7, x64", "Windows Internals, 6th edition; KB 294418: 128 GB", 32 * MEBI,
     0xFFFFF88000000000ull, 64, SYSPTE_PLACEMENT_HINT, 2 * MEBI, MEBI, MEBI / 2, 0x0601},
    {"win10-x64", "Windows 10, x64", "Windows Internals, 7th edition, part 1, chapter 5: 16 TB",
     4096 * MEBI, 0xFFFFBA8000000000ull, 64, SYSPTE_PLACEMENT_HINT, 256 * MEBI, 128 * MEBI,
     64 * MEBI, 0x0A00},
    {"tiny", "a machine for tests", "syspte: small enough to run out of PTEs in a test", 256,
     0xFFFFF88000000000ull, 64, SYSPTE_PLACEMENT_HINT, 16, 8, 4, 0x0A00},
};

enum { PROFILE_COUNT = sizeof(profiles) / sizeof(profiles[0]) };

const syspte_profile *syspte_profile_find(const char *name)
{
    for (size_t i = 0; i < PROFILE_COUNT; i++) {
        if (syspte_text_same(profiles[i].name, name)) {
            return &profiles[i];
        }
    }
    return NULL;
}

const syspte_profile *syspte_profile_at(size_t index)
{
    return index < PROFILE_COUNT ? &profiles[index] : NULL;
}
