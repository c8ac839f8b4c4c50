// SPDX-License-Identifier: MIT
// <wdf.h> as drivers use it, and the sizes that its structures tell of themselves. Only has to
// build, as C and as C++.
#include <ntddk.h>
#include <wdf.h>

typedef struct _DEVICE_CONTEXT {
    PVOID Registers;
} DEVICE_CONTEXT, *PDEVICE_CONTEXT;

typedef struct _OTHER {
    ULONG Count;
} OTHER;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, GetContext)
WDF_DECLARE_CONTEXT_TYPE(OTHER)

#if __SIZEOF_POINTER__ == 8
C_ASSERT(sizeof(WDF_OBJECT_ATTRIBUTES) == 0x38);
C_ASSERT(sizeof(WDF_OBJECT_CONTEXT_TYPE_INFO) == 0x28);
C_ASSERT(sizeof(WDF_DRIVER_CONFIG) == 0x20);
C_ASSERT(sizeof(WDF_PNPPOWER_EVENT_CALLBACKS) == 0x90);
C_ASSERT(sizeof(WDF_IO_QUEUE_CONFIG) == 0x60);
C_ASSERT(sizeof(WDF_INTERRUPT_CONFIG) == 0x68);
C_ASSERT(sizeof(WDF_FILEOBJECT_CONFIG) == 0x28);
#endif

EVT_WDF_DRIVER_DEVICE_ADD OnAdd;
EVT_WDF_DEVICE_PREPARE_HARDWARE OnPrepare;
EVT_WDF_INTERRUPT_ISR OnIsr;
EVT_WDF_IO_QUEUE_IO_READ OnRead;
EVT_WDF_TIMER OnTimer;
DRIVER_INITIALIZE DriverEntry;

NTSTATUS OnPrepare(WDFDEVICE Device, WDFCMRESLIST Raw, WDFCMRESLIST Translated)
{
    PDEVICE_CONTEXT context = GetContext(Device);
    PCM_PARTIAL_RESOURCE_DESCRIPTOR memory = WdfCmResourceListGetDescriptor(Translated, 0);
    UNREFERENCED_PARAMETER(Raw);
    WdfObjectGet_OTHER(Device)->Count = WdfCmResourceListGetCount(Translated);
    context->Registers = MmMapIoSpace(memory->u.Memory.Start, memory->u.Memory.Length, MmNonCached);
    return context->Registers == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

BOOLEAN OnIsr(WDFINTERRUPT Interrupt, ULONG MessageID)
{
    UNREFERENCED_PARAMETER(MessageID);
    return WdfInterruptQueueDpcForIsr(Interrupt);
}

VOID OnRead(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    UNREFERENCED_PARAMETER(Queue);
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, Length);
}

VOID OnTimer(WDFTIMER Timer)
{
    (void)WdfTimerStart(Timer, WDF_REL_TIMEOUT_IN_MS(10));
}

NTSTATUS OnAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    NTSTATUS (*create)(PWDFDEVICE_INIT *, PWDF_OBJECT_ATTRIBUTES, WDFDEVICE *) = &WdfDeviceCreate;
    WDF_PNPPOWER_EVENT_CALLBACKS callbacks;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queue;
    WDF_INTERRUPT_CONFIG interrupt;
    WDF_TIMER_CONFIG timer;
    WDFDEVICE device;
    WDFINTERRUPT irq;
    WDFTIMER later;
    UNREFERENCED_PARAMETER(Driver);

    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&callbacks);
    callbacks.EvtDevicePrepareHardware = OnPrepare;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &callbacks);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    NTSTATUS status = create(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchSequential);
    queue.EvtIoRead = OnRead;
    status = WdfIoQueueCreate(device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    WDF_INTERRUPT_CONFIG_INIT(&interrupt, OnIsr, NULL);
    if (NT_SUCCESS(status)) {
        status = WdfInterruptCreate(device, &interrupt, WDF_NO_OBJECT_ATTRIBUTES, &irq);
    }
    WDF_TIMER_CONFIG_INIT(&timer, OnTimer);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    WDF_OBJECT_ATTRIBUTES_SET_CONTEXT_TYPE(&attributes, OTHER);
    attributes.ParentObject = device;
    return NT_SUCCESS(status) ? WdfTimerCreate(&timer, &attributes, &later) : status;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;
    WDF_DRIVER_CONFIG_INIT(&config, OnAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config,
                           WDF_NO_HANDLE);
}
