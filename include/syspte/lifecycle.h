// SPDX-License-Identifier: MIT
// The life of a driver with one device, as the I/O, PnP and power managers lead it: load, add,
// start, stop, sleep, remove, unload. Each stretch of it is a scope, so that a report says between
// which two requests something leaked. Requests are sent at PASSIVE_LEVEL to the top of the
// device's stack; what the driver queues meanwhile has run when a step returns. A status is an
// NTSTATUS.
#ifndef SYSPTE_LIFECYCLE_H
#define SYSPTE_LIFECYCLE_H

#include <syspte/driver.h>
#include <syspte/hardware.h>
#include <syspte/machine.h>
#include <syspte/writer.h>

#ifdef __cplusplus
extern "C" {
#endif

// A driver under way, with its device.
typedef struct syspte_life syspte_life;

typedef syspte_ntstatus syspte_driver_entry(struct _DRIVER_OBJECT *driver,
                                            struct _UNICODE_STRING *registry_path);

// How a device goes.
typedef enum syspte_removal {
    SYSPTE_REMOVAL_BOTH,     // first by surprise; then it comes back, and goes as asked for
    SYSPTE_REMOVAL_SURPRISE, // SURPRISE_REMOVAL, REMOVE
    SYSPTE_REMOVAL_ORDERLY   // QUERY_REMOVE, REMOVE
} syspte_removal;

// A whole life. Start from syspte_lifecycle_of().
typedef struct syspte_lifecycle {
    syspte_driver_entry *entry;
    const syspte_hardware *hardware; // NULL: a device without resources
    // Called whenever the device has been started or woken up: the place for requests. NULL: none.
    void (*running)(void *context, syspte_life *life);
    void *context;
    unsigned restarts; // 1: how often it is stopped for a rebalance and started again
    unsigned sleeps;   // 2: how often it sleeps; the first since START is not judged by growth
    syspte_removal removal;
    bool keeps_memory; // false; true: see syspte_life_keep_memory
} syspte_lifecycle;

// ---- Begin and end

// A life with the defaults named above.
syspte_lifecycle syspte_lifecycle_of(syspte_driver_entry *entry, const syspte_hardware *hardware);

// Leads that life once: DriverEntry, AddDevice, START, then QUERY_STOP, STOP and START `restarts`
// times, then power down and up `sleeps` times, then the removal, and DriverUnload. Where the
// driver fails, the life goes on as on Windows: nothing follows a failed DriverEntry, the unload
// follows a failed AddDevice, REMOVE a failed START, SURPRISE_REMOVAL and REMOVE a failed START
// after a STOP. Returns STATUS_SUCCESS, or the first status that a step failed with; a stop, sleep
// or removal that the driver refuses is left out, and is no failure of the life.
//
// Needs: a booted machine, and no other life under way.
int32_t syspte_lifecycle_run(const syspte_lifecycle *lifecycle);

// Leads the life once for each call in it that can fail, with that call made to fail, and once with
// it and all later ones, each on a machine of its own with `config` (NULL: the defaults): see
// <syspte/each_failure.h>, which also says what `name` and `writer` are for. A run fails if it has
// a finding, or if the life failed and no call was made to. Returns how many runs failed.
//
// In a CMocka table the same is syspte_unit_test_each_failure of a test that leads the life.
uint64_t syspte_lifecycle_each_failure(const char *name, const syspte_lifecycle *lifecycle,
                                       const syspte_config *config, const syspte_writer *writer);

// ---- Steps: the same by hand, in any order that Windows knows

// A step whose request the driver never completes is a finding, and fails with STATUS_IO_TIMEOUT.

// Calls DriverEntry. Opens "between load and unload"; where DriverEntry fails, what it left is
// reported as of "DriverEntry, which failed", there is no unload, and `*life` is NULL.
//
// Fails: STATUS_INSUFFICIENT_RESOURCES, with a message, while another life is under way.
int32_t syspte_life_load(syspte_driver_entry *entry, const syspte_hardware *hardware,
                         syspte_life **life);

// Makes a physical device with the hardware, and calls AddDevice. Opens "between AddDevice and
// REMOVE"; where it fails, what it left is reported as of "AddDevice, which failed".
int32_t syspte_life_add(syspte_life *life);

// IRP_MN_START_DEVICE with fresh resource lists. What is made from here on must have ended at STOP
// or REMOVE, and is reported as of "between START and STOP" or "between START and REMOVE". After a
// failed START, syspte_life_remove is what comes next; after a failed START that came after a STOP,
// syspte_life_surprise_removal.
int32_t syspte_life_start(syspte_life *life);

// Before the device is added: whether memory of the driver's own that was made since START (pool,
// contiguous memory, MDLs and their mappings) may stay over a STOP, until REMOVE. Mappings of I/O
// space, interrupts, what is queued and locks may not, either way.
void syspte_life_keep_memory(syspte_life *life, bool keeps);

// IRP_MN_QUERY_STOP_DEVICE. Where the driver refuses, IRP_MN_CANCEL_STOP_DEVICE follows.
int32_t syspte_life_query_stop(syspte_life *life);
// IRP_MN_STOP_DEVICE.
int32_t syspte_life_stop(syspte_life *life);

// The system goes to S3 and the device to D3, or both back to S0 and D0: IRP_MN_QUERY_POWER (not on
// the way up) and IRP_MN_SET_POWER for the system. The one for the device is what the driver asks
// for with PoRequestPowerIrp, or comes next if it did not. From the second sleep since START on,
// what a site holds more after waking up than before is growth in "power down and up".
int32_t syspte_life_power_down(syspte_life *life);
int32_t syspte_life_power_up(syspte_life *life);

// IRP_MN_QUERY_REMOVE_DEVICE. Where the driver refuses, IRP_MN_CANCEL_REMOVE_DEVICE follows.
int32_t syspte_life_query_remove(syspte_life *life);
// IRP_MN_SURPRISE_REMOVAL. What was made since START may stay until REMOVE.
int32_t syspte_life_surprise_removal(syspte_life *life);
// IRP_MN_REMOVE_DEVICE. The device can be added again.
int32_t syspte_life_remove(syspte_life *life);

// Calls DriverUnload, and ends the life: `life` is not valid afterwards. A device that was not
// removed yet is removed first.
void syspte_life_unload(syspte_life *life);

// ---- Use

// A request of an application to the device: open, read, control. No driver can leak it. Of READ
// `out` is filled, of WRITE `in` goes out, as the device's DO_*_IO flags say; a control code says
// itself how its buffers travel. Direct I/O locks and maps the caller's own bytes: those of
// syspte_buffer_alloc for a mapping at another address.
typedef struct syspte_request {
    uint8_t major;  // IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_DEVICE_CONTROL ...
    uint32_t code;  // of IRP_MJ_DEVICE_CONTROL
    const void *in; // what goes to the driver
    uint32_t in_bytes;
    void *out; // what comes from it
    uint32_t out_bytes;
    uint64_t offset;      // READ, WRITE: ByteOffset
    uint64_t information; // filled in: IoStatus.Information
    struct _IRP *irp;     // filled in: while it is under way; NULL: it is not
} syspte_request;

// Sends it and waits for its end, letting what is pending run and time pass. Its MDL is unmapped,
// unlocked and freed as the I/O manager does. Returns IoStatus.Status; STATUS_PENDING if it never
// ended, which is a finding: the request then stays under way.
int32_t syspte_life_request(syspte_life *life, syspte_request *request);

// The same in two halves, for a driver that waits for something the test does in between. The first
// returns STATUS_PENDING where the request did not end at once; the second must follow then.
//
// Owns:  `request` and its buffers stay where they are while it is under way. What is not ended is
//        given up at the unload, and told as a request that never ended.
// Fails: with a message, if 32 are under way, or, for the second half, if it is not.
int32_t syspte_life_request_begin(syspte_life *life, syspte_request *request);
int32_t syspte_life_request_end(syspte_life *life, syspte_request *request);

// True if it is not under way, or has ended and only the second half is missing.
bool syspte_life_request_is_over(const syspte_request *request);

// ---- Inspect

// Valid until the unload, and until REMOVE (NULL without a device).
struct _DRIVER_OBJECT *syspte_life_driver(const syspte_life *life);
struct _DEVICE_OBJECT *syspte_life_physical(const syspte_life *life);

#ifdef __cplusplus
}
#endif
#endif
