// SPDX-License-Identifier: MIT
// Packs structures to 2 bytes until <poppack.h>. No guard: it is included as often as needed.
#pragma pack(push, 2)
