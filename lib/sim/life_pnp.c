// SPDX-License-Identifier: MIT
// PnP requests of a life: what a driver may refuse is followed by its cancellation, and what it
// must not fail is a finding. Source: irp-mn-stop-device, irp-mn-remove-device,
// irp-mn-cancel-stop-device, irp-mn-cancel-remove-device.
#include "sim/edge.h"
#include "sim/life.h"
#include "sim/request.h"

#include <syspte/pending.h>

void syspte_life_tell(syspte_rule_id rule, const char *text)
{
    syspte_event event = {.rule = rule, .text = text};
    syspte_world_take();
    (void)syspte_violate(&event, 0, 0, 0);
    syspte_world_give();
}

PIRP syspte_life_pnp_begin(const syspte_life *life, UCHAR minor, const char *name)
{
    PIRP irp = syspte_request_make(&life->physical->object, 0, name);
    if (irp != NULL) {
        IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_PNP;
        IoGetNextIrpStackLocation(irp)->MinorFunction = minor;
    }
    return irp;
}

NTSTATUS syspte_life_send(syspte_life *life, PIRP irp)
{
    NTSTATUS status = syspte_request_send(&life->physical->object, irp);
    life->hangs = !syspte_request_is_complete(irp);
    if (!life->hangs) {
        syspte_request_drop(irp);
    }
    (void)syspte_run_pending();
    return life->hangs ? STATUS_IO_TIMEOUT : status;
}

NTSTATUS syspte_life_pnp(syspte_life *life, UCHAR minor, const char *name)
{
    PIRP irp = syspte_life_pnp_begin(life, minor, name);
    return irp == NULL ? STATUS_INSUFFICIENT_RESOURCES : syspte_life_send(life, irp);
}

NTSTATUS syspte_life_pnp_firmly(syspte_life *life, UCHAR minor, const char *name)
{
    syspte_life_stage(life, name);
    NTSTATUS status = syspte_life_pnp(life, minor, name);
    if (!NT_SUCCESS(status) && !life->hangs) {
        syspte_life_tell(SYSPTE_RULE_IRP_MUST_SUCCEED, name);
    }
    return status;
}

NTSTATUS syspte_life_pnp_ask(syspte_life *life, UCHAR minor, const char *name, UCHAR cancel,
                             const char *cancel_name)
{
    syspte_life_stage(life, name);
    NTSTATUS status = syspte_life_pnp(life, minor, name);
    if (!NT_SUCCESS(status)) {
        (void)syspte_life_pnp_firmly(life, cancel, cancel_name);
    }
    return status;
}
