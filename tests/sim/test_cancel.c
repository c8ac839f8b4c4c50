// SPDX-License-Identifier: MIT
// Cancelling requests, cancel-safe queues, requests built for other drivers, and references.
#include "harness.h"

static PIRP irp;
static unsigned cancelled;
static KIRQL cancel_irql;

static int begin(void **state)
{
    int failed = machine_begin(state);
    cancelled = 0;
    irp = IoAllocateIrp(2, FALSE);
    IoSetNextIrpStackLocation(irp);
    return failed;
}

#define cancel_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static VOID NTAPI on_cancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    cancelled++;
    cancel_irql = KeGetCurrentIrql();
    assert_true(Irp->Cancel);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
}

static VOID NTAPI keep_the_lock(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    (void)DeviceObject;
    (void)Irp;
}

// ---- Cancel

static void cancel_routine_is_called_once(void **state)
{
    (void)state;
    assert_false(IoCancelIrp(irp));
    assert_true(irp->Cancel);
    irp->Cancel = FALSE;
    (void)IoSetCancelRoutine(irp, on_cancel);

    assert_true(IoCancelIrp(irp));
    assert_false(IoCancelIrp(irp));

    assert_int_equal(cancelled, 1);
    assert_int_equal(cancel_irql, DISPATCH_LEVEL);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    IoFreeIrp(irp);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void cancel_routine_must_release_the_lock(void **state)
{
    (void)state;
    (void)IoSetCancelRoutine(irp, keep_the_lock);

    assert_true(IoCancelIrp(irp));

    assert_string_equal(only_finding(SYSPTE_RULE_ROUTINE_IRQL).text, "the cancel routine");
    IoReleaseCancelSpinLock(PASSIVE_LEVEL);
}

static void cancel_lock_is_one_lock(void **state)
{
    KIRQL irql;
    (void)state;
    IoAcquireCancelSpinLock(&irql);
    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    assert_int_equal(irql, PASSIVE_LEVEL);
    IoReleaseCancelSpinLock(irql);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    assert_no_findings();
}

// ---- A cancel-safe queue

static IO_CSQ csq;
static LIST_ENTRY list;
static KSPIN_LOCK lock;
static PIRP completed;
static bool refuses;

static VOID NTAPI insert(PIO_CSQ Csq, PIRP Irp)
{
    (void)Csq;
    InsertTailList(&list, &Irp->Tail.Overlay.ListEntry);
}

static NTSTATUS NTAPI insert_ex(PIO_CSQ Csq, PIRP Irp, PVOID InsertContext)
{
    assert_ptr_equal(InsertContext, &list);
    if (refuses) {
        return STATUS_DEVICE_BUSY;
    }
    insert(Csq, Irp);
    return STATUS_SUCCESS;
}

static VOID NTAPI remove_irp(PIO_CSQ Csq, PIRP Irp)
{
    (void)Csq;
    (void)RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
}

static PIRP NTAPI peek(PIO_CSQ Csq, PIRP Irp, PVOID PeekContext)
{
    PLIST_ENTRY next = Irp == NULL ? list.Flink : Irp->Tail.Overlay.ListEntry.Flink;
    (void)Csq;
    (void)PeekContext;
    return next == &list ? NULL : CONTAINING_RECORD(next, IRP, Tail.Overlay.ListEntry);
}

static VOID NTAPI acquire(PIO_CSQ Csq, PKIRQL Irql)
{
    (void)Csq;
    KeAcquireSpinLock(&lock, Irql);
}

static VOID NTAPI release(PIO_CSQ Csq, KIRQL Irql)
{
    (void)Csq;
    KeReleaseSpinLock(&lock, Irql);
}

static VOID NTAPI complete(PIO_CSQ Csq, PIRP Irp)
{
    (void)Csq;
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    completed = Irp;
}

static int begin_queue(void **state)
{
    int failed = begin(state);
    InitializeListHead(&list);
    KeInitializeSpinLock(&lock);
    completed = NULL;
    refuses = false;
    (void)IoCsqInitialize(&csq, insert, remove_irp, peek, acquire, release, complete);
    return failed;
}

#define queue_test(f) cmocka_unit_test_setup_teardown(f, begin_queue, machine_end)

static void queued_request_is_taken_by_its_context(void **state)
{
    IO_CSQ_IRP_CONTEXT context;
    (void)state;
    IoCsqInsertIrp(&csq, irp, &context);
    assert_true((IoGetCurrentIrpStackLocation(irp)->Control & SL_PENDING_RETURNED) != 0);

    assert_ptr_equal(IoCsqRemoveIrp(&csq, &context), irp);
    assert_null(context.Irp);
    assert_null(IoCsqRemoveIrp(&csq, &context));
    assert_true(IsListEmpty(&list));
    assert_false(IoCancelIrp(irp));
    assert_null(completed);
    assert_no_findings();
}

static void queued_request_is_cancelled(void **state)
{
    IO_CSQ_IRP_CONTEXT context;
    (void)state;
    IoCsqInsertIrp(&csq, irp, &context);

    assert_true(IoCancelIrp(irp));

    assert_ptr_equal(completed, irp);
    assert_null(context.Irp);
    assert_null(IoCsqRemoveIrp(&csq, &context));
    assert_null(IoCsqRemoveNextIrp(&csq, NULL));
    assert_no_findings();
}

static void request_that_is_cancelled_already_is_not_queued(void **state)
{
    (void)state;
    irp->Cancel = TRUE;
    IoCsqInsertIrp(&csq, irp, NULL);
    assert_ptr_equal(completed, irp);
    assert_true(IsListEmpty(&list));
}

static void next_skips_what_is_being_cancelled(void **state)
{
    PIRP other = IoAllocateIrp(2, FALSE);
    (void)state;
    IoSetNextIrpStackLocation(other);
    IoCsqInsertIrp(&csq, irp, NULL);
    IoCsqInsertIrp(&csq, other, NULL);
    (void)IoSetCancelRoutine(irp, NULL); // as IoCancelIrp does first

    assert_ptr_equal(IoCsqRemoveNextIrp(&csq, NULL), other);
    assert_null(IoCsqRemoveNextIrp(&csq, NULL));

    assert_false(IsListEmpty(&list));
    IoFreeIrp(other);
}

static void queue_can_refuse(void **state)
{
    (void)state;
    (void)IoCsqInitializeEx(&csq, insert_ex, remove_irp, peek, acquire, release, complete);
    refuses = true;
    assert_int_equal(IoCsqInsertIrpEx(&csq, irp, NULL, &list), STATUS_DEVICE_BUSY);
    assert_false(IoCancelIrp(irp));
    irp->Cancel = FALSE;
    refuses = false;
    assert_int_equal(IoCsqInsertIrpEx(&csq, irp, NULL, &list), STATUS_SUCCESS);
    assert_ptr_equal(IoCsqRemoveNextIrp(&csq, NULL), irp);
}

// ---- Requests for others

static DRIVER_OBJECT other_driver;
static PDEVICE_OBJECT other;
static ULONG seen_length;

#define CODE(method) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, method, FILE_ANY_ACCESS)

// Doubles what it is given.
static NTSTATUS NTAPI answer(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(Irp);
    ULONG value = 0;
    (void)DeviceObject;
    if (at->MajorFunction == IRP_MJ_READ) {
        seen_length = at->Parameters.Read.Length;
        assert_true((Irp->MdlAddress->MdlFlags & MDL_WRITE_OPERATION) != 0);
        memcpy(MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority), "read", 4);
    } else {
        memcpy(&value, Irp->AssociatedIrp.SystemBuffer, sizeof value);
        value *= 2;
        PVOID out = (at->Parameters.DeviceIoControl.IoControlCode & 3) == METHOD_BUFFERED
                        ? Irp->AssociatedIrp.SystemBuffer
                        : MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
        memcpy(out, &value, sizeof value);
    }
    Irp->IoStatus.Status = value == 26 ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
    Irp->IoStatus.Information = 4;
    NTSTATUS status = Irp->IoStatus.Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

static int begin_other(void **state)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Other");
    int failed = machine_begin(state);
    memset(&other_driver, 0, sizeof other_driver);
    for (unsigned i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
        other_driver.MajorFunction[i] = answer;
    }
    failed |=
        !NT_SUCCESS(IoCreateDevice(&other_driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &other));
    return failed;
}

