// SPDX-License-Identifier: MIT
// The one processor of the machine, in the one group.
// Source: nf-wdm-kequeryactiveprocessorcountex, nf-wdm-kegetcurrentprocessornumberex,
// nf-wdm-kequeryactivegroupcount, nf-wdm-kequerygroupaffinity.
#include "sim/kernel.h"

CCHAR KeNumberProcessors = 1;

KAFFINITY KeQueryActiveProcessors(VOID)
{
    return 1;
}

ULONG KeQueryActiveProcessorCount(PKAFFINITY ActiveProcessors)
{
    if (ActiveProcessors != NULL) {
        *ActiveProcessors = 1;
    }
    return 1;
}

ULONG KeQueryActiveProcessorCountEx(USHORT GroupNumber)
{
    return GroupNumber == 0 || GroupNumber == ALL_PROCESSOR_GROUPS;
}

ULONG KeQueryMaximumProcessorCount(VOID)
{
    return 1;
}

ULONG KeQueryMaximumProcessorCountEx(USHORT GroupNumber)
{
    return KeQueryActiveProcessorCountEx(GroupNumber);
}

USHORT KeQueryActiveGroupCount(VOID)
{
    return 1;
}

USHORT KeQueryMaximumGroupCount(VOID)
{
    return 1;
}

KAFFINITY KeQueryGroupAffinity(USHORT GroupNumber)
{
    return GroupNumber == 0;
}

ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber)
{
    if (ProcNumber != NULL) {
        *ProcNumber = (PROCESSOR_NUMBER){.Group = 0};
    }
    return 0;
}
