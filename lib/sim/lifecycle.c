// SPDX-License-Identifier: MIT
// A whole life, made of its steps.
// Source: irp-mn-start-device, handling-an-irp-mn-stop-device-request,
// handling-an-irp-mn-surprise-removal-request.
#include "sim/life.h"

#include <syspte/each_failure.h>
#include <syspte/fault.h>

enum { RESTARTS = 1, SLEEPS = 2 };

syspte_lifecycle syspte_lifecycle_of(syspte_driver_entry *entry, const syspte_hardware *hardware)
{
    return (syspte_lifecycle){.entry = entry,
                              .hardware = hardware,
                              .restarts = RESTARTS,
                              .sleeps = SLEEPS,
                              .removal = SYSPTE_REMOVAL_BOTH};
}

static NTSTATUS start(const syspte_lifecycle *l, syspte_life *life)
{
    NTSTATUS status = syspte_life_start(life);
    if (NT_SUCCESS(status) && l->running != NULL) {
        l->running(l->context, life);
    }
    return status;
}

// A rebalance. A driver that refuses it goes on.
static NTSTATUS restart(const syspte_lifecycle *l, syspte_life *life)
{
    if (!NT_SUCCESS(syspte_life_query_stop(life))) {
        return STATUS_SUCCESS;
    }
    (void)syspte_life_stop(life);
    return start(l, life);
}

static NTSTATUS nap(const syspte_lifecycle *l, syspte_life *life)
{
    (void)syspte_life_power_down(life);
    NTSTATUS status =
        life->state == SYSPTE_LIFE_ASLEEP ? syspte_life_power_up(life) : STATUS_SUCCESS;
    if (NT_SUCCESS(status) && l->running != NULL) {
        l->running(l->context, life);
    }
    return status;
}

// From START to the last sleep.
static NTSTATUS run(const syspte_lifecycle *l, syspte_life *life)
{
    NTSTATUS status = STATUS_SUCCESS;
    for (unsigned i = 0; NT_SUCCESS(status) && i < l->restarts; i++) {
        status = restart(l, life);
    }
    for (unsigned i = 0; NT_SUCCESS(status) && i < l->sleeps; i++) {
        status = nap(l, life);
    }
    return status;
}

// From AddDevice to REMOVE.
static NTSTATUS lead(const syspte_lifecycle *l, syspte_life *life, bool by_surprise)
{
    NTSTATUS status = syspte_life_add(life);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = start(l, life);
    if (NT_SUCCESS(status)) {
        status = run(l, life);
        // What fails from here on goes as a device does that is there no more.
        bool refused =
            !by_surprise && NT_SUCCESS(status) && !NT_SUCCESS(syspte_life_query_remove(life));
        if (by_surprise || refused || !NT_SUCCESS(status)) {
            (void)syspte_life_surprise_removal(life);
        }
    }
    (void)syspte_life_remove(life);
    return status;
}

int32_t syspte_lifecycle_run(const syspte_lifecycle *lifecycle)
{
    const syspte_removal removal = lifecycle->removal;
    syspte_life *life = NULL;
    NTSTATUS status = syspte_life_load(lifecycle->entry, lifecycle->hardware, &life);
    if (life == NULL) {
        return status;
    }
    syspte_life_keep_memory(life, lifecycle->keeps_memory);
    if (life->driver->DriverExtension->AddDevice == NULL) { // it made its devices itself
        if (lifecycle->running != NULL) {
            lifecycle->running(lifecycle->context, life);
        }
        syspte_life_unload(life);
        return STATUS_SUCCESS;
    }
    if (removal != SYSPTE_REMOVAL_ORDERLY) {
        status = lead(lifecycle, life, true);
    }
    if (removal != SYSPTE_REMOVAL_SURPRISE && NT_SUCCESS(status)) {
        status = lead(lifecycle, life, false);
    }
    syspte_life_unload(life);
    return status;
}

// A life may fail where a call of it was made to.
static int run_once(void *context)
{
    int32_t status = syspte_lifecycle_run(context);
    return NT_SUCCESS(status) || syspte_fault_fired() != 0 ? 0 : 1;
}

uint64_t syspte_lifecycle_each_failure(const char *name, const syspte_lifecycle *lifecycle,
                                       const syspte_config *config, const syspte_writer *writer)
{
    syspte_lifecycle copy = *lifecycle;
    return syspte_each_failure(name, config, run_once, &copy, writer);
}
