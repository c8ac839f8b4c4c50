// SPDX-License-Identifier: MIT
// The host's own headers. They and the stand-in WDK headers have names in common, so that no source
// sees both: this port is compiled without those.
#ifndef SYSPTE_WINDOWS_API_H
#define SYSPTE_WINDOWS_API_H

#undef _WIN32_WINNT
#define _WIN32_WINNT 0x0601
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#endif
