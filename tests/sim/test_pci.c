// SPDX-License-Identifier: MIT
// The hardware of a device: resource lists, configuration space and the bus driver's interface.
#include "harness.h"

#define INITGUID
#include <wdmguid.h>

#define HIGH_BAR 0x380000000000ull // beyond 4 GiB

static const syspte_resource resources[] = {
    {SYSPTE_RESOURCE_MEMORY, BAR, 0x4000, NULL, 0},
    {SYSPTE_RESOURCE_PORT, 0xC040, 0x20, NULL, 0},
    {SYSPTE_RESOURCE_MAPPED_PORT, 0xFD000000, 0x100, NULL, 0},
    {SYSPTE_RESOURCE_MEMORY, HIGH_BAR, 0x100000, NULL, CM_RESOURCE_MEMORY_PREFETCHABLE},
    {SYSPTE_RESOURCE_INTERRUPT, 0x91, 0, NULL, CM_RESOURCE_INTERRUPT_LATCHED},
};
static const syspte_hardware card = {.resources = resources,
                                     .resource_count = 5,
                                     .vendor_id = 0x8086,
                                     .device_id = 0x100E,
                                     .subsystem_vendor_id = 0x1AF4,
                                     .subsystem_id = 0x1100,
                                     .class_code = 0x020001,
                                     .revision = 3,
                                     .bus_number = 2,
                                     .slot = 5,
                                     .function = 1};

static PDRIVER_OBJECT driver;
static PDEVICE_OBJECT physical_device;

static NTSTATUS NTAPI add_nothing(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDevice)
{
    (void)DriverObject;
    (void)PhysicalDevice;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI driver_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    DriverObject->DriverExtension->AddDevice = add_nothing;
    return STATUS_SUCCESS;
}

static void add_device(void)
{
    assert_int_equal(syspte_driver_load(driver_entry, &driver), STATUS_SUCCESS);
    assert_int_equal(syspte_driver_add_device(driver, &physical_device), STATUS_SUCCESS);
}

static int begin(void **state)
{
    int failed = machine_begin(state);
    add_device();
    assert_true(syspte_hardware_give(physical_device, &card));
    return failed;
}

#define pci_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

// Sends a PnP request that its caller has begun.
static NTSTATUS send(PIRP irp, UCHAR minor)
{
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_PNP;
    IoGetNextIrpStackLocation(irp)->MinorFunction = minor;
    NTSTATUS status = syspte_irp_send(physical_device, irp);
    IoFreeIrp(irp);
    return status;
}

static NTSTATUS send_config(UCHAR minor, ULONG space, PVOID buffer, ULONG offset, ULONG length)
{
    PIRP irp = IoAllocateIrp(1, FALSE);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->Parameters.ReadWriteConfig.WhichSpace = space;
    next->Parameters.ReadWriteConfig.Buffer = buffer;
    next->Parameters.ReadWriteConfig.Offset = offset;
    next->Parameters.ReadWriteConfig.Length = length;
    return send(irp, minor);
}

// ---- Resource lists

typedef union list_buffer {
    CM_RESOURCE_LIST list;
    unsigned char bytes[512];
} list_buffer;

static PCM_PARTIAL_RESOURCE_LIST list_of(list_buffer *buffer, bool translated)
{
    uint32_t bytes = syspte_hardware_list(&card, translated, &buffer->list, sizeof *buffer);
    assert_in_range(bytes, 1, sizeof *buffer);
    assert_int_equal(buffer->list.Count, 1);
    assert_int_equal(buffer->list.List[0].InterfaceType, PCIBus);
    assert_int_equal(buffer->list.List[0].BusNumber, 2);
    return &buffer->list.List[0].PartialResourceList;
}

static void lists_have_the_resources_in_order(void **state)
{
    list_buffer buffer;
    (void)state;

    PCM_PARTIAL_RESOURCE_LIST list = list_of(&buffer, true);

    assert_int_equal(list->Count, 5);
    const CM_PARTIAL_RESOURCE_DESCRIPTOR *d = list->PartialDescriptors;
    assert_int_equal(d[0].Type, CmResourceTypeMemory);
    assert_int_equal(d[0].Flags, 0);
    assert_int_equal(d[0].u.Memory.Start.QuadPart, BAR);
    assert_int_equal(d[0].u.Memory.Length, 0x4000);
    assert_int_equal(d[1].Type, CmResourceTypePort);
    assert_int_equal(d[1].Flags, CM_RESOURCE_PORT_IO);
    assert_int_equal(d[1].u.Port.Start.QuadPart, 0xC040);
    assert_int_equal(d[2].Type, CmResourceTypePort);
    assert_int_equal(d[2].Flags, CM_RESOURCE_PORT_MEMORY);
    assert_int_equal(d[3].Flags, CM_RESOURCE_MEMORY_PREFETCHABLE);
    assert_int_equal(d[3].u.Memory.Start.QuadPart, HIGH_BAR);
    assert_int_equal(d[4].Type, CmResourceTypeInterrupt);
    assert_int_equal(d[4].Flags, CM_RESOURCE_INTERRUPT_LATCHED);
    assert_int_equal(d[4].u.Interrupt.Level, 9);
    assert_int_equal(d[4].u.Interrupt.Vector, 0x91);
    assert_int_equal(d[4].u.Interrupt.Affinity, 1);
}

