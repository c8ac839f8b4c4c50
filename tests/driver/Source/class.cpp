// SPDX-License-Identifier: MIT
// The same obstacles where C++ drivers meet them: methods of a routine's name, an allocating `new`,
// a missing comma, min and max, and the C functions of the global namespace.
extern "C" {
#include <NTDDK.H>
}
#include <string.h>
#include "include\Detail\..\shared.h"
#include "GUARDED.H"
#include "class.tmh"

#define Log(Format, ...) DbgPrint("cpp: " Format, __VA_ARGS__)

void *__cdecl operator new(size_t Bytes, POOL_TYPE Type)
{
    return ExAllocatePoolWithTag(Type, Bytes, 'ppcC');
}

void __cdecl operator delete(void *Block, size_t)
{
    ExFreePoolWithTag(Block, 'ppcC');
}

class Window {
  public:
    PVOID MmMapIoSpace(PHYSICAL_ADDRESS Address)
    {
        return address = ::MmMapIoSpaceEx(Address, bytes, PAGE_READWRITE | PAGE_NOCACHE);
    }
    void Unmap()
    {
        ::MmUnmapIoSpace(address, bytes);
    }

  private:
    PVOID address = nullptr;
    SIZE_T bytes = max((SIZE_T)0x1000, (SIZE_T)0x800);
};

extern "C" NTSTATUS CppMapsAndUnmaps(PHYSICAL_ADDRESS Address)
{
    Window *window = new (NonPagedPoolNx) Window;
    NTSTATUS status = STATUS_SUCCESS;
    Log("mapping in " __FUNCTION__ "\n");
    DoTraceMessage(ANY, "none");
    if (window->MmMapIoSpace(Address) == NULL) {
        status = STATUS_INSUFFICIENT_RESOURCES;
    } else {
        window->Unmap();
    }
    delete window;
    char text[4];
    memset(text, 0, sizeof text);
    return status;
}

extern "C" NTSTATUS CppReadAgain(PULONG User, PULONG Value)
{
    return Guarded::Read(User, Value);
}

extern "C" SIZE_T SharedBytesOfCpp()
{
    return sizeof(SHARED);
}
