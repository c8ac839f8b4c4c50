// SPDX-License-Identifier: MIT
// Obstacle: what Microsoft's compiler takes without a word: its suffixes and pragmas, members
// without a name, pointers and integers mixed, char with a sign.
#include <ntddk.h>
#include <ntintsafe.h>
#include <initguid.h>
#include <wdmguid.h>
#include <pshpack1.h>
typedef struct _PACKED {
    UCHAR Kind;
    ULONG Value;
} PACKED;
#include <poppack.h>
#include "..\Source\Include\SHARED.H"

#pragma warning(disable : 4100 4201)
#pragma prefast(suppress : 28152, "as it must be")
#pragma code_seg("PAGE")

typedef struct _TAGGED {
    struct _HEAD {
        LONG First;
    };
    union {
        LONG Second;
        UCHAR Bytes[4];
    };
} TAGGED;

__declspec(noinline) static LONG __stdcall Call(LONG Value)
{
    return Value;
}

static __forceinline LONG Twice(LONG Value)
{
    return 2 * Value;
}

LONG Dialect(VOID)
{
    TAGGED tagged = {0};
    ULONG tag = 'abcd';
    CHAR negative = '\xFF';
    ULONG_PTR number = &tagged;
    LONG *other = (LONG *)&tagged.Bytes;
    unsigned int *unsignedOther = other;
    __int64 wide = (__int64)1 << 40;
    C_ASSERT(sizeof(PACKED) == 5);
    C_ASSERT(sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR) == 20);
    C_ASSERT(FIELD_OFFSET(CM_PARTIAL_RESOURCE_DESCRIPTOR, u) == 4);
    C_ASSERT(sizeof(MDL) == 48);
    C_ASSERT(sizeof(LONG) == 4 && sizeof(ULONG_PTR) == 8 && sizeof(SIZE_T) == 8);
    tagged.First = Twice(Call(20));
    tagged.Second = 1;
    if (tag != 0x61626364 || negative >= 0 || number == 0 || wide >> 40 != 1) {
        return -1;
    }
    if (GUID_BUS_INTERFACE_STANDARD.Data1 != 0x496B8280) {
        return -2;
    }
    return tagged.First + (LONG)*unsignedOther;
}

LONG Arithmetic(VOID)
{
    ULONG sum;
    SIZE_T product;
    USHORT shorter;
    if (RtlULongAdd(0xFFFFFFFF, 1, &sum) != STATUS_INTEGER_OVERFLOW || sum != 0xFFFFFFFF) {
        return -1;
    }
    if (!NT_SUCCESS(RtlSIZETMult(3, 5, &product)) || product != 15) {
        return -2;
    }
    if (NT_SUCCESS(RtlULongToUShort(0x10000, &shorter))) {
        return -3;
    }
    return RtlULongSub(1, 2, &sum) == STATUS_INTEGER_OVERFLOW ? 0 : -4;
}

SIZE_T SharedBytes(VOID)
{
    return sizeof(SHARED);
}
