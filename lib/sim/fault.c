// SPDX-License-Identifier: MIT
// A memory fault of the running program. One in the machine's address space is either the first
// touch of a mapping without a view yet, or a bug of the driver, told as what it is. Others are
// fault_user.c's.
#include "sim/fault.h"

#include "sim/blocks.h"
#include "sim/device.h"
#include "sim/windows.h"

enum { DISPATCH_LEVEL_ = 2 };

// Parameter 2 of 0x50 and 0x3 of 0xD1 on x86 and x64 since Windows 10 1507.
static uint64_t operation_of(syspte_port_access access)
{
    switch (access) {
    case SYSPTE_PORT_ACCESS_WRITE:
        return 2;
    case SYSPTE_PORT_ACCESS_EXECUTE:
        return 0x10;
    default:
        return 0;
    }
}

static syspte_rule_id rule_of(const syspte_location *at, const syspte_ended *ended,
                              syspte_port_access access)
{
    if (at->where == SYSPTE_HELD) {
        return access == SYSPTE_PORT_ACCESS_EXECUTE ? SYSPTE_RULE_EXECUTE_NO_EXECUTE
                                                    : SYSPTE_RULE_WRITE_READ_ONLY;
    }
    if (at->where == SYSPTE_BEHIND) {
        return SYSPTE_RULE_USE_PAST_END;
    }
    return ended != NULL ? SYSPTE_RULE_USE_AFTER_UNMAP : SYSPTE_RULE_USE_NEVER_MAPPED;
}

syspte_bugcheck syspte_fault_bugcheck(const syspte_event *event, const syspte_thread *thread,
                                      syspte_port_access access)
{
    // Code addresses (parameter 3, or 4 of 0xD1) are the host's: the report names them instead.
    syspte_bugcheck b = {.code = syspte_rule_row_of(event->rule)->bugcheck,
                         .parameter = {event->system_va}};
    bool pages = b.code == SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA ||
                 b.code == SYSPTE_KMODE_EXCEPTION_NOT_HANDLED;
    if (thread->irql >= DISPATCH_LEVEL_ && pages) {
        b.code = SYSPTE_DRIVER_IRQL_NOT_LESS_OR_EQUAL;
        b.parameter[1] = thread->irql;
        b.parameter[2] = access == SYSPTE_PORT_ACCESS_WRITE     ? 1
                         : access == SYSPTE_PORT_ACCESS_EXECUTE ? 8
                                                                : 0;
    } else if (b.code == SYSPTE_PAGE_FAULT_IN_NONPAGED_AREA) {
        b.parameter[1] = operation_of(access);
        b.parameter[3] =
            event->rule == SYSPTE_RULE_USE_AFTER_UNMAP || event->rule == SYSPTE_RULE_USE_AFTER_FREE
                ? 0
                : 2;
    }
    return b;
}

static void fill_sites(syspte_event *event, const syspte_location *at, const syspte_ended *ended)
{
    if (at->where == SYSPTE_HELD || at->where == SYSPTE_BEHIND) {
        event->mapped = at->row.context;
        event->physical_address = at->row.physical_address;
        event->bytes = at->row.bytes;
    } else if (ended != NULL) {
        event->mapped = ended->row.context;
        event->unmapped = ended->unmapped;
        event->physical_address = ended->row.physical_address;
        event->bytes = ended->row.bytes;
    }
}

// The driver did nothing wrong, but this host cannot let it go on. Takes the lock that is held.
static _Noreturn void stop_without_memory(syspte_thread *thread, const syspte_caller *caller,
                                          const syspte_location *at)
{
    syspte_bugcheck none = {0};
    syspte_event event = {.rule = SYSPTE_RULE_HOST_TOUCH, .system_va = at->system_va};
    event.call = syspte_caller_context(thread, caller, SYSPTE_HOW(SYSPTE_API_ACCESS, 0, 0, 0));
    event.mapped = at->row.context;
    syspte_account_find(&syspte_the.account, &event);
    syspte_world_give();
    syspte_stop_now(&none, false);
}

// ---- Windows: pool, contiguous memory, test buffers

static void fill_ended(syspte_event *event, const syspte_ended *ended)
{
    event->mapped = ended->row.context;
    event->unmapped = ended->unmapped;
    event->bytes = ended->row.bytes;
}

static void fill_block(syspte_event *event, uint64_t at)
{
    static const syspte_kind kinds[] = {SYSPTE_KIND_POOL, SYSPTE_KIND_CONTIGUOUS_POOL};
    const syspte_account *account = &syspte_the.account;
    uint64_t order = 0;
    syspte_row row;
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        uint64_t key = syspte_frame_key(kinds[i], at);
        const syspte_ended *ended = syspte_account_held_last(account, key);
        if (syspte_account_held(account, key, &row)) {
            event->mapped = row.context;
            event->bytes = row.bytes;
            return;
        }
        if (ended != NULL && ended->order > order) {
            order = ended->order;
            fill_ended(event, ended);
        }
    }
}

// The view of a section that ended last at a page of the window of views; NULL if none is known.
static const syspte_ended *view_ended(const void *address)
{
    enum { PAGES_BACK = 1024 };
    uint64_t page = 0;
    (void)syspte_window_view_page(address, &page);
    for (uint64_t back = 0; back <= page && back < PAGES_BACK; back++) {
        const syspte_ended *ended = syspte_account_held_last(
            &syspte_the.account,
            syspte_frame_key(SYSPTE_KIND_SYSTEM_VIEW, (page - back) * SYSPTE_PAGE_BYTES));
        if (ended != NULL && back < ended->row.pte_count) {
            return ended;
        }
    }
    return NULL;
}

