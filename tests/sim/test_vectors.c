// SPDX-License-Identifier: MIT
// How many PTEs an address and a length take: the vectors of the page macros' documents, each as
// the macro's answer and as what a map consumes.
// Source: nf-wdm-address_and_size_to_span_pages, nf-wdm-mmmapiospace.
#include "harness.h"

typedef struct vector {
    uint64_t offset;
    uint64_t bytes;
    uint64_t ptes; // 0: the map must be refused
} vector;

static uint64_t taken(void)
{
    syspte_counters now = syspte_counters_now();
    return now.pte_total - now.pte_free;
}

static void check(void **state)
{
    const vector *v = *state;
    PVOID va = (PVOID)(ULONG_PTR)v->offset;

    assert_int_equal(ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, v->bytes), v->ptes);

    PVOID mapped[] = {
        MmMapIoSpace(physical(BAR + v->offset), v->bytes, MmNonCached),
        MmMapIoSpaceEx(physical(BAR + v->offset), v->bytes, PAGE_READWRITE | PAGE_NOCACHE),
        MmMapVideoDisplay(physical(BAR + v->offset), v->bytes, MmNonCached)};
    assert_int_equal(taken(), 3 * v->ptes);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(mapped[i] != NULL, v->ptes != 0);
    }
    if (v->ptes == 0) {
        assert_int_equal(syspte_report_failures(), 3);
        return;
    }
    assert_no_findings();
    assert_int_equal(mapping_at(mapped[0]).pte_count, v->ptes);
    MmUnmapIoSpace(mapped[0], v->bytes);
    MmUnmapIoSpace(mapped[1], v->bytes);
    MmUnmapVideoDisplay(mapped[2], v->bytes);
    assert_int_equal(taken(), 0);
}

// Every offset and length around page boundaries, against the first and the last page's numbers.
static void every_span_near_page_boundaries_is_last_page_minus_first_plus_one(void **state)
{
    static const uint64_t edges[] = {0,      1,      2,      0x7FF,  0xFFE,  0xFFF,
                                     0x1000, 0x1001, 0x1FFF, 0x2000, 0x2001, 0x3FFF};
    (void)state;

    for (unsigned o = 0; o < 6; o++) {
        for (unsigned b = 1; b < sizeof edges / sizeof edges[0]; b++) {
            uint64_t first = BAR + edges[o];
            uint64_t last = first + edges[b] - 1;
            PVOID va = map(first, edges[b]);
            assert_int_equal(taken(), last / PAGE - first / PAGE + 1);
            assert_int_equal((ULONG_PTR)va & 0xFFF, edges[o]);
            unmap(va, edges[b]);
        }
    }
    assert_int_equal(taken(), 0);
    assert_no_findings();
}

static void byte_offset_and_page_align_split_an_address(void **state)
{
    (void)state;

    assert_int_equal(BYTE_OFFSET((PVOID)0x12345678), 0x678);
    assert_ptr_equal(PAGE_ALIGN((PVOID)0x12345678), (PVOID)0x12345000);
    assert_int_equal(BYTES_TO_PAGES(0ull), 0);
    assert_int_equal(BYTES_TO_PAGES(1ull), 1);
    assert_int_equal(BYTES_TO_PAGES(PAGE), 1);
    assert_int_equal(BYTES_TO_PAGES(PAGE + 1), 2);
    assert_int_equal(BYTES_TO_PAGES(UINT64_MAX), (UINT64_MAX >> 12) + 1);
    assert_int_equal(ROUND_TO_PAGES(1), PAGE);
    assert_int_equal(ROUND_TO_PAGES(PAGE), PAGE);
}

#define VECTORS(X)                                                                                 \
    X(0, 0, 0)                                                                                     \
    X(0, 1, 1)                                                                                     \
    X(0xFFF, 2, 2)                                                                                 \
    X(0xF00, 0x200, 2)                                                                             \
    X(0, 0x1000, 1)                                                                                \
    X(1, 0x1000, 2)                                                                                \
    X(0, SIZE_MAX, 0)

#define VECTOR(offset, bytes, ptes)                                                                \
    {"span_of_" #offset "_and_" #bytes "_is_" #ptes, check, machine_begin, machine_end,            \
     &(vector){offset, bytes, ptes}},

// The macro rounds a length of 0 up where the offset is not 0; a map refuses it all the same.
static void span_of_1_and_0_is_1(void **state)
{
    (void)state;

    assert_int_equal(ADDRESS_AND_SIZE_TO_SPAN_PAGES((PVOID)1, 0), 1);
    assert_null(map(BAR + 1, 0));
    assert_int_equal(taken(), 0);
    (void)only_finding(SYSPTE_RULE_MAP_ZERO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VECTORS(VECTOR) machine_test(span_of_1_and_0_is_1),
        machine_test(every_span_near_page_boundaries_is_last_page_minus_first_plus_one),
        machine_test(byte_offset_and_page_align_split_an_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
