// SPDX-License-Identifier: MIT
// A driver's own header, as its sources and the test include it.
#ifndef SHARED_H
#define SHARED_H

#include <NTDDK.h>
#include "detail\Limits.H"

typedef struct _SHARED {
    ULONG Flags;
    LONG Count;
    WCHAR Name[SHARED_NAME];
    PHYSICAL_ADDRESS Base;
    wchar_t Letter;
    PVOID Registers;
    SIZE_T Bytes;
    CM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor;
#if DBG
    ULONG Checked;
#endif
} SHARED, *PSHARED;

EXTERN_C_START
SIZE_T SharedBytes(VOID);
SIZE_T SharedBytesOfCpp(VOID);
NTSTATUS CommaLeftOut(VOID);
PVOID CommaMapsOverLines(PHYSICAL_ADDRESS Address, PULONG Line);
PVOID DialectMapsOverLines(PHYSICAL_ADDRESS Address, PULONG Line);
PCSTR FunctionBesideText(VOID);
NTSTATUS OwnNames(VOID);
ULONG WideText(PWCHAR Buffer, SIZE_T Bytes);
NTSTATUS NarrowText(PCHAR Buffer, SIZE_T Bytes, PCUNICODE_STRING Name);
LONG Exceptions(LONG Which, PLONG Steps);
LONG FilterOfTwo(VOID);
LONG BodyLeftByReturn(VOID);
LONG BodyLeftByContinue(VOID);
LONG FinallyLeftByReturn(PLONG Steps);
LONG FinallyLeftByGoto(PLONG Steps);
NTSTATUS ReadOfApplication(PULONG User, PULONG Value, PULONG_PTR Address);
LONG CppExceptions(VOID);
NTSTATUS CppReadOfApplication(PULONG User, PULONG Value);
NTSTATUS CppReadAgain(PULONG User, PULONG Value);
LONG MemberNamedLikeARoutine(PHYSICAL_ADDRESS Address);
LONG Traced(LONG Value);
LONG Dialect(VOID);
LONG Arithmetic(VOID);
LONG DialectOfCpp(VOID);
LONGLONG SuffixesOfMicrosoft(VOID);
ULONGLONG OnlyAProcessorKnows(ULONG Which);
LONG ProcessorsOfPorts(VOID);
LONG LibraryOfMicrosoft(VOID);
NTSTATUS CppMapsAndUnmaps(PHYSICAL_ADDRESS Address);
EXTERN_C_END

#endif
