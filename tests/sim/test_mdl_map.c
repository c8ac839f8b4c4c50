// SPDX-License-Identifier: MIT
// Mapping MDLs into system space and unmapping them: what it costs, what is seen through it, and
// every misuse. Sources: nf-wdm-mmmaplockedpagesspecifycache, -mmgetsystemaddressformdlsafe,
// -mmunmaplockedpages, -mmprotectmdlsystemaddress, -mmmapmdl; bug checks 0xC4, 0xDA, 0x3F, 0xD8.
#define _GNU_SOURCE
#include "mdl_words.h"

#include <sys/mman.h>

static PVOID map_kernel(PMDL mdl, ULONG priority)
{
    return MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, priority);
}

// An MDL put together by hand of `count` times the pages of another one.
static PMDL repeated(PMDL of, unsigned count, ULONG flags)
{
    ULONG pages = (ULONG)(of->ByteCount / PAGE);
    PMDL mdl = mdl_over(NULL, count * of->ByteCount);
    for (unsigned i = 0; i < count; i++) {
        RtlCopyMemory(MmGetMdlPfnArray(mdl) + i * pages, MmGetMdlPfnArray(of),
                      pages * sizeof(PFN_NUMBER));
    }
    mdl->MdlFlags |= (CSHORT)flags;
    return mdl;
}

// ---- What it costs

static void kernel_map_takes_the_span_of_the_mdl(void **state)
{
    static const struct {
        ULONG offset;
        ULONG bytes;
        unsigned ptes;
    } rows[] = {{0, 1, 1},          {0xFFF, 1, 1},      {0xFFF, 2, 2},
                {0, PAGE, 1},       {1, PAGE, 2},       {0xF00, 0x200, 2},
                {0, 63 * PAGE, 63}, {0, 64 * PAGE, 64}, {8, 64 * PAGE, 65}};
    (void)state;
    PUCHAR buffer = pool(66 * PAGE);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        PMDL mdl = locked_over(buffer + rows[i].offset, rows[i].bytes);

        PUCHAR mapped = map_kernel(mdl, NormalPagePriority);

        assert_int_equal(ptes_taken(), rows[i].ptes);
        assert_int_equal((ULONG_PTR)mapped & 0xFFF, rows[i].offset);
        assert_ptr_equal(mdl->MappedSystemVa, mapped);
        assert_int_equal(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, MDL_MAPPED_TO_SYSTEM_VA);
        mapped[rows[i].bytes - 1] = (UCHAR)(i + 1);
        assert_int_equal(buffer[rows[i].offset + rows[i].bytes - 1], i + 1);
        MmUnmapLockedPages(mapped, mdl);
        assert_int_equal(ptes_taken(), 0);
        assert_int_equal(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, 0);
        unlock_and_free(mdl);
    }
    ExFreePool(buffer);
    assert_no_findings();
}

static void second_safe_call_returns_the_same_address_for_no_pte(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer + 12, 100);
    unsigned line = __LINE__ + 1;
    PVOID first = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority | MdlMappingNoExecute);

    assert_ptr_equal(system_address(mdl), first);

    assert_int_equal(ptes_taken(), 1);
    syspte_mapping mapping = mapping_at(first);
    assert_int_equal(mapping.context->kind, SYSPTE_KIND_MDL);
    assert_int_equal(mapping.context->line, line);
    assert_int_equal(mapping.context->protect, PAGE_READWRITE);
    assert_int_equal(mapping.bytes, 100);
    assert_int_equal(mapping.physical_address, MmGetPhysicalAddress(buffer + 12).QuadPart);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static void obsolete_functions_map_too_and_are_noted(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer, PAGE);

    PVOID mapped = MmMapLockedPages(mdl, KernelMode);
    MmUnmapLockedPages(mapped, mdl);
    assert_non_null(MmGetSystemAddressForMdl(mdl));

    assert_int_equal(syspte_finding_occurrences(SYSPTE_RULE_MAP_OBSOLETE), 2);
    assert_int_equal(syspte_report_failures(), 0);
    unlock_and_free(mdl);
    ExFreePool(buffer);
}

// ---- What is seen through it

