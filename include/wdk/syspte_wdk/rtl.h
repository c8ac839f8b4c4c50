// SPDX-License-Identifier: MIT
// Memory, large integers and counted strings: Rtl routines, most of them macros or inline on
// Windows too.
#ifndef SYSPTE_WDK_RTL_H
#define SYSPTE_WDK_RTL_H

#define RtlEqualMemory(Destination, Source, Length)                                                \
    (!__builtin_memcmp((Destination), (Source), (Length)))
#define RtlMoveMemory(Destination, Source, Length)                                                 \
    __builtin_memmove((Destination), (Source), (Length))
#define RtlCopyMemory(Destination, Source, Length)                                                 \
    __builtin_memcpy((Destination), (Source), (Length))
#define RtlFillMemory(Destination, Length, Fill) __builtin_memset((Destination), (Fill), (Length))
#define RtlZeroMemory(Destination, Length)       __builtin_memset((Destination), 0, (Length))
#define RtlCopyBytes                             RtlCopyMemory
#define RtlZeroBytes                             RtlZeroMemory
#define RtlFillBytes                             RtlFillMemory

// Not left out by an optimiser.
SYSPTE_WDK_INLINE PVOID RtlSecureZeroMemory(_Out_writes_bytes_all_(cnt) PVOID ptr, _In_ SIZE_T cnt)
{
    volatile UCHAR *at = (volatile UCHAR *)ptr;
    SIZE_T index;

    for (index = 0; index < cnt; index++) {
        at[index] = 0;
    }
    return ptr;
}

// How many bytes are equal from the start on.
SYSPTE_WDK_INLINE SIZE_T RtlCompareMemory(_In_ const VOID *Source1, _In_ const VOID *Source2,
                                          _In_ SIZE_T Length)
{
    const UCHAR *left = (const UCHAR *)Source1;
    const UCHAR *right = (const UCHAR *)Source2;
    SIZE_T index = 0;

    while (index < Length && left[index] == right[index]) {
        index++;
    }
    return index;
}

SYSPTE_WDK_INLINE LARGE_INTEGER RtlConvertLongToLargeInteger(_In_ LONG SignedInteger)
{
    LARGE_INTEGER result;
    result.QuadPart = SignedInteger;
    return result;
}

SYSPTE_WDK_INLINE LARGE_INTEGER RtlConvertUlongToLargeInteger(_In_ ULONG UnsignedInteger)
{
    LARGE_INTEGER result;
    result.QuadPart = UnsignedInteger;
    return result;
}

// ---- Integers at any address, and local ids

#define RtlRetrieveUshort(DestAddress, SrcAddress)                                                 \
    __builtin_memcpy((DestAddress), (SrcAddress), sizeof(USHORT))
#define RtlRetrieveUlong(DestAddress, SrcAddress)                                                  \
    __builtin_memcpy((DestAddress), (SrcAddress), sizeof(ULONG))

SYSPTE_WDK_INLINE VOID RtlStoreUshort(_Out_ PVOID Address, _In_ USHORT Value)
{
    __builtin_memcpy(Address, &Value, sizeof Value);
}

SYSPTE_WDK_INLINE VOID RtlStoreUlong(_Out_ PVOID Address, _In_ ULONG Value)
{
    __builtin_memcpy(Address, &Value, sizeof Value);
}

#define RtlEqualLuid(L1, L2)                                                                       \
    (((L1)->LowPart == (L2)->LowPart) && ((L1)->HighPart == (L2)->HighPart))

// ---- Counted strings

NTSYSAPI VOID NTAPI RtlInitUnicodeString(_Out_ PUNICODE_STRING DestinationString,
                                         _In_opt_z_ PCWSTR SourceString);
NTSYSAPI VOID NTAPI RtlInitAnsiString(_Out_ PANSI_STRING DestinationString,
                                      _In_opt_z_ PCSZ SourceString);

SYSPTE_WDK_INLINE VOID RtlInitEmptyUnicodeString(_Out_ PUNICODE_STRING UnicodeString,
                                                 _Out_writes_bytes_(BufferSize) PWCHAR Buffer,
                                                 _In_ USHORT BufferSize)
{
    UnicodeString->Length = 0;
    UnicodeString->MaximumLength = BufferSize;
    UnicodeString->Buffer = Buffer;
}

// ---- Byte order

#define RtlUshortByteSwap(value)    __builtin_bswap16(value)
#define RtlUlongByteSwap(value)     __builtin_bswap32(value)
#define RtlUlonglongByteSwap(value) ((ULONGLONG)__builtin_bswap64(value))

#endif
