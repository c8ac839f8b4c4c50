// SPDX-License-Identifier: MIT
// The same arithmetic under the names of user mode, for drivers that share source with it: the
// types of windef.h, and HRESULT in place of NTSTATUS.
#ifndef _INTSAFE_H_INCLUDED_
#define _INTSAFE_H_INCLUDED_

#include <windef.h>

#ifndef _HRESULT_DEFINED
#define _HRESULT_DEFINED
typedef LONG HRESULT;
#endif
#ifndef S_OK
#define S_OK ((HRESULT)0)
#endif
#ifndef SUCCEEDED
#define SUCCEEDED(hr) (((HRESULT)(hr)) >= 0)
#define FAILED(hr)    (((HRESULT)(hr)) < 0)
#endif
#define INTSAFE_E_ARITHMETIC_OVERFLOW ((HRESULT)0x80070216)

SYSPTE_WDK_BEGIN

#define SYSPTE_INTSAFE_OPERATE(name, TYPE, operate)                                                \
    SYSPTE_WDK_INLINE HRESULT name(TYPE left, TYPE right, TYPE *result)                            \
    {                                                                                              \
        if (!operate(left, right, result)) {                                                       \
            return S_OK;                                                                           \
        }                                                                                          \
        *result = (TYPE) ~(TYPE)0;                                                                 \
        return INTSAFE_E_ARITHMETIC_OVERFLOW;                                                      \
    }
#define SYSPTE_INTSAFE(Type, TYPE)                                                                 \
    SYSPTE_INTSAFE_OPERATE(Type##Add, TYPE, __builtin_add_overflow)                                \
    SYSPTE_INTSAFE_OPERATE(Type##Sub, TYPE, __builtin_sub_overflow)                                \
    SYSPTE_INTSAFE_OPERATE(Type##Mult, TYPE, __builtin_mul_overflow)

SYSPTE_INTSAFE(UShort, USHORT)
SYSPTE_INTSAFE(UInt, UINT)
SYSPTE_INTSAFE(ULong, ULONG)
SYSPTE_INTSAFE(DWord, DWORD)
SYSPTE_INTSAFE(ULongLong, ULONGLONG)
SYSPTE_INTSAFE(ULongPtr, ULONG_PTR)
SYSPTE_INTSAFE(SIZET, SIZE_T)
SYSPTE_INTSAFE(SizeT, SIZE_T)

#undef SYSPTE_INTSAFE
#undef SYSPTE_INTSAFE_OPERATE

SYSPTE_WDK_END

#endif
