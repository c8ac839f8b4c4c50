// SPDX-License-Identifier: MIT
// Framework objects: contexts, parents and children, references, and handles that are used wrongly.
#include "wdf_driver.h"

#include <stdio.h>

typedef struct counted {
    unsigned number;
} counted;

WDF_DECLARE_CONTEXT_TYPE(counted)

typedef struct other {
    char bytes[40];
} other;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(other, other_of)

typedef struct third {
    unsigned number;
} third;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(third, third_of)

typedef struct fourth {
    unsigned number;
} fourth;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(fourth, fourth_of)

typedef struct fifth {
    unsigned number;
} fifth;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(fifth, fifth_of)

static char said[256];

static void say(const char *what, WDFOBJECT object)
{
    size_t at = strlen(said);
    (void)snprintf(said + at, sizeof said - at, "%s%u ", what,
                   WdfObjectGet_counted(object)->number);
}

static VOID NTAPI on_cleanup(WDFOBJECT Object)
{
    say("c", Object);
}

static VOID NTAPI on_destroy(WDFOBJECT Object)
{
    say("d", Object);
}

static WDFOBJECT make(unsigned number, WDFOBJECT parent)
{
    WDFOBJECT object;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, counted);
    attributes.EvtCleanupCallback = on_cleanup;
    attributes.EvtDestroyCallback = on_destroy;
    attributes.ParentObject = parent;
    assert_int_equal(WdfObjectCreate(&attributes, &object), STATUS_SUCCESS);
    WdfObjectGet_counted(object)->number = number;
    return object;
}

static int begin(void **state)
{
    int failed = wdf_begin(state);
    said[0] = 0;
    return failed != 0 || !NT_SUCCESS(wdf_load_and_add());
}

#define object_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

// ---- Contexts

static void context_starts_as_zeros_and_knows_its_object(void **state)
{
    (void)state;
    WDFOBJECT object = make(7, NULL);

    counted *context = WdfObjectGet_counted(object);

    assert_int_equal(context->number, 7);
    assert_ptr_equal(WdfObjectContextGetObject(context), object);
    assert_ptr_equal(WdfObjectGetTypedContext(object, counted), context);
    assert_null(other_of(object));
    assert_null(context_of(the_driver.device)->registers);
}

static void context_can_be_added_once_for_each_type(void **state)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    PVOID added;
    PVOID again;
    (void)state;
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, other);
    WDFOBJECT object = make(1, NULL);

    assert_int_equal(WdfObjectAllocateContext(object, &attributes, &added), STATUS_SUCCESS);
    assert_int_equal(WdfObjectAllocateContext(object, &attributes, &again),
                     STATUS_OBJECT_NAME_EXISTS);

    assert_ptr_equal(again, added);
    assert_ptr_equal(other_of(object), added);
    assert_int_equal(WdfObjectGet_counted(object)->number, 1);
}

static void context_can_be_larger_than_its_type(void **state)
{
    WDFOBJECT object;
    WDF_OBJECT_ATTRIBUTES attributes;
    (void)state;
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, other);
    attributes.ContextSizeOverride = 4000;

    assert_int_equal(WdfObjectCreate(&attributes, &object), STATUS_SUCCESS);

    memset(other_of(object), 1, 4000);
    WdfObjectDelete(object);
    assert_no_findings();
    attributes.ContextSizeOverride = 39;
    assert_int_equal(WdfObjectCreate(&attributes, &object), STATUS_INVALID_PARAMETER);
    attributes.ContextSizeOverride = SIZE_MAX; // and what stands in front of it
    assert_int_equal(WdfObjectCreate(&attributes, &object), STATUS_INSUFFICIENT_RESOURCES);
}

