// SPDX-License-Identifier: MIT
// Pageable sections of a driver. A section is the segment of the program that the address lies in:
// the host knows no smaller parts. Each lock is a holding of its own, so that one that is missing
// its unlock is told by its line; an unlock ends the latest.
// Source: nf-wdm-mmlockpagabledatasection; bug check 0x1A, 0x1010 and 0x1234.
#include "sim/memory_irql.h"

#include "sim/frames.h"

enum { SECTIONS = 256 };

typedef struct pageable {
    uintptr_t segment; // 0: none
    uint32_t locks;
} pageable;

static pageable sections[SECTIONS];
static uint32_t generation; // of the machine they belong to

static void renew(void)
{
    for (unsigned i = 0; generation != syspte_the.generation && i < SECTIONS; i++) {
        sections[i] = (pageable){.segment = 0};
    }
    generation = syspte_the.generation;
}

// The section of a segment, or of a handle; NULL if there is none.
static pageable *section_of_segment(uintptr_t segment)
{
    for (unsigned i = 0; segment != 0 && i < SECTIONS; i++) {
        if (sections[i].segment == segment || sections[i].segment == 0) {
            sections[i].segment = segment;
            return &sections[i];
        }
    }
    return NULL;
}

static pageable *section_of_handle(const void *handle)
{
    for (unsigned i = 0; i < SECTIONS; i++) {
        if (handle == &sections[i] && sections[i].segment != 0) {
            return &sections[i];
        }
    }
    return NULL;
}

static uint64_t key_of(const pageable *section, uint32_t lock)
{
    return syspte_frame_key(SYSPTE_KIND_SECTION_LOCK, (uint64_t)(section - sections) << 32 | lock);
}

static void lock_section(syspte_call *call, pageable *section)
{
    syspte_event event = {.rule = SYSPTE_RULE_LOCK_NO_SECTION};
    if (section == NULL) {
        (void)syspte_call_violate(call, &event, 0, 0, 0);
        return;
    }
    syspte_row row = {
        .id = key_of(section, section->locks + 1),
        .context = syspte_call_context(call, SYSPTE_KIND_SECTION_LOCK, SYSPTE_CACHE_NONCACHED, 0)};
    if (syspte_account_hold(&syspte_the.account, &row)) {
        section->locks++;
    }
}

static void unlock_section(syspte_call *call, pageable *section)
{
    syspte_event event = {.rule = section == NULL ? SYSPTE_RULE_LOCK_NO_SECTION
                                                  : SYSPTE_RULE_UNLOCK_NO_SECTION};
    syspte_row row;
    if (section == NULL || section->locks == 0) {
        (void)syspte_call_violate(call, &event, 0, 0, 0);
        return;
    }
    if (syspte_account_held(&syspte_the.account, key_of(section, section->locks), &row)) {
        uint32_t by = syspte_call_context(call, SYSPTE_KIND_NONE, SYSPTE_CACHE_NONCACHED, 0);
        syspte_account_let_go(&syspte_the.account, &row, by);
    }
    section->locks--;
}

SYSPTE_ENTRY(PVOID, MmLockPagableDataSection, (PVOID AddressWithinSection), (AddressWithinSection))
{
    syspte_call call;
    pageable *section = NULL;
    uintptr_t segment = syspte_port_image_segment(AddressWithinSection);
    if (!syspte_call_begin(&call, SYSPTE_API_MM_LOCK_PAGABLE_DATA_SECTION, caller)) {
        return NULL;
    }
    renew();
    if (!syspte_memory_irql(&call, APC_LEVEL)) {
        section = section_of_segment(segment);
        lock_section(&call, section);
    }
    syspte_call_end(&call);
    return section;
}

SYSPTE_ENTRY_VOID(MmLockPagableSectionByHandle, (PVOID ImageSectionHandle), (ImageSectionHandle))
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_MM_LOCK_PAGABLE_SECTION_BY_HANDLE, caller)) {
        return;
    }
    renew();
    if (!syspte_memory_irql(&call, APC_LEVEL)) {
        lock_section(&call, section_of_handle(ImageSectionHandle));
    }
    syspte_call_end(&call);
}

SYSPTE_ENTRY_VOID(MmUnlockPagableImageSection, (PVOID ImageSectionHandle), (ImageSectionHandle))
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_MM_UNLOCK_PAGABLE_IMAGE_SECTION, caller)) {
        return;
    }
    renew();
    // Its page says APC_LEVEL, the header DISPATCH_LEVEL; the verifier's rule is IrqlMmApcLte.
    if (!syspte_memory_irql(&call, APC_LEVEL)) {
        unlock_section(&call, section_of_handle(ImageSectionHandle));
    }
    syspte_call_end(&call);
}
