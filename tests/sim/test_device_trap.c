// SPDX-License-Identifier: MIT
// Plain accesses of a device with a model: each instruction leaves what it leaves on memory, the
// model is asked once for each operand, and what cannot be carried out is named.
#define _POSIX_C_SOURCE 200809L

#include "device_access.h"
#include "harness.h"

#include <pthread.h>
#include <time.h>

enum { ROOM = 64, BYTES = 256 }; // before and behind what is accessed

static void skip_where_untrapped(void)
{
    if (syspte_device_untrapped() != NULL) {
        print_message("plain accesses of a device: skipped: %s\n", syspte_device_untrapped());
        skip();
    }
}

// ---- Every instruction

static uint64_t random_now = 88172645463325252u;

static uint64_t random_next(void)
{
    random_now ^= random_now << 13;
    random_now ^= random_now >> 7;
    random_now ^= random_now << 17;
    return random_now;
}

static unsigned char bytes_of_device[BYTES] __attribute__((aligned(8)));
static unsigned char bytes_of_memory[BYTES] __attribute__((aligned(8)));

static uint64_t operand_next(unsigned round)
{
    static const uint64_t edges[] = {0,          1,          0x7F,       0x80, 0xFFFF, 0x80000000u,
                                     0x7FFFFFFF, UINT64_MAX, 1ull << 63, 31,   33,     64};
    return round % 3 == 0 ? edges[random_next() % (sizeof edges / sizeof edges[0])] : random_next();
}

static void assert_same(const access_case *access, unsigned round, unsigned char *registers)
{
    for (unsigned i = 0; i < BYTES; i++) {
        bytes_of_device[i] = bytes_of_memory[i] = (unsigned char)random_next();
    }
    if (round % 4 == 1) {
        memset(bytes_of_device, 0, BYTES);
        memset(bytes_of_memory, 0, BYTES);
    }
    uint64_t a = operand_next(round);
    uint64_t c = operand_next(round + 1);
    uint64_t flags = random_next();

    outcome expected = access->run(bytes_of_memory + ROOM, a, c, flags);
    outcome actual = access->run(registers + ROOM, a, c, flags);

    if (actual.a != expected.a || actual.c != expected.c || actual.flags != expected.flags ||
        memcmp(bytes_of_device, bytes_of_memory, BYTES) != 0) {
        fail_msg("%s, round %u: a %llx for %llx, c %llx for %llx, flags %llx for %llx",
                 access->words, round, (unsigned long long)actual.a, (unsigned long long)expected.a,
                 (unsigned long long)actual.c, (unsigned long long)expected.c,
                 (unsigned long long)actual.flags, (unsigned long long)expected.flags);
    }
}

static void each_instruction_leaves_what_it_leaves_on_memory(void **state)
{
    syspte_device_ram ram = {bytes_of_device, BYTES};
    syspte_device model = syspte_device_of_ram(&ram);
    (void)state;
    skip_where_untrapped();
    assert_true(syspte_device_add(BAR, BYTES, &model));
    unsigned char *registers = map(BAR, BYTES);

    for (size_t i = 0; i < access_case_count; i++) {
        for (unsigned round = 0; round < 40; round++) {
            assert_same(&access_cases[i], round, registers);
        }
    }

    assert_true(access_case_count > 250);
    assert_no_findings();
    unmap(registers, BYTES);
}

// ---- What the model is asked

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
    (void)context;
    device.notes[device.count++ % 64] = (note){false, offset, width, 0};
    return device.answer;
}

static void device_write(void *context, uint64_t offset, unsigned width, uint64_t value)
{
    (void)context;
    device.notes[device.count++ % 64] = (note){true, offset, width, value};
}

static const syspte_device noting = {device_read, device_write, NULL};

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

static void dereferences_of_every_width_are_one_access_each(void **state)
{
    (void)state;
    skip_where_untrapped();
    unsigned char *registers = map_noting(0x100);
    device.answer = 0xF1E2D3C4B5A69788u;

    assert_int_equal(*(volatile UCHAR *)(registers + 1), 0x88);
    assert_int_equal(*(volatile USHORT *)(registers + 2), 0x9788);
    assert_int_equal(*(volatile ULONG *)(registers + 4), 0xB5A69788u);
    assert_int_equal(*(volatile ULONG64 *)(registers + 8), 0xF1E2D3C4B5A69788u);
    *(volatile UCHAR *)(registers + 0x11) = 0x12;
    *(volatile USHORT *)(registers + 0x12) = 0x3456;
    *(volatile ULONG *)(registers + 0x14) = 0x789ABCDE;
    *(volatile ULONG64 *)(registers + 0x18) = 0xF0123456789ABCDEu;

    for (unsigned i = 0; i < 4; i++) {
        assert_note(i, false, i == 0 ? 1 : 1u << i, 1u << i, 0);
    }
    assert_note(4, true, 0x11, 1, 0x12);
    assert_note(5, true, 0x12, 2, 0x3456);
    assert_note(6, true, 0x14, 4, 0x789ABCDE);
    assert_note(7, true, 0x18, 8, 0xF0123456789ABCDEu);
    assert_int_equal(device.count, 8);
    unmap(registers, 0x100);
}

