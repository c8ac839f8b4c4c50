// SPDX-License-Identifier: MIT
// A sleep and the waking up, as the power manager leads them. Whoever owns the device's power
// policy asks for the device's own request when it sees that of the system; where nobody did, it is
// sent next, so that drivers which leave that to others sleep too. Source: irp-mn-query-power,
// irp-mn-set-power, handling-system-power-state-requests.
#include "sim/edge.h"
#include "sim/life.h"
#include "sim/request.h"

#include <syspte/fault.h>

typedef struct power_ask {
    UCHAR minor;
    POWER_STATE_TYPE type;
    POWER_STATE state;
    POWER_ACTION action;
    const char *name;
} power_ask;

static NTSTATUS send(syspte_life *life, const power_ask *ask)
{
    PIRP irp = syspte_request_make(&life->physical->object, 0, ask->name);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = IRP_MJ_POWER;
    next->MinorFunction = ask->minor;
    next->Parameters.Power.Type = ask->type;
    next->Parameters.Power.State = ask->state;
    next->Parameters.Power.ShutdownType = ask->action;
    return syspte_life_send(life, irp);
}

static NTSTATUS send_system(syspte_life *life, UCHAR minor, SYSTEM_POWER_STATE state,
                            POWER_ACTION action)
{
    const power_ask ask = {minor,
                           SystemPowerState,
                           {.SystemState = state},
                           action,
                           minor == IRP_MN_SET_POWER ? "IRP_MN_SET_POWER for the system"
                                                     : "IRP_MN_QUERY_POWER for the system"};
    return send(life, &ask);
}

// The device's own request, unless the bus driver has seen it.
static NTSTATUS send_device(syspte_life *life, DEVICE_POWER_STATE state, POWER_ACTION action)
{
    const power_ask ask = {IRP_MN_SET_POWER,
                           DevicePowerState,
                           {.DeviceState = state},
                           action,
                           "IRP_MN_SET_POWER for the device"};
    return life->physical->power == state ? STATUS_SUCCESS : send(life, &ask);
}

// The first sleep since START only shows what the driver holds after one. So does the one behind a
// sleep in which a call was made to fail: that one may have ended with less than is usual.
static bool is_judged(syspte_life *life)
{
    uint64_t failures = syspte_fault_fired();
    bool is_warm = life->sleeps++ != 0 && failures == life->failures;
    life->failures = failures;
    return is_warm;
}

int32_t syspte_life_power_down(syspte_life *life)
{
    if (!syspte_life_is(life, 1u << SYSPTE_LIFE_STARTED,
                        "syspte_life_power_down: the device is not started, or asleep")) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    syspte_life_stage(life, "power down");
    if (is_judged(life)) {
        life->asleep = syspte_edge_sleep();
    }
    const POWER_ACTION action = PowerActionSleep;
    NTSTATUS status = send_system(life, IRP_MN_QUERY_POWER, PowerSystemSleeping3, action);
    if (!NT_SUCCESS(status)) {
        (void)send_system(life, IRP_MN_SET_POWER, PowerSystemWorking, PowerActionNone);
        syspte_edge_wake(&life->asleep);
        syspte_life_stage(life, "after START");
        return status;
    }
    status = send_system(life, IRP_MN_SET_POWER, PowerSystemSleeping3, action);
    NTSTATUS of_device = send_device(life, PowerDeviceD3, action);
    life->state = SYSPTE_LIFE_ASLEEP;
    syspte_life_stage(life, "asleep");
    return NT_SUCCESS(status) ? of_device : status;
}

int32_t syspte_life_power_up(syspte_life *life)
{
    if (!syspte_life_is(life, 1u << SYSPTE_LIFE_ASLEEP,
                        "syspte_life_power_up: the device is not asleep")) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    syspte_life_stage(life, "power up");
    NTSTATUS status = send_system(life, IRP_MN_SET_POWER, PowerSystemWorking, PowerActionNone);
    NTSTATUS of_device = send_device(life, PowerDeviceD0, PowerActionNone);
    life->state = SYSPTE_LIFE_STARTED;
    syspte_edge_wake(&life->asleep);
    syspte_life_stage(life, "after START");
    return NT_SUCCESS(status) ? of_device : status;
}
