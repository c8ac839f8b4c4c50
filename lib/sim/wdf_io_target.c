// SPDX-License-Identifier: MIT
// Where a device's requests go next: the target of the drivers below it, which every device has.
// Source: wdfdevice nf-wdfdevice-wdfdevicegetiotarget.
#include "sim/wdf_device.h"

const syspte_wdf_class syspte_wdf_target_class = {.name = "WDFIOTARGET", .is_kept = true};
