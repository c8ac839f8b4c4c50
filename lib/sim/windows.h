// SPDX-License-Identifier: MIT
// The host address space of the windows through which frames are seen (frames.h).
#ifndef SYSPTE_SIM_WINDOWS_H
#define SYSPTE_SIM_WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

// Lends windows for a zone of that many frames; nothing is mapped in them. False: the host refuses.
// Lock: held.
bool syspte_windows_begin(uint64_t frames);
// No address is in a window any more; the address space is kept for the next machine. Lock: held.
void syspte_windows_end(void);

// ---- Views of sections. Lock: held.

// Shows frames one behind the other, somewhere in the window of views; NULL if there is no room, or
// the host refuses. A page that faults lies behind.
void *syspte_window_view_take(uint64_t first, uint64_t count);
// Ends such a view.
void syspte_window_view_give(void *view, uint64_t count);
// The number of an address's page in the window of views; false if it is not in it.
bool syspte_window_view_page(const void *address, uint64_t *page);

#endif
