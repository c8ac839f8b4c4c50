// SPDX-License-Identifier: MIT
// The macros that declarations and constant data are written with.
#ifndef SYSPTE_WDK_DECLARE_H
#define SYSPTE_WDK_DECLARE_H

// ---- Words

// Macros, because a parameter list of VOID must be one without parameters in C++ too.
#ifndef VOID
#define VOID void
#endif
#ifndef CONST
#define CONST const
#endif
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#ifndef CRITICAL
#define CRITICAL
#endif
#ifndef FAR
#define FAR
#endif
#ifndef NEAR
#define NEAR
#endif
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

#define UNALIGNED
#define UNALIGNED64
#define RESTRICTED_POINTER
#define ANYSIZE_ARRAY 1
#if __SIZEOF_POINTER__ == 8
#define POINTER_ALIGNMENT DECLSPEC_ALIGN(8)
#else
#define POINTER_ALIGNMENT
#endif

// ---- Functions

#define NTAPI
#define FASTCALL
#define STDAPICALLTYPE
#define NTSYSAPI
#define NTSYSCALLAPI
#define NTKERNELAPI
#define NTHALAPI
#define DECLSPEC_IMPORT
#define DECLSPEC_EXPORT
#define DECLSPEC_NORETURN __attribute__((__noreturn__))
#define DECLSPEC_NOINLINE __attribute__((__noinline__))
#define DECLSPEC_NOTHROW
#define DECLSPEC_ADDRSAFE
#define DECLSPEC_NOVTABLE
#define DECLSPEC_RESTRICT
#define DECLSPEC_GUARDNOCF
#define DECLSPEC_UUID(uuid)
#define DECLSPEC_DEPRECATED
#define DECLSPEC_DEPRECATED_DDK
#define PRAGMA_DEPRECATED_DDK 0
#define FORCEINLINE           __forceinline
#define CFORCEINLINE          FORCEINLINE

#ifdef __cplusplus
#define EXTERN_C       extern "C"
#define EXTERN_C_START extern "C" {
#define EXTERN_C_END   }
#else
#define EXTERN_C extern
#define EXTERN_C_START
#define EXTERN_C_END
#endif

// ---- Data

#define DECLSPEC_ALIGN(bytes)       __attribute__((__aligned__(bytes)))
#define DECLSPEC_SELECTANY          SYSPTE_WDK_SELECTANY
#define SYSTEM_CACHE_ALIGNMENT_SIZE 64
#define DECLSPEC_CACHEALIGN         DECLSPEC_ALIGN(SYSTEM_CACHE_ALIGNMENT_SIZE)
#if __SIZEOF_POINTER__ == 8
#define MEMORY_ALLOCATION_ALIGNMENT 16
#else
#define MEMORY_ALLOCATION_ALIGNMENT 8
#endif

#define DUMMYUNIONNAME
#define DUMMYUNIONNAME2
#define DUMMYUNIONNAME3
#define DUMMYUNIONNAME4
#define DUMMYUNIONNAME5
#define DUMMYUNIONNAME6
#define DUMMYSTRUCTNAME
#define DUMMYSTRUCTNAME2
#define DUMMYSTRUCTNAME3
#define DUMMYSTRUCTNAME4
#define DUMMYSTRUCTNAME5

#define DECLARE_HANDLE(name)                                                                       \
    struct name##__ {                                                                              \
        int unused;                                                                                \
    };                                                                                             \
    typedef struct name##__ *name

// ---- Expressions

#define UNREFERENCED_PARAMETER(P)          ((void)(P))
#define DBG_UNREFERENCED_PARAMETER(P)      ((void)(P))
#define UNREFERENCED_LOCAL_VARIABLE(V)     ((void)(V))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(V) ((void)(V))
#define DEFAULT_UNREACHABLE                                                                        \
    default:                                                                                       \
        __builtin_unreachable()
#define NOTHING

#define C_ASSERT(e) SYSPTE_WDK_STATIC_ASSERT(e, #e)

#define FIELD_OFFSET(type, field)  ((LONG) __builtin_offsetof(type, field))
#define UFIELD_OFFSET(type, field) ((ULONG) __builtin_offsetof(type, field))
#define CONTAINING_RECORD(address, type, field)                                                    \
    ((type *)((PCHAR)(address) - (ULONG_PTR) __builtin_offsetof(type, field)))
#define TYPE_ALIGNMENT(t) __alignof__(t)

#define RTL_NUMBER_OF(A)                 (sizeof(A) / sizeof((A)[0]))
#define ARRAYSIZE(A)                     RTL_NUMBER_OF(A)
#define _ARRAYSIZE(A)                    RTL_NUMBER_OF(A)
#define RTL_FIELD_TYPE(type, field)      (((type *)0)->field)
#define RTL_FIELD_SIZE(type, field)      (sizeof(((type *)0)->field))
#define RTL_NUMBER_OF_FIELD(type, field) (RTL_NUMBER_OF(RTL_FIELD_TYPE(type, field)))
#define RTL_SIZEOF_THROUGH_FIELD(type, field)                                                      \
    (__builtin_offsetof(type, field) + RTL_FIELD_SIZE(type, field))
