// SPDX-License-Identifier: MIT
// The numbers of one Windows version: how many system PTEs it has, how its allocator places
// mappings, and from which count of free PTEs on an administrator worries.
#ifndef SYSPTE_PROFILE_H
#define SYSPTE_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// How the allocator chooses among the free runs that are long enough. Which Windows version does
// which is inferred from public structures and debugger output: a policy, not a documented fact.
typedef enum syspte_placement {
    SYSPTE_PLACEMENT_PROFILE = 0, // what the profile says
    // NT 5.x: the shortest run that fits (the most recently freed of equals); taken from its tail.
    SYSPTE_PLACEMENT_BEST_FIT_TAIL,
    // NT 6.x and later: a bitmap searched upwards from a hint and once more from its bottom. The
    // hint is the end of the last allocation; a release below it brings it back.
    SYSPTE_PLACEMENT_HINT
} syspte_placement;

typedef struct syspte_profile {
    const char *name;           // "win7-x64"
    const char *title;          // "Windows 7, x64"
    const char *source;         // where pte_count comes from
    uint64_t pte_count;         // system PTEs, one per 4 KiB page
    uint64_t system_va;         // address of the page of PTE 0, as reports print it
    unsigned pointer_bits;      // 32 or 64: how many digits an address has
    syspte_placement placement; // never SYSPTE_PLACEMENT_PROFILE
    uint64_t free_warning;      // thresholds of `Free System Page Table Entries`, in PTEs
    uint64_t free_alarm;
    uint64_t free_critical;
    unsigned version; // of Windows, as _WIN32_WINNT has it: 0x0501 is XP
} syspte_profile;

// ---- Use

// The profile of that name: xp-x86, srv2003-x86-3gb, win7-x86, win7-x64, win10-x64 or tiny.
//
// Fails: NULL if there is none, or `name` is NULL.
const syspte_profile *syspte_profile_find(const char *name);

// ---- Inspect

// The profiles in order of age, from index 0; NULL past the last.
const syspte_profile *syspte_profile_at(size_t index);

#ifdef __cplusplus
}
#endif
#endif