static void read_modify_write_is_a_read_and_a_write(void **state)
{
    (void)state;
    skip_where_untrapped();
    volatile ULONG *registers = map_noting(0x100);
    *(volatile uint64_t *)&device.answer = 0x0F; // not later than the access

    registers[2] |= 0x30;

    assert_note(0, false, 8, 4, 0);
    assert_note(1, true, 8, 4, 0x3F);
    assert_int_equal(device.count, 2);
    unmap((PVOID)registers, 0x100);
}

// ---- Strings of bytes

#if defined(__x86_64__)
static __attribute__((noinline)) void move(void *to, const void *from, size_t count)
{
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}
#else
static void move(void *to, const void *from, size_t count)
{
    memcpy(to, from, count);
}
#endif

static void string_moves_go_in_and_out(void **state)
{
    char text[] = "from memory to the device";
    char back[sizeof text] = "";
    unsigned char held[PAGE] = {0};
    syspte_device_ram ram = {held, sizeof held};
    syspte_device model = syspte_device_of_ram(&ram);
    (void)state;
    skip_where_untrapped();
    assert_true(syspte_device_add(BAR, PAGE, &model));
    unsigned char *registers = map(BAR, PAGE);

    move(registers + 5, text, sizeof text);
    move(back, registers + 5, sizeof text);

    assert_string_equal(held + 5, text);
    assert_string_equal(back, text);
    unmap(registers, PAGE);
}

static unsigned char *past;

static void move_past_the_end(void)
{
    static unsigned char out[64];
    move(out, past, sizeof out);
}

static void string_move_past_the_mapping_stops_at_its_end(void **state)
{
    (void)state;
    skip_where_untrapped();
    unsigned char *registers = map_noting(PAGE);
    past = registers + PAGE - 8;

    assert_true(stops(move_past_the_end));

    assert_int_equal(device.count, 8);
    assert_int_equal(seen.stop.code, SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA);
    syspte_finding finding = only_finding(SYSPTE_RULE_USE_PAST_END);
    assert_in_range(finding.call->return_address, (uintptr_t)move, (uintptr_t)move + 0x200);
}

// ---- Pages beside, views that follow

static void other_pages_of_the_mapping_stay_memory(void **state)
{
    (void)state;
    skip_where_untrapped();
    memset(&device, 0, sizeof device);
    assert_true(syspte_device_add(BAR + PAGE + 0x100, 0x100, &noting));
    unsigned char *registers = map(BAR, 3 * PAGE);
    unsigned char got = 0;

    memset(registers, 0x11, PAGE);
    memset(registers + 2 * PAGE, 0x33, PAGE);
    *(volatile unsigned char *)(registers + PAGE + 0x10) = 0x22; // its page, outside its range
    assert_int_equal(device.count, 0);
    *(volatile unsigned char *)(registers + PAGE + 0x101) = 0x44;

    assert_note(0, true, 1, 1, 0x44);
    assert_true(syspte_memory_read(BAR + PAGE + 0x10, &got, 1));
    assert_int_equal(got, 0x22);
    assert_int_equal(*(volatile unsigned char *)(registers + PAGE + 0x10), 0x22);
    assert_int_equal(registers[5], 0x11);
    assert_int_equal(registers[2 * PAGE + 5], 0x33);
    unmap(registers, 3 * PAGE);
}

static void mapping_made_before_the_model_follows(void **state)
{
    (void)state;
    skip_where_untrapped();
    volatile ULONG *registers = map(BAR, 2 * PAGE);
    registers[0] = 1;
    registers[0x400] = 2;

    memset(&device, 0, sizeof device);
    assert_true(syspte_device_add(BAR, PAGE, &noting));
    registers[0] = 3;

    assert_note(0, true, 0, 4, 3);
    assert_int_equal(registers[0x400], 2);
    unmap((PVOID)registers, 2 * PAGE);
    assert_no_findings();
}

static void next_machine_has_plain_memory_again(void **state)
{
    (void)state;
    (void)map_noting(PAGE);
    boot(NULL);
    volatile ULONG *registers = map(BAR, PAGE);

    registers[0] = 7;

    assert_int_equal(device.count, 0);
    assert_int_equal(registers[0], 7);
    unmap((PVOID)registers, PAGE);
}