static void wrong_attributes_add_no_context(void **state)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    PVOID added = NULL;
    (void)state;
    WDFOBJECT object = make(1, NULL);

    assert_int_equal(WdfObjectAllocateContext(object, NULL, &added), STATUS_INVALID_PARAMETER);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes); // names no type
    assert_int_equal(WdfObjectAllocateContext(object, &attributes, &added),
                     STATUS_INVALID_PARAMETER);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, other);
    attributes.Size--;
    assert_int_equal(WdfObjectAllocateContext(object, &attributes, &added),
                     STATUS_INFO_LENGTH_MISMATCH);
    attributes.Size++;
    attributes.ParentObject = the_driver.device;
    assert_int_equal(WdfObjectAllocateContext(object, &attributes, &added),
                     STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED);
    attributes.ParentObject = NULL;
    attributes.ContextSizeOverride = SIZE_MAX; // and what stands in front of it
    assert_int_equal(WdfObjectAllocateContext(object, &attributes, &added),
                     STATUS_INSUFFICIENT_RESOURCES);

    assert_null(added);
    assert_null(other_of(object));
    assert_no_findings();
}

static void object_has_room_for_four_contexts(void **state)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    PVOID added[3];
    (void)state;
    WDFOBJECT object = make(1, NULL); // with the first
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, other);
    assert_int_equal(WdfObjectAllocateContext(object, &attributes, &added[0]), STATUS_SUCCESS);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, third);
    assert_int_equal(WdfObjectAllocateContext(object, &attributes, &added[1]), STATUS_SUCCESS);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, fourth);
    assert_int_equal(WdfObjectAllocateContext(object, &attributes, &added[2]), STATUS_SUCCESS);
    assert_int_equal(seen.complaints, 0);

    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, fifth);
    assert_int_equal(WdfObjectAllocateContext(object, &attributes, NULL),
                     STATUS_INSUFFICIENT_RESOURCES);

    assert_complaint("at most 4 contexts");
    assert_null(fifth_of(object));
    assert_ptr_equal(other_of(object), added[0]);
    assert_ptr_equal(third_of(object), added[1]);
    assert_ptr_equal(fourth_of(object), added[2]);
}

static WDFOBJECT wrong;

static void delete_wrong(void)
{
    WdfObjectDelete(wrong);
}

static void write_behind_a_context_is_found(void **state)
{
    (void)state;
    wrong = make(1, NULL);
    ((volatile char *)WdfObjectGet_counted(wrong))[sizeof(counted)] = 1;

    assert_true(stops(delete_wrong));

    (void)only_finding(SYSPTE_RULE_POOL_OVERRUN);
}

// ---- Parents and children

static void children_go_before_their_parent(void **state)
{
    (void)state;
    WDFOBJECT parent = make(1, NULL);
    WDFOBJECT child = make(2, parent);
    (void)make(3, child);
    (void)make(4, parent);

    WdfObjectDelete(parent);

    assert_string_equal(said, "c4 d4 c3 d3 c2 d2 c1 d1 ");
    assert_no_findings();
}

static void objects_of_a_device_go_with_it(void **state)
{
    (void)state;
    (void)make(1, the_driver.device);
    (void)make(2, NULL);

    (void)wdf_pnp(IRP_MN_REMOVE_DEVICE);
    assert_string_equal(said, "c1 d1 ");
    syspte_driver_unload(the_driver.wdm);

    assert_string_equal(said, "c1 d1 c2 d2 ");
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void object_outlives_the_scope_it_was_made_in(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("a request");

    (void)make(1, the_driver.device);

    assert_int_equal(syspte_scope_leave(scope), 0);
    assert_no_findings();
}

static void object_made_in_each_cycle_grows(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        syspte_scope scope = syspte_scope_enter_cycle("a request");
        (void)make(i, the_driver.device);
        (void)syspte_scope_leave(scope);
    }

    syspte_finding growth = only_finding(SYSPTE_RULE_GROWTH);
    assert_int_equal(growth.call->api, SYSPTE_API_WDF_OBJECT_CREATE);
    assert_string_equal(growth.call->function, "make");
}

// ---- References

