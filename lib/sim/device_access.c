// SPDX-License-Identifier: MIT
// Accesses of devices with a model. Under the lock an access is looked up: its mapping, its
// physical address, its model. The model is called after the lock was given back; what it complains
// about is told with the access it was called for, which the thread remembers. Bytes of a device's
// page that are no device's are physical memory.
#define _POSIX_C_SOURCE 200809L
#include "sim/device.h"

#include <string.h>

enum { WORDS = 32, WORD_BYTES = 151 };

// Of findings.
static struct {
    char words[WORDS][WORD_BYTES];
    unsigned count;
} kept;

typedef struct device_access {
    uint32_t generation; // 0: none is made
    syspte_caller caller;
    uint64_t physical; // or port
    const syspte_device_range *range;
    syspte_event event; // with what is known of the mapping
} device_access;

static _Thread_local device_access access_now;

// ---- Findings

// Keeps words for a finding until the next boot. Lock: held.
static const char *keep(const char *words, const char *more)
{
    char whole[WORD_BYTES];
    size_t length = strnlen(words, WORD_BYTES - 1);
    size_t rest = strnlen(more, WORD_BYTES - 1 - length);
    memcpy(whole, words, length);
    memcpy(whole + length, more, rest);
    whole[length + rest] = '\0';
    for (unsigned i = 0; i < kept.count; i++) {
        if (strcmp(kept.words[i], whole) == 0) {
            return kept.words[i];
        }
    }
    if (kept.count == WORDS) {
        return "no room is left for its words";
    }
    memcpy(kept.words[kept.count], whole, WORD_BYTES);
    return kept.words[kept.count++];
}

const char *syspte_device_keep(const char *words)
{
    return keep(words, "");
}

void syspte_device_words_begin(void)
{
    kept.count = 0;
}

// Lock: held.
static void tell(device_access *a, syspte_rule_id rule, const char *words, const char *more)
{
    syspte_event event = a->event;
    event.rule = rule;
    event.pte_count = 1;
    event.text = keep(words, more);
    event.call = syspte_caller_context(syspte_thread_now(), &a->caller,
                                       SYSPTE_HOW(SYSPTE_API_ACCESS, 0, 0, 0));
    syspte_account_find(&syspte_the.account, &event);
}

void syspte_device_complain(const char *words)
{
    bool told = false;
    if (syspte_the.booted) {
        syspte_world_take();
        told = access_now.generation == syspte_the.generation && syspte_the.booted;
        if (told) {
            tell(&access_now, SYSPTE_RULE_DEVICE_SCRIPT, words, "");
        }
        syspte_world_give();
    }
    if (!told) {
        syspte_misused("syspte_device_complain is for the functions of a device's model, while "
                       "the driver accesses it");
    }
}

// The access cannot be made, and the driver cannot go on without it. Takes the lock that is held.
static _Noreturn void refuse(device_access *a, const char *words, const char *more)
{
    syspte_bugcheck none = {0};
    tell(a, SYSPTE_RULE_DEVICE_ACCESS, words, more);
    syspte_world_give();
    syspte_stop_now(&none, false);
}

// ---- Accesses

static bool is_stopped(void)
{
    return syspte_the.booted && syspte_load_acquire(&syspte_the.stopped) != 0;
}

// Finds the device's page at an address that the driver may access in that way. Lock: held.
static bool find(uintptr_t address, bool is_write, device_access *a)
{
    syspte_location at = syspte_locate((const void *)address);
    if (at.where != SYSPTE_HELD) {
        return false;
    }
    uint64_t frame = syspte_view_frame(&at.row, at.page);
    if (!syspte_device_is_at(frame) ||
        syspte_view_touch(&at, is_write ? SYSPTE_PORT_ACCESS_WRITE : SYSPTE_PORT_ACCESS_READ) !=
            SYSPTE_TOUCH_DEVICE) {
        return false;
    }
    a->generation = syspte_the.generation;
    a->physical = frame << 12 | (address & 0xFFF);
    a->range = syspte_device_range_at(a->physical, false);
    a->event = (syspte_event){.system_va = at.system_va,
                              .mapped = at.row.context,
                              .physical_address = at.row.physical_address,
                              .bytes = at.row.bytes};
    return true;
}

