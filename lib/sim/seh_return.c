// SPDX-License-Identifier: MIT
// Functions that return out of a body of __try. Driver source with exceptions is compiled with
// -finstrument-functions, which calls the function below when one of its functions returns: what
// such a function left open is closed. Where that had a final block, which only the compiler could
// run now, the test is told. Which it had, the marks of the program tell: they stand in the order
// of the code, and nest as bodies do.
#include "sim/raise.h"

#include "sim/call.h"

typedef enum mark_kind { BODY, HANDLER, FINAL_BLOCK } mark_kind;

typedef struct mark {
    int32_t place; // of the code, from here
    int32_t kind;
} mark;

// Of the linker's making, where anything is in that section.
#ifdef __ELF__
extern const mark __start_syspte_seh[] __attribute__((weak, visibility("hidden")));
extern const mark __stop_syspte_seh[] __attribute__((weak, visibility("hidden")));
#else // no program has marks
static const mark __start_syspte_seh[1];
#define __stop_syspte_seh __start_syspte_seh
#endif

static uintptr_t address_of(const mark *m)
{
    return (uintptr_t)m + (uintptr_t)(intptr_t)m->place;
}

// The mark of the body that called from that address; NULL if there is none.
static const mark *body_of(uintptr_t return_address)
{
    const mark *found = NULL;
    for (const mark *m = __start_syspte_seh; m != __stop_syspte_seh; m++) {
        if (m->kind == BODY && address_of(m) <= return_address &&
            (found == NULL || address_of(m) > address_of(found))) {
            found = m;
        }
    }
    return found;
}

static bool has_final_block(uintptr_t return_address)
{
    const mark *m = body_of(return_address);
    unsigned inside = 0;
    while (m != NULL && ++m != __stop_syspte_seh) {
        if (m->kind == BODY) {
            inside++;
        } else if (inside-- == 0) {
            return m->kind == FINAL_BLOCK;
        }
    }
    return false;
}

static void say(syspte_caller *body)
{
    syspte_call call;
    syspte_event event = {.rule = SYSPTE_RULE_TRY_LEFT};
    body->frame = 0; // it has ended
    if (syspte_load_acquire_32(&syspte_the.running) != 0 &&
        syspte_call_begin(&call, SYSPTE_API_TRY, body)) {
        (void)syspte_call_violate(&call, &event, 0, 0, 0);
        syspte_call_end(&call);
    }
}

// The compiler's names.
void __cyg_profile_func_enter(void *function, void *site);
void __cyg_profile_func_exit(void *function, void *site);

__attribute__((no_instrument_function)) void __cyg_profile_func_enter(void *function, void *site)
{
    (void)function;
    (void)site;
}

__attribute__((no_instrument_function)) void __cyg_profile_func_exit(void *function, void *site)
{
    syspte_caller body;
    uintptr_t returning = *(const uintptr_t *)SYSPTE_FRAME_ADDRESS(); // whoever called this
    (void)function;
    (void)site;
    while (syspte_seh_left(returning, &body)) {
        if (has_final_block(body.return_address)) {
            say(&body);
        }
    }
}
