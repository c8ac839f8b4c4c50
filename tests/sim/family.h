// SPDX-License-Identifier: MIT
// A naive model of everything that a driver holds: an array of live things, each with the PTEs and
// the holdings it costs and where its bytes are seen. Operations do the same to the machine and to
// the model; what the model did not expect is said, and the walk is over. A family belongs to one
// thread; several can walk on one machine.
#ifndef SYSPTE_TEST_SIM_FAMILY_H
#define SYSPTE_TEST_SIM_FAMILY_H

#include "harness.h"

enum {
    FAMILY_THINGS = 160,
    FAMILY_PAGES = 40, // that a thing with frames of its own has at most
    FAMILY_MOST = 200, // that a mapping of I/O space has at most
    FAMILY_HOST_PAGES = 8,
    FAMILY_HELD = SYSPTE_KIND_QUEUED + 1
};

#define FAMILY_TAG 0x6C6D6146 // "Faml"

typedef enum family_kind {
    FAMILY_NONE, // the place is free
    FAMILY_IO,
    FAMILY_VIDEO,
    FAMILY_NDIS,
    FAMILY_STORAGE,
    FAMILY_VIDEO_PORT,
    FAMILY_POOL,
    FAMILY_PAGED_POOL,
    FAMILY_USER_BUFFER,
    FAMILY_PAGEABLE_BUFFER,
    FAMILY_CONTIGUOUS,
    FAMILY_NONCACHED,
    FAMILY_SECTION,
    FAMILY_VIEW,
    FAMILY_HOST,
    FAMILY_REQUEST,
    FAMILY_RESERVED,
    FAMILY_MDL,
    FAMILY_USER_VIEW,
    FAMILY_KINDS
} family_kind;

// What an MDL is.
typedef enum family_state {
    FAMILY_FRESH,
    FAMILY_LOCKED,
    FAMILY_BUILT, // for nonpaged pool
    FAMILY_PARTIAL,
    FAMILY_PAGES_OWNED, // of MmAllocatePagesForMdl
    FAMILY_IO_PAGES     // of MmAllocateMdlForIoSpace
} family_state;

typedef struct family_thing {
    family_kind kind;
    struct family_thing *of;         // what it leans on: that may not end before
    unsigned users;                  // how many lean on it
    unsigned char held[FAMILY_HELD]; // what the machine's books have of it, by syspte_kind
    uint64_t ptes;                   // that it costs
    uint64_t first;                  // of them

    PUCHAR va;     // where the driver sees its first byte; NULL: nowhere
    bool touched;  // the bytes can be touched there
    bool writable; // and written
    uint64_t bytes;
    uint64_t offset; // of the first byte in its page
    uint64_t frames[FAMILY_PAGES];
    uint64_t run; // not 0: the first of frames that are one behind the other

    MEMORY_CACHING_TYPE cache;
    bool odd; // contiguous memory: with size and cache type; pool: with its tag

    PMDL mdl;
    family_state state;
    bool own;                      // its system mapping is its own
    uint64_t room;                 // pages that the MDL was made for
    struct family_thing *reserved; // where it is mapped,
    uint64_t place;                // from which page on
    uint64_t used;                 // of a reservation: its pages, a bit each
    struct family_thing *request;  // where it hangs
    PVOID buffer;                  // a section; an MDL's virtual address
    PIRP irp;
} family_thing;

typedef struct family_op family_op;

typedef struct family_step {
    const family_op *op;
    unsigned thing;
    family_kind kind;
    const void *va;
    uint64_t bytes;
    uint64_t ptes;
    KIRQL irql;
} family_step;

enum { FAMILY_LOG = 24 };

typedef struct family {
    const char *name;
    uint64_t seed; // that it began with
    uint64_t random;
    uint64_t step;
    bool alone;  // on its machine: then all of the machine's numbers are known
    bool scarce; // RAM and host views may run out
    bool wrong;
    bool told;       // each step is printed, and compared in full
    unsigned number; // of the thread
    family_thing things[FAMILY_THINGS];
    unsigned places; // of things in use

    const syspte_config *config;
    unsigned char *taken; // of each PTE; NULL: not looked at
    uintptr_t origin;     // address of the page of PTE 0
    uint64_t stride;      // bytes of address space for each PTE
    uint64_t maps;
    uint64_t failed;
    uint64_t lost;
    uint64_t findings[SYSPTE_RULE_COUNT]; // expected occurrences
    unsigned char *host;                  // memory that is not the machine's

    unsigned weights;   // of all operations
    uint64_t failures;  // legal ones, of any kind
    uint64_t shortages; // of them, of RAM or host views
    uint64_t looks;     // bytes seen through another view
    family_step log[FAMILY_LOG];
} family;

