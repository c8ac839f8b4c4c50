// SPDX-License-Identifier: MIT
// A scope: a named interval that says when its mappings must have been given back, which is what
// Driver Verifier cannot know. What takes no PTEs (pool, page frames, locks) is held to it as well.
#ifndef SYSPTE_SCOPE_H
#define SYSPTE_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A scope's handle; 0 is none.
typedef uint64_t syspte_scope;

// ---- Begin and end

// Opens a lifetime (a test, StartDevice ... StopDevice, load ... unload): a mapping born in it and
// alive at its end is a leak. `name` is kept by reference until the next boot.
//
// Fails: 0 when 64 scopes are open; that is a finding.
// Needs: a booted machine.
// Costs: O(1).
syspte_scope syspte_scope_enter(const char *name);

// The same for the device (or driver) `owner`. Scopes of different owners overlap and end in any
// order. A mapping belongs to the owner set on the calling thread, otherwise to the innermost scope
// without an owner.
syspte_scope syspte_scope_enter_owned(const char *name, const void *owner);

// Opens a cycle (one suspend and resume). A leak is then a *net increase of a site's PTEs* from the
// cycle's begin to its end, or of the bytes of pool or the pages it holds. The first cycle of a
// name since boot is its warm-up and is not judged.
//
// Costs: O(live mappings), here and at its end.
syspte_scope syspte_scope_enter_cycle(const char *name);

// Closes a scope and records what it leaked as findings. Each mapping is reported once, by the
// innermost scope that saw it leak; so is what takes no PTEs: pool, page frames, locks. Returns how
// many leaked (lifetime), or by how many PTEs, bytes of pool and pages held the cycle grew. Scopes
// opened inside it and not closed are closed first: that is a finding.
//
// Fails: 0 and a finding if `scope` is not open.
// Costs: O(1) where nothing is left, else O(live mappings).
uint64_t syspte_scope_leave(syspte_scope scope);

// ---- Use

// Sets the owner of what this thread maps from now on, and returns the one before; NULL is none.
// An owner set below DISPATCH_LEVEL does not count at DISPATCH_LEVEL or above, because other
// drivers' routines run there on the same thread: set it again in the routine itself.
const void *syspte_owner_set(const void *owner);

#ifdef __cplusplus
}
#endif
#endif
