// SPDX-License-Identifier: MIT
// Devices with a model: what READ_REGISTER_*, WRITE_REGISTER_* and the port functions ask them,
// scripts and their deviations with the site of the access, and what is refused.
#include "harness.h"

#include <pthread.h>

typedef struct note {
    bool is_write;
    uint64_t offset;
    unsigned width;
    uint64_t value;
} note;

static struct {
    note notes[64];
    unsigned count;
    uint64_t answer;
} device;

static uint64_t device_read(void *context, uint64_t offset, unsigned width)
{
    assert_ptr_equal(context, &device);
    device.notes[device.count++ % 64] = (note){false, offset, width, 0};
    return device.answer;
}

static void device_write(void *context, uint64_t offset, unsigned width, uint64_t value)
{
    assert_ptr_equal(context, &device);
    device.notes[device.count++ % 64] = (note){true, offset, width, value};
}

static const syspte_device noting = {device_read, device_write, &device};

static void *map_noting(uint64_t bytes)
{
    memset(&device, 0, sizeof device);
    assert_true(syspte_device_add(BAR, bytes, &noting));
    return map(BAR, bytes);
}

static void assert_note(unsigned i, bool is_write, uint64_t offset, unsigned width, uint64_t value)
{
    assert_true(i < device.count);
    assert_int_equal(device.notes[i].is_write, is_write);
    assert_int_equal(device.notes[i].offset, offset);
    assert_int_equal(device.notes[i].width, width);
    assert_int_equal(device.notes[i].value, value);
}

// ---- Registers

static void register_reads_of_every_width_ask_the_model(void **state)
{
    (void)state;
    unsigned char *at = map_noting(0x100);
    device.answer = 0xF1E2D3C4B5A69788u;

    assert_int_equal(READ_REGISTER_UCHAR(at + 3), 0x88);
    assert_int_equal(READ_REGISTER_USHORT((PUSHORT)(PVOID)(at + 4)), 0x9788);
    assert_int_equal(READ_REGISTER_ULONG((PULONG)(PVOID)(at + 8)), 0xB5A69788u);
    assert_int_equal(READ_REGISTER_ULONG64((PULONG64)(PVOID)(at + 16)), 0xF1E2D3C4B5A69788u);

    assert_note(0, false, 3, 1, 0);
    assert_note(1, false, 4, 2, 0);
    assert_note(2, false, 8, 4, 0);
    assert_note(3, false, 16, 8, 0);
    assert_int_equal(device.count, 4);
    unmap(at, 0x100);
}

static void register_writes_of_every_width_tell_the_model(void **state)
{
    (void)state;
    unsigned char *at = map_noting(0x100);

    WRITE_REGISTER_UCHAR(at + 3, 0xFE);
    WRITE_REGISTER_USHORT((PUSHORT)(PVOID)(at + 4), 0xFEDC);
    WRITE_REGISTER_ULONG((PULONG)(PVOID)(at + 8), 0xFEDCBA98);
    WRITE_REGISTER_ULONG64((PULONG64)(PVOID)(at + 16), 0xFEDCBA9876543210u);

    assert_note(0, true, 3, 1, 0xFE);
    assert_note(1, true, 4, 2, 0xFEDC);
    assert_note(2, true, 8, 4, 0xFEDCBA98);
    assert_note(3, true, 16, 8, 0xFEDCBA9876543210u);
    assert_int_equal(device.count, 4);
    unmap(at, 0x100);
}

static void register_buffers_go_through_ascending_registers(void **state)
{
    ULONG out[3] = {1, 2, 3};
    USHORT in[2] = {0, 0};
    (void)state;
    PULONG at = map_noting(0x100);
    device.answer = 0x1234;

    WRITE_REGISTER_BUFFER_ULONG(at + 1, out, 3);
    READ_REGISTER_BUFFER_USHORT((PUSHORT)(at + 8), in, 2);

    for (unsigned i = 0; i < 3; i++) {
        assert_note(i, true, 4 + 4 * i, 4, i + 1);
    }
    assert_note(3, false, 32, 2, 0);
    assert_note(4, false, 34, 2, 0);
    assert_int_equal(in[1], 0x1234);
    unmap(at, 0x100);
}

static void functions_without_their_macros_ask_the_model_too(void **state)
{
    ULONG (*read)(volatile ULONG *) = READ_REGISTER_ULONG;
    (void)state;
    PULONG at = map_noting(0x100);
    device.answer = 5;

    assert_int_equal(read(at), 5);
    (WRITE_REGISTER_ULONG)(at, 6);

    assert_note(1, true, 0, 4, 6);
    unmap(at, 0x100);
}

