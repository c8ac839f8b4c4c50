// SPDX-License-Identifier: MIT
// What the Microsoft compiler has built in and this one has not: keywords become attributes where
// there is an equal one, and nothing where there is none.
#ifndef SYSPTE_WDK_COMPILER_H
#define SYSPTE_WDK_COMPILER_H

#ifndef __has_feature
#define SYSPTE_WDK_HAS_MS_KEYWORDS 0
#elif defined(__clang__)
// 0 where clang knows the word as a keyword: -fms-extensions
#define SYSPTE_WDK_HAS_MS_KEYWORDS (!__is_identifier(__declspec))
#else
#define SYSPTE_WDK_HAS_MS_KEYWORDS 0
#endif

// ---- Integers

// size_t, ULONG_PTR and __int64 are one type on 64-bit Windows and must be one here.
#undef __int64
#if __SIZEOF_LONG__ == 8
#define __int64 long
#else
#define __int64 long long
#endif

// 32-bit Windows too aligns integers of 64 bits to 8 bytes; the compiler's own are aligned to 4.
#if __SIZEOF_POINTER__ == 4
#define SYSPTE_WDK_ALIGN_64 __attribute__((__aligned__(8)))
#else
#define SYSPTE_WDK_ALIGN_64
#endif

#if !SYSPTE_WDK_HAS_MS_KEYWORDS
#undef __int8
#undef __int16
#undef __int32
#define __int8 char
#define __int16 short
#define __int32 int
#endif

// ---- Declarations

// Of data with a value that several sources define: any one of them is taken.
#ifndef __ELF__
#define SYSPTE_WDK_SELECTANY       __attribute__((__selectany__))
#define SYSPTE_WDK_SELECTANY_AGAIN SYSPTE_WDK_SELECTANY
#else
#define SYSPTE_WDK_SELECTANY __attribute__((__weak__))
// For the definition that follows such a declaration: g++ takes it on the declaration alone, and of
// Windows' objects gcc wants it on both.
#define SYSPTE_WDK_SELECTANY_AGAIN
#endif

// For that declaration: clang takes it on the definition alone in Windows' objects.
#if defined(__ELF__) || !defined(__clang__)
#define SYSPTE_WDK_ANY_DECLARED SYSPTE_WDK_SELECTANY
#else
#define SYSPTE_WDK_ANY_DECLARED
#endif

// __declspec(align(n)) and __declspec(selectany) have an equal here; any other one is dropped.
// mingw-w64's gcc has it as a macro that makes all of them attributes.
#if !SYSPTE_WDK_HAS_MS_KEYWORDS && !defined(_MSC_VER) &&                                           \
    (!defined(__declspec) || defined(__MINGW32__))
#undef __declspec
#define SYSPTE_WDK_SECOND(first, second, ...) second
#define SYSPTE_WDK_PICK(...)                  SYSPTE_WDK_SECOND(__VA_ARGS__, , )
#define SYSPTE_WDK_DECLSPEC_align(bytes)      ~, __attribute__((__aligned__(bytes)))
#define SYSPTE_WDK_DECLSPEC_selectany         ~, SYSPTE_WDK_SELECTANY
#define __declspec(...) SYSPTE_WDK_PICK(SYSPTE_WDK_DECLSPEC_##__VA_ARGS__)
#endif

// Not static: drivers write `static __forceinline` too. Its end is not that of a function (seh.h).
#if !defined(__forceinline)
#define __forceinline                                                                              \
    __inline__ __attribute__((__always_inline__, __no_instrument_function__))
#endif

// ---- Words without an equal

// One calling convention for everything. clang knows these words and warns that they do nothing.
#undef __cdecl
#undef __stdcall
#undef __fastcall
#undef __thiscall
#undef __vectorcall
#define __cdecl
#define __stdcall
#define __fastcall
#define __thiscall
#define __vectorcall

#if !SYSPTE_WDK_HAS_MS_KEYWORDS
#define __unaligned
#define __ptr32
#define __ptr64
#define __sptr
#define __uptr
#define __w64
#define __pragma(...)
#define __assume(...) ((void)0)
#define __noop(...)   ((void)0)
#elif !defined(_MSC_VER)
#define __assume(...) ((void)0)
#define __noop(...)   ((void)0)
#endif

// ---- This project's own

// Functions that these headers define.
#define SYSPTE_WDK_INLINE static __inline__

#ifdef __cplusplus
#define SYSPTE_WDK_STATIC_ASSERT(condition, text) static_assert(condition, text)
#define SYSPTE_WDK_BEGIN                          extern "C" {
#define SYSPTE_WDK_END                            }
#else
#define SYSPTE_WDK_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#define SYSPTE_WDK_BEGIN
#define SYSPTE_WDK_END
#endif

#endif
