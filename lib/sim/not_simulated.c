// SPDX-License-Identifier: MIT
// What a call of a function that is not simulated leads to: a finding at the call's place with the
// function's name, and the end of the test. Where the call has a site, its macro notes it on the
// way (syspte_wdk/sites_not_simulated.h), with the name: a test may have its own function of it.
#include "sim/call.h"
#include "sim/loud.h"

static _Thread_local struct {
    const char *name; // of the function; NULL: none is noted
    const char *file;
    const char *function;
    unsigned line;
} noted;

void syspte_call_site(const char *name, const char *file, unsigned line, const char *function)
{
    noted.name = name;
    noted.file = file;
    noted.function = function;
    noted.line = line;
}

_Noreturn void syspte_loud_call(const char *name, uintptr_t return_address)
{
    syspte_call call;
    syspte_bugcheck none = {0};
    syspte_caller caller = {.return_address = return_address};
    if (noted.name != NULL && syspte_text_same(noted.name, name)) {
        caller.file = noted.file;
        caller.function = noted.function;
        caller.line = noted.line;
    }
    noted.name = NULL;
    if (syspte_call_begin(&call, SYSPTE_API_CALL, &caller)) {
        syspte_event event = {.rule = SYSPTE_RULE_NOT_SIMULATED, .text = name};
        (void)syspte_call_violate(&call, &event, 0, 0, 0);
        syspte_call_end(&call);
        syspte_stop_now(&none, false);
    }
    syspte_port_panic(name); // there is no machine, which has been said: nothing can follow
}