static void raw_list_has_the_bus_s_view(void **state)
{
    list_buffer buffer;
    (void)state;

    const CM_PARTIAL_RESOURCE_DESCRIPTOR *d = list_of(&buffer, false)->PartialDescriptors;

    assert_int_equal(d[2].Flags, CM_RESOURCE_PORT_IO);
    assert_int_equal(d[4].u.Interrupt.Level, 0x91 % 24);
    assert_int_equal(d[4].u.Interrupt.Vector, 0x91 % 24);
}

static void list_that_has_no_room_is_not_written(void **state)
{
    list_buffer buffer = {.list.Count = 7};
    (void)state;

    uint32_t needed = syspte_hardware_list(&card, true, &buffer.list, 20);

    assert_in_range(needed, 100, sizeof buffer);
    assert_int_equal(buffer.list.Count, 7);
    assert_int_equal(syspte_hardware_list(&card, true, &buffer.list, needed - 1), needed);
    assert_int_equal(buffer.list.Count, 7);
    assert_int_equal(syspte_hardware_list(&card, true, &buffer.list, needed), needed);
    assert_int_equal(buffer.list.Count, 1);
}

// ---- Configuration space

static void header_has_ids_registers_and_interrupt(void **state)
{
    PCI_COMMON_CONFIG config;
    (void)state;

    assert_int_equal(send_config(IRP_MN_READ_CONFIG, PCI_WHICHSPACE_CONFIG, &config, 0, 256),
                     STATUS_SUCCESS);

    assert_int_equal(config.VendorID, 0x8086);
    assert_int_equal(config.DeviceID, 0x100E);
    assert_int_equal(config.RevisionID, 3);
    assert_int_equal(config.BaseClass, 2);
    assert_int_equal(config.SubClass, 0);
    assert_int_equal(config.ProgIf, 1);
    assert_int_equal(config.u.type0.SubVendorID, 0x1AF4);
    assert_int_equal(config.u.type0.SubSystemID, 0x1100);
    assert_int_equal(config.u.type0.BaseAddresses[0], BAR);
    assert_int_equal(config.u.type0.BaseAddresses[1], 0xC041);
    assert_int_equal(config.u.type0.BaseAddresses[2], 0xFD000001);
    assert_int_equal(config.u.type0.BaseAddresses[3], 12); // 64 bits, prefetchable
    assert_int_equal(config.u.type0.BaseAddresses[4], HIGH_BAR >> 32);
    assert_int_equal(config.u.type0.InterruptLine, 0x91 % 24);
    assert_int_equal(config.u.type0.InterruptPin, 1);
}

static ULONG read_long(ULONG offset)
{
    ULONG value = 0;
    assert_int_equal(send_config(IRP_MN_READ_CONFIG, 0, &value, offset, 4), STATUS_SUCCESS);
    return value;
}

static ULONG write_long(ULONG offset, ULONG value)
{
    assert_int_equal(send_config(IRP_MN_WRITE_CONFIG, 0, &value, offset, 4), STATUS_SUCCESS);
    return read_long(offset);
}

static void base_address_register_tells_its_length(void **state)
{
    (void)state;

    assert_int_equal(write_long(0x10, 0xFFFFFFFF), 0xFFFFC000);
    assert_int_equal(write_long(0x10, (ULONG)BAR), BAR);
    assert_int_equal(write_long(0x14, 0xFFFFFFFF), 0xFFFFFFE1);
    assert_int_equal(write_long(0x1C, 0xFFFFFFFF), 0xFFF0000C);
    assert_int_equal(write_long(0x20, 0xFFFFFFFF), 0xFFFFFFFF);
    assert_int_equal(write_long(0x24, 0xFFFFFFFF), 0);
}

