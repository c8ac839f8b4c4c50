// SPDX-License-Identifier: MIT
// Functions that are only there to be linked: a call of one ends the test with its name and place,
// and never returns. Intrinsics that reach the models of the test are here, too.
#include "harness.h"

#include <stdio.h>
#include <ntifs.h>

typedef struct loud {
    const char *name;
    void (*call)(void);
    const char *expansion; // of a call with one argument
} loud;

#define GROUP(title, advice)
#define NTDDK(name, since)
#define NTIFS(name, since)
#define INTRINSIC(name)
#define UNDECLARED(name, since) extern void name(void);
#include "sim/not_simulated.h"
#undef NTDDK
#undef NTIFS
#undef INTRINSIC
#undef UNDECLARED

#define TEXT(...)               #__VA_ARGS__
#define EXPANSION(call)         TEXT(call) // the macro's text if there is one
#define NTDDK(name, since)      {#name, (void (*)(void))name, EXPANSION(name(1))},
#define NTIFS(name, since)      NTDDK(name, since)
#define INTRINSIC(name)         NTDDK(name, 0)
#define UNDECLARED(name, since) {#name, name, NULL},
static const loud louds[] = {
#include "sim/not_simulated.h"
};

enum { LOUDS = sizeof louds / sizeof louds[0] };

static const loud *calling;

static void call_it(void)
{
    calling->call();
}

// By its address, so without a site.
static void each_function_stops_with_its_name(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LOUDS; i++) {
        calling = &louds[i];
        if (calling->call == (void (*)(void))(ZwLoadDriver)) {
            continue; // this test's own, see below
        }
        boot(NULL);

        assert_true(stops(call_it));

        syspte_finding finding = only_finding(SYSPTE_RULE_NOT_SIMULATED);
        assert_string_equal(finding.text, calling->name);
        assert_int_equal(finding.severity, SYSPTE_LIMIT);
        assert_null(finding.call->file);
        assert_int_equal(seen.stop.code, 0);
        (void)syspte_shutdown();
    }
    assert_in_range(LOUDS, 200, 1000);
}

static void each_declared_function_has_a_site(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LOUDS; i++) {
        const char *text = louds[i].expansion;
        if (text != NULL && strstr(text, "syspte_call_site") == NULL) {
            fail_msg("%s has no macro: %s", louds[i].name, text);
        }
    }
}

static unsigned called_at;

static void open_file(void)
{
    HANDLE file;
    IO_STATUS_BLOCK io;
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    called_at = __LINE__ + 1;
    (void)ZwOpenFile(&file, GENERIC_READ, &attributes, &io, FILE_SHARE_READ, 0);
}

static void report_names_the_place(void **state)
{
    char expected[256];
    (void)state;

    assert_true(stops(open_file));

    syspte_finding finding = only_finding(SYSPTE_RULE_NOT_SIMULATED);
    assert_int_equal(finding.call->line, called_at);
    assert_string_equal(finding.call->function, "open_file");
    (void)snprintf(expected, sizeof expected,
                   "call in open_file is of a function that is not simulated: ZwOpenFile");
    assert_non_null(strstr(report_text(), expected));
}

// What a test defines itself replaces the library's.
#undef ZwLoadDriver
NTSTATUS NTAPI ZwLoadDriver(PUNICODE_STRING DriverServiceName)
{
    (void)DriverServiceName;
    return STATUS_IMAGE_ALREADY_LOADED;
}

static void test_can_have_its_own(void **state)
{
    (void)state;
    assert_int_equal(ZwLoadDriver(NULL), STATUS_IMAGE_ALREADY_LOADED);
    assert_no_findings();
}

static void intrinsic_in_a_driver_stops(void)
{
    (void)__readmsr(0x1B);
}

static void read_by_address(void)
{
    ULONG64 (*read)(ULONG) = &__readmsr;
    (void)read(0x1B);
}

static void intrinsics_stop(void **state)
{
    (void)state;

    assert_true(stops(intrinsic_in_a_driver_stops));

    assert_string_equal(finding_of(SYSPTE_RULE_NOT_SIMULATED).text, "__readmsr");
    assert_non_null(finding_of(SYSPTE_RULE_NOT_SIMULATED).call->file);
}

// A site that was noted for one function is not another one's.
static void site_is_of_its_call_alone(void **state)
{
    (void)state;
    syspte_call_site("ZwReadFile", __FILE__, __LINE__, __func__);

    assert_true(stops(read_by_address));

    assert_null(finding_of(SYSPTE_RULE_NOT_SIMULATED).call->file);
}

static void routine_address_is_found(void **state)
{
    UNICODE_STRING name;
    (void)state;
    boot_profile("win7-x64");
    RtlInitUnicodeString(&name, L"ZwCreateFile");
    assert_ptr_equal(MmGetSystemRoutineAddress(&name), (PVOID)(ULONG_PTR)&ZwCreateFile);
    RtlInitUnicodeString(&name, L"MmCopyMemory"); // Windows 8.1
    assert_null(MmGetSystemRoutineAddress(&name));
    RtlInitUnicodeString(&name, L"ZwQuerySystemInformation");
    assert_non_null(MmGetSystemRoutineAddress(&name));
    assert_true(syspte_routine_hide("ZwQuerySystemInformation"));
    assert_null(MmGetSystemRoutineAddress(&name));
}

// ---- Ports and bits

static unsigned port_seen;
static unsigned port_width;
static uint64_t port_value;

static uint64_t read_port(void *context, uint64_t offset, unsigned width)
{
    (void)context;
    port_seen = (unsigned)offset;
    port_width = width;
    return 0x5A;
}

static void write_port(void *context, uint64_t offset, unsigned width, uint64_t value)
{
    (void)context;
    port_seen = (unsigned)offset;
    port_width = width;
    port_value = value;
}

static void port_intrinsics_reach_the_model(void **state)
{
    static const syspte_device ports = {.read = read_port, .write = write_port};
    (void)state;
    assert_true(syspte_device_add_ports(0x3F8, 8, &ports));

    assert_int_equal(__inbyte(0x3F9), 0x5A);
    assert_int_equal(port_seen, 1);
    assert_int_equal(port_width, 1);
    __outword(0x3FA, 0x1234);
    assert_int_equal(port_seen, 2);
    assert_int_equal(port_width, 2);
    assert_int_equal(port_value, 0x1234);
    assert_int_equal(__indword(0x3FC), 0x5A);
    assert_int_equal(port_width, 4);
    assert_int_equal(__inbyte(0x80), 0xFF);
}

static void bits_are_scanned(void **state)
{
    ULONG index = 77;
    (void)state;
    assert_int_equal(_BitScanForward(&index, 0), 0);
    assert_int_equal(index, 77);
    assert_int_equal(_BitScanForward(&index, 0x80000010), 1);
    assert_int_equal(index, 4);
    assert_int_equal(_BitScanReverse(&index, 0x80000010), 1);
    assert_int_equal(index, 31);
    assert_int_equal(_BitScanForward64(&index, 1ull << 63), 1);
    assert_int_equal(index, 63);
    assert_int_equal(_BitScanReverse64(&index, 0x100000001ull), 1);
    assert_int_equal(index, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(each_function_stops_with_its_name),
        hooked_test(each_declared_function_has_a_site),
        machine_test(report_names_the_place),
        machine_test(test_can_have_its_own),
        machine_test(intrinsics_stop),
        machine_test(site_is_of_its_call_alone),
        hooked_test(routine_address_is_found),
        machine_test(port_intrinsics_reach_the_model),
        machine_test(bits_are_scanned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
