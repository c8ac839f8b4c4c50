// SPDX-License-Identifier: MIT
// Arithmetic and conversions that say when the result does not fit: STATUS_INTEGER_OVERFLOW, and
// the type's greatest value of all bits set. The conversions are those between unsigned types, and
// between the signed and unsigned ones of 32 and 64 bits.
#ifndef _NTINTSAFE_H_INCLUDED_
#define _NTINTSAFE_H_INCLUDED_

#include <ntdef.h>
#include <ntstatus.h>

SYSPTE_WDK_BEGIN

#define SYSPTE_INTSAFE_OPERATE(name, TYPE, operate)                                                \
    SYSPTE_WDK_INLINE NTSTATUS name(TYPE left, TYPE right, TYPE *result)                           \
    {                                                                                              \
        if (!operate(left, right, result)) {                                                       \
            return STATUS_SUCCESS;                                                                 \
        }                                                                                          \
        *result = (TYPE) ~(TYPE)0;                                                                 \
        return STATUS_INTEGER_OVERFLOW;                                                            \
    }
#define SYSPTE_INTSAFE(Type, TYPE)                                                                 \
    SYSPTE_INTSAFE_OPERATE(Rtl##Type##Add, TYPE, __builtin_add_overflow)                           \
    SYSPTE_INTSAFE_OPERATE(Rtl##Type##Sub, TYPE, __builtin_sub_overflow)                           \
    SYSPTE_INTSAFE_OPERATE(Rtl##Type##Mult, TYPE, __builtin_mul_overflow)

SYSPTE_INTSAFE(UInt8, UINT8)
SYSPTE_INTSAFE(UShort, USHORT)
SYSPTE_INTSAFE(UInt, UINT32)
SYSPTE_INTSAFE(ULong, ULONG)
SYSPTE_INTSAFE(ULongLong, ULONGLONG)
SYSPTE_INTSAFE(UIntPtr, UINT_PTR)
SYSPTE_INTSAFE(ULongPtr, ULONG_PTR)
SYSPTE_INTSAFE(SIZET, SIZE_T)
SYSPTE_INTSAFE(SizeT, SIZE_T)
SYSPTE_INTSAFE(Int, INT32)
SYSPTE_INTSAFE(Long, LONG)
SYSPTE_INTSAFE(LongLong, LONGLONG)
SYSPTE_INTSAFE(LongPtr, LONG_PTR)

#define SYSPTE_INTSAFE_CONVERT(name, FROM, TO)                                                     \
    SYSPTE_WDK_INLINE NTSTATUS name(FROM operand, TO *result)                                      \
    {                                                                                              \
        if (!__builtin_add_overflow(operand, 0, result)) {                                         \
            return STATUS_SUCCESS;                                                                 \
        }                                                                                          \
        *result = (TO) ~(TO)0;                                                                     \
        return STATUS_INTEGER_OVERFLOW;                                                            \
    }

SYSPTE_INTSAFE_CONVERT(RtlUShortToUInt8, USHORT, UINT8)
SYSPTE_INTSAFE_CONVERT(RtlUShortToUChar, USHORT, UCHAR)
SYSPTE_INTSAFE_CONVERT(RtlULongToUInt8, ULONG, UINT8)
SYSPTE_INTSAFE_CONVERT(RtlULongToUChar, ULONG, UCHAR)
SYSPTE_INTSAFE_CONVERT(RtlULongToUShort, ULONG, USHORT)
SYSPTE_INTSAFE_CONVERT(RtlULongToLong, ULONG, LONG)
SYSPTE_INTSAFE_CONVERT(RtlULongToInt, ULONG, INT32)
SYSPTE_INTSAFE_CONVERT(RtlLongToULong, LONG, ULONG)
SYSPTE_INTSAFE_CONVERT(RtlLongToUShort, LONG, USHORT)
SYSPTE_INTSAFE_CONVERT(RtlULongLongToULong, ULONGLONG, ULONG)
SYSPTE_INTSAFE_CONVERT(RtlULongLongToUShort, ULONGLONG, USHORT)
SYSPTE_INTSAFE_CONVERT(RtlULongLongToLongLong, ULONGLONG, LONGLONG)
SYSPTE_INTSAFE_CONVERT(RtlULongLongToSIZET, ULONGLONG, SIZE_T)
SYSPTE_INTSAFE_CONVERT(RtlULongLongToSizeT, ULONGLONG, SIZE_T)
SYSPTE_INTSAFE_CONVERT(RtlULongLongToULongPtr, ULONGLONG, ULONG_PTR)
SYSPTE_INTSAFE_CONVERT(RtlLongLongToULong, LONGLONG, ULONG)
SYSPTE_INTSAFE_CONVERT(RtlLongLongToLong, LONGLONG, LONG)
SYSPTE_INTSAFE_CONVERT(RtlLongLongToULongLong, LONGLONG, ULONGLONG)
SYSPTE_INTSAFE_CONVERT(RtlULongPtrToULong, ULONG_PTR, ULONG)
SYSPTE_INTSAFE_CONVERT(RtlULongPtrToUShort, ULONG_PTR, USHORT)
SYSPTE_INTSAFE_CONVERT(RtlSIZETToULong, SIZE_T, ULONG)
SYSPTE_INTSAFE_CONVERT(RtlSizeTToULong, SIZE_T, ULONG)
SYSPTE_INTSAFE_CONVERT(RtlSizeTToUShort, SIZE_T, USHORT)
SYSPTE_INTSAFE_CONVERT(RtlSizeTToLong, SIZE_T, LONG)

#undef SYSPTE_INTSAFE
#undef SYSPTE_INTSAFE_OPERATE
#undef SYSPTE_INTSAFE_CONVERT

SYSPTE_WDK_END

#endif
