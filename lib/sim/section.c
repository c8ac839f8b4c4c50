// SPDX-License-Identifier: MIT
// Section objects that a test makes, and their views in system space. A section is a run of frames;
// a view shows them in the window of views and is a holding. It takes no system PTEs.
// Source: nf-ntddk-mmmapviewinsystemspace; bug check 0xD7.
#include "sim/memory_irql.h"
#include "sim/windows.h"

#include "sim/frames.h"

enum { SECTIONS = 64 };

typedef struct section {
    uint64_t first; // frame
    uint64_t pages; // 0: not open
    uint64_t bytes;
    uint64_t views;
} section;

static section sections[SECTIONS];
static uint32_t generation; // of the machine they belong to

// Forgets those of the last machine. Lock: held.
static void renew(void)
{
    for (unsigned i = 0; generation != syspte_the.generation && i < SECTIONS; i++) {
        sections[i] = (section){.pages = 0};
    }
    generation = syspte_the.generation;
}

static section *section_of(const void *object)
{
    for (unsigned i = 0; i < SECTIONS; i++) {
        if (object == &sections[i] && sections[i].pages != 0) {
            return &sections[i];
        }
    }
    return NULL;
}

// ---- Sections

static section *section_make(uint64_t bytes)
{
    section *free = NULL;
    uint64_t pages = (bytes >> PAGE_SHIFT) + ((bytes & (PAGE_SIZE - 1)) != 0);
    syspte_frame_request request = {.count = pages,
                                    .high = UINT64_MAX,
                                    .use = SYSPTE_FRAME_PAGED,
                                    .window = SYSPTE_WINDOW_VIEW};
    renew();
    for (unsigned i = 0; free == NULL && i < SECTIONS; i++) {
        free = sections[i].pages == 0 ? &sections[i] : NULL;
    }
    uint64_t first = free == NULL ? SYSPTE_FRAME_NONE : syspte_frames_take(&request);
    if (first == SYSPTE_FRAME_NONE) {
        return NULL;
    }
    syspte_frames_fill(first, pages, 0);
    *free = (section){.first = first, .pages = pages, .bytes = bytes};
    return free;
}

void *syspte_section_create(uint64_t bytes)
{
    if (!syspte_the.booted) {
        syspte_misused("syspte_section_create needs a machine: call syspte_boot first");
        return NULL;
    }
    syspte_world_take();
    section *made = section_make(bytes);
    syspte_world_give();
    return made;
}

static const char *section_close(const void *object)
{
    renew();
    section *s = section_of(object);
    if (s == NULL) {
        return "syspte_section_close: this is no section that is open";
    }
    if (s->views != 0 || syspte_frames_are_pinned(s->first, s->pages)) {
        return "syspte_section_close: a view of it is still mapped, or locked by an MDL: let the "
               "driver unmap it first";
    }
    syspte_frames_give(s->first, s->pages);
    s->pages = 0;
    return NULL;
}

bool syspte_section_close(void *object)
{
    if (!syspte_the.booted) {
        syspte_misused("syspte_section_close: the machine has ended, and the section with it");
        return false;
    }
    syspte_world_take();
    const char *complaint = section_close(object);
    syspte_world_give();
    if (complaint != NULL) {
        syspte_misused(complaint);
    }
    return complaint == NULL;
}

// ---- Views

static uint64_t key_of(const void *view)
{
    uint64_t page = 0;
    (void)syspte_window_view_page(view, &page);
    return syspte_frame_key(SYSPTE_KIND_SYSTEM_VIEW, page << PAGE_SHIFT);
}

