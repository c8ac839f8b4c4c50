// SPDX-License-Identifier: MIT
// How the report words each kind of what is held: leaks and growth, whole.
#include "core_test.h"

#include "core/kind.h"
#include "core/report.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static core_account *a;
static syspte_account *account;
static core_text out;

static int open_account(void **state)
{
    (void)state;
    a = core_account_open(&core_sizes);
    account = &a->account;
    return 0;
}

static int close_account(void **state)
{
    (void)state;
    core_account_close(a);
    return 0;
}

static void reads(const char *expected)
{
    syspte_report_style style = {.pointer_bits = 64};
    syspte_writer writer = core_text_writer(&out);
    syspte_report_write(account, &style, &writer);
    assert_string_equal(out.text, expected);
}

static uint32_t context_of(unsigned kind, syspte_api api, uint32_t tag)
{
    syspte_context context = core_context("drv.c", 12);
    context.api = (uint8_t)api;
    context.kind = (uint8_t)kind;
    context.tag = tag;
    return syspte_contexts_intern(&account->contexts, &context);
}

static void hold(uint64_t key, uint64_t bytes, uint64_t pages, uint32_t context)
{
    syspte_row row = {.id = key, .bytes = bytes, .pte_count = pages, .context = context};
    assert_true(syspte_account_hold(account, &row));
}

static void leak_all(const char *scope)
{
    (void)syspte_account_list(account, SYSPTE_RULE_LEAK, scope, 0, NULL, NULL);
}

static uint32_t tag_of(const char *name)
{
    return (uint32_t)(unsigned char)name[0] | (uint32_t)(unsigned char)name[1] << 8 |
           (uint32_t)(unsigned char)name[2] << 16 | (uint32_t)(unsigned char)name[3] << 24;
}

static void pool_is_told_in_bytes_with_its_tag(void **state)
{
    (void)state;
    uint32_t context = context_of(SYSPTE_KIND_POOL, SYSPTE_API_EX_ALLOCATE_POOL2, tag_of("Leak"));
    hold(1, 32, 0, context);
    hold(2, 32, 0, context);
    hold(3, 32, 0, context);
    leak_all("test_stop");

    reads("drv.c:12: leak: ExAllocatePool2 in StartDevice: 3 blocks, 96 bytes of pool with tag "
          "'Leak', never freed in \"test_stop\"\n"
          "    fix: free it with ExFreePoolWithTag on every path that ends what it was allocated "
          "for\n"
          "syspte: 1 leak\n");
    assert_int_equal(syspte_report_count(account), 1);
}

static void a_tag_has_a_dot_for_what_cannot_be_read(void **state)
{
    (void)state;
    hold(1, 1, 0, context_of(SYSPTE_KIND_POOL, SYSPTE_API_EX_ALLOCATE_POOL, tag_of("\x1F ~\x7F")));
    leak_all(NULL);
    reads("drv.c:12: leak: ExAllocatePool in StartDevice: 1 block, 1 byte of pool with tag '. ~.', "
          "never freed\n"
          "    fix: free it with ExFreePool on every path that ends what it was allocated for\n"
          "syspte: 1 leak\n");
}

static void pool_without_a_tag_names_none(void **state)
{
    (void)state;
    hold(1, 16, 0, context_of(SYSPTE_KIND_POOL, SYSPTE_API_EX_ALLOCATE_POOL, 0));
    leak_all(NULL);
    reads("drv.c:12: leak: ExAllocatePool in StartDevice: 1 block, 16 bytes of pool, never freed\n"
          "    fix: free it with ExFreePool on every path that ends what it was allocated for\n"
          "syspte: 1 leak\n");
}