static void referenced_object_is_destroyed_by_the_last_dereference(void **state)
{
    (void)state;
    WDFOBJECT object = make(1, NULL);
    WdfObjectReference(object);

    WdfObjectDelete(object);
    assert_string_equal(said, "c1 ");
    WdfObjectDereference(object);

    assert_string_equal(said, "c1 d1 ");
    assert_no_findings();
}

static void reference_that_is_never_given_back_leaks(void **state)
{
    (void)state;
    WdfObjectReference(make(1, NULL));

    wdf_end();

    syspte_finding leak = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(leak.call->api, SYSPTE_API_WDF_OBJECT_CREATE);
    assert_string_equal(leak.call->function, "make");
    assert_string_equal(leak.scope, "the framework's objects");
}

static void dereference_wrong(void)
{
    WdfObjectDereference(wrong);
}

static void dereference_without_a_reference_is_0x10D_7(void **state)
{
    (void)state;
    wrong = make(1, NULL);

    assert_true(stops(dereference_wrong));

    syspte_finding finding = only_finding(SYSPTE_RULE_WDF_LAST_REFERENCE);
    assert_string_equal(finding.mapped->function, "make");
    assert_int_equal(seen.stop.code, 0x10D);
    assert_int_equal(seen.stop.parameter[0], 7);
}

static void deleted_object_that_is_referenced_is_not_deleted_again(void **state)
{
    (void)state;
    WDFOBJECT object = make(1, NULL);
    WdfObjectReference(object);
    WdfObjectDelete(object);

    WdfObjectDelete(object);

    syspte_finding finding = only_finding(SYSPTE_RULE_WDF_DELETED);
    assert_int_equal(finding.call->api, SYSPTE_API_WDF_OBJECT_DELETE);
    assert_string_equal(finding.text, "only references keep it");
    assert_string_equal(said, "c1 ");
    WdfObjectDereference(object);
    assert_string_equal(said, "c1 d1 ");
}

static WDFOBJECT parent_to_delete;

static VOID NTAPI delete_parent(WDFOBJECT Object)
{
    say("c", Object);
    WdfObjectDelete(parent_to_delete);
}

static void child_whose_cleanup_deletes_the_parent_goes_once(void **state)
{
    WDFOBJECT child;
    WDF_OBJECT_ATTRIBUTES attributes;
    (void)state;
    parent_to_delete = make(1, NULL);
    (void)make(2, parent_to_delete);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, counted);
    attributes.EvtCleanupCallback = delete_parent;
    attributes.EvtDestroyCallback = on_destroy;
    attributes.ParentObject = parent_to_delete;
    assert_int_equal(WdfObjectCreate(&attributes, &child), STATUS_SUCCESS);
    WdfObjectGet_counted(child)->number = 3;

    WdfObjectDelete(child);

    assert_string_equal(said, "c3 c2 d2 c1 d3 d1 ");
    assert_no_findings();
}

// ---- Wrong handles

static void deleted_object_is_neither_referenced_nor_dereferenced(void **state)
{
    (void)state;
    WDFOBJECT object = make(1, NULL);
    WdfObjectDelete(object);

    WdfObjectReference(object);
    assert_int_equal(only_finding(SYSPTE_RULE_WDF_DELETED).call->api,
                     SYSPTE_API_WDF_OBJECT_REFERENCE);
    WdfObjectDereference(object);
    WdfObjectDelete(object);

    assert_string_equal(said, "c1 d1 ");
    syspte_finding finding;
    assert_true(syspte_finding_at(1, &finding));
    assert_int_equal(finding.call->api, SYSPTE_API_WDF_OBJECT_DEREFERENCE);
    assert_true(syspte_finding_at(2, &finding));
    assert_int_equal(finding.call->api, SYSPTE_API_WDF_OBJECT_DELETE);
}

static void driver_cannot_name_the_parent_of_a_device(void **state)
{
    WDFDEVICE device;
    WDF_OBJECT_ATTRIBUTES attributes;
    (void)state;
    PWDFDEVICE_INIT init = WdfControlDeviceInitAllocate(the_driver.driver, NULL);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = make(1, NULL);

    assert_int_equal(WdfDeviceCreate(&init, &attributes, &device),
                     STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED);

    WdfDeviceInitFree(init);
    assert_no_findings();
}

