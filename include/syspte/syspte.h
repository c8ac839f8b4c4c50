// SPDX-License-Identifier: MIT
// syspte: find leaked system-PTE mappings in a unit test. The whole test side, in reading order.
#ifndef SYSPTE_SYSPTE_H
#define SYSPTE_SYSPTE_H

#include <syspte/profile.h>
#include <syspte/machine.h>
#include <syspte/scope.h>
#include <syspte/mapping.h>
#include <syspte/finding.h>
#include <syspte/bugcheck.h>
#include <syspte/memory.h>
#include <syspte/device.h>
#include <syspte/routine.h>
#include <syspte/registry.h>
#include <syspte/fault.h>
#include <syspte/each_failure.h>
#include <syspte/pending.h>
#include <syspte/driver.h>
#include <syspte/hardware.h>
#include <syspte/lifecycle.h>
#include <syspte/writer.h>
#include <syspte/options.h>
#include <syspte/report.h>
#include <syspte/suppression.h>
#include <syspte/pool.h>
#include <syspte/predict.h>
#include <syspte/sysptes.h>
#include <syspte/framework.h>

#endif
