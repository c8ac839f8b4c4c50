// SPDX-License-Identifier: MIT
// Obstacle: characters of 16 bits, and formatting by Windows' rules; none of it is the host's.
#include <Ntddk.h>
#include <NtStrSafe.h>
#include <stdio.h>
#include "shared.h"

ULONG WideText(PWCHAR Buffer, SIZE_T Bytes)
{
    WCHAR device[32];
    UNICODE_STRING name;
    C_ASSERT(sizeof(L'x') == 2);
    wcscpy(device, L"\\Device\\");
    wcscat(device, L"Pci0");
    RtlInitUnicodeString(&name, device);
    if (wcslen(device) != 12 || wcsncmp(device, L"\\Dev", 4) != 0 ||
        _wcsicmp(device, L"\\DEVICE\\pci0") != 0 || wcsrchr(device, L'\\') != device + 7 ||
        wcsstr(device, L"Pci") != device + 8 || wcschr(device, L'?') != NULL) {
        return 0;
    }
    if (!NT_SUCCESS(
            RtlStringCbPrintfW(Buffer, Bytes, L"%wZ:%s:%S:%08lx", &name, L"\x20AC", "x", 0x1234))) {
        return 0;
    }
    return (ULONG)wcslen(Buffer);
}

NTSTATUS NarrowText(PCHAR Buffer, SIZE_T Bytes, PCUNICODE_STRING Name)
{
    char room[4];
    NTSTATUS status;
    if (_snprintf(room, sizeof room, "%d", 1234) != 4 || memcmp(room, "1234", 4) != 0 ||
        _snprintf(room, sizeof room, "%d", 12345) != -1) {
        return STATUS_UNSUCCESSFUL;
    }
    status = RtlStringCbCopyA(room, sizeof room, "12345");
    if (status != STATUS_BUFFER_OVERFLOW || strcmp(room, "123") != 0) {
        return STATUS_UNSUCCESSFUL;
    }
    return RtlStringCbPrintfA(Buffer, Bytes, "%wZ %I64x %ws", Name, 0x123456789ULL, L"ws");
}
