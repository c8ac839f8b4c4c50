// SPDX-License-Identifier: MIT
// Framework objects: their attributes, their parents, and the memory (context) that a driver keeps
// with them.
#ifndef SYSPTE_WDK_WDF_OBJECT_H
#define SYSPTE_WDK_WDF_OBJECT_H

// ---- Attributes

_IRQL_requires_max_(DISPATCH_LEVEL) typedef VOID
    EVT_WDF_OBJECT_CONTEXT_CLEANUP(_In_ WDFOBJECT Object);
typedef EVT_WDF_OBJECT_CONTEXT_CLEANUP *PFN_WDF_OBJECT_CONTEXT_CLEANUP;

_IRQL_requires_max_(DISPATCH_LEVEL) typedef VOID
    EVT_WDF_OBJECT_CONTEXT_DESTROY(_In_ WDFOBJECT Object);
typedef EVT_WDF_OBJECT_CONTEXT_DESTROY *PFN_WDF_OBJECT_CONTEXT_DESTROY;

// The same by the type of the object, as drivers name them.
typedef EVT_WDF_OBJECT_CONTEXT_CLEANUP EVT_WDF_DEVICE_CONTEXT_CLEANUP;
typedef EVT_WDF_OBJECT_CONTEXT_DESTROY EVT_WDF_DEVICE_CONTEXT_DESTROY;
typedef EVT_WDF_OBJECT_CONTEXT_CLEANUP EVT_WDF_IO_QUEUE_CONTEXT_CLEANUP_CALLBACK;
typedef EVT_WDF_OBJECT_CONTEXT_DESTROY EVT_WDF_IO_QUEUE_CONTEXT_DESTROY_CALLBACK;
typedef EVT_WDF_OBJECT_CONTEXT_CLEANUP EVT_WDF_FILE_CONTEXT_CLEANUP_CALLBACK;
typedef EVT_WDF_OBJECT_CONTEXT_DESTROY EVT_WDF_FILE_CONTEXT_DESTROY_CALLBACK;

typedef enum _WDF_EXECUTION_LEVEL {
    WdfExecutionLevelInvalid = 0x00,
    WdfExecutionLevelInheritFromParent,
    WdfExecutionLevelPassive,
    WdfExecutionLevelDispatch
} WDF_EXECUTION_LEVEL;

typedef enum _WDF_SYNCHRONIZATION_SCOPE {
    WdfSynchronizationScopeInvalid = 0x00,
    WdfSynchronizationScopeInheritFromParent,
    WdfSynchronizationScopeDevice,
    WdfSynchronizationScopeQueue,
    WdfSynchronizationScopeNone
} WDF_SYNCHRONIZATION_SCOPE;

// What a driver keeps with an object. One of each type is there in a program: its own address
// tells it.
typedef const struct _WDF_OBJECT_CONTEXT_TYPE_INFO *PCWDF_OBJECT_CONTEXT_TYPE_INFO;
typedef PCWDF_OBJECT_CONTEXT_TYPE_INFO (*PFN_GET_UNIQUE_CONTEXT_TYPE)(VOID);
typedef struct _WDF_OBJECT_CONTEXT_TYPE_INFO {
    ULONG Size;
    PCHAR ContextName;
    size_t ContextSize;
    PCWDF_OBJECT_CONTEXT_TYPE_INFO UniqueType;
    PFN_GET_UNIQUE_CONTEXT_TYPE EvtDriverGetUniqueContextType;
} WDF_OBJECT_CONTEXT_TYPE_INFO, *PWDF_OBJECT_CONTEXT_TYPE_INFO;

typedef struct _WDF_OBJECT_ATTRIBUTES {
    ULONG Size;
    PFN_WDF_OBJECT_CONTEXT_CLEANUP EvtCleanupCallback;
    PFN_WDF_OBJECT_CONTEXT_DESTROY EvtDestroyCallback;
    WDF_EXECUTION_LEVEL ExecutionLevel;
    WDF_SYNCHRONIZATION_SCOPE SynchronizationScope;
    WDFOBJECT ParentObject;
    size_t ContextSizeOverride;
    PCWDF_OBJECT_CONTEXT_TYPE_INFO ContextTypeInfo;
} WDF_OBJECT_ATTRIBUTES, *PWDF_OBJECT_ATTRIBUTES;

SYSPTE_WDK_INLINE VOID WDF_OBJECT_ATTRIBUTES_INIT(_Out_ PWDF_OBJECT_ATTRIBUTES Attributes)
{
    RtlZeroMemory(Attributes, sizeof(WDF_OBJECT_ATTRIBUTES));
    Attributes->Size = sizeof(WDF_OBJECT_ATTRIBUTES);
    Attributes->ExecutionLevel = WdfExecutionLevelInheritFromParent;
    Attributes->SynchronizationScope = WdfSynchronizationScopeInheritFromParent;
}

// ---- Types of context

