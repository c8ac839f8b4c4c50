// SPDX-License-Identifier: MIT
// The card that the driver of this folder is for: an imaginary thermometer. It has two memory
// resources, its registers and the window that it writes what it measures to, and an interrupt.
#ifndef WDM_PCI_H
#define WDM_PCI_H

#define CARD_WINDOW_WORDS 4096 // after the last word comes the first again

#define CARD_ENABLE  0x1        // Control: measure, and raise the interrupt
#define CARD_WAITING 0x1        // Status: there is something new in the window; write 1 to clear
#define CARD_GONE    0xFFFFFFFF // what any register reads as once the card was pulled out

// The first memory resource. The second is an array of CARD_WINDOW_WORDS ULONGs.
typedef struct _CARD_REGISTERS {
    ULONG Control;
    ULONG Status;
    ULONG Written; // how many words the card has written since it was enabled
    ULONG Highest; // what its display shows
} CARD_REGISTERS, *PCARD_REGISTERS;

#endif