static void mdl_and_io_mapping_and_pool_show_the_same_bytes(void **state)
{
    (void)state;
    PUCHAR buffer = pool(2 * PAGE);
    PMDL mdl = locked_over(buffer, 2 * PAGE);
    volatile UCHAR *by_mdl = system_address(mdl);
    volatile UCHAR *by_io = MmMapIoSpace(MmGetPhysicalAddress(buffer), 2 * PAGE, MmCached);
    UCHAR by_device = 0;

    by_mdl[5] = 1;
    by_io[PAGE + 6] = 2;
    buffer[7] = 3;

    assert_int_equal(buffer[5] + by_io[5], 2);
    assert_int_equal(buffer[PAGE + 6] + by_mdl[PAGE + 6], 4);
    assert_int_equal(by_mdl[7] + by_io[7], 6);
    assert_true(
        syspte_memory_read((uint64_t)MmGetPhysicalAddress(buffer).QuadPart + 7, &by_device, 1));
    assert_int_equal(by_device, 3);
    assert_ptr_not_equal(by_mdl, by_io);
    unmap((PVOID)by_io, 2 * PAGE);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static void ring_buffer_of_repeated_frames_shows_itself_twice(void **state)
{
    enum { PAGES = 5 };
    (void)state;
    PUCHAR buffer = pool(PAGES * PAGE);
    PMDL mdl = locked_over(buffer, PAGES * PAGE);
    PMDL ring = repeated(mdl, 2, MDL_PAGES_LOCKED);

    volatile UCHAR *mapped = map_kernel(ring, NormalPagePriority);

    assert_int_equal(ptes_taken(), 2 * PAGES);
    for (unsigned i = 0; i < PAGES * PAGE; i += 511) {
        mapped[i] = (UCHAR)(i + i / 256);
        assert_int_equal(mapped[PAGES * PAGE + i], (UCHAR)(i + i / 256));
        assert_int_equal(buffer[i], (UCHAR)(i + i / 256));
    }
    MmUnmapLockedPages((PVOID)mapped, ring);
    assert_int_equal(ptes_taken(), 0);
    IoFreeMdl(ring);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static void scattered_frames_survive_eviction(void **state)
{
    enum { PAGES = 40 };
    syspte_config config = syspte_config_default();
    (void)state;
    if (RUNNING_ON_VALGRIND) {
        skip();
    }
    PFN_NUMBER *frames;
    config.view_limit = 12;
    boot(&config);
    PUCHAR buffer = pool(PAGES * PAGE);
    PMDL mdl = locked_over(buffer, PAGES * PAGE);
    PMDL backwards = repeated(mdl, 1, MDL_PAGES_LOCKED);
    frames = MmGetMdlPfnArray(backwards);
    for (unsigned i = 0; i < PAGES / 2; i++) {
        PFN_NUMBER other = frames[PAGES - 1 - i];
        frames[PAGES - 1 - i] = frames[i];
        frames[i] = other;
    }

    volatile UCHAR *mapped = map_kernel(backwards, NormalPagePriority);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < PAGES; i++) {
            mapped[i * PAGE + 3] = (UCHAR)(i + round);
            assert_int_equal(buffer[(PAGES - 1 - i) * PAGE + 3], i + round);
        }
    }

    assert_null(syspte_machine_check());
    MmUnmapLockedPages((PVOID)mapped, backwards);
    IoFreeMdl(backwards);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static PMDL subject;
static volatile UCHAR *target;

static void write_target(void)
{
    *target = 1;
}

static void read_target(void)
{
    (void)*target;
}

static void address_faults_after_the_unmap(void **state)
{
    (void)state;
    PMDL mdl = locked_over(pool(PAGE), PAGE);
    target = system_address(mdl);
    MmUnlockPages(mdl);

    assert_true(touch_stops(read_target));

    assert_int_equal(seen.stop.code, 0x50);
    assert_int_equal(finding_of(SYSPTE_RULE_USE_AFTER_UNMAP).unmapped->api,
                     SYSPTE_API_MM_UNLOCK_PAGES);
}

static void no_write_mapping_is_read_only(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer, PAGE);
    target = map_kernel(mdl, NormalPagePriority | MdlMappingNoWrite);
    buffer[0] = 9;
    assert_int_equal(*target, 9);

    assert_true(touch_stops(write_target));

    assert_int_equal(seen.stop.code, 0xBE);
}

static void host_memory_is_charged_and_shown_where_it_is(void **state)
{
    static UCHAR buffer[3 * PAGE];
    (void)state;
    PMDL mdl = locked_over(buffer + 5, 2 * PAGE);

    PUCHAR mapped = system_address(mdl);

    assert_ptr_equal(mapped, buffer + 5);
    assert_int_equal(ptes_taken(), ((ULONG_PTR)(buffer + 5) & 0xFFF) != 0 ? 3 : 2);
    (void)only_finding(SYSPTE_RULE_HOST_BUFFER);
    assert_int_equal(syspte_report_failures(), 0);
    MmUnmapLockedPages(mapped, mdl);
    assert_int_equal(ptes_taken(), 0);
    unlock_and_free(mdl);
    assert_int_equal(syspte_report_failures(), 0);
}

static void two_mdls_over_one_host_buffer_are_told_apart(void **state)
{
    static UCHAR buffer[PAGE];
    (void)state;
    PMDL first = locked_over(buffer, 16);
    PMDL second = locked_over(buffer, 16);
    assert_ptr_equal(system_address(first), system_address(second));
    assert_int_equal(ptes_taken(), 2);

    MmUnmapLockedPages(buffer, second);

    assert_int_equal(ptes_taken(), 1);
    assert_int_equal(first->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, MDL_MAPPED_TO_SYSTEM_VA);
    unlock_and_free(second);
    unlock_and_free(first);
    assert_int_equal(ptes_taken(), 0);
}

