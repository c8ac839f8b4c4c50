// SPDX-License-Identifier: MIT
// The framework's DMA enablers, each a DMA adapter of WDM, and common buffers, which are contiguous
// memory. Their callbacks come in D0, after the interrupts' and before the queues start.
// Source: wdfdmaenabler nf-wdfdmaenabler-wdfdmaenablercreate,
// nc-wdfdmaenabler-evt_wdf_dma_enabler_fill, wdfcommonbuffer
// nf-wdfcommonbuffer-wdfcommonbuffercreatewithconfig.
#include "sim/wdf_power.h"

#include "sim/contiguous.h"

#define HIGHEST UINT32_MAX // physical address of the machine's RAM

typedef struct enabler_body {
    WDF_DMA_ENABLER_CONFIG config;
    PDMA_ADAPTER adapter;
    ULONG map_registers;
    size_t elements;
    ULONG alignment;
    bool is_started;
} enabler_body;

typedef struct buffer_body {
    void *block;
    size_t block_bytes;
    void *address;
    size_t bytes;
} buffer_body;

static enabler_body *enabler_of(syspte_wdf_object *enabler)
{
    return (enabler_body *)enabler->body;
}

static buffer_body *buffer_of(syspte_wdf_object *buffer)
{
    return (buffer_body *)buffer->body;
}

// ---- End

static void enabler_end(syspte_wdf_object *enabler)
{
    PDMA_ADAPTER adapter = enabler_of(enabler)->adapter;
    if (adapter != NULL) {
        adapter->DmaOperations->PutDmaAdapter(adapter);
    }
}

static void buffer_end(syspte_wdf_object *buffer)
{
    syspte_caller caller = SYSPTE_CALLER(NULL, 0, NULL);
    if (buffer_of(buffer)->block != NULL) {
        syspte_contiguous_free(SYSPTE_API_WDF_OBJECT_DELETE, &caller, buffer_of(buffer)->block,
                               buffer_of(buffer)->block_bytes);
    }
}

static const syspte_wdf_class enabler_class = {
    .name = "WDFDMAENABLER", .is_kept = true, .destroy = enabler_end};
static const syspte_wdf_class buffer_class = {.name = "WDFCOMMONBUFFER", .destroy = buffer_end};

// ---- Power

static NTSTATUS start(syspte_wdf_object *enabler)
{
    enabler_body *b = enabler_of(enabler);
    WDFDMAENABLER handle = (WDFDMAENABLER)enabler->handle;
    NTSTATUS status = STATUS_SUCCESS;
    b->is_started = true;
    SYSPTE_WDF_ASK(status, b->config.EvtDmaEnablerFill, "EvtDmaEnablerFill", (handle));
    if (NT_SUCCESS(status)) {
        SYSPTE_WDF_ASK(status, b->config.EvtDmaEnablerEnable, "EvtDmaEnablerEnable", (handle));
    }
    if (NT_SUCCESS(status)) {
        SYSPTE_WDF_ASK(status, b->config.EvtDmaEnablerSelfManagedIoStart,
                       "EvtDmaEnablerSelfManagedIoStart", (handle));
    }
    return status;
}

static void stop(syspte_wdf_object *enabler)
{
    enabler_body *b = enabler_of(enabler);
    WDFDMAENABLER handle = (WDFDMAENABLER)enabler->handle;
    NTSTATUS status = STATUS_SUCCESS;
    b->is_started = false;
    SYSPTE_WDF_ASK(status, b->config.EvtDmaEnablerSelfManagedIoStop,
                   "EvtDmaEnablerSelfManagedIoStop", (handle));
    SYSPTE_WDF_ASK(status, b->config.EvtDmaEnablerFlush, "EvtDmaEnablerFlush", (handle));
    SYSPTE_WDF_ASK(status, b->config.EvtDmaEnablerDisable, "EvtDmaEnablerDisable", (handle));
    (void)status;
}

static syspte_wdf_object *next(syspte_wdf_object *device, const syspte_wdf_object *after)
{
    return syspte_wdf_child(device, &enabler_class, after);
}

NTSTATUS syspte_wdf_dma_start(syspte_wdf_object *device)
{
    NTSTATUS status = STATUS_SUCCESS;
    for (syspte_wdf_object *e = next(device, NULL); e != NULL && NT_SUCCESS(status);
         e = next(device, e)) {
        status = start(e);
    }
    return status;
}

void syspte_wdf_dma_stop(syspte_wdf_object *device)
{
    for (syspte_wdf_object *e = next(device, NULL); e != NULL; e = next(device, e)) {
        if (enabler_of(e)->is_started) {
            stop(e);
        }
    }
}

// ---- Enablers

