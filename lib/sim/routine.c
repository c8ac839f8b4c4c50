// SPDX-License-Identifier: MIT
// MmGetSystemRoutineAddress: a table of what the library simulates (routines.h), each with the
// version of Windows that exports it first. A function that is hidden is marked with the generation
// of the machine it is hidden on.
// Source: nf-wdm-mmgetsystemroutineaddress.
#include "sim/call.h"

#include "core/text.h"
#include <syspte/routine.h>

typedef struct routine {
    const char *name;
    void (*function)(void);
    unsigned since;
} routine;

#define EXPORTED(name, since) {#name, (void (*)(void))name, since},
#define INLINE(name)
#define ELSEWHERE(name)
static const routine routines[] = {
#include "sim/routines.h"
};

enum { ROUTINES = sizeof(routines) / sizeof(routines[0]) };

static uint32_t hidden[ROUTINES]; // generation

bool syspte_routine_hide(const char *name)
{
    if (syspte_load_acquire_32(&syspte_the.running) == 0) {
        syspte_misused("syspte_routine_hide was called without a machine: call syspte_boot first");
        return false;
    }
    for (unsigned i = 0; i < ROUTINES; i++) {
        if (syspte_text_same(routines[i].name, name)) {
            syspte_store_release_32(&hidden[i], syspte_the.generation);
            return true;
        }
    }
    syspte_misused(
        "syspte_routine_hide was called with a name that MmGetSystemRoutineAddress never "
        "finds: pass that of a function the library simulates, \"MmMapIoSpaceEx\"");
    return false;
}

static bool is_named(PCUNICODE_STRING wanted, const char *name)
{
    unsigned count = wanted->Length / sizeof(WCHAR);
    for (unsigned i = 0; i < count; i++) {
        if (name[i] == '\0' || wanted->Buffer[i] != (unsigned char)name[i]) {
            return false;
        }
    }
    return name[count] == '\0';
}

static PVOID find(PCUNICODE_STRING wanted)
{
    for (unsigned i = 0; i < ROUTINES; i++) {
        if (is_named(wanted, routines[i].name)) {
            bool is_there = routines[i].since <= syspte_the.config.profile->version &&
                            syspte_load_acquire_32(&hidden[i]) != syspte_the.generation;
            return is_there ? (PVOID)(ULONG_PTR)routines[i].function : NULL;
        }
    }
    return NULL;
}

PVOID MmGetSystemRoutineAddress(PUNICODE_STRING SystemRoutineName)
{
    if (!syspte_enter(SYSPTE_API_MM_GET_SYSTEM_ROUTINE_ADDRESS)) {
        return NULL;
    }
    return find(SystemRoutineName);
}