static void existing_cache_attribute_wins_silently(void **state)
{
    (void)state;
    PUCHAR registers = map(BAR, PAGE); // noncached
    PMDL mdl = mdl_over(registers, PAGE);
    MmBuildMdlForNonPagedPool(mdl);
    mdl->MdlFlags = MDL_PAGES_LOCKED | MDL_IO_SPACE;

    PVOID mapped = map_kernel(mdl, NormalPagePriority); // cached

    assert_int_equal(mapping_at(mapped).context->cache, SYSPTE_CACHE_NONCACHED);
    MmUnmapLockedPages(mapped, mdl);
    IoFreeMdl(mdl);
    unmap(registers, PAGE);
    assert_no_findings();
}

// Its pages are not those behind its first one.
static void scattered_mdl_conflicts_with_no_cache_type_of_other_pages(void **state)
{
    MM_PHYSICAL_ADDRESS_LIST list[2];
    PMDL mdl = NULL;
    (void)state;
    PVOID other = MmMapIoSpace(physical(BAR + 0x20000), PAGE, MmNonCached);
    list[0].PhysicalAddress = physical(BAR);
    list[1].PhysicalAddress = physical(BAR + 0x10000);
    list[0].NumberOfBytes = list[1].NumberOfBytes = PAGE;
    assert_int_equal(MmAllocateMdlForIoSpace(list, 2, &mdl), STATUS_SUCCESS);
    PVOID mapped = MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmNonCached, NULL, FALSE, 16);

    PVOID next = MmMapIoSpace(physical(BAR + PAGE), PAGE, MmCached);

    assert_int_equal(mapping_at(next).context->cache, SYSPTE_CACHE_CACHED);
    unmap(next, PAGE);
    unmap(other, PAGE);
    MmUnmapLockedPages(mapped, mdl);
    IoFreeMdl(mdl);
    assert_no_findings();
}

// ---- Guards, priorities, exhaustion

static void guard_ptes_are_charged_and_fault(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer + 8, 100);
    PUCHAR mapped = map_kernel(mdl, NormalPagePriority | MdlMappingWithGuardPtes);

    assert_int_equal(ptes_taken(), 3);
    assert_int_equal(mapping_at(mapped).bytes, 100);
    assert_int_equal(mapping_at(mapped).system_va, va_of(mapping_at(mapped).id + 1) + 8);
    mapped[0] = 4;
    assert_int_equal(buffer[8], 4);
    target = mapped - PAGE;
    assert_true(touch_stops(read_target));
    assert_int_equal(seen.stop.code, 0x50);
    (void)finding_of(SYSPTE_RULE_USE_NOT_VALID);
}

static void guard_behind_faults_and_policy_says_how_many(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.guard_ptes = 1;
    config.gap = false;
    boot(&config);
    PMDL mdl = locked_over(pool(PAGE), PAGE);
    target = map_kernel(mdl, NormalPagePriority | MdlMappingWithGuardPtes);

    assert_int_equal(ptes_taken(), 2);
    target += PAGE;
    assert_true(touch_stops(write_target));
    assert_int_equal(seen.stop.code, 0x50);
}

