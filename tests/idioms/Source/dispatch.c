// SPDX-License-Identifier: MIT
// Mapping with a spin lock held, which is at DISPATCH_LEVEL: as high as a map may be made.
#include "idioms.h"

static NTSTATUS Peek(PHYSICAL_ADDRESS Address, PULONG Value)
{
    // FOUND misuse: MmMapIoSpace in Peek maps above DISPATCH_LEVEL
    PULONG mapped = MmMapIoSpace(Address, sizeof(ULONG), MmNonCached);
    if (mapped == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *Value = READ_REGISTER_ULONG(mapped);
    // FOUND misuse: MmUnmapIoSpace in Peek unmaps at too high an IRQL
    MmUnmapIoSpace(mapped, sizeof(ULONG));
    return STATUS_SUCCESS;
}

NTSTATUS DispatchPeek(PKSPIN_LOCK Lock, PHYSICAL_ADDRESS Address, PULONG Value)
{
    NTSTATUS status;
    KIRQL irql;
    KeAcquireSpinLock(Lock, &irql);
    status = Peek(Address, Value);
    KeReleaseSpinLock(Lock, irql);
    return status;
}

// The defect: the same at the level of a device.
NTSTATUS InterruptPeek(PHYSICAL_ADDRESS Address, PULONG Value)
{
    NTSTATUS status;
    KIRQL irql;
    KeRaiseIrql(DISPATCH_LEVEL + 3, &irql);
    status = Peek(Address, Value);
    KeLowerIrql(irql);
    return status;
}