// Calls the model. Lock: not held.
static void call_model(const device_access *a, unsigned width, bool is_write, uint64_t *value)
{
    device_access outer = access_now;
    syspte_device model = a->range->model;
    uint64_t mask = width == 8 ? UINT64_MAX : (1ull << width * 8) - 1;
    uint64_t offset = a->physical - a->range->first;
    access_now = *a;
    if (is_write) {
        model.write(model.context, offset, width, *value & mask);
    } else {
        *value = model.read(model.context, offset, width) & mask;
    }
    access_now = outer;
}

bool syspte_device_access(const syspte_caller *caller, uintptr_t address, unsigned width,
                          bool is_write, uint64_t *value)
{
    if (is_stopped()) {
        (void)syspte_refuse(SYSPTE_API_ACCESS);
    }
    device_access first;
    device_access last;
    uintptr_t end = address + width - 1;
    syspte_world_take();
    bool begins = syspte_the.booted && find(address, is_write, &first);
    bool ends = syspte_the.booted && find(end, is_write, &last);
    if (!begins && !ends) {
        syspte_world_give();
        return false;
    }
    device_access *a = begins ? &first : &last;
    a->caller = *caller;
    if (!begins || !ends || last.range != first.range ||
        last.physical != first.physical + width - 1) {
        refuse(a, "only a part of the access is in the device's range", "");
    }
    syspte_the.physical_used = syspte_the.physical_used || syspte_port_physical_open();
    syspte_world_give();
    if (a->range != NULL) {
        call_model(a, width, is_write, value);
    } else if (is_write) {
        (void)syspte_port_physical_write(a->physical, value, width);
    } else {
        *value = 0;
        (void)syspte_port_physical_read(a->physical, value, width);
    }
    return true;
}

void syspte_device_port(const syspte_caller *caller, uint64_t port, unsigned width, bool is_write,
                        uint64_t *value)
{
    if (!syspte_enter(SYSPTE_API_ACCESS)) {
        return;
    }
    device_access a = {.caller = *caller, .physical = port};
    syspte_world_take();
    a.generation = syspte_the.generation;
    a.range = syspte_device_range_at(port, true);
    bool whole = syspte_device_range_at(port + width - 1, true) == a.range;
    if (!whole) {
        refuse(&a, "only a part of the access is in the device's range", "");
    }
    syspte_world_give();
    if (a.range != NULL) {
        call_model(&a, width, is_write, value);
    }
}

// ---- Plain accesses

static bool bus_load(void *context, uintptr_t address, unsigned width, uint64_t *value)
{
    return syspte_device_access(context, address, width, false, value);
}

static bool bus_store(void *context, uintptr_t address, unsigned width, uint64_t value)
{
    return syspte_device_access(context, address, width, true, &value);
}

static const char *words_of(syspte_port_trap trap)
{
    switch (trap) {
    case SYSPTE_PORT_TRAP_VECTOR:
        return "a vector access; copy with READ_REGISTER_BUFFER_* or WRITE_REGISTER_BUFFER_*: ";
    case SYSPTE_PORT_TRAP_UNKNOWN:
        return "an instruction that is not carried out on a device; use READ_REGISTER_*: ";
    case SYSPTE_PORT_TRAP_NO_DECODER:
        return "a plain access, and syspte was built without Zydis: install libzydis-dev and build "
               "it again, or use READ_REGISTER_*";
    case SYSPTE_PORT_TRAP_WATCHED:
        return "a plain access, which is not carried out under Valgrind, ThreadSanitizer or "
               "MemorySanitizer: use READ_REGISTER_*";
    default:
        return "a plain access, which is carried out on Linux on x86-64 alone: use READ_REGISTER_*";
    }
}

const char *syspte_device_untrapped(void)
{
    syspte_port_trap trap = syspte_port_trap_possible();
    return trap == SYSPTE_PORT_TRAP_DONE ? NULL : words_of(trap);
}

void syspte_device_trap(const syspte_caller *caller, uintptr_t address)
{
    syspte_caller own = *caller;
    syspte_port_bus bus = {.load = bus_load, .store = bus_store, .context = &own};
    const char *name;
    syspte_port_trap trap = syspte_port_trap_carry_out(&bus, &name);
    if (trap == SYSPTE_PORT_TRAP_DONE) {
        return;
    }
    device_access a = {.caller = own};
    syspte_world_take();
    if (!find(address, false, &a)) {
        a.event = (syspte_event){.system_va = syspte_locate((const void *)address).system_va};
    }
    a.caller = own;
    refuse(&a, words_of(trap), name);
}