static void priorities_fail_below_their_thresholds(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.profile = syspte_profile_find("tiny");
    config.priority_low_ptes = 250;
    config.priority_normal_ptes = 200;
    boot(&config);
    PUCHAR buffer = pool(64 * PAGE);
    PMDL mdl = locked_over(buffer, 6 * PAGE);
    PMDL large = locked_over(buffer, 57 * PAGE);

    assert_non_null(map_kernel(mdl, LowPagePriority)); // leaves 250 of 256
    MmUnmapLockedPages(mdl->MappedSystemVa, mdl);
    assert_null(map_kernel(large, LowPagePriority));
    assert_null(map_kernel(large, NormalPagePriority)); // would leave 199
    assert_non_null(map_kernel(large, HighPagePriority));
    assert_int_equal(syspte_counters_now().failed_maps, 2);
    unlock_and_free(large);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static void act_map_must_succeed(void)
{
    (void)MmMapLockedPagesSpecifyCache(subject, KernelMode, MmCached, NULL, TRUE, HighPagePriority);
}

static void boot_tiny_full(syspte_strictness strictness)
{
    syspte_config config = syspte_config_default();
    config.profile = syspte_profile_find("tiny");
    config.strictness = strictness;
    boot(&config);
    assert_non_null(map(BAR, 250 * PAGE));
    subject = locked_over(pool(8 * PAGE), 8 * PAGE);
}

static void map_that_must_succeed_is_0x3F_or_0xD8(void **state)
{
    (void)state;
    boot_tiny_full(SYSPTE_FREE);
    assert_true(stops(act_map_must_succeed));
    assert_stop(0x3F, 0, 8, 6, 256);

    boot_tiny_full(SYSPTE_TRACK);
    assert_true(stops(act_map_must_succeed));
    assert_stop(0xD8, 0, 250, 6, 256); // of which the live mapping has 250
    assert_string_equal(finding_of(SYSPTE_RULE_EXCESSIVE_PTES).mapped->function, "boot_tiny_full");
    syspte_finding refused = finding_of(SYSPTE_RULE_OUT_OF_PTES);
    assert_int_equal(refused.room.requested, 8);
    assert_int_equal(refused.room.pte_free, 6);
    assert_int_equal(refused.room.free_blocks, 1);
    assert_int_equal(refused.room.largest_free_block, 6);
}

static void map_without_ptes_is_null(void **state)
{
    (void)state;
    boot_tiny_full(SYSPTE_CHECK);

    assert_null(system_address(subject));

    assert_int_equal(subject->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, 0);
    assert_int_equal(syspte_counters_now().failed_maps, 1);
    assert_int_equal(only_finding(SYSPTE_RULE_OUT_OF_PTES).room.requested, 8);
}

static void mapping_an_unlocked_mdl_is_one_finding(void **state)
{
    (void)state;
    PMDL mdl = mdl_over(pool(PAGE), PAGE);
    MmGetMdlPfnArray(mdl)[0] = (PFN_NUMBER)(BAR / PAGE); // nobody has filled it

    assert_non_null(system_address(mdl));

    (void)only_finding(SYSPTE_RULE_MAP_NOT_LOCKED);
}

// ---- Protection and MmMapMdl

static void protect_changes_what_is_allowed(void **state)
{
    (void)state;
    PUCHAR buffer = pool(2 * PAGE);
    PMDL mdl = locked_over(buffer, 2 * PAGE);
    assert_int_equal(MmProtectMdlSystemAddress(mdl, PAGE_READONLY), STATUS_NOT_MAPPED_VIEW);
    target = system_address(mdl);
    *target = 1;

    assert_int_equal(MmProtectMdlSystemAddress(mdl, PAGE_READONLY), STATUS_SUCCESS);
    assert_int_equal(*target, 1);
    assert_int_equal(mapping_at((PVOID)target).context->protect, PAGE_READONLY);
    assert_int_equal(MmProtectMdlSystemAddress(mdl, PAGE_READWRITE), STATUS_SUCCESS);
    *target = 2;
    assert_int_equal(MmProtectMdlSystemAddress(mdl, PAGE_READWRITE | PAGE_NOCACHE),
                     STATUS_INVALID_PAGE_PROTECTION);
    assert_int_equal(MmProtectMdlSystemAddress(mdl, 0), STATUS_INVALID_PAGE_PROTECTION);
    assert_int_equal(MmProtectMdlSystemAddress(mdl, PAGE_READONLY), STATUS_SUCCESS);
    assert_true(touch_stops(write_target));
    assert_int_equal(seen.stop.code, 0xBE);
}

static void protect_with_no_access_faults_at_a_read(void **state)
{
    (void)state;
    PMDL mdl = locked_over(pool(PAGE), PAGE);
    target = system_address(mdl);
    assert_int_equal(MmProtectMdlSystemAddress(mdl, PAGE_NOACCESS), STATUS_SUCCESS);

    assert_true(touch_stops(read_target));

    assert_int_equal(seen.stop.code, 0x50);
}

static VOID note_mapped(PVOID context, PVOID va)
{
    *(PVOID *)context = va;
    *(PUCHAR)va = 0x66;
    assert_int_equal(ptes_taken(), 1);
}

static void map_mdl_maps_for_the_callback_alone(void **state)
{
    PVOID va = NULL;
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer + 3, 10);

    assert_int_equal(MmMapMdl(mdl, PAGE_READWRITE, note_mapped, &va), STATUS_SUCCESS);

    assert_non_null(va);
    assert_int_equal(buffer[3], 0x66);
    assert_int_equal(ptes_taken(), 0);
    assert_int_equal(MmMapMdl(mdl, 0x33, note_mapped, &va), STATUS_INVALID_PAGE_PROTECTION);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

// ---- User mode

static PVOID map_user(PMDL mdl)
{
    return MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
}

// Whether the program has anything at that address.
static bool host_has(PVOID va)
{
    unsigned char present;
    return mincore(PAGE_ALIGN(va), PAGE, &present) == 0;
}

static void user_view_costs_no_pte_and_shows_the_bytes(void **state)
{
    (void)state;
    PUCHAR buffer = pool(2 * PAGE);
    PMDL mdl = mdl_over(buffer + 9, PAGE);
    MmBuildMdlForNonPagedPool(mdl);

    PUCHAR view = map_user(mdl);

    assert_int_equal(ptes_taken(), 0);
    assert_int_equal((ULONG_PTR)view & 0xFFF, 9);
    assert_ptr_not_equal(view, buffer + 9);
    view[0] = 0x31;
    assert_int_equal(buffer[9], 0x31);
    assert_int_equal(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, 0);
    assert_true(host_has(view));
    MmUnmapLockedPages(view, mdl);
    assert_false(host_has(view));
    IoFreeMdl(mdl);
    ExFreePool(buffer);
    assert_no_findings();
}

static void user_view_never_unmapped_is_a_leak(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer, PAGE);
    PVOID view = map_user(mdl);
    (void)view;
    unlock_and_free(mdl);
    ExFreePool(buffer);

    (void)syspte_shutdown();
    assert_int_equal(only_finding(SYSPTE_RULE_LEAK).call->kind, SYSPTE_KIND_USER_VIEW);
}

