// SPDX-License-Identifier: MIT
// A user view has host address space of its own, anywhere, in which each run of frames is one view.
// Memory of the host is seen where it is. A holding's key is the page it begins at and a number
// that tells views of one place apart; its `front` counts the host views, 0 for host memory.
#include "sim/user_view.h"

#include "sim/raise.h"

enum { FIRST_NUMBER = 8, NUMBERS = 64 }; // of views that begin at one page

static uint64_t page_of(const void *address)
{
    return (uint64_t)(uintptr_t)address & ~(uint64_t)(SYSPTE_PAGE_BYTES - 1);
}

// Pages of the run of frames that begins at `i`.
static uint64_t run_at(const syspte_mdl *mdl, uint64_t i)
{
    uint64_t pages = 1;
    while (i + pages < mdl->pages && mdl->frames[i + pages] == mdl->frames[i] + pages) {
        pages++;
    }
    return pages;
}

// Shows the frames at `base`. Returns the number of views; 0: the host refuses, and none is left.
static uint32_t show(const syspte_mdl *mdl, unsigned char *base)
{
    syspte_machine *m = &syspte_the;
    uint32_t views = 0;
    m->physical_used = m->physical_used || syspte_port_physical_open();
    for (uint64_t i = 0; m->physical_used && i < mdl->pages; views++) {
        uint64_t pages = run_at(mdl, i);
        if (syspte_frame_is_host(mdl->frames[i]) || m->views + views >= m->view_limit ||
            !syspte_port_view_map(base + i * SYSPTE_PAGE_BYTES, pages * SYSPTE_PAGE_BYTES,
                                  mdl->frames[i], SYSPTE_PORT_READ | SYSPTE_PORT_WRITE)) {
            return 0;
        }
        i += pages;
    }
    m->views += views;
    return views;
}

static bool hold(syspte_call *call, const syspte_mdl *mdl, const void *base, uint32_t views)
{
    syspte_row row = {.bytes = mdl->header.ByteCount,
                      .pte_count = mdl->pages,
                      .front = views,
                      .context = syspte_call_context(call, SYSPTE_KIND_USER_VIEW,
                                                     SYSPTE_CACHE_CACHED, PAGE_READWRITE)};
    for (row.id = page_of(base) | FIRST_NUMBER; (row.id & (NUMBERS - 1)) != 0; row.id++) {
        syspte_row other;
        if (!syspte_account_held(&syspte_the.account, row.id, &other)) {
            return syspte_account_hold(&syspte_the.account, &row);
        }
    }
    return false;
}

static bool check(syspte_call *call, const syspte_mdl *mdl, uint64_t irql_parameter)
{
    unsigned flags = syspte_mdl_flags(mdl);
    unsigned wanted = MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL;
    return syspte_mdl_irql(call, APC_LEVEL, irql_parameter, syspte_address_va(mdl->at), UserMode) ||
           ((flags & wanted) == 0 &&
            syspte_mdl_violate(call, mdl, SYSPTE_RULE_MAP_NOT_LOCKED, flags, wanted)) ||
           syspte_mdl_check_pages(call, mdl);
}

static bool is_host(const syspte_mdl *mdl)
{
    return mdl->pages != 0 && syspte_frame_is_host(mdl->frames[0]) && run_at(mdl, 0) == mdl->pages;
}

// The page where the MDL is seen from now on, or NULL.
static unsigned char *begin(syspte_call *call, const syspte_mdl *mdl, unsigned char *space)
{
    uint32_t views = 1;
    if (is_host(mdl)) {
        syspte_event event = {.rule = SYSPTE_RULE_HOST_BUFFER};
        (void)syspte_call_violate(call, &event, 0, 0, 0);
        space = syspte_frame_host(mdl->frames[0]);
        views = 0;
    } else if (!syspte_the.config.accounting_only && (views = show(mdl, space)) == 0) {
        return NULL;
    }
    if (!hold(call, mdl, space, views)) {
        syspte_the.views -= syspte_the.config.accounting_only ? 0 : views;
        return NULL;
    }
    return space;
}

