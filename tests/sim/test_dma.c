// SPDX-License-Identifier: MIT
// DMA adapters: getting and putting them, common buffers, and what is not simulated.
#include "harness.h"

static const PHYSICAL_ADDRESS nowhere;

static DEVICE_DESCRIPTION bus_master(void)
{
    DEVICE_DESCRIPTION description;
    memset(&description, 0, sizeof description);
    description.Version = DEVICE_DESCRIPTION_VERSION;
    description.Master = TRUE;
    description.ScatterGather = TRUE;
    description.Dma32BitAddresses = TRUE;
    description.InterfaceType = PCIBus;
    description.MaximumLength = 4 * PAGE + 1;
    return description;
}

static PDMA_ADAPTER adapter_of(DEVICE_DESCRIPTION description)
{
    ULONG registers = 0;
    PDMA_ADAPTER adapter = IoGetDmaAdapter(NULL, &description, &registers);
    assert_non_null(adapter);
    assert_int_equal(registers, 6);
    return adapter;
}

static PDMA_ADAPTER new_adapter(void)
{
    return adapter_of(bus_master());
}

static void adapter_has_every_function_of_its_version(void **state)
{
    PDMA_ADAPTER adapter = new_adapter();
    PVOID *functions = (PVOID *)&adapter->DmaOperations->PutDmaAdapter;
    (void)state;

    assert_int_equal(adapter->Version, 1);
    assert_int_equal(adapter->DmaOperations->Size, sizeof(DMA_OPERATIONS));
    for (unsigned i = 0; i < 15; i++) {
        assert_non_null(functions[i]);
    }
    assert_int_equal(adapter->DmaOperations->GetDmaAlignment(adapter), 1);
    adapter->DmaOperations->PutDmaAdapter(adapter);

    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void adapter_that_is_never_put_is_a_leak(void **state)
{
    (void)state;
    (void)new_adapter();

    (void)syspte_shutdown();

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(finding.call->api, SYSPTE_API_IO_GET_DMA_ADAPTER);
    assert_int_equal(finding.call->tag, 'D' | 'm' << 8 | 'a' << 16 | 'A' << 24);
    assert_non_null(strstr(finding.call->file, "test_dma.c"));
}

static PDMA_ADAPTER held_adapter;
static PPUT_DMA_ADAPTER put;

static void put_adapter(void)
{
    put(held_adapter);
}

static void putting_an_adapter_twice_is_a_stop(void **state)
{
    (void)state;
    held_adapter = new_adapter();
    put = held_adapter->DmaOperations->PutDmaAdapter;
    put_adapter();

    assert_true(stops(put_adapter));

    assert_int_equal(seen.stop.code, SYSPTE_BAD_POOL_CALLER);
    assert_int_equal(seen.stop.parameter[0], 7);
}

static void putting_what_is_no_adapter_is_said(void **state)
{
    (void)state;
    PDMA_ADAPTER adapter = new_adapter();
    DMA_ADAPTER none = {.Version = 1};

    adapter->DmaOperations->PutDmaAdapter(&none);

    assert_complaint("what is no adapter");
    adapter->DmaOperations->PutDmaAdapter(adapter);
}

// ---- Common buffers

static void common_buffer_is_seen_by_driver_and_device(void **state)
{
    PDMA_ADAPTER adapter = new_adapter();
    PHYSICAL_ADDRESS logical = nowhere;
    const char text[] = "from the driver";
    char seen_there[sizeof text] = "";
    (void)state;

    char *buffer = adapter->DmaOperations->AllocateCommonBuffer(adapter, 2 * PAGE, &logical, TRUE);
    assert_non_null(buffer);
    memcpy(buffer + PAGE, text, sizeof text);
    assert_true(syspte_memory_read((uint64_t)logical.QuadPart + PAGE, seen_there, sizeof text));
    assert_string_equal(seen_there, text);
    assert_true(syspte_memory_write((uint64_t)logical.QuadPart, "x", 1));
    assert_int_equal(buffer[0], 'x');

    adapter->DmaOperations->FreeCommonBuffer(adapter, 2 * PAGE, logical, buffer, TRUE);
    adapter->DmaOperations->PutDmaAdapter(adapter);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void common_buffer_that_is_never_freed_is_a_leak(void **state)
{
    PDMA_ADAPTER adapter = new_adapter();
    PHYSICAL_ADDRESS logical;
    (void)state;
    assert_non_null(
        adapter->DmaOperations->AllocateCommonBuffer(adapter, PAGE + 1, &logical, FALSE));
    adapter->DmaOperations->PutDmaAdapter(adapter);

    (void)syspte_shutdown();

    syspte_finding finding = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(finding.call->api, SYSPTE_API_ALLOCATE_COMMON_BUFFER);
    assert_int_equal(finding.bytes, PAGE + 1);
    assert_int_equal(finding.physical_address, (uint64_t)logical.QuadPart);
    assert_int_not_equal(finding.call->return_address, 0);
}

static void common_buffer_lies_where_the_device_reaches_it(void **state)
{
    DEVICE_DESCRIPTION description = bus_master();
    PHYSICAL_ADDRESS logical = nowhere;
    (void)state;
    PDMA_ADAPTER adapter = adapter_of(description);
    PVOID buffer = adapter->DmaOperations->AllocateCommonBuffer(adapter, PAGE, &logical, TRUE);
    assert_non_null(buffer);
    assert_in_range(logical.QuadPart, 1, 0xFFFFFFFF - PAGE);
    adapter->DmaOperations->FreeCommonBuffer(adapter, PAGE, logical, buffer, TRUE);
    adapter->DmaOperations->PutDmaAdapter(adapter);

    // The machine's RAM begins above what the system's DMA controller reaches.
    description.Master = FALSE;
    adapter = adapter_of(description);
    assert_null(adapter->DmaOperations->AllocateCommonBuffer(adapter, PAGE, &logical, TRUE));
    adapter->DmaOperations->PutDmaAdapter(adapter);
}

static void device_with_64_bits_reaches_everything(void **state)
{
    DEVICE_DESCRIPTION description = bus_master();
    PHYSICAL_ADDRESS logical = nowhere;
    (void)state;
    description.Dma32BitAddresses = FALSE;
    description.Dma64BitAddresses = TRUE;
    PDMA_ADAPTER adapter = adapter_of(description);

    PVOID buffer = adapter->DmaOperations->AllocateCommonBuffer(adapter, PAGE, &logical, TRUE);

    assert_non_null(buffer);
    adapter->DmaOperations->FreeCommonBuffer(adapter, PAGE, logical, buffer, TRUE);
    adapter->DmaOperations->PutDmaAdapter(adapter);
}

static void common_buffer_of_nothing_is_refused(void **state)
{
    PDMA_ADAPTER adapter = new_adapter();
    PHYSICAL_ADDRESS logical;
    (void)state;

    assert_null(adapter->DmaOperations->AllocateCommonBuffer(adapter, 0, &logical, TRUE));

    assert_int_equal(finding_of(SYSPTE_RULE_CONTIGUOUS_ARGUMENT).call->api,
                     SYSPTE_API_ALLOCATE_COMMON_BUFFER);
    adapter->DmaOperations->PutDmaAdapter(adapter);
}

static void common_buffer_freed_with_another_length_is_found(void **state)
{
    PDMA_ADAPTER adapter = new_adapter();
    PHYSICAL_ADDRESS logical;
    (void)state;
    PVOID buffer = adapter->DmaOperations->AllocateCommonBuffer(adapter, PAGE, &logical, TRUE);

    adapter->DmaOperations->FreeCommonBuffer(adapter, 2 * PAGE, logical, buffer, TRUE);

    assert_int_equal(finding_of(SYSPTE_RULE_FREE_OTHER_SIZE).call->api,
                     SYSPTE_API_FREE_COMMON_BUFFER);
    adapter->DmaOperations->PutDmaAdapter(adapter);
}

// ---- What is not simulated

static void other_functions_say_their_name_and_fail(void **state)
{
    PDMA_ADAPTER adapter = new_adapter();
    PDMA_OPERATIONS all = adapter->DmaOperations;
    (void)state;

    assert_int_equal(all->AllocateAdapterChannel(adapter, NULL, 1, NULL, NULL),
                     STATUS_NOT_SUPPORTED);
    assert_complaint("AllocateAdapterChannel of a DMA adapter is not simulated");
    assert_false(all->FlushAdapterBuffers(adapter, NULL, NULL, NULL, 0, FALSE));
    assert_complaint("FlushAdapterBuffers of");
    all->FreeAdapterChannel(adapter);
    assert_complaint("FreeAdapterChannel of");
    all->FreeMapRegisters(adapter, NULL, 0);
    assert_complaint("FreeMapRegisters of");
    assert_int_equal(all->MapTransfer(adapter, NULL, NULL, NULL, NULL, FALSE).QuadPart, 0);
    assert_complaint("MapTransfer of");
    assert_int_equal(all->ReadDmaCounter(adapter), 0);
    assert_complaint("ReadDmaCounter of");
    all->PutDmaAdapter(adapter);
}

static void scatter_gather_functions_say_their_name_and_fail(void **state)
{
    PDMA_ADAPTER adapter = new_adapter();
    PDMA_OPERATIONS all = adapter->DmaOperations;
    (void)state;

    assert_int_equal(all->GetScatterGatherList(adapter, NULL, NULL, NULL, 0, NULL, NULL, FALSE),
                     STATUS_NOT_SUPPORTED);
    assert_complaint("GetScatterGatherList of");
    all->PutScatterGatherList(adapter, NULL, FALSE);
    assert_complaint("PutScatterGatherList of");
    assert_int_equal(all->CalculateScatterGatherList(adapter, NULL, NULL, 0, NULL, NULL),
                     STATUS_NOT_SUPPORTED);
    assert_complaint("CalculateScatterGatherList of");
    assert_int_equal(
        all->BuildScatterGatherList(adapter, NULL, NULL, NULL, 0, NULL, NULL, FALSE, NULL, 0),
        STATUS_NOT_SUPPORTED);
    assert_complaint("BuildScatterGatherList of");
    assert_int_equal(all->BuildMdlFromScatterGatherList(adapter, NULL, NULL, NULL),
                     STATUS_NOT_SUPPORTED);
    assert_complaint("BuildMdlFromScatterGatherList of");
    all->PutDmaAdapter(adapter);
}

static void description_of_version_3_is_refused(void **state)
{
    DEVICE_DESCRIPTION description = bus_master();
    ULONG registers;
    (void)state;
    description.Version = DEVICE_DESCRIPTION_VERSION3;

    boot_profile("win7-x64");
    assert_null(IoGetDmaAdapter(NULL, &description, &registers));
    assert_int_equal(seen.complaints, 0);
    boot_profile("win10-x64");
    assert_null(IoGetDmaAdapter(NULL, &description, &registers));

    assert_complaint("version 3 is not simulated");
}

static void machine_that_is_gone_has_no_adapters(void **state)
{
    DEVICE_DESCRIPTION description = bus_master();
    ULONG registers;
    (void)state;

    assert_null(IoGetDmaAdapter(NULL, &description, &registers));

    assert_complaint("there is no machine");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(adapter_has_every_function_of_its_version),
        machine_test(adapter_that_is_never_put_is_a_leak),
        machine_test(putting_an_adapter_twice_is_a_stop),
        machine_test(putting_what_is_no_adapter_is_said),
        machine_test(common_buffer_is_seen_by_driver_and_device),
        machine_test(common_buffer_that_is_never_freed_is_a_leak),
        machine_test(common_buffer_lies_where_the_device_reaches_it),
        machine_test(device_with_64_bits_reaches_everything),
        machine_test(common_buffer_of_nothing_is_refused),
        machine_test(common_buffer_freed_with_another_length_is_found),
        machine_test(other_functions_say_their_name_and_fail),
        machine_test(scatter_gather_functions_say_their_name_and_fail),
        hooked_test(description_of_version_3_is_refused),
        hooked_test(machine_that_is_gone_has_no_adapters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