static void user_map_at_a_place_of_the_drivers_choice_raises(void **state)
{
    volatile NTSTATUS status = STATUS_SUCCESS;
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer, PAGE);
    SYSPTE_TRY
    {
        (void)MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, buffer, FALSE, 16);
    }
    SYSPTE_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        status = syspte_seh_code();
    }
    assert_int_equal(status, STATUS_CONFLICTING_ADDRESSES);
    unlock_and_free(mdl);
    ExFreePool(buffer);
}

// ---- Misuse

static PVOID subject_va;

static PMDL make_plain(void)
{
    return mdl_over(pool(2 * PAGE), 2 * PAGE);
}

static PMDL make_locked(void)
{
    return locked_over(pool(2 * PAGE), 2 * PAGE);
}

static PMDL make_mapped(void)
{
    PMDL mdl = make_locked();
    subject_va = system_address(mdl);
    return mdl;
}

static PMDL make_built(void)
{
    PMDL mdl = make_plain();
    MmBuildMdlForNonPagedPool(mdl);
    subject_va = mdl->MappedSystemVa;
    return mdl;
}

static PMDL make_inherited(void)
{
    PMDL source = make_mapped();
    PMDL part = mdl_over(MmGetMdlVirtualAddress(source), PAGE);
    IoBuildPartialMdl(source, part, MmGetMdlVirtualAddress(source), PAGE);
    return part;
}

static PMDL make_composite_without_flag(void)
{
    return repeated(make_locked(), 2, 0);
}

static PMDL make_composite_of_unlocked(void)
{
    PUCHAR buffer = paged(PAGE);
    PMDL mdl = locked_over(buffer, PAGE);
    PMDL composite = repeated(mdl, 1, MDL_PAGES_LOCKED);
    MmUnlockPages(mdl);
    return composite;
}

static PMDL make_composite_of_registers(void)
{
    PMDL mdl = mdl_over(NULL, PAGE);
    MmGetMdlPfnArray(mdl)[0] = BAR >> PAGE_SHIFT;
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
    return mdl;
}

static PMDL make_user_view(void)
{
    PMDL mdl = make_locked();
    subject_va = map_user(mdl);
    MmUnmapLockedPages(subject_va, mdl);
    return mdl;
}

static void act_map(void)
{
    (void)map_kernel(subject, NormalPagePriority);
}

static void act_map_obsolete(void)
{
    (void)MmMapLockedPages(subject, KernelMode);
}

static void act_unmap(void)
{
    MmUnmapLockedPages(subject_va, subject);
}

static void raise_irql(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL + 1, &before);
}

static void act_map_above_dispatch(void)
{
    raise_irql();
    act_map();
}

static void act_map_obsolete_above_dispatch(void)
{
    raise_irql();
    act_map_obsolete();
}

static void act_unmap_above_dispatch(void)
{
    raise_irql();
    act_unmap();
}

static void act_map_user_at_dispatch(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    (void)map_user(subject);
}

static void act_map_obsolete_user_at_dispatch(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    (void)MmMapLockedPages(subject, UserMode);
}

static void act_unmap_user_at_dispatch(void)
{
    KIRQL before;
    PVOID view = map_user(subject);
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    MmUnmapLockedPages(view, subject);
}

static void act_unmap_twice(void)
{
    act_unmap();
    act_unmap();
}

enum { ANY = -1, FIXED = MDL_ALLOCATED_FIXED_SIZE };
enum { LOCKED_PAGES = MDL_PAGES_LOCKED | MDL_WRITE_OPERATION | FIXED };