void *syspte_user_view_map(syspte_api api, uint64_t irql_parameter, PMDL at, void *requested,
                           const syspte_caller *caller)
{
    syspte_mdl mdl;
    syspte_call call;
    unsigned char *base = NULL;
    unsigned char *space = NULL;
    if (!syspte_mdl_read(&mdl, api, caller, at)) {
        return NULL;
    }
    syspte_mdl_fit(&mdl);
    uint64_t bytes = mdl.pages * SYSPTE_PAGE_BYTES;
    if (mdl.pages == 0 || requested != NULL) {
        // No place of the driver's choice can be had in the host's address space.
        syspte_raise(api, caller,
                     requested != NULL ? STATUS_CONFLICTING_ADDRESSES : STATUS_INVALID_ADDRESS);
    }
    if (!syspte_mdl_read_frames(&mdl)) {
        syspte_raise(api, caller, STATUS_INSUFFICIENT_RESOURCES);
    }
    if (!is_host(&mdl)) {
        space = syspte_port_table_reserve(bytes);
    }
    if ((space != NULL || is_host(&mdl)) && syspte_call_begin(&call, api, caller)) {
        if (!check(&call, &mdl, irql_parameter) &&
            !syspte_call_fault(&call, SYSPTE_KIND_USER_VIEW, SYSPTE_CACHE_CACHED, PAGE_READWRITE,
                               mdl.header.ByteCount, 0)) {
            base = begin(&call, &mdl, space);
        }
        if (call.stop && space != NULL) {
            syspte_port_table_release(space, bytes);
        }
        syspte_mdl_leave(&call, &mdl);
    }
    if (base == NULL && space != NULL) {
        syspte_port_table_release(space, bytes);
    }
    syspte_mdl_drop(&mdl);
    if (base == NULL) {
        syspte_raise(api, caller, STATUS_INSUFFICIENT_RESOURCES);
    }
    return base + mdl.header.ByteOffset;
}

// True if the holding is a user view, or may be: of a context that found no room the kind is not
// known.
static bool is_view(const syspte_row *row)
{
    return row->context == 0 ||
           syspte_account_held_kind(&syspte_the.account, row) == SYSPTE_KIND_USER_VIEW;
}

// The view of the MDL's length at that address.
static bool find(const void *address, const syspte_mdl *mdl, syspte_row *out)
{
    const syspte_account *account = &syspte_the.account;
    for (uint64_t key = page_of(address) | FIRST_NUMBER; (key & (NUMBERS - 1)) != 0; key++) {
        if (syspte_account_held(account, key, out) && is_view(out) &&
            out->bytes == mdl->header.ByteCount) {
            return true;
        }
    }
    return false;
}

static void release(const syspte_row *row)
{
    uint64_t base = row->id & ~(uint64_t)(NUMBERS - 1);
    if (row->front != 0) {
        syspte_the.views -= syspte_the.config.accounting_only ? 0 : row->front;
        syspte_port_table_release((void *)(uintptr_t)base, row->pte_count * SYSPTE_PAGE_BYTES);
    }
}

bool syspte_user_view_was(const void *address)
{
    return syspte_account_held_last(&syspte_the.account, page_of(address) | FIRST_NUMBER) != NULL;
}

bool syspte_user_view_is(const void *address, const syspte_mdl *mdl)
{
    syspte_row row;
    return (syspte_mdl_flags(mdl) & MDL_MAPPED_TO_SYSTEM_VA) == 0 ||
                   address != mdl->header.MappedSystemVa
               ? find(address, mdl, &row)
               : false;
}

void syspte_user_view_unmap(syspte_call *call, const syspte_mdl *mdl, const void *address)
{
    syspte_row row;
    if (syspte_mdl_irql(call, APC_LEVEL, 0x7A, 0, syspte_address_va(mdl->at)) ||
        !find(address, mdl, &row)) {
        return;
    }
    release(&row);
    syspte_account_let_go(&syspte_the.account, &row,
                          syspte_call_context(call, SYSPTE_KIND_NONE, SYSPTE_CACHE_NONCACHED, 0));
}

void syspte_user_views_drop(void)
{
    uint64_t cursor = 0;
    syspte_row row;
    while (syspte_account_held_next(&syspte_the.account, &cursor, &row)) {
        if (is_view(&row)) {
            release(&row);
        }
    }
}
