// SPDX-License-Identifier: MIT
// A KMDF driver for the tests of the framework: every callback writes its name into a log, and can
// be made to fail. And the requests of the PnP and power managers, sent to it one by one.
#ifndef SYSPTE_TEST_SIM_WDF_DRIVER_H
#define SYSPTE_TEST_SIM_WDF_DRIVER_H

#include "harness.h"
#include <wdf.h>

typedef struct device_context {
    PVOID registers;
    SIZE_T bytes;
} device_context;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(device_context, context_of)

typedef struct wdf_driver {
    char log[2048];                    // of the callbacks, each with a space behind it
    const char *failing;               // the callback that fails
    bool maps;                         // EvtDevicePrepareHardware maps the first resource
    bool forgets;                      // EvtDeviceReleaseHardware does not unmap it
    WDF_OBJECT_ATTRIBUTES *attributes; // of the device; NULL: with a device_context
    void (*added)(WDFDEVICE device);   // called by EvtDriverDeviceAdd
    void (*prepared)(WDFDEVICE device, WDFCMRESLIST list); // by EvtDevicePrepareHardware
    void (*initialize)(PWDFDEVICE_INIT init);              // before the device is created
    WDFDRIVER driver;
    WDFDEVICE device;
    PDRIVER_OBJECT wdm;
    PDEVICE_OBJECT physical;
} wdf_driver;

extern wdf_driver the_driver;

// Setup: boots, and forgets the driver of the test before.
int wdf_begin(void **state);

#define wdf_test(f) cmocka_unit_test_setup_teardown(f, wdf_begin, machine_end)

// Loads it and adds a device. The status of the step that failed, else of the last.
NTSTATUS wdf_load_and_add(void);
// The same, and starts the device with one range of memory, at BAR.
NTSTATUS wdf_start(void);

// One request to the device: its status.
NTSTATUS wdf_pnp(UCHAR minor);
NTSTATUS wdf_set_power(DEVICE_POWER_STATE state);

// QUERY_REMOVE, REMOVE, and the unload.
void wdf_end(void);

// The callbacks since the last of these are exactly these.
void assert_log(const char *expected);

// How many findings of that rule there are.
size_t wdf_findings(syspte_rule_id rule);

// That statement has one finding of that rule, whatever came before.
#define assert_found(rule, ...)                                                                    \
    do {                                                                                           \
        size_t found_before = wdf_findings(rule);                                                  \
        __VA_ARGS__;                                                                               \
        assert_int_equal(wdf_findings(rule), found_before + 1);                                    \
    } while (0)

// The line on which EvtDevicePrepareHardware maps.
extern const unsigned wdf_map_line;

NTSTATUS NTAPI wdf_driver_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath);

#endif