#define RTL_CONTAINS_FIELD(Struct, Size, Field)                                                    \
    ((((PCHAR)(&(Struct)->Field)) + sizeof((Struct)->Field)) <= (((PCHAR)(Struct)) + (Size)))
#define RTL_BITS_OF(sizeOfArg) (sizeof(sizeOfArg) * 8)
#define RTL_PADDING_BETWEEN_FIELDS(type, first, second)                                            \
    (__builtin_offsetof(type, second) - RTL_SIZEOF_THROUGH_FIELD(type, first))

#define ARGUMENT_PRESENT(ArgumentPointer) ((CHAR *)((ULONG_PTR)(ArgumentPointer)) != (CHAR *)(NULL))
#define PROBE_ALIGNMENT(_s)               TYPE_ALIGNMENT(ULONG)
#define ALLOC_PRAGMA                      1
#define ALLOC_DATA_PRAGMA                 1
#define RTL_BITS_OF_FIELD(type, field)    (RTL_BITS_OF(RTL_FIELD_TYPE(type, field)))

#define FlagOn(_F, _SF)      ((_F) & (_SF))
#define BooleanFlagOn(F, SF) ((BOOLEAN)(((F) & (SF)) != 0))
#define SetFlag(_F, _SF)     ((_F) |= (_SF))
#define ClearFlag(_F, _SF)   ((_F) &= ~(_SF))

#define MINCHAR      0x80
#define MAXCHAR      0x7f
#define MINSHORT     0x8000
#define MAXSHORT     0x7fff
#define MINLONG      0x80000000
#define MAXLONG      0x7fffffff
#define MAXUCHAR     0xff
#define MAXUSHORT    0xffff
#define MAXULONG     0xffffffff
#define MAXLONGLONG  ((LONGLONG)0x7fffffffffffffff)
#define MAXULONGLONG (~(ULONGLONG)0)

#define Int32x32To64(a, b)   ((LONGLONG)(LONG)(a) * (LONGLONG)(LONG)(b))
#define UInt32x32To64(a, b)  ((ULONGLONG)(ULONG)(a) * (ULONGLONG)(ULONG)(b))
#define Int64ShllMod32(a, b) ((ULONGLONG)(a) << ((b)&31))
#define Int64ShraMod32(a, b) ((LONGLONG)(a) >> ((b)&31))
#define Int64ShrlMod32(a, b) ((ULONGLONG)(a) >> ((b)&31))

#ifndef NOMINMAX
#ifdef __cplusplus
// Functions, so that headers of the C++ library can come after this one. Drivers include this
// header inside extern "C" { }.
extern "C++" {
template <typename Left, typename Right>
constexpr auto min(Left left, Right right) -> decltype(true ? Left() : Right())
{
    return left < right ? left : right;
}
template <typename Left, typename Right>
constexpr auto max(Left left, Right right) -> decltype(true ? Left() : Right())
{
    return left > right ? left : right;
}
}
#else
#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#endif
#endif

// ---- Constant strings

#ifdef __cplusplus
extern "C++" {
template <typename Character> constexpr Character *syspte_wdk_characters(const Character *text)
{
    return const_cast<Character *>(text);
}
}
#define SYSPTE_WDK_CHARACTERS(s) syspte_wdk_characters(s)
#else
#define SYSPTE_WDK_CHARACTERS(s) (s)
#endif

// Initialises an ANSI_STRING with "..." and a UNICODE_STRING with L"...".
#define RTL_CONSTANT_STRING(s)                                                                     \
    {                                                                                              \
        sizeof(s) - sizeof((s)[0]), sizeof(s), SYSPTE_WDK_CHARACTERS(s)                            \
    }
#define DECLARE_CONST_UNICODE_STRING(_var, _string)                                                \
    const WCHAR _var##_buffer[] = _string;                                                         \
    const UNICODE_STRING _var = {sizeof(_string) - sizeof(WCHAR), sizeof(_string),                 \
                                 (PWCH)_var##_buffer}
#define DECLARE_GLOBAL_CONST_UNICODE_STRING(_var, _str)                                            \
    extern const UNICODE_STRING _var SYSPTE_WDK_SELECTANY;                                         \
    const UNICODE_STRING _var SYSPTE_WDK_SELECTANY_AGAIN = RTL_CONSTANT_STRING(_str)
#define DECLARE_UNICODE_STRING_SIZE(_var, _size)                                                   \
    WCHAR _var##_buffer[_size];                                                                    \
    UNICODE_STRING _var = {0, (_size) * sizeof(WCHAR), _var##_buffer}

#endif