static void write_changes_what_is_writable(void **state)
{
    (void)state;

    assert_int_equal(write_long(0x00, 0), 0x100E8086);
    assert_int_equal(write_long(0x08, 0), 0x02000103);
    assert_int_equal(write_long(0x04, 0xFFFFFFFF), 0x07FF);
    assert_int_equal(write_long(0x3C, 0xFFFFFFFF), 0x01FF);
    assert_int_equal(write_long(0x40, 0x12345678), 0x12345678);
    assert_int_equal(write_long(0xFC, 0x9ABCDEF0), 0x9ABCDEF0);
}

static void device_answers_at_its_addresses_between_start_and_stop(void **state)
{
    (void)state;
    assert_int_equal(read_long(4) & 3, 0);

    assert_int_equal(send(IoAllocateIrp(1, FALSE), IRP_MN_START_DEVICE), STATUS_SUCCESS);
    assert_int_equal(read_long(4) & 3, 3);
    assert_int_equal(send(IoAllocateIrp(1, FALSE), IRP_MN_STOP_DEVICE), STATUS_SUCCESS);

    assert_int_equal(read_long(4) & 3, 0);
}

static void config_of_the_tests_own_stands_over_the_rest(void **state)
{
    const uint8_t bytes[] = {0x34, 0x12, 0x78, 0x56, 0, 0, 0xF0, 0xFF};
    syspte_hardware own = card;
    (void)state;
    own.config = bytes;
    own.config_bytes = sizeof bytes;
    assert_true(syspte_hardware_give(physical_device, &own));

    assert_int_equal(read_long(0), 0x56781234);
    assert_int_equal(read_long(0x10), BAR);
    assert_int_equal(write_long(4, 0xFFFF0000), 0x06F00000); // errors are cleared by ones
    assert_int_equal(syspte_hardware_config(physical_device, 1), 0x12);
    assert_int_equal(syspte_hardware_config(physical_device, 256), 0xFF);
    assert_int_equal(syspte_hardware_config(NULL, 0), 0xFF);
}

static void what_is_no_configuration_space_is_refused(void **state)
{
    ULONG value = 0;
    (void)state;

    assert_int_equal(send_config(IRP_MN_READ_CONFIG, PCI_WHICHSPACE_ROM, &value, 0, 4),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(send_config(IRP_MN_READ_CONFIG, 0, &value, 254, 4), STATUS_INVALID_PARAMETER);
    assert_int_equal(send_config(IRP_MN_WRITE_CONFIG, 0, &value, 256, 4), STATUS_INVALID_PARAMETER);
}

// ---- The interface

static NTSTATUS query_interface(const GUID *type, USHORT size, PBUS_INTERFACE_STANDARD out)
{
    PIRP irp = IoAllocateIrp(1, FALSE);
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->Parameters.QueryInterface.InterfaceType = type;
    next->Parameters.QueryInterface.Size = size;
    next->Parameters.QueryInterface.Version = 1;
    next->Parameters.QueryInterface.Interface = (PINTERFACE)out;
    return send(irp, IRP_MN_QUERY_INTERFACE);
}

static void interface_reads_writes_and_translates(void **state)
{
    BUS_INTERFACE_STANDARD bus = {0};
    PHYSICAL_ADDRESS translated;
    USHORT id = 0;
    ULONG space = 0;
    ULONG value = 0xA5A5A5A5;
    (void)state;

    assert_int_equal(query_interface(&GUID_BUS_INTERFACE_STANDARD, sizeof bus, &bus),
                     STATUS_SUCCESS);

    assert_int_equal(bus.Size, sizeof bus);
    assert_int_equal(bus.Version, 1);
    assert_int_equal(bus.GetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, &id, 2, 2), 2);
    assert_int_equal(id, 0x100E);
    assert_int_equal(bus.SetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, &value, 0x40, 4), 4);
    assert_int_equal(read_long(0x40), 0xA5A5A5A5);
    assert_int_equal(bus.GetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, &value, 255, 4), 1);
    assert_int_equal(bus.GetBusData(bus.Context, PCI_WHICHSPACE_ROM, &value, 0, 4), 0);
    assert_int_equal(bus.SetBusData(bus.Context, PCI_WHICHSPACE_ROM, &value, 0, 4), 0);
    assert_true(bus.TranslateBusAddress(bus.Context, physical(BAR), 4, &space, &translated));
    assert_int_equal(translated.QuadPart, BAR);
    bus.InterfaceDereference(bus.Context);
    assert_no_findings();
}

