// SPDX-License-Identifier: MIT
// The host lists the threads of all programs. Where its loader has threads of its own in every
// program, none is ever alone, and whoever waits is patient instead.
#include "../port_wait.h"

#include "windows_api.h"
#include <tlhelp32.h>

bool syspte_port_is_alone(void)
{
    THREADENTRY32 thread = {.dwSize = sizeof thread};
    HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    unsigned count = 0;
    if (list == INVALID_HANDLE_VALUE) {
        return false;
    }
    for (BOOL more = Thread32First(list, &thread); more; more = Thread32Next(list, &thread)) {
        count += thread.th32OwnerProcessID == GetCurrentProcessId();
    }
    (void)CloseHandle(list);
    return count == 1;
}

void syspte_port_nap(void)
{
    Sleep(1);
}
