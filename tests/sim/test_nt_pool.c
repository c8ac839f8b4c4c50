// SPDX-License-Identifier: MIT
// Pool: what each allocation promises, what each wrong use of it is told as, and with which stop.
#define _GNU_SOURCE
#include "harness.h"

#include <pthread.h>

#include "../port/touch.h"

#define TAG 0x6B61654Cul // 'Leak'

static void boot_at(syspte_strictness strictness)
{
    syspte_config config = syspte_config_default();
    config.strictness = strictness;
    boot(&config);
}

static void boot_ram(uint64_t pages)
{
    syspte_config config = syspte_config_default();
    config.ram_bytes = pages * PAGE;
    boot(&config);
}

static bool is_filled(const volatile unsigned char *from, SIZE_T bytes, unsigned char byte)
{
    for (SIZE_T i = 0; i < bytes; i++) {
        if (from[i] != byte) {
            return false;
        }
    }
    return true;
}

// ---- What an allocation is

static const SIZE_T sizes[] = {1,    7,    8,    9,    15,   16,   17,   63,   64,    65,     127,
                               128,  129,  255,  1000, 2032, 2040, 2041, 2048, 3000,  4080,   4087,
                               4088, 4089, 4095, 4096, 4097, 8191, 8192, 8193, 65536, 1 << 20};

static void blocks_are_aligned_to_sixteen_bytes_and_writable_throughout(void **state)
{
    PUCHAR blocks[sizeof sizes / sizeof sizes[0]];
    (void)state;

    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        blocks[i] = ExAllocatePoolWithTag(NonPagedPoolNx, sizes[i], TAG);
        assert_non_null(blocks[i]);
        assert_int_equal((ULONG_PTR)blocks[i] % (2 * sizeof(void *)), 0);
        memset(blocks[i], (int)i + 1, sizes[i]);
    }

    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_true(is_filled(blocks[i], sizes[i], (unsigned char)(i + 1)));
        ExFreePoolWithTag(blocks[i], TAG);
    }
    assert_no_findings();
}

static void a_page_or_more_is_page_aligned_and_less_crosses_no_page(void **state)
{
    (void)state;
    for (SIZE_T bytes = 1; bytes <= 3 * PAGE; bytes += 61) {
        ULONG_PTR first = (ULONG_PTR)ExAllocatePoolWithTag(PagedPool, bytes, TAG);
        ULONG_PTR second = (ULONG_PTR)ExAllocatePoolWithTag(PagedPool, bytes, TAG);
        if (bytes >= PAGE) {
            assert_int_equal(second % PAGE, 0);
        } else {
            assert_int_equal(first / PAGE, (first + bytes - 1) / PAGE);
            assert_int_equal(second / PAGE, (second + bytes - 1) / PAGE);
        }
        ExFreePool((PVOID)first);
        ExFreePool((PVOID)second);
    }
    assert_no_findings();
}

static void cache_aligned_blocks_begin_a_cache_line(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        PVOID one = ExAllocatePoolWithTag(NonPagedPoolNxCacheAligned, 1 + i * 5, TAG);
        PVOID two = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_CACHE_ALIGNED, 1 + i, TAG);
        assert_int_equal((ULONG_PTR)one % 64, 0);
        assert_int_equal((ULONG_PTR)two % 64, 0);
        ExFreePool(one);
        ExFreePool(two);
    }
    assert_no_findings();
}

static void contents_are_zeros_only_where_that_is_promised(void **state)
{
    static const SIZE_T lengths[] = {1, 40, 4000, 4096, 20000};
    (void)state;
    for (unsigned round = 0; round < 3; round++) { // also of memory that was used before
        for (unsigned i = 0; i < 5; i++) {
            SIZE_T n = lengths[i];
            PVOID p[6] = {ExAllocatePoolWithTag(NonPagedPool, n, TAG),
                          ExAllocatePoolUninitialized(NonPagedPool, n, TAG),
                          ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_UNINITIALIZED, n, TAG),
                          ExAllocatePoolZero(PagedPool, n, TAG),
                          ExAllocatePool2(POOL_FLAG_NON_PAGED, n, TAG),
                          ExAllocatePoolWithTag(NonPagedPoolNx | POOL_ZERO_ALLOCATION, n, TAG)};
            for (unsigned k = 0; k < 6; k++) {
                assert_true(is_filled(p[k], n, k < 3 ? 0xA5 : 0));
                memset(p[k], 0x77, n);
                ExFreePoolWithTag(p[k], TAG);
            }
        }
    }
    assert_no_findings();
}

static void the_same_calls_give_the_same_addresses_in_every_run(void **state)
{
    static PVOID first[300];
    (void)state;
    for (unsigned run = 0; run < 2; run++) {
        boot(NULL);
        for (unsigned i = 0; i < 300; i++) {
            PVOID p = ExAllocatePoolWithTag(i % 3 != 0 ? NonPagedPool : PagedPool,
                                            1 + i * 37 % 9000, TAG);
            first[i] = run == 0 ? p : first[i];
            assert_ptr_equal(p, first[i]);
            if (i % 4 == 0) {
                ExFreePool(p);
            }
        }
    }
}

