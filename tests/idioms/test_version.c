// SPDX-License-Identifier: MIT
// A driver that chooses by the version it is compiled for, and a test that is compiled for the
// same: syspte_add_driver gives both the driver's definitions.
#include "hardware.h"

static bool note_api(void *context, const syspte_mapping *mapping)
{
    *(unsigned *)context = mapping->context->api;
    return true;
}

static void version_that_it_is_compiled_for_decides(void **state)
{
    BOOLEAN expected = NTDDI_VERSION >= NTDDI_WINTHRESHOLD;
    BOOLEAN usedEx = !expected;
    unsigned api = SYSPTE_API_UNKNOWN;
    (void)state;

    PVOID mapped = RoutineMapOfVersion(at(DEVICE), 0x1000, &usedEx);

    assert_int_equal(usedEx, expected);
    syspte_mappings_each(note_api, &api);
    assert_int_equal(api, expected ? SYSPTE_API_MM_MAP_IO_SPACE_EX : SYSPTE_API_MM_MAP_IO_SPACE);
    MmUnmapIoSpace(mapped, 0x1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        syspte_unit_test(version_that_it_is_compiled_for_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
