// SPDX-License-Identifier: MIT
// Output goes straight to what is behind the C library's descriptors: what is written just before
// the process ends is not lost in a buffer, lines end as they do on other hosts, and nothing is
// allocated. Names of functions are not in an image here, so an address is told by its module.
#include "../port.h"

#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "windows_api.h"

void syspte_port_write(int stream, const char *text, size_t bytes)
{
    HANDLE file = (HANDLE)_get_osfhandle(stream);
    while (bytes > 0 && file != INVALID_HANDLE_VALUE) {
        DWORD step = bytes < (1u << 20) ? (DWORD)bytes : 1u << 20;
        DWORD done = 0;
        if (!WriteFile(file, text, step, &done, NULL) || done == 0) {
            return;
        }
        text += done;
        bytes -= done;
    }
}

void syspte_port_symbol(uintptr_t code_address, char *out, size_t bytes)
{
    char path[MAX_PATH];
    HMODULE module;
    if (!GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS |
                                GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                            (const char *)code_address, &module) ||
        GetModuleFileNameA(module, path, sizeof path) == 0) {
        (void)snprintf(out, bytes, "?");
        return;
    }
    path[sizeof path - 1] = '\0';
    const char *slash = strrchr(path, '\\');
    (void)snprintf(out, bytes, "%s+0x%llx", slash != NULL ? slash + 1 : path,
                   (unsigned long long)(code_address - (uintptr_t)module));
}

void syspte_port_panic(const char *text)
{
    size_t length = strlen(text);
    syspte_port_write(2, text, length);
    if (length == 0 || text[length - 1] != '\n') {
        syspte_port_write(2, "\n", 1);
    }
    abort();
}
