// SPDX-License-Identifier: MIT
// The card that the driver of this folder is for: an imaginary display. Its first memory range has
// the registers, its second one the picture; it may have others, for diagnosis.
#ifndef KMDF_BAR_H
#define KMDF_BAR_H

#define DISPLAY_ON 0x1 // Control

typedef struct _DISPLAY_REGISTERS {
    ULONG Control;
    ULONG Bytes; // of the picture
} DISPLAY_REGISTERS, *PDISPLAY_REGISTERS;

#endif