static void offsets_count_from_the_range_not_the_mapping(void **state)
{
    (void)state;
    memset(&device, 0, sizeof device);
    assert_true(syspte_device_add(BAR + 0x1080, 0x80, &noting));
    unsigned char *at = map(BAR + 0x40, 0x2000);

    (void)READ_REGISTER_ULONG((PULONG)(PVOID)(at + 0x1050));
    WRITE_REGISTER_ULONG((PULONG)(PVOID)(at + 0x50), 7); // no device's

    assert_note(0, false, 0x10, 4, 0);
    assert_int_equal(device.count, 1);
    assert_int_equal(READ_REGISTER_ULONG((PULONG)(PVOID)(at + 0x50)), 7);
    unmap(at, 0x2000);
}

static void bytes_beside_a_device_in_its_page_are_memory(void **state)
{
    ULONG value = 0;
    (void)state;
    unsigned char *at = map_noting(0x10);
    at = (unsigned char *)map(BAR, PAGE);

    WRITE_REGISTER_ULONG((PULONG)(PVOID)(at + 0x20), 0xABCD);

    assert_int_equal(device.count, 0);
    assert_true(syspte_memory_read(BAR + 0x20, &value, sizeof value));
    assert_int_equal(value, 0xABCD);
    assert_int_equal(READ_REGISTER_ULONG((PULONG)(PVOID)(at + 0x20)), 0xABCD);
}

static void device_without_a_model_is_memory(void **state)
{
    (void)state;
    assert_true(syspte_device_add(BAR, PAGE, NULL));
    assert_int_equal(syspte_memory_kind_at(BAR), SYSPTE_MEMORY_DEVICE);
    PULONG at = map(BAR, PAGE);

    WRITE_REGISTER_ULONG(at, 77);

    assert_int_equal(*(volatile ULONG *)at, 77);
    unmap(at, PAGE);
}

static void later_model_wins(void **state)
{
    UCHAR held[4] = {9, 9, 9, 9};
    syspte_device_ram ram = {held, sizeof held};
    syspte_device model = syspte_device_of_ram(&ram);
    (void)state;
    PUCHAR at = map_noting(0x100);
    assert_true(syspte_device_add(BAR + 0x10, 4, &model));

    assert_int_equal(READ_REGISTER_UCHAR(at + 0x10), 9);
    assert_int_equal(device.count, 0);
    (void)READ_REGISTER_UCHAR(at + 0x14);
    assert_int_equal(device.count, 1);
    unmap(at, 0x100);
}

static void accounting_only_machine_has_models(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.accounting_only = true;
    boot(&config);
    PULONG at = map_noting(PAGE);
    device.answer = 3;

    assert_int_equal(READ_REGISTER_ULONG(at + 2), 3);

    assert_note(0, false, 8, 4, 0);
    unmap(at, PAGE);
}

static PUCHAR target;

static void write_target(void)
{
    WRITE_REGISTER_UCHAR(target, 1);
}

static void read_target(void)
{
    (void)READ_REGISTER_ULONG((PULONG)(PVOID)target);
}

static void register_access_after_unmap_is_0x50(void **state)
{
    (void)state;
    target = map_noting(PAGE);
    unmap(target, PAGE);

    assert_true(touch_stops(write_target));

    (void)only_finding(SYSPTE_RULE_USE_AFTER_UNMAP);
    assert_int_equal(device.count, 0);
}

static void register_access_across_the_end_is_refused_with_its_site(void **state)
{
    (void)state;
    target = map_noting(6);
    target += 4;

    assert_true(stops(read_target));

    syspte_finding finding = only_finding(SYSPTE_RULE_DEVICE_ACCESS);
    assert_non_null(strstr(finding.text, "part"));
    assert_string_equal(finding.call->function, "read_target");
}

// ---- Memory

