// SPDX-License-Identifier: MIT
// Memory, lookaside lists, collections and strings of the framework.
#ifndef SYSPTE_WDK_WDF_MEMORY_H
#define SYSPTE_WDK_WDF_MEMORY_H

typedef struct _WDFMEMORY_OFFSET {
    size_t BufferOffset;
    size_t BufferLength; // 0: to the end
} WDFMEMORY_OFFSET, *PWDFMEMORY_OFFSET;

typedef enum _WDF_MEMORY_DESCRIPTOR_TYPE {
    WdfMemoryDescriptorTypeInvalid = 0,
    WdfMemoryDescriptorTypeBuffer,
    WdfMemoryDescriptorTypeMdl,
    WdfMemoryDescriptorTypeHandle
} WDF_MEMORY_DESCRIPTOR_TYPE;

typedef struct _WDF_MEMORY_DESCRIPTOR {
    WDF_MEMORY_DESCRIPTOR_TYPE Type;
    union {
        struct {
            PVOID Buffer;
            ULONG Length;
        } BufferType;
        struct {
            PMDL Mdl;
            ULONG BufferLength;
        } MdlType;
        struct {
            WDFMEMORY Memory;
            PWDFMEMORY_OFFSET Offsets;
        } HandleType;
    } u;
} WDF_MEMORY_DESCRIPTOR, *PWDF_MEMORY_DESCRIPTOR;

SYSPTE_WDK_INLINE VOID WDF_MEMORY_DESCRIPTOR_INIT_BUFFER(_Out_ PWDF_MEMORY_DESCRIPTOR Descriptor,
                                                         _In_ PVOID Buffer, _In_ ULONG BufferLength)
{
    RtlZeroMemory(Descriptor, sizeof(WDF_MEMORY_DESCRIPTOR));
    Descriptor->Type = WdfMemoryDescriptorTypeBuffer;
    Descriptor->u.BufferType.Buffer = Buffer;
    Descriptor->u.BufferType.Length = BufferLength;
}

SYSPTE_WDK_INLINE VOID WDF_MEMORY_DESCRIPTOR_INIT_HANDLE(_Out_ PWDF_MEMORY_DESCRIPTOR Descriptor,
                                                         _In_ WDFMEMORY Memory,
                                                         _In_opt_ PWDFMEMORY_OFFSET Offsets)
{
    RtlZeroMemory(Descriptor, sizeof(WDF_MEMORY_DESCRIPTOR));
    Descriptor->Type = WdfMemoryDescriptorTypeHandle;
    Descriptor->u.HandleType.Memory = Memory;
    Descriptor->u.HandleType.Offsets = Offsets;
}

SYSPTE_WDK_INLINE VOID WDF_MEMORY_DESCRIPTOR_INIT_MDL(_Out_ PWDF_MEMORY_DESCRIPTOR Descriptor,
                                                      _In_ PMDL Mdl, _In_ ULONG BufferLength)
{
    RtlZeroMemory(Descriptor, sizeof(WDF_MEMORY_DESCRIPTOR));
    Descriptor->Type = WdfMemoryDescriptorTypeMdl;
    Descriptor->u.MdlType.Mdl = Mdl;
    Descriptor->u.MdlType.BufferLength = BufferLength;
}

// ---- Memory

SYSPTE_WDF(NTSTATUS, WdfMemoryCreate, _In_opt_ PWDF_OBJECT_ATTRIBUTES Attributes,
           _In_ POOL_TYPE PoolType, _In_opt_ ULONG PoolTag, _In_ size_t BufferSize,
           _Out_ WDFMEMORY *Memory, _Outptr_opt_ PVOID *Buffer);
SYSPTE_WDF(NTSTATUS, WdfMemoryCreatePreallocated, _In_opt_ PWDF_OBJECT_ATTRIBUTES Attributes,
           _In_ PVOID Buffer, _In_ size_t BufferSize, _Out_ WDFMEMORY *Memory);
SYSPTE_WDF(PVOID, WdfMemoryGetBuffer, _In_ WDFMEMORY Memory, _Out_opt_ size_t *BufferSize);
SYSPTE_WDF(NTSTATUS, WdfMemoryAssignBuffer, _In_ WDFMEMORY Memory, _In_ PVOID Buffer,
           _In_ size_t BufferSize);
SYSPTE_WDF(NTSTATUS, WdfMemoryCopyToBuffer, _In_ WDFMEMORY SourceMemory, _In_ size_t SourceOffset,
           _Out_ PVOID Buffer, _In_ size_t NumBytesToCopyTo);
SYSPTE_WDF(NTSTATUS, WdfMemoryCopyFromBuffer, _In_ WDFMEMORY DestinationMemory,
           _In_ size_t DestinationOffset, _In_ PVOID Buffer, _In_ size_t NumBytesToCopyFrom);

// ---- Lookaside lists: every block is allocated when it is asked for

SYSPTE_WDF(NTSTATUS, WdfLookasideListCreate, _In_opt_ PWDF_OBJECT_ATTRIBUTES LookasideAttributes,
           _In_ size_t BufferSize, _In_ POOL_TYPE PoolType,
           _In_opt_ PWDF_OBJECT_ATTRIBUTES MemoryAttributes, _In_opt_ ULONG PoolTag,
           _Out_ WDFLOOKASIDE *Lookaside);
SYSPTE_WDF(NTSTATUS, WdfMemoryCreateFromLookaside, _In_ WDFLOOKASIDE Lookaside,
           _Out_ WDFMEMORY *Memory);

// ---- Collections: each object in one has a reference

SYSPTE_WDF(NTSTATUS, WdfCollectionCreate, _In_opt_ PWDF_OBJECT_ATTRIBUTES CollectionAttributes,
           _Out_ WDFCOLLECTION *Collection);
SYSPTE_WDF(ULONG, WdfCollectionGetCount, _In_ WDFCOLLECTION Collection);
SYSPTE_WDF(NTSTATUS, WdfCollectionAdd, _In_ WDFCOLLECTION Collection, _In_ WDFOBJECT Object);
SYSPTE_WDF(VOID, WdfCollectionRemove, _In_ WDFCOLLECTION Collection, _In_ WDFOBJECT Item);
SYSPTE_WDF(VOID, WdfCollectionRemoveItem, _In_ WDFCOLLECTION Collection, _In_ ULONG Index);
SYSPTE_WDF(WDFOBJECT, WdfCollectionGetItem, _In_ WDFCOLLECTION Collection, _In_ ULONG Index);
SYSPTE_WDF(WDFOBJECT, WdfCollectionGetFirstItem, _In_ WDFCOLLECTION Collection);
SYSPTE_WDF(WDFOBJECT, WdfCollectionGetLastItem, _In_ WDFCOLLECTION Collection);

// ---- Strings

SYSPTE_WDF(NTSTATUS, WdfStringCreate, _In_opt_ PCUNICODE_STRING UnicodeString,
           _In_opt_ PWDF_OBJECT_ATTRIBUTES StringAttributes, _Out_ WDFSTRING *String);
SYSPTE_WDF(VOID, WdfStringGetUnicodeString, _In_ WDFSTRING String,
           _Out_ PUNICODE_STRING UnicodeString);

#endif
