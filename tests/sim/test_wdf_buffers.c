// SPDX-License-Identifier: MIT
// Where a KMDF driver finds the bytes of a request: buffers, memory objects, MDLs and addresses of
// the caller, for each way in which a request can bring them.
#include "wdf_driver.h"

enum {
    BUFFERED = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS),
    OUT_DIRECT = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_OUT_DIRECT, FILE_ANY_ACCESS),
    NEITHER = CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_NEITHER, FILE_ANY_ACCESS),
    BYTES = 100
};

static syspte_life *life;
static void (*look)(WDFREQUEST request); // at each request, before it is completed
static unsigned looks;
static WDF_DEVICE_IO_TYPE io_type;
static WDFREQUEST last;
static char input[8] = "request";
static char output[8];

// ---- The driver

static VOID NTAPI on_any(WDFQUEUE Queue, WDFREQUEST Request)
{
    (void)Queue;
    looks++;
    last = Request;
    look(Request);
    WdfRequestComplete(Request, STATUS_SUCCESS);
}

static void create_queue(WDFDEVICE device)
{
    WDF_IO_QUEUE_CONFIG config;
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchSequential);
    config.EvtIoDefault = on_any;
    assert_int_equal(WdfIoQueueCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE),
                     STATUS_SUCCESS);
}

static void set_io_type(PWDFDEVICE_INIT init)
{
    WdfDeviceInitSetIoType(init, io_type);
}

static int begin(void **state)
{
    looks = 0;
    last = NULL;
    io_type = WdfDeviceIoBuffered;
    memset(output, 0, sizeof output);
    return wdf_begin(state);
}

