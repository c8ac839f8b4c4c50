// SPDX-License-Identifier: MIT
// Private to the simulated kernel: the one machine of a process, and what its components offer
// each other. Rules: a component takes the machine's lock for the least time and never calls out
// (bug check, framework, writer) with it; driver memory is never touched under it.
#ifndef SYSPTE_SIM_MACHINE_H
#define SYSPTE_SIM_MACHINE_H

#include "core/account.h"
#include "core/pool.h"
#include "core/rule.h"
#include "core/text.h"
#include "port/port.h"
#include "port_inline.h"
#include "port_lock.h"
#include "sim/attribute.h"
#include "sim/lane.h"
#include "sim/quarantine.h"
#include <syspte/framework.h>
#include <syspte/machine.h>
#include <syspte/memory.h>

// Addresses of mappings without memory: in the half that belongs to the host's kernel.
#define SYSPTE_ACCOUNTING_BASE ((unsigned char *)(uintptr_t)0xFFFF900000000000ull)

enum { SYSPTE_RANGES = 256, SYSPTE_EXPECTATIONS = 16 };

typedef struct syspte_range {
    uint64_t first; // bytes
    uint64_t last;
    syspte_memory_kind kind;
} syspte_range;

typedef struct syspte_expectation {
    uint32_t code;
    uint64_t parameter1;
} syspte_expectation;

typedef struct syspte_plain {
    uint32_t open;         // the generation while it is open, else 0; read with acquire
    uint32_t cache;        // the cache type that all live mappings have
    uint64_t births;       // mappings since the last fold
    uint64_t ends;
    uint64_t waiting;      // a freed run
    uint64_t waiting_ptes; // its length; 0: none waits
    uint64_t lead;         // what the pool lent in advance, from its hint on
    uint64_t lead_ptes;
    uint64_t streak;       // mappings since one ended
    uint64_t free_least;   // PTEs: the fewest that were free
} syspte_plain;

typedef struct syspte_machine {
    bool booted;
    uint32_t running;    // booted and not stopped; read with acquire
    bool reportable;     // an account is there, of this machine or of the last one
    uint32_t generation; // counts boots: what threads keep from an older one is void
    syspte_config config;
    syspte_limits limits;
    syspte_port_lock lock;
    bool lock_ready;
    bool lanes_used;          // fast order: threads have lanes
    uint32_t lanes_open;      // the generation while lanes have a short way, else 0
    uint32_t lane_cache;      // the cache type that all mappings have as long as
    uint32_t lane_cache_only; // this is not 0; read with acquire

    syspte_account account;
    syspte_pool pool;
    syspte_quarantine quarantine;
    syspte_attributes attributes;
    syspte_plain plain;
    bool video_used; // a mapping was made that MmUnmapIoSpace must not end
    uint64_t lost_ptes;
    uint64_t elsewhere_ptes; // taken by the rest of the system: syspte_pool_fragment
    uint64_t maps;
    uint64_t failed_maps;
    uint64_t peak_ptes;
    uint64_t dense_below; // when fewer PTEs are free, large pages for the tables pay; 0: no more
    bool dense;           // they were asked for
    uint32_t threads; // numbers given

    void *tables; // one block for account, pool, views and quarantine
    uint64_t table_bytes;
    syspte_port_arena arena; // kept from boot to boot
    uint64_t arena_asked;    // pages asked for
    uint64_t arena_pages;    // of it in use
    unsigned gap_shift;      // pages of address space for each PTE: 1 << gap_shift; 0 or 1
    uint64_t *viewed;        // a bit for each PTE: a host view begins there
    uint64_t views;
    uint64_t view_limit;
    uint64_t view_hand; // where the next eviction looks
    bool physical_used;

    syspte_range ranges[SYSPTE_RANGES]; // in order of declaration
    unsigned range_count;

    syspte_expectation expectations[SYSPTE_EXPECTATIONS];
    unsigned expectation_count;
    uint32_t fault_plans; // that are set; not 0: the short ways are closed; read with acquire
    uint64_t stopped; // nonzero: nothing runs any more; read with acquire
    syspte_bugcheck stop;
    bool stop_expected;
    syspte_framework framework;
    bool has_framework;
    const void *framework_thread; // address of that thread's state
} syspte_machine;