// Special pool has bug checks of its own.
static syspte_bugcheck bugcheck_of_block(const syspte_event *event, const syspte_thread *thread,
                                         const syspte_block_place *place, syspte_port_access access)
{
    if (!place->special || event->rule == SYSPTE_RULE_EXECUTE_NO_EXECUTE) {
        return syspte_fault_bugcheck(event, thread, access);
    }
    return (syspte_bugcheck){.code = event->rule == SYSPTE_RULE_USE_AFTER_FREE
                                         ? SYSPTE_DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL
                                         : SYSPTE_DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION,
                             .parameter = {event->system_va, access == SYSPTE_PORT_ACCESS_WRITE}};
}

// True: the access will succeed now. Takes the lock, and gives it back.
static bool fault_in_window(syspte_thread *thread, const syspte_caller *caller, const void *address,
                            syspte_port_access access)
{
    static const syspte_rule_id rules[] = {[SYSPTE_BLOCK_UNKNOWN] = SYSPTE_RULE_USE_NEVER_MAPPED,
                                           [SYSPTE_BLOCK_LIVE] = SYSPTE_RULE_USE_NEVER_MAPPED,
                                           [SYSPTE_BLOCK_BEHIND] = SYSPTE_RULE_USE_PAST_BLOCK,
                                           [SYSPTE_BLOCK_FREED] = SYSPTE_RULE_USE_AFTER_FREE};
    uint64_t number = 0;
    syspte_world_take();
    (void)syspte_frame_of(address, &number);
    const syspte_frame *frame = syspte_frame_at(number);
    bool is_shown = frame != NULL && frame->window == syspte_frame_window(address);
    if (is_shown && access != SYSPTE_PORT_ACCESS_EXECUTE) {
        syspte_world_give(); // another thread has shown it meanwhile
        return true;
    }
    if (!is_shown && syspte_frame_window(address) == SYSPTE_WINDOW_USER) {
        syspte_world_give();
        return syspte_fault_user(thread, caller, address, access, syspte_port_fault_stack());
    }
    syspte_block_place place = syspte_block_at(address);
    syspte_event event = {.rule = is_shown ? SYSPTE_RULE_EXECUTE_NO_EXECUTE : rules[place.state],
                          .system_va = syspte_frame_va(address)};
    event.call = syspte_caller_context(thread, caller, SYSPTE_HOW(SYSPTE_API_ACCESS, 0, 0, 0));
    const syspte_ended *view =
        syspte_frame_window(address) == SYSPTE_WINDOW_VIEW ? view_ended(address) : NULL;
    if (place.state != SYSPTE_BLOCK_UNKNOWN) {
        fill_block(&event, place.at);
    } else if (view != NULL && !is_shown) {
        event.rule = SYSPTE_RULE_USE_AFTER_UNMAP;
        fill_ended(&event, view);
    }
    syspte_bugcheck bugcheck = bugcheck_of_block(&event, thread, &place, access);
    bool expected = syspte_crash(&event, &bugcheck);
    syspte_world_give();
    syspte_stop_now(&bugcheck, expected);
}

bool syspte_fault(void *address, syspte_port_access access, uintptr_t code_address)
{
    syspte_machine *m = &syspte_the;
    syspte_thread *thread = syspte_thread_now();
    syspte_caller caller = {.return_address = code_address};
    syspte_event event = {.pte_count = 1};

    if (syspte_lock_leans(&m->lock)) {
        return false; // under the lock: the library's own
    }
    if (syspte_frame_window(address) != SYSPTE_WINDOW_NONE) {
        return fault_in_window(thread, &caller, address, access);
    }
    syspte_world_take();
    syspte_location at = syspte_locate(address);
    syspte_touch touch = SYSPTE_TOUCH_WRONG;
    if (at.where == SYSPTE_HELD) {
        touch = syspte_view_touch(&at, access);
    }
    if (at.where == SYSPTE_OUTSIDE || touch == SYSPTE_TOUCH_RETRY) {
        syspte_world_give();
        return touch == SYSPTE_TOUCH_RETRY ||
               syspte_fault_user(thread, &caller, address, access, syspte_port_fault_stack());
    }
    if (touch == SYSPTE_TOUCH_DEVICE) {
        syspte_world_give();
        syspte_device_trap(&caller, (uintptr_t)address);
        return true;
    }
    if (touch == SYSPTE_TOUCH_NO_VIEW) {
        stop_without_memory(thread, &caller, &at);
    }
    syspte_ended kept = {.unmapped = 0};
    const syspte_ended *ended =
        at.where == SYSPTE_GUARD ? NULL : syspte_history_last(&m->account.history, at.pte);
    if (at.where == SYSPTE_GUARD) {
        event.text = "right before the first system PTE, or behind the last";
    } else if (ended == NULL && syspte_ledger_ended(&m->account.ledger, at.pte, &kept.row)) {
        ended = &kept;
        event.text =
            at.where == SYSPTE_UNHELD ? "it ended earlier, by a call no longer kept" : NULL;
    }
    event.rule =
        touch == SYSPTE_TOUCH_NOT_VALID ? SYSPTE_RULE_USE_NOT_VALID : rule_of(&at, ended, access);
    event.system_va = at.system_va;
    event.call = syspte_caller_context(thread, &caller, SYSPTE_HOW(SYSPTE_API_ACCESS, 0, 0, 0));
    fill_sites(&event, &at, ended);
    syspte_bugcheck bugcheck = syspte_fault_bugcheck(&event, thread, access);
    bool expected = syspte_crash(&event, &bugcheck);
    syspte_world_give();
    syspte_stop_now(&bugcheck, expected);
}
