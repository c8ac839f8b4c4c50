// SPDX-License-Identifier: MIT
// How a test framework takes part: where a bug check jumps to and how a test is failed. CMocka's
// adapter is <syspte/cmocka.h>; an adapter for another framework implements these two functions.
#ifndef SYSPTE_FRAMEWORK_H
#define SYSPTE_FRAMEWORK_H

#include <syspte/bugcheck.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct syspte_framework {
    // The machine stopped. Called on the thread that called syspte_framework_set, holding no lock,
    // possibly from a signal handler. Must not return: it jumps to the adapter.
    void (*stopped)(void *context, const syspte_bugcheck *bugcheck, bool expected);
    // This library's own interface was misused; `message` says what to do instead. Called on any
    // thread, holding no lock; may return.
    void (*misused)(void *context, const char *message);
    void *context;
} syspte_framework;

// Sets the framework for the calling thread's test; NULL removes it. Without one, a bug check
// writes the report and aborts, and a misuse message goes to stderr and aborts. Setting it again
// puts the machine's fault handler back on top of one that was installed since the boot.
void syspte_framework_set(const syspte_framework *framework);

#ifdef __cplusplus
}
#endif
#endif
