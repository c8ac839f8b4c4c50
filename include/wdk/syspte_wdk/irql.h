// SPDX-License-Identifier: MIT
// Processor modes and interrupt request levels.
#ifndef SYSPTE_WDK_IRQL_H
#define SYSPTE_WDK_IRQL_H

typedef UCHAR KIRQL, *PKIRQL;
typedef CCHAR KPROCESSOR_MODE;
typedef enum _MODE { KernelMode, UserMode, MaximumMode } MODE;

#define PASSIVE_LEVEL  0
#define LOW_LEVEL      0
#define APC_LEVEL      1
#define DISPATCH_LEVEL 2
#if __SIZEOF_POINTER__ == 8
#define CMCI_LEVEL    5
#define CLOCK_LEVEL   13
#define IPI_LEVEL     14
#define DRS_LEVEL     14
#define POWER_LEVEL   14
#define PROFILE_LEVEL 15
#define HIGH_LEVEL    15
#else
#define CMCI_LEVEL    5
#define PROFILE_LEVEL 27
#define CLOCK1_LEVEL  28
#define CLOCK2_LEVEL  28
#define CLOCK_LEVEL   28
#define IPI_LEVEL     29
#define POWER_LEVEL   30
#define HIGH_LEVEL    31
#endif

NTHALAPI KIRQL NTAPI KeGetCurrentIrql(VOID);
NTHALAPI KIRQL FASTCALL KfRaiseIrql(_In_ KIRQL NewIrql);
NTHALAPI VOID FASTCALL KfLowerIrql(_In_ KIRQL NewIrql);
NTHALAPI KIRQL NTAPI KeRaiseIrqlToDpcLevel(VOID);

#define KeRaiseIrql(NewIrql, OldIrql) (*(OldIrql) = KfRaiseIrql(NewIrql))
#define KeLowerIrql(NewIrql)          KfLowerIrql(NewIrql)

#endif
