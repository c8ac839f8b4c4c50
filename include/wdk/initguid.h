// SPDX-License-Identifier: MIT
// From here on DEFINE_GUID defines its GUID, as often as wanted: the linker keeps one.
#ifndef INITGUID
#define INITGUID
#endif
#include <guiddef.h>
