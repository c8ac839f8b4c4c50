// SPDX-License-Identifier: MIT
// Obstacle: what Microsoft's compiler takes without a word: its pragmas, members without a name,
// pointers and integers mixed, char with a sign; and types that are as long as on Windows.
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

#ifdef ALLOC_PRAGMA
#pragma alloc_text(PAGE, Dialect)
#pragma alloc_text(INIT, Arithmetic)
#endif

static __forceinline LONG Twice(LONG Value)
{
    return 2 * Value;
}

__forceinline LONG Same(LONG Value)
{
    return Value;
}

FORCEINLINE LONG Negative(LONG Value)
{
    return -Value;
}

// PHYSICAL_ADDRESS is LARGE_INTEGER under another name, and not a type of its own.
static PLARGE_INTEGER AsLargeInteger(PPHYSICAL_ADDRESS Address)
{
    C_ASSERT(__builtin_types_compatible_p(PHYSICAL_ADDRESS, LARGE_INTEGER));
    return Address;
}

static BOOLEAN LaysOut(VOID)
{
    PHYSICAL_ADDRESS address;
    MDL mdl;
    PLARGE_INTEGER same = AsLargeInteger(&address);
    address.QuadPart = 0x123456789ABCDEF0LL;
    C_ASSERT(sizeof(long) == 8); // the one type that is another here: LONG is what Windows means
    return same->LowPart == 0x9ABCDEF0 && same->u.LowPart == 0x9ABCDEF0 &&
           same->u.HighPart == 0x12345678 &&
           (PVOID)MmGetMdlPfnArray(&mdl) == (PVOID)((PUCHAR)&mdl + 48);
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
    C_ASSERT(sizeof(CM_FULL_RESOURCE_DESCRIPTOR) == 36 && sizeof(BOOLEAN) == 1);
    tagged.First = Twice(Call(Same(20))) + Negative(0);
    if (!LaysOut()) {
        return -3;
    }
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

PVOID DialectMapsOverLines(PHYSICAL_ADDRESS Address, PULONG Line)
{
    *Line = __LINE__ + 2;
    // clang-format off
    return MmMapIoSpace(
        Address,
        0x1000,
        MmNonCached);
    // clang-format on
}
