// SPDX-License-Identifier: MIT
// Blocks: what pool, contiguous memory and test buffers are given of RAM. A block has pages of its
// own, or is one of the slots of a page. One that is freed is detained: it is kept apart for a
// while, so that whoever still uses it is found. A block is named by the physical address of its
// first byte. Lock: held, unless a line says otherwise.
#ifndef SYSPTE_SIM_BLOCKS_H
#define SYSPTE_SIM_BLOCKS_H

#include "sim/frames.h"

#define SYSPTE_BLOCK_NONE UINT64_MAX

typedef struct syspte_block_request {
    syspte_window window;
    uint64_t bytes; // at least 1
    uint64_t align; // a power of two, 16 to 4096
    bool whole;     // pages of its own
    bool special; // the same, with the block's end at that of its last page, if it is less than one
    uint64_t low; // lowest and highest acceptable frame number, of a block with pages of its own
    uint64_t high;
    uint64_t boundary; // frames
} syspte_block_request;

// Where bytes are that belong to a block and to nothing else: with those before and behind it that
// it has no right to.
typedef struct syspte_block_room {
    unsigned char *first;
    unsigned char *end;
    bool own_pages;
} syspte_block_room;

// What is at an address in a window.
typedef enum syspte_block_state {
    SYSPTE_BLOCK_UNKNOWN,
    SYSPTE_BLOCK_LIVE,
    SYSPTE_BLOCK_BEHIND, // in the guard page behind a live block
    SYSPTE_BLOCK_FREED   // in pages that were a block's
} syspte_block_state;

typedef struct syspte_block_place {
    syspte_block_state state;
    uint64_t at; // the block, unless it is unknown: of slots nothing is known
    bool special;
} syspte_block_place;

// ---- Begin and end

uint64_t syspte_blocks_storage(uint64_t ram_bytes);
void syspte_blocks_begin(void *storage, uint64_t ram_bytes);
void syspte_blocks_end(void);

// ---- Use

// Fails: SYSPTE_BLOCK_NONE as syspte_frames_take. Costs: O(1), and a host mapping for a new page.
uint64_t syspte_block_take(const syspte_block_request *request);

// Where the host sees a block. Its bytes are undefined until somebody fills the room.
unsigned char *syspte_block_address(uint64_t at);
syspte_block_room syspte_block_room_of(uint64_t at);

// Gives a block back for good.
void syspte_block_release(uint64_t at);
// Gives it back after a while. Pages of its own become inaccessible at once; a slot must have been
// filled with SYSPTE_BLOCK_FREED_BYTE before, and what is found written there later is recorded.
void syspte_block_detain(uint64_t at);
// Gives back what was detained first. False if nothing is detained.
bool syspte_blocks_recall(void);
// Looks for writes in everything detained.
void syspte_blocks_judge(void);

// ---- Inspect

syspte_block_place syspte_block_at(const void *address);
// The block in use that begins nearest below an address, or SYSPTE_BLOCK_NONE. Only for addresses
// in pages of blocks that are in use.
uint64_t syspte_block_around(const void *address);
// The physical address of an address in a window; SYSPTE_BLOCK_NONE outside.
uint64_t syspte_block_of(const void *address);

// ---- Bytes. Lock: not held.

enum {
    SYSPTE_BLOCK_FRESH_BYTE = 0xA5, // of memory that is not initialised
    SYSPTE_BLOCK_FREED_BYTE = 0xDD, // of freed memory
    SYSPTE_BLOCK_ROOM_BYTE = 0xFB   // around a block
};

// Fills the room around [block, block + bytes).
void syspte_block_room_fill(const syspte_block_room *room, unsigned char *block, uint64_t bytes);
// The first byte around it that is no longer what it was filled with; NULL if none.
unsigned char *syspte_block_room_damage(const syspte_block_room *room, unsigned char *block,
                                        uint64_t bytes);

#endif
