// SPDX-License-Identifier: MIT
// Every function that allocates or maps takes part in fault plans: each is called with right
// arguments, first without a plan, when it succeeds, then with one, when it answers what its page
// says of a shortage. check_faults.sh holds this table to the list of all functions.
#include "harness.h"

#include <wdmsec.h>

#include <ndis.h>
#include <storport.h>
#include <video.h>

enum { TAG = 0x74736554, VECTOR = 0x91 };

typedef enum answer {
    SUCCEEDED,
    ANSWERED, // as its page says
    WRONG
} answer;

static answer of_pointer(const void *pointer)
{
    return pointer != NULL ? SUCCEEDED : ANSWERED;
}

static answer of_status(NTSTATUS status, NTSTATUS expected)
{
    return NT_SUCCESS(status) ? SUCCEEDED : status == expected ? ANSWERED : WRONG;
}

// What a raise answers.
#define RAISED(call, expected)                                                                     \
    SYSPTE_TRY                                                                                     \
    {                                                                                              \
        (void)(call);                                                                              \
        result_is(SUCCEEDED);                                                                      \
    }                                                                                              \
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)                                                       \
    {                                                                                              \
        result_is(syspte_seh_code() == (expected) ? ANSWERED : WRONG);                             \
    }                                                                                              \
    return said

// Kept out of the frames that a raise leaves.
static answer said;

static void result_is(answer a)
{
    said = a;
}

// ---- What the calls need

// An MDL of the test's own, with its pages locked.
static PMDL locked_mdl(void)
{
    syspte_fault_pause();
    PMDL mdl =
        IoAllocateMdl(syspte_buffer_alloc(PAGE, SYSPTE_BUFFER_PAGEABLE), PAGE, FALSE, FALSE, NULL);
    MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess);
    syspte_fault_resume();
    return mdl;
}

static const PHYSICAL_ADDRESS zero;
#define HIGHEST physical(UINT32_MAX)

// ---- I/O space

static answer MmMapIoSpace_(void)
{
    return of_pointer(MmMapIoSpace(physical(BAR), PAGE, MmNonCached));
}

static answer MmMapIoSpaceEx_(void)
{
    return of_pointer(MmMapIoSpaceEx(physical(BAR), PAGE, PAGE_READWRITE | PAGE_NOCACHE));
}

static answer MmMapVideoDisplay_(void)
{
    return of_pointer(MmMapVideoDisplay(physical(BAR), PAGE, MmNonCached));
}

static answer NdisMMapIoSpace_(void)
{
    PVOID address;
    NDIS_STATUS status = NdisMMapIoSpace(&address, NULL, physical(BAR), PAGE);
    return of_status(status, NDIS_STATUS_RESOURCES);
}

static answer StorPortGetDeviceBase_(void)
{
    return of_pointer(StorPortGetDeviceBase(NULL, PCIBus, 0, physical(BAR), PAGE, FALSE));
}

static answer VideoPortMapMemory_(void)
{
    PVOID address;
    ULONG length = PAGE;
    ULONG space = VIDEO_MEMORY_SPACE_MEMORY;
    VP_STATUS status = VideoPortMapMemory(NULL, physical(BAR), &length, &space, &address);
    return status == NO_ERROR ? SUCCEEDED : status == ERROR_NOT_ENOUGH_MEMORY ? ANSWERED : WRONG;
}

// ---- MDLs

static answer IoAllocateMdl_(void)
{
    return of_pointer(IoAllocateMdl(&said, 16, FALSE, FALSE, NULL));
}

static answer MmCreateMdl_(void)
{
    return of_pointer(MmCreateMdl(NULL, &said, 16));
}

static answer MmAllocateMdlForIoSpace_(void)
{
    PMDL mdl;
    MM_PHYSICAL_ADDRESS_LIST range = {.PhysicalAddress = physical(BAR), .NumberOfBytes = PAGE};
    return of_status(MmAllocateMdlForIoSpace(&range, 1, &mdl), STATUS_INSUFFICIENT_RESOURCES);
}

static answer MmAllocatePagesForMdl_(void)
{
    return of_pointer(MmAllocatePagesForMdl(zero, HIGHEST, zero, PAGE));
}

static answer MmAllocatePagesForMdlEx_(void)
{
    return of_pointer(MmAllocatePagesForMdlEx(zero, HIGHEST, zero, PAGE, MmCached, 0));
}