static void memory_model_keeps_bytes_of_any_alignment(void **state)
{
    UCHAR held[16] __attribute__((aligned(8))) = {0};
    syspte_device_ram ram = {held, 15};
    syspte_device model = syspte_device_of_ram(&ram);
    (void)state;

    for (unsigned width = 1; width <= 8; width *= 2) {
        for (uint64_t offset = 0; offset + width <= 15; offset++) {
            uint64_t value = 0x8877665544332211u >> (64 - width * 8);
            memset(held, 0xEE, sizeof held);
            model.write(model.context, offset, width, value);
            assert_memory_equal(held + offset, &value, width);
            assert_int_equal(held[offset + width], 0xEE);
            assert_int_equal(model.read(model.context, offset, width), value);
        }
    }
    memset(held, 0xEE, sizeof held);
    model.write(model.context, 12, 4, 0);
    assert_int_equal(held[12], 0xEE);
    assert_int_equal(model.read(model.context, 12, 4), UINT64_MAX);
    assert_int_equal(model.read(model.context, 15, 1), UINT64_MAX);
}

// ---- Scripts

static const syspte_device_step reset_steps[] = {
    SYSPTE_DEVICE_WRITE(0x00, 4, 0x80000000u), // reset
    SYSPTE_DEVICE_READ(0x04, 4, 0),            // not ready
    SYSPTE_DEVICE_READ(0x04, 4, 1),
    SYSPTE_DEVICE_WRITE(0x08, 2, 0x1234),
};

static PUCHAR map_script(syspte_device_script *script)
{
    syspte_device model = syspte_device_of_script(script);
    *script =
        (syspte_device_script){reset_steps, sizeof reset_steps / sizeof reset_steps[0], 0, false};
    assert_true(syspte_device_add(BAR, 0x100, &model));
    return map(BAR, 0x100);
}

static syspte_device_script script;

static void script_that_is_followed_is_silent(void **state)
{
    (void)state;
    PUCHAR at = map_script(&script);

    WRITE_REGISTER_ULONG((PULONG)(PVOID)at, 0x80000000u);
    assert_int_equal(READ_REGISTER_ULONG((PULONG)(PVOID)(at + 4)), 0);
    assert_int_equal(READ_REGISTER_ULONG((PULONG)(PVOID)(at + 4)), 1);
    WRITE_REGISTER_USHORT((PUSHORT)(PVOID)(at + 8), 0x1234);
    unmap(at, 0x100);

    assert_int_equal(script.done, 4);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static void deviation_is_told_once_with_its_site(void **state)
{
    (void)state;
    PUCHAR at = map_script(&script);

    WRITE_REGISTER_ULONG((PULONG)(PVOID)at, 0x80000000u);
    assert_int_equal(READ_REGISTER_USHORT((PUSHORT)(PVOID)(at + 4)), 0xFFFF); // half of it
    int line = __LINE__ - 1;
    assert_int_equal(READ_REGISTER_ULONG((PULONG)(PVOID)(at + 4)), 0xFFFFFFFFu);
    unmap(at, 0x100);
    (void)syspte_shutdown();

    syspte_finding finding = only_finding(SYSPTE_RULE_DEVICE_SCRIPT);
    assert_int_equal(finding.call->line, line);
    assert_string_equal(finding.call->function, "deviation_is_told_once_with_its_site");
    assert_string_equal(finding.text, "read at 0x4, 2 bytes; expected: read at 0x4, 4 bytes");
    assert_int_equal(finding.severity, SYSPTE_MISUSE);
    assert_int_equal(finding.physical_address, BAR);
    assert_true(script.deviated);
}

static void write_of_another_value_is_a_deviation(void **state)
{
    (void)state;
    PUCHAR at = map_script(&script);

    WRITE_REGISTER_ULONG((PULONG)(PVOID)at, 1);

    assert_string_equal(only_finding(SYSPTE_RULE_DEVICE_SCRIPT).text,
                        "write of 0x00000001 at 0x0, 4 bytes; expected: write of 0x80000000 at "
                        "0x0, 4 bytes");
    unmap(at, 0x100);
}

static void access_behind_the_script_is_a_deviation(void **state)
{
    (void)state;
    PUCHAR at = map_script(&script);
    script.done = script.count;

    (void)READ_REGISTER_UCHAR(at + 0x20);

    assert_string_equal(only_finding(SYSPTE_RULE_DEVICE_SCRIPT).text,
                        "read at 0x20, 1 byte, and the script has ended");
    unmap(at, 0x100);
}

static void what_never_came_is_told_at_the_end_with_its_step(void **state)
{
    (void)state;
    PUCHAR at = map_script(&script);
    WRITE_REGISTER_ULONG((PULONG)(PVOID)at, 0x80000000u);
    unmap(at, 0x100);

    (void)syspte_shutdown();

    syspte_finding finding = only_finding(SYSPTE_RULE_DEVICE_UNMET);
    assert_int_equal(finding.call->line, reset_steps[1].line);
    assert_string_equal(finding.call->file, __FILE__);
    assert_non_null(strstr(finding.text, "read at 0x4, 4 bytes"));
    assert_non_null(strstr(report_text(), "misuse: access is missing that the device's script "
                                          "expects: read at 0x4, 4 bytes"));
}

static void stop_that_comes(void)
{
    KeBugCheckEx(0xE2, 0, 0, 0, 0);
}

static void what_a_stop_cut_off_is_not_told(void **state)
{
    (void)state;
    (void)map_script(&script);

    assert_true(stops(stop_that_comes));
    (void)syspte_shutdown();

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_DEVICE_UNMET), 0);
}

