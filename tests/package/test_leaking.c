// SPDX-License-Identifier: MIT
// The leaking example driver, tested as its author would: this program must fail.
#include <syspte/cmocka.h>
#include "xen_resume.h"

static void resume_then_suspend(void **state)
{
    DEVICE_EXTENSION device = {0};
    (void)state;
    syspte_memory_add(0xF2000000, 0x200000, SYSPTE_MEMORY_RAM_SHARED);
    device.SharedInfoAddress.QuadPart = 0xF2000000;
    device.GrantTableAddress.QuadPart = 0xF2100000;

    assert_true(NT_SUCCESS(XenResume(&device)));
    XenSuspend(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(resume_then_suspend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
