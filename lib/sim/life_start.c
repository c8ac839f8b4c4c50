// SPDX-License-Identifier: MIT
// Start and stop of a device. Each START has resource lists of its own: drivers change descriptors
// in place.
// Source: irp-mn-start-device, irp-mn-query-stop-device, irp-mn-stop-device.
#include "sim/edge.h"
#include "sim/life.h"

typedef union list_buffer {
    CM_RESOURCE_LIST list;
    uint8_t bytes[sizeof(CM_RESOURCE_LIST) +
                  SYSPTE_RESOURCES_MOST * sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR)];
} list_buffer;

static NTSTATUS send_start(syspte_life *life)
{
    static list_buffer raw;
    static list_buffer translated;
    PIRP irp = syspte_life_pnp_begin(life, IRP_MN_START_DEVICE, "IRP_MN_START_DEVICE");
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (life->hardware != NULL && life->hardware->resource_count != 0) {
        PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
        (void)syspte_hardware_list(life->hardware, false, &raw.list, sizeof raw);
        (void)syspte_hardware_list(life->hardware, true, &translated.list, sizeof translated);
        next->Parameters.StartDevice.AllocatedResources = &raw.list;
        next->Parameters.StartDevice.AllocatedResourcesTranslated = &translated.list;
    }
    return syspte_life_send(life, irp);
}

int32_t syspte_life_start(syspte_life *life)
{
    if (!syspte_life_is(life, 1u << SYSPTE_LIFE_ADDED | 1u << SYSPTE_LIFE_STOPPED,
                        "syspte_life_start: the device is not added, or not stopped")) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    if (life->started == 0) {
        life->started = syspte_edge_enter("IRP_MN_START_DEVICE");
    }
    life->sleeps = 0;
    NTSTATUS status = send_start(life);
    life->start_failed = !NT_SUCCESS(status);
    life->state = life->start_failed ? SYSPTE_LIFE_FAILED : SYSPTE_LIFE_STARTED;
    syspte_life_stage(life, life->start_failed ? "after START, which failed" : "after START");
    return status;
}

void syspte_life_keep_memory(syspte_life *life, bool keeps)
{
    if (syspte_life_is(life, 1u << SYSPTE_LIFE_LOADED,
                       "syspte_life_keep_memory: there is a device already, or no such life")) {
        life->keeps_memory = keeps;
    }
}

int32_t syspte_life_query_stop(syspte_life *life)
{
    if (!syspte_life_is(life, 1u << SYSPTE_LIFE_STARTED,
                        "syspte_life_query_stop: the device is not started")) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    NTSTATUS status =
        syspte_life_pnp_ask(life, IRP_MN_QUERY_STOP_DEVICE, "IRP_MN_QUERY_STOP_DEVICE",
                            IRP_MN_CANCEL_STOP_DEVICE, "IRP_MN_CANCEL_STOP_DEVICE");
    syspte_life_stage(life, "after START");
    return status;
}

int32_t syspte_life_stop(syspte_life *life)
{
    if (!syspte_life_is(life, 1u << SYSPTE_LIFE_STARTED,
                        "syspte_life_stop: the device is not started, or asleep")) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    NTSTATUS status = syspte_life_pnp_firmly(life, IRP_MN_STOP_DEVICE, "IRP_MN_STOP_DEVICE");
    if (life->keeps_memory) {
        syspte_edge_judge_hardware(life->started, "between START and STOP");
    } else {
        syspte_edge_leave(&life->started, "between START and STOP");
    }
    life->state = SYSPTE_LIFE_STOPPED;
    syspte_life_stage(life, "after STOP");
    return status;
}