// ---- Ports

static void ports_ask_their_model(void **state)
{
    USHORT words[2] = {0xAAAA, 0xBBBB};
    (void)state;
    memset(&device, 0, sizeof device);
    assert_true(syspte_device_add_ports(0x1F0, 8, &noting));
    device.answer = 0x99887766;

    assert_int_equal(READ_PORT_UCHAR((PUCHAR)(ULONG_PTR)0x1F7), 0x66);
    assert_int_equal(READ_PORT_ULONG((PULONG)(ULONG_PTR)0x1F4), 0x99887766);
    WRITE_PORT_BUFFER_USHORT((PUSHORT)(ULONG_PTR)0x1F0, words, 2);

    assert_note(0, false, 7, 1, 0);
    assert_note(1, false, 4, 4, 0);
    assert_note(2, true, 0, 2, 0xAAAA);
    assert_note(3, true, 0, 2, 0xBBBB);
    assert_int_equal(device.count, 4);
}

static void ports_without_a_model_read_as_ones(void **state)
{
    (void)state;
    assert_true(syspte_device_add_ports(0x1F0, 8, &noting));
    memset(&device, 0, sizeof device);

    assert_int_equal(READ_PORT_UCHAR((PUCHAR)(ULONG_PTR)0x1F8), 0xFF);
    assert_int_equal(READ_PORT_ULONG((PULONG)(ULONG_PTR)0xCF8), 0xFFFFFFFFu);
    WRITE_PORT_ULONG((PULONG)(ULONG_PTR)0xCF8, 1);

    assert_int_equal(device.count, 0);
}

static void read_port_across(void)
{
    (void)READ_PORT_ULONG((PULONG)(ULONG_PTR)0x1F6);
}

static void port_access_across_the_end_is_refused(void **state)
{
    (void)state;
    assert_true(syspte_device_add_ports(0x1F0, 8, &noting));

    assert_true(stops(read_port_across));

    assert_string_equal(only_finding(SYSPTE_RULE_DEVICE_ACCESS).call->function, "read_port_across");
}

static void a_port_is_no_memory_and_memory_no_port(void **state)
{
    (void)state;
    memset(&device, 0, sizeof device);
    assert_true(syspte_device_add_ports(0, 0x10000, &noting));
    PUCHAR at = map(0, PAGE);

    WRITE_REGISTER_UCHAR(at, 5);
    assert_int_equal(*(volatile UCHAR *)at, 5);

    assert_int_equal(device.count, 0);
    unmap(at, PAGE);
}

// ---- Threads

enum { TURNS = 20000 };

static void *turn(void *at)
{
    for (unsigned i = 0; i < TURNS; i++) {
        WRITE_REGISTER_ULONG(at, READ_REGISTER_ULONG(at) + 1);
    }
    return NULL;
}

static void two_threads_access_one_device(void **state)
{
    ULONG held[2] = {0};
    syspte_device_ram ram = {held, sizeof held};
    syspte_device model = syspte_device_of_ram(&ram);
    pthread_t threads[2];
    (void)state;
    assert_true(syspte_device_add(BAR, sizeof held, &model));
    PULONG at = map(BAR, sizeof held);

    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, turn, &at[i]), 0);
    }
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }

    assert_int_equal(held[0], TURNS);
    assert_int_equal(held[1], TURNS);
    unmap(at, sizeof held);
}

// ---- Misuse

