// SPDX-License-Identifier: MIT
// GUIDs. DEFINE_GUID declares; after <initguid.h> it defines.
#ifndef GUID_DEFINED
#define GUID_DEFINED

#include <syspte_wdk/compiler.h>

typedef struct _GUID {
    unsigned int Data1;
    unsigned short Data2;
    unsigned short Data3;
    unsigned char Data4[8];
} GUID;

typedef GUID *LPGUID;
typedef const GUID *LPCGUID;
typedef GUID IID, *LPIID;
typedef GUID CLSID, *LPCLSID;

#ifdef __cplusplus
#define REFGUID  const GUID &
#define REFIID   const IID &
#define REFCLSID const CLSID &
#else
#define REFGUID  const GUID *
#define REFIID   const IID *
#define REFCLSID const CLSID *
#endif

#ifdef __cplusplus
SYSPTE_WDK_INLINE int IsEqualGUID(const GUID &left, const GUID &right)
{
    return !__builtin_memcmp(&left, &right, sizeof(GUID));
}
SYSPTE_WDK_INLINE int InlineIsEqualGUID(const GUID &left, const GUID &right)
{
    return IsEqualGUID(left, right);
}
#else
#define IsEqualGUID(left, right)       (!__builtin_memcmp((left), (right), sizeof(GUID)))
#define InlineIsEqualGUID(left, right) IsEqualGUID(left, right)
#endif
#define IsEqualIID(left, right)   IsEqualGUID(left, right)
#define IsEqualCLSID(left, right) IsEqualGUID(left, right)

#ifdef __cplusplus
#define SYSPTE_WDK_EXTERN_C extern "C"
#else
#define SYSPTE_WDK_EXTERN_C extern
#endif

#endif

// Outside the guard: <initguid.h> comes here again.
#undef DEFINE_GUID
#ifdef INITGUID
#define DEFINE_GUID(name, a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                                 \
    SYSPTE_WDK_EXTERN_C const GUID name SYSPTE_WDK_ANY_DECLARED;                                   \
    const GUID name SYSPTE_WDK_SELECTANY_AGAIN = {a, b, c, {d0, d1, d2, d3, d4, d5, d6, d7}}
#else
#define DEFINE_GUID(name, a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                                 \
    SYSPTE_WDK_EXTERN_C const GUID name
#endif
