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

static DWORD WINAPI begin(void *argument)
{
    const syspte_port_start *start = argument;
    start->run(start->context);
    return 0;
}

bool syspte_port_thread_start(const syspte_port_start *start)
{
    HANDLE thread = CreateThread(NULL, 0, begin, (void *)(uintptr_t)start, 0, NULL);
    if (thread == NULL) {
        return false;
    }
    (void)CloseHandle(thread);
    return true;
}
