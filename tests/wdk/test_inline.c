// SPDX-License-Identifier: MIT
// The routines that the headers define themselves: lists, interlocked operations, registers,
// memory, and the two views of a large integer.
#include <ntddk.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

// ---- What the library has for devices with a model: here one that takes what is asked

unsigned syspte_register_devices;

static struct {
    unsigned count;
    const volatile void *at;
    ULONG width;
    ULONG64 value;
    unsigned line;
    ULONG_PTR port;
} asked;

BOOLEAN syspte_register_read(const volatile VOID *Register, ULONG Width, PULONG64 Value,
                             const char *file, unsigned line, const char *function)
{
    (void)file;
    (void)function;
    asked.count++;
    asked.at = Register;
    asked.width = Width;
    asked.line = line;
    *Value = 0x1122334455667788u;
    return syspte_register_devices == 1;
}

BOOLEAN syspte_register_write(volatile VOID *Register, ULONG Width, ULONG64 Value, const char *file,
                              unsigned line, const char *function)
{
    (void)file;
    (void)function;
    asked.count++;
    asked.at = Register;
    asked.width = Width;
    asked.line = line;
    asked.value = Value;
    return syspte_register_devices == 1;
}

ULONG syspte_port_in(ULONG_PTR Port, ULONG Width, const char *file, unsigned line,
                     const char *function)
{
    (void)file;
    (void)function;
    asked.count++;
    asked.port = Port;
    asked.width = Width;
    asked.line = line;
    return 0xA0B0C0D0;
}

VOID syspte_port_out(ULONG_PTR Port, ULONG Width, ULONG Value, const char *file, unsigned line,
                     const char *function)
{
    (void)file;
    (void)function;
    asked.count++;
    asked.port = Port;
    asked.width = Width;
    asked.line = line;
    asked.value = Value;
}

typedef struct item {
    ULONG number;
    LIST_ENTRY link;
    SINGLE_LIST_ENTRY single;
} item;

static ULONG number_of(PLIST_ENTRY entry)
{
    return CONTAINING_RECORD(entry, item, link)->number;
}

static void a_list_keeps_the_order_of_both_ends(void **state)
{
    LIST_ENTRY head;
    item one = {.number = 1}, two = {.number = 2}, three = {.number = 3};
    (void)state;

    InitializeListHead(&head);
    assert_true(IsListEmpty(&head));
    InsertTailList(&head, &two.link);
    InsertTailList(&head, &three.link);
    InsertHeadList(&head, &one.link);

    assert_false(IsListEmpty(&head));
    assert_int_equal(number_of(head.Flink), 1);
    assert_int_equal(number_of(head.Flink->Flink), 2);
    assert_int_equal(number_of(RemoveTailList(&head)), 3);
    assert_int_equal(number_of(RemoveHeadList(&head)), 1);
    assert_true(RemoveEntryList(&two.link));
    assert_true(IsListEmpty(&head));
}

static void removing_one_of_two_entries_leaves_a_list(void **state)
{
    LIST_ENTRY head;
    item one = {.number = 1}, two = {.number = 2};
    (void)state;

    InitializeListHead(&head);
    InsertTailList(&head, &one.link);
    InsertTailList(&head, &two.link);

    assert_false(RemoveEntryList(&one.link));
    assert_ptr_equal(head.Flink, &two.link);
    assert_ptr_equal(head.Blink, &two.link);
}

static void appending_a_list_joins_both_rings(void **state)
{
    LIST_ENTRY head;
    item one = {.number = 1}, two = {.number = 2}, three = {.number = 3};
    (void)state;

    InitializeListHead(&head);
    InsertTailList(&head, &one.link);
    InitializeListHead(&two.link);
    InsertTailList(&two.link, &three.link);
    AppendTailList(&head, &two.link);

    assert_int_equal(number_of(RemoveHeadList(&head)), 1);
    assert_int_equal(number_of(RemoveHeadList(&head)), 2);
    assert_int_equal(number_of(RemoveHeadList(&head)), 3);
    assert_true(IsListEmpty(&head));
}

