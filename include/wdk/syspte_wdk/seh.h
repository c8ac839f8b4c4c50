// SPDX-License-Identifier: MIT
// Structured exceptions without the compiler: a chain of frames of each thread, which a raise walks
// outwards. SYSPTE_TRY { } SYSPTE_EXCEPT(filter) { } has no loop in it, so that `break` and
// `continue` in the handler mean what encloses it. Locals that the body changes and the handler
// reads must be volatile. A body is left by its end, by `return` or by `goto`: a frame that was not
// popped is dropped when its function returns, in source that is compiled with
// -finstrument-functions, else when a caller of its function pushes one.
#ifndef SYSPTE_WDK_SEH_H
#define SYSPTE_WDK_SEH_H

#define EXCEPTION_EXECUTE_HANDLER    1
#define EXCEPTION_CONTINUE_SEARCH    0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

#define EXCEPTION_NONCONTINUABLE     0x1
#define EXCEPTION_MAXIMUM_PARAMETERS 15

#include <syspte_wdk/context.h>

typedef struct _EXCEPTION_RECORD {
    NTSTATUS ExceptionCode;
    ULONG ExceptionFlags;
    struct _EXCEPTION_RECORD *ExceptionRecord;
    PVOID ExceptionAddress;
    ULONG NumberParameters;
    ULONG_PTR ExceptionInformation[EXCEPTION_MAXIMUM_PARAMETERS];
} EXCEPTION_RECORD, *PEXCEPTION_RECORD;

// Of ContextRecord only the instruction pointer is set.
typedef struct _EXCEPTION_POINTERS {
    PEXCEPTION_RECORD ExceptionRecord;
    PCONTEXT ContextRecord;
} EXCEPTION_POINTERS, *PEXCEPTION_POINTERS;

// ---- Raise

NTKERNELAPI DECLSPEC_NORETURN VOID NTAPI ExRaiseStatus(_In_ NTSTATUS Status);
NTKERNELAPI DECLSPEC_NORETURN VOID NTAPI ExRaiseAccessViolation(VOID);
NTKERNELAPI DECLSPEC_NORETURN VOID NTAPI ExRaiseDatatypeMisalignment(VOID);

// Raises unless all of the range are addresses of a process; the second also if they cannot be
// written.
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI VOID NTAPI ProbeForRead(_In_ const volatile VOID *Address, _In_ SIZE_T Length,
                                    _In_ ULONG Alignment);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI VOID NTAPI ProbeForWrite(_Inout_ volatile VOID *Address, _In_ SIZE_T Length,
                                     _In_ ULONG Alignment);

// ---- The chain

// Puts a frame on the calling thread's chain and returns its jump buffer. `stack` is the address of
// the frame of the function that has the body, the rest says where that stands.
void *syspte_seh_push(const void *stack, const char *file, unsigned line, const char *function);
// After the body, or after the jump that a raise makes. Not 0: a raise came here, and
// syspte_seh_filter or the end of a SYSPTE_FINALLY must follow.
int syspte_seh_pop(const void *stack);
// What a filter said. Not 0: the handler runs; a search goes on, and does not return.
int syspte_seh_filter(int disposition);
// The status of the last raise that came to a frame of this thread, and the whole of it.
NTSTATUS syspte_seh_code(void);
PEXCEPTION_POINTERS syspte_seh_pointers(void);

// Ends the body that the function with that frame is in, as if it had been run to its end.
DECLSPEC_NORETURN void syspte_seh_leave(const void *stack);

// The one round of a SYSPTE_FINALLY: `raised` goes on to the next frame at its end.
typedef struct syspte_seh_finally {
    int raised;
    int over;
} syspte_seh_finally;
syspte_seh_finally syspte_seh_finally_begin(const void *stack);
void syspte_seh_finally_end(syspte_seh_finally *round);

// Where the frame of the function is: right below its return address, which is not where clang's
// frame pointer is on Windows.
#if defined(_WIN32) && defined(__clang__)
void *_AddressOfReturnAddress(void);
#define SYSPTE_SEH_FRAME ((void *)((char *)_AddressOfReturnAddress() - sizeof(void *)))
#else
#define SYSPTE_SEH_FRAME __builtin_frame_address(0)
#endif

// The host's setjmp under a name that no header of the host declares. `how` is, on Windows, the
// frame that a jump would unwind to: NULL, so that it is a plain one; elsewhere, that signals are
// kept. Driver source defines _WIN32 everywhere, so the format of objects tells.
#if defined(__ELF__)
#define SYSPTE_SEH_SAVE "__sigsetjmp"
#define SYSPTE_SEH_HOW  ((void *)1)
#elif __SIZEOF_POINTER__ == 8
#define SYSPTE_SEH_SAVE "_setjmp"
#define SYSPTE_SEH_HOW  ((void *)0)
#else
#define SYSPTE_SEH_SAVE "__setjmp3"
#define SYSPTE_SEH_HOW  ((void *)0)
#endif
int syspte_seh_save(void *jump, void *how) __asm__(SYSPTE_SEH_SAVE)
    __attribute__((__returns_twice__));

// Notes in a section of the program where a body (0), a handler (1) or a final block (2) begins, in
// the order of the code: what a body that is left early would have had is known by it.
#ifdef __ELF__
#define SYSPTE_SEH_MARK(kind)                                                                      \
    __extension__({                                                                                \
        __asm__ volatile("771:\n\t.pushsection syspte_seh,\"a?\"\n\t.balign 4\n\t"                 \
                         ".long 771b - ., " #kind "\n\t.popsection");                              \
        0;                                                                                         \
    })
#else
#define SYSPTE_SEH_MARK(kind) 0
#endif

#define SYSPTE_TRY                                                                                 \
    if ((void)SYSPTE_SEH_MARK(0),                                                                  \
        syspte_seh_save(syspte_seh_push(SYSPTE_SEH_FRAME, __FILE__, __LINE__, __func__),           \
                        SYSPTE_SEH_HOW) == 0)
// A filter may be two expressions with a comma between them.
#define SYSPTE_EXCEPT(...)                                                                         \
    ;                                                                                              \
    if ((void)SYSPTE_SEH_MARK(1),                                                                  \
        syspte_seh_pop(SYSPTE_SEH_FRAME) != 0 && syspte_seh_filter((__VA_ARGS__)) != 0)
#define SYSPTE_FINALLY                                                                             \
    ;                                                                                              \
    for (syspte_seh_finally syspte_finally =                                                       \
             ((void)SYSPTE_SEH_MARK(2), syspte_seh_finally_begin(SYSPTE_SEH_FRAME));               \
         !syspte_finally.over; syspte_seh_finally_end(&syspte_finally))
#define SYSPTE_LEAVE syspte_seh_leave(SYSPTE_SEH_FRAME)

#endif
