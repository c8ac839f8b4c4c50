// SPDX-License-Identifier: MIT
// What the host tells of a memory fault: in the registers that it keeps of the program, and in its
// description. Each processor has its own words for the kind of access.
#define _GNU_SOURCE
#include "fault_told.h"

#include "trap.h"

#if defined(__linux__) && defined(__aarch64__)
#include <asm/sigcontext.h>
#include <string.h>
#endif

static uintptr_t code_address_of(const ucontext_t *context)
{
#if defined(__linux__) && defined(__x86_64__)
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__linux__) && defined(__aarch64__)
    return (uintptr_t)context->uc_mcontext.pc;
#else
    (void)context;
    return 0;
#endif
}

uintptr_t syspte_port_fault_stack(void)
{
#if defined(__linux__) && defined(__x86_64__)
    const ucontext_t *context = syspte_trap_program();
    return (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__linux__) && defined(__aarch64__)
    const ucontext_t *context = syspte_trap_program();
    return (uintptr_t)context->uc_mcontext.sp;
#else
    return 0;
#endif
}

#if defined(__linux__) && defined(__aarch64__)
// The syndrome register, from the records after the registers; 0 if it is not among them.
static uint64_t syndrome_of(const ucontext_t *context)
{
    const unsigned char *at = context->uc_mcontext.__reserved;
    const unsigned char *end = at + sizeof context->uc_mcontext.__reserved;
    struct _aarch64_ctx head;
    while ((size_t)(end - at) >= sizeof(struct esr_context)) {
        memcpy(&head, at, sizeof head);
        if (head.magic == ESR_MAGIC) {
            struct esr_context record;
            memcpy(&record, at, sizeof record);
            return record.esr;
        }
        if (head.magic == 0 || head.size < sizeof head || head.size > (size_t)(end - at)) {
            break;
        }
        at += head.size;
    }
    return 0;
}
#endif

syspte_port_access syspte_fault_access(const ucontext_t *context)
{
#if defined(__linux__) && defined(__x86_64__)
    enum { PAGE_FAULT = 14, WRITE = 1 << 1, FETCH = 1 << 4 };
    if (context->uc_mcontext.gregs[REG_TRAPNO] != PAGE_FAULT) {
        return SYSPTE_PORT_ACCESS_UNKNOWN;
    }
    uint64_t error = (uint64_t)context->uc_mcontext.gregs[REG_ERR];
    if ((error & FETCH) != 0) {
        return SYSPTE_PORT_ACCESS_EXECUTE;
    }
    return (error & WRITE) != 0 ? SYSPTE_PORT_ACCESS_WRITE : SYSPTE_PORT_ACCESS_READ;
#elif defined(__linux__) && defined(__aarch64__)
    enum { FETCH_ABORT = 0x20, DATA_ABORT = 0x24, WRITE = 1 << 6 };
    uint64_t syndrome = syndrome_of(context);
    switch (syndrome >> 26 & 0x3f) {
    case FETCH_ABORT:
        return SYSPTE_PORT_ACCESS_EXECUTE;
    case DATA_ABORT:
        return (syndrome & WRITE) != 0 ? SYSPTE_PORT_ACCESS_WRITE : SYSPTE_PORT_ACCESS_READ;
    default:
        return SYSPTE_PORT_ACCESS_UNKNOWN;
    }
#else
    (void)context;
    return SYSPTE_PORT_ACCESS_UNKNOWN;
#endif
}

// The code to tell of. A call of a bad address has gone there already: then it is the caller's,
// whose return address is where a call leaves it.
uintptr_t syspte_fault_code(const ucontext_t *context)
{
    uintptr_t code = code_address_of(context);
    if (syspte_fault_access(context) != SYSPTE_PORT_ACCESS_EXECUTE) {
        return code;
    }
#if defined(__linux__) && defined(__x86_64__)
    uintptr_t stack = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
    uintptr_t page = stack & ~(uintptr_t)4095;
    if (stack % sizeof(uintptr_t) == 0 && syspte_port_probe((void *)page, 4096, false)) {
        code = *(const uintptr_t *)stack;
    }
#elif defined(__linux__) && defined(__aarch64__)
    code = (uintptr_t)context->uc_mcontext.regs[30];
#endif
    return code;
}

// An address that is none at all (not canonical) is not told by the host: it is handed on as the
// highest one, as Windows does.
void *syspte_fault_address(const siginfo_t *info)
{
#ifdef SI_KERNEL
    if (info->si_code == SI_KERNEL) {
        return (void *)UINTPTR_MAX;
    }
#endif
    return info->si_addr;
}