static const struct {
    PMDL (*make)(void);
    void (*act)(void);
    uint64_t p1;
    int64_t p2; // ANY: an address
    int64_t p3;
    int64_t p4;
    syspte_rule_id rule;
} rows[] = {
    {make_locked, act_map_obsolete_above_dispatch, 0x74, DISPATCH_LEVEL + 1, ANY, KernelMode,
     SYSPTE_RULE_MDL_IRQL},
    {make_locked, act_map_obsolete_user_at_dispatch, 0x75, DISPATCH_LEVEL, ANY, UserMode,
     SYSPTE_RULE_MDL_IRQL},
    {make_locked, act_map_above_dispatch, 0x76, DISPATCH_LEVEL + 1, ANY, KernelMode,
     SYSPTE_RULE_MDL_IRQL},
    {make_locked, act_map_user_at_dispatch, 0x77, DISPATCH_LEVEL, ANY, UserMode,
     SYSPTE_RULE_MDL_IRQL},
    {make_mapped, act_unmap_above_dispatch, 0x79, DISPATCH_LEVEL + 1, ANY, ANY,
     SYSPTE_RULE_MDL_IRQL},
    {make_locked, act_unmap_user_at_dispatch, 0x7A, DISPATCH_LEVEL, ANY, ANY, SYSPTE_RULE_MDL_IRQL},
    {make_locked, act_map_obsolete, 0x81, ANY, LOCKED_PAGES, 0, SYSPTE_RULE_MAP_OBSOLETE},
    {make_locked, act_map_must_succeed, 0x82, ANY, LOCKED_PAGES, 0, SYSPTE_RULE_MAP_MUST_SUCCEED},
    {make_composite_of_unlocked, act_map, 0x85, ANY, 1, ANY, SYSPTE_RULE_MAP_UNLOCKED_PAGES},
    {make_composite_of_registers, act_map, 0x89, ANY, ANY, BAR >> PAGE_SHIFT,
     SYSPTE_RULE_MAP_NOT_MEMORY},
    {make_mapped, act_map, 0xB2, ANY, LOCKED_PAGES | MDL_MAPPED_TO_SYSTEM_VA,
     MDL_MAPPED_TO_SYSTEM_VA, SYSPTE_RULE_MAP_WRONG_MDL},
    {make_built, act_map, 0xB2, ANY, FIXED | MDL_SOURCE_IS_NONPAGED_POOL,
     MDL_SOURCE_IS_NONPAGED_POOL, SYSPTE_RULE_MAP_WRONG_MDL},
    {make_plain, act_map, 0xB3, ANY, FIXED, MDL_PAGES_LOCKED | MDL_PARTIAL,
     SYSPTE_RULE_MAP_NOT_LOCKED},
    {make_composite_without_flag, act_map, 0xB3, ANY, FIXED, MDL_PAGES_LOCKED | MDL_PARTIAL,
     SYSPTE_RULE_MAP_NOT_LOCKED},
    {make_inherited, act_unmap, 0xB5, ANY, FIXED | MDL_PARTIAL | MDL_MAPPED_TO_SYSTEM_VA,
     MDL_PARTIAL, SYSPTE_RULE_UNMAP_PARTIAL_MDL},
    {make_built, act_unmap, 0xB6, ANY, FIXED | MDL_SOURCE_IS_NONPAGED_POOL, MDL_MAPPED_TO_SYSTEM_VA,
     SYSPTE_RULE_UNMAP_MDL_NOT_MAPPED},
    {make_mapped, act_unmap_twice, 0xB6, ANY, LOCKED_PAGES, MDL_MAPPED_TO_SYSTEM_VA,
     SYSPTE_RULE_UNMAP_MDL_NOT_MAPPED},
    {make_user_view, act_unmap, 0xB9, 0, ANY, 0, SYSPTE_RULE_UNMAP_USER_ADDRESS},
};

static void each_misuse_is_its_0xC4_at_VERIFIER(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        boot_strict(SYSPTE_VERIFIER);
        subject = rows[i].make();

        assert_true(stops(rows[i].act));

        const uint64_t *p = seen.stop.parameter;
        assert_stop(0xC4, rows[i].p1, rows[i].p2 == ANY ? p[1] : (uint64_t)rows[i].p2,
                    rows[i].p3 == ANY ? p[2] : (uint64_t)rows[i].p3,
                    rows[i].p4 == ANY ? p[3] : (uint64_t)rows[i].p4);
        assert_true(finding_of(rows[i].rule).stopped);
    }
}

static void below_VERIFIER_each_misuse_is_recorded_and_goes_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        boot_strict(SYSPTE_TRACK);
        subject = rows[i].make();

        assert_false(stops(rows[i].act));

        (void)finding_of(rows[i].rule);
        assert_null(syspte_machine_check());
    }
}

static void mapping_twice_loses_the_first_mapping(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer, PAGE);
    PVOID first = system_address(mdl);

    PVOID second = map_kernel(mdl, NormalPagePriority);

    assert_ptr_not_equal(first, second);
    assert_int_equal(ptes_taken(), 2);
    (void)only_finding(SYSPTE_RULE_MAP_WRONG_MDL);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_int_equal(ptes_taken(), 1);
}

static void act_map_twice_and_unmap(void)
{
    subject_va = map_kernel(subject, NormalPagePriority);
    MmUnmapLockedPages(subject_va, subject);
}