static answer MmAllocateNodePagesForMdlEx_(void)
{
    return of_pointer(MmAllocateNodePagesForMdlEx(zero, HIGHEST, zero, PAGE, MmCached, 0, 0));
}

static answer MmGetSystemAddressForMdlSafe_(void)
{
    return of_pointer(MmGetSystemAddressForMdlSafe(locked_mdl(), NormalPagePriority));
}

static answer MmMapLockedPagesSpecifyCache_(void)
{
    return of_pointer(MmMapLockedPagesSpecifyCache(locked_mdl(), KernelMode, MmCached, NULL, FALSE,
                                                   NormalPagePriority));
}

static answer MmMapLockedPages_(void)
{
    PMDL mdl = locked_mdl();
    mdl->MdlFlags |= MDL_MAPPING_CAN_FAIL;
    return of_pointer(MmMapLockedPages(mdl, KernelMode));
}

static VOID NTAPI look(PVOID DriverContext, PVOID MappedVa)
{
    (void)DriverContext;
    (void)MappedVa;
}

static answer MmMapMdl_(void)
{
    return of_status(MmMapMdl(locked_mdl(), PAGE_READWRITE, look, NULL),
                     STATUS_INSUFFICIENT_RESOURCES);
}

static answer MmAllocateMappingAddress_(void)
{
    return of_pointer(MmAllocateMappingAddress(PAGE, TAG));
}

static answer MmAllocateMappingAddressEx_(void)
{
    return of_pointer(MmAllocateMappingAddressEx(PAGE, TAG, 0));
}

// ---- Contiguous memory and views

static answer MmAllocateContiguousMemory_(void)
{
    return of_pointer(MmAllocateContiguousMemory(PAGE, HIGHEST));
}

static answer MmAllocateContiguousMemorySpecifyCache_(void)
{
    return of_pointer(
        MmAllocateContiguousMemorySpecifyCache(PAGE, zero, HIGHEST, zero, MmNonCached));
}

static answer MmAllocateContiguousMemorySpecifyCacheNode_(void)
{
    return of_pointer(
        MmAllocateContiguousMemorySpecifyCacheNode(PAGE, zero, HIGHEST, zero, MmCached, 0));
}

static answer MmAllocateContiguousNodeMemory_(void)
{
    return of_pointer(MmAllocateContiguousNodeMemory(PAGE, zero, HIGHEST, zero, PAGE_READWRITE, 0));
}

static answer MmAllocateNonCachedMemory_(void)
{
    return of_pointer(MmAllocateNonCachedMemory(PAGE));
}

static answer MmMapViewInSystemSpace_(void)
{
    PVOID view = NULL;
    SIZE_T bytes = 0;
    return of_status(MmMapViewInSystemSpace(syspte_section_create(PAGE), &view, &bytes),
                     STATUS_NO_MEMORY);
}

// ---- Pool

static answer ExAllocatePool_(void)
{
    return of_pointer(ExAllocatePool(NonPagedPool, 16));
}

static answer ExAllocatePoolWithTag_(void)
{
    return of_pointer(ExAllocatePoolWithTag(NonPagedPool, 16, TAG));
}

static answer ExAllocatePoolWithTagPriority_(void)
{
    return of_pointer(ExAllocatePoolWithTagPriority(NonPagedPool, 16, TAG, NormalPoolPriority));
}

static answer ExAllocatePoolZero_(void)
{
    return of_pointer(ExAllocatePoolZero(NonPagedPool, 16, TAG));
}

static answer ExAllocatePoolUninitialized_(void)
{
    return of_pointer(ExAllocatePoolUninitialized(NonPagedPool, 16, TAG));
}

static answer ExAllocatePool2_(void)
{
    return of_pointer(ExAllocatePool2(POOL_FLAG_NON_PAGED, 16, TAG));
}

static answer ExAllocatePoolWithQuotaTag_(void)
{
    RAISED(ExAllocatePoolWithQuotaTag(NonPagedPool, 16, TAG), STATUS_INSUFFICIENT_RESOURCES);
}

static answer ExAllocatePoolQuotaZero_(void)
{
    RAISED(ExAllocatePoolQuotaZero(NonPagedPool, 16, TAG), STATUS_INSUFFICIENT_RESOURCES);
}

static answer ExAllocatePoolQuotaUninitialized_(void)
{
    RAISED(ExAllocatePoolQuotaUninitialized(NonPagedPool, 16, TAG), STATUS_INSUFFICIENT_RESOURCES);
}

