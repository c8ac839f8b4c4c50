// SPDX-License-Identifier: MIT
// MmGetSystemRoutineAddress: what it finds on which Windows, what it never finds, and hiding.
// routines.h against what the library defines: check_routines.sh.
#include "harness.h"

static PVOID look_up(PCWSTR name)
{
    UNICODE_STRING counted;
    RtlInitUnicodeString(&counted, name);
    return MmGetSystemRoutineAddress(&counted);
}

static bool finds(const char *profile, PCWSTR name)
{
    boot_profile(profile);
    return look_up(name) != NULL;
}

// ---- Names

static void function_that_is_found_is_the_function(void **state)
{
    PVOID NTAPI (*found)(PHYSICAL_ADDRESS, SIZE_T, MEMORY_CACHING_TYPE);
    (void)state;

    *(PVOID *)&found = look_up(L"MmMapIoSpace");
    assert_non_null(found);
    PVOID mapped = found(physical(BAR), PAGE, MmNonCached);

    assert_non_null(mapped);
    assert_int_equal(mapping_at(mapped).context->api, SYSPTE_API_MM_MAP_IO_SPACE);
    assert_null(mapping_at(mapped).context->file);
    unmap(mapped, PAGE);
}

static void name_is_compared_whole_and_with_its_case(void **state)
{
    (void)state;

    assert_null(look_up(L"MmMapIoSpac"));
    assert_null(look_up(L"MmMapIoSpacE"));
    assert_null(look_up(L"MmMapIoSpaceExx"));
    assert_null(look_up(L""));
    assert_null(look_up(NULL));
}

static void name_ends_at_its_length(void **state)
{
    UNICODE_STRING counted;
    (void)state;
    RtlInitUnicodeString(&counted, L"MmUnmapIoSpaceAndMore");

    assert_null(MmGetSystemRoutineAddress(&counted));
    counted.Length = 14 * sizeof(WCHAR);

    assert_non_null(MmGetSystemRoutineAddress(&counted));
}

static void zero_inside_of_a_name_does_not_end_it(void **state)
{
    UNICODE_STRING counted = {9 * sizeof(WCHAR), 10 * sizeof(WCHAR), (PWCH)L"DbgPrint\0"};
    (void)state;

    assert_null(MmGetSystemRoutineAddress(&counted));
}

static void character_past_a_byte_is_not_cut_off(void **state)
{
    WCHAR name[] = L"DbgPrint";
    (void)state;

    assert_non_null(look_up(name));
    name[0] += 0x100;

    assert_null(look_up(name));
}

static void inline_function_and_another_module_is_not_found(void **state)
{
    (void)state;

    assert_null(look_up(L"MmGetSystemAddressForMdlSafe"));
    assert_null(look_up(L"ExAllocatePoolZero"));
    assert_null(look_up(L"NdisMMapIoSpace"));
}

// ---- Versions

static void function_of_a_later_windows_is_not_found(void **state)
{
    (void)state;

    assert_false(finds("win7-x64", L"MmMapIoSpaceEx"));
    assert_true(finds("win7-x64", L"MmMapIoSpace"));
    assert_true(finds("win10-x64", L"MmMapIoSpaceEx"));
    assert_true(finds("tiny", L"MmMapIoSpaceEx"));
}

static void each_version_adds_its_own(void **state)
{
    (void)state;

    assert_false(finds("xp-x86", L"MmIsIoSpaceActive"));
    assert_true(finds("srv2003-x86-3gb", L"MmIsIoSpaceActive"));
    assert_true(finds("xp-x86", L"MmAdvanceMdl"));
    assert_false(finds("srv2003-x86-3gb", L"MmAllocateContiguousMemorySpecifyCacheNode"));
    assert_true(finds("win7-x86", L"MmAllocateContiguousMemorySpecifyCacheNode"));
    assert_false(finds("win7-x64", L"MmAllocateMdlForIoSpace"));
    assert_true(finds("win10-x64", L"MmAllocateMdlForIoSpace"));
    assert_false(finds("win7-x64", L"MmGetCacheAttribute"));
    assert_true(finds("win10-x64", L"MmGetCacheAttribute"));
}

// ---- Hiding

