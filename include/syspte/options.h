// SPDX-License-Identifier: MIT
// Options from outside: the environment variable SYSPTE_OPTIONS changes what a test program does
// without building it again.
//
//     SYSPTE_OPTIONS="stacks=16:strictness=verifier:report=leaks.txt" ./test_hw
//
// An option is name=value, and a colon stands between two. They change the *defaults*, those of
// syspte_config_default(): what a test sets itself stays as it says. `help=1` lists them all.
#ifndef SYSPTE_OPTIONS_H
#define SYSPTE_OPTIONS_H

#include <syspte/machine.h>
#include <syspte/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- Use

// Reads options from a text, as from the environment, which is read before the first boot and by
// syspte_config_default(). NULL forgets them. Options that stand in both hold as read here.
//
// Fails: false, with a message that names the option, and nothing changed: a name or a value that
//        is none, or a file that cannot be opened.
bool syspte_options_set(const char *options);

// ---- Inspect

// Writes a line for each option: its name, what it means, and its value now. NULL writes to stderr.
void syspte_options_help(const syspte_writer *writer);

// True if suppressions that covered nothing shall fail a run of tests (unused_suppressions=fail).
bool syspte_options_unused_fails(void);

#ifdef __cplusplus
}
#endif
#endif