static answer ExAllocateFromNPagedLookasideList_(void)
{
    static NPAGED_LOOKASIDE_LIST list;
    ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, 16, TAG, 0);
    return of_pointer(ExAllocateFromNPagedLookasideList(&list));
}

static answer ExAllocateFromPagedLookasideList_(void)
{
    static PAGED_LOOKASIDE_LIST list;
    ExInitializePagedLookasideList(&list, NULL, NULL, 0, 16, TAG, 0);
    return of_pointer(ExAllocateFromPagedLookasideList(&list));
}

static answer ExAllocateFromLookasideListEx_(void)
{
    static LOOKASIDE_LIST_EX list;
    (void)ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPool, 0, 16, TAG, 0);
    return of_pointer(ExAllocateFromLookasideListEx(&list));
}

// ---- I/O manager

static answer IoAllocateIrp_(void)
{
    return of_pointer(IoAllocateIrp(1, FALSE));
}

static answer IoAllocateWorkItem_(void)
{
    return of_pointer(IoAllocateWorkItem(NULL));
}

static answer IoCreateDevice_(void)
{
    static DRIVER_OBJECT driver;
    PDEVICE_OBJECT device;
    driver.DeviceObject = NULL;
    NTSTATUS status = IoCreateDevice(&driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    return (driver.DeviceObject != NULL) == (status == STATUS_SUCCESS)
               ? of_status(status, STATUS_INSUFFICIENT_RESOURCES)
               : WRONG;
}

static answer IoCreateDeviceSecure_(void)
{
    static DRIVER_OBJECT driver;
    PDEVICE_OBJECT device;
    return of_status(IoCreateDeviceSecure(&driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE,
                                          &SDDL_DEVOBJ_SYS_ALL, NULL, &device),
                     STATUS_INSUFFICIENT_RESOURCES);
}

static answer IoCreateSymbolicLink_(void)
{
    static WCHAR text[] = L"\\DosDevices\\Fault";
    UNICODE_STRING name = {sizeof text - sizeof *text, sizeof text, text};
    return of_status(IoCreateSymbolicLink(&name, &name), STATUS_INSUFFICIENT_RESOURCES);
}

static BOOLEAN NTAPI on_interrupt(PKINTERRUPT Interrupt, PVOID ServiceContext)
{
    (void)Interrupt;
    (void)ServiceContext;
    return FALSE;
}

static answer IoConnectInterrupt_(void)
{
    PKINTERRUPT interrupt;
    return of_status(IoConnectInterrupt(&interrupt, on_interrupt, NULL, NULL, VECTOR, VECTOR >> 4,
                                        VECTOR >> 4, LevelSensitive, FALSE, 1, FALSE),
                     STATUS_INSUFFICIENT_RESOURCES);
}

static answer IoConnectInterruptEx_(void)
{
    PKINTERRUPT interrupt;
    DEVICE_OBJECT device = {.Type = IO_TYPE_DEVICE};
    IO_CONNECT_INTERRUPT_PARAMETERS p = {.Version = CONNECT_FULLY_SPECIFIED};
    p.FullySpecified.PhysicalDeviceObject = &device;
    p.FullySpecified.InterruptObject = &interrupt;
    p.FullySpecified.ServiceRoutine = on_interrupt;
    p.FullySpecified.SynchronizeIrql = VECTOR >> 4;
    p.FullySpecified.Irql = VECTOR >> 4;
    p.FullySpecified.Vector = VECTOR;
    p.FullySpecified.InterruptMode = LevelSensitive;
    p.FullySpecified.ProcessorEnableMask = 1;
    return of_status(IoConnectInterruptEx(&p), STATUS_INSUFFICIENT_RESOURCES);
}

static PDMA_ADAPTER adapter_get(void)
{
    DEVICE_DESCRIPTION description = {
        .Version = DEVICE_DESCRIPTION_VERSION, .Master = TRUE, .MaximumLength = PAGE};
    ULONG registers = 0;
    return IoGetDmaAdapter(NULL, &description, &registers);
}

static answer IoGetDmaAdapter_(void)
{
    return of_pointer(adapter_get());
}

static answer AllocateCommonBuffer_(void)
{
    PHYSICAL_ADDRESS logical;
    syspte_fault_pause();
    PDMA_ADAPTER adapter = adapter_get();
    syspte_fault_resume();
    return of_pointer(adapter->DmaOperations->AllocateCommonBuffer(adapter, PAGE, &logical, TRUE));
}

// ---- Registry

static OBJECT_ATTRIBUTES key_named(UNICODE_STRING *name)
{
    static WCHAR text[] = L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\driver";
    OBJECT_ATTRIBUTES attributes;
    *name = (UNICODE_STRING){sizeof text - sizeof *text, sizeof text, text};
    InitializeObjectAttributes(&attributes, name, OBJ_KERNEL_HANDLE, NULL, NULL);
    return attributes;
}

static answer ZwOpenKey_(void)
{
    HANDLE key;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes = key_named(&name);
    return of_status(ZwOpenKey(&key, KEY_READ, &attributes), STATUS_INSUFFICIENT_RESOURCES);
}

static answer ZwCreateKey_(void)
{
    HANDLE key;
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes = key_named(&name);
    return of_status(
        ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, NULL, REG_OPTION_NON_VOLATILE, NULL),
        STATUS_INSUFFICIENT_RESOURCES);
}