static NTSTATUS view_begin(syspte_call *call, const section *s, uint64_t bytes, void **view)
{
    uint64_t pages = BYTES_TO_PAGES(bytes);
    if (syspte_call_fault(call, SYSPTE_KIND_SYSTEM_VIEW, SYSPTE_CACHE_CACHED, PAGE_READWRITE, bytes,
                          0)) {
        return STATUS_NO_MEMORY;
    }
    *view = syspte_window_view_take(s->first, pages);
    if (*view == NULL) {
        return STATUS_NO_MEMORY;
    }
    syspte_row row = {.id = key_of(*view),
                      .physical_address = s->first << PAGE_SHIFT,
                      .bytes = bytes,
                      .pte_count = pages,
                      .context = syspte_call_context(call, SYSPTE_KIND_SYSTEM_VIEW,
                                                     SYSPTE_CACHE_CACHED, PAGE_READWRITE)};
    if (!syspte_account_hold(&syspte_the.account, &row)) {
        syspte_window_view_give(*view, pages);
        return STATUS_NO_MEMORY;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS map_view(syspte_call *call, const void *object, uint64_t *bytes, void **view)
{
    renew();
    section *s = section_of(object);
    syspte_event event = {.rule = SYSPTE_RULE_VIEW_ARGUMENT,
                          .bytes = *bytes,
                          .text = s == NULL ? "this is no section" : "the section is smaller"};
    if (s == NULL || *bytes > s->bytes) {
        (void)syspte_call_violate(call, &event, 0, 0, 0);
        return s == NULL ? STATUS_INVALID_HANDLE : STATUS_INVALID_VIEW_SIZE;
    }
    *bytes = ROUND_TO_PAGES(*bytes == 0 ? s->bytes : *bytes);
    NTSTATUS status = view_begin(call, s, *bytes, view);
    s->views += NT_SUCCESS(status);
    return status;
}

SYSPTE_ENTRY(NTSTATUS, MmMapViewInSystemSpace, (PVOID Section, PVOID *MappedBase, PSIZE_T ViewSize),
             (Section, MappedBase, ViewSize))
{
    syspte_call call;
    uint64_t bytes = *ViewSize;
    void *view = NULL;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    if (!syspte_call_begin(&call, SYSPTE_API_MM_MAP_VIEW_IN_SYSTEM_SPACE, caller)) {
        return status;
    }
    if (!syspte_memory_irql(&call, APC_LEVEL)) {
        status = map_view(&call, Section, &bytes, &view);
    }
    syspte_call_end(&call);
    if (NT_SUCCESS(status)) {
        *MappedBase = view;
        *ViewSize = bytes;
    }
    return status;
}

static void no_view(syspte_call *call, const void *view)
{
    uint64_t va = syspte_locate(view).system_va;
    uint64_t page;
    const syspte_ended *ended = syspte_window_view_page(view, &page)
                                    ? syspte_account_held_last(&syspte_the.account, key_of(view))
                                    : NULL;
    syspte_event event = {.rule = SYSPTE_RULE_UNMAP_NO_VIEW, .system_va = va};
    if (ended != NULL) {
        event.mapped = ended->row.context;
        event.unmapped = ended->unmapped;
        event.text = "it was unmapped before";
    }
    (void)syspte_call_violate_as(call, &event, SYSPTE_DRIVER_UNMAPPING_INVALID_VIEW, va, 1, 0, 0);
}

static void view_end(syspte_call *call, const syspte_row *row, void *view)
{
    uint32_t by = syspte_call_context(call, SYSPTE_KIND_NONE, SYSPTE_CACHE_NONCACHED, 0);
    syspte_account_let_go(&syspte_the.account, row, by);
    syspte_window_view_give(view, row->pte_count);
    for (unsigned i = 0; i < SECTIONS; i++) {
        sections[i].views -=
            sections[i].pages != 0 && sections[i].first == row->physical_address >> PAGE_SHIFT;
    }
}

SYSPTE_ENTRY(NTSTATUS, MmUnmapViewInSystemSpace, (PVOID MappedBase), (MappedBase))
{
    syspte_call call;
    syspte_row row;
    uint64_t page;
    NTSTATUS status = STATUS_NOT_MAPPED_VIEW;
    if (!syspte_call_begin(&call, SYSPTE_API_MM_UNMAP_VIEW_IN_SYSTEM_SPACE, caller)) {
        return status;
    }
    if (!syspte_memory_irql(&call, APC_LEVEL)) {
        if (BYTE_OFFSET(MappedBase) == 0 && syspte_window_view_page(MappedBase, &page) &&
            syspte_account_held(&syspte_the.account, key_of(MappedBase), &row)) {
            view_end(&call, &row, MappedBase);
            status = STATUS_SUCCESS;
        } else {
            no_view(&call, MappedBase);
        }
    }
    syspte_call_end(&call);
    return status;
}
