// SPDX-License-Identifier: MIT
// MmGetSystemRoutineAddress: what the library simulates (routines.h) and what is only there to
// be linked (not_simulated.h), each with the version of Windows that exports it first. A function
// that is hidden is marked with the generation of the machine it is hidden on. Source:
// nf-wdm-mmgetsystemroutineaddress.
#include "sim/call.h"

#include "core/text.h"
#include "sim/loud.h"
#include <syspte/routine.h>
#include <ntifs.h>

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

// What is not simulated comes behind what is.
#define GROUP(title, advice)
#define NTDDK(name, since)      +1
#define NTIFS(name, since)      +1
#define UNDECLARED(name, since) +1
#define INTRINSIC(name)
enum {
    SIMULATED = sizeof(routines) / sizeof(routines[0]),
    ROUTINES = SIMULATED
#include "sim/not_simulated.h"
};

static uint32_t hidden[ROUTINES]; // generation

static routine routine_at(unsigned index)
{
    if (index < SIMULATED) {
        return routines[index];
    }
    const syspte_loud *loud = &syspte_loud_routines[index - SIMULATED];
    return (routine){loud->name, loud->function, loud->since};
}

bool syspte_routine_hide(const char *name)
{
    if (syspte_load_acquire_32(&syspte_the.running) == 0) {
        syspte_misused("syspte_routine_hide was called without a machine: call syspte_boot first");
        return false;
    }
    for (unsigned i = 0; i < ROUTINES; i++) {
        if (syspte_text_same(routine_at(i).name, name)) {
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
        routine known = routine_at(i);
        if (is_named(wanted, known.name)) {
            bool is_there = known.since <= syspte_the.config.profile->version &&
                            syspte_load_acquire_32(&hidden[i]) != syspte_the.generation;
            return is_there ? (PVOID)(ULONG_PTR)known.function : NULL;
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
