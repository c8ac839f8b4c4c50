// SPDX-License-Identifier: MIT
// What a mapping call in driver source turns into. The library is not linked: the functions here
// stand in for it and keep what they were told.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <ntddk.h>

static struct {
    const char *called;
    const char *file;
    unsigned line;
    const char *function;
    ULONGLONG address;
    SIZE_T bytes;
    ULONG how;
} last;

static char mapped;

static PVOID keep(const char *called, ULONGLONG address, SIZE_T bytes, ULONG how, const char *file,
                  unsigned line, const char *function)
{
    last.called = called;
    last.address = address;
    last.bytes = bytes;
    last.how = how;
    last.file = file;
    last.line = line;
    last.function = function;
    return &mapped;
}

PVOID syspte_at_MmMapIoSpace(PHYSICAL_ADDRESS a, SIZE_T n, MEMORY_CACHING_TYPE c, const char *file,
                             unsigned line, const char *function)
{
    return keep("at_map", (ULONGLONG)a.QuadPart, n, (ULONG)c, file, line, function);
}

PVOID syspte_at_MmMapIoSpaceEx(PHYSICAL_ADDRESS a, SIZE_T n, ULONG protect, const char *file,
                               unsigned line, const char *function)
{
    return keep("at_map_ex", (ULONGLONG)a.QuadPart, n, protect, file, line, function);
}

VOID syspte_at_MmUnmapIoSpace(PVOID base, SIZE_T n, const char *file, unsigned line,
                              const char *function)
{
    (void)keep("at_unmap", (ULONG_PTR)base, n, 0, file, line, function);
}

PVOID syspte_at_MmMapVideoDisplay(PHYSICAL_ADDRESS a, SIZE_T n, MEMORY_CACHING_TYPE c,
                                  const char *file, unsigned line, const char *function)
{
    return keep("at_map_video", (ULONGLONG)a.QuadPart, n, (ULONG)c, file, line, function);
}

VOID syspte_at_MmUnmapVideoDisplay(PVOID base, SIZE_T n, const char *file, unsigned line,
                                   const char *function)
{
    (void)keep("at_unmap_video", (ULONG_PTR)base, n, 0, file, line, function);
}

PVOID(MmMapIoSpace)(PHYSICAL_ADDRESS a, SIZE_T n, MEMORY_CACHING_TYPE c)
{
    return keep("map", (ULONGLONG)a.QuadPart, n, (ULONG)c, NULL, 0, NULL);
}

VOID(MmUnmapIoSpace)(PVOID base, SIZE_T n)
{
    (void)keep("unmap", (ULONG_PTR)base, n, 0, NULL, 0, NULL);
}

static PHYSICAL_ADDRESS address_of(ULONGLONG value)
{
    PHYSICAL_ADDRESS address;
    address.QuadPart = (LONGLONG)value;
    return address;
}

static void assert_called(const char *name, unsigned line, const char *function)
{
    assert_string_equal(last.called, name);
    assert_non_null(last.file);
    assert_non_null(strstr(last.file, "test_sites.c"));
    assert_int_equal(last.line, line);
    assert_string_equal(last.function, function);
}

static void a_call_tells_where_it_stands(void **state)
{
    PVOID va;
    (void)state;

    va = MmMapIoSpace(address_of(0xFEBC0F00), 0x200, MmNonCached);
    assert_called("at_map", __LINE__ - 1, __func__);
    assert_ptr_equal(va, &mapped);
    assert_int_equal(last.address, 0xFEBC0F00);
    assert_int_equal(last.bytes, 0x200);

    va = MmMapIoSpaceEx(address_of(0x1000), 8, PAGE_READWRITE | PAGE_NOCACHE);
    assert_called("at_map_ex", __LINE__ - 1, __func__);
    assert_int_equal(last.how, 0x204);

    MmUnmapIoSpace(va, 0x200);
    assert_called("at_unmap", __LINE__ - 1, __func__);
    assert_int_equal(last.address, (ULONG_PTR)&mapped);
}

static void video_calls_tell_where_they_stand(void **state)
{
    PVOID va;
    (void)state;

    va = MmMapVideoDisplay(address_of(0xA0000), 0x10000, MmWriteCombined);
    assert_called("at_map_video", __LINE__ - 1, __func__);
    assert_int_equal(last.how, MmWriteCombined);

    MmUnmapVideoDisplay(va, 0x10000);
    assert_called("at_unmap_video", __LINE__ - 1, __func__);
}

static void an_argument_may_contain_commas(void **state)
{
    PVOID va;
    (void)state;

    va = MmMapIoSpace((PHYSICAL_ADDRESS){.u = {0x2000, 1}}, 1, MmCached);

    assert_ptr_equal(va, &mapped);
    assert_int_equal(last.address, 0x100002000);
    assert_int_equal(last.how, MmCached);
}

static void the_function_itself_stays_addressable(void **state)
{
    PVOID (*map)(PHYSICAL_ADDRESS, SIZE_T, MEMORY_CACHING_TYPE) = MmMapIoSpace;
    VOID (*unmap)(PVOID, SIZE_T) = &MmUnmapIoSpace;
    PVOID va;
    (void)state;

    va = map(address_of(0x3000), 2, MmNonCached);
    assert_ptr_equal(va, &mapped);
    assert_string_equal(last.called, "map");
    unmap(va, 2);
    assert_string_equal(last.called, "unmap");
    va = (MmMapIoSpace)(address_of(0x4000), 2, MmNonCached);
    assert_string_equal(last.called, "map");
    assert_int_equal(last.address, 0x4000);
    (void)va;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_tells_where_it_stands),
        cmocka_unit_test(video_calls_tell_where_they_stand),
        cmocka_unit_test(an_argument_may_contain_commas),
        cmocka_unit_test(the_function_itself_stays_addressable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
