// SPDX-License-Identifier: MIT
// Jumps out of calls and out of the handler of a fault: to a place in a function that has not
// returned.
#ifndef SYSPTE_PORT_JUMP_H
#define SYSPTE_PORT_JUMP_H

#include <setjmp.h>

typedef sigjmp_buf syspte_port_jump;

// 0; and again not 0, once somebody jumps here.
#define SYSPTE_JUMP_HERE(jump) sigsetjmp(jump, 1)
#define SYSPTE_JUMP_TO(jump)   siglongjmp(jump, 1)

#endif
