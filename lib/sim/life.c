// SPDX-License-Identifier: MIT
// Begin and end of a life: load, add, remove, unload. There is one life at a time, because its
// scopes have no owner and so nest. Source: irp-mn-query-remove-device, irp-mn-surprise-removal,
// irp-mn-remove-device, nc-wdm-driver_unload.
#include "sim/life.h"

#include "sim/edge.h"
#include "sim/irql.h"
#include "sim/request.h"
#include <syspte/pending.h>

static syspte_life the_life;

// ---- Words

bool syspte_life_is(const syspte_life *life, unsigned states, const char *words)
{
    bool is = syspte_the.booted && life == &the_life && life->generation == syspte_the.generation &&
              (states >> life->state & 1) != 0;
    if (!is) {
        syspte_misused(words);
    }
    return is;
}

void syspte_life_stage(const syspte_life *life, const char *name)
{
    syspte_scope innermost = life->started != 0 ? life->started : life->added;
    syspte_edge_name(innermost != 0 ? innermost : life->loaded, name);
}

// ---- Load and unload

int32_t syspte_life_load(syspte_driver_entry *entry, const syspte_hardware *hardware,
                         syspte_life **life)
{
    *life = NULL;
    if (!syspte_the.booted) {
        syspte_misused("a life needs a machine: call syspte_boot first");
        return STATUS_UNSUCCESSFUL;
    }
    if (the_life.state != SYSPTE_LIFE_NONE && the_life.generation == syspte_the.generation) {
        syspte_misused("another life is under way: call syspte_life_unload first");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    the_life = (syspte_life){.generation = syspte_the.generation, .hardware = hardware};
    the_life.loaded = syspte_edge_enter("DriverEntry");
    the_life.requests = syspte_scope_enter_owned("requests under way", &the_life);
    NTSTATUS status = syspte_driver_load(entry, &the_life.driver);
    (void)syspte_run_pending();
    if (!NT_SUCCESS(status)) {
        syspte_edge_leave(&the_life.loaded, "DriverEntry, which failed");
        (void)syspte_scope_leave(the_life.requests);
        return status;
    }
    the_life.state = SYSPTE_LIFE_LOADED;
    *life = &the_life;
    syspte_life_stage(&the_life, "after load");
    return status;
}

void syspte_life_unload(syspte_life *life)
{
    if (!syspte_life_is(life, ~1u, "syspte_life_unload: no such life is under way")) {
        return;
    }
    if (life->state == SYSPTE_LIFE_STARTED || life->state == SYSPTE_LIFE_ASLEEP) {
        (void)syspte_life_surprise_removal(life);
    }
    if (life->state != SYSPTE_LIFE_LOADED) {
        (void)syspte_life_remove(life);
    }
    syspte_life_stage(life, "DriverUnload");
    (void)syspte_run_pending();
    syspte_driver_unload(life->driver);
    syspte_requests_judge();
    syspte_life_requests_drop(life);
    syspte_edge_leave(&life->loaded, "between load and unload");
    life->state = SYSPTE_LIFE_NONE;
}

// ---- Add and remove

// The device is no more.
static void forget_device(syspte_life *life)
{
    syspte_bus_release(life->physical);
    life->physical = NULL;
    life->state = SYSPTE_LIFE_LOADED;
    life->start_failed = false;
    syspte_life_stage(life, "after REMOVE");
}

static NTSTATUS add(syspte_life *life)
{
    PDRIVER_ADD_DEVICE routine = life->driver->DriverExtension->AddDevice;
    if (routine == NULL) {
        return STATUS_NOT_SUPPORTED;
    }
    if (life->hardware != NULL && !syspte_hardware_give(&life->physical->object, life->hardware)) {
        return STATUS_INVALID_PARAMETER;
    }
    KIRQL before = KeGetCurrentIrql();
    NTSTATUS status = routine(life->driver, &life->physical->object);
    syspte_irql_return(before, "AddDevice");
    (void)syspte_run_pending();
    return status;
}

int32_t syspte_life_add(syspte_life *life)
{
    if (!syspte_life_is(life, 1u << SYSPTE_LIFE_LOADED,
                        "syspte_life_add: there is a device already, or no such life")) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    life->physical = syspte_bus_make();
    if (life->physical == NULL) {
        syspte_misused("16 physical devices were made already: boot a new machine");
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    life->added = syspte_edge_enter("AddDevice");
    NTSTATUS status = add(life);
    if (!NT_SUCCESS(status)) {
        syspte_edge_leave(&life->added, "AddDevice, which failed");
        forget_device(life);
        return status;
    }
    life->state = SYSPTE_LIFE_ADDED;
    syspte_life_stage(life, "after AddDevice");
    return status;
}

static const char *start_to_remove(const syspte_life *life)
{
    return life->start_failed ? "between START, which failed, and REMOVE"
                              : "between START and REMOVE";
}

int32_t syspte_life_remove(syspte_life *life)
{
    if (!syspte_life_is(life, ~3u, "syspte_life_remove: there is no device")) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    syspte_edge_wake(&life->asleep);
    NTSTATUS status = syspte_life_pnp_firmly(life, IRP_MN_REMOVE_DEVICE, "IRP_MN_REMOVE_DEVICE");
    syspte_requests_judge();
    if (life->physical->references != 0) {
        syspte_life_tell(SYSPTE_RULE_INTERFACE_REFERENCE, "references are left after REMOVE");
    }
    syspte_edge_leave(&life->started, start_to_remove(life));
    syspte_edge_leave(&life->added, "between AddDevice and REMOVE");
    forget_device(life);
    return status;
}

int32_t syspte_life_query_remove(syspte_life *life)
{
    if (!syspte_life_is(life, ~3u, "syspte_life_query_remove: there is no device")) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    return syspte_life_pnp_ask(life, IRP_MN_QUERY_REMOVE_DEVICE, "IRP_MN_QUERY_REMOVE_DEVICE",
                               IRP_MN_CANCEL_REMOVE_DEVICE, "IRP_MN_CANCEL_REMOVE_DEVICE");
}

int32_t syspte_life_surprise_removal(syspte_life *life)
{
    if (!syspte_life_is(life, ~3u, "syspte_life_surprise_removal: there is no device")) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    syspte_edge_wake(&life->asleep);
    NTSTATUS status =
        syspte_life_pnp_firmly(life, IRP_MN_SURPRISE_REMOVAL, "IRP_MN_SURPRISE_REMOVAL");
    life->state = SYSPTE_LIFE_GONE;
    return status;
}

// ---- Inspect

struct _DRIVER_OBJECT *syspte_life_driver(const syspte_life *life)
{
    return life->driver;
}

struct _DEVICE_OBJECT *syspte_life_physical(const syspte_life *life)
{
    return life->physical == NULL ? NULL : &life->physical->object;
}