static void pool_has_physical_memory_behind_it(void **state)
{
    unsigned char out[100];
    (void)state;
    PUCHAR p = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof out, TAG);
    memset(p, 0x3C, sizeof out);

    PHYSICAL_ADDRESS at = MmGetPhysicalAddress(p);

    assert_true(syspte_memory_read((uint64_t)at.QuadPart, out, sizeof out));
    assert_memory_equal(out, p, sizeof out);
    PUCHAR view = MmMapIoSpace(at, sizeof out, MmCached);
    view[5] = 0xC3;
    assert_int_equal(p[5], 0xC3);
    MmUnmapIoSpace(view, sizeof out);
    ExFreePoolWithTag(p, TAG);
}

static void memory_that_ran_out_is_null_and_comes_back(void **state)
{
    PVOID held[64];
    unsigned count = 0;
    (void)state;
    boot_ram(16);

    while ((held[count] = ExAllocatePoolWithTag(NonPagedPool, PAGE, TAG)) != NULL) {
        count++;
    }
    assert_in_range(count, 8, 16);
    assert_null(ExAllocatePoolWithTag(NonPagedPool, PAGE, TAG));
    assert_null(ExAllocatePoolWithTag(PagedPool, 17 * PAGE, TAG));
    assert_null(ExAllocatePoolWithTag(PagedPool, (SIZE_T)-1, TAG));
    for (unsigned i = 0; i < count; i++) {
        ExFreePool(held[i]);
    }

    // All of it, in one: what was freed last does not wait now.
    PVOID all = ExAllocatePoolWithTag(PagedPool, 16 * PAGE, TAG);
    assert_non_null(all);
    ExFreePool(all);
    assert_no_findings();
}

static void raising_allocations_raise_where_others_return_null(void **state)
{
    (void)state;
    boot_ram(4);
    for (unsigned i = 0; i < 3; i++) {
        volatile NTSTATUS status = 0;
        SYSPTE_TRY
        {
            PVOID p = i == 0   ? ExAllocatePoolWithTag(PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE,
                                                       5 * PAGE, TAG)
                      : i == 1 ? ExAllocatePoolWithQuotaTag(PagedPool, 5 * PAGE, TAG)
                               : ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE,
                                                 5 * PAGE, TAG);
            fail_msg("no raise, but %p", p);
        }
        SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
        {
            status = syspte_seh_code();
        }
        assert_int_equal((ULONG)status, (ULONG)STATUS_INSUFFICIENT_RESOURCES);
    }

    assert_null(
        ExAllocatePoolWithQuotaTag(PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE, 5 * PAGE, TAG));
    assert_no_findings();
}

// ---- Leaks

static void leak_is_told_by_tag_with_its_line(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("start ... stop");
    unsigned line = __LINE__ + 1;
    PVOID p = ExAllocatePoolWithTag(NonPagedPoolNx, 96, TAG);

    assert_int_equal(syspte_scope_leave(scope), 1);

    syspte_finding leak = only_finding(SYSPTE_RULE_LEAK);
    assert_int_equal(leak.call->line, line);
    assert_int_equal(leak.call->tag, TAG);
    assert_int_equal(leak.call->kind, SYSPTE_KIND_POOL);
    assert_int_equal(leak.held_bytes, 96);
    assert_non_null(strstr(report_text(), "96 bytes of pool with tag 'Leak'"));
    ExFreePool(p);
}

static void freed_blocks_are_no_leak(void **state)
{
    (void)state;
    syspte_scope scope = syspte_scope_enter("start ... stop");
    ExFreePool(ExAllocatePoolWithTag(NonPagedPoolNx, 96, TAG));
    ExFreePoolWithTag(ExAllocatePoolWithTag(NonPagedPoolNx, 96, TAG), 0);
    ExFreePoolWithTag(ExAllocatePoolWithTag(NonPagedPoolNx, 96, TAG | PROTECTED_POOL), TAG);

    assert_int_equal(syspte_scope_leave(scope), 0);
    assert_no_findings();
}

// ---- Wrong frees

static PUCHAR target;

static void free_target(void)
{
    ExFreePool(target);
}

static void free_target_contiguous(void)
{
    MmFreeContiguousMemory(target);
}

static void free_target_with_other_tag(void)
{
    ExFreePoolWithTag(target, 0x41414141);
}

static void double_free_is_0xC2_with_all_sites(void **state)
{
    (void)state;
    for (SIZE_T bytes = 32; bytes < 100000; bytes *= 64) {
        boot(NULL);
        target = ExAllocatePoolWithTag(NonPagedPoolNx, bytes, TAG);
        unsigned line = __LINE__ + 1;
        ExFreePool(target);

        assert_true(stops(free_target));

        syspte_finding twice = only_finding(SYSPTE_RULE_FREE_TWICE);
        assert_stop(0xC2, 0x7, 0, 0, twice.system_va);
        assert_int_equal(twice.unmapped->line, line);
        assert_int_equal(twice.mapped->line, line - 2);
        assert_int_equal(twice.system_va >> 24, 0xFFFFFA8040);
    }
}