static void a_single_list_is_a_stack(void **state)
{
    SINGLE_LIST_ENTRY head = {NULL};
    item one = {.number = 1}, two = {.number = 2};
    (void)state;

    PushEntryList(&head, &one.single);
    PushEntryList(&head, &two.single);

    assert_ptr_equal(PopEntryList(&head), &two.single);
    assert_ptr_equal(PopEntryList(&head), &one.single);
    assert_null(PopEntryList(&head));
}

static void interlocked_operations_answer_as_on_windows(void **state)
{
    LONG value = 5;
    (void)state;

    assert_int_equal(InterlockedIncrement(&value), 6);
    assert_int_equal(InterlockedDecrement(&value), 5);
    assert_int_equal(InterlockedAdd(&value, 2), 7);
    assert_int_equal(InterlockedExchangeAdd(&value, 3), 7);
    assert_int_equal(InterlockedExchange(&value, 1), 10);
    assert_int_equal(InterlockedOr(&value, 6), 1);
    assert_int_equal(InterlockedAnd(&value, 5), 7);
    assert_int_equal(InterlockedXor(&value, 1), 5);
    assert_int_equal(InterlockedCompareExchange(&value, 9, 3), 4);
    assert_int_equal(value, 4);
    assert_int_equal(InterlockedCompareExchange(&value, 9, 4), 4);
    assert_int_equal(value, 9);
}

static void interlocked_integers_have_every_width_and_both_names(void **state)
{
    CHAR narrow = 1;
    SHORT half = -1;
    LONG64 wide = 0x100000000;
    (void)state;

    assert_int_equal(InterlockedExchange8(&narrow, 3), 1);
    assert_int_equal(_InterlockedExchange8(&narrow, 0), 3);
    assert_int_equal(InterlockedIncrement16(&half), 0);
    assert_int_equal(_InterlockedOr16(&half, 0x100), 0);
    assert_int_equal(InterlockedOr64(&wide, 1), 0x100000000);
    assert_int_equal(InterlockedAnd64(&wide, 1), 0x100000001);
    assert_int_equal(_InterlockedIncrement64(&wide), 2);
    assert_int_equal(InterlockedIncrementNoFence64(&wide), 3);
}

static void interlocked_bits_tell_what_they_were(void **state)
{
    LONG value = 0;
    LONG64 wide = 0;
    (void)state;

    assert_int_equal(InterlockedBitTestAndSet(&value, 31), FALSE);
    assert_int_equal(value, (LONG)0x80000000);
    assert_int_equal(_interlockedbittestandset(&value, 31), TRUE);
    assert_int_equal(InterlockedBitTestAndComplement(&value, 0), FALSE);
    assert_int_equal(InterlockedBitTestAndReset(&value, 31), TRUE);
    assert_int_equal(value, 1);
    assert_int_equal(InterlockedBitTestAndSet64(&wide, 40), FALSE);
    assert_int_equal(wide, 0x10000000000);
    assert_int_equal(InterlockedBitTestAndReset64(&wide, 40), TRUE);
    assert_int_equal(wide, 0);
}

static void interlocked_pointers_are_exchanged_only_if_equal(void **state)
{
    int one, two;
    PVOID pointer = &one;
    (void)state;

    assert_ptr_equal(InterlockedCompareExchangePointer(&pointer, NULL, &two), &one);
    assert_ptr_equal(pointer, &one);
    assert_ptr_equal(InterlockedExchangePointer(&pointer, &two), &one);
    assert_ptr_equal(pointer, &two);
}

