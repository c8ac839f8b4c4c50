// SPDX-License-Identifier: MIT
// Options as the library uses them.
#ifndef SYSPTE_SIM_OPTIONS_H
#define SYSPTE_SIM_OPTIONS_H

#include <syspte/options.h>

// Changes the defaults that the options name.
void syspte_options_apply(syspte_config *config);

// What is wrong with the environment's options: NULL if nothing is. Reads them at its first call,
// and prints the help if that is asked for.
const char *syspte_options_wrong(void);

// Where reports go that name no writer.
const syspte_writer *syspte_options_writer(void);

#endif
