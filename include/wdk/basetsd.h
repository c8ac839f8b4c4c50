// SPDX-License-Identifier: MIT
// Integers of a stated size, and integers as long as a pointer.
#ifndef _BASETSD_H_
#define _BASETSD_H_

#include <syspte_wdk/compiler.h>

#define POINTER_32
#define POINTER_64
#define POINTER_SIGNED
#define POINTER_UNSIGNED

typedef signed char INT8, *PINT8;
typedef short INT16, *PINT16;
typedef int INT32, *PINT32;
typedef __int64 INT64 SYSPTE_WDK_ALIGN_64, *PINT64;
typedef unsigned char UINT8, *PUINT8;
typedef unsigned short UINT16, *PUINT16;
typedef unsigned int UINT32, *PUINT32;
typedef unsigned __int64 UINT64 SYSPTE_WDK_ALIGN_64, *PUINT64;

typedef int LONG32, *PLONG32;
typedef unsigned int ULONG32, *PULONG32;
typedef unsigned int DWORD32, *PDWORD32;
typedef __int64 LONG64 SYSPTE_WDK_ALIGN_64, *PLONG64;
typedef unsigned __int64 ULONG64 SYSPTE_WDK_ALIGN_64, *PULONG64;
typedef unsigned __int64 DWORD64 SYSPTE_WDK_ALIGN_64, *PDWORD64;

#if __SIZEOF_POINTER__ == 8
typedef __int64 INT_PTR, *PINT_PTR;
typedef unsigned __int64 UINT_PTR, *PUINT_PTR;
typedef __int64 LONG_PTR, *PLONG_PTR;
typedef unsigned __int64 ULONG_PTR, *PULONG_PTR;
typedef int HALF_PTR, *PHALF_PTR;
typedef unsigned int UHALF_PTR, *PUHALF_PTR;
typedef __int64 SHANDLE_PTR;
typedef unsigned __int64 HANDLE_PTR;
#define MAXINT_PTR   ((INT_PTR)0x7FFFFFFFFFFFFFFF)
#define MININT_PTR   (-MAXINT_PTR - 1)
#define MAXUINT_PTR  (~(UINT_PTR)0)
#define MAXLONG_PTR  ((LONG_PTR)0x7FFFFFFFFFFFFFFF)
#define MINLONG_PTR  (-MAXLONG_PTR - 1)
#define MAXULONG_PTR (~(ULONG_PTR)0)
#else
typedef int INT_PTR, *PINT_PTR;
typedef unsigned int UINT_PTR, *PUINT_PTR;
typedef long LONG_PTR, *PLONG_PTR;
typedef unsigned long ULONG_PTR, *PULONG_PTR;
typedef short HALF_PTR, *PHALF_PTR;
typedef unsigned short UHALF_PTR, *PUHALF_PTR;
typedef long SHANDLE_PTR;
typedef unsigned long HANDLE_PTR;
#define MAXINT_PTR   ((INT_PTR)0x7FFFFFFF)
#define MININT_PTR   (-MAXINT_PTR - 1)
#define MAXUINT_PTR  (~(UINT_PTR)0)
#define MAXLONG_PTR  ((LONG_PTR)0x7FFFFFFF)
#define MINLONG_PTR  (-MAXLONG_PTR - 1)
#define MAXULONG_PTR (~(ULONG_PTR)0)
#endif

typedef ULONG_PTR SIZE_T, *PSIZE_T;
typedef LONG_PTR SSIZE_T, *PSSIZE_T;
typedef ULONG_PTR DWORD_PTR, *PDWORD_PTR;
typedef ULONG_PTR KAFFINITY, *PKAFFINITY;

#define MAXUINT8   ((UINT8)0xFF)
#define MAXINT8    ((INT8)0x7F)
#define MAXUINT16  ((UINT16)0xFFFF)
#define MAXINT16   ((INT16)0x7FFF)
#define MAXUINT32  ((UINT32)0xFFFFFFFF)
#define MAXINT32   ((INT32)0x7FFFFFFF)
#define MAXUINT64  (~(UINT64)0)
#define MAXINT64   ((INT64)(MAXUINT64 >> 1))
#define MININT64   (-MAXINT64 - 1)
#define MAXULONG32 ((ULONG32)0xFFFFFFFF)
#define MAXULONG64 (~(ULONG64)0)
#define MAXLONG64  ((LONG64)(MAXULONG64 >> 1))
#define MINLONG64  (-MAXLONG64 - 1)
#define MAXSIZE_T  (~(SIZE_T)0)
#define MAXUINT    ((unsigned int)0xFFFFFFFF)
#define MAXINT     ((int)0x7FFFFFFF)

// ---- Pointers and handles as integers, cut off where the integer is shorter

#define HandleToULong(handle) ((ULONG)(ULONG_PTR)(handle))
#define HandleToLong(handle)  ((LONG)(LONG_PTR)(handle))
#define HandleToUlong(handle) HandleToULong(handle)
#define ULongToHandle(value)  ((HANDLE)(ULONG_PTR)(ULONG)(value))
#define LongToHandle(value)   ((HANDLE)(LONG_PTR)(LONG)(value))
#define UlongToHandle(value)  ULongToHandle(value)
#define PtrToUlong(pointer)   ((ULONG)(ULONG_PTR)(pointer))
#define PtrToULong(pointer)   PtrToUlong(pointer)
#define PtrToLong(pointer)    ((LONG)(LONG_PTR)(pointer))
#define PtrToUint(pointer)    ((UINT32)(UINT_PTR)(pointer))
#define PtrToUInt(pointer)    PtrToUint(pointer)
#define PtrToInt(pointer)     ((INT32)(INT_PTR)(pointer))
#define PtrToUshort(pointer)  ((unsigned short)(ULONG_PTR)(pointer))
#define PtrToShort(pointer)   ((short)(LONG_PTR)(pointer))
#define PtrToPtr64(pointer)   ((void *)(pointer))
#define Ptr64ToPtr(pointer)   ((void *)(pointer))
#define ULongToPtr(value)     ((void *)(ULONG_PTR)(ULONG)(value))
#define UlongToPtr(value)     ULongToPtr(value)
#define LongToPtr(value)      ((void *)(LONG_PTR)(LONG)(value))
#define UIntToPtr(value)      ((void *)(UINT_PTR)(UINT32)(value))
#define UintToPtr(value)      UIntToPtr(value)
#define IntToPtr(value)       ((void *)(INT_PTR)(INT32)(value))

#endif
