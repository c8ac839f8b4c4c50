// SPDX-License-Identifier: MIT
// The dialect where C++ drivers meet it: names of the host, another system's branch, layouts, wide
// text, suffixes, members without a name, functions that are always inlined.
extern "C" {
#include <ntddk.h>
}
#include <wchar.h>
#include <initguid.h>
#include <wdmguid.h> // defined a second time: any one is taken
#include "Shared.h"

#if defined(__linux__) || defined(__unix__) || !defined(_WIN32) || !defined(_WIN64)
#error not compiled as on Windows
#endif

#pragma warning(push)
#pragma warning(disable : 4201)
#pragma code_seg("PAGE")

typedef signed char int8_t;
typedef UCHAR BYTE;
typedef ULONG DWORD;

template <typename First, typename Second> struct Same {
    static const bool value = false;
};
template <typename Type> struct Same<Type, Type> {
    static const bool value = true;
};

static_assert(Same<PHYSICAL_ADDRESS, LARGE_INTEGER>::value, "one type");
static_assert(sizeof(L'x') == 2 && sizeof(wchar_t) == 2, "16 bits");
static_assert(sizeof(LONG) == 4 && sizeof(SIZE_T) == 8 && sizeof(DWORD) == 4, "as on Windows");
static_assert(sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR) == 20 && sizeof(MDL) == 48, "as on Windows");
static_assert(FIELD_OFFSET(CM_PARTIAL_RESOURCE_DESCRIPTOR, u) == 4, "as on Windows");

typedef struct _TAGGED_CPP {
    struct {
        LONG First;
    };
    union {
        LONG Second;
        BYTE Bytes[4];
    };
} TAGGED_CPP;

static __forceinline LONG Twice(LONG Value)
{
    return 2 * Value;
}

FORCEINLINE LONG Plus(LONG Left, int8_t Right)
{
    return Left + Right;
}

extern "C" LONG DialectOfCpp(VOID)
{
    TAGGED_CPP tagged = {};
    LARGE_INTEGER address;
    ULONG tag = 'abcd';
    address.QuadPart = 0x123456789ABCDEF0I64;
    if (address.LowPart != 0x9ABCDEF0 || address.u.HighPart != 0x12345678 || tag != 0x61626364) {
        return -1;
    }
    if (wcslen(L"\\Device\\Pci0") != 12 || wcscmp(L"a", L"b") >= 0) {
        return -2;
    }
    tagged.First = Twice(20);
    tagged.Second = 2;
    return Plus(tagged.First + tagged.Bytes[0], -1);
}