static void interface_gives_a_dma_adapter(void **state)
{
    BUS_INTERFACE_STANDARD bus = {0};
    DEVICE_DESCRIPTION description = {.Version = DEVICE_DESCRIPTION_VERSION, .Master = TRUE};
    ULONG registers = 0;
    (void)state;
    assert_int_equal(query_interface(&GUID_BUS_INTERFACE_STANDARD, sizeof bus, &bus),
                     STATUS_SUCCESS);

    PDMA_ADAPTER adapter = bus.GetDmaAdapter(bus.Context, &description, &registers);

    assert_non_null(adapter);
    adapter->DmaOperations->PutDmaAdapter(adapter);
    bus.InterfaceDereference(bus.Context);
}

static void interface_that_is_not_known_is_not_supported(void **state)
{
    BUS_INTERFACE_STANDARD bus = {0};
    (void)state;

    assert_int_equal(query_interface(&GUID_PCI_BUS_INTERFACE_STANDARD, sizeof bus, &bus),
                     STATUS_NOT_SUPPORTED);
    assert_int_equal(query_interface(&GUID_BUS_INTERFACE_STANDARD, sizeof bus - 1, &bus),
                     STATUS_INVALID_PARAMETER);

    assert_null(bus.GetBusData);
}

static void interface_dereferenced_too_often_is_found(void **state)
{
    BUS_INTERFACE_STANDARD bus = {0};
    (void)state;
    assert_int_equal(query_interface(&GUID_BUS_INTERFACE_STANDARD, sizeof bus, &bus),
                     STATUS_SUCCESS);
    bus.InterfaceReference(bus.Context);

    bus.InterfaceDereference(bus.Context);
    bus.InterfaceDereference(bus.Context);
    assert_no_findings();
    bus.InterfaceDereference(bus.Context);

    assert_string_equal(only_finding(SYSPTE_RULE_INTERFACE_REFERENCE).text,
                        "it is dereferenced once more than it was referenced");
}

// ---- The bus driver

static void device_that_sleeps_is_in_d3(void **state)
{
    DEVICE_CAPABILITIES capabilities = {.Size = sizeof capabilities, .Version = 1};
    PIRP irp = IoAllocateIrp(1, FALSE);
    (void)state;
    IoGetNextIrpStackLocation(irp)->Parameters.DeviceCapabilities.Capabilities = &capabilities;

    assert_int_equal(send(irp, IRP_MN_QUERY_CAPABILITIES), STATUS_SUCCESS);

    assert_int_equal(capabilities.DeviceState[PowerSystemWorking], PowerDeviceD0);
    assert_int_equal(capabilities.DeviceState[PowerSystemSleeping3], PowerDeviceD3);
    assert_int_equal(capabilities.DeviceWake, PowerDeviceUnspecified);
}

static void request_that_a_bus_driver_does_not_know_keeps_its_status(void **state)
{
    (void)state;

    assert_int_equal(send(IoAllocateIrp(1, FALSE), IRP_MN_FILTER_RESOURCE_REQUIREMENTS),
                     STATUS_NOT_SUPPORTED);
    assert_int_equal(send(IoAllocateIrp(1, FALSE), IRP_MN_QUERY_STOP_DEVICE), STATUS_SUCCESS);
}

// ---- The HAL

static ULONG slot_number(ULONG device, ULONG function)
{
    PCI_SLOT_NUMBER number = {.u.AsULONG = 0};
    number.u.bits.DeviceNumber = device & 31;
    number.u.bits.FunctionNumber = function & 7;
    return number.u.AsULONG;
}

static void hal_reaches_the_same_bytes(void **state)
{
    USHORT id = 0;
    UCHAR byte = 0x77;
    (void)state;

    assert_int_equal(HalGetBusData(PCIConfiguration, 2, slot_number(5, 1), &id, 2), 2);
    assert_int_equal(id, 0x8086);
    assert_int_equal(HalGetBusDataByOffset(PCIConfiguration, 2, slot_number(5, 1), &id, 2, 2), 2);
    assert_int_equal(id, 0x100E);
    assert_int_equal(HalSetBusDataByOffset(PCIConfiguration, 2, slot_number(5, 1), &byte, 0x50, 1),
                     1);
    assert_int_equal(syspte_hardware_config(physical_device, 0x50), 0x77);
    assert_int_equal(HalSetBusData(PCIConfiguration, 2, slot_number(5, 1), &byte, 1), 1);
    assert_int_equal(syspte_hardware_config(physical_device, 0), 0x86);
}

