// SPDX-License-Identifier: MIT
// Page arithmetic, with the vectors of the documented macros.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ntddk.h>

static void span_counts_every_page_that_is_touched(void **state)
{
    static const struct {
        ULONG_PTR va;
        SIZE_T bytes;
        SIZE_T pages;
    } vectors[] = {
        {0, 0, 0},          {1, 0, 1},          {0, 1, 1},          {0xFFF, 1, 1},
        {0xFFF, 2, 2},      {0xF00, 0x200, 2},  {0xF00, 0x100, 1},  {0xF00, 0x101, 2},
        {0, 0x1000, 1},     {0, 0x1001, 2},     {1, 0x1000, 2},     {0x12345FFF, 0x1001, 2},
        {0, SIZE_MAX, 0},   {0xFFF, 0x1002, 3}, {0, 63 * 4096, 63}, {0, 64 * 4096, 64},
        {1, 64 * 4096, 65},
    };
    size_t index;
    (void)state;

    for (index = 0; index < ARRAYSIZE(vectors); index++) {
        assert_int_equal(ADDRESS_AND_SIZE_TO_SPAN_PAGES(vectors[index].va, vectors[index].bytes),
                         vectors[index].pages);
    }
}

static void span_takes_lengths_of_any_width(void **state)
{
    USHORT narrow = 0xFFFF;
    ULONG length = 0xFFFFFFFF;
    (void)state;

    assert_int_equal(ADDRESS_AND_SIZE_TO_SPAN_PAGES((PVOID)1, narrow), 16);
    assert_int_equal(ADDRESS_AND_SIZE_TO_SPAN_PAGES((PVOID)2, length),
                     sizeof(SIZE_T) == 8 ? 0x100001 : 0);
}

static void bytes_to_pages_rounds_up_without_overflow(void **state)
{
    (void)state;

    assert_int_equal(BYTES_TO_PAGES((SIZE_T)0), 0);
    assert_int_equal(BYTES_TO_PAGES((SIZE_T)1), 1);
    assert_int_equal(BYTES_TO_PAGES((SIZE_T)0x1000), 1);
    assert_int_equal(BYTES_TO_PAGES((SIZE_T)0x1001), 2);
    assert_int_equal(BYTES_TO_PAGES(SIZE_MAX), (SIZE_MAX >> 12) + 1);
}

static void round_to_pages_wraps_near_the_top(void **state)
{
    (void)state;

    assert_int_equal(ROUND_TO_PAGES(0), 0);
    assert_int_equal(ROUND_TO_PAGES(1), 0x1000);
    assert_int_equal(ROUND_TO_PAGES(0x1000), 0x1000);
    assert_int_equal(ROUND_TO_PAGES(0x1001), 0x2000);
    assert_int_equal(ROUND_TO_PAGES(SIZE_MAX), 0);
}

static void an_address_is_its_page_and_its_offset(void **state)
{
    PVOID va = (PVOID)(ULONG_PTR)0xFFFFFF07;
    (void)state;

    assert_int_equal(BYTE_OFFSET(va), 0xF07);
    assert_ptr_equal(PAGE_ALIGN(va), (PVOID)(ULONG_PTR)0xFFFFF000);
    assert_ptr_equal(PAGE_ALIGN((ULONG_PTR)-1), (PVOID) ~(ULONG_PTR)0xFFF);
}

static void an_mdl_tells_its_buffer_and_its_pages(void **state)
{
    struct {
        MDL mdl;
        PFN_NUMBER pages[2];
    } buffer = {.mdl = {.StartVa = (PVOID)0x7000, .ByteOffset = 0xF80, .ByteCount = 0x100}};
    PMDL mdl = &buffer.mdl;
    (void)state;

    assert_ptr_equal(MmGetMdlVirtualAddress(mdl), (PVOID)0x7F80);
    assert_ptr_equal(MmGetMdlPfnArray(mdl), buffer.pages);
    assert_int_equal(MmGetMdlByteCount(mdl), 0x100);
    assert_int_equal(MmGetMdlByteOffset(mdl), 0xF80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(span_counts_every_page_that_is_touched),
        cmocka_unit_test(span_takes_lengths_of_any_width),
        cmocka_unit_test(bytes_to_pages_rounds_up_without_overflow),
        cmocka_unit_test(round_to_pages_wraps_near_the_top),
        cmocka_unit_test(an_address_is_its_page_and_its_offset),
        cmocka_unit_test(an_mdl_tells_its_buffer_and_its_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