static void registers_are_accessed_in_their_own_width(void **state)
{
    UCHAR device[16];
    (void)state;

    memset(device, 0xEE, sizeof device);
    WRITE_REGISTER_UCHAR(&device[1], 0x12);
    WRITE_REGISTER_USHORT((PUSHORT)(PVOID)&device[4], 0x3456);
    WRITE_REGISTER_ULONG((PULONG)(PVOID)&device[8], 0x789ABCDE);

    assert_int_equal(device[0], 0xEE);
    assert_int_equal(device[2], 0xEE);
    assert_int_equal(READ_REGISTER_UCHAR(&device[1]), 0x12);
    assert_int_equal(READ_REGISTER_USHORT((PUSHORT)(PVOID)&device[4]), 0x3456);
    assert_int_equal(device[6], 0xEE);
    assert_int_equal(READ_REGISTER_ULONG((PULONG)(PVOID)&device[8]), 0x789ABCDE);
    assert_int_equal(device[12], 0xEE);
}

static void register_buffers_are_copied_element_by_element(void **state)
{
    ULONG device[3] = {1, 2, 3};
    ULONG copy[4] = {0, 0, 0, 4};
    (void)state;

    READ_REGISTER_BUFFER_ULONG(device, copy, 3);
    assert_memory_equal(copy, device, sizeof device);
    assert_int_equal(copy[3], 4);

    copy[0] = 7;
    WRITE_REGISTER_BUFFER_ULONG(device, copy, 2);
    assert_int_equal(device[0], 7);
    assert_int_equal(device[2], 3);
}

static void registers_of_a_device_are_asked_for(void **state)
{
    ULONG memory[2] = {5, 6};
    (void)state;
    memset(&asked, 0, sizeof asked);
    syspte_register_devices = 1;

    assert_int_equal(READ_REGISTER_USHORT((PUSHORT)(PVOID)memory), 0x7788);
    assert_int_equal(asked.width, 2);
    assert_int_equal(asked.line, __LINE__ - 2);
    WRITE_REGISTER_ULONG(&memory[1], 9);

    assert_int_equal(asked.count, 2);
    assert_ptr_equal(asked.at, &memory[1]);
    assert_int_equal(asked.value, 9);
    assert_int_equal(memory[1], 6);
    syspte_register_devices = 2; // one, but not there
    assert_int_equal(READ_REGISTER_ULONG(&memory[0]), 5);
    WRITE_REGISTER_ULONG(&memory[1], 9);
    assert_int_equal(memory[1], 9);
    assert_int_equal(asked.count, 4);
    syspte_register_devices = 0;
    (void)READ_REGISTER_ULONG(&memory[0]);
    assert_int_equal(asked.count, 4);
}

static void ports_are_numbers_and_buffers_stay_at_one(void **state)
{
    UCHAR bytes[3] = {1, 2, 3};
    (void)state;
    memset(&asked, 0, sizeof asked);

    assert_int_equal(READ_PORT_ULONG((PULONG)(ULONG_PTR)0xCF8), 0xA0B0C0D0);
    assert_int_equal(asked.port, 0xCF8);
    assert_int_equal(asked.width, 4);
    assert_int_equal(READ_PORT_USHORT((PUSHORT)(ULONG_PTR)0x1F0), 0xC0D0);
    WRITE_PORT_USHORT((PUSHORT)(ULONG_PTR)0x1F0, 0xBEEF);
    assert_int_equal(asked.line, __LINE__ - 1);
    assert_int_equal(asked.value, 0xBEEF);

    WRITE_PORT_BUFFER_UCHAR((PUCHAR)(ULONG_PTR)0x60, bytes, 3);
    assert_int_equal(asked.port, 0x60);
    assert_int_equal(asked.value, 3);
    READ_PORT_BUFFER_UCHAR((PUCHAR)(ULONG_PTR)0x61, bytes, 2);
    assert_int_equal(asked.port, 0x61);
    assert_int_equal(asked.count, 8);
    assert_int_equal(bytes[1], 0xD0);
    assert_int_equal(bytes[2], 3);
}

