// SPDX-License-Identifier: MIT
// Segments: code and data of the program lie in different ones, other memory in none.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "port.h"

static int data = 1;
static int other_data = 2;

static void code(void)
{
    data += other_data;
}

static void code_and_data_lie_in_segments_of_their_own(void **state)
{
    (void)state;
    uintptr_t of_data = syspte_port_image_segment(&data);
    uintptr_t of_code = syspte_port_image_segment((const void *)(uintptr_t)code);

    assert_true(of_data != 0 && of_data <= (uintptr_t)&data);
    assert_true(of_code != 0 && of_code <= (uintptr_t)code);
    assert_true(of_data != of_code);
    assert_int_equal(syspte_port_image_segment(&other_data), of_data);
    assert_int_equal(syspte_port_image_segment((const void *)of_data), of_data);
    assert_true(syspte_port_image_segment((const void *)(of_code - 1)) != of_code);
}

static void libraries_have_segments_too(void **state)
{
    (void)state;
    uintptr_t here = syspte_port_image_segment((const void *)(uintptr_t)code);

    assert_int_not_equal(syspte_port_image_segment((const void *)(uintptr_t)getenv), 0);
    assert_int_not_equal(syspte_port_image_segment((const void *)(uintptr_t)getenv), here);
}

static void memory_that_is_no_images_has_none(void **state)
{
    int local = 0;
    (void)state;
    void *heap = malloc(8);

    assert_int_equal(syspte_port_image_segment(NULL), 0);
    assert_int_equal(syspte_port_image_segment(&local), 0);
    assert_int_equal(syspte_port_image_segment(heap), 0);
    assert_int_equal(syspte_port_image_segment((const void *)UINTPTR_MAX), 0);
    free(heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_and_data_lie_in_segments_of_their_own),
        cmocka_unit_test(libraries_have_segments_too),
        cmocka_unit_test(memory_that_is_no_images_has_none),
    };
    return cmocka_run_group_tests_name("port.image", tests, NULL, NULL);
}