extern syspte_machine syspte_the;

// ---- The short way (plain.c). Lock: held.

// Brings pool, account and counts up to what the short way did.
void syspte_plain_fold(void);

// Opens or closes the short way, after a change of what decides that.
void syspte_plain_decide(void);

static inline void syspte_world_take(void)
{
    syspte_machine *m = &syspte_the;
    bool in_lanes = m->lanes_used;
    if (!in_lanes) {
        syspte_lock_take(&m->lock);
        in_lanes = m->lanes_used; // another machine may have been booted meanwhile
        if (in_lanes) {
            syspte_lock_give(&m->lock);
        }
    }
    if (in_lanes) {
        syspte_lanes_take();
    }
    if ((m->plain.births | m->plain.ends | m->plain.waiting_ptes | m->plain.lead_ptes) != 0) {
        syspte_plain_fold();
    }
}

static inline void syspte_world_give(void)
{
    if (syspte_the.lanes_used) {
        syspte_lanes_give();
    } else {
        syspte_lock_give(&syspte_the.lock);
    }
}

// ---- Tables (machine.c)

// Much of the pool is in use: asks for large pages for the tables. Lock: held.
void syspte_tables_dense(void);

// ---- Callers (caller.c)

// Where a driver's call stands; `file` NULL: only the return address is known, which always is.
typedef struct syspte_caller {
    const char *file;
    const char *function;
    unsigned line;
    uintptr_t return_address;
    uintptr_t frame; // of the function called, above which is the driver's stack; 0: not known
} syspte_caller;

// The caller of the function that says this, which is given its site or (NULL, 0, NULL).
#define SYSPTE_CALLER(a_file, a_line, a_function)                                                  \
    {.file = (a_file),                                                                             \
     .function = (a_function),                                                                     \
     .line = (a_line),                                                                             \
     .return_address = SYSPTE_RETURN_ADDRESS(),                                                    \
     .frame = SYSPTE_FRAME_ADDRESS()}

// What a call is, in one word: function, kind and cache type of a mapping, and its protection (for
// pool and reserved mappings: the tag).
#define SYSPTE_HOW(api, kind, cache, protect)                                                      \
    ((uint64_t)(protect) << 32 | (uint64_t)(cache) << 16 | (uint64_t)(kind) << 8 | (uint64_t)(api))

typedef struct syspte_remembered {
    const char *file; // never NULL: calls without a site are not remembered
    const char *function;
    uint64_t place; // line, and the thread's standing
    uint64_t how;   // 0: the slot is empty
    uint32_t number;
} syspte_remembered;

enum { SYSPTE_REMEMBERED = 64, SYSPTE_TRAILS = 16 };

struct syspte_thread {
    uint32_t generation;
    uint32_t plain; // the generation where its IRQL allows the short way, else UINT32_MAX
    uint16_t number;
    uint8_t irql;
    uint8_t owner_irql; // at which the owner was set
    uint32_t owner;
    uint32_t lane;     // number of its lane, from 1; 0: none yet; above SYSPTE_LANES: none to have
    uint32_t standing; // irql and the owner that counts at it: changed by syspte_thread_stand
    uint32_t fault_pauses; // not 0: its calls never fail by a plan
    const void *owner_pointer;
    syspte_remembered remembered[SYSPTE_REMEMBERED];
    syspte_port_trail trails[SYSPTE_TRAILS]; // of the stacks that some of them have
};

extern _Thread_local syspte_thread syspte_thread_state;

// Begins the calling thread's state anew after a boot.
void syspte_thread_renew(void);

// The calling thread's state.
static inline syspte_thread *syspte_thread_now(void)
{
    if (syspte_thread_state.generation != syspte_load_acquire_32(&syspte_the.generation)) {
        syspte_thread_renew();
    }
    return &syspte_thread_state;
}

// Brings `standing` up to date after a change of IRQL or owner.
void syspte_thread_stand(syspte_thread *thread);

// Where a thread remembers a call from `line`, and whether what is there is that call.
static inline const syspte_remembered *syspte_caller_slot(const syspte_thread *thread,
                                                          unsigned line, uint64_t how)
{
    return &thread->remembered[(line * 2 + (unsigned)how) & (SYSPTE_REMEMBERED - 1)];
}

