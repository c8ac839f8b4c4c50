// SPDX-License-Identifier: MIT
// host.exe NAME FILE.sys: loads an example's driver as a service, asks of it what an application
// would, and unloads it. For tests/checks/sys.sh, in Wine. The last line is "N passed, N failed".
#include <windows.h>
#include <winioctl.h>

#include <stdio.h>
#include <string.h>

#include "../../examples/firmware_table/firmware.h"
#include "../../examples/firmware_table/firmware_table.h"
#include "../../examples/mdl_ioctl/mdl_ioctl.h"

static int passed, failed;

static void expect(int holds, const char *what)
{
    if (holds) {
        passed++;
    } else {
        failed++;
        printf("FAILED: %s (error %lu)\n", what, GetLastError());
    }
}

static HANDLE device_open(const char *name)
{
    HANDLE device =
        CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    expect(device != INVALID_HANDLE_VALUE, "the device opens");
    return device;
}

// ---- What is asked of each driver

static BOOL table_get(HANDLE device, const char *signature, UCHAR *out, DWORD bytes,
                      DWORD *returned)
{
    char in[4];

    memcpy(in, signature, 4);
    return DeviceIoControl(device, IOCTL_FIRMWARE_GET_TABLE, in, 4, out, bytes, returned, NULL);
}

static void firmware_table_ask(void)
{
    UCHAR table[256];
    DWORD returned;
    HANDLE device = device_open("\\\\.\\FirmwareTable");

    expect(table_get(device, "MCFG", table, sizeof table, &returned) && returned == MCFG_BYTES &&
               memcmp(table, "MCFG", 4) == 0 && memcmp(table + 10, "SYSPTE", 6) == 0,
           "the table comes back");
    expect(!table_get(device, "SSDT", table, sizeof table, &returned) &&
               GetLastError() == ERROR_NOT_FOUND,
           "a table that is not there is not found");
    expect(!table_get(device, "FACP", table, FACP_BYTES - 1, &returned) &&
               GetLastError() == ERROR_INSUFFICIENT_BUFFER,
           "a buffer that is too small is refused");
    CloseHandle(device);
}

static BOOL control(HANDLE device, DWORD code, void *in, DWORD bytes)
{
    DWORD returned;

    return DeviceIoControl(device, code, in, bytes, NULL, 0, &returned, NULL);
}

static void mdl_ioctl_ask(void)
{
    DWORD buffer[16] = {0}, bad[16] = {0xDEADDEAD}, word = 7;
    HANDLE device = device_open("\\\\.\\MdlIoctl");

    expect(!control(device, IOCTL_BUFFER_PUT, &word, sizeof word), "no buffer, no word");
    expect(!control(device, IOCTL_BUFFER_LEND, bad, sizeof bad) &&
               GetLastError() == ERROR_INVALID_USER_BUFFER,
           "what MmProbeAndLockPages raises is handled");
    expect(control(device, IOCTL_BUFFER_LEND, buffer, sizeof buffer), "a buffer is lent");
    expect(control(device, IOCTL_BUFFER_PUT, &word, sizeof word), "a word goes there");
    expect(!control(device, IOCTL_BUFFER_LEND, buffer, sizeof buffer) &&
               GetLastError() == ERROR_BUSY,
           "one buffer is enough");
    expect(control(device, IOCTL_BUFFER_TAKE_BACK, NULL, 0), "it is taken back");
    expect(control(device, IOCTL_BUFFER_LEND, buffer, sizeof buffer), "it is lent again");
    CloseHandle(device); // and not taken back
}

// ---- Load and unload

static SC_HANDLE service_create(SC_HANDLE manager, const char *name, const char *file)
{
    char path[MAX_PATH];

    GetFullPathNameA(file, sizeof path, path, NULL);
    return CreateServiceA(manager, name, name, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER,
                          SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, path, NULL, NULL, NULL, NULL,
                          NULL);
}

int main(int argc, char **argv)
{
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SERVICE_STATUS status;

    if (argc != 3) {
        return 2;
    }
    SC_HANDLE service = service_create(manager, argv[1], argv[2]);
    expect(service != NULL && StartServiceA(service, 0, NULL), "DriverEntry succeeds");
    if (strcmp(argv[1], "firmware_table") == 0) {
        firmware_table_ask();
    } else if (strcmp(argv[1], "mdl_ioctl") == 0) {
        mdl_ioctl_ask();
    }
    expect(ControlService(service, SERVICE_CONTROL_STOP, &status), "it is unloaded");
    expect(DeleteService(service), "the service is deleted");
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