static void act_unmap_inside(void)
{
    MmUnmapLockedPages((PUCHAR)subject_va + PAGE, subject);
}

static void act_unmap_shorter(void)
{
    subject->ByteCount = PAGE;
    act_unmap();
}

static void act_unmap_another_frame(void)
{
    MmGetMdlPfnArray(subject)[0]++;
    act_unmap();
}

static void act_unmap_another_start(void)
{
    subject->StartVa = (PUCHAR)subject->StartVa + PAGE;
    act_unmap();
}

static PMDL make_never_mapped(void)
{
    subject_va = (PVOID)(ULONG_PTR)0x1000;
    return make_locked();
}

static void each_misuse_that_trackers_know_is_its_0xDA_at_CHECK(void **state)
{
    static const struct {
        PMDL (*make)(void);
        void (*act)(void);
        uint64_t p1;
        int64_t p3;
        int64_t p4;
        syspte_rule_id rule;
    } tracked[] = {
        {make_mapped, act_map_twice_and_unmap, 0x01, ANY, ANY, SYSPTE_RULE_UNMAP_MDL_DUPLICATE},
        {make_mapped, act_unmap_shorter, 0x02, 2, 1, SYSPTE_RULE_UNMAP_MDL_WRONG_COUNT},
        {make_mapped, act_unmap_inside, 0x03, ANY, ANY, SYSPTE_RULE_UNMAP_MDL_CHANGED},
        {make_mapped, act_unmap_another_frame, 0x04, ANY, ANY, SYSPTE_RULE_UNMAP_MDL_FRAME_CHANGED},
        {make_mapped, act_unmap_another_start, 0x05, ANY, ANY, SYSPTE_RULE_UNMAP_MDL_START_CHANGED},
        {make_never_mapped, act_unmap, 0x06, 0x1000, 2, SYSPTE_RULE_UNMAP_MDL_NOT_MAPPED},
        {make_mapped, act_unmap_twice, 0x06, ANY, 2, SYSPTE_RULE_UNMAP_MDL_NOT_MAPPED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof tracked / sizeof tracked[0]; i++) {
        for (unsigned strict = SYSPTE_TRACK; strict <= SYSPTE_CHECK; strict++) {
            boot_strict((syspte_strictness)strict);
            subject = tracked[i].make();

            assert_int_equal(stops(tracked[i].act), strict == SYSPTE_CHECK);

            syspte_finding finding = finding_of(tracked[i].rule);
            const uint64_t *p = finding.bugcheck.parameter;
            assert_int_equal(finding.bugcheck.code, 0xDA);
            assert_int_equal(p[0], tracked[i].p1);
            assert_true(tracked[i].p3 == ANY || p[2] == (uint64_t)tracked[i].p3);
            assert_true(tracked[i].p4 == ANY || p[3] == (uint64_t)tracked[i].p4);
        }
    }
}

static void unmapping_twice_names_the_map_and_the_first_unmap(void **state)
{
    (void)state;
    for (unsigned strict = SYSPTE_CHECK; strict <= SYSPTE_VERIFIER; strict++) {
        boot_strict((syspte_strictness)strict);
        subject = locked_over(pool(PAGE), PAGE);
        unsigned line = __LINE__ + 1;
        subject_va = MmGetSystemAddressForMdlSafe(subject, NormalPagePriority);
        MmUnmapLockedPages(subject_va, subject);

        assert_true(stops(act_unmap));

        syspte_finding finding = finding_of(SYSPTE_RULE_UNMAP_MDL_NOT_MAPPED);
        assert_int_equal(finding.mapped->line, line);
        assert_int_equal(finding.mapped->api, SYSPTE_API_MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE);
        assert_int_equal(finding.unmapped->line, line + 1);
        assert_non_null(strstr(report_text(), "    unmapped before at "));
    }
}

static void unmapping_what_the_unlock_unmapped_names_the_unlock(void **state)
{
    (void)state;
    subject = locked_over(pool(PAGE), PAGE);
    subject_va = system_address(subject);
    MmUnlockPages(subject);

    assert_true(stops(act_unmap));

    syspte_finding finding = finding_of(SYSPTE_RULE_UNMAP_MDL_NOT_MAPPED);
    assert_int_equal(finding.unmapped->api, SYSPTE_API_MM_UNLOCK_PAGES);
}

static void executable_map_under_memory_integrity_is_0xC4_0x2002(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.hvci = true;
    config.strictness = SYSPTE_VERIFIER;
    boot(&config);
    subject = make_locked();

    assert_true(stops(act_map));

    assert_stop(0xC4, 0x2002, 0, NormalPagePriority, 0);
    boot(&config);
    subject = make_locked();
    assert_non_null(map_kernel(subject, NormalPagePriority | MdlMappingNoExecute));
}

// From one place, which the library knows after the first call.
static void io_unmap(PVOID va)
{
    MmUnmapIoSpace(va, PAGE);
}

static void io_unmap_of_an_mdls_mapping_is_noted_and_ends_it(void **state)
{
    (void)state;
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer, PAGE);
    PVOID mapped = system_address(mdl);
    io_unmap(MmMapIoSpace(physical(BAR), PAGE, MmCached));
    io_unmap(MmMapIoSpace(physical(BAR), PAGE, MmCached));
    assert_no_findings();

    io_unmap(mapped);

    (void)only_finding(SYSPTE_RULE_UNMAP_OTHER_FUNCTION);
    assert_int_equal(ptes_taken(), 0);
    mdl->MdlFlags &= (CSHORT)~MDL_MAPPED_TO_SYSTEM_VA;
    unlock_and_free(mdl);
    ExFreePool(buffer);
}

