// SPDX-License-Identifier: MIT
// Jumps out of calls and out of the handler of a fault: to a place in a function that has not
// returned. A buffer without a frame makes the jump a plain one: with one the host would unwind,
// and call handlers on the way, through frames of its own that lie between a fault and its handler.
#ifndef SYSPTE_PORT_JUMP_H
#define SYSPTE_PORT_JUMP_H

#include <setjmp.h>

typedef jmp_buf syspte_port_jump;

// 0; and again not 0, once somebody jumps here.
#if defined(__x86_64__)
#define SYSPTE_JUMP_HERE(jump) _setjmp(jump, NULL)
#else
#define SYSPTE_JUMP_HERE(jump) _setjmp3(jump, NULL)
#endif
#define SYSPTE_JUMP_TO(jump) longjmp(jump, 1)

#endif