#define buffers_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static void start_life(void (*looking)(WDFREQUEST))
{
    look = looking;
    the_driver.added = create_queue;
    the_driver.initialize = set_io_type;
    assert_int_equal(syspte_life_load(wdf_driver_entry, NULL, &life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_add(life), STATUS_SUCCESS);
    assert_int_equal(syspte_life_start(life), STATUS_SUCCESS);
}

// A call was made to fail, which nothing was wrong with.
static void end_life_after_failure(void)
{
    assert_int_equal(syspte_fault_fired(), 1);
    (void)only_finding(SYSPTE_RULE_FAULT_INJECTED);
    syspte_life_unload(life);
    assert_int_equal(syspte_shutdown(), 0);
}

static void end_life(void)
{
    syspte_life_unload(life);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void send(syspte_request request)
{
    unsigned before = looks;
    assert_int_equal(syspte_life_request(life, &request), STATUS_SUCCESS);
    assert_int_equal(looks, before + 1);
}

static void send_control(uint32_t code, void *out)
{
    syspte_request request = {.major = IRP_MJ_DEVICE_CONTROL,
                              .code = code,
                              .in = input,
                              .in_bytes = sizeof input,
                              .out = out,
                              .out_bytes = sizeof output};
    send(request);
}

static void send_write(void)
{
    syspte_request request = {.major = IRP_MJ_WRITE, .in = input, .in_bytes = sizeof input};
    send(request);
}

// ---- The caller's own addresses

static void find_addresses(WDFREQUEST request)
{
    PVOID address;
    size_t bytes;
    assert_int_equal(
        WdfRequestRetrieveUnsafeUserInputBuffer(request, sizeof input, &address, &bytes),
        STATUS_SUCCESS);
    assert_ptr_equal(address, input);
    assert_int_equal(bytes, sizeof input);
    assert_int_equal(
        WdfRequestRetrieveUnsafeUserOutputBuffer(request, sizeof output, &address, NULL),
        STATUS_SUCCESS);
    assert_ptr_equal(address, output);
}

static void find_no_buffers(WDFREQUEST request)
{
    PVOID address = input;
    size_t bytes = 1;
    WDFMEMORY memory = (WDFMEMORY)request;
    PMDL mdl = (PMDL)input;
    assert_int_equal(WdfRequestRetrieveInputBuffer(request, 1, &address, &bytes),
                     STATUS_INVALID_DEVICE_REQUEST);
    assert_null(address);
    assert_int_equal(bytes, 0);
    assert_int_equal(WdfRequestRetrieveOutputMemory(request, &memory),
                     STATUS_INVALID_DEVICE_REQUEST);
    assert_null(memory);
    assert_int_equal(WdfRequestRetrieveInputWdmMdl(request, &mdl), STATUS_INVALID_DEVICE_REQUEST);
    assert_null(mdl);
}

static void control_code_of_neither_method_has_the_callers_addresses(void **state)
{
    (void)state;
    start_life(find_addresses);

    send_control(NEITHER, output);
    look = find_no_buffers;
    send_control(NEITHER, output);

    end_life();
}

static void ask_for_more_than_there_is(WDFREQUEST request)
{
    PVOID address = input;
    assert_int_equal(
        WdfRequestRetrieveUnsafeUserInputBuffer(request, sizeof input + 1, &address, NULL),
        STATUS_BUFFER_TOO_SMALL);
    assert_null(address);
    address = input;
    assert_int_equal(
        WdfRequestRetrieveUnsafeUserOutputBuffer(request, sizeof output + 1, &address, NULL),
        STATUS_BUFFER_TOO_SMALL);
    assert_null(address);
}

static void address_of_less_than_is_asked_for_is_not_told(void **state)
{
    (void)state;
    start_life(ask_for_more_than_there_is);

    send_control(NEITHER, output);

    end_life();
}

static void find_no_addresses(WDFREQUEST request)
{
    PVOID address = input;
    assert_int_equal(WdfRequestRetrieveUnsafeUserInputBuffer(request, 1, &address, NULL),
                     STATUS_INVALID_DEVICE_REQUEST);
    assert_null(address);
}

static void buffered_request_has_no_address_of_the_callers(void **state)
{
    (void)state;
    start_life(find_no_addresses);

    send_write();
    send_control(BUFFERED, output);

    end_life();
}

static void find_read_address(WDFREQUEST request)
{
    PVOID address;
    size_t bytes;
    assert_int_equal(WdfRequestRetrieveUnsafeUserOutputBuffer(request, 1, &address, &bytes),
                     STATUS_SUCCESS);
    assert_ptr_equal(address, output);
    assert_int_equal(bytes, sizeof output);
    assert_int_equal(WdfRequestRetrieveUnsafeUserInputBuffer(request, 1, &address, &bytes),
                     STATUS_INVALID_DEVICE_REQUEST);
    assert_null(address);
}

static void read_of_a_device_of_neither_type_has_the_callers_address(void **state)
{
    (void)state;
    io_type = WdfDeviceIoNeither;
    start_life(find_read_address);

    send((syspte_request){.major = IRP_MJ_READ, .out = output, .out_bytes = sizeof output});

    end_life();
}

// ---- Buffers

static void answer_directly(WDFREQUEST request)
{
    PVOID in;
    PVOID out;
    size_t bytes;
    assert_int_equal(WdfRequestRetrieveInputBuffer(request, 0, &in, &bytes), STATUS_SUCCESS);
    assert_string_equal(in, "request");
    assert_int_equal(bytes, sizeof input);
    assert_int_equal(WdfRequestRetrieveOutputBuffer(request, 0, &out, &bytes), STATUS_SUCCESS);
    assert_ptr_not_equal(in, out);
    memcpy(out, "answer", 7);
}

static void direct_control_code_brings_a_copy_in_and_an_mdl_out(void **state)
{
    (void)state;
    start_life(answer_directly);
    char *buffer = syspte_buffer_alloc(sizeof output, SYSPTE_BUFFER_USER);

    send_control(OUT_DIRECT, buffer);

    assert_string_equal(buffer, "answer");
    assert_true(syspte_buffer_free(buffer));
    end_life();
}

static void find_nothing(WDFREQUEST request)
{
    PVOID address = input;
    PMDL mdl = (PMDL)input;
    assert_int_equal(WdfRequestRetrieveInputBuffer(request, 0, &address, NULL),
                     STATUS_BUFFER_TOO_SMALL);
    assert_null(address);
    assert_int_equal(WdfRequestRetrieveOutputWdmMdl(request, &mdl), STATUS_BUFFER_TOO_SMALL);
    assert_null(mdl);
}

static void control_code_of_no_bytes_has_no_buffer(void **state)
{
    (void)state;
    start_life(find_nothing);

    send((syspte_request){.major = IRP_MJ_DEVICE_CONTROL, .code = BUFFERED});

    end_life();
}

static void fail_to_map(WDFREQUEST request)
{
    static const syspte_fault_plan plan = {.at.api = SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE,
                                           .nth = 1};
    PVOID address = input;
    size_t bytes = 1;
    assert_true(syspte_fault_set(&plan));
    assert_int_equal(WdfRequestRetrieveOutputBuffer(request, 1, &address, &bytes),
                     STATUS_INSUFFICIENT_RESOURCES);
    assert_null(address);
    assert_int_equal(bytes, 0);
    syspte_fault_clear();
    assert_int_equal(WdfRequestRetrieveOutputBuffer(request, 1, &address, &bytes), STATUS_SUCCESS);
    assert_int_equal(bytes, BYTES);
}

static void direct_read_that_cannot_be_mapped_has_no_buffer(void **state)
{
    (void)state;
    io_type = WdfDeviceIoDirect;
    start_life(fail_to_map);
    char *buffer = syspte_buffer_alloc(BYTES, SYSPTE_BUFFER_USER);

    send((syspte_request){.major = IRP_MJ_READ, .out = buffer, .out_bytes = BYTES});

    assert_true(syspte_buffer_free(buffer));
    end_life_after_failure();
}

static void ignore(WDFREQUEST request)
{
    (void)request;
}

static void buffer_of_a_completed_request_is_refused(void **state)
{
    PVOID address = input;
    PMDL mdl = (PMDL)input;
    (void)state;
    start_life(ignore);
    send_write();

    assert_int_equal(WdfRequestRetrieveInputBuffer(last, 1, &address, NULL),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(WdfRequestRetrieveInputWdmMdl(last, &mdl), STATUS_INVALID_PARAMETER);

    assert_null(address);
    assert_null(mdl);
    assert_string_equal(finding_of(SYSPTE_RULE_WDF_DELETED).call->function,
                        "buffer_of_a_completed_request_is_refused");
    syspte_life_unload(life);
}

// ---- Memory

static void find_memory(WDFREQUEST request)
{
    WDFMEMORY memory;
    WDFMEMORY again;
    PVOID address;
    size_t bytes;
    char copy[4] = "";
    assert_int_equal(WdfRequestRetrieveInputMemory(request, &memory), STATUS_SUCCESS);
    assert_int_equal(WdfRequestRetrieveInputMemory(request, &again), STATUS_SUCCESS);
    assert_ptr_equal(memory, again);
    assert_int_equal(WdfRequestRetrieveInputBuffer(request, 1, &address, NULL), STATUS_SUCCESS);
    assert_ptr_equal(WdfMemoryGetBuffer(memory, &bytes), address);
    assert_int_equal(bytes, sizeof input);
    assert_int_equal(WdfMemoryCopyToBuffer(memory, 4, copy, sizeof copy), STATUS_SUCCESS);
    assert_string_equal(copy, "est");
    assert_int_equal(WdfMemoryCopyToBuffer(memory, 5, copy, sizeof copy), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(WdfMemoryAssignBuffer(memory, copy, sizeof copy),
                     STATUS_INVALID_DEVICE_REQUEST);
    assert_ptr_equal(WdfMemoryGetBuffer(memory, NULL), address);
    assert_int_equal(WdfRequestRetrieveOutputMemory(request, &again),
                     STATUS_INVALID_DEVICE_REQUEST);
    assert_null(again);
}

static void memory_of_a_write_is_its_buffer(void **state)
{
    (void)state;
    start_life(find_memory);

    send_write();

    end_life();
}

static void answer_with_memory(WDFREQUEST request)
{
    WDFMEMORY in;
    WDFMEMORY out;
    char answer[7] = "answer";
    assert_int_equal(WdfRequestRetrieveInputMemory(request, &in), STATUS_SUCCESS);
    assert_int_equal(WdfRequestRetrieveOutputMemory(request, &out), STATUS_SUCCESS);
    assert_ptr_not_equal(in, out);
    assert_int_equal(WdfMemoryCopyFromBuffer(out, 0, answer, sizeof answer), STATUS_SUCCESS);
    WdfRequestSetInformation(request, sizeof answer);
}

static void memory_of_a_control_code_takes_its_answer(void **state)
{
    (void)state;
    start_life(answer_with_memory);

    send_control(BUFFERED, output);

    assert_string_equal(output, "answer");
    end_life();
}

static void delete_memory(WDFREQUEST request)
{
    WDFMEMORY memory;
    assert_int_equal(WdfRequestRetrieveInputMemory(request, &memory), STATUS_SUCCESS);
    WdfObjectDelete(memory);
    assert_non_null(WdfMemoryGetBuffer(memory, NULL));
}

static void memory_of_a_request_is_not_the_drivers_to_delete(void **state)
{
    (void)state;
    start_life(delete_memory);

    send_write();

    syspte_finding finding = only_finding(SYSPTE_RULE_WDF_DELETE_KEPT);
    assert_string_equal(finding.text, "WDFMEMORY of a request");
    assert_string_equal(finding.call->function, "delete_memory");
    syspte_life_unload(life);
}

// ---- MDLs

static void find_mdl(WDFREQUEST request)
{
    PMDL mdl;
    PMDL again;
    PVOID address;
    assert_int_equal(WdfRequestRetrieveInputBuffer(request, 1, &address, NULL), STATUS_SUCCESS);
    assert_int_equal(WdfRequestRetrieveInputWdmMdl(request, &mdl), STATUS_SUCCESS);
    assert_ptr_equal(MmGetMdlVirtualAddress(mdl), address);
    assert_int_equal(MmGetMdlByteCount(mdl), sizeof input);
    assert_ptr_equal(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), address);
    assert_int_equal(WdfRequestRetrieveInputWdmMdl(request, &again), STATUS_SUCCESS);
    assert_ptr_equal(again, mdl);
}

static void mdl_of_a_buffered_write_describes_its_buffer(void **state)
{
    (void)state;
    start_life(find_mdl);

    send_write();

    end_life();
}

static void fail_to_build_an_mdl(WDFREQUEST request)
{
    static const syspte_fault_plan plan = {.at.api = SYSPTE_API_IO_ALLOCATE_MDL, .nth = 1};
    PMDL mdl = (PMDL)input;
    assert_true(syspte_fault_set(&plan));
    assert_int_equal(WdfRequestRetrieveInputWdmMdl(request, &mdl), STATUS_INSUFFICIENT_RESOURCES);
    assert_null(mdl);
    syspte_fault_clear();
}

static void mdl_that_cannot_be_allocated_is_not_there(void **state)
{
    (void)state;
    start_life(fail_to_build_an_mdl);

    send_write();

    end_life_after_failure();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        buffers_test(control_code_of_neither_method_has_the_callers_addresses),
        buffers_test(address_of_less_than_is_asked_for_is_not_told),
        buffers_test(buffered_request_has_no_address_of_the_callers),
        buffers_test(read_of_a_device_of_neither_type_has_the_callers_address),
        buffers_test(direct_control_code_brings_a_copy_in_and_an_mdl_out),
        buffers_test(control_code_of_no_bytes_has_no_buffer),
        buffers_test(direct_read_that_cannot_be_mapped_has_no_buffer),
        buffers_test(buffer_of_a_completed_request_is_refused),
        buffers_test(memory_of_a_write_is_its_buffer),
        buffers_test(memory_of_a_control_code_takes_its_answer),
        buffers_test(memory_of_a_request_is_not_the_drivers_to_delete),
        buffers_test(mdl_of_a_buffered_write_describes_its_buffer),
        buffers_test(mdl_that_cannot_be_allocated_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
