// SPDX-License-Identifier: MIT
// What the library is measured against. All of it is written for this benchmark.
#ifndef SYSPTE_BENCH_PEERS_H
#define SYSPTE_BENCH_PEERS_H

#include "../bench.h"

extern const syspte_bench_peer syspte_peer_list;    // untracked allocator, as NT 5.x has it
extern const syspte_bench_peer syspte_peer_malloc;  // malloc and free of 64 bytes
extern const syspte_bench_peer syspte_peer_tracker; // a test author's own: mutex, hash, backtrace
extern const syspte_bench_peer syspte_peer_usersim; // usersim's leak detector, re-created
extern const syspte_bench_peer syspte_peer_mmap;    // the host's own aliasing mmap, nothing more
extern const syspte_bench_peer syspte_peer_nothing; // the harness alone

// ---- Inspect

// Free pages, counted by walking the list.
//
// Fails: UINT64_MAX if the list is out of order, has neighbours that should be one cluster, or
// runs over its end.
uint64_t syspte_peer_list_free(void);

// Makes the pool full with every second page free, as freeing them in ascending order would leave
// it; doing that with the list's own release takes minutes.
void syspte_peer_list_shatter(void);

// How many addresses the tracker, or the usersim detector, holds as live.
uint64_t syspte_peer_tracker_live(void);
uint64_t syspte_peer_usersim_live(void);
uint64_t syspte_peer_usersim_freed(void); // addresses in its map of what was freed

#endif