#define other_test(f) cmocka_unit_test_setup_teardown(f, begin_other, machine_end)

static NTSTATUS control(ULONG code, ULONG in, PULONG out, IO_STATUS_BLOCK *io)
{
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PIRP built = IoBuildDeviceIoControlRequest(code, other, &in, sizeof in, out, sizeof *out, FALSE,
                                               &event, io);
    assert_non_null(built);
    NTSTATUS status = IoCallDriver(other, built);
    assert_int_equal(KeReadStateEvent(&event), 1);
    return status;
}

static void control_request_moves_data_and_is_freed(void **state)
{
    ULONG *direct;
    ULONG out = 0;
    IO_STATUS_BLOCK io = {0};
    (void)state;

    assert_int_equal(control(CODE(METHOD_BUFFERED), 21, &out, &io), STATUS_SUCCESS);
    assert_int_equal(out, 42);
    assert_int_equal(io.Information, 4);
    assert_int_equal(control(CODE(METHOD_BUFFERED), 13, &out, &io), STATUS_UNSUCCESSFUL);
    assert_int_equal(io.Status, STATUS_UNSUCCESSFUL);
    assert_int_equal(out, 42); // an error has no output
    direct = ExAllocatePoolZero(NonPagedPoolNx, sizeof *direct, 0x74736554);
    assert_int_equal(control(CODE(METHOD_OUT_DIRECT), 4, direct, &io), STATUS_SUCCESS);
    assert_int_equal(*direct, 8);
    ExFreePool(direct);

    IoDeleteDevice(other);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void read_request_goes_by_the_devices_way(void **state)
{
    KEVENT event;
    IO_STATUS_BLOCK io = {0};
    LARGE_INTEGER offset = {.QuadPart = 512};
    char *buffer;
    (void)state;
    buffer = ExAllocatePoolZero(NonPagedPoolNx, 8, 0x74736554);
    other->Flags |= DO_DIRECT_IO;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PIRP built = IoBuildSynchronousFsdRequest(IRP_MJ_READ, other, buffer, 8, &offset, &event, &io);
    assert_int_equal(IoGetNextIrpStackLocation(built)->Parameters.Read.ByteOffset.QuadPart, 512);

    assert_int_equal(IoCallDriver(other, built), STATUS_SUCCESS);

    assert_int_equal(seen_length, 8);
    assert_string_equal(buffer, "read");
    assert_int_equal(io.Information, 4);
    ExFreePool(buffer);
    IoDeleteDevice(other);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

// What a request had when it came.
static struct {
    UCHAR major;
    PVOID system_buffer;
    PVOID user_buffer;
    PVOID type3;
    PMDL mdl;
    CSHORT mdl_flags;
    ULONG length; // of a write, or of an input
    ULONG output_length;
    char data[8];
} noted;

static NTSTATUS NTAPI note(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(Irp);
    (void)DeviceObject;
    memset(&noted, 0, sizeof noted);
    noted.major = at->MajorFunction;
    noted.system_buffer = Irp->AssociatedIrp.SystemBuffer;
    noted.user_buffer = Irp->UserBuffer;
    noted.mdl = Irp->MdlAddress;
    noted.mdl_flags = Irp->MdlAddress == NULL ? 0 : Irp->MdlAddress->MdlFlags;
    if (at->MajorFunction == IRP_MJ_INTERNAL_DEVICE_CONTROL) {
        noted.type3 = at->Parameters.DeviceIoControl.Type3InputBuffer;
        noted.length = at->Parameters.DeviceIoControl.InputBufferLength;
        noted.output_length = at->Parameters.DeviceIoControl.OutputBufferLength;
    } else {
        noted.length = at->Parameters.Write.Length;
    }
    Irp->IoStatus.Information = 0;
    if (noted.system_buffer != NULL && at->MajorFunction == IRP_MJ_READ) {
        memcpy(noted.system_buffer, "fresh", 6);
        Irp->IoStatus.Information = 6;
    } else if (noted.system_buffer != NULL) {
        memcpy(noted.data, noted.system_buffer, noted.length);
    }
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static void note_all(void)
{
    for (unsigned i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
        other_driver.MajorFunction[i] = note;
    }
}

// Builds an internal control request, and sends it; the event is set at its end.
static void send_control(ULONG code, PVOID in, ULONG bytes, PVOID out, ULONG room)
{
    KEVENT event;
    IO_STATUS_BLOCK io = {.Status = STATUS_UNSUCCESSFUL};
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PIRP built =
        IoBuildDeviceIoControlRequest(code, other, in, bytes, out, room, TRUE, &event, &io);
    assert_non_null(built);
    assert_int_equal(IoCallDriver(other, built), STATUS_SUCCESS);
    assert_int_equal(KeReadStateEvent(&event), 1);
    assert_int_equal(io.Status, STATUS_SUCCESS);
    assert_int_equal(noted.major, IRP_MJ_INTERNAL_DEVICE_CONTROL);
}

static void request_without_buffers_has_none(void **state)
{
    (void)state;
    note_all();
    send_control(CODE(METHOD_BUFFERED), NULL, 0, NULL, 0);
    assert_null(noted.system_buffer);
    assert_null(noted.user_buffer);
    send_control(CODE(METHOD_OUT_DIRECT), NULL, 0, NULL, 16);
    assert_null(noted.system_buffer);
    assert_null(noted.mdl);
    assert_int_equal(noted.output_length, 16);
    IoDeleteDevice(other);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void neither_way_hands_the_pointers_on(void **state)
{
    char in[4] = "in";
    char out[8] = "out";
    (void)state;
    note_all();
    send_control(CODE(METHOD_NEITHER), in, sizeof in, out, sizeof out);
    assert_ptr_equal(noted.type3, in);
    assert_ptr_equal(noted.user_buffer, out);
    assert_null(noted.system_buffer);
    assert_null(noted.mdl);
    assert_int_equal(noted.length, 4);
    assert_int_equal(noted.output_length, 8);
    IoDeleteDevice(other);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void input_of_a_direct_request_is_read_alone(void **state)
{
    char in[4] = "in";
    (void)state;
    PVOID out = ExAllocatePoolZero(NonPagedPoolNx, 16, 0x74736554);
    note_all();
    send_control(CODE(METHOD_IN_DIRECT), in, sizeof in, out, 16);
    assert_string_equal(noted.data, "in");
    assert_ptr_not_equal(noted.system_buffer, in);
    assert_non_null(noted.mdl);
    assert_true((noted.mdl_flags & MDL_PAGES_LOCKED) != 0);
    assert_false((noted.mdl_flags & MDL_WRITE_OPERATION) != 0);
    ExFreePool(out);
    IoDeleteDevice(other);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void transfer(ULONG major, PVOID buffer)
{
    KEVENT event;
    IO_STATUS_BLOCK io = {.Status = STATUS_UNSUCCESSFUL};
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PIRP built = IoBuildSynchronousFsdRequest(major, other, buffer, 8, NULL, &event, &io);
    assert_non_null(built);
    assert_int_equal(IoGetNextIrpStackLocation(built)->Parameters.Write.ByteOffset.QuadPart, 0);
    assert_int_equal(IoCallDriver(other, built), STATUS_SUCCESS);
    assert_int_equal(io.Status, STATUS_SUCCESS);
    assert_int_equal(noted.major, major);
    assert_int_equal(noted.length, 8);
}

static void write_request_has_a_copy_and_a_read_request_is_copied_back(void **state)
{
    char buffer[8] = "stale";
    (void)state;
    note_all();
    other->Flags |= DO_BUFFERED_IO;
    transfer(IRP_MJ_WRITE, buffer);
    assert_ptr_not_equal(noted.system_buffer, buffer);
    assert_string_equal(noted.data, "stale");
    transfer(IRP_MJ_READ, buffer);
    assert_string_equal(buffer, "fresh");
    other->Flags &= ~(ULONG)DO_BUFFERED_IO;
    transfer(IRP_MJ_WRITE, buffer);
    assert_null(noted.system_buffer);
    assert_null(noted.mdl);
    assert_ptr_equal(noted.user_buffer, buffer);
    IoDeleteDevice(other);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static PIRP build_failing(const syspte_fault_plan *plan, bool transfers, PVOID buffer)
{
    KEVENT event;
    IO_STATUS_BLOCK io;
    uint64_t fired = syspte_fault_fired();
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    assert_true(syspte_fault_set(plan));
    PIRP built =
        transfers ? IoBuildSynchronousFsdRequest(IRP_MJ_READ, other, buffer, 8, NULL, &event, &io)
                  : IoBuildDeviceIoControlRequest(CODE(METHOD_OUT_DIRECT), other, buffer, 4, buffer,
                                                  8, FALSE, &event, &io);
    assert_int_equal(syspte_fault_fired(), fired + 1);
    syspte_fault_clear();
    return built;
}

// The request, its buffer, its MDL, the lock of its pages: whichever fails, what was made before
// is given back.
static void request_is_not_built_in_part(void **state)
{
    (void)state;
    PVOID buffer = ExAllocatePoolZero(NonPagedPoolNx, 8, 0x74736554);
    other->Flags |= DO_DIRECT_IO;
    for (uint64_t n = 1; n <= 4; n++) {
        assert_null(build_failing(&(syspte_fault_plan){.nth = n, .locks = true}, false, buffer));
    }
    for (uint64_t n = 1; n <= 3; n++) {
        assert_null(build_failing(&(syspte_fault_plan){.nth = n, .locks = true}, true, buffer));
    }
    ExFreePool(buffer);
    IoDeleteDevice(other);
    assert_int_equal(syspte_shutdown(), 0);
}

static unsigned built_at;

static void request_that_is_never_sent_leaks(void **state)
{
    KEVENT event;
    IO_STATUS_BLOCK io;
    (void)state;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    built_at = __LINE__ + 1;
    (void)IoBuildSynchronousFsdRequest(IRP_MJ_PNP, other, NULL, 0, NULL, &event, &io);
    IoDeleteDevice(other);

    assert_int_equal(syspte_shutdown(), 1);

    assert_int_equal(only_finding(SYSPTE_RULE_LEAK).call->line, built_at);
}

// ---- References

static void references_are_given_back(void **state)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Other");
    UNICODE_STRING nothing = RTL_CONSTANT_STRING(L"\\Device\\Nothing");
    PFILE_OBJECT file = NULL;
    PDEVICE_OBJECT device = NULL;
    (void)state;
    assert_int_equal(IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &device),
                     STATUS_SUCCESS);
    assert_ptr_equal(device, other);
    assert_ptr_equal(file->DeviceObject, other);
    assert_int_equal(IoGetDeviceObjectPointer(&nothing, FILE_READ_DATA, &file, &device),
                     STATUS_OBJECT_NAME_NOT_FOUND);
    ObDereferenceObject(file);
    assert_ptr_equal(IoGetAttachedDeviceReference(other), other);
    ObReferenceObject(other);
    ObDereferenceObject(other);
    ObDereferenceObject(other);
    assert_no_findings();

    ObDereferenceObject(other);

    (void)only_finding(SYSPTE_RULE_DEREFERENCE_NOT_HELD);
    IoDeleteDevice(other);
    assert_int_equal(syspte_shutdown(), 0);
}

static unsigned referenced_at;

static void reference_that_is_kept_leaks(void **state)
{
    (void)state;
    referenced_at = __LINE__ + 1;
    (void)IoGetAttachedDeviceReference(other);
    IoDeleteDevice(other);

    assert_int_equal(syspte_shutdown(), 1);

    assert_int_equal(only_finding(SYSPTE_RULE_LEAK).call->line, referenced_at);
    assert_non_null(strstr(report_text(), "ObDereferenceObject"));
}

static void table_of_references_can_be_full(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        ObReferenceObject(other);
    }
    assert_no_findings();
    assert_int_equal(ObReferenceObjectByPointer(other, 0, NULL, KernelMode),
                     STATUS_INSUFFICIENT_RESOURCES);
    assert_int_equal(only_finding(SYSPTE_RULE_TABLE_FULL).severity, SYSPTE_LIMIT);

    for (unsigned i = 0; i < 256; i++) {
        ObDereferenceObjectDeferDelete(other);
    }
    assert_int_equal(ObReferenceObjectByPointer(other, 0, NULL, KernelMode), STATUS_SUCCESS);
    ObDereferenceObject(other);

    IoDeleteDevice(other);
    assert_int_equal(syspte_shutdown(), 0);
    (void)only_finding(SYSPTE_RULE_TABLE_FULL);
}

static void reference_can_find_no_memory(void **state)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Other");
    PFILE_OBJECT file = NULL;
    PDEVICE_OBJECT device = NULL;
    (void)state;
    assert_true(syspte_fault_set(&(syspte_fault_plan){.nth = 1, .all_later = true}));
    assert_int_equal(ObReferenceObjectByPointer(other, 0, NULL, KernelMode),
                     STATUS_INSUFFICIENT_RESOURCES);
    assert_int_equal(IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &device),
                     STATUS_INSUFFICIENT_RESOURCES);
    assert_null(file);
    assert_int_equal(syspte_fault_fired(), 2);
    syspte_fault_clear();
    IoDeleteDevice(other);
    assert_int_equal(syspte_shutdown(), 0);
}

static void reference_is_to_the_top_of_the_stack(void **state)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Other");
    PDEVICE_OBJECT upper = NULL;
    PDEVICE_OBJECT device = NULL;
    PFILE_OBJECT file = NULL;
    (void)state;
    assert_int_equal(IoCreateDevice(&other_driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &upper),
                     STATUS_SUCCESS);
    other->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    assert_ptr_equal(IoAttachDeviceToDeviceStack(upper, other), other);

    assert_ptr_equal(IoGetAttachedDevice(other), upper);
    assert_ptr_equal(IoGetAttachedDeviceReference(other), upper);
    assert_int_equal(IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &device),
                     STATUS_SUCCESS);
    assert_ptr_equal(device, upper);
    assert_ptr_equal(file->DeviceObject, other);

    ObDereferenceObject(file);
    ObDereferenceObject(upper);
    IoDetachDevice(other);
    IoDeleteDevice(upper);
    IoDeleteDevice(other);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void machine_that_is_gone_has_no_objects(void **state)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Other");
    DEVICE_OBJECT own = {.Type = IO_TYPE_DEVICE, .StackSize = 1};
    PFILE_OBJECT file = NULL;
    PDEVICE_OBJECT device = NULL;
    (void)state;
    IoDeleteDevice(other);
    (void)syspte_shutdown();

    assert_int_equal(IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &device),
                     STATUS_UNSUCCESSFUL);
    assert_complaint("there is no machine");
    assert_int_equal(ObReferenceObjectByPointer(&own, 0, NULL, KernelMode),
                     STATUS_INSUFFICIENT_RESOURCES);
    assert_complaint("there is no machine");
    ObDereferenceObject(&own);
    assert_complaint("there is no machine");
    assert_null(IoBuildSynchronousFsdRequest(IRP_MJ_PNP, &own, NULL, 0, NULL, NULL, NULL));
    assert_complaint("there is no machine");
    assert_null(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cancel_test(cancel_routine_is_called_once),
        cancel_test(cancel_routine_must_release_the_lock),
        cancel_test(cancel_lock_is_one_lock),
        queue_test(queued_request_is_taken_by_its_context),
        queue_test(queued_request_is_cancelled),
        queue_test(request_that_is_cancelled_already_is_not_queued),
        queue_test(next_skips_what_is_being_cancelled),
        queue_test(queue_can_refuse),
        other_test(control_request_moves_data_and_is_freed),
        other_test(read_request_goes_by_the_devices_way),
        other_test(request_that_is_never_sent_leaks),
        other_test(references_are_given_back),
        other_test(reference_that_is_kept_leaks),
        other_test(table_of_references_can_be_full),
        other_test(reference_can_find_no_memory),
        other_test(reference_is_to_the_top_of_the_stack),
        other_test(machine_that_is_gone_has_no_objects),
        other_test(request_without_buffers_has_none),
        other_test(neither_way_hands_the_pointers_on),
        other_test(input_of_a_direct_request_is_read_alone),
        other_test(write_request_has_a_copy_and_a_read_request_is_copied_back),
        other_test(request_is_not_built_in_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
