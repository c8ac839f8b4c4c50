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

#endif