static void memory_routines_take_their_arguments_in_order(void **state)
{
    UCHAR from[4] = {1, 2, 3, 4};
    UCHAR to[5] = {9, 9, 9, 9, 9};
    (void)state;

    RtlCopyMemory(to, from, sizeof from);
    assert_true(RtlEqualMemory(to, from, sizeof from));
    assert_int_equal(to[4], 9);
    RtlFillMemory(to, 2, 7);
    assert_int_equal(to[1], 7);
    assert_int_equal(to[2], 3);
    RtlMoveMemory(to + 1, to, 3);
    assert_int_equal(to[3], 3);
    to[0] = 1;
    assert_int_equal(RtlCompareMemory(to, from, 4), 1);
    RtlZeroMemory(to, 3);
    assert_int_equal(to[2], 0);
    assert_int_equal(to[3], 3);
    assert_int_equal(RtlCompareMemory(from, from, 4), 4);
}

static void a_large_integer_is_one_value_and_two_halves(void **state)
{
    PHYSICAL_ADDRESS address;
    LARGE_INTEGER *same = &address;
    (void)state;

    address.QuadPart = 0x00000001FEBC0000;

    assert_int_equal(address.LowPart, 0xFEBC0000);
    assert_int_equal(address.HighPart, 1);
    assert_int_equal(same->u.LowPart, 0xFEBC0000);
    assert_int_equal(RtlConvertLongToLargeInteger(-1).QuadPart, -1);
    assert_int_equal(RtlConvertUlongToLargeInteger(0xFFFFFFFF).QuadPart, 0xFFFFFFFF);
}

static void constant_strings_know_their_length(void **state)
{
    UNICODE_STRING wide = RTL_CONSTANT_STRING(L"\\Device\\Null");
    ANSI_STRING narrow = RTL_CONSTANT_STRING("Null");
    DECLARE_CONST_UNICODE_STRING(declared, L"ab");
    DECLARE_UNICODE_STRING_SIZE(room, 8);
    (void)state;

    assert_int_equal(wide.Length, 24);
    assert_int_equal(wide.MaximumLength, 26);
    assert_int_equal(wide.Buffer[1], 'D');
    assert_int_equal(narrow.Length, 4);
    assert_int_equal(narrow.MaximumLength, 5);
    assert_int_equal(declared.Length, 4);
    assert_int_equal(room.Length, 0);
    assert_int_equal(room.MaximumLength, 16);
    assert_ptr_equal(room.Buffer, room_buffer);
}

static void min_and_max_choose_by_value(void **state)
{
    (void)state;

    assert_int_equal(min(3, 4), 3);
    assert_int_equal(max(3, 4), 4);
    assert_int_equal(Int32x32To64(-2, 0x7FFFFFFF), -0xFFFFFFFELL);
    assert_int_equal(UInt32x32To64(0xFFFFFFFF, 2), 0x1FFFFFFFELL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_keeps_the_order_of_both_ends),
        cmocka_unit_test(removing_one_of_two_entries_leaves_a_list),
        cmocka_unit_test(appending_a_list_joins_both_rings),
        cmocka_unit_test(a_single_list_is_a_stack),
        cmocka_unit_test(interlocked_operations_answer_as_on_windows),
        cmocka_unit_test(interlocked_integers_have_every_width_and_both_names),
        cmocka_unit_test(interlocked_bits_tell_what_they_were),
        cmocka_unit_test(interlocked_pointers_are_exchanged_only_if_equal),
        cmocka_unit_test(registers_are_accessed_in_their_own_width),
        cmocka_unit_test(register_buffers_are_copied_element_by_element),
        cmocka_unit_test(registers_of_a_device_are_asked_for),
        cmocka_unit_test(ports_are_numbers_and_buffers_stay_at_one),
        cmocka_unit_test(memory_routines_take_their_arguments_in_order),
        cmocka_unit_test(a_large_integer_is_one_value_and_two_halves),
        cmocka_unit_test(constant_strings_know_their_length),
        cmocka_unit_test(min_and_max_choose_by_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