static void double_free_stops_at_every_strictness(void **state)
{
    static const syspte_strictness levels[] = {SYSPTE_FREE, SYSPTE_TRACK, SYSPTE_CHECK};
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        boot_at(levels[i]);
        target = ExAllocatePoolWithTag(PagedPool, 32, TAG);
        ExFreePool(target);
        assert_true(stops(free_target));
        assert_int_equal(seen.stop.code, 0xC2);
    }

    boot_at(SYSPTE_VERIFIER);
    target = ExAllocatePoolWithTag(PagedPool, 32, TAG);
    ExFreePool(target);
    assert_true(stops(free_target));
    assert_stop(0xC4, 0x13, 0, finding_of(SYSPTE_RULE_FREE_TWICE).system_va, 0);
}

static void announced_double_free_returns(void **state)
{
    (void)state;
    target = ExAllocatePoolWithTag(NonPagedPoolNx, 32, TAG);
    ExFreePool(target);
    syspte_expect_bugcheck(0xC2, 0x7);

    assert_false(stops(free_target));

    assert_true(only_finding(SYSPTE_RULE_FREE_TWICE).expected);
    assert_int_equal(syspte_report_failures(), 0);
}

static void frees_of_what_is_no_block_are_0xC2(void **state)
{
    static unsigned char mine[64];
    static const char *const texts[] = {
        "it is NULL", NULL, "it lies inside of a block", "it lies inside of a block", NULL, NULL};
    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        boot(NULL);
        PUCHAR small = ExAllocatePoolWithTag(NonPagedPoolNx, 64, TAG);
        PUCHAR large = ExAllocatePoolWithTag(NonPagedPoolNx, 3 * PAGE, TAG);
        PUCHAR wrong[] = {NULL, mine, small + 16, large + PAGE, large + 64 * PAGE, map(BAR, PAGE)};
        target = wrong[i];
        syspte_expect_bugcheck(0xC2, 0x46);

        assert_false(stops(free_target));

        syspte_finding f = only_finding(SYSPTE_RULE_FREE_NO_BLOCK);
        assert_true(f.text == texts[i] || strcmp(f.text, texts[i]) == 0);
        assert_true(f.expected);
        assert_int_equal(f.bugcheck.parameter[1], f.system_va);
        assert_int_equal(f.mapped != NULL, i == 2 || i == 3);
        ExFreePool(small); // both are still there
        ExFreePool(large);
    }
}

static void wrong_tag_is_found_and_stops_the_verifier(void **state)
{
    (void)state;
    target = ExAllocatePoolWithTag(NonPagedPoolNx, 64, TAG);
    assert_false(stops(free_target_with_other_tag));
    syspte_finding f = only_finding(SYSPTE_RULE_FREE_OTHER_TAG);
    assert_int_equal(f.mapped->tag, TAG);
    assert_int_equal(f.bugcheck.parameter[2], TAG);
    assert_int_equal(f.bugcheck.parameter[3], 0x41414141);

    boot_at(SYSPTE_VERIFIER);
    target = ExAllocatePoolWithTag(NonPagedPoolNx, 64, TAG);
    assert_true(stops(free_target_with_other_tag));
    assert_stop(0xC2, 0xA, finding_of(SYSPTE_RULE_FREE_OTHER_TAG).system_va, TAG, 0x41414141);
}

// ---- Overruns

static void write_past_the_end_is_found_at_the_free(void **state)
{
    static const SIZE_T lengths[] = {1, 24, 40, 100, 1000, 4080, 4088, 4100, 8000};
    (void)state;
    for (unsigned i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        boot(NULL);
        target = ExAllocatePoolWithTag(NonPagedPoolNx, lengths[i], TAG);
        unsigned line = __LINE__ - 1;
        target[lengths[i]] = 0; // one byte past its end

        assert_true(stops(free_target));

        syspte_finding f = only_finding(SYSPTE_RULE_POOL_OVERRUN);
        assert_int_equal(f.mapped->line, line);
        assert_int_equal(f.bytes, lengths[i]);
        assert_stop(0x19, 0x20, f.system_va - lengths[i], f.system_va, 0);
    }
}

static void every_byte_up_to_the_next_block_is_watched(void **state)
{
    (void)state;
    for (SIZE_T past = 0; past < 8; past++) {
        boot_at(SYSPTE_TRACK);
        target = ExAllocatePoolWithTag(NonPagedPoolNx, 56, TAG);
        target[56 + past] ^= 0x10;

        assert_false(stops(free_target));

        assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_POOL_OVERRUN), 1);
    }
}