static void declarations_that_make_no_sense_are_refused(void **state)
{
    syspte_device half = {device_read, NULL, NULL};
    (void)state;

    assert_false(syspte_device_add(BAR, 0, &noting));
    assert_complaint("empty");
    assert_false(syspte_device_add(SYSPTE_PHYSICAL_BYTES - PAGE, 2 * PAGE, &noting));
    assert_complaint("2^52");
    assert_false(syspte_device_add(BAR, PAGE, &half));
    assert_complaint("both functions");
    assert_false(syspte_device_add(0x40000000, PAGE, &noting));
    assert_complaint("RAM");
    assert_false(syspte_device_add_ports(0xFFF8, 9, &noting));
    assert_complaint("0xFFFF");
    assert_false(syspte_device_add_ports(0x60, 0, &noting));
    assert_complaint("no ports");
    assert_false(syspte_device_add_ports(0x60, 1, NULL));
    assert_complaint("model");
    assert_false(syspte_device_add_ports(0x60, 1, &half));
    assert_complaint("both functions");
    syspte_device_complain("nothing is being accessed");
    assert_complaint("syspte_device_complain");
    assert_true(syspte_device_add_ports(0xFFF8, 8, &noting));
    assert_true(syspte_device_add(SYSPTE_PHYSICAL_BYTES - PAGE, PAGE, &noting));
}

static void sixty_fifth_model_is_refused(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        assert_true(syspte_device_add(BAR + i * PAGE, PAGE, &noting));
    }

    assert_false(syspte_device_add(BAR + 64 * PAGE, PAGE, &noting));

    assert_complaint("64 ranges");
}

static void without_a_machine_nothing_is_declared(void **state)
{
    (void)state;
    assert_false(syspte_device_add(BAR, PAGE, &noting));
    assert_complaint("syspte_boot");
    assert_false(syspte_device_add_ports(0x60, 1, &noting));
    assert_complaint("syspte_boot");
    assert_int_equal(READ_PORT_UCHAR((PUCHAR)(ULONG_PTR)0x60), 0xFF);
    assert_complaint("there is no machine");
}

static uint64_t complaining_read(void *context, uint64_t offset, unsigned width)
{
    (void)offset;
    (void)width;
    syspte_device_complain(context);
    return 0;
}

static void long_and_many_complaints_are_cut_off(void **state)
{
    char words[200];
    syspte_device model = {complaining_read, device_write, words};
    (void)state;
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    assert_true(syspte_device_add(BAR, PAGE, &model));
    PUCHAR at = map(BAR, PAGE);

    for (unsigned i = 0; i < 100; i++) {
        (void)READ_REGISTER_UCHAR(at); // the same words take room once
    }
    words[0] = 'y';
    (void)READ_REGISTER_UCHAR(at + 1);

    syspte_finding finding = finding_of(SYSPTE_RULE_DEVICE_SCRIPT);
    assert_int_equal(finding.count, 100);
    assert_int_equal(strlen(finding.text), 150);
    assert_true(syspte_finding_at(1, &finding));
    assert_int_equal(finding.text[0], 'y');
    unmap(at, PAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(register_reads_of_every_width_ask_the_model),
        machine_test(register_writes_of_every_width_tell_the_model),
        machine_test(register_buffers_go_through_ascending_registers),
        machine_test(functions_without_their_macros_ask_the_model_too),
        machine_test(offsets_count_from_the_range_not_the_mapping),
        machine_test(bytes_beside_a_device_in_its_page_are_memory),
        machine_test(device_without_a_model_is_memory),
        machine_test(later_model_wins),
        hooked_test(accounting_only_machine_has_models),
        machine_test(register_access_after_unmap_is_0x50),
        machine_test(register_access_across_the_end_is_refused_with_its_site),
        machine_test(memory_model_keeps_bytes_of_any_alignment),
        machine_test(script_that_is_followed_is_silent),
        machine_test(deviation_is_told_once_with_its_site),
        machine_test(write_of_another_value_is_a_deviation),
        machine_test(access_behind_the_script_is_a_deviation),
        machine_test(what_never_came_is_told_at_the_end_with_its_step),
        machine_test(what_a_stop_cut_off_is_not_told),
        machine_test(ports_ask_their_model),
        machine_test(ports_without_a_model_read_as_ones),
        machine_test(port_access_across_the_end_is_refused),
        machine_test(a_port_is_no_memory_and_memory_no_port),
        machine_test(two_threads_access_one_device),
        machine_test(declarations_that_make_no_sense_are_refused),
        machine_test(sixty_fifth_model_is_refused),
        hooked_test(without_a_machine_nothing_is_declared),
        machine_test(long_and_many_complaints_are_cut_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
