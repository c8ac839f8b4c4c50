// SPDX-License-Identifier: MIT
// The chain of a thread is an array: a body nests in few others. A frame is open while its body
// runs, and asked while its filter or its final block does: then what is raised passes it by. It
// keeps the exception for as long. Frames of an older machine are void, and so are those deeper in
// the stack than one that is pushed, or than the call that raises; and when a body is entered
// again by its function, it was left before.
#define _POSIX_C_SOURCE 200809L
#include "sim/raise.h"

#include "port_jump.h"
#include "sim/call.h"

enum { FRAMES = 32 };

typedef enum frame_state { OPEN, RAISED, ASKED } frame_state;

typedef struct frame {
    syspte_port_jump jump;
    uintptr_t stack;
    frame_state state;
    syspte_caller body; // where it stands; return_address: of the push
    uint32_t owner;     // of the thread
    uint8_t owner_irql;
    const void *owner_pointer;
    syspte_raised raised; // unless it is open
} frame;

static _Thread_local struct {
    uint32_t generation;
    unsigned depth;
    unsigned wall;         // frames below this number are not seen
    syspte_raised handled; // the last that came to a frame
    CONTEXT context;
    EXCEPTION_POINTERS pointers;
    frame frames[FRAMES];
} chain;

static frame *top(void)
{
    return chain.depth > chain.wall ? &chain.frames[chain.depth - 1] : NULL;
}

static void drop_below(uintptr_t stack)
{
    uint32_t generation = syspte_load_acquire_32(&syspte_the.generation);
    if (chain.generation != generation) {
        chain.generation = generation;
        chain.depth = chain.wall = 0;
    }
    while (top() != NULL && top()->stack < stack) {
        chain.depth--;
    }
}

// Drops what has ended or is asked already, and returns the frame to ask next, or NULL.
static frame *next(uintptr_t stack)
{
    drop_below(stack);
    while (top() != NULL && top()->state != OPEN) {
        chain.depth--;
    }
    return top();
}

// Drops the frame of this body, and what is above it, if its function is about to enter it again.
static void drop_same(uintptr_t stack, uintptr_t push)
{
    unsigned i = chain.depth;
    while (i > chain.wall && chain.frames[i - 1].stack == stack) {
        i--;
        if (chain.frames[i].body.return_address == push) {
            chain.depth = i;
        }
    }
}

// ---- Bodies

void *syspte_seh_push(const void *stack, const char *file, unsigned line, const char *function)
{
    const syspte_thread *thread = syspte_thread_now();
    syspte_caller body = SYSPTE_CALLER(file, line, function);
    drop_below((uintptr_t)stack);
    drop_same((uintptr_t)stack, body.return_address);
    if (chain.depth == FRAMES) {
        syspte_port_panic("more than 32 bodies of __try are open in one thread");
    }
    frame *f = &chain.frames[chain.depth++];
    f->stack = (uintptr_t)stack;
    f->state = OPEN;
    f->body = body;
    f->owner = thread->owner;
    f->owner_irql = thread->owner_irql;
    f->owner_pointer = thread->owner_pointer;
    return f->jump;
}

int syspte_seh_pop(const void *stack)
{
    drop_below((uintptr_t)stack);
    frame *f = top();
    if (f == NULL || f->stack != (uintptr_t)stack) {
        return 0;
    }
    if (f->state != RAISED) {
        chain.depth--;
        return 0;
    }
    f->state = ASKED;
    chain.handled = f->raised;
    return 1;
}

void syspte_seh_leave(const void *stack)
{
    frame *f = next((uintptr_t)stack);
    if (f == NULL || f->stack != (uintptr_t)stack) {
        syspte_port_panic("__leave stands in no body of __try");
    }
    SYSPTE_JUMP_TO(f->jump);
}

bool syspte_seh_left(uintptr_t stack, syspte_caller *body)
{
    while (top() != NULL && top()->stack <= stack) {
        const frame *f = top();
        chain.depth--;
        if (f->stack == stack && f->state == OPEN) {
            *body = f->body;
            return true;
        }
    }
    return false;
}

// ---- Exceptions

bool syspte_seh_is_open(uintptr_t stack)
{
    unsigned i = chain.depth;
    if (chain.generation != syspte_load_acquire_32(&syspte_the.generation)) {
        return false;
    }
    while (i > chain.wall &&
           (chain.frames[i - 1].stack < stack || chain.frames[i - 1].state != OPEN)) {
        i--;
    }
    return i > chain.wall;
}

// The owner is what it was when the body began; the IRQL stays, as on Windows.
static void owner_restore(const frame *f)
{
    syspte_thread *thread = syspte_thread_now();
    thread->owner = f->owner;
    thread->owner_irql = f->owner_irql;
    thread->owner_pointer = f->owner_pointer;
    syspte_thread_stand(thread);
}

_Noreturn void syspte_seh_raise(const syspte_raised *raised)
{
    frame *f = next(raised->stack);
    if (f == NULL) {
        syspte_raise_unhandled(raised);
    }
    f->raised = *raised;
    f->state = RAISED;
    owner_restore(f);
    SYSPTE_JUMP_TO(f->jump);
}

// The innermost frame that is asked.
static frame *asked(void)
{
    while (top() != NULL && top()->state != ASKED) {
        chain.depth--;
    }
    if (top() == NULL) {
        syspte_port_panic("a filter or a final block ended in no body of __try");
    }
    return top();
}

int syspte_seh_filter(int disposition)
{
    frame *f = asked();
    syspte_raised raised = f->raised;
    chain.depth--;
    if (disposition > EXCEPTION_CONTINUE_SEARCH) {
        chain.handled = raised;
        return 1;
    }
    if (disposition < EXCEPTION_CONTINUE_SEARCH) { // the place to go on from is gone
        raised.record.ExceptionCode = STATUS_NONCONTINUABLE_EXCEPTION;
        raised.record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
        raised.record.NumberParameters = 0;
    }
    syspte_seh_raise(&raised);
}

NTSTATUS syspte_seh_code(void)
{
    return chain.handled.record.ExceptionCode;
}

PEXCEPTION_POINTERS syspte_seh_pointers(void)
{
    ULONG_PTR code = (ULONG_PTR)chain.handled.record.ExceptionAddress;
    chain.context = (CONTEXT){.ContextFlags = CONTEXT_CONTROL};
#if defined(__x86_64__)
    chain.context.Rip = code;
#elif defined(__i386__)
    chain.context.Eip = code;
#else
    chain.context.Pc = code;
#endif
    chain.pointers.ExceptionRecord = &chain.handled.record;
    chain.pointers.ContextRecord = &chain.context;
    return &chain.pointers;
}

syspte_seh_finally syspte_seh_finally_begin(const void *stack)
{
    return (syspte_seh_finally){.raised = syspte_seh_pop(stack)};
}

void syspte_seh_finally_end(syspte_seh_finally *round)
{
    round->over = 1;
    if (round->raised) {
        syspte_raised raised = asked()->raised;
        chain.depth--;
        syspte_seh_raise(&raised);
    }
}

// ---- Walls

unsigned syspte_seh_wall(void)
{
    unsigned before = chain.wall;
    drop_below(0);
    chain.wall = chain.depth;
    return before;
}

void syspte_seh_wall_end(unsigned before)
{
    chain.depth = chain.wall;
    chain.wall = before;
}
