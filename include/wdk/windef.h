// SPDX-License-Identifier: MIT
// The names of user mode that some drivers use. Only here: <ntddk.h> has none of them.
#ifndef _WINDEF_
#define _WINDEF_

#include <ntdef.h>

typedef ULONG DWORD, *PDWORD, *LPDWORD;
typedef int BOOL, *PBOOL, *LPBOOL;
typedef unsigned char BYTE, *PBYTE, *LPBYTE;
typedef unsigned short WORD, *PWORD, *LPWORD;
typedef int INT, *PINT, *LPINT;
typedef unsigned int UINT, *PUINT;
typedef float FLOAT, *PFLOAT;
typedef LONG *LPLONG;
typedef void *LPVOID;
typedef const void *LPCVOID;
typedef UINT_PTR WPARAM;
typedef LONG_PTR LPARAM;
typedef LONG_PTR LRESULT;

#ifndef MAX_PATH
#define MAX_PATH 260
#endif

#define MAKEWORD(low, high) ((WORD)((BYTE)(low) | ((WORD)(BYTE)(high) << 8)))
#define MAKELONG(low, high) ((LONG)((WORD)(low) | ((DWORD)(WORD)(high) << 16)))
#define LOWORD(value)       ((WORD)((DWORD_PTR)(value)&0xFFFF))
#define HIWORD(value)       ((WORD)(((DWORD_PTR)(value) >> 16) & 0xFFFF))
#define LOBYTE(value)       ((BYTE)((DWORD_PTR)(value)&0xFF))
#define HIBYTE(value)       ((BYTE)(((DWORD_PTR)(value) >> 8) & 0xFF))

#endif