static void there_is_room_for_16384_objects(void **state)
{
    enum { MOST = 16384 };
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFOBJECT object;
    WDFOBJECT newest = NULL;
    unsigned made = 0;
    (void)state;
    WDFOBJECT parent = make(1, NULL);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = parent;

    while (made < MOST && NT_SUCCESS(WdfObjectCreate(&attributes, &object))) {
        newest = object;
        made++;
    }

    assert_in_range(made, MOST - 100, MOST - 1);
    assert_null(object);
    assert_complaint("16,384 framework objects are there");
    WdfObjectDelete(newest);
    assert_int_equal(WdfObjectCreate(&attributes, &object), STATUS_SUCCESS);
    WdfObjectDelete(parent);
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
}

static void use_as_device(void)
{
    (void)WdfDeviceGetDriver(wrong);
}

static void handle_of_another_type_is_0x10D_5(void **state)
{
    (void)state;
    wrong = make(1, NULL);

    assert_true(stops(use_as_device));

    assert_string_equal(only_finding(SYSPTE_RULE_WDF_HANDLE).text, "WDFOBJECT");
    assert_int_equal(seen.stop.code, 0x10D);
    assert_int_equal(seen.stop.parameter[0], 5);
}

static void null_handle_is_0x10D_4(void **state)
{
    (void)state;
    wrong = NULL;

    assert_true(stops(use_as_device));

    assert_stop(0x10D, 4, 0, 0, 0);
}

static void deleted_handle_is_found_with_both_places(void **state)
{
    (void)state;
    WDFOBJECT object = make(1, NULL);
    WdfObjectDelete(object);
    unsigned line = __LINE__ - 1;

    assert_null(WdfObjectGet_counted(object));

    syspte_finding finding = only_finding(SYSPTE_RULE_WDF_DELETED);
    assert_string_equal(finding.mapped->function, "make");
    assert_int_equal(finding.unmapped->line, line);
    assert_non_null(strstr(report_text(), "\n    allocated at "));
    assert_non_null(strstr(report_text(), "\n    freed before at "));
}

static void device_of_a_bus_is_not_deleted_by_the_driver(void **state)
{
    (void)state;

    WdfObjectDelete(the_driver.device);

    (void)only_finding(SYSPTE_RULE_WDF_DELETE_KEPT);
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
}

static void attributes_of_another_size_are_refused(void **state)
{
    WDFOBJECT object;
    WDF_OBJECT_ATTRIBUTES attributes;
    (void)state;
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.Size--;

    assert_int_equal(WdfObjectCreate(&attributes, &object), STATUS_INFO_LENGTH_MISMATCH);

    assert_null(object);
}

static VOID NTAPI forget_to_lower(WDFOBJECT Object)
{
    (void)Object;
    (void)KeRaiseIrqlToDpcLevel();
}

static void callback_that_leaves_the_irql_raised_is_0x10D_E(void **state)
{
    WDF_OBJECT_ATTRIBUTES attributes;
    (void)state;
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.EvtCleanupCallback = forget_to_lower;
    assert_int_equal(WdfObjectCreate(&attributes, &wrong), STATUS_SUCCESS);

    assert_true(stops(delete_wrong));

    assert_string_equal(only_finding(SYSPTE_RULE_WDF_CALLBACK_IRQL).text, "EvtCleanupCallback");
    assert_stop(0x10D, 0xE, PASSIVE_LEVEL, DISPATCH_LEVEL, 0);
}

// ---- Devices that no bus reports

static WDFDEVICE control_device(PCUNICODE_STRING name)
{
    WDFDEVICE device;
    PWDFDEVICE_INIT init = WdfControlDeviceInitAllocate(the_driver.driver, NULL);
    assert_int_equal(WdfDeviceInitAssignName(init, name), STATUS_SUCCESS);
    assert_int_equal(WdfDeviceCreate(&init, WDF_NO_OBJECT_ATTRIBUTES, &device), STATUS_SUCCESS);
    assert_null(init);
    WdfControlFinishInitializing(device);
    return device;
}

