// SPDX-License-Identifier: MIT
// The DriverEntry of a test program whose driver is not linked with it: that of the .sys file
// SYS_FILE beside it, which is loaded at the first call, with an ntoskrnl.exe that is the simulated
// kernel.
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>

typedef LONG driver_entry(void *driver, void *registry_path);

driver_entry DriverEntry;

static driver_entry *entry_find(void)
{
    HMODULE module = LoadLibraryA(SYS_FILE);

    if (module == NULL) {
        printf("%s cannot be loaded: error %lu\n", SYS_FILE, GetLastError());
        exit(1);
    }
    const IMAGE_DOS_HEADER *dos = (const void *)module;
    const IMAGE_NT_HEADERS *headers = (const void *)((const char *)module + dos->e_lfanew);

    return (driver_entry *)(void *)((char *)module + headers->OptionalHeader.AddressOfEntryPoint);
}

LONG DriverEntry(void *driver, void *registry_path)
{
    static driver_entry *entry;

    if (entry == NULL) {
        entry = entry_find();
    }
    return entry(driver, registry_path);
}