static void hidden_function_is_not_found_and_still_works(void **state)
{
    (void)state;

    assert_true(syspte_routine_hide("MmMapIoSpace"));

    assert_null(look_up(L"MmMapIoSpace"));
    assert_non_null(look_up(L"MmUnmapIoSpace"));
    PVOID mapped = map(BAR, PAGE);
    assert_non_null(mapped);
    unmap(mapped, PAGE);
}

static void next_machine_has_what_was_hidden(void **state)
{
    (void)state;
    assert_true(syspte_routine_hide("MmMapIoSpace"));

    boot(NULL);

    assert_non_null(look_up(L"MmMapIoSpace"));
}

static void name_that_is_never_found_cannot_be_hidden(void **state)
{
    (void)state;

    assert_false(syspte_routine_hide("MmMapIoSpaceExx"));
    assert_complaint("a name that MmGetSystemRoutineAddress never finds");
    assert_false(syspte_routine_hide("ExAllocatePoolZero"));
    assert_complaint("a name that MmGetSystemRoutineAddress never finds");
    assert_false(syspte_routine_hide(NULL));
    assert_complaint("a name that MmGetSystemRoutineAddress never finds");
}

static void nothing_is_found_or_hidden_without_a_machine(void **state)
{
    (void)state;

    assert_false(syspte_routine_hide("MmMapIoSpace"));
    assert_complaint("call syspte_boot first");
    assert_null(look_up(L"MmMapIoSpace"));
    assert_complaint("there is no machine");
}

// ---- Strings

static void string_is_counted_without_its_end(void **state)
{
    UNICODE_STRING wide;
    ANSI_STRING narrow;
    (void)state;

    RtlInitUnicodeString(&wide, L"abc");
    RtlInitAnsiString(&narrow, "abc");

    assert_int_equal(wide.Length, 6);
    assert_int_equal(wide.MaximumLength, 8);
    assert_int_equal(narrow.Length, 3);
    assert_int_equal(narrow.MaximumLength, 4);
    assert_string_equal(narrow.Buffer, "abc");
}

static void string_of_nothing_is_empty(void **state)
{
    UNICODE_STRING wide = {1, 1, L"x"};
    ANSI_STRING narrow = {1, 1, (PCHAR) "x"};
    (void)state;

    RtlInitUnicodeString(&wide, NULL);
    RtlInitAnsiString(&narrow, NULL);

    assert_int_equal(wide.Length + wide.MaximumLength, 0);
    assert_null(wide.Buffer);
    assert_int_equal(narrow.Length + narrow.MaximumLength, 0);
    assert_null(narrow.Buffer);
}

static void string_that_is_too_long_is_cut_off(void **state)
{
    static WCHAR wide_text[40000];
    static char narrow_text[70000];
    UNICODE_STRING wide;
    ANSI_STRING narrow;
    (void)state;
    for (unsigned i = 0; i < RTL_NUMBER_OF(wide_text) - 1; i++) {
        wide_text[i] = L'x';
    }
    memset(narrow_text, 'x', sizeof narrow_text - 1);

    RtlInitUnicodeString(&wide, wide_text);
    RtlInitAnsiString(&narrow, narrow_text);

    assert_int_equal(wide.Length, 65532);
    assert_int_equal(wide.MaximumLength, 65534);
    assert_int_equal(narrow.Length, 65534);
    assert_int_equal(narrow.MaximumLength, 65535);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(function_that_is_found_is_the_function),
        machine_test(name_is_compared_whole_and_with_its_case),
        machine_test(name_ends_at_its_length),
        machine_test(zero_inside_of_a_name_does_not_end_it),
        machine_test(character_past_a_byte_is_not_cut_off),
        machine_test(inline_function_and_another_module_is_not_found),
        hooked_test(function_of_a_later_windows_is_not_found),
        hooked_test(each_version_adds_its_own),
        machine_test(hidden_function_is_not_found_and_still_works),
        machine_test(next_machine_has_what_was_hidden),
        machine_test(name_that_is_never_found_cannot_be_hidden),
        hooked_test(nothing_is_found_or_hidden_without_a_machine),
        cmocka_unit_test(string_is_counted_without_its_end),
        cmocka_unit_test(string_of_nothing_is_empty),
        cmocka_unit_test(string_that_is_too_long_is_cut_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
