// SPDX-License-Identifier: MIT
// What other frameworks' adapters share, as docs/frameworks.md shows it.
#define _POSIX_C_SOURCE 200809L
#include <syspte/syspte.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>

bool on_a_machine(const char *name, void (*test)(void));

static sigjmp_buf stop_point;
static atomic_bool failed;

static void stopped(void *context, const syspte_bugcheck *bugcheck, bool expected)
{
    (void)context, (void)bugcheck;
    if (!expected)
        failed = true;
    siglongjmp(stop_point, 1);
}

static void misused(void *context, const char *message)
{
    (void)context;
    fprintf(stderr, "syspte: %s\n", message);
    failed = true;
}

// True if `test` left nothing behind and broke no rule; otherwise the report is on stderr.
bool on_a_machine(const char *name, void (*test)(void))
{
    static const syspte_framework framework = {stopped, misused, NULL};

    failed = false;
    syspte_framework_set(&framework);
    if (!syspte_boot(NULL))
        return false;
    if (sigsetjmp(stop_point, 1) == 0) {
        syspte_scope scope = syspte_scope_enter(name);
        test();
        syspte_scope_leave(scope);
    }
    syspte_shutdown();
    syspte_framework_set(NULL);
    if (syspte_report_failures() > 0)
        failed = true;
    if (failed)
        syspte_report(NULL);
    return !failed;
}