static void control_device_goes_when_the_driver_deletes_it(void **state)
{
    static const UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Control");
    static const UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\Control");
    (void)state;
    WDFDEVICE device = control_device(&name);
    assert_int_equal(WdfDeviceCreateSymbolicLink(device, &link), STATUS_SUCCESS);
    assert_false(WdfDeviceWdmGetDeviceObject(device)->Flags & DO_DEVICE_INITIALIZING);

    WdfObjectDelete(device);

    (void)control_device(&name); // goes with the driver
    wdf_end();
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void init_that_is_not_given_back_goes_with_the_driver(void **state)
{
    (void)state;
    PWDFDEVICE_INIT init = WdfControlDeviceInitAllocate(the_driver.driver, NULL);

    WdfDeviceInitFree(init);
    WdfDeviceInitSetExclusive(init, TRUE);

    (void)only_finding(SYSPTE_RULE_WDF_DELETED);
}

static void handles_lead_to_each_other(void **state)
{
    (void)state;
    PDEVICE_OBJECT wdm = WdfDeviceWdmGetDeviceObject(the_driver.device);

    assert_ptr_equal(WdfDeviceGetDriver(the_driver.device), the_driver.driver);
    assert_ptr_equal(WdfGetDriver(), the_driver.driver);
    assert_ptr_equal(WdfDriverWdmGetDriverObject(the_driver.driver), the_driver.wdm);
    assert_ptr_equal(WdfWdmDriverGetWdfDriverHandle(the_driver.wdm), the_driver.driver);
    assert_ptr_equal(the_driver.physical->AttachedDevice, wdm);
    assert_ptr_equal(WdfWdmDeviceGetWdfDeviceHandle(wdm), the_driver.device);
    assert_ptr_equal(WdfDeviceWdmGetPhysicalDevice(the_driver.device), the_driver.physical);
    assert_ptr_equal(WdfDeviceWdmGetAttachedDevice(the_driver.device), the_driver.physical);
    assert_non_null(WdfDeviceGetIoTarget(the_driver.device));
    assert_int_equal(WdfDriverGetRegistryPath(the_driver.driver)[0], '\\');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        object_test(context_starts_as_zeros_and_knows_its_object),
        object_test(context_can_be_added_once_for_each_type),
        object_test(context_can_be_larger_than_its_type),
        object_test(wrong_attributes_add_no_context),
        object_test(object_has_room_for_four_contexts),
        object_test(write_behind_a_context_is_found),
        object_test(children_go_before_their_parent),
        object_test(objects_of_a_device_go_with_it),
        object_test(object_outlives_the_scope_it_was_made_in),
        object_test(object_made_in_each_cycle_grows),
        object_test(referenced_object_is_destroyed_by_the_last_dereference),
        object_test(reference_that_is_never_given_back_leaks),
        object_test(dereference_without_a_reference_is_0x10D_7),
        object_test(deleted_object_that_is_referenced_is_not_deleted_again),
        object_test(child_whose_cleanup_deletes_the_parent_goes_once),
        object_test(deleted_object_is_neither_referenced_nor_dereferenced),
        object_test(driver_cannot_name_the_parent_of_a_device),
        object_test(there_is_room_for_16384_objects),
        object_test(handle_of_another_type_is_0x10D_5),
        object_test(null_handle_is_0x10D_4),
        object_test(deleted_handle_is_found_with_both_places),
        object_test(device_of_a_bus_is_not_deleted_by_the_driver),
        object_test(attributes_of_another_size_are_refused),
        object_test(callback_that_leaves_the_irql_raised_is_0x10D_E),
        object_test(control_device_goes_when_the_driver_deletes_it),
        object_test(init_that_is_not_given_back_goes_with_the_driver),
        object_test(handles_lead_to_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
