// SPDX-License-Identifier: MIT
// What a KMDF driver has of its device's hardware: resource lists, interrupts, the bus interface,
// and DMA.
#include "wdf_driver.h"

#include <initguid.h>
#include <wdmguid.h>

enum { VECTOR = 0x60 };

static const syspte_resource resources[] = {
    {.kind = SYSPTE_RESOURCE_MEMORY, .start = BAR, .bytes = 0x2000},
    {.kind = SYSPTE_RESOURCE_INTERRUPT, .start = VECTOR},
    {.kind = SYSPTE_RESOURCE_PORT, .start = 0x3000, .bytes = 0x20},
};
static const syspte_hardware hardware = {
    .resources = resources, .resource_count = 3, .vendor_id = 0x8086, .device_id = 0x1229};

static syspte_life *life;

static struct {
    WDFINTERRUPT interrupt;
    unsigned served;
    unsigned dpcs;
    unsigned works;
    KIRQL isr_irql;
    KIRQL enable_irql;
    KIRQL dpc_irql;
    WDFDMAENABLER enabler;
    WDFCOMMONBUFFER buffer;
    char dma[64];
} seen_there;

static int begin(void **state)
{
    memset(&seen_there, 0, sizeof seen_there);
    return wdf_begin(state);
}

#define hardware_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static void start_life(void)
{
    assert_int_equal(syspte_life_load(wdf_driver_entry, &hardware, &life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_add(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_start(life), STATUS_SUCCESS);
}

static void end_life(void)
{
    syspte_life_unload(life);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

// ---- Resources

static void look_at_resources(WDFDEVICE device, WDFCMRESLIST list)
{
    (void)device;
    assert_int_equal(WdfCmResourceListGetCount(list), 3);
    PCM_PARTIAL_RESOURCE_DESCRIPTOR memory = WdfCmResourceListGetDescriptor(list, 0);
    assert_int_equal(memory->Type, CmResourceTypeMemory);
    assert_int_equal(memory->u.Memory.Start.QuadPart, BAR);
    assert_int_equal(WdfCmResourceListGetDescriptor(list, 1)->u.Interrupt.Vector, VECTOR);
    assert_int_equal(WdfCmResourceListGetDescriptor(list, 2)->u.Port.Length, 0x20);
    assert_null(WdfCmResourceListGetDescriptor(list, 3));
    memory->u.Memory.Length = 1; // the framework's copy: the next start has the length again
}

static void resource_list_has_the_devices_resources_in_order(void **state)
{
    (void)state;
    the_driver.prepared = look_at_resources;

    start_life();
    assert_int_equal(syspte_life_stop(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_start(life), STATUS_SUCCESS);

    end_life();
}

static void query_interface(WDFDEVICE device)
{
    BUS_INTERFACE_STANDARD bus;
    USHORT ids[2];
    assert_int_equal(WdfFdoQueryForInterface(device, &GUID_BUS_INTERFACE_STANDARD, (PINTERFACE)&bus,
                                             sizeof bus, 1, NULL),
                     STATUS_SUCCESS);
    assert_int_equal(bus.GetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, ids, 0, sizeof ids),
                     sizeof ids);
    assert_int_equal(ids[0], 0x8086);
    assert_int_equal(ids[1], 0x1229);
    bus.InterfaceDereference(bus.Context);
}

static void bus_interface_is_asked_for_below(void **state)
{
    (void)state;
    the_driver.added = query_interface;

    start_life();

    end_life();
}

static void query_properties(WDFDEVICE device)
{
    ULONG number;
    ULONG bytes;
    WDFMEMORY memory;
    size_t length;
    assert_int_equal(
        WdfDeviceQueryProperty(device, DevicePropertyBusNumber, sizeof number, &number, &bytes),
        STATUS_SUCCESS);
    assert_int_equal(bytes, sizeof number);
    assert_int_equal(WdfDeviceAllocAndQueryProperty(device, DevicePropertyBusNumber, PagedPool,
                                                    WDF_NO_OBJECT_ATTRIBUTES, &memory),
                     STATUS_SUCCESS);
    assert_memory_equal(WdfMemoryGetBuffer(memory, &length), &number, sizeof number);
    assert_int_equal(length, sizeof number);
}

static void properties_of_the_physical_device_are_told(void **state)
{
    (void)state;
    the_driver.added = query_properties;

    start_life();

    end_life();
}

// ---- Interrupts

static BOOLEAN NTAPI on_isr(WDFINTERRUPT Interrupt, ULONG MessageID)
{
    assert_int_equal(MessageID, 0);
    assert_ptr_equal(Interrupt, seen_there.interrupt);
    seen_there.served++;
    seen_there.isr_irql = KeGetCurrentIrql();
    assert_true(WdfInterruptQueueDpcForIsr(Interrupt));
    assert_false(WdfInterruptQueueDpcForIsr(Interrupt));
    return TRUE;
}

static VOID NTAPI on_isr_dpc(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject)
{
    assert_ptr_equal(AssociatedObject, the_driver.device);
    assert_ptr_equal(WdfInterruptGetDevice(Interrupt), the_driver.device);
    seen_there.dpcs++;
    seen_there.dpc_irql = KeGetCurrentIrql();
}

static NTSTATUS NTAPI on_enable(WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice)
{
    (void)Interrupt;
    (void)AssociatedDevice;
    seen_there.enable_irql = KeGetCurrentIrql();
    strcat(the_driver.log, "Enable ");
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI on_disable(WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice)
{
    (void)Interrupt;
    (void)AssociatedDevice;
    strcat(the_driver.log, "Disable ");
    return STATUS_SUCCESS;
}

static void create_interrupt(WDFDEVICE device, WDFCMRESLIST list)
{
    WDF_INTERRUPT_CONFIG config;
    WDF_INTERRUPT_CONFIG_INIT(&config, on_isr, on_isr_dpc);
    config.EvtInterruptEnable = on_enable;
    config.EvtInterruptDisable = on_disable;
    if (list != NULL) {
        config.InterruptRaw = config.InterruptTranslated = WdfCmResourceListGetDescriptor(list, 1);
    }
    assert_int_equal(
        WdfInterruptCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, &seen_there.interrupt),
        STATUS_SUCCESS);
}

static void create_interrupt_early(WDFDEVICE device)
{
    create_interrupt(device, NULL);
}

static void interrupt_is_connected_while_the_device_is_in_d0(void **state)
{
    (void)state;
    the_driver.added = create_interrupt_early;

    start_life();
    assert_log("Entry Add Prepare D0Entry(D3Final) Enable PostEnabled SelfInit");
    assert_int_equal(seen_there.enable_irql, VECTOR / 16);
    assert_int_equal(syspte_interrupt_connected(VECTOR), 1);
    assert_int_equal(syspte_life_power_down(life), STATUS_SUCCESS);
    assert_log("SelfSuspend PreDisabled Disable D0Exit(D3)");
    assert_int_equal(syspte_interrupt_connected(VECTOR), 0);
    assert_int_equal(syspte_life_power_up(life), STATUS_SUCCESS);

    assert_log("D0Entry(D3) Enable PostEnabled SelfRestart");
    end_life();
}

static void interrupt_reaches_the_isr_and_its_dpc(void **state)
{
    (void)state;
    the_driver.added = create_interrupt_early;
    start_life();

    assert_true(syspte_interrupt_fire(VECTOR));
    assert_int_equal(seen_there.dpcs, 0);
    assert_int_equal(syspte_run_pending(), 1);

    assert_int_equal(seen_there.served, 1);
    assert_int_equal(seen_there.isr_irql, VECTOR / 16);
    assert_int_equal(seen_there.dpcs, 1);
    assert_int_equal(seen_there.dpc_irql, DISPATCH_LEVEL);
    end_life();
}

static void interrupt_of_prepare_hardware_goes_with_release(void **state)
{
    (void)state;
    the_driver.prepared = create_interrupt;
    start_life();
    WDFINTERRUPT first = seen_there.interrupt;

    assert_int_equal(syspte_life_stop(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_start(life), STATUS_SUCCESS);

    assert_ptr_not_equal(seen_there.interrupt, first);
    assert_true(syspte_interrupt_fire(VECTOR));
    assert_int_equal(seen_there.served, 1);
    end_life();
}

static BOOLEAN NTAPI in_step(WDFINTERRUPT Interrupt, WDFCONTEXT Context)
{
    assert_ptr_equal(Interrupt, seen_there.interrupt);
    *(KIRQL *)Context = KeGetCurrentIrql();
    return TRUE;
}

static void interrupt_lock_raises_to_its_irql(void **state)
{
    KIRQL irql = 0;
    WDF_INTERRUPT_INFO info;
    (void)state;
    the_driver.added = create_interrupt_early;
    start_life();

    assert_true(WdfInterruptSynchronize(seen_there.interrupt, in_step, &irql));
    WdfInterruptAcquireLock(seen_there.interrupt);
    assert_int_equal(KeGetCurrentIrql(), VECTOR / 16);
    WdfInterruptReleaseLock(seen_there.interrupt);

    assert_int_equal(irql, VECTOR / 16);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    WDF_INTERRUPT_INFO_INIT(&info);
    WdfInterruptGetInfo(seen_there.interrupt, &info);
    assert_int_equal(info.Vector, VECTOR);
    assert_int_equal(info.Irql, VECTOR / 16);
    end_life();
}

// ---- DMA

static NTSTATUS NTAPI on_fill(WDFDMAENABLER DmaEnabler)
{
    (void)DmaEnabler;
    strcat(the_driver.log, "Fill ");
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI on_flush(WDFDMAENABLER DmaEnabler)
{
    (void)DmaEnabler;
    strcat(the_driver.log, "Flush ");
    return STATUS_SUCCESS;
}

static void create_dma(WDFDEVICE device)
{
    WDF_DMA_ENABLER_CONFIG config;
    WDF_DMA_ENABLER_CONFIG_INIT(&config, WdfDmaProfileScatterGather, 0x10000);
    config.EvtDmaEnablerFill = on_fill;
    config.EvtDmaEnablerFlush = on_flush;
    assert_int_equal(
        WdfDmaEnablerCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, &seen_there.enabler),
        STATUS_SUCCESS);
    assert_int_equal(WdfCommonBufferCreate(seen_there.enabler, 0x1800, WDF_NO_OBJECT_ATTRIBUTES,
                                           &seen_there.buffer),
                     STATUS_SUCCESS);
}

static void common_buffer_is_seen_by_the_device(void **state)
{
    uint32_t there = 0;
    (void)state;
    the_driver.added = create_dma;
    start_life();
    assert_log("Entry Add Prepare D0Entry(D3Final) PostEnabled Fill SelfInit");

    volatile uint32_t *buffer = WdfCommonBufferGetAlignedVirtualAddress(seen_there.buffer);
    buffer[4] = 0x12345678;
    PHYSICAL_ADDRESS at = WdfCommonBufferGetAlignedLogicalAddress(seen_there.buffer);
    assert_true(syspte_memory_read((uint64_t)at.QuadPart + 16, &there, sizeof there));

    assert_int_equal(there, 0x12345678);
    assert_int_equal(WdfCommonBufferGetLength(seen_there.buffer), 0x1800);
    assert_int_equal(WdfDmaEnablerGetMaximumLength(seen_there.enabler), 0x10000);
    assert_int_equal(
        WdfDmaEnablerGetFragmentLength(seen_there.enabler, WdfDmaDirectionReadFromDevice), 0x10000);
    end_life();
}

static void common_buffer_can_be_aligned_beyond_a_page(void **state)
{
    WDFCOMMONBUFFER buffer;
    WDF_COMMON_BUFFER_CONFIG config;
    (void)state;
    the_driver.added = create_dma;
    start_life();
    WDF_COMMON_BUFFER_CONFIG_INIT(&config, 0xFFFF);

    assert_int_equal(WdfCommonBufferCreateWithConfig(seen_there.enabler, 0x100, &config,
                                                     WDF_NO_OBJECT_ATTRIBUTES, &buffer),
                     STATUS_SUCCESS);

    assert_int_equal(WdfCommonBufferGetAlignedLogicalAddress(buffer).QuadPart & 0xFFFF, 0);
    WdfObjectDelete(buffer);
    end_life();
}

static NTSTATUS NTAPI on_dma_enable(WDFDMAENABLER DmaEnabler)
{
    assert_ptr_equal(DmaEnabler, seen_there.enabler);
    strcat(the_driver.log, "DmaEnable ");
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI on_dma_disable(WDFDMAENABLER DmaEnabler)
{
    assert_ptr_equal(DmaEnabler, seen_there.enabler);
    strcat(the_driver.log, "DmaDisable ");
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI on_dma_start(WDFDMAENABLER DmaEnabler)
{
    assert_ptr_equal(DmaEnabler, seen_there.enabler);
    strcat(the_driver.log, "DmaStart ");
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI on_dma_stop(WDFDMAENABLER DmaEnabler)
{
    assert_ptr_equal(DmaEnabler, seen_there.enabler);
    strcat(the_driver.log, "DmaStop ");
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI on_fill_that_fails(WDFDMAENABLER DmaEnabler)
{
    assert_ptr_equal(DmaEnabler, seen_there.enabler);
    return STATUS_DEVICE_DATA_ERROR;
}

static void create_enabler(WDFDEVICE device, PFN_WDF_DMA_ENABLER_FILL fill)
{
    WDF_DMA_ENABLER_CONFIG config;
    WDF_DMA_ENABLER_CONFIG_INIT(&config, WdfDmaProfilePacket64, 0x10000);
    config.EvtDmaEnablerFill = fill;
    config.EvtDmaEnablerFlush = on_flush;
    config.EvtDmaEnablerEnable = on_dma_enable;
    config.EvtDmaEnablerDisable = on_dma_disable;
    config.EvtDmaEnablerSelfManagedIoStart = on_dma_start;
    config.EvtDmaEnablerSelfManagedIoStop = on_dma_stop;
    assert_int_equal(
        WdfDmaEnablerCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, &seen_there.enabler),
        STATUS_SUCCESS);
}

static void create_full_enabler(WDFDEVICE device)
{
    create_enabler(device, on_fill);
}

static void create_failing_enabler(WDFDEVICE device)
{
    create_enabler(device, on_fill_that_fails);
}

static void dma_follows_the_device_into_and_out_of_d0(void **state)
{
    (void)state;
    the_driver.added = create_full_enabler;
    start_life();
    assert_log("Entry Add Prepare D0Entry(D3Final) PostEnabled Fill DmaEnable DmaStart SelfInit");

    assert_int_equal(syspte_life_power_down(life), STATUS_SUCCESS);

    assert_log("SelfSuspend DmaStop Flush DmaDisable PreDisabled D0Exit(D3)");
    end_life();
}

static void device_whose_dma_is_not_filled_does_not_start(void **state)
{
    (void)state;
    the_driver.added = create_failing_enabler;
    assert_int_equal(syspte_life_load(wdf_driver_entry, &hardware, &life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_add(life), STATUS_SUCCESS);

    assert_int_equal(syspte_life_start(life), STATUS_DEVICE_DATA_ERROR);

    assert_null(strstr(the_driver.log, "DmaEnable"));
    assert_null(strstr(the_driver.log, "SelfInit"));
    end_life();
}

static void refuse_enabler(WDF_DMA_PROFILE profile, size_t length, ULONG size, NTSTATUS status)
{
    WDF_DMA_ENABLER_CONFIG config;
    WDFDMAENABLER enabler = seen_there.enabler;
    WDF_DMA_ENABLER_CONFIG_INIT(&config, profile, length);
    config.Size = size;
    assert_int_equal(
        WdfDmaEnablerCreate(the_driver.device, &config, WDF_NO_OBJECT_ATTRIBUTES, &enabler),
        status);
    assert_null(enabler);
}

static void enabler_that_cannot_be_simulated_is_refused(void **state)
{
    enum { SIZE = sizeof(WDF_DMA_ENABLER_CONFIG) };
    (void)state;
    the_driver.added = create_dma;
    start_life();

    refuse_enabler(WdfDmaProfilePacket, PAGE, SIZE - 1, STATUS_INFO_LENGTH_MISMATCH);
    refuse_enabler(WdfDmaProfileInvalid, PAGE, SIZE, STATUS_INVALID_PARAMETER);
    refuse_enabler(WdfDmaProfilePacket, 0, SIZE, STATUS_INVALID_PARAMETER);
    refuse_enabler(WdfDmaProfileSystem, PAGE, SIZE, STATUS_NOT_SUPPORTED);
    assert_complaint("the system's DMA controller is not simulated");
    refuse_enabler(WdfDmaProfileSystemDuplex, PAGE, SIZE, STATUS_NOT_SUPPORTED);

    assert_complaint("the system's DMA controller is not simulated");
    end_life();
}

static void enabler_has_an_adapter_and_a_limit_of_elements(void **state)
{
    PHYSICAL_ADDRESS logical;
    (void)state;
    the_driver.added = create_dma;
    start_life();

    PDMA_ADAPTER adapter =
        WdfDmaEnablerWdmGetDmaAdapter(seen_there.enabler, WdfDmaDirectionWriteToDevice);
    PVOID buffer = adapter->DmaOperations->AllocateCommonBuffer(adapter, PAGE, &logical, TRUE);
    assert_int_equal(MmGetPhysicalAddress(buffer).QuadPart, logical.QuadPart);
    adapter->DmaOperations->FreeCommonBuffer(adapter, PAGE, logical, buffer, TRUE);
    assert_true(WdfDmaEnablerGetMaximumScatterGatherElements(seen_there.enabler) == SIZE_MAX);
    WdfDmaEnablerSetMaximumScatterGatherElements(seen_there.enabler, 16);

    assert_int_equal(WdfDmaEnablerGetMaximumScatterGatherElements(seen_there.enabler), 16);
    end_life();
}

static void refuse_buffer(size_t bytes, ULONG alignment, ULONG size, NTSTATUS status)
{
    WDF_COMMON_BUFFER_CONFIG config = {.Size = size, .AlignmentRequirement = alignment};
    WDFCOMMONBUFFER buffer = NULL;
    assert_int_equal(WdfCommonBufferCreateWithConfig(seen_there.enabler, bytes, &config,
                                                     WDF_NO_OBJECT_ATTRIBUTES, &buffer),
                     status);
    assert_null(buffer);
}

static void common_buffer_of_wrong_arguments_is_refused(void **state)
{
    enum { SIZE = sizeof(WDF_COMMON_BUFFER_CONFIG) };
    (void)state;
    the_driver.added = create_dma;
    start_life();

    refuse_buffer(0, 0, SIZE, STATUS_INVALID_PARAMETER);
    refuse_buffer(PAGE, 5, SIZE, STATUS_INVALID_PARAMETER);
    refuse_buffer(PAGE, 0, SIZE + 1, STATUS_INFO_LENGTH_MISMATCH);

    end_life();
}

static void create_transaction(void)
{
    WDFDMATRANSACTION transaction;
    (void)WdfDmaTransactionCreate(seen_there.enabler, WDF_NO_OBJECT_ATTRIBUTES, &transaction);
}

static void transaction_ends_the_test_with_its_name(void **state)
{
    (void)state;
    the_driver.added = create_dma;
    start_life();

    assert_true(stops(create_transaction));

    syspte_finding finding = finding_of(SYSPTE_RULE_NOT_SIMULATED);
    assert_string_equal(finding.text, "WdfDmaTransactionCreate");
    assert_string_equal(finding.call->function, "create_transaction");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hardware_test(resource_list_has_the_devices_resources_in_order),
        hardware_test(bus_interface_is_asked_for_below),
        hardware_test(properties_of_the_physical_device_are_told),
        hardware_test(interrupt_is_connected_while_the_device_is_in_d0),
        hardware_test(interrupt_reaches_the_isr_and_its_dpc),
        hardware_test(interrupt_of_prepare_hardware_goes_with_release),
        hardware_test(interrupt_lock_raises_to_its_irql),
        hardware_test(common_buffer_is_seen_by_the_device),
        hardware_test(common_buffer_can_be_aligned_beyond_a_page),
        hardware_test(dma_follows_the_device_into_and_out_of_d0),
        hardware_test(device_whose_dma_is_not_filled_does_not_start),
        hardware_test(enabler_that_cannot_be_simulated_is_refused),
        hardware_test(enabler_has_an_adapter_and_a_limit_of_elements),
        hardware_test(common_buffer_of_wrong_arguments_is_refused),
        hardware_test(transaction_ends_the_test_with_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