static inline bool syspte_caller_matches(const syspte_thread *thread,
                                         const syspte_remembered *known, const char *file,
                                         const char *function, unsigned line, uint64_t how)
{
    uint64_t place = (uint64_t)thread->standing << 32 | line;
    uintptr_t names = ((uintptr_t)known->file ^ (uintptr_t)file) |
                      ((uintptr_t)known->function ^ (uintptr_t)function);
    return ((known->place ^ place) | (known->how ^ how) | names) == 0;
}

// Where the trail of a remembered call's stack is, if it is still there.
static inline syspte_port_trail *syspte_caller_trail(syspte_thread *thread,
                                                     const syspte_remembered *known)
{
    return &thread->trails[(known - thread->remembered) & (SYSPTE_TRAILS - 1)];
}

// True if a remembered call has the stack that is above `frame`. Costs: a few loads a frame.
static inline bool syspte_caller_stack_holds(syspte_thread *thread, const syspte_remembered *known,
                                             uintptr_t frame)
{
    const syspte_port_trail *trail = syspte_caller_trail(thread, known);
    return trail->of == (uint32_t)(known - thread->remembered) &&
           syspte_port_trail_holds(trail, frame);
}

// The number of the context of a call with a site if it is remembered, with its stack; else 0.
static inline uint32_t syspte_caller_recall(syspte_thread *thread, const char *file,
                                            const char *function, unsigned line, uint64_t how,
                                            uintptr_t frame)
{
    const syspte_remembered *known = syspte_caller_slot(thread, line, how);
    if (!SYSPTE_LIKELY(syspte_caller_matches(thread, known, file, function, line, how)) ||
        (syspte_the.config.stack_frames != 0 &&
         !syspte_caller_stack_holds(thread, known, frame))) {
        return 0;
    }
    return known->number;
}

// The number of the context of a call, looked up in the machine's table. Lock: held.
uint32_t syspte_caller_intern(syspte_thread *thread, const syspte_caller *caller, uint64_t how);

// The same, from what the thread remembers where it can. Lock: held.
static inline uint32_t syspte_caller_context(syspte_thread *thread, const syspte_caller *caller,
                                             uint64_t how)
{
    uint32_t number = syspte_caller_recall(thread, caller->file, caller->function, caller->line,
                                           how, caller->frame);
    return number != 0 ? number : syspte_caller_intern(thread, caller, how);
}

// The number of the context of a call if it is known, with or without its stack; else 0. No lock.
uint32_t syspte_caller_known(syspte_thread *thread, const syspte_caller *caller, uint64_t how);

// ---- Entry and stop (stop.c)

// Refuses a call of the driver: there is no machine (said with the name of `api`; false), or it has
// stopped (does not return).
bool syspte_refuse(syspte_api api);

// Begins a call of the driver.
static inline bool syspte_enter(syspte_api api)
{
    return syspte_load_acquire_32(&syspte_the.running) != 0 || syspte_refuse(api);
}

// Takes the world for a call of the driver that began as one of this thread's on this machine.
// False, and nothing is taken: the machine has ended or stopped meanwhile (then it does not
// return).
bool syspte_world_enter(const syspte_thread *thread, syspte_api api);

// Fills in the bug check of event->rule, with these parameters behind the rule's own first one,
// decides whether it stops the machine, and records the event. True: the caller must give the lock
// back and call syspte_stop_now. Lock: held.
bool syspte_violate(syspte_event *event, uint64_t p2, uint64_t p3, uint64_t p4);

// The same with a code and a first parameter of the caller's own.
bool syspte_violate_as(syspte_event *event, uint32_t code, uint64_t p1, uint64_t p2, uint64_t p3,
                       uint64_t p4);

// The same with a bug check of the caller's own that is raised at every strictness.
bool syspte_crash(syspte_event *event, const syspte_bugcheck *bugcheck);

// Stops the machine. Lock: not held. Never returns to the driver.
_Noreturn void syspte_stop_now(const syspte_bugcheck *bugcheck, bool expected);

// Our own interface was misused. Lock: not held.
void syspte_misused(const char *message);

