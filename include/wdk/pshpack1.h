// SPDX-License-Identifier: MIT
// Packs structures to 1 byte until <poppack.h>. No guard: it is included as often as needed.
#pragma pack(push, 1)
