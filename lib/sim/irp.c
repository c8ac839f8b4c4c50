// SPDX-License-Identifier: MIT
// Requests. One that a driver allocates is a block of nonpaged pool with the tag 'Irp ', and so is
// found when it is never freed. Completing one calls the completion routines up its stack, each of
// which may take it over; when none did, the MDLs that hang on it are given back as the I/O manager
// does. The request itself is left to whoever allocated it. No lock is held here: a request is
// driver memory.
// Source: nf-wdm-ioallocateirp, nf-wdm-iofreeirp, nf-wdm-iocompleterequest,
// nc-wdm-io_completion_routine; bug check 0x44.
#include "sim/irp.h"
#include "sim/mdl.h"
#include "sim/nt_pool.h"

#include <string.h>

enum { IRP_TAG = 0x20707249 }; // 'Irp '

// ---- Begin and end

VOID IoInitializeIrp(PIRP Irp, USHORT PacketSize, CCHAR StackSize)
{
    memset(Irp, 0, PacketSize);
    Irp->Type = IO_TYPE_IRP;
    Irp->Size = PacketSize;
    Irp->StackCount = StackSize;
    Irp->CurrentLocation = (CHAR)(StackSize + 1);
    Irp->Tail.Overlay.CurrentStackLocation = (PIO_STACK_LOCATION)(Irp + 1) + StackSize;
    InitializeListHead(&Irp->ThreadListEntry);
}

VOID IoReuseIrp(PIRP Irp, NTSTATUS Iostatus)
{
    UCHAR flags = Irp->AllocationFlags;
    IoInitializeIrp(Irp, Irp->Size, Irp->StackCount);
    Irp->AllocationFlags = flags;
    Irp->IoStatus.Status = Iostatus;
}

// A stack that is longer than a request can count has no documented meaning: it fails.
SYSPTE_ENTRY(PIRP, IoAllocateIrp, (CCHAR StackSize, BOOLEAN ChargeQuota), (StackSize, ChargeQuota))
{
    if (StackSize < 0 || StackSize > MAXCHAR - 2) {
        return NULL;
    }
    syspte_nt_request request = {
        .window = SYSPTE_WINDOW_NONPAGED, .bytes = IoSizeOfIrp(StackSize), .tag = IRP_TAG};
    PIRP irp = syspte_nt_allocate(SYSPTE_API_IO_ALLOCATE_IRP, caller, &request);
    if (irp != NULL) {
        IoInitializeIrp(irp, IoSizeOfIrp(StackSize), StackSize);
        irp->AllocationFlags = ChargeQuota ? IRP_QUOTA_CHARGED : 0;
    }
    return irp;
}

// No request begins at the address, and none did.
static void say_no_request(const syspte_caller *caller, PIRP irp)
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_IO_FREE_IRP, caller)) {
        return;
    }
    uint64_t va = syspte_locate(irp).system_va;
    syspte_event event = {.rule = SYSPTE_RULE_FREE_NO_BLOCK, .system_va = va};
    (void)syspte_call_violate(&call, &event, va, 0, 0);
    syspte_call_end(&call);
}

SYSPTE_ENTRY_VOID(IoFreeIrp, (PIRP Irp), (Irp))
{
    if (!syspte_nt_free(SYSPTE_API_IO_FREE_IRP, caller, Irp)) {
        say_no_request(caller, Irp);
    }
}

// ---- Complete

static void stop_twice(const syspte_caller *caller, PIRP irp)
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_IO_COMPLETE_REQUEST, caller)) {
        return;
    }
    uint64_t va = syspte_locate(irp).system_va;
    syspte_bugcheck bugcheck = {.code = SYSPTE_MULTIPLE_IRP_COMPLETE_REQUESTS, .parameter = {va}};
    syspte_event event = {
        .rule = SYSPTE_RULE_IRP_COMPLETED_TWICE,
        .system_va = va,
        .text = irp->Type == IO_TYPE_IRP ? NULL : "it was freed, or never was a request"};
    syspte_call_crash(&call, &event, &bugcheck);
}

static bool wants(const IRP *irp, const IO_STACK_LOCATION *at)
{
    unsigned when = NT_SUCCESS(irp->IoStatus.Status) ? SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR;
    when |= irp->Cancel ? SL_INVOKE_ON_CANCEL : 0u;
    return at->CompletionRoutine != NULL && (at->Control & when) != 0;
}

// Leaves the current stack location for the one above, and calls the routine that the driver there
// set for this. False: the driver has taken the request over, and it may be gone.
static bool leave_location(PIRP irp)
{
    PIO_STACK_LOCATION left = IoGetCurrentIrpStackLocation(irp);
    irp->PendingReturned = (left->Control & SL_PENDING_RETURNED) != 0;
    IoSkipCurrentIrpStackLocation(irp);

    bool is_top = irp->CurrentLocation > irp->StackCount;
    if (wants(irp, left)) {
        PDEVICE_OBJECT device = is_top ? NULL : IoGetCurrentIrpStackLocation(irp)->DeviceObject;
        return left->CompletionRoutine(device, irp, left->Context) !=
               STATUS_MORE_PROCESSING_REQUIRED;
    }
    if (irp->PendingReturned && !is_top) {
        IoMarkIrpPending(irp);
    }
    return true;
}

// A request that every location has completed stands one behind the top: who completes it again is
// found by that.
SYSPTE_ENTRY_VOID(IofCompleteRequest, (PIRP Irp, CCHAR PriorityBoost), (Irp, PriorityBoost))
{
    (void)PriorityBoost;
    if (!syspte_enter(SYSPTE_API_IO_COMPLETE_REQUEST)) {
        return;
    }
    if (Irp->Type != IO_TYPE_IRP || Irp->CurrentLocation > Irp->StackCount + 1) {
        stop_twice(caller, Irp);
        return;
    }
    while (Irp->CurrentLocation <= Irp->StackCount) {
        if (!leave_location(Irp)) {
            return;
        }
    }
    PMDL chain = Irp->MdlAddress;
    Irp->MdlAddress = NULL;
    Irp->CurrentLocation = (CHAR)(Irp->StackCount + 2);
    if (chain != NULL) {
        syspte_mdl_chain_release(SYSPTE_API_IO_COMPLETE_REQUEST, caller, chain);
    }
    if ((Irp->AllocationFlags & SYSPTE_IRP_IS_OURS) != 0) {
        syspte_irp_finish(caller, Irp);
    }
}
