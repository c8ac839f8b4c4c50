// SPDX-License-Identifier: MIT
// All that a host must give the simulated machine. Rules once, for every function here:
// none is called with a library lock held unless its line says so; none allocates from the C heap;
// a host that refuses is answered by false or NULL, never by an abort; `bytes` and addresses of
// views are multiples of the page size (4096) unless a line says otherwise.
// lib/port/<host>/ has one source per section; port_inline.h and port_lock.h are its inline part.
#ifndef SYSPTE_PORT_H
#define SYSPTE_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- Tables (tables.c)

// Reserves `bytes` of zeros that cost memory only where they are touched. NULL if refused.
void *syspte_port_table_reserve(uint64_t bytes);
// Lock: may be held.
void syspte_port_table_release(void *table, uint64_t bytes);

// Makes `bytes` bytes from `from` zeros again; any address and length inside a reserved table.
// Gives long stretches back to the host. Lock: may be held.
void syspte_port_table_zero(void *from, uint64_t bytes);

// Tells the host whether a reserved table is about to be used throughout, so that large pages are
// worth it, or only here and there, as at first. Lock: may be held.
void syspte_port_table_dense(void *table, uint64_t bytes, bool dense);

// ---- Address space of the mappings (arena.c)

typedef struct syspte_port_arena {
    unsigned char *base; // NULL: none
    uint64_t bytes;
    bool moved; // not at the base that every run of this tool uses
} syspte_port_arena;

// Reserves up to `bytes` of inaccessible address space at the fixed base for this tool (plain,
// sanitizer, Valgrind), at the next best place if that is taken, and less (halving) where the host
// refuses; false if not even 16 MiB could be had.
bool syspte_port_arena_reserve(uint64_t bytes, syspte_port_arena *arena);
void syspte_port_arena_release(syspte_port_arena *arena);

// The same, for the windows through which pool and the like are seen: all of `bytes` or false. What
// lies there counts for leak checkers as memory of the program. Lock: may be held.
bool syspte_port_windows_reserve(uint64_t bytes, syspte_port_arena *windows);
void syspte_port_windows_release(syspte_port_arena *windows);

// ---- Physical memory and views of it (view.c)

// 2^52 bytes of zeros, memory only where touched; opened by the first use, the same for the whole
// process. False if the host cannot.
bool syspte_port_physical_open(void);
// All zeros again; every view must be gone.
void syspte_port_physical_reset(void);
// Any address and length inside 2^52. False if the host has no memory left.
bool syspte_port_physical_read(uint64_t physical_address, void *out, uint64_t bytes);
bool syspte_port_physical_write(uint64_t physical_address, const void *in, uint64_t bytes);

enum { SYSPTE_PORT_READ = 1, SYSPTE_PORT_WRITE = 2, SYSPTE_PORT_EXECUTE = 4 };

// Lets `bytes` of the arena at `at` show physical memory from `physical_page` on, with `access` (a
// set of the above; WRITE and EXECUTE imply READ). What was there before is replaced. Lock: may be
// held. False, and nothing changed, if the host refuses.
bool syspte_port_view_map(void *at, uint64_t bytes, uint64_t physical_page, unsigned access);
// Makes `bytes` of the arena at `at` inaccessible again; they are whole views. Lock: may be held.
bool syspte_port_view_unmap(void *at, uint64_t bytes);
// How many views may exist at a time with a safe distance to the host's own limit.
uint64_t syspte_port_view_limit(void);
// True where a first touch cannot be trapped and retried (Valgrind): views must be made eagerly.
bool syspte_port_views_are_eager(void);

// ---- Faults (fault.c)

typedef enum syspte_port_access {
    SYSPTE_PORT_ACCESS_READ,
    SYSPTE_PORT_ACCESS_WRITE,
    SYSPTE_PORT_ACCESS_EXECUTE,
    SYSPTE_PORT_ACCESS_UNKNOWN // the host does not tell
} syspte_port_access;

// Installs the process's handler for memory faults; what was installed before gets every fault
// that `handler` answers with false. True: retry the access. The handler runs on the faulting
// thread and may leave by a jump (siglongjmp). Calling it again re-installs the handler on top of
// whatever took its place. Lock: may be held.
void syspte_port_fault_install(bool (*handler)(void *address, syspte_port_access access,
                                               uintptr_t code_address));
