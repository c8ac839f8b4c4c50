// SPDX-License-Identifier: MIT
// The memory descriptor list, field for field: drivers read and write it directly. An array of
// PFN_NUMBER follows it in memory.
#ifndef SYSPTE_WDK_MDL_H
#define SYSPTE_WDK_MDL_H

typedef struct _MDL {
    struct _MDL *Next;
    CSHORT Size; // in bytes, with the array
    CSHORT MdlFlags;
    struct _EPROCESS *Process;
    PVOID MappedSystemVa;
    PVOID StartVa; // of the first page
    ULONG ByteCount;
    ULONG ByteOffset; // in the first page
} MDL, *PMDL;
typedef const MDL *PCMDL;

#define MDL_MAPPED_TO_SYSTEM_VA     0x0001
#define MDL_PAGES_LOCKED            0x0002
#define MDL_SOURCE_IS_NONPAGED_POOL 0x0004
#define MDL_ALLOCATED_FIXED_SIZE    0x0008
#define MDL_PARTIAL                 0x0010
#define MDL_PARTIAL_HAS_BEEN_MAPPED 0x0020
#define MDL_IO_PAGE_READ            0x0040
#define MDL_WRITE_OPERATION         0x0080
#define MDL_LOCKED_PAGE_TABLES      0x0100
#define MDL_PARENT_MAPPED_SYSTEM_VA MDL_LOCKED_PAGE_TABLES
#define MDL_FREE_EXTRA_PTES         0x0200
#define MDL_DESCRIBES_AWE           0x0400
#define MDL_IO_SPACE                0x0800
#define MDL_NETWORK_HEADER          0x1000
#define MDL_MAPPING_CAN_FAIL        0x2000
#define MDL_PAGE_CONTENTS_INVARIANT 0x4000
#define MDL_ALLOCATED_MUST_SUCCEED  MDL_PAGE_CONTENTS_INVARIANT
#define MDL_INTERNAL                0x8000

typedef enum _LOCK_OPERATION { IoReadAccess, IoWriteAccess, IoModifyAccess } LOCK_OPERATION;

#define MmGetMdlByteCount(Mdl)      ((Mdl)->ByteCount)
#define MmGetMdlByteOffset(Mdl)     ((Mdl)->ByteOffset)
#define MmGetMdlBaseVa(Mdl)         ((Mdl)->StartVa)
// As numbers: the start of pages that an MDL owns is NULL.
#define MmGetMdlVirtualAddress(Mdl) ((PVOID)((ULONG_PTR)(Mdl)->StartVa + (Mdl)->ByteOffset))
#define MmGetMdlPfnArray(Mdl)       ((PPFN_NUMBER)((Mdl) + 1))

#if __SIZEOF_POINTER__ == 8
SYSPTE_WDK_STATIC_ASSERT(sizeof(MDL) == 0x30, "the MDL of 64-bit Windows");
SYSPTE_WDK_STATIC_ASSERT(__builtin_offsetof(MDL, Process) == 0x10, "the MDL of 64-bit Windows");
#else
SYSPTE_WDK_STATIC_ASSERT(sizeof(MDL) == 0x1C, "the MDL of 32-bit Windows");
#endif

#endif