static void announced_overrun_frees_the_block(void **state)
{
    (void)state;
    target = ExAllocatePoolWithTag(NonPagedPoolNx, 30, TAG);
    target[30] = 1;
    syspte_expect_bugcheck(0x19, 0x20);
    assert_false(stops(free_target));

    assert_true(stops(free_target));

    assert_int_equal(seen.stop.code, 0xC2);
}

static void touch_past(void)
{
    *(volatile unsigned char *)target = 1;
}

static void read_past(void)
{
    (void)*(volatile unsigned char *)target;
}

static void special_pool_faults_right_behind_a_block(void **state)
{
    static const SIZE_T lengths[] = {16, 4080, 4096, 8192};
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        boot_at(SYSPTE_VERIFIER);
        PUCHAR p = ExAllocatePoolWithTag(NonPagedPoolNx, lengths[i], TAG);
        unsigned line = __LINE__ - 1;
        memset(p, 1, lengths[i]);
        target = p + lengths[i];

        assert_true(touch_stops(i % 2 == 0 ? touch_past : read_past));

        syspte_finding f = only_finding(SYSPTE_RULE_USE_PAST_BLOCK);
        assert_int_equal(f.mapped->line, line);
        assert_stop(0xD6, f.system_va, if_write(i % 2 == 0), 0, 0);
    }
}

static void special_pool_tells_a_touch_of_freed_memory(void **state)
{
    (void)state;
    boot_at(SYSPTE_VERIFIER);
    target = ExAllocatePoolWithTag(PagedPool, 48, TAG);
    ExFreePool(target);
    unsigned line = __LINE__ - 1;

    assert_true(touch_stops(read_past));

    syspte_finding f = only_finding(SYSPTE_RULE_USE_AFTER_FREE);
    assert_stop(0xD5, f.system_va, 0, 0, 0);
    assert_int_equal(f.unmapped->line, line);
    assert_int_equal(f.mapped->line, line - 1);
}

static void special_pool_finds_writes_around_a_block_when_it_is_freed(void **state)
{
    (void)state;
    for (unsigned before = 0; before < 2; before++) {
        boot_at(SYSPTE_VERIFIER);
        target = ExAllocatePoolWithTag(NonPagedPoolNx, 20, TAG);
        *(before != 0 ? target - 1 : target + 20) = 0x55;

        assert_true(stops(free_target));

        syspte_finding f = finding_of(SYSPTE_RULE_POOL_OVERRUN);
        uint64_t va = before != 0 ? f.system_va + 1 : f.system_va - 20;
        assert_stop(0xC1, va, f.system_va, 0, before != 0 ? 0x23 : 0x24);
    }
}

// ---- Use after free

static void large_block_faults_once_it_is_freed(void **state)
{
    (void)state;
    PUCHAR p = ExAllocatePoolWithTag(NonPagedPoolNx, 3 * PAGE, TAG);
    ExFreePool(p);
    unsigned line = __LINE__ - 1;
    target = p + 2 * PAGE + 5;

    assert_true(touch_stops(touch_past));

    syspte_finding f = only_finding(SYSPTE_RULE_USE_AFTER_FREE);
    assert_stop(0x50, f.system_va, if_write(2), 0, 0);
    assert_int_equal(f.unmapped->line, line);
    assert_int_equal(f.mapped->line, line - 1);
    assert_int_equal(f.bytes, 3 * PAGE);
}

static void page_behind_a_freed_block_is_told_as_freed(void **state)
{
    (void)state;
    PUCHAR p = ExAllocatePoolWithTag(NonPagedPoolNx, PAGE, TAG);
    ExFreePool(p);
    target = p + PAGE;

    assert_true(touch_stops(read_past));

    assert_non_null(only_finding(SYSPTE_RULE_USE_AFTER_FREE).unmapped);
}

static void freed_memory_is_not_used_again_at_once(void **state)
{
    (void)state;
    for (SIZE_T bytes = 64; bytes <= PAGE; bytes += PAGE - 64) {
        PVOID freed = ExAllocatePoolWithTag(NonPagedPoolNx, bytes, TAG);
        ExFreePool(freed);
        for (unsigned i = 0; i < 1000; i++) {
            PVOID p = ExAllocatePoolWithTag(NonPagedPoolNx, bytes, TAG);
            assert_ptr_not_equal(p, freed);
            ExFreePool(p);
        }
    }
}

// An address that was pool, and contiguous memory, is told as what it was last.
static void the_last_use_of_an_address_is_told(void **state)
{
    (void)state;
    for (unsigned pool_last = 0; pool_last < 2; pool_last++) {
        boot_ram(2);
        for (unsigned i = 0; i < 2; i++) {
            if (i == pool_last) {
                target = ExAllocatePoolWithTag(NonPagedPoolNx, PAGE, TAG);
                ExFreePool(target);
            } else {
                target = MmAllocateContiguousMemory(PAGE, physical(UINT64_MAX));
                MmFreeContiguousMemory(target);
            }
        }

        assert_true(touch_stops(read_past));

        assert_int_equal(only_finding(SYSPTE_RULE_USE_AFTER_FREE).unmapped->api,
                         pool_last != 0 ? SYSPTE_API_EX_FREE_POOL
                                        : SYSPTE_API_MM_FREE_CONTIGUOUS_MEMORY);
    }
}

