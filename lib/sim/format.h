// SPDX-License-Identifier: MIT
// printf-like formatting by the rules of Windows. Needs nothing of the C library.
#ifndef SYSPTE_SIM_FORMAT_H
#define SYSPTE_SIM_FORMAT_H

#include "sim/utf8.h"
#include <stdarg.h>

void syspte_format_write(syspte_utf8 *out, const char *format, va_list arguments);

#endif