static DEVICE_DESCRIPTION description_of(const WDF_DMA_ENABLER_CONFIG *config)
{
    bool wide = config->Profile == WdfDmaProfilePacket64 ||
                config->Profile == WdfDmaProfileScatterGather64 ||
                config->Profile == WdfDmaProfileScatterGather64Duplex;
    DEVICE_DESCRIPTION description = {.Version = DEVICE_DESCRIPTION_VERSION2,
                                      .Master = TRUE,
                                      .ScatterGather = config->Profile != WdfDmaProfilePacket &&
                                                       config->Profile != WdfDmaProfilePacket64,
                                      .Dma32BitAddresses = TRUE,
                                      .Dma64BitAddresses = wide,
                                      .InterfaceType = PCIBus,
                                      .MaximumLength = (ULONG)config->MaximumLength};
    return description;
}

static NTSTATUS check(const WDF_DMA_ENABLER_CONFIG *config)
{
    if (config->Size != sizeof *config) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (config->Profile == WdfDmaProfileSystem || config->Profile == WdfDmaProfileSystemDuplex) {
        syspte_misused("a WDFDMAENABLER of the system's DMA controller is not simulated");
        return STATUS_NOT_SUPPORTED;
    }
    bool wrong = config->Profile == WdfDmaProfileInvalid || config->MaximumLength == 0;
    return wrong ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfDmaEnablerCreate,
             (WDFDEVICE Device, PWDF_DMA_ENABLER_CONFIG Config, PWDF_OBJECT_ATTRIBUTES Attributes,
              WDFDMAENABLER *DmaEnablerHandle),
             (Device, Config, Attributes, DmaEnablerHandle))
{
    syspte_wdf_object *enabler;
    syspte_wdf_object *device = syspte_wdf_find(SYSPTE_API_WDF_DMA_ENABLER_CREATE, caller, Device,
                                                &syspte_wdf_device_class);
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_DMA_ENABLER_CREATE,
                          .caller = caller,
                          .class = &enabler_class,
                          .attributes = Attributes,
                          .parent = device};
    *DmaEnablerHandle = NULL;
    NTSTATUS status = device == NULL ? STATUS_INVALID_PARAMETER : check(Config);
    if (NT_SUCCESS(status)) {
        status = syspte_wdf_create(&ask, &enabler);
    }
    if (!NT_SUCCESS(status)) {
        return status;
    }
    enabler_body *b = enabler_of(enabler);
    DEVICE_DESCRIPTION description = description_of(Config);
    b->config = *Config;
    b->elements = ~(size_t)0;
    b->alignment = syspte_wdf_device_of(device)->wdm->AlignmentRequirement;
    syspte_wdf_ownership before = syspte_wdf_own(enabler);
    b->adapter =
        syspte_at_IoGetDmaAdapter(syspte_wdf_device_of(device)->init.physical, &description,
                                  &b->map_registers, caller->file, caller->line, caller->function);
    syspte_wdf_disown(&before);
    if (b->adapter == NULL) {
        syspte_wdf_delete(caller, enabler);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *DmaEnablerHandle = (WDFDMAENABLER)enabler->handle;
    return STATUS_SUCCESS;
}

static enabler_body *find(const syspte_caller *caller, WDFDMAENABLER handle)
{
    syspte_wdf_object *enabler = syspte_wdf_find(SYSPTE_API_WDF, caller, handle, &enabler_class);
    return enabler == NULL ? NULL : enabler_of(enabler);
}

SYSPTE_ENTRY(size_t, WdfDmaEnablerGetMaximumLength, (WDFDMAENABLER DmaEnabler), (DmaEnabler))
{
    const enabler_body *b = find(caller, DmaEnabler);
    return b == NULL ? 0 : b->config.MaximumLength;
}

SYSPTE_ENTRY(size_t, WdfDmaEnablerGetFragmentLength,
             (WDFDMAENABLER DmaEnabler, WDF_DMA_DIRECTION DmaDirection), (DmaEnabler, DmaDirection))
{
    const enabler_body *b = find(caller, DmaEnabler);
    (void)DmaDirection;
    return b == NULL ? 0 : (size_t)(b->map_registers - 1) << PAGE_SHIFT;
}

SYSPTE_ENTRY(size_t, WdfDmaEnablerGetMaximumScatterGatherElements, (WDFDMAENABLER DmaEnabler),
             (DmaEnabler))
{
    const enabler_body *b = find(caller, DmaEnabler);
    return b == NULL ? 0 : b->elements;
}

SYSPTE_ENTRY_VOID(WdfDmaEnablerSetMaximumScatterGatherElements,
                  (WDFDMAENABLER DmaEnabler, size_t MaximumElements), (DmaEnabler, MaximumElements))
{
    enabler_body *b = find(caller, DmaEnabler);
    if (b != NULL) {
        b->elements = MaximumElements;
    }
}