// One kind of step. `fits` tells which things it can be done to; NULL: it makes a new one in a free
// place.
struct family_op {
    const char *name;
    unsigned weight;
    KIRQL irql_most;
    bool (*fits)(const family *f, const family_thing *t);
    void (*act)(family *f, family_thing *t);
};

extern const family_op family_io_ops[];       // family_io.c
extern const family_op family_door_ops[];     // family_door.c
extern const family_op family_memory_ops[];   // family_memory.c
extern const family_op family_mdl_ops[];      // family_mdl.c
extern const family_op family_pages_ops[];    // family_pages.c
extern const family_op family_map_ops[];      // family_map.c
extern const family_op family_reserved_ops[]; // family_reserved.c

// ---- Begin and end (family.c)

// Begins on the booted machine.
void family_begin(family *f, const char *name, uint64_t seed, bool alone);
// Takes `steps` steps, and compares after each. False: something was wrong, and was said.
bool family_walk(family *f, uint64_t steps);
// Gives everything back. False as above.
bool family_end(family *f);

// ---- For operations (family.c)

uint32_t family_any(family *f, uint32_t below);
// Says what was not expected; the walk is over.
void family_say(family *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool family_expect(family *f, bool as_expected, const char *what);

// RAM, or host address space, ran out: right only where it may.
void family_short(family *f, const char *what);
// Announces a bug check that comes from this strictness on.
void family_announce(family *f, syspte_strictness from, uint32_t code, uint64_t parameter1);

// A place for a thing; NULL: all are taken.
family_thing *family_place(family *f);
void family_lean(family_thing *t, family_thing *on);
void family_forget(family_thing *t);
// Ends a thing that nothing leans on.
void family_give_back(family *f, family_thing *t);

// Notes that a thing has PTEs now; its first page is `address`, behind `front` of them.
void family_mapped(family *f, family_thing *t, syspte_kind kind, const void *address,
                   unsigned front, uint64_t ptes);
void family_unmapped(family *f, family_thing *t, syspte_kind kind);
// A map returned NULL: there must be no room. `keep`: PTEs that the call had to leave.
void family_refused(family *f, uint64_t ptes, uint64_t keep);

// The frames of memory that the driver sees at t->va.
void family_find_frames(family *f, family_thing *t);
uint64_t family_frame(const family_thing *t, uint64_t page);
uint64_t family_pages(const family_thing *t);

// ---- How things end, by kind: the operations' own files

void family_end_io(family *f, family_thing *t);
void family_end_memory(family *f, family_thing *t);
void family_end_mdl(family *f, family_thing *t);
void family_end_user_view(family *f, family_thing *t);
void family_end_reserved(family *f, family_thing *t);

// ---- I/O space

typedef struct family_io_request {
    PHYSICAL_ADDRESS at;
    SIZE_T bytes;
    MEMORY_CACHING_TYPE cache;
} family_io_request;

// A range of one of the thread's devices.
family_io_request family_io_any(family *f);
// What came of mapping it.
void family_io_note(family *f, family_thing *t, family_kind kind, const family_io_request *r,
                    PVOID va);
void family_end_door(family *f, family_thing *t);

// ---- MDLs

// A new MDL of the thing's own, for so many bytes at an address; false: RAM ran out.
bool family_mdl_new(family *f, family_thing *t, PVOID va, uint64_t bytes, PIRP irp);
// The memory that an MDL describes in the end; NULL: it has pages of its own.
const family_thing *family_memory_of(const family_thing *t);
bool family_is_host(const family_thing *t);
bool family_can_be_mapped(const family *f, const family_thing *t);
// Its own mapping has ended.
void family_mdl_unmapped(family *f, family_thing *t);
// The MDLs that hang on a request are gone, and with them all they held.
void family_chain_ended(family *f, const family_thing *request);
void family_free_pages(family *f, family_thing *t);
void family_leave_reserved(family *f, family_thing *t);
bool family_has_chain(const family *f, const family_thing *request);

#endif