static void functions_of_one_line_are_told_apart_and_so_are_tags(void **state)
{
    (void)state;
    hold(1, 208, 0, context_of(SYSPTE_KIND_POOL, SYSPTE_API_IO_ALLOCATE_IRP, tag_of("Irp ")));
    hold(2, 64, 0, context_of(SYSPTE_KIND_POOL, SYSPTE_API_IO_ALLOCATE_MDL, tag_of("Mdl ")));
    hold(3, 16, 0, context_of(SYSPTE_KIND_POOL, SYSPTE_API_EX_ALLOCATE_POOL2, tag_of("One ")));
    hold(4, 32, 0, context_of(SYSPTE_KIND_POOL, SYSPTE_API_EX_ALLOCATE_POOL2, tag_of("Two ")));
    hold(5, 64, 0, context_of(SYSPTE_KIND_POOL, SYSPTE_API_IO_ALLOCATE_MDL, tag_of("Mdl ")));
    leak_all(NULL);
    reads("drv.c:12: leak: IoAllocateIrp in StartDevice: 1 block, 208 bytes of pool with tag "
          "'Irp ', never freed\n"
          "    fix: free it with IoFreeIrp on every path that ends what it was allocated for\n"
          "drv.c:12: leak: IoAllocateMdl in StartDevice: 2 blocks, 128 bytes of pool with tag "
          "'Mdl ', never freed\n"
          "    fix: free it with IoFreeMdl on every path that ends what it was allocated for\n"
          "drv.c:12: leak: ExAllocatePool2 in StartDevice: 1 block, 16 bytes of pool with tag "
          "'One ', never freed\n"
          "    fix: free it with ExFreePoolWithTag on every path that ends what it was allocated "
          "for\n"
          "drv.c:12: leak: ExAllocatePool2 in StartDevice: 1 block, 32 bytes of pool with tag "
          "'Two ', never freed\n"
          "    fix: free it with ExFreePoolWithTag on every path that ends what it was allocated "
          "for\n"
          "syspte: 4 leaks\n");
}

static void locks_are_told_in_pages_with_what_windows_does(void **state)
{
    (void)state;
    uint32_t context = context_of(SYSPTE_KIND_LOCK, SYSPTE_API_MM_PROBE_AND_LOCK_PAGES, 0);
    hold(1, 5000, 2, context);
    hold(2, 12288, 3, context);
    leak_all("read");
    reads("drv.c:12: leak: MmProbeAndLockPages in StartDevice: 2 locks, 5 pages, never unlocked in "
          "\"read\"\n"
          "    a process that ends with pages locked: STOP 0x00000076 PROCESS_HAS_LOCKED_PAGES, or "
          "0x000000CB where locks are tracked\n"
          "    fix: unlock it with MmUnlockPages on every path that ends what it was locked for\n"
          "syspte: 1 leak\n");
}

static void contiguous_pool_has_its_physical_range(void **state)
{
    (void)state;
    syspte_row row = {.id = 1,
                      .physical_address = 0x5000,
                      .bytes = 0x2000,
                      .context = context_of(SYSPTE_KIND_CONTIGUOUS_POOL,
                                            SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY, 0)};
    assert_true(syspte_account_hold(account, &row));
    leak_all(NULL);
    reads("drv.c:12: leak: MmAllocateContiguousMemory in StartDevice: 1 block, 8192 bytes of "
          "contiguous memory, never freed\n"
          "    physical 0x00005000-0x00006FFF, MmNonCached, IRQL 0\n"
          "    fix: free it with MmFreeContiguousMemory on every path that ends what it was "
          "allocated for\n"
          "syspte: 1 leak\n");
}

