// SPDX-License-Identifier: MIT
// The report: the findings since boot as text, `file:line:` first, byte for byte the same in every
// run of the same test.
#ifndef SYSPTE_REPORT_H
#define SYSPTE_REPORT_H

#include <syspte/writer.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Writes all findings in order of sequence and one summary line. It stays possible after
// syspte_shutdown until the next boot. NULL writes to stderr, or to where the option
// `report` says (syspte/options.h).
void syspte_report(const syspte_writer *writer);

// How many findings fail a test: all but notes and expected ones.
uint64_t syspte_report_failures(void);

#ifdef __cplusplus
}
#endif
#endif