// ---- Addresses (locate.c)

typedef enum syspte_where {
    SYSPTE_OUTSIDE, // no address of the machine's
    SYSPTE_HELD,    // in a live mapping
    SYSPTE_BEHIND,  // in the gap behind a live mapping
    SYSPTE_UNHELD,  // in address space that no live mapping holds
    SYSPTE_GUARD    // right before the first PTE or behind the last
} syspte_where;

typedef struct syspte_location {
    syspte_where where;
    syspte_row row;     // HELD and BEHIND: the mapping
    uint64_t page;      // HELD: of the mapping, from 0
    uint64_t pte;       // index of the PTE concerned
    uint64_t system_va; // as reports print it
} syspte_location;

// What an address is. Lock: held.
syspte_location syspte_locate(const void *address);

// The address a driver gets for the page of PTE `start`, and whether `pages` pages from it can have
// memory behind them.
static inline unsigned char *syspte_address_of(uint64_t start, uint64_t pages, bool *backed)
{
    const syspte_machine *m = &syspte_the;
    uint64_t page = 1 + (start << m->gap_shift);
    *backed = page + pages < m->arena_pages;
    return (*backed ? m->arena.base : SYSPTE_ACCOUNTING_BASE) + page * SYSPTE_PAGE_BYTES;
}

// The PTE whose mapping an address may begin: a guess that only the ledger can confirm.
static inline uint64_t syspte_pte_guess(const void *address)
{
    const syspte_machine *m = &syspte_the;
    uintptr_t arena = (uintptr_t)address - (uintptr_t)m->arena.base;
    uint64_t page = arena / SYSPTE_PAGE_BYTES;
    if (page >= m->arena_pages) {
        page = ((uintptr_t)address - (uintptr_t)SYSPTE_ACCOUNTING_BASE) / SYSPTE_PAGE_BYTES;
    }
    page -= 1;
    return (page & m->gap_shift) != 0 ? SYSPTE_POOL_NONE : page >> m->gap_shift;
}

// ---- Views (views.c). Lock: held. Not for machines with accounting only.

// In what the ledger notes for a page of a reserved mapping: an MDL's mapping begins here.
#define SYSPTE_FRAME_BEGINS (1ull << 40)

// Gives a new mapping its memory, now or at the first touch.
void syspte_view_begin(const syspte_row *row);
// Takes the memory of PTEs [first, first + count) of a mapping away; all of it when it ends.
void syspte_view_end(const syspte_row *row, uint64_t first, uint64_t count);
// The same for pages [first, first + count) of a row that lives on: their frames are noted before
// they begin, and forgotten after they end. Beyond them nothing is lost: a view that is taken away
// in passing is made again at a touch.
void syspte_view_begin_pages(const syspte_row *row, uint64_t first, uint64_t count);
void syspte_view_end_pages(const syspte_row *row, uint64_t first, uint64_t count);
typedef enum syspte_touch {
    SYSPTE_TOUCH_RETRY,     // the access will succeed now
    SYSPTE_TOUCH_WRONG,     // the mapping does not allow it
    SYSPTE_TOUCH_NOT_VALID, // there is a PTE, and it maps nothing
    SYSPTE_TOUCH_NO_VIEW,   // the host has no memory for it
    SYSPTE_TOUCH_DEVICE     // allowed, and in a page of a device with a model
} syspte_touch;

// Makes the view that an access needs; `at` is in a live mapping.
syspte_touch syspte_view_touch(const syspte_location *at, syspte_port_access access);
// The frame of a page of a row, spare PTEs counted, or SYSPTE_LEDGER_NO_FRAME.
uint64_t syspte_view_frame(const syspte_row *row, uint64_t page);
// What the row's protection says.
bool syspte_view_is_writable(const syspte_row *row);
void syspte_views_drop(void);

// ---- Physical memory (memory.c). Lock: held.

// The first page of [address, address + bytes) that is of `kind`; false if none is.
bool syspte_memory_first(uint64_t address, uint64_t bytes, syspte_memory_kind kind,
                         uint64_t *page);

// ---- Faults (fault.c)

bool syspte_fault(void *address, syspte_port_access access, uintptr_t code_address);

#endif