// What else there is, each in the words between the call and the end of the line, and its advice.
static void every_kind_has_its_words(void **state)
{
    (void)state;
    static const struct {
        unsigned kind;
        bool held;
        const char *words;
        const char *fix;
    } rows[] = {
        {SYSPTE_KIND_NONE, false, "1 mapping, 2 PTEs (8 KiB), never unmapped", "unmap it on"},
        {SYSPTE_KIND_IO_SPACE, false, "1 mapping, 2 PTEs (8 KiB), never unmapped", "unmap it on"},
        {SYSPTE_KIND_VIDEO, false, "1 mapping, 2 PTEs (8 KiB), never unmapped", "unmap it on"},
        {SYSPTE_KIND_MDL, false, "1 MDL mapping, 2 PTEs (8 KiB), never unmapped", "unmap it on"},
        {SYSPTE_KIND_RESERVED, false, "1 reserved mapping, 2 PTEs (8 KiB), never freed",
         "free it on every"},
        {SYSPTE_KIND_NONCACHED, false, "1 noncached mapping, 2 PTEs (8 KiB), never freed",
         "free it on every"},
        {SYSPTE_KIND_CONTIGUOUS, false, "1 contiguous mapping, 2 PTEs (8 KiB), never freed",
         "free it on every"},
        {SYSPTE_KIND_PAGES, true, "1 allocation, 2 pages, never freed",
         "free them with MmFreePage"},
        {SYSPTE_KIND_USER_VIEW, true, "1 user mapping, 2 pages, never unmapped", "unmap it in the"},
        {SYSPTE_KIND_SYSTEM_VIEW, true, "1 view, 2 pages, never unmapped", "unmap it on"},
        {SYSPTE_KIND_SECTION_LOCK, true, "1 lock, 2 pages, never unlocked", "unlock the section"},
        {SYSPTE_KIND_SPIN_LOCK, true, "1 spin lock, 2 pages, never released", "release it on "},
        {SYSPTE_KIND_MUTEX, true, "1 mutex, 2 pages, never released", "release it on "},
        {SYSPTE_KIND_QUEUED, true, "1 queued routine, 2 pages, never run", "cancel it or w"},
        // A context of another kind than the row, or of none there is.
        {SYSPTE_KIND_POOL, false, "1 mapping, 2 PTEs (8 KiB), never unmapped", "unmap it on"},
        {SYSPTE_KIND_NONE, true, "1 holding, 2 pages, never given back", "give it back"},
        {SYSPTE_KIND_QUEUED + 1, true, "1 holding, 2 pages, never given back", "give it back"},
        {SYSPTE_KIND_QUEUED + 1, false, "1 mapping, 2 PTEs (8 KiB), never unmapped", "unmap it on"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t context = context_of(rows[i].kind, SYSPTE_API_MM_MAP_MDL, 0);
        syspte_writer writer = core_text_writer(&out);
        syspte_report_style style = {.pointer_bits = 64};
        char first[200] = "drv.c:12: leak: MmMapMdl in StartDevice: ";
        if (rows[i].held) {
            hold(1, 8192, 2, context);
        } else {
            (void)core_map(a, 3, 2, context);
        }
        leak_all(NULL);
        syspte_report_write(account, &style, &writer);

        strcat(first, rows[i].words);
        strcat(first, "\n");
        assert_memory_equal(out.text, first, strlen(first));
        const char *fix = strstr(out.text, "    fix: ");
        assert_non_null(fix);
        assert_memory_equal(fix + 9, rows[i].fix, strlen(rows[i].fix));
        assert_true((strstr(out.text, "    physical ") != NULL) == !rows[i].held);

        (void)close_account(NULL);
        (void)open_account(NULL);
    }
}

// The advice, by the function that was called.
static void a_fix_names_the_function_that_ends_what_a_function_began(void **state)
{
    (void)state;
    static const struct {
        const char *fix;
        syspte_api api;
        uint8_t kind;
    } rows[] = {
        {"unmap it with MmUnmapIoSpace on every path that ends what it was mapped for",
         SYSPTE_API_MM_MAP_IO_SPACE, SYSPTE_KIND_IO_SPACE},
        {"unmap it with MmUnmapIoSpace on every path that ends what it was mapped for",
         SYSPTE_API_MM_MAP_IO_SPACE_EX, SYSPTE_KIND_IO_SPACE},
        {"unmap it with MmUnmapVideoDisplay on every path that ends what it was mapped for",
         SYSPTE_API_MM_MAP_VIDEO_DISPLAY, SYSPTE_KIND_VIDEO},
        {"unmap it with MmUnmapLockedPages on every path that ends what it was mapped for",
         SYSPTE_API_MM_MAP_LOCKED_PAGES, SYSPTE_KIND_MDL},
        {"unmap it with MmUnmapLockedPages on every path that ends what it was mapped for",
         SYSPTE_API_MM_MAP_LOCKED_PAGES_SPECIFY_CACHE, SYSPTE_KIND_MDL},
        {"unmap it with MmUnmapLockedPages on every path that ends what it was mapped for",
         SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL, SYSPTE_KIND_MDL},
        {"unmap it with MmUnmapLockedPages on every path that ends what it was mapped for",
         SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE, SYSPTE_KIND_MDL},
        {"free it with IoFreeMdl on every path that ends what it was allocated for",
         SYSPTE_API_MM_ALLOCATE_MDL_FOR_IO_SPACE, SYSPTE_KIND_POOL},
        {"free it with MmFreeMappingAddress on every path that ends what it was reserved for",
         SYSPTE_API_MM_ALLOCATE_MAPPING_ADDRESS, SYSPTE_KIND_RESERVED},
        {"free it with MmFreeMappingAddress on every path that ends what it was reserved for",
         SYSPTE_API_MM_ALLOCATE_MAPPING_ADDRESS_EX, SYSPTE_KIND_RESERVED},
        {"free it with IoFreeMdl on every path that ends what it was allocated for",
         SYSPTE_API_MM_CREATE_MDL, SYSPTE_KIND_POOL},
        {"free it with IoFreeMdl on every path that ends what it was allocated for",
         SYSPTE_API_IO_ALLOCATE_MDL, SYSPTE_KIND_POOL},
        {"unlock it with MmUnlockPages on every path that ends what it was locked for",
         SYSPTE_API_MM_PROBE_AND_LOCK_PAGES, SYSPTE_KIND_LOCK},
        {"unlock it with MmUnlockPages on every path that ends what it was locked for",
         SYSPTE_API_MM_PROBE_AND_LOCK_PROCESS_PAGES, SYSPTE_KIND_LOCK},
        {"unlock it with MmUnlockPages on every path that ends what it was locked for",
         SYSPTE_API_MM_PROBE_AND_LOCK_SELECTED_PAGES, SYSPTE_KIND_LOCK},
        {"free them with MmFreePagesFromMdl, and then the MDL with ExFreePool on every path that "
         "ends what they were allocated for",
         SYSPTE_API_MM_ALLOCATE_PAGES_FOR_MDL, SYSPTE_KIND_PAGES},
        {"free them with MmFreePagesFromMdl, and then the MDL with ExFreePool on every path that "
         "ends what they were allocated for",
         SYSPTE_API_MM_ALLOCATE_PAGES_FOR_MDL_EX, SYSPTE_KIND_PAGES},
        {"free them with MmFreePagesFromMdl, and then the MDL with ExFreePool on every path that "
         "ends what they were allocated for",
         SYSPTE_API_MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX, SYSPTE_KIND_PAGES},
        {"free it with MmFreeContiguousMemory on every path that ends what it was allocated for",
         SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY, SYSPTE_KIND_CONTIGUOUS_POOL},
        {"free it with MmFreeContiguousMemory on every path that ends what it was allocated for",
         SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY, SYSPTE_KIND_CONTIGUOUS_POOL},
        {"free it with MmFreeContiguousMemorySpecifyCache on every path that ends what it was "
         "allocated for",
         SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE, SYSPTE_KIND_CONTIGUOUS_POOL},
        {"free it with MmFreeContiguousMemorySpecifyCache on every path that ends what it was "
         "allocated for",
         SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE_NODE, SYSPTE_KIND_CONTIGUOUS_POOL},
        {"free it with MmFreeNonCachedMemory on every path that ends what it was allocated for",
         SYSPTE_API_MM_ALLOCATE_NON_CACHED_MEMORY, SYSPTE_KIND_NONCACHED},
        {"unmap it with MmUnmapViewInSystemSpace on every path that ends what it was mapped for",
         SYSPTE_API_MM_MAP_VIEW_IN_SYSTEM_SPACE, SYSPTE_KIND_SYSTEM_VIEW},
        {"unlock the section with MmUnlockPagableImageSection as often as it was locked",
         SYSPTE_API_MM_LOCK_PAGABLE_DATA_SECTION, SYSPTE_KIND_SECTION_LOCK},
        {"unlock the section with MmUnlockPagableImageSection as often as it was locked",
         SYSPTE_API_MM_LOCK_PAGABLE_SECTION_BY_HANDLE, SYSPTE_KIND_SECTION_LOCK},
        {"free it with ExFreePool on every path that ends what it was allocated for",
         SYSPTE_API_EX_ALLOCATE_POOL, SYSPTE_KIND_POOL},
        {"free it with ExFreePoolWithTag on every path that ends what it was allocated for",
         SYSPTE_API_EX_ALLOCATE_POOL_WITH_TAG, SYSPTE_KIND_POOL},
        {"free it with ExFreePoolWithTag on every path that ends what it was allocated for",
         SYSPTE_API_EX_ALLOCATE_POOL_WITH_QUOTA_TAG, SYSPTE_KIND_POOL},
        {"free it with ExFreePoolWithTag on every path that ends what it was allocated for",
         SYSPTE_API_EX_ALLOCATE_POOL_ZERO, SYSPTE_KIND_POOL},
        {"free it with ExFreePoolWithTag on every path that ends what it was allocated for",
         SYSPTE_API_EX_ALLOCATE_POOL_UNINITIALIZED, SYSPTE_KIND_POOL},
        {"free it with ExFreePoolWithTag on every path that ends what it was allocated for",
         SYSPTE_API_EX_ALLOCATE_POOL2, SYSPTE_KIND_POOL},
        {"unmap it with NdisMUnmapIoSpace on every path that ends what it was mapped for",
         SYSPTE_API_NDIS_M_MAP_IO_SPACE, SYSPTE_KIND_IO_SPACE},
        {"unmap it with StorPortFreeDeviceBase on every path that ends what it was mapped for",
         SYSPTE_API_STOR_PORT_GET_DEVICE_BASE, SYSPTE_KIND_IO_SPACE},
        {"unmap it with VideoPortUnmapMemory on every path that ends what it was mapped for",
         SYSPTE_API_VIDEO_PORT_MAP_MEMORY, SYSPTE_KIND_IO_SPACE},
        {"free it with FreeCommonBuffer on every path that ends what it was allocated for",
         SYSPTE_API_ALLOCATE_COMMON_BUFFER, SYSPTE_KIND_CONTIGUOUS_POOL},
        {"free it with IoFreeIrp on every path that ends what it was allocated for",
         SYSPTE_API_IO_ALLOCATE_IRP, SYSPTE_KIND_POOL},
        {"free it with PutDmaAdapter on every path that ends what it was allocated for",
         SYSPTE_API_IO_GET_DMA_ADAPTER, SYSPTE_KIND_POOL},
        {"release it with KeReleaseSpinLock on every path that ends what it protects",
         SYSPTE_API_KE_ACQUIRE_SPIN_LOCK, SYSPTE_KIND_SPIN_LOCK},
        {"release it with KeReleaseSpinLockFromDpcLevel on every path that ends what it protects",
         SYSPTE_API_KE_ACQUIRE_SPIN_LOCK_AT_DPC_LEVEL, SYSPTE_KIND_SPIN_LOCK},
        {"release it with KeReleaseSpinLockFromDpcLevel on every path that ends what it protects",
         SYSPTE_API_KE_TRY_TO_ACQUIRE_SPIN_LOCK_AT_DPC_LEVEL, SYSPTE_KIND_SPIN_LOCK},
        {"release it with KeReleaseInStackQueuedSpinLock on every path that ends what it protects",
         SYSPTE_API_KE_ACQUIRE_IN_STACK_QUEUED_SPIN_LOCK, SYSPTE_KIND_SPIN_LOCK},
        {"release it with KeReleaseInStackQueuedSpinLockFromDpcLevel on every path that ends what "
         "it protects",
         SYSPTE_API_KE_ACQUIRE_IN_STACK_QUEUED_SPIN_LOCK_AT_DPC_LEVEL, SYSPTE_KIND_SPIN_LOCK},
        {"release it with KeReleaseMutex on every path that ends what it protects",
         SYSPTE_API_KE_WAIT_FOR_SINGLE_OBJECT, SYSPTE_KIND_MUTEX},
        {"release it with ExReleaseFastMutex on every path that ends what it protects",
         SYSPTE_API_EX_ACQUIRE_FAST_MUTEX, SYSPTE_KIND_MUTEX},
        {"release it with ExReleaseFastMutex on every path that ends what it protects",
         SYSPTE_API_EX_TRY_TO_ACQUIRE_FAST_MUTEX, SYSPTE_KIND_MUTEX},
        {"free it with IoFreeWorkItem on every path that ends what it was allocated for",
         SYSPTE_API_IO_ALLOCATE_WORK_ITEM, SYSPTE_KIND_POOL},
        {"free it with IoDeleteDevice on every path that ends what it was allocated for",
         SYSPTE_API_IO_CREATE_DEVICE, SYSPTE_KIND_POOL},
        {"free it with IoDeleteSymbolicLink on every path that ends what it was allocated for",
         SYSPTE_API_IO_CREATE_SYMBOLIC_LINK, SYSPTE_KIND_POOL},
        {"free it with ExFreePool on every path that ends what it was allocated for",
         SYSPTE_API_MM_ALLOCATE_PAGES_FOR_MDL, SYSPTE_KIND_POOL},
        {"unmap it with MmUnmapLockedPages in the process it was mapped in, before that ends",
         SYSPTE_API_MM_MAP_LOCKED_PAGES_SPECIFY_CACHE, SYSPTE_KIND_USER_VIEW},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t context = context_of(rows[i].kind, rows[i].api, 0);
        syspte_writer writer = core_text_writer(&out);
        syspte_report_style style = {.pointer_bits = 64};
        char line[300];
        if (rows[i].kind >= SYSPTE_KIND_POOL) {
            hold(1, 8192, 2, context);
        } else {
            (void)core_map(a, 3, 2, context);
        }
        leak_all(NULL);
        syspte_report_write(account, &style, &writer);

        snprintf(line, sizeof line, "    fix: %s\n", rows[i].fix);
        const char *fix = strstr(out.text, "    fix: ");
        assert_non_null(fix);
        assert_memory_equal(fix, line, strlen(line));

        (void)close_account(NULL);
        (void)open_account(NULL);
    }
}

// What is begun and not listed, or is no function, has an end of no name.
static void only_what_begins_something_has_an_end(void **state)
{
    (void)state;
    unsigned ends = 0;
    for (unsigned api = 0; api < SYSPTE_API_COUNT; api++) {
        syspte_api ender = syspte_kind_ender(api);
        ends += ender != SYSPTE_API_UNKNOWN;
        assert_int_equal(syspte_kind_ender(ender), SYSPTE_API_UNKNOWN);
    }
    assert_in_range(ends, 49, SYSPTE_API_COUNT / 2);
    assert_int_equal(syspte_kind_ender(SYSPTE_API_COUNT), SYSPTE_API_UNKNOWN);
    assert_int_equal(syspte_kind_ender(UINT_MAX), SYSPTE_API_UNKNOWN);
}

// The sites of a misuse, which say what was done there to a thing of that kind.
static void a_misuse_says_how_a_thing_of_each_kind_began_and_ended(void **state)
{
    (void)state;
    static const struct {
        unsigned kind;
        const char *began;
        const char *ended;
    } rows[] = {
        {SYSPTE_KIND_NONE, "mapped at", "unmapped before at"},
        {SYSPTE_KIND_IO_SPACE, "mapped at", "unmapped before at"},
        {SYSPTE_KIND_VIDEO, "mapped at", "unmapped before at"},
        {SYSPTE_KIND_MDL, "mapped at", "unmapped before at"},
        {SYSPTE_KIND_RESERVED, "reserved at", "freed before at"},
        {SYSPTE_KIND_NONCACHED, "allocated at", "freed before at"},
        {SYSPTE_KIND_CONTIGUOUS, "allocated at", "freed before at"},
        {SYSPTE_KIND_POOL, "allocated at", "freed before at"},
        {SYSPTE_KIND_CONTIGUOUS_POOL, "allocated at", "freed before at"},
        {SYSPTE_KIND_PAGES, "allocated at", "freed before at"},
        {SYSPTE_KIND_LOCK, "locked at", "unlocked before at"},
        {SYSPTE_KIND_USER_VIEW, "mapped at", "unmapped before at"},
        {SYSPTE_KIND_SYSTEM_VIEW, "mapped at", "unmapped before at"},
        {SYSPTE_KIND_SECTION_LOCK, "locked at", "unlocked before at"},
        {SYSPTE_KIND_SPIN_LOCK, "held since", "released before at"},
        {SYSPTE_KIND_MUTEX, "held since", "released before at"},
        {SYSPTE_KIND_QUEUED, "queued at", "run before at"},
        {SYSPTE_KIND_MUTEX, "held since", "released before at"},
        {SYSPTE_KIND_QUEUED, "queued at", "run before at"},
        {200, "made at", "given back before at"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        syspte_event event = {.rule = SYSPTE_RULE_PTES_LOST,
                              .mapped = context_of(rows[i].kind, SYSPTE_API_MM_MAP_MDL, 0),
                              .unmapped = context_of(0, SYSPTE_API_IO_FREE_MDL, 0)};
        char expected[300];
        syspte_account_find(account, &event);
        snprintf(expected, sizeof expected,
                 "misuse: destroys the mapping of somebody else\n"
                 "    %s drv.c:12 by MmMapMdl in StartDevice\n"
                 "    %s drv.c:12 by IoFreeMdl in StartDevice\n"
                 "syspte: 1 rule violation\n",
                 rows[i].began, rows[i].ended);
        reads(expected);

        (void)close_account(NULL);
        (void)open_account(NULL);
    }
}

static void holdings_without_a_context_are_told(void **state)
{
    (void)state;
    hold(1, 8, 0, 0);
    leak_all(NULL);
    reads("(unknown site): leak: (unknown call): 1 holding, 8 bytes, never given back\n"
          "    fix: give it back on every path that ends what it was made for\n"
          "syspte: 1 leak\n");
}

static void the_abandoned_are_told_as_such(void **state)
{
    (void)state;
    hold(1, 8, 0, context_of(SYSPTE_KIND_POOL, SYSPTE_API_EX_ALLOCATE_POOL2, tag_of("Leak")));
    (void)syspte_account_list(account, SYSPTE_RULE_ABANDONED, NULL, 0, NULL, NULL);
    reads("drv.c:12: note: ExAllocatePool2 in StartDevice: 1 block, 8 bytes of pool with tag "
          "'Leak', abandoned by the bug check\n"
          "syspte: 1 note\n");
}

static void grow(uint64_t key, uint64_t bytes, uint64_t pages, uint32_t context)
{
    syspte_scope scope = syspte_scopes_enter_cycle(account, "resume");
    hold(key, bytes, pages, context);
    (void)syspte_scopes_leave(account, scope);
}

static void growth_of_pool_is_told_in_bytes(void **state)
{
    (void)state;
    uint32_t context = context_of(SYSPTE_KIND_POOL, SYSPTE_API_EX_ALLOCATE_POOL2, tag_of("Leak"));
    grow(1, 48, 0, context);
    grow(2, 96, 0, context);
    grow(3, 96, 0, context);
    reads("drv.c:12: growth: ExAllocatePool2 in StartDevice: 96 bytes of pool with tag 'Leak' more "
          "after each of 2 cycles of \"resume\"\n"
          "    fix: free it with ExFreePoolWithTag on every path that ends what it was allocated "
          "for\n"
          "syspte: 1 growing site\n");
    grow(4, 4, 0, context);
    reads("drv.c:12: growth: ExAllocatePool2 in StartDevice: 196 bytes of pool with tag 'Leak' "
          "more in 3 of 3 cycles of \"resume\"\n"
          "    fix: free it with ExFreePoolWithTag on every path that ends what it was allocated "
          "for\n"
          "syspte: 1 growing site\n");
}

static void growth_of_one_line_is_counted_by_function(void **state)
{
    (void)state;
    uint32_t irp = context_of(SYSPTE_KIND_POOL, SYSPTE_API_IO_ALLOCATE_IRP, tag_of("Irp "));
    uint32_t mdl = context_of(SYSPTE_KIND_POOL, SYSPTE_API_IO_ALLOCATE_MDL, tag_of("Mdl "));
    hold(1, 64, 0, mdl);
    (void)syspte_scopes_leave(account, syspte_scopes_enter_cycle(account, "resume"));
    syspte_row row;
    assert_true(syspte_account_held(account, 1, &row));
    syspte_scope scope = syspte_scopes_enter_cycle(account, "resume");
    hold(2, 48, 0, irp);
    syspte_account_let_go(account, &row, 0); // makes up for nothing
    assert_int_equal(syspte_scopes_leave(account, scope), 48);

    reads("drv.c:12: growth: IoAllocateIrp in StartDevice: 48 bytes of pool with tag 'Irp ' more "
          "after each of 1 cycle of \"resume\"\n"
          "    fix: free it with IoFreeIrp on every path that ends what it was allocated for\n"
          "syspte: 1 growing site\n");
}

static void growth_of_locks_is_told_in_pages(void **state)
{
    (void)state;
    uint32_t context = context_of(SYSPTE_KIND_LOCK, SYSPTE_API_MM_PROBE_AND_LOCK_PAGES, 0);
    grow(1, 1, 1, context);
    grow(2, 1, 2, context);
    reads("drv.c:12: growth: MmProbeAndLockPages in StartDevice: 2 pages more after each of 1 "
          "cycle of \"resume\"\n"
          "    a process that ends with pages locked: STOP 0x00000076 PROCESS_HAS_LOCKED_PAGES, or "
          "0x000000CB where locks are tracked\n"
          "    fix: unlock it with MmUnlockPages on every path that ends what it was locked for\n"
          "syspte: 1 growing site\n");
    grow(3, 1, 3, context);
    reads("drv.c:12: growth: MmProbeAndLockPages in StartDevice: 5 pages more in 2 of 2 cycles of "
          "\"resume\"\n"
          "    a process that ends with pages locked: STOP 0x00000076 PROCESS_HAS_LOCKED_PAGES, or "
          "0x000000CB where locks are tracked\n"
          "    fix: unlock it with MmUnlockPages on every path that ends what it was locked for\n"
          "syspte: 1 growing site\n");
}

static void growth_of_contiguous_pool_names_no_range(void **state)
{
    (void)state;
    uint32_t context =
        context_of(SYSPTE_KIND_CONTIGUOUS_POOL, SYSPTE_API_MM_ALLOCATE_CONTIGUOUS_MEMORY, 0);
    grow(1, 4096, 0, context);
    grow(2, 8192, 0, context);
    reads("drv.c:12: growth: MmAllocateContiguousMemory in StartDevice: 8192 bytes of contiguous "
          "memory more after each of 1 cycle of \"resume\"\n"
          "    fix: free it with MmFreeContiguousMemory on every path that ends what it was "
          "allocated for\n"
          "syspte: 1 growing site\n");
}

// It is to end with the cycle, whatever a leak of it would outlive.
static void growth_of_reserved_mappings_has_the_advice_of_growth(void **state)
{
    (void)state;
    (void)syspte_scopes_leave(account, syspte_scopes_enter_cycle(account, "resume"));
    syspte_scope scope = syspte_scopes_enter_cycle(account, "resume");
    (void)core_map(
        a, 3, 2,
        context_of(SYSPTE_KIND_RESERVED, SYSPTE_API_MM_ALLOCATE_MAPPING_ADDRESS, tag_of("Leak")));
    (void)syspte_scopes_leave(account, scope);
    reads("drv.c:12: growth: MmAllocateMappingAddress in StartDevice: 2 PTEs (8 KiB) more after "
          "each of 1 cycle of \"resume\"\n"
          "    physical 0xFEBC3000-0xFEBC4FFF, MmNonCached, IRQL 0, VA 0xFFFFF88000003000\n"
          "    fix: free it with MmFreeMappingAddress at the end of each cycle\n"
          "syspte: 1 growing site (2 PTEs (8 KiB))\n");
}

static void a_reservation_without_memory_has_no_physical_range(void **state)
{
    (void)state;
    syspte_row row = {.id = 3, .bytes = 0x2000, .pte_count = 2};
    row.context =
        context_of(SYSPTE_KIND_RESERVED, SYSPTE_API_MM_ALLOCATE_MAPPING_ADDRESS, tag_of("Leak"));
    syspte_ledger_reach(&account->ledger, row.id, row.pte_count);
    syspte_account_born(account, &row);
    (void)syspte_account_list(account, SYSPTE_RULE_LEAK, NULL, 0, NULL, NULL);
    reads("drv.c:12: leak: MmAllocateMappingAddress in StartDevice: 1 reserved mapping, 2 PTEs (8 "
          "KiB), never freed\n"
          "    fix: free it with MmFreeMappingAddress on every path that ends what it was reserved "
          "for\n"
          "syspte: 1 leak (2 PTEs (8 KiB))\n");
}

#define on_account(test) cmocka_unit_test_setup_teardown(test, open_account, close_account)

int core_test_report_kinds(void)
{
    const struct CMUnitTest tests[] = {
        on_account(pool_is_told_in_bytes_with_its_tag),
        on_account(a_tag_has_a_dot_for_what_cannot_be_read),
        on_account(pool_without_a_tag_names_none),
        on_account(functions_of_one_line_are_told_apart_and_so_are_tags),
        on_account(locks_are_told_in_pages_with_what_windows_does),
        on_account(contiguous_pool_has_its_physical_range),
        on_account(every_kind_has_its_words),
        on_account(a_fix_names_the_function_that_ends_what_a_function_began),
        cmocka_unit_test(only_what_begins_something_has_an_end),
        on_account(a_misuse_says_how_a_thing_of_each_kind_began_and_ended),
        on_account(holdings_without_a_context_are_told),
        on_account(the_abandoned_are_told_as_such),
        on_account(growth_of_pool_is_told_in_bytes),
        on_account(growth_of_one_line_is_counted_by_function),
        on_account(growth_of_locks_is_told_in_pages),
        on_account(growth_of_contiguous_pool_names_no_range),
        on_account(a_reservation_without_memory_has_no_physical_range),
        on_account(growth_of_reserved_mappings_has_the_advice_of_growth),
    };
    return cmocka_run_group_tests_name("core.report_kinds", tests, NULL, NULL);
}