// ---- Locked memory

static PMDL lock(PVOID memory, ULONG bytes)
{
    PMDL mdl = IoAllocateMdl(memory, bytes, FALSE, FALSE, NULL);
    assert_non_null(mdl);
    MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
    return mdl;
}

static void unlock(PMDL mdl)
{
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
}

static void pages_freed_while_locked_are_0x4E(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 3; kind++) {
        boot(NULL);
        PHYSICAL_ADDRESS zero = physical(0);
        target =
            kind == 0
                ? ExAllocatePoolWithTag(PagedPool, 2 * PAGE, TAG)
                : MmAllocateContiguousMemorySpecifyCache(2 * PAGE, zero, physical(UINT64_MAX), zero,
                                                         kind == 1 ? MmCached : MmNonCached);
        uint64_t frame = (uint64_t)MmGetPhysicalAddress(target).QuadPart / PAGE;
        (void)lock(target + PAGE, 1);

        assert_true(stops(kind == 0 ? free_target : free_target_contiguous));

        assert_stop(0x4E, 0x9A, frame + 1, 0, 1);
    }
}

static void pages_freed_while_locked_are_nobody_elses(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.ram_bytes = 8 * PAGE;
    for (unsigned kind = 0; kind < 3; kind++) {
        boot(&config);
        PHYSICAL_ADDRESS zero = physical(0);
        target = kind == 0   ? ExAllocatePoolWithTag(PagedPool, PAGE, TAG)
                 : kind == 1 ? ExAllocatePoolWithTag(PagedPool, 40, TAG)
                             : MmAllocateContiguousMemorySpecifyCache(
                                   PAGE, zero, physical(UINT64_MAX), zero, MmNonCached);
        uint64_t frame = (uint64_t)MmGetPhysicalAddress(target).QuadPart / PAGE;
        PMDL mdl = lock(target, 1);
        if (kind != 1) {
            syspte_expect_bugcheck(0x4E, 0x9A);
        }
        assert_false(stops(kind == 2 ? free_target_contiguous : free_target));

        for (unsigned i = 0; i < 8; i++) {
            PVOID p = MmAllocateContiguousMemory(PAGE, physical(UINT64_MAX));
            assert_true(p == NULL || (uint64_t)MmGetPhysicalAddress(p).QuadPart / PAGE != frame);
        }
        unlock(mdl);
        assert_int_equal(syspte_report_failures(), 0);
    }
}

static void large_block_faults_behind_its_last_page(void **state)
{
    (void)state;
    target = (PUCHAR)ExAllocatePoolWithTag(PagedPool, 2 * PAGE, TAG) + 2 * PAGE;

    assert_true(touch_stops(touch_past));

    assert_stop(0x50, only_finding(SYSPTE_RULE_USE_PAST_BLOCK).system_va, if_write(2), 0, 2);
}

static void touch_of_freed_memory_at_dispatch_level_is_0xD1(void **state)
{
    KIRQL irql;
    (void)state;
    target = ExAllocatePoolWithTag(NonPagedPoolNx, PAGE, TAG);
    ExFreePool(target);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);

    assert_true(touch_stops(read_past));

    assert_stop(0xD1, finding_of(SYSPTE_RULE_USE_AFTER_FREE).system_va, 2, 0, 0);
}

static void write_to_a_freed_small_block_is_found_at_the_end(void **state)
{
    (void)state;
    PUCHAR p = ExAllocatePoolWithTag(NonPagedPoolNx, 64, TAG);
    unsigned line = __LINE__ + 1;
    ExFreePool(p);
    p[10] = 1;

    (void)syspte_shutdown();

    syspte_finding f = only_finding(SYSPTE_RULE_POOL_WRITE_AFTER_FREE);
    assert_int_equal(f.call->line, line);
    assert_int_equal(f.mapped->line, line - 2);
    assert_int_equal(f.bytes, 64);
    assert_int_equal(f.severity, SYSPTE_MISUSE);
}

static void write_to_a_freed_small_block_is_found_before_its_memory_is_used_again(void **state)
{
    (void)state;
    PUCHAR p = ExAllocatePoolWithTag(NonPagedPoolNx, 64, TAG);
    ExFreePool(p);
    p[63] = 1;

    for (unsigned i = 0; i < 2000; i++) {
        ExFreePool(ExAllocatePoolWithTag(NonPagedPoolNx, 64, TAG));
    }

    assert_int_equal(only_finding(SYSPTE_RULE_POOL_WRITE_AFTER_FREE).count, 1);
}

static void freed_small_block_reads_as_the_pattern_of_freed_memory(void **state)
{
    (void)state;
    volatile unsigned char *p = ExAllocatePoolWithTag(NonPagedPoolNx, 64, TAG);
    ExFreePool((PVOID)p);

    assert_true(is_filled(p, 64, 0xDD));
}

