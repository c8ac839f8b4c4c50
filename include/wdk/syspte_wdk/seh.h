// SPDX-License-Identifier: MIT
// Structured exceptions without the compiler: a chain of frames of each thread, which a raise walks
// outwards. SYSPTE_TRY { } SYSPTE_EXCEPT(filter) { } has no loop in it, so that `break` and
// `continue` in the handler mean what encloses it. Locals that the body changes and the handler
// reads must be volatile. A body is left by its end, by `return` or by `goto`: a frame that was not
// popped is dropped when a caller of its function pushes one.
#ifndef SYSPTE_WDK_SEH_H
#define SYSPTE_WDK_SEH_H

#define EXCEPTION_EXECUTE_HANDLER    1
#define EXCEPTION_CONTINUE_SEARCH    0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

// ---- Raise

NTKERNELAPI DECLSPEC_NORETURN VOID NTAPI ExRaiseStatus(_In_ NTSTATUS Status);
NTKERNELAPI DECLSPEC_NORETURN VOID NTAPI ExRaiseAccessViolation(VOID);
NTKERNELAPI DECLSPEC_NORETURN VOID NTAPI ExRaiseDatatypeMisalignment(VOID);

// ---- The chain

// Puts a frame on the calling thread's chain and returns its jump buffer. `stack` is the address of
// the frame of the function that has the body.
void *syspte_seh_push(const void *stack);
// After the body, or after the jump that a raise makes. Not 0: a raise came here.
int syspte_seh_pop(const void *stack);
// What a filter said. Not 0: the handler runs; a search goes on, and does not return.
int syspte_seh_filter(int disposition);
// The status of the last raise that came to a frame of this thread.
NTSTATUS syspte_seh_code(void);

// Ends the body that the function with that frame is in, as if it had been run to its end.
DECLSPEC_NORETURN void syspte_seh_leave(const void *stack);

// The one round of a SYSPTE_FINALLY: `raised` goes on to the next frame at its end.
typedef struct syspte_seh_finally {
    int raised;
    int over;
    NTSTATUS status;
} syspte_seh_finally;
syspte_seh_finally syspte_seh_finally_begin(const void *stack);
void syspte_seh_finally_end(syspte_seh_finally *round);

// The host's sigsetjmp under a name that no header of the host declares.
int syspte_seh_save(void *jump, int with_signals) __asm__("__sigsetjmp")
    __attribute__((__returns_twice__));

#define SYSPTE_TRY if (syspte_seh_save(syspte_seh_push(__builtin_frame_address(0)), 1) == 0)
#define SYSPTE_EXCEPT(filter)                                                                      \
    ;                                                                                              \
    if (syspte_seh_pop(__builtin_frame_address(0)) != 0 && syspte_seh_filter(filter) != 0)
#define SYSPTE_FINALLY                                                                             \
    ;                                                                                              \
    for (syspte_seh_finally syspte_finally =                                                       \
             syspte_seh_finally_begin(__builtin_frame_address(0));                                 \
         !syspte_finally.over; syspte_seh_finally_end(&syspte_finally))
#define SYSPTE_LEAVE syspte_seh_leave(__builtin_frame_address(0))

#endif