static void unlock_does_not_end_a_mapping_that_has_the_same_ptes_now(void **state)
{
    (void)state;
    boot_profile("tiny");
    PUCHAR buffer = pool(PAGE);
    PMDL mdl = locked_over(buffer, PAGE);
    PVOID mapped = system_address(mdl);
    uint64_t id = mapping_at(mapped).id;
    MmUnmapIoSpace(mapped, PAGE); // the driver's mistake
    PVOID registers = MmMapIoSpace(physical(BAR), PAGE, MmCached);
    assert_int_equal(mapping_at(registers).id, id);

    MmUnlockPages(mdl);

    assert_int_equal(ptes_taken(), 1);
    assert_int_equal(mapping_at(registers).physical_address, BAR);
    IoFreeMdl(mdl);
    ExFreePool(buffer);
}

static void accounting_only_machine_maps_without_memory(void **state)
{
    syspte_config config = syspte_config_default();
    (void)state;
    config.accounting_only = true;
    boot(&config);
    PUCHAR buffer = pool(3 * PAGE);
    PMDL mdl = locked_over(buffer, 3 * PAGE);
    PVOID mapped = system_address(mdl);

    assert_non_null(mapped);
    assert_int_equal(ptes_taken(), 3);
    MmUnmapLockedPages(mapped, mdl);
    PVOID view = map_user(mdl);
    MmUnmapLockedPages(view, mdl);
    unlock_and_free(mdl);
    ExFreePool(buffer);
    assert_int_equal(ptes_taken(), 0);
    assert_no_findings();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        machine_test(kernel_map_takes_the_span_of_the_mdl),
        machine_test(second_safe_call_returns_the_same_address_for_no_pte),
        machine_test(obsolete_functions_map_too_and_are_noted),
        machine_test(mdl_and_io_mapping_and_pool_show_the_same_bytes),
        machine_test(ring_buffer_of_repeated_frames_shows_itself_twice),
        hooked_test(scattered_frames_survive_eviction),
        machine_test(address_faults_after_the_unmap),
        machine_test(no_write_mapping_is_read_only),
        machine_test(host_memory_is_charged_and_shown_where_it_is),
        machine_test(two_mdls_over_one_host_buffer_are_told_apart),
        machine_test(existing_cache_attribute_wins_silently),
        machine_test(scattered_mdl_conflicts_with_no_cache_type_of_other_pages),
        machine_test(guard_ptes_are_charged_and_fault),
        hooked_test(guard_behind_faults_and_policy_says_how_many),
        hooked_test(priorities_fail_below_their_thresholds),
        hooked_test(map_that_must_succeed_is_0x3F_or_0xD8),
        hooked_test(map_without_ptes_is_null),
        machine_test(mapping_an_unlocked_mdl_is_one_finding),
        machine_test(protect_changes_what_is_allowed),
        machine_test(protect_with_no_access_faults_at_a_read),
        machine_test(map_mdl_maps_for_the_callback_alone),
        machine_test(user_view_costs_no_pte_and_shows_the_bytes),
        machine_test(user_view_never_unmapped_is_a_leak),
        machine_test(user_map_at_a_place_of_the_drivers_choice_raises),
        hooked_test(each_misuse_is_its_0xC4_at_VERIFIER),
        hooked_test(below_VERIFIER_each_misuse_is_recorded_and_goes_on),
        machine_test(mapping_twice_loses_the_first_mapping),
        hooked_test(each_misuse_that_trackers_know_is_its_0xDA_at_CHECK),
        hooked_test(unmapping_twice_names_the_map_and_the_first_unmap),
        machine_test(unmapping_what_the_unlock_unmapped_names_the_unlock),
        hooked_test(executable_map_under_memory_integrity_is_0xC4_0x2002),
        machine_test(io_unmap_of_an_mdls_mapping_is_noted_and_ends_it),
        hooked_test(unlock_does_not_end_a_mapping_that_has_the_same_ptes_now),
        hooked_test(accounting_only_machine_maps_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