#define WDF_TYPE_NAME_TO_TYPE_INFO(_contexttype) _WDF_##_contexttype##_TYPE_INFO
#define WDF_TYPE_NAME_POINTER_TYPE(_contexttype) WDF_POINTER_TYPE_##_contexttype
#define WDF_GET_CONTEXT_TYPE_INFO(_contexttype)  (&WDF_TYPE_NAME_TO_TYPE_INFO(_contexttype))
#define WDF_TYPE_NAME_TO_STRING(_contexttype)    ((PCHAR) #_contexttype)

// One for all source files that declare the type.
#define WDF_DECLARE_TYPE(_contexttype)                                                             \
    extern const WDF_OBJECT_CONTEXT_TYPE_INFO WDF_TYPE_NAME_TO_TYPE_INFO(_contexttype)             \
        SYSPTE_WDK_ANY_DECLARED;                                                                   \
    const WDF_OBJECT_CONTEXT_TYPE_INFO WDF_TYPE_NAME_TO_TYPE_INFO(_contexttype)                    \
        SYSPTE_WDK_SELECTANY_AGAIN = {sizeof(WDF_OBJECT_CONTEXT_TYPE_INFO),                        \
                                      WDF_TYPE_NAME_TO_STRING(_contexttype), sizeof(_contexttype), \
                                      WDF_GET_CONTEXT_TYPE_INFO(_contexttype), NULL};

#define WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(_contexttype, _castingfunction)                         \
    typedef _contexttype *WDF_TYPE_NAME_POINTER_TYPE(_contexttype);                                \
    WDF_DECLARE_TYPE(_contexttype)                                                                 \
    __attribute__((__unused__)) SYSPTE_WDK_INLINE WDF_TYPE_NAME_POINTER_TYPE(_contexttype)         \
        _castingfunction(_In_ WDFOBJECT Handle)                                                    \
    {                                                                                              \
        return (WDF_TYPE_NAME_POINTER_TYPE(_contexttype))WdfObjectGetTypedContextWorker(           \
            Handle, WDF_GET_CONTEXT_TYPE_INFO(_contexttype)->UniqueType);                          \
    }

#define WDF_DECLARE_CONTEXT_TYPE(_contexttype)                                                     \
    WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(_contexttype, WdfObjectGet_##_contexttype)

#define WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE(_attributes, _contexttype)                          \
    ((_attributes)->ContextTypeInfo = WDF_GET_CONTEXT_TYPE_INFO(_contexttype)->UniqueType)

#define WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(_attributes, _contexttype)                         \
    (WDF_OBJECT_ATTRIBUTES_INIT(_attributes),                                                      \
     (void)WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE(_attributes, _contexttype))

// NULL if the object has no context of that type.
_IRQL_requires_max_(DISPATCH_LEVEL + 1) PVOID NTAPI
    WdfObjectGetTypedContextWorker(_In_ WDFOBJECT Handle,
                                   _In_ PCWDF_OBJECT_CONTEXT_TYPE_INFO TypeInfo);

#define WdfObjectGetTypedContext(handle, type)                                                     \
    ((type *)WdfObjectGetTypedContextWorker((handle), WDF_GET_CONTEXT_TYPE_INFO(type)->UniqueType))

// ---- Begin and end

SYSPTE_WDF(NTSTATUS, WdfObjectCreate, _In_opt_ PWDF_OBJECT_ATTRIBUTES Attributes,
           _Out_ WDFOBJECT *Object);
SYSPTE_WDF(NTSTATUS, WdfObjectAllocateContext, _In_ WDFOBJECT Handle,
           _In_ PWDF_OBJECT_ATTRIBUTES ContextAttributes, _Out_ PVOID *Context);
SYSPTE_WDF(VOID, WdfObjectDelete, _In_ WDFOBJECT Object);
SYSPTE_WDF(VOID, WdfObjectReferenceActual, _In_ WDFOBJECT Handle, _In_opt_ PVOID Tag,
           _In_ LONG Line, _In_z_ PCCH File);
SYSPTE_WDF(VOID, WdfObjectDereferenceActual, _In_ WDFOBJECT Handle, _In_opt_ PVOID Tag,
           _In_ LONG Line, _In_z_ PCCH File);

#define WdfObjectReference(Handle) WdfObjectReferenceActual((Handle), NULL, __LINE__, __FILE__)
#define WdfObjectReferenceWithTag(Handle, Tag)                                                     \
    WdfObjectReferenceActual((Handle), (Tag), __LINE__, __FILE__)
#define WdfObjectDereference(Handle) WdfObjectDereferenceActual((Handle), NULL, __LINE__, __FILE__)
#define WdfObjectDereferenceWithTag(Handle, Tag)                                                   \
    WdfObjectDereferenceActual((Handle), (Tag), __LINE__, __FILE__)

// ---- Use

// Of the memory that WdfObjectGetTypedContext gave.
SYSPTE_WDF(WDFOBJECT, WdfObjectContextGetObject, _In_ PVOID ContextPointer);

#endif
