// SPDX-License-Identifier: MIT
// Functions whose frames have all the shapes that compilers make, and routes of calls through them.
// One source, compiled in three flavours.
#ifndef SYSPTE_TEST_PORT_SHAPES_H
#define SYSPTE_TEST_PORT_SHAPES_H

#include <stddef.h>
#include <stdint.h>

enum {
    SHAPE_PLAIN,
    SHAPE_TWIN, // the same code as PLAIN, elsewhere
    SHAPE_ALL_REGISTERS,
    SHAPE_LARGE,
    SHAPE_OF_ROOM, // its frame grows by the route's `room` at run time
    SHAPE_ALIGNED, // and by 0 to 63 bytes
    SHAPE_HUGE,
    SHAPE_COUNT,
    ROUTE_MAX = 12
};

struct route;

typedef void shape_function(struct route *route, unsigned level);

// Level `count - 1` is entered first and calls the level below; level 0 calls `end`.
struct route {
    shape_function *at[ROUTE_MAX];
    size_t room[ROUTE_MAX];
    unsigned count;
    void (*end)(struct route *route);
    uintptr_t noted[1 + ROUTE_MAX]; // return addresses: of `end` (its own task), of level 0, 1, ...
};

extern shape_function *const shapes_without_frame_pointers[SHAPE_COUNT];
extern shape_function *const shapes_with_frame_pointers[SHAPE_COUNT];
// With frame pointers and without unwind tables.
extern shape_function *const shapes_without_tables[SHAPE_COUNT];

#endif