// Puts back what was there before install.
void syspte_port_fault_remove(void);
// Where the program's stack was when it faulted; 0 if the host does not tell. In the handler alone.
uintptr_t syspte_port_fault_stack(void);

// ---- Traps (trap.c, trap_*.c): an access that faulted is carried out for the program

// Where the accesses go. False: there is no device, and the access is made as by the program.
// `width` is 1, 2, 4 or 8 bytes. May leave by a jump.
typedef struct syspte_port_bus {
    bool (*load)(void *context, uintptr_t address, unsigned width, uint64_t *value);
    bool (*store)(void *context, uintptr_t address, unsigned width, uint64_t value);
    void *context;
} syspte_port_bus;

typedef enum syspte_port_trap {
    SYSPTE_PORT_TRAP_DONE,       // the program goes on behind the instruction
    SYSPTE_PORT_TRAP_VECTOR,     // it is one of a vector unit: not carried out
    SYSPTE_PORT_TRAP_UNKNOWN,    // another one that is not carried out
    SYSPTE_PORT_TRAP_NO_DECODER, // built without the library that tells instructions apart
    SYSPTE_PORT_TRAP_WATCHED,    // not under Valgrind, ThreadSanitizer and MemorySanitizer
    SYSPTE_PORT_TRAP_NO_HOST     // not on this host
} syspte_port_trap;

// DONE if instructions are carried out here at all.
syspte_port_trap syspte_port_trap_possible(void);

// Carries out the instruction that faulted: only in the handler of that fault, which then answers
// true. Registers, flags and memory are what the instruction makes of them; one with a LOCK prefix
// is not atomic for the bus. `name` receives its mnemonic ("" if it is not known). Except DONE,
// nothing has happened.
syspte_port_trap syspte_port_trap_carry_out(const syspte_port_bus *bus, const char **name);

// ---- Memory of the program (probe.c)

// True if the program may read (`write`: and write) all of [address, address + bytes), whole pages,
// as far as the host can tell without a touch.
bool syspte_port_probe(void *address, uint64_t bytes, bool write);

// ---- Images (image.c)

// The first byte of the segment of the program, or of one of its libraries, that an address lies
// in; 0 if it lies in none.
uintptr_t syspte_port_image_segment(const void *address);

// ---- Threads (thread.c)

enum { SYSPTE_PORT_TRAIL = 33 };

// What a capture looked at: two words of the stack for each frame. While they are the same, seen
// from the same frame, so is the stack.
typedef struct syspte_port_trail {
    uintptr_t frame; // 0: nothing is known
    uint32_t of;     // for the owner: what it is the trail of
    uint32_t count;  // steps
    struct {
        const uintptr_t *at[2];
        uintptr_t word[2];
    } step[SYSPTE_PORT_TRAIL];
} syspte_port_trail;

// Stores up to `max` return addresses of the calling thread, innermost first, from that of the
// function whose frame `frame` is: SYSPTE_FRAME_ADDRESS() in one that keeps a frame pointer; 0:
// stores none. Code above it needs frame pointers or unwind tables, and compilers emit one of them
// unless told not to. Returns how many. `max` is at most 32. `trail` (of this thread; or NULL)
// receives what was looked at, or that this is not known. Lock: may be held.
unsigned syspte_port_stack_capture(uintptr_t *frames, unsigned max, uintptr_t frame,
                                   syspte_port_trail *trail);

// True if a capture from `frame` would find what it found when it left this trail, on this thread.
// Lock: may be held.
bool syspte_port_trail_holds(const syspte_port_trail *trail, uintptr_t frame);

// Never returns: the calling thread does nothing any more.
_Noreturn void syspte_port_park(void);

// ---- Output (output.c)

// Writes all of it to stdout (1) or stderr (2), without buffering.
void syspte_port_write(int stream, const char *text, size_t bytes);

// "module+0x1234 (function+0x12)" for a code address, as far as the host can tell: NUL-terminated,
// cut off at `bytes`. The module is a file name without folders.
void syspte_port_symbol(uintptr_t code_address, char *out, size_t bytes);

// The library itself is broken: writes `text` and ends the process with abort().
_Noreturn void syspte_port_panic(const char *text);

#endif