// ---- Arguments and IRQL

static void zero_bytes_are_a_block_and_a_note(void **state)
{
    (void)state;
    PVOID one = ExAllocatePoolWithTag(NonPagedPoolNx, 0, TAG);
    PVOID two = ExAllocatePoolWithTag(NonPagedPoolNx, 0, TAG);

    assert_non_null(one);
    assert_ptr_not_equal(one, two);
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_POOL_ZERO), 2);
    assert_int_equal(syspte_report_failures(), 0);
    ExFreePool(one);
    ExFreePool(two);
}

static PVOID result;
static ULONG pool_type;
static SIZE_T pool_bytes;
static ULONG pool_tag;

static void allocate(void)
{
    result = ExAllocatePoolWithTag((POOL_TYPE)pool_type, pool_bytes, pool_tag);
}

static void zero_bytes_stop_the_verifier(void **state)
{
    (void)state;
    boot_at(SYSPTE_VERIFIER);
    pool_type = PagedPool;
    pool_bytes = 0;
    pool_tag = TAG;

    assert_true(stops(allocate));

    assert_stop(0xC4, 0, 0, 1, 0);
}

static void a_tag_of_zero_is_misuse(void **state)
{
    (void)state;
    ExFreePool(ExAllocatePoolWithTag(PagedPool, 10, 0));
    assert_int_equal(only_finding(SYSPTE_RULE_POOL_TAG_ZERO).severity, SYSPTE_MISUSE);
    assert_null(ExAllocatePool2(POOL_FLAG_PAGED, 10, 0));

    boot_at(SYSPTE_VERIFIER);
    pool_type = PagedPool;
    pool_bytes = 10;
    pool_tag = 0;
    assert_true(stops(allocate));
    assert_stop(0xC2, 0x9B, 1, 10, 0);
}

static void unknown_types_and_flags_fail(void **state)
{
    static const ULONG types[] = {2, 3, 6, 7, 64, 128, 2048, NonPagedPoolMustSucceedSession};
    static const ULONG64 flags[] = {0,
                                    POOL_FLAG_UNINITIALIZED,
                                    POOL_FLAG_NON_PAGED | POOL_FLAG_PAGED,
                                    POOL_FLAG_PAGED | POOL_FLAG_RESERVED1,
                                    POOL_FLAG_PAGED | 0x800,
                                    POOL_FLAG_PAGED | 0x80000000};
    (void)state;
    for (unsigned i = 0; i < sizeof types / sizeof types[0]; i++) {
        assert_null(ExAllocatePoolWithTag((POOL_TYPE)types[i], 10, TAG));
    }
    for (unsigned i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        assert_null(ExAllocatePool2(flags[i], 10, TAG));
    }
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_POOL_TYPE), 14);

    // Unknown flags in the optional half are ignored.
    PVOID p = ExAllocatePool2(POOL_FLAG_PAGED | 0x4000000000000000ull, 10, TAG);
    assert_non_null(p);
    ExFreePool(p);
}

static void known_types_succeed(void **state)
{
    static const ULONG types[] = {NonPagedPool,
                                  PagedPool,
                                  NonPagedPoolCacheAligned,
                                  PagedPoolCacheAligned,
                                  NonPagedPoolSession,
                                  PagedPoolSession,
                                  NonPagedPoolNx,
                                  NonPagedPoolNxCacheAligned,
                                  NonPagedPoolSessionNx,
                                  NonPagedPool | POOL_COLD_ALLOCATION};
    (void)state;
    for (unsigned i = 0; i < sizeof types / sizeof types[0]; i++) {
        PVOID p = ExAllocatePoolWithTag((POOL_TYPE)types[i], 10, TAG);
        assert_non_null(p);
        ExFreePool(p);
    }
    PVOID p = ExAllocatePool(NonPagedPool, 10);
    ExFreePoolWithTag(p, 0x656E6F4E);
    p = ExAllocatePoolWithTagPriority(NonPagedPool, 10, TAG, NormalPoolPriority);
    ExFreePool(p);
    p = ExAllocatePoolQuotaZero(PagedPool, 10, TAG);
    assert_true(is_filled(p, 10, 0));
    ExFreePool(p);
    ExFreePool(ExAllocatePoolQuotaUninitialized(PagedPool, 10, TAG));
    assert_no_findings();
}

static void irql_limits_are_those_of_the_pages(void **state)
{
    KIRQL old;
    (void)state;
    KeRaiseIrql(APC_LEVEL, &old);
    ExFreePool(ExAllocatePoolWithTag(PagedPool, 8, TAG));
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 8, TAG));
    assert_no_findings();

    ExFreePool(ExAllocatePoolWithTag(PagedPool, 8, TAG)); // both calls are wrong
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_POOL_IRQL), 2);
    KeRaiseIrql(3, &old);
    ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 8, TAG));
    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_POOL_IRQL), 4);
    KeLowerIrql(PASSIVE_LEVEL);
}