SYSPTE_ENTRY(PDMA_ADAPTER, WdfDmaEnablerWdmGetDmaAdapter,
             (WDFDMAENABLER DmaEnabler, WDF_DMA_DIRECTION DmaDirection), (DmaEnabler, DmaDirection))
{
    const enabler_body *b = find(caller, DmaEnabler);
    (void)DmaDirection;
    return b == NULL ? NULL : b->adapter;
}

// ---- Common buffers

static NTSTATUS buffer_create(const syspte_wdf_ask *ask, size_t bytes, ULONG alignment,
                              WDFCOMMONBUFFER *handle)
{
    syspte_wdf_object *object;
    *handle = NULL;
    if (bytes == 0 || (alignment & (alignment + 1)) != 0) {
        return STATUS_INVALID_PARAMETER;
    }
    NTSTATUS status = syspte_wdf_create(ask, &object);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    buffer_body *b = buffer_of(object);
    b->bytes = bytes;
    b->block_bytes = bytes + (alignment < PAGE_SIZE ? 0 : alignment);
    syspte_wdf_ownership before = syspte_wdf_own(object);
    b->block = syspte_contiguous_allocate(ask->api, ask->caller, b->block_bytes, HIGHEST);
    syspte_wdf_disown(&before);
    if (b->block == NULL) {
        syspte_wdf_delete(ask->caller, object);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    PHYSICAL_ADDRESS at = MmGetPhysicalAddress(b->block);
    b->address = (char *)b->block + (-at.QuadPart & (LONGLONG)alignment);
    *handle = (WDFCOMMONBUFFER)object->handle;
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY(NTSTATUS, WdfCommonBufferCreate,
             (WDFDMAENABLER DmaEnabler, size_t Length, PWDF_OBJECT_ATTRIBUTES Attributes,
              WDFCOMMONBUFFER *CommonBuffer),
             (DmaEnabler, Length, Attributes, CommonBuffer))
{
    syspte_wdf_object *enabler =
        syspte_wdf_find(SYSPTE_API_WDF_COMMON_BUFFER_CREATE, caller, DmaEnabler, &enabler_class);
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_COMMON_BUFFER_CREATE,
                          .caller = caller,
                          .class = &buffer_class,
                          .attributes = Attributes,
                          .parent = enabler};
    return enabler == NULL
               ? STATUS_INVALID_PARAMETER
               : buffer_create(&ask, Length, enabler_of(enabler)->alignment, CommonBuffer);
}

SYSPTE_ENTRY(NTSTATUS, WdfCommonBufferCreateWithConfig,
             (WDFDMAENABLER DmaEnabler, size_t Length, PWDF_COMMON_BUFFER_CONFIG Config,
              PWDF_OBJECT_ATTRIBUTES Attributes, WDFCOMMONBUFFER *CommonBuffer),
             (DmaEnabler, Length, Config, Attributes, CommonBuffer))
{
    syspte_wdf_object *enabler =
        syspte_wdf_find(SYSPTE_API_WDF_COMMON_BUFFER_CREATE, caller, DmaEnabler, &enabler_class);
    syspte_wdf_ask ask = {.api = SYSPTE_API_WDF_COMMON_BUFFER_CREATE,
                          .caller = caller,
                          .class = &buffer_class,
                          .attributes = Attributes,
                          .parent = enabler};
    if (enabler == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    return Config->Size != sizeof *Config
               ? STATUS_INFO_LENGTH_MISMATCH
               : buffer_create(&ask, Length, Config->AlignmentRequirement, CommonBuffer);
}

static const buffer_body *find_buffer(const syspte_caller *caller, WDFCOMMONBUFFER handle)
{
    syspte_wdf_object *buffer = syspte_wdf_find(SYSPTE_API_WDF, caller, handle, &buffer_class);
    return buffer == NULL ? NULL : buffer_of(buffer);
}

SYSPTE_ENTRY(PVOID, WdfCommonBufferGetAlignedVirtualAddress, (WDFCOMMONBUFFER CommonBuffer),
             (CommonBuffer))
{
    const buffer_body *b = find_buffer(caller, CommonBuffer);
    return b == NULL ? NULL : b->address;
}

SYSPTE_ENTRY(PHYSICAL_ADDRESS, WdfCommonBufferGetAlignedLogicalAddress,
             (WDFCOMMONBUFFER CommonBuffer), (CommonBuffer))
{
    const buffer_body *b = find_buffer(caller, CommonBuffer);
    PHYSICAL_ADDRESS none = {.QuadPart = 0};
    return b == NULL ? none : MmGetPhysicalAddress(b->address);
}

SYSPTE_ENTRY(size_t, WdfCommonBufferGetLength, (WDFCOMMONBUFFER CommonBuffer), (CommonBuffer))
{
    const buffer_body *b = find_buffer(caller, CommonBuffer);
    return b == NULL ? 0 : b->bytes;
}
