// SPDX-License-Identifier: MIT
// Names out of this program's own file, and out of what is no such file or only a part of one.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "posix/symtab.h"

enum { WHOLE_MOST = 64 * 1024 * 1024 };

static char path[] = "/tmp/syspte-symtab-XXXXXX";
static unsigned char *whole;
static size_t whole_bytes;

static int read_own_file(void **state)
{
    (void)state;
    FILE *own = fopen("/proc/self/exe", "rb");
    whole = malloc(WHOLE_MOST);
    if (own == NULL || whole == NULL) {
        return -1;
    }
    whole_bytes = fread(whole, 1, WHOLE_MOST, own);
    (void)fclose(own);
    int descriptor = mkstemp(path);
    return descriptor < 0 ? -1 : close(descriptor);
}

static int remove_file(void **state)
{
    (void)state;
    free(whole);
    return unlink(path);
}

static void write_file(size_t bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(whole, 1, bytes, file), bytes);
    assert_int_equal(fclose(file), 0);
}

static int first_image(struct dl_phdr_info *info, size_t bytes, void *context)
{
    (void)bytes;
    *(uintptr_t *)context = info->dlpi_addr;
    return 1;
}

// Where a place of this program is in its file's own counting.
static uintptr_t in_image(const void *place)
{
    uintptr_t base = 0;
    (void)dl_iterate_phdr(first_image, &base);
    return (uintptr_t)place - base;
}

static bool finds_in(const char *file, char name[32])
{
    uintptr_t inside = 99;
    bool found = syspte_symtab_find(file, in_image((const void *)(uintptr_t)write_file) + 2, name,
                                    32, &inside);
    assert_true(!found || inside == 2);
    return found;
}

static void a_static_function_is_found_by_its_name(void **state)
{
    char name[32];
    (void)state;

    assert_true(finds_in("/proc/self/exe", name));

    assert_string_equal(name, "write_file");
}

static void a_copy_of_the_file_has_the_same_names(void **state)
{
    char name[32];
    (void)state;
    write_file(whole_bytes);

    assert_true(finds_in(path, name));

    assert_string_equal(name, "write_file");
}

static void a_name_is_cut_off_at_the_bytes_given(void **state)
{
    char name[] = "########";
    uintptr_t inside;
    (void)state;

    assert_true(syspte_symtab_find("/proc/self/exe", in_image((const void *)(uintptr_t)write_file),
                                   name, 6, &inside));

    assert_string_equal(name, "write");
    assert_int_equal(name[6], '#');
}

static void what_is_no_function_has_no_name(void **state)
{
    char name[32];
    uintptr_t inside;
    (void)state;

    assert_false(syspte_symtab_find("/proc/self/exe", in_image(path), name, sizeof name, &inside));
    assert_false(syspte_symtab_find("/proc/self/exe", UINTPTR_MAX, name, sizeof name, &inside));
}

static void what_is_no_image_has_no_names(void **state)
{
    char name[32];
    (void)state;
    assert_false(finds_in("/no/such/file", name));
    assert_false(finds_in("/", name));
    write_file(0);
    assert_false(finds_in(path, name));
    memcpy(whole, "\177ELX", 4);
    write_file(whole_bytes);
    assert_false(finds_in(path, name));
    memcpy(whole, "\177ELF", 4);
}

static void a_file_that_is_cut_off_is_read_up_to_its_end(void **state)
{
    char name[32];
    (void)state;
    for (size_t bytes = 1; bytes < whole_bytes; bytes += bytes < 200 ? 1 : bytes / 7) {
        write_file(bytes);
        assert_false(finds_in(path, name)); // the sections' table stands at the end
    }
}

static void poke(FILE *file, size_t at, int byte)
{
    assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
    assert_int_equal(fputc(byte, file), byte);
    assert_int_equal(fflush(file), 0);
}

// Each byte of the head and of the sections' table, made wrong in turn: any answer, and no fault.
static void a_file_that_is_damaged_is_never_read_beyond_its_end(void **state)
{
    char name[32];
    (void)state;
    ElfW(Ehdr) head;
    memcpy(&head, whole, sizeof head);
    size_t table = head.e_shoff;
    size_t table_bytes = (size_t)head.e_shnum * head.e_shentsize;
    uintptr_t inside;
    write_file(whole_bytes);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    for (size_t i = 0; i < sizeof head + table_bytes; i++) {
        size_t at = i < sizeof head ? i : table + i - sizeof head;
        poke(file, at, whole[at] ^ 0xFF);
        (void)syspte_symtab_find(path, in_image((const void *)(uintptr_t)write_file), name,
                                 sizeof name, &inside);
        poke(file, at, whole[at]);
    }
    (void)fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_static_function_is_found_by_its_name),
        cmocka_unit_test(a_copy_of_the_file_has_the_same_names),
        cmocka_unit_test(a_name_is_cut_off_at_the_bytes_given),
        cmocka_unit_test(what_is_no_function_has_no_name),
        cmocka_unit_test(what_is_no_image_has_no_names),
        cmocka_unit_test(a_file_that_is_cut_off_is_read_up_to_its_end),
        cmocka_unit_test(a_file_that_is_damaged_is_never_read_beyond_its_end),
    };
    return cmocka_run_group_tests_name("port.symtab", tests, read_own_file, remove_file);
}