static void wrong_irql_stops_the_verifier(void **state)
{
    KIRQL old;
    (void)state;
    for (unsigned paged = 0; paged < 2; paged++) {
        KIRQL high = (KIRQL)(paged != 0 ? DISPATCH_LEVEL : 3);
        boot_at(SYSPTE_VERIFIER);
        pool_type = paged;
        pool_bytes = 24;
        pool_tag = TAG;
        KeRaiseIrql(high, &old);
        assert_true(stops(allocate));
        assert_stop(0xC4, paged != 0 ? 1 : 2, high, paged, 24);

        boot_at(SYSPTE_VERIFIER);
        allocate();
        target = result;
        KeRaiseIrql(high, &old);
        assert_true(stops(free_target));
        assert_stop(0xC4, paged != 0 ? 0x11 : 0x12, high, paged,
                    finding_of(SYSPTE_RULE_POOL_IRQL).system_va);
    }
}

// ---- Threads

typedef struct worker {
    pthread_t thread;
    unsigned number;
    bool is_right;
} worker;

static void *work(void *context)
{
    enum { HELD = 16 };
    worker *w = context;
    PUCHAR held[HELD] = {NULL};
    SIZE_T bytes[HELD] = {0};
    uint64_t random = 77 + w->number;
    w->is_right = true;
    for (unsigned step = 0; step < (is_watched() ? 300 : 3000); step++) {
        random = random * 6364136223846793005ull + 1442695040888963407ull;
        unsigned i = (unsigned)(random >> 40) % HELD;
        if (held[i] != NULL) {
            w->is_right = w->is_right && is_filled(held[i], bytes[i], (unsigned char)w->number);
            ExFreePoolWithTag(held[i], TAG);
            held[i] = NULL;
            continue;
        }
        bytes[i] = 1 + (random >> 20) % (step % 50 == 0 ? 20000 : 500);
        held[i] =
            ExAllocatePoolWithTag(random >> 63 != 0 ? PagedPool : NonPagedPool, bytes[i], TAG);
        memset(held[i], (int)w->number, bytes[i]);
    }
    for (unsigned i = 0; i < HELD; i++) {
        if (held[i] != NULL) {
            ExFreePool(held[i]);
        }
    }
    return NULL;
}

static void threads_have_blocks_of_their_own(void **state)
{
    worker workers[4];
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        workers[i].number = i + 1;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < 4; i++) {
        (void)pthread_join(workers[i].thread, NULL);
        assert_true(workers[i].is_right);
    }
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

// ---- Limits

static void call_target(void)
{
    void (*code)(void);
    memcpy(&code, &target, sizeof code);
    code();
}

static void pool_is_not_executable(void **state)
{
    (void)state;
    if (!TOUCH_CAN_EXECUTE || RUNNING_ON_VALGRIND) {
        skip(); // Valgrind does not tell what the access was
    }
    target = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof touch_code, TAG);
    memcpy(target, touch_code, sizeof touch_code);

    assert_true(touch_stops(call_target));

    assert_stop(0xFC, only_finding(SYSPTE_RULE_EXECUTE_NO_EXECUTE).system_va, 0, 0, 0);
}

static void more_blocks_than_can_be_accounted_for_are_null(void **state)
{
    unsigned count = 0;
    (void)state;
    if (is_watched()) {
        skip(); // a million blocks
    }
    while ((target = ExAllocatePoolWithTag(NonPagedPool, 8, TAG)) != NULL) {
        count++;
    }

    assert_int_equal(count, 1 << 20);
    assert_int_equal(only_finding(SYSPTE_RULE_HOLDINGS_FULL).severity, SYSPTE_LIMIT);
    assert_null(MmAllocateContiguousMemory(PAGE, physical(UINT64_MAX)));
    assert_non_null(MmAllocateNonCachedMemory(PAGE)); // that is a mapping
    PVOID section = syspte_section_create(PAGE);
    SIZE_T bytes = 0;
    PVOID view = NULL;
    assert_int_equal(MmMapViewInSystemSpace(section, &view, &bytes), STATUS_NO_MEMORY);
    assert_true(syspte_section_close(section));
}

static void without_a_machine_there_is_no_memory(void **state)
{
    static const PHYSICAL_ADDRESS zero;
    static int mine;
    MEMORY_CACHING_TYPE type;
    SIZE_T bytes = 0;
    PVOID out = NULL;
    (void)state;
    assert_null(ExAllocatePoolWithTag(PagedPool, 1, TAG));
    assert_null(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE, 1, TAG));
    ExFreePool(&mine);
    assert_null(MmAllocateContiguousMemory(PAGE, physical(UINT64_MAX)));
    MmFreeContiguousMemory(&mine);
    assert_int_equal(MmGetPhysicalAddress(&mine).QuadPart, 0);
    assert_false(MmIsAddressValid(&mine));
    assert_false(NT_SUCCESS(MmGetCacheAttribute(zero, &type)));
    assert_false(MmIsIoSpaceActive(zero, 1));
    assert_false(NT_SUCCESS(MmMapViewInSystemSpace(&mine, &out, &bytes)));
    assert_false(NT_SUCCESS(MmUnmapViewInSystemSpace(&mine)));
    assert_null(MmLockPagableDataSection(&mine));
    MmLockPagableSectionByHandle(&mine);
    MmUnlockPagableImageSection(&mine);

    assert_int_equal(seen.complaints, 14);
    assert_non_null(strstr(seen.complaint, "there is no machine"));
    seen.complaints = 0;
}