// ---- What is refused

static volatile unsigned char *target;

static void read_vector(void)
{
#if defined(__x86_64__)
    __asm__ volatile("movups (%0), %%xmm0" : : "r"(target) : "xmm0", "memory");
#endif
}

static void read_stranger(void)
{
#if defined(__x86_64__)
    __asm__ volatile("fldl (%0)\n\tfstp %%st(0)" : : "r"(target) : "memory");
#endif
}

static __attribute__((noinline)) void read_long(void)
{
    (void)*(volatile ULONG *)target;
}

static void write_byte(void)
{
    *target = 1;
}

static void vector_access_is_refused_by_name(void **state)
{
    (void)state;
    skip_where_untrapped();
    target = map_noting(PAGE);

    assert_true(stops(read_vector));

    syspte_finding finding = only_finding(SYSPTE_RULE_DEVICE_ACCESS);
    assert_int_equal(finding.severity, SYSPTE_LIMIT);
    assert_non_null(strstr(finding.text, "vector"));
    assert_non_null(strstr(finding.text, ": movups"));
    assert_int_equal(device.count, 0);
}

static void unknown_instruction_is_refused_by_name(void **state)
{
    (void)state;
    skip_where_untrapped();
    target = map_noting(PAGE);

    assert_true(stops(read_stranger));

    assert_non_null(strstr(only_finding(SYSPTE_RULE_DEVICE_ACCESS).text, ": fld"));
}

static void access_across_the_end_of_the_range_is_refused(void **state)
{
    (void)state;
    skip_where_untrapped();
    unsigned char *registers = map_noting(6);
    target = registers + 4;

    assert_true(stops(read_long));

    assert_non_null(strstr(only_finding(SYSPTE_RULE_DEVICE_ACCESS).text, "part"));
    assert_int_equal(device.count, 0);
}

static void write_to_a_read_only_mapping_is_0xBE(void **state)
{
    (void)state;
    assert_true(syspte_device_add(BAR, PAGE, &noting));
    memset(&device, 0, sizeof device);
    target = MmMapIoSpaceEx(physical(BAR), PAGE, PAGE_READONLY | PAGE_NOCACHE);

    assert_true(touch_stops(write_byte));

    if (!RUNNING_ON_VALGRIND) { // which does not tell reads from writes
        assert_int_equal(seen.stop.code, SYSPTE_ATTEMPTED_WRITE_TO_READONLY_MEMORY);
    }
    assert_int_equal(device.count, 0);
}

static void access_that_cannot_be_carried_out_says_what_to_do(void **state)
{
    (void)state;
    if (syspte_device_untrapped() == NULL) {
        skip();
    }
    target = map_noting(PAGE);

    assert_true(touch_stops(read_long));

    assert_string_equal(only_finding(SYSPTE_RULE_DEVICE_ACCESS).text, syspte_device_untrapped());
    assert_non_null(strstr(syspte_device_untrapped(), "use READ_REGISTER_*"));
}

static void access_after_unmap_is_still_0x50(void **state)
{
    (void)state;
    target = map_noting(PAGE);
    unmap((PVOID)target, PAGE);

    assert_true(touch_stops(read_long));

    (void)only_finding(SYSPTE_RULE_USE_AFTER_UNMAP);
    assert_int_equal(device.count, 0);
}

// ---- Models that do more

static uint64_t unmapping_read(void *context, uint64_t offset, unsigned width)
{
    (void)offset;
    (void)width;
    unmap(context, PAGE);
    return 0x77;
}

static void model_may_unmap_what_is_accessed(void **state)
{
    syspte_device model = {unmapping_read, device_write, NULL};
    (void)state;
    skip_where_untrapped();
    target = map(BAR, PAGE);
    model.context = (PVOID)target;
    assert_true(syspte_device_add(BAR, PAGE, &model));

    assert_int_equal(*target, 0x77);

    assert_true(stops(read_long));
    (void)only_finding(SYSPTE_RULE_USE_AFTER_UNMAP);
}

static uint64_t forwarding_read(void *context, uint64_t offset, unsigned width)
{
    (void)width;
    return *(volatile ULONG *)((unsigned char *)context + offset) + 1;
}

static void model_may_access_another_device(void **state)
{
    syspte_device model = {forwarding_read, device_write, NULL};
    (void)state;
    skip_where_untrapped();
    model.context = map_noting(PAGE);
    device.answer = 41;
    assert_true(syspte_device_add(BAR + PAGE, PAGE, &model));
    volatile ULONG *registers = map(BAR + PAGE, PAGE);

    assert_int_equal(registers[3], 42);

    assert_note(0, false, 12, 4, 0);
    unmap((PVOID)registers, PAGE);
    unmap(model.context, PAGE);
}

