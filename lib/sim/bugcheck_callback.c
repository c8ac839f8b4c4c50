// SPDX-License-Identifier: MIT
// Bug check callbacks: a record is registered or is not. The machine calls none of them: a bug
// check of a test is no crash of a system with a dump to fill.
// Source: nf-wdm-keregisterbugcheckcallback, nf-wdm-keregisterbugcheckreasoncallback.
#include "sim/kernel.h"

static bool change(UCHAR *state, UCHAR from, UCHAR to)
{
    return __atomic_compare_exchange_n(state, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

BOOLEAN KeRegisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD CallbackRecord,
                                   PKBUGCHECK_CALLBACK_ROUTINE CallbackRoutine, PVOID Buffer,
                                   ULONG Length, PUCHAR Component)
{
    if (!change(&CallbackRecord->State, BufferEmpty, BufferInserted)) {
        return FALSE;
    }
    CallbackRecord->CallbackRoutine = CallbackRoutine;
    CallbackRecord->Buffer = Buffer;
    CallbackRecord->Length = Length;
    CallbackRecord->Component = Component;
    return TRUE;
}

BOOLEAN KeDeregisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD CallbackRecord)
{
    return change(&CallbackRecord->State, BufferInserted, BufferEmpty);
}

BOOLEAN KeRegisterBugCheckReasonCallback(PKBUGCHECK_REASON_CALLBACK_RECORD CallbackRecord,
                                         PKBUGCHECK_REASON_CALLBACK_ROUTINE CallbackRoutine,
                                         KBUGCHECK_CALLBACK_REASON Reason, PUCHAR Component)
{
    if (!change(&CallbackRecord->State, BufferEmpty, BufferInserted)) {
        return FALSE;
    }
    CallbackRecord->CallbackRoutine = CallbackRoutine;
    CallbackRecord->Reason = Reason;
    CallbackRecord->Component = Component;
    return TRUE;
}

BOOLEAN KeDeregisterBugCheckReasonCallback(PKBUGCHECK_REASON_CALLBACK_RECORD CallbackRecord)
{
    return change(&CallbackRecord->State, BufferInserted, BufferEmpty);
}