// ---- Devices, and strings

static NTSTATUS NTAPI add_nothing(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT PhysicalDeviceObject)
{
    (void)DriverObject;
    (void)PhysicalDeviceObject;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI bus_entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    DriverObject->DriverExtension->AddDevice = add_nothing;
    return STATUS_SUCCESS;
}

static PDEVICE_OBJECT bus_device(void)
{
    PDRIVER_OBJECT driver;
    PDEVICE_OBJECT device = NULL;
    syspte_fault_pause();
    assert_int_equal(syspte_driver_load(bus_entry, &driver), STATUS_SUCCESS);
    (void)syspte_driver_add_device(driver, &device);
    syspte_fault_resume();
    return device;
}

static answer IoOpenDeviceRegistryKey_(void)
{
    HANDLE key;
    PDEVICE_OBJECT device = bus_device();
    return of_status(IoOpenDeviceRegistryKey(device, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &key),
                     STATUS_INSUFFICIENT_RESOURCES);
}

static answer IoOpenDriverRegistryKey_(void)
{
    HANDLE key;
    return of_status(IoOpenDriverRegistryKey(NULL, DriverRegKeyParameters, KEY_READ, 0, &key),
                     STATUS_INSUFFICIENT_RESOURCES);
}

static answer IoRegisterDeviceInterface_(void)
{
    UNICODE_STRING link;
    PDEVICE_OBJECT device = bus_device();
    return of_status(IoRegisterDeviceInterface(device, &(GUID){.Data1 = 1}, NULL, &link),
                     STATUS_NO_MEMORY);
}

static answer IoOpenDeviceInterfaceRegistryKey_(void)
{
    HANDLE key;
    UNICODE_STRING link;
    PDEVICE_OBJECT device = bus_device();
    syspte_fault_pause();
    (void)IoRegisterDeviceInterface(device, &(GUID){.Data1 = 1}, NULL, &link);
    syspte_fault_resume();
    return of_status(IoOpenDeviceInterfaceRegistryKey(&link, KEY_READ, &key),
                     STATUS_INSUFFICIENT_RESOURCES);
}

static VOID NTAPI end_at_once(PVOID StartContext)
{
    (void)StartContext;
}

static answer PsCreateSystemThread_(void)
{
    HANDLE thread;
    return of_status(
        PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, end_at_once, NULL),
        STATUS_INSUFFICIENT_RESOURCES);
}

static answer RtlAnsiStringToUnicodeString_(void)
{
    UNICODE_STRING to;
    ANSI_STRING from = RTL_CONSTANT_STRING("text");
    return of_status(RtlAnsiStringToUnicodeString(&to, &from, TRUE), STATUS_NO_MEMORY);
}

static answer RtlUnicodeStringToAnsiString_(void)
{
    ANSI_STRING to;
    UNICODE_STRING from = RTL_CONSTANT_STRING(L"text");
    return of_status(RtlUnicodeStringToAnsiString(&to, &from, TRUE), STATUS_NO_MEMORY);
}

static answer RtlStringFromGUID_(void)
{
    UNICODE_STRING to;
    return of_status(RtlStringFromGUID(&(GUID){.Data1 = 1}, &to), STATUS_NO_MEMORY);
}

// ---- The tests

#define ROW(function)                                                                              \
    {                                                                                              \
#function, function##_                                                                     \
    }
