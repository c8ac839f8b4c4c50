// SPDX-License-Identifier: MIT
// The driver's tests, as its author would write them: one test, which starts the device and stops
// it, run once as it is and once for each call that can fail. Of the driver with defects the first
// passes, and the second names all five.
#include <syspte/cmocka.h>

#include "error_paths.h"

static void start_and_stop(void **state)
{
    DEVICE_EXTENSION device = {.RegisterAddress.QuadPart = 0xFEBC0000,
                               .FrameAddress.QuadPart = 0xE0000000,
                               .DoorbellAddress.QuadPart = 0xFEBD0000};
    (void)state;

    if (!NT_SUCCESS(CaptureStart(&device))) {
        syspte_assert_injected();
        return; // and nothing may be left
    }
    assert_true(device.Started);
    CaptureStop(&device);
    assert_null(device.Registers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(start_and_stop),
        syspte_unit_test_each_failure(start_and_stop),
    };

    return cmocka_run_group_tests_name("error_paths", tests, NULL, NULL);
}
