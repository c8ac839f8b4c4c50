// SPDX-License-Identifier: MIT
// What drivers in C++ write. Only has to build.
#include <ntddk.h>

DEFINE_GUID(GUID_DRIVER_NAMES, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

#include <initguid.h>

DEFINE_GUID(GUID_DRIVER_NAMES, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

extern "C" void *memset(void *, int, size_t);

class device {
  public:
    PVOID map(PHYSICAL_ADDRESS address, SIZE_T bytes)
    {
        m_bytes = min(bytes, PAGE_SIZE);
        m_window[0] = address.LowPart;
        m_base = MmMapIoSpace(PHYSICAL_ADDRESS{{address.LowPart, address.HighPart}}, m_bytes,
                              MmNonCached);
        return m_base;
    }

    VOID unmap(VOID)
    {
        if (m_base != nullptr)
            MmUnmapIoSpace(m_base, m_bytes);
        m_base = NULL;
    }

  private:
    PVOID m_base = NULL;
    SIZE_T m_bytes = 0;
    ULONG m_window[max(2, 3)];
};

NTSTATUS driver_names(device &driven);

NTSTATUS driver_names(device &driven)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Names");
    PHYSICAL_ADDRESS address;
    LIST_ENTRY head;

    InitializeListHead(&head);
    address.QuadPart = 0xFEBC0000;
    if (driven.map(address, sizeof(ULONG)) == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    switch ((ULONG)STATUS_SUCCESS) {
    case (ULONG)STATUS_ACCESS_VIOLATION:
        return STATUS_UNSUCCESSFUL;
    default:
        driven.unmap();
    }
    return IsListEmpty(&head) && name.Length && IsEqualGUID(GUID_DRIVER_NAMES, GUID_DRIVER_NAMES)
               ? STATUS_SUCCESS
               : STATUS_UNSUCCESSFUL;
}