static const struct {
    const char *name;
    answer (*call)(void);
} functions[] = {
    ROW(MmMapIoSpace),
    ROW(MmMapIoSpaceEx),
    ROW(MmMapVideoDisplay),
    ROW(NdisMMapIoSpace),
    ROW(StorPortGetDeviceBase),
    ROW(VideoPortMapMemory),
    ROW(IoAllocateMdl),
    ROW(MmCreateMdl),
    ROW(MmAllocateMdlForIoSpace),
    ROW(MmAllocatePagesForMdl),
    ROW(MmAllocatePagesForMdlEx),
    ROW(MmAllocateNodePagesForMdlEx),
    ROW(MmGetSystemAddressForMdlSafe),
    ROW(MmMapLockedPagesSpecifyCache),
    ROW(MmMapLockedPages),
    ROW(MmMapMdl),
    ROW(MmAllocateMappingAddress),
    ROW(MmAllocateMappingAddressEx),
    ROW(MmAllocateContiguousMemory),
    ROW(MmAllocateContiguousMemorySpecifyCache),
    ROW(MmAllocateContiguousMemorySpecifyCacheNode),
    ROW(MmAllocateContiguousNodeMemory),
    ROW(MmAllocateNonCachedMemory),
    ROW(MmMapViewInSystemSpace),
    ROW(ExAllocatePool),
    ROW(ExAllocatePoolWithTag),
    ROW(ExAllocatePoolWithTagPriority),
    ROW(ExAllocatePoolZero),
    ROW(ExAllocatePoolUninitialized),
    ROW(ExAllocatePool2),
    ROW(ExAllocatePoolWithQuotaTag),
    ROW(ExAllocatePoolQuotaZero),
    ROW(ExAllocatePoolQuotaUninitialized),
    ROW(ExAllocateFromNPagedLookasideList),
    ROW(ExAllocateFromPagedLookasideList),
    ROW(ExAllocateFromLookasideListEx),
    ROW(IoAllocateIrp),
    ROW(IoAllocateWorkItem),
    ROW(IoCreateDevice),
    ROW(IoCreateDeviceSecure),
    ROW(IoCreateSymbolicLink),
    ROW(IoConnectInterrupt),
    ROW(IoConnectInterruptEx),
    ROW(IoGetDmaAdapter),
    ROW(AllocateCommonBuffer),
    ROW(ZwOpenKey),
    ROW(IoOpenDeviceRegistryKey),
    ROW(IoOpenDriverRegistryKey),
    ROW(IoRegisterDeviceInterface),
    ROW(IoOpenDeviceInterfaceRegistryKey),
    ROW(PsCreateSystemThread),
    ROW(RtlAnsiStringToUnicodeString),
    ROW(RtlUnicodeStringToAnsiString),
    ROW(RtlStringFromGUID),
    ROW(ZwCreateKey),
};

enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

static void each_function_succeeds_without_a_plan(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FUNCTIONS; i++) {
        boot(NULL);
        if (functions[i].call() != SUCCEEDED) {
            fail_msg("%s did not succeed", functions[i].name);
        }
    }
}

static void each_function_fails_once_with_the_answer_of_its_page(void **state)
{
    const syspte_fault_plan all = {.nth = 0};
    (void)state;
    for (unsigned i = 0; i < FUNCTIONS; i++) {
        boot(NULL);
        uint64_t held = syspte_counters_now().live_ptes;
        assert_true(syspte_fault_set(&all));
        answer a = functions[i].call();
        if (a != ANSWERED || syspte_fault_fired() != 1) {
            fail_msg("%s: answer %d after %u failures", functions[i].name, a,
                     (unsigned)syspte_fault_fired());
        }
        assert_int_equal(syspte_counters_now().live_ptes, held);
    }
}

// One of several that a call takes part with would make the ordinals of a loop depend on the
// library.
static void each_function_counts_as_one_call(void **state)
{
    const syspte_fault_plan what_if = {.what_if = true, .may_rest = true};
    (void)state;
    for (unsigned i = 0; i < FUNCTIONS; i++) {
        boot(NULL);
        assert_true(syspte_fault_set(&what_if));
        (void)functions[i].call();
        if (syspte_fault_counts_now().calls != 1) {
            fail_msg("%s counts as %u calls", functions[i].name,
                     (unsigned)syspte_fault_counts_now().calls);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(each_function_succeeds_without_a_plan),
        machine_test(each_function_fails_once_with_the_answer_of_its_page),
        machine_test(each_function_counts_as_one_call),
    };
    return cmocka_run_group_tests_name("sim.fault_family", tests, NULL, NULL);
}
