// SPDX-License-Identifier: MIT
// System PTEs run out through MDLs: 32 MiB after 32 MiB of locked pages are mapped on each profile
// until a map returns NULL, cleanly; then everything is given back, and free equals total. An MDL
// of 32 MiB is itself 64 KiB of nonpaged pool, so no machine has enough of them to fill the pool of
// win10-x64: there maps of I/O space hold all but the last 128 GiB, as other drivers would.
#include "harness.h"

#include <stdlib.h>
#include <time.h>

#define MDL_BYTES 0x2000000ull
#define MDL_PTES  (MDL_BYTES / PAGE)
#define TAG       0x6C6C7546 // "Full"

enum { MDLS_MOST = 4096, OTHERS_MOST = 64 };

// A machine with as many PTEs is run once, not twice: with memory, or beyond the second number
// accounting only and without a look at each PTE.
#define LARGE        1000000ull
#define CHECKED_MOST 100000000ull

typedef struct machine {
    PUCHAR buffer;
    PMDL lock;                // of all of it, never mapped
    PMDL mdls[MDLS_MOST + 1]; // one more than fit
    PVOID mapped[MDLS_MOST + 1];
    unsigned mdl_count;
    PVOID others[OTHERS_MOST]; // held by somebody else
    SIZE_T other_bytes;
    unsigned other_count;
} machine;

static machine full;

// Built to count coverage: the runtime that does it is linked.
void __gcov_init(void *info) __attribute__((weak));

static bool is_slow(void)
{
    return is_watched() || __gcov_init != NULL;
}

// All but what MDLs can fill is held by others.
static void hold_the_rest(uint64_t pte_count)
{
    uint64_t rest = pte_count > MDLS_MOST * MDL_PTES ? pte_count - MDLS_MOST * MDL_PTES : 0;
    full.other_bytes = rest / OTHERS_MOST * PAGE;
    for (full.other_count = 0; rest != 0 && full.other_count < OTHERS_MOST; full.other_count++) {
        PVOID va = map(0x100000000, full.other_bytes);
        assert_non_null(va);
        full.others[full.other_count] = va;
    }
}

static PMDL locked(void)
{
    PMDL mdl = IoAllocateMdl(full.buffer, (ULONG)MDL_BYTES, FALSE, FALSE, NULL);
    assert_non_null(mdl);
    MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess);
    return mdl;
}

// A part that is all of the first one costs less time than another lock.
static PMDL part_of_first(void)
{
    PMDL mdl = IoAllocateMdl(full.buffer, (ULONG)MDL_BYTES, FALSE, FALSE, NULL);
    assert_non_null(mdl);
    IoBuildPartialMdl(full.lock, mdl, full.buffer, 0);
    return mdl;
}

// Maps until NULL. All MDLs describe the same pages: some are locked anew, most are parts.
static void map_until_null(void)
{
    full.buffer = ExAllocatePoolWithTag(NonPagedPoolNx, MDL_BYTES, TAG);
    assert_non_null(full.buffer);
    full.lock = locked();
    for (unsigned i = 0;; i++) {
        assert_true(i <= MDLS_MOST);
        full.mdls[i] = i % 256 == 0 ? locked() : part_of_first();
        full.mapped[i] = MmGetSystemAddressForMdlSafe(full.mdls[i], NormalPagePriority);
        full.mdl_count = i + 1;
        if (full.mapped[i] == NULL) {
            return;
        }
    }
}

static void give_back(void)
{
    for (unsigned i = 0; i < full.mdl_count; i++) {
        if (i % 256 == 0) {
            MmUnlockPages(full.mdls[i]);
        }
        IoFreeMdl(full.mdls[i]); // a part unmaps itself
    }
    MmUnlockPages(full.lock);
    IoFreeMdl(full.lock);
    ExFreePoolWithTag(full.buffer, TAG);
    for (unsigned i = 0; i < full.other_count; i++) {
        unmap(full.others[i], full.other_bytes);
    }
}

static void check_full(const syspte_profile *profile)
{
    syspte_counters now = syspte_counters_now();
    uint64_t fit = profile->pte_count - full.other_count * (full.other_bytes / PAGE);
    assert_int_equal(full.mdl_count, fit / MDL_PTES + 1);
    assert_int_equal(now.pte_free, fit % MDL_PTES);
    assert_int_equal(now.live_mappings, fit / MDL_PTES + full.other_count);
    assert_int_equal(now.failed_maps, 1);
    assert_int_equal(full.mdls[full.mdl_count - 1]->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, 0);
    assert_no_findings();
}

// The MDL that found no room finds it as soon as another one is unmapped.
static void check_room(bool memory)
{
    unsigned last = full.mdl_count - 1;
    if (last == 0) {
        return;
    }
    MmUnmapLockedPages(full.mapped[last / 2], full.mdls[last / 2]);
    volatile UCHAR *va = MmGetSystemAddressForMdlSafe(full.mdls[last], NormalPagePriority);
    assert_non_null(va);
    if (memory) {
        va[MDL_BYTES - 1] = 0x77;
        assert_int_equal(full.buffer[MDL_BYTES - 1], 0x77);
    }
}

static void run_out(const char *name, bool accounting_only)
{
    syspte_config config = syspte_config_default();
    config.profile = syspte_profile_find(name);
    config.accounting_only = accounting_only;
    boot(&config);
    if (syspte_limits_now().pte_tracked != config.profile->pte_count) {
        print_message("%s: this host cannot hold its pool: %s\n", name, syspte_limits_now().reason);
        skip();
    }
    hold_the_rest(config.profile->pte_count);

    map_until_null();

    check_full(config.profile);
    check_room(!accounting_only);
    give_back();
    syspte_counters now = syspte_counters_now();
    assert_int_equal(now.pte_free, now.pte_total);
    assert_int_equal(now.largest_free_block, now.pte_total);
    assert_int_equal(now.live_mappings, 0);
    assert_true(now.pte_total > CHECKED_MOST || syspte_machine_check() == NULL);
    assert_int_equal(syspte_shutdown(), 0);
    assert_no_findings();
}

static double processor_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void pool_runs_out_through_mdls(void **state)
{
    const syspte_profile *profile = *state;
    if (is_slow() && profile->pte_count >= LARGE) {
        skip(); // takes minutes under a sanitizer or Valgrind, or with coverage counted
    }
    double begin = processor_seconds();

    run_out(profile->name, profile->pte_count > CHECKED_MOST);
    if (profile->pte_count < LARGE) {
        run_out(profile->name, true);
    }

    print_message("%s: %u MDLs of 32 MiB, %u maps of others: %.1f s\n", profile->name,
                  full.mdl_count - 1, full.other_count, processor_seconds() - begin);
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[16];
    size_t count = 0;
    const syspte_profile *profile;
    while (count < 16 && (profile = syspte_profile_at(count)) != NULL) {
        tests[count++] = (struct CMUnitTest){profile->name, pool_runs_out_through_mdls, hook_begin,
                                             machine_end, (void *)(uintptr_t)profile};
    }
    if (argc > 1) {
        cmocka_set_test_filter(argv[1]);
    }
    return _cmocka_run_group_tests("profiles", tests, count, NULL, NULL);
}
