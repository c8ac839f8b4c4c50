// SPDX-License-Identifier: MIT
// A driver under way, as its steps and its requests see it.
#ifndef SYSPTE_SIM_LIFE_H
#define SYSPTE_SIM_LIFE_H

#include "sim/bus.h"
#include <syspte/lifecycle.h>

typedef enum syspte_life_state {
    SYSPTE_LIFE_NONE,   // no life
    SYSPTE_LIFE_LOADED, // no device
    SYSPTE_LIFE_ADDED,
    SYSPTE_LIFE_STARTED,
    SYSPTE_LIFE_ASLEEP,
    SYSPTE_LIFE_STOPPED,
    SYSPTE_LIFE_FAILED, // START did
    SYSPTE_LIFE_GONE    // by surprise
} syspte_life_state;

enum { SYSPTE_LIFE_REQUESTS = 32 };

struct syspte_life {
    uint32_t generation;
    syspte_life_state state;
    bool start_failed; // the last one
    bool keeps_memory; // over a STOP
    bool hangs;        // the last request of a manager never ended
    PDRIVER_OBJECT driver;
    const syspte_hardware *hardware;
    syspte_physical *physical;            // NULL: no device
    unsigned sleeps;                      // since START
    PIRP under_way[SYSPTE_LIFE_REQUESTS]; // requests of the test; NULL: none
    uint64_t failures;                    // that were planned, when it went to sleep last
    syspte_scope loaded;                  // scopes that are open; 0: not
    syspte_scope added;
    syspte_scope started;
    syspte_scope asleep;
    syspte_scope requests; // of what the machine holds for those under way
    FILE_OBJECT file;      // that they are for
};

// True if a life is under way, and in one of these states: a set of 1u << SYSPTE_LIFE_...; else the
// test is told, with `words`.
bool syspte_life_is(const syspte_life *life, unsigned states, const char *words);

// Names what is under way, in the innermost scope.
void syspte_life_stage(const syspte_life *life, const char *name);

// ---- PnP requests (life_pnp.c)

// One with its function filled in; NULL if there is none to have (told).
PIRP syspte_life_pnp_begin(const syspte_life *life, UCHAR minor, const char *name);

// Sends a request, gives it back, and runs what is pending. STATUS_IO_TIMEOUT if it never ended:
// then `hangs` is set.
NTSTATUS syspte_life_send(syspte_life *life, PIRP irp);

// One without parameters.
NTSTATUS syspte_life_pnp(syspte_life *life, UCHAR minor, const char *name);

// The same, of those that no driver may fail.
NTSTATUS syspte_life_pnp_firmly(syspte_life *life, UCHAR minor, const char *name);

// The same, of those that a driver may refuse: then `cancel` follows.
NTSTATUS syspte_life_pnp_ask(syspte_life *life, UCHAR minor, const char *name, UCHAR cancel,
                             const char *cancel_name);

// The driver is gone: gives back what the machine holds for its requests (life_request.c).
void syspte_life_requests_drop(syspte_life *life);

// Records a finding without a place.
void syspte_life_tell(syspte_rule_id rule, const char *text);

#endif