static uint64_t complaining_read(void *context, uint64_t offset, unsigned width)
{
    (void)context;
    (void)offset;
    (void)width;
    syspte_device_complain("read before reset");
    return 0;
}

static void complaint_has_the_site_of_the_access(void **state)
{
    syspte_device model = {complaining_read, device_write, NULL};
    (void)state;
    skip_where_untrapped();
    assert_true(syspte_device_add(BAR, PAGE, &model));
    target = map(BAR, PAGE);
    int line = __LINE__ - 1;

    read_long();

    syspte_finding finding = only_finding(SYSPTE_RULE_DEVICE_SCRIPT);
    assert_string_equal(finding.text, "read before reset");
    assert_in_range(finding.call->return_address, (uintptr_t)read_long,
                    (uintptr_t)read_long + 0x200);
    assert_int_equal(finding.mapped->line, line);
    assert_int_equal(finding.system_va, va_of(0));
    unmap((PVOID)target, PAGE);
}

// ---- Threads, and how long it takes

enum { TURNS = 20000 };

static void *turn(void *at)
{
    volatile ULONG *mine = at;
    for (unsigned i = 0; i < TURNS; i++) {
        *mine += 1;
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
    skip_where_untrapped();
    assert_true(syspte_device_add(BAR, sizeof held, &model));
    ULONG *registers = map(BAR, sizeof held);

    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, turn, &registers[i]), 0);
    }
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }

    assert_int_equal(held[0], TURNS);
    assert_int_equal(held[1], TURNS);
    unmap(registers, sizeof held);
}

static volatile bool told_to_end;

static void *read_until_told(void *at)
{
    volatile ULONG *registers = at;
    while (!told_to_end) {
        (void)*registers;
    }
    return NULL;
}

static void another_view_comes_and_goes_beside_accesses(void **state)
{
    ULONG held[2] = {0};
    syspte_device_ram ram = {held, sizeof held};
    syspte_device model = syspte_device_of_ram(&ram);
    pthread_t thread;
    (void)state;
    skip_where_untrapped();
    assert_true(syspte_device_add(BAR, sizeof held, &model));
    ULONG *registers = map(BAR, sizeof held);
    told_to_end = false;
    assert_int_equal(pthread_create(&thread, NULL, read_until_told, registers), 0);

    for (unsigned i = 0; i < 500; i++) {
        volatile ULONG *other = map(BAR, sizeof held);
        other[1] = i;
        assert_int_equal(held[1], i);
        unmap((PVOID)other, sizeof held);
    }

    told_to_end = true;
    assert_int_equal(pthread_join(thread, NULL), 0);
    unmap(registers, sizeof held);
    assert_no_findings();
}

static void hundred_thousand_accesses_take_less_than_two_seconds(void **state)
{
    enum { ACCESSES = 100000 };
    struct timespec begin;
    struct timespec end;
    (void)state;
    skip_where_untrapped();
    volatile ULONG *registers = map_noting(PAGE);

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    for (unsigned i = 0; i < ACCESSES; i++) {
        (void)registers[1];
    }
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);

    assert_int_equal(device.count, ACCESSES);
    double seconds =
        (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
    assert_true(seconds < 2);
    unmap((PVOID)registers, PAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(each_instruction_leaves_what_it_leaves_on_memory),
        machine_test(dereferences_of_every_width_are_one_access_each),
        machine_test(read_modify_write_is_a_read_and_a_write),
        machine_test(string_moves_go_in_and_out),
        machine_test(string_move_past_the_mapping_stops_at_its_end),
        machine_test(other_pages_of_the_mapping_stay_memory),
        machine_test(mapping_made_before_the_model_follows),
        machine_test(next_machine_has_plain_memory_again),
        machine_test(vector_access_is_refused_by_name),
        machine_test(unknown_instruction_is_refused_by_name),
        machine_test(access_across_the_end_of_the_range_is_refused),
        machine_test(write_to_a_read_only_mapping_is_0xBE),
        machine_test(access_that_cannot_be_carried_out_says_what_to_do),
        machine_test(access_after_unmap_is_still_0x50),
        machine_test(model_may_unmap_what_is_accessed),
        machine_test(model_may_access_another_device),
        machine_test(complaint_has_the_site_of_the_access),
        machine_test(two_threads_access_one_device),
        machine_test(another_view_comes_and_goes_beside_accesses),
        machine_test(hundred_thousand_accesses_take_less_than_two_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
