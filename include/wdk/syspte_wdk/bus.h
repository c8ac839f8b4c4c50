// SPDX-License-Identifier: MIT
// What a bus driver answers to IRP_MN_QUERY_INTERFACE.
#ifndef SYSPTE_WDK_BUS_H
#define SYSPTE_WDK_BUS_H

// ---- The bus of a device

typedef BOOLEAN TRANSLATE_BUS_ADDRESS(_Inout_opt_ PVOID Context, _In_ PHYSICAL_ADDRESS BusAddress,
                                      _In_ ULONG Length, _Out_ PULONG AddressSpace,
                                      _Out_ PPHYSICAL_ADDRESS TranslatedAddress);
typedef TRANSLATE_BUS_ADDRESS *PTRANSLATE_BUS_ADDRESS;

typedef struct _DMA_ADAPTER *GET_DMA_ADAPTER(_Inout_opt_ PVOID Context,
                                             _In_ struct _DEVICE_DESCRIPTION *DeviceDescriptor,
                                             _Out_ PULONG NumberOfMapRegisters);
typedef GET_DMA_ADAPTER *PGET_DMA_ADAPTER;

// Reads or writes configuration space and answers how many bytes.
typedef ULONG GET_SET_DEVICE_DATA(_Inout_opt_ PVOID Context, _In_ ULONG DataType,
                                  _Inout_ PVOID Buffer, _In_ ULONG Offset, _In_ ULONG Length);
typedef GET_SET_DEVICE_DATA *PGET_SET_DEVICE_DATA;

typedef struct _BUS_INTERFACE_STANDARD {
    USHORT Size;
    USHORT Version;
    PVOID Context;
    PINTERFACE_REFERENCE InterfaceReference;
    PINTERFACE_DEREFERENCE InterfaceDereference;
    PTRANSLATE_BUS_ADDRESS TranslateBusAddress;
    PGET_DMA_ADAPTER GetDmaAdapter;
    PGET_SET_DEVICE_DATA SetBusData;
    PGET_SET_DEVICE_DATA GetBusData;
} BUS_INTERFACE_STANDARD, *PBUS_INTERFACE_STANDARD;

// ---- ACPI

typedef VOID (*PDEVICE_NOTIFY_CALLBACK)(PVOID, ULONG);
typedef VOID (*PDEVICE_NOTIFY_CALLBACK2)(PVOID Context, ULONG NotifyCode);
typedef BOOLEAN (*PGPE_SERVICE_ROUTINE)(PVOID, PVOID);
typedef BOOLEAN (*PGPE_SERVICE_ROUTINE2)(PVOID ObjectContext, PVOID ServiceContext);

typedef struct _ACPI_INTERFACE_STANDARD2 {
    USHORT Size;
    USHORT Version;
    PVOID Context;
    PINTERFACE_REFERENCE InterfaceReference;
    PINTERFACE_DEREFERENCE InterfaceDereference;
    NTSTATUS (*GpeConnectVector)
    (PVOID Context, ULONG GpeNumber, enum _KINTERRUPT_MODE Mode, BOOLEAN Shareable,
     PGPE_SERVICE_ROUTINE ServiceRoutine, PVOID ServiceContext, PVOID *ObjectContext);
    NTSTATUS (*GpeDisconnectVector)(PVOID Context, PVOID ObjectContext);
    NTSTATUS (*GpeEnableEvent)(PVOID Context, PVOID ObjectContext);
    NTSTATUS (*GpeDisableEvent)(PVOID Context, PVOID ObjectContext);
    NTSTATUS (*GpeClearStatus)(PVOID Context, PVOID ObjectContext);
    NTSTATUS (*RegisterForDeviceNotifications)
    (PVOID Context, PDEVICE_NOTIFY_CALLBACK2 NotificationHandler, PVOID NotificationContext);
    VOID (*UnregisterForDeviceNotifications)(PVOID Context);
} ACPI_INTERFACE_STANDARD2, *PACPI_INTERFACE_STANDARD2;

#endif
