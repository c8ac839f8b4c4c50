// SPDX-License-Identifier: MIT
// One vectored handler, which the host asks before any handler of a frame. It first sees to this
// port's own memory, then asks the library's handler; what that refuses goes on to whatever the
// program has. A handler that left by a jump can not be taken out again for good, so ours is put in
// once and stays; a program that puts another one in front of it is asked first.
#include "../port.h"
#include "fault_begin.h"
#include "region.h"

#include "windows_api.h"

typedef bool fault_handler(void *address, syspte_port_access access, uintptr_t code_address);

enum { READ = 0, WRITE = 1, EXECUTE = 8 }; // the first parameter of an access violation

static fault_handler *handler_now;
static int begun;
static _Thread_local uintptr_t stack_now; // of the program in the fault that began last

static syspte_port_access access_of(ULONG_PTR operation)
{
    switch (operation) {
    case READ:
        return SYSPTE_PORT_ACCESS_READ;
    case WRITE:
        return SYSPTE_PORT_ACCESS_WRITE;
    case EXECUTE:
        return SYSPTE_PORT_ACCESS_EXECUTE;
    default:
        return SYSPTE_PORT_ACCESS_UNKNOWN;
    }
}

static unsigned needed_for(syspte_port_access access)
{
    switch (access) {
    case SYSPTE_PORT_ACCESS_WRITE:
        return SYSPTE_PORT_WRITE;
    case SYSPTE_PORT_ACCESS_EXECUTE:
        return SYSPTE_PORT_EXECUTE;
    default:
        return SYSPTE_PORT_READ;
    }
}

static uintptr_t code_address_of(const CONTEXT *context)
{
#if defined(__x86_64__)
    return (uintptr_t)context->Rip;
#else
    return (uintptr_t)context->Eip;
#endif
}

static uintptr_t stack_of(const CONTEXT *context)
{
#if defined(__x86_64__)
    return (uintptr_t)context->Rsp;
#else
    return (uintptr_t)context->Esp;
#endif
}

uintptr_t syspte_port_fault_stack(void)
{
    return stack_now;
}

// The code to tell of. A call of a bad address has gone there already: then it is the caller's,
// whose return address is where a call leaves it.
static uintptr_t blamed_code(const CONTEXT *context, syspte_port_access access)
{
    uintptr_t stack = stack_of(context);
    uintptr_t page = stack & ~(uintptr_t)(SYSPTE_REGION_PAGE - 1);
    if (access == SYSPTE_PORT_ACCESS_EXECUTE && stack % sizeof stack == 0 &&
        syspte_port_probe((void *)page, SYSPTE_REGION_PAGE, false)) {
        return *(const uintptr_t *)stack;
    }
    return code_address_of(context);
}

static LONG CALLBACK on_exception(EXCEPTION_POINTERS *what)
{
    const EXCEPTION_RECORD *record = what->ExceptionRecord;
    if ((record->ExceptionCode != EXCEPTION_ACCESS_VIOLATION &&
         record->ExceptionCode != EXCEPTION_IN_PAGE_ERROR) ||
        record->NumberParameters < 2) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    uintptr_t address = (uintptr_t)record->ExceptionInformation[1];
    syspte_port_access access = access_of(record->ExceptionInformation[0]);
    if (syspte_region_touch(address, needed_for(access))) {
        return EXCEPTION_CONTINUE_EXECUTION;
    }
    stack_now = stack_of(what->ContextRecord);
    fault_handler *handler = __atomic_load_n(&handler_now, __ATOMIC_ACQUIRE);
    return handler != NULL &&
                   handler((void *)address, access, blamed_code(what->ContextRecord, access))
               ? EXCEPTION_CONTINUE_EXECUTION
               : EXCEPTION_CONTINUE_SEARCH;
}

void syspte_fault_begin(void)
{
    if (__atomic_exchange_n(&begun, 1, __ATOMIC_ACQ_REL) == 0) {
        (void)AddVectoredExceptionHandler(1, on_exception);
    }
}

void syspte_port_fault_install(bool (*handler)(void *address, syspte_port_access access,
                                               uintptr_t code_address))
{
    __atomic_store_n(&handler_now, handler, __ATOMIC_RELEASE);
    syspte_fault_begin();
}

void syspte_port_fault_remove(void)
{
    __atomic_store_n(&handler_now, NULL, __ATOMIC_RELEASE);
}
