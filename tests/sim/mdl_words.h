// SPDX-License-Identifier: MIT
// Short words for tests of MDLs: buffers of nonpaged pool, MDLs over them, and raised statuses.
#ifndef SYSPTE_TEST_SIM_MDL_WORDS_H
#define SYSPTE_TEST_SIM_MDL_WORDS_H

#include "harness.h"

#define TEST_TAG 0x74736554 // "Test"

static inline PUCHAR pool(SIZE_T bytes)
{
    PUCHAR block = ExAllocatePoolWithTag(NonPagedPool, bytes, TEST_TAG);
    assert_non_null(block);
    return block;
}

static inline PUCHAR paged(SIZE_T bytes)
{
    PUCHAR block = ExAllocatePoolWithTag(PagedPool, bytes, TEST_TAG);
    assert_non_null(block);
    return block;
}

static inline PMDL mdl_over(PVOID buffer, ULONG bytes)
{
    PMDL mdl = IoAllocateMdl(buffer, bytes, FALSE, FALSE, NULL);
    assert_non_null(mdl);
    return mdl;
}

static inline PMDL locked_over(PVOID buffer, ULONG bytes)
{
    PMDL mdl = mdl_over(buffer, bytes);
    MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
    assert_int_equal(mdl->MdlFlags & MDL_PAGES_LOCKED, MDL_PAGES_LOCKED);
    return mdl;
}

static inline PVOID system_address(PMDL mdl)
{
    return MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
}

static inline void unlock_and_free(PMDL mdl)
{
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
}

static inline uint64_t ptes_taken(void)
{
    syspte_counters c = syspte_counters_now();
    return c.pte_total - c.pte_free;
}

// Boots the defaults at another strictness.
static inline void boot_strict(syspte_strictness strictness)
{
    syspte_config config = syspte_config_default();
    config.strictness = strictness;
    boot(&config);
}

#endif