// ---- Machines

static void machine_with_accounting_only_has_pool(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.accounting_only = true;
    boot(&config);
    PUCHAR p = ExAllocatePoolWithTag(NonPagedPool, 2 * PAGE, TAG);

    memset(p, 1, 2 * PAGE);
    ExFreePool(p);
    target = p;
    assert_true(touch_stops(touch_past));

    assert_int_equal(seen.stop.code, 0x50);
}

static void contents_do_not_outlive_the_machine(void **state)
{
    (void)state;
    PUCHAR p = ExAllocatePoolWithTag(NonPagedPool, PAGE, TAG);
    memset(p, 0x5C, PAGE);
    uint64_t at = (uint64_t)MmGetPhysicalAddress(p).QuadPart;
    ExFreePool(p);
    boot(NULL);

    unsigned char byte = 1;
    assert_true(syspte_memory_read(at, &byte, 1));

    assert_int_equal(byte, 0);
}

static void config_without_ram_is_refused(void **state)
{
    static const uint64_t wrong[] = {0, 1, 4095, 4097, 0x80001000, UINT64_MAX};
    (void)state;
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        syspte_config config = syspte_config_default();
        config.ram_bytes = wrong[i];
        assert_false(syspte_boot(&config));
        assert_complaint("ram_bytes is not a number of whole pages");
    }
    boot_ram(1);
    assert_non_null(ExAllocatePoolWithTag(NonPagedPool, PAGE, TAG));
    assert_null(ExAllocatePoolWithTag(NonPagedPool, 1, TAG));
    (void)syspte_shutdown();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(blocks_are_aligned_to_sixteen_bytes_and_writable_throughout),
        machine_test(a_page_or_more_is_page_aligned_and_less_crosses_no_page),
        machine_test(cache_aligned_blocks_begin_a_cache_line),
        machine_test(contents_are_zeros_only_where_that_is_promised),
        hooked_test(the_same_calls_give_the_same_addresses_in_every_run),
        machine_test(pool_has_physical_memory_behind_it),
        hooked_test(memory_that_ran_out_is_null_and_comes_back),
        hooked_test(raising_allocations_raise_where_others_return_null),
        machine_test(leak_is_told_by_tag_with_its_line),
        machine_test(freed_blocks_are_no_leak),
        hooked_test(double_free_is_0xC2_with_all_sites),
        hooked_test(double_free_stops_at_every_strictness),
        machine_test(announced_double_free_returns),
        machine_test(frees_of_what_is_no_block_are_0xC2),
        machine_test(wrong_tag_is_found_and_stops_the_verifier),
        hooked_test(write_past_the_end_is_found_at_the_free),
        hooked_test(every_byte_up_to_the_next_block_is_watched),
        machine_test(announced_overrun_frees_the_block),
        hooked_test(special_pool_faults_right_behind_a_block),
        hooked_test(special_pool_tells_a_touch_of_freed_memory),
        hooked_test(special_pool_finds_writes_around_a_block_when_it_is_freed),
        machine_test(large_block_faults_once_it_is_freed),
        machine_test(page_behind_a_freed_block_is_told_as_freed),
        machine_test(freed_memory_is_not_used_again_at_once),
        hooked_test(the_last_use_of_an_address_is_told),
        hooked_test(pages_freed_while_locked_are_0x4E),
        hooked_test(pages_freed_while_locked_are_nobody_elses),
        machine_test(large_block_faults_behind_its_last_page),
        machine_test(touch_of_freed_memory_at_dispatch_level_is_0xD1),
        machine_test(write_to_a_freed_small_block_is_found_at_the_end),
        machine_test(write_to_a_freed_small_block_is_found_before_its_memory_is_used_again),
        machine_test(freed_small_block_reads_as_the_pattern_of_freed_memory),
        machine_test(zero_bytes_are_a_block_and_a_note),
        hooked_test(zero_bytes_stop_the_verifier),
        machine_test(a_tag_of_zero_is_misuse),
        machine_test(unknown_types_and_flags_fail),
        machine_test(known_types_succeed),
        machine_test(irql_limits_are_those_of_the_pages),
        hooked_test(wrong_irql_stops_the_verifier),
        machine_test(threads_have_blocks_of_their_own),
        machine_test(pool_is_not_executable),
        machine_test(more_blocks_than_can_be_accounted_for_are_null),
        hooked_test(without_a_machine_there_is_no_memory),
        hooked_test(machine_with_accounting_only_has_pool),
        machine_test(contents_do_not_outlive_the_machine),
        hooked_test(config_without_ram_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