static void slot_without_a_device_says_so(void **state)
{
    ULONG value = 0;
    (void)state;

    assert_int_equal(HalGetBusData(PCIConfiguration, 2, slot_number(5, 0), &value, 4), 2);
    assert_int_equal(value, PCI_INVALID_VENDORID);
    assert_int_equal(HalGetBusDataByOffset(PCIConfiguration, 1, slot_number(5, 1), &value, 4, 4),
                     0);
    assert_int_equal(HalGetBusData(Cmos, 2, slot_number(5, 1), &value, 4), 0);
    assert_int_equal(HalSetBusData(PCIConfiguration, 2, slot_number(4, 1), &value, 4), 0);
    assert_int_equal(HalSetBusData(Cmos, 2, slot_number(5, 1), &value, 4), 0);
}

static void hal_translates_what_buses_have(void **state)
{
    PHYSICAL_ADDRESS translated;
    ULONG space = 1;
    (void)state;

    assert_true(HalTranslateBusAddress(PCIBus, 0, physical(0xC040), &space, &translated));
    assert_int_equal(translated.QuadPart, 0xC040);
    assert_int_equal(space, 1);
    assert_false(HalTranslateBusAddress(VMEBus, 0, physical(0), &space, &translated));
}

// ---- What hardware cannot be

static void refuses(const syspte_hardware *hardware, const char *words)
{
    assert_false(syspte_hardware_give(physical_device, hardware));
    assert_complaint(words);
}

static void refuses_resource(syspte_resource resource, const char *words)
{
    syspte_hardware hardware = {.resources = &resource, .resource_count = 1};
    refuses(&hardware, words);
}

static void hardware_that_cannot_be_is_refused(void **state)
{
    syspte_hardware many = {.resources = resources, .resource_count = 17};
    syspte_hardware far = {.slot = 32};
    syspte_device_ram ram = {NULL, 0};
    syspte_device model = syspte_device_of_ram(&ram);
    (void)state;

    refuses(&many, "at most 16 resources");
    refuses(&far, "a slot is below 32");
    refuses_resource((syspte_resource){SYSPTE_RESOURCE_INTERRUPT, 0x2F, 0, NULL, 0},
                     "from 0x30 to 0xCF");
    refuses_resource((syspte_resource){SYSPTE_RESOURCE_MEMORY, BAR, 0, NULL, 0}, "from 1 byte");
    refuses_resource((syspte_resource){SYSPTE_RESOURCE_MEMORY, BAR, 1ull << 32, NULL, 0},
                     "from 1 byte");
    refuses_resource((syspte_resource){SYSPTE_RESOURCE_PORT, 0xFFFF, 2, NULL, 0},
                     "ports end at 0xFFFF");
    refuses_resource((syspte_resource){(syspte_resource_kind)9, BAR, 1, NULL, 0}, "no such kind");
    refuses_resource((syspte_resource){SYSPTE_RESOURCE_MEMORY, 0x40000000, 0x1000, &model, 0},
                     "the machine's RAM");
    assert_false(syspte_hardware_give(NULL, &card));
    assert_complaint("no physical device");
    (void)syspte_shutdown();
    refuses(&card, "call syspte_boot first");
}

// Declares more often than the machine has ranges.
static void equal_hardware_is_declared_once(void **state)
{
    (void)state;

    for (unsigned i = 0; i < 300; i++) {
        assert_true(syspte_hardware_give(physical_device, &card));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pci_test(lists_have_the_resources_in_order),
        pci_test(raw_list_has_the_bus_s_view),
        pci_test(list_that_has_no_room_is_not_written),
        pci_test(header_has_ids_registers_and_interrupt),
        pci_test(base_address_register_tells_its_length),
        pci_test(write_changes_what_is_writable),
        pci_test(device_answers_at_its_addresses_between_start_and_stop),
        pci_test(config_of_the_tests_own_stands_over_the_rest),
        pci_test(what_is_no_configuration_space_is_refused),
        pci_test(interface_reads_writes_and_translates),
        pci_test(interface_gives_a_dma_adapter),
        pci_test(interface_that_is_not_known_is_not_supported),
        pci_test(interface_dereferenced_too_often_is_found),
        pci_test(device_that_sleeps_is_in_d3),
        pci_test(request_that_a_bus_driver_does_not_know_keeps_its_status),
        pci_test(hal_reaches_the_same_bytes),
        pci_test(slot_without_a_device_says_so),
        pci_test(hal_translates_what_buses_have),
        pci_test(hardware_that_cannot_be_is_refused),
        pci_test(equal_hardware_is_declared_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
