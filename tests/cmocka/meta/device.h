// SPDX-License-Identifier: MIT
// What the meta-tests drive: one page of a device.
#ifndef SYSPTE_TESTS_META_DEVICE_H
#define SYSPTE_TESTS_META_DEVICE_H

#include <syspte/cmocka.h>
#include <ntddk.h>

#define DEVICE_PAGE  0xFEBC0000ull
#define DEVICE_BYTES 0x1000u

static inline PHYSICAL_ADDRESS device_page(unsigned index)
{
    PHYSICAL_ADDRESS page;
    page.QuadPart = (int64_t)(DEVICE_PAGE + index * (uint64_t)DEVICE_BYTES);
    return page;
}

#endif
