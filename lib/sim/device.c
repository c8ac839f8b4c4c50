// SPDX-License-Identifier: MIT
// Where devices with a model are, and accesses to them. Under the lock an access is looked up: its
// mapping, its physical address, its model. The model is called after the lock was given back; what
// it complains about is told with the access it was called for, which the thread remembers. Bytes
// of a device's page that are no device's are physical memory.
#include "sim/device.h"

#include "sim/frames.h"

#include <string.h>

enum { DEVICES = 64, WORDS = 32, WORD_BYTES = 152, PORTS = 0x10000 };

typedef struct device_range {
    uint64_t first; // bytes, or ports
    uint64_t last;
    bool is_port;
    syspte_device model;
} device_range;

static struct {
    device_range ranges[DEVICES]; // in order of declaration
    unsigned count;
    char words[WORDS][WORD_BYTES]; // of findings
    unsigned word_count;
} devices;

// How many devices there are: headers look at it before they call.
unsigned syspte_register_devices;

typedef struct device_access {
    uint32_t generation; // 0: none is made
    syspte_caller caller;
    uint64_t physical; // or port
    const device_range *range;
    syspte_event event; // with what is known of the mapping
} device_access;

static _Thread_local device_access access_now;

// ---- Begin and end

static void count_set(unsigned count)
{
    devices.count = count;
    __atomic_store_n(&syspte_register_devices, count, __ATOMIC_RELEASE);
}

void syspte_devices_begin(void)
{
    count_set(0);
    devices.word_count = 0;
}

void syspte_devices_judge(void)
{
    for (unsigned i = 0; i < devices.count; i++) {
        const syspte_device_step *left = syspte_device_left(&devices.ranges[i].model);
        if (left != NULL) {
            syspte_caller caller = {.file = left->file, .line = left->line, .function = NULL};
            syspte_event event = {.rule = SYSPTE_RULE_DEVICE_UNMET};
            event.call = syspte_caller_context(syspte_thread_now(), &caller,
                                               SYSPTE_HOW(SYSPTE_API_ACCESS, 0, 0, 0));
            event.text = left->is_write ? "a write" : "a read";
            syspte_account_find(&syspte_the.account, &event);
        }
    }
}

// ---- Declaration

static void view_end_all(const syspte_row *row)
{
    syspte_view_end_pages(row, 0, row->pte_count);
}

// Ends the views of all mappings that show one of these pages, or makes them anew.
static void views_each(uint64_t frame, uint64_t count, void (*change)(const syspte_row *row))
{
    uint64_t cursor = 0;
    syspte_row row;
    while (syspte_ledger_next(&syspte_the.account.ledger, &cursor, &row)) {
        bool overlaps = false;
        for (uint64_t page = 0; page < row.pte_count && !overlaps; page++) {
            overlaps = syspte_view_frame(&row, page) - frame < count;
        }
        if (overlaps && !syspte_the.config.accounting_only) {
            change(&row);
        }
    }
}

static const char *complaint_about(const syspte_device *model)
{
    return model->read == NULL || model->write == NULL
               ? "syspte_device_add: a model has both functions, read and write"
               : NULL;
}

static bool range_add(uint64_t first, uint64_t count, bool is_port, const syspte_device *model)
{
    uint64_t frame = first >> 12;
    uint64_t frames = is_port ? 0 : ((first + count - 1) >> 12) - frame + 1;
    syspte_world_take();
    bool room = devices.count < DEVICES;
    if (room) {
        views_each(frame, frames, view_end_all);
        devices.ranges[devices.count] = (device_range){
            .first = first, .last = first + count - 1, .is_port = is_port, .model = *model};
        count_set(devices.count + 1);
        views_each(frame, frames, syspte_view_begin);
    }
    syspte_world_give();
    if (!room) {
        syspte_misused("syspte_device_add: 64 ranges have a model already: declare larger ones");
    } else if (!is_port && !syspte_the.config.accounting_only) {
        syspte_port_fault_install(syspte_fault); // on top of a test framework's
    }
    return room;
}

bool syspte_device_add(uint64_t physical_address, uint64_t bytes, const syspte_device *model)
{
    const char *complaint = model == NULL ? NULL : complaint_about(model);
    if (!syspte_the.booted) {
        complaint = "syspte_device_add needs a machine: call syspte_boot first";
    } else if (model != NULL && physical_address < SYSPTE_RAM_FIRST + syspte_the.config.ram_bytes &&
               bytes > 0 && bytes <= SYSPTE_PHYSICAL_BYTES &&
               physical_address + bytes > SYSPTE_RAM_FIRST) {
        complaint = "syspte_device_add: the range is in the machine's RAM, which is no device";
    }
    if (complaint != NULL) {
        syspte_misused(complaint);
        return false;
    }
    if (bytes == 0 || bytes > SYSPTE_PHYSICAL_BYTES ||
        physical_address > SYSPTE_PHYSICAL_BYTES - bytes) {
        syspte_misused("syspte_device_add: the range is empty or ends beyond 2^52 bytes");
        return false;
    }
    return syspte_memory_add(physical_address, bytes, SYSPTE_MEMORY_DEVICE) &&
           (model == NULL || range_add(physical_address, bytes, false, model));
}

bool syspte_device_add_ports(uint16_t port, unsigned count, const syspte_device *model)
{
    const char *complaint = NULL;
    if (!syspte_the.booted) {
        complaint = "syspte_device_add_ports needs a machine: call syspte_boot first";
    } else if (count == 0 || count > PORTS - (unsigned)port) {
        complaint = "syspte_device_add_ports: there are no ports, or they end beyond 0xFFFF";
    } else if (model == NULL) {
        complaint = "syspte_device_add_ports: ports need a model";
    } else {
        complaint = complaint_about(model);
    }
    if (complaint != NULL) {
        syspte_misused(complaint);
        return false;
    }
    return range_add(port, count, true, model);
}

// ---- Pages

bool syspte_device_is_in(uint64_t frame, uint64_t count)
{
    for (unsigned i = 0; i < devices.count; i++) {
        const device_range *range = &devices.ranges[i];
        if (!range->is_port && range->first >> 12 < frame + count && range->last >> 12 >= frame) {
            return true;
        }
    }
    return false;
}

bool syspte_device_is_at(uint64_t frame)
{
    return devices.count != 0 && syspte_device_is_in(frame, 1);
}

static const device_range *range_at(uint64_t at, bool is_port)
{
    for (unsigned i = devices.count; i-- > 0;) {
        const device_range *range = &devices.ranges[i];
        if (range->is_port == is_port && at >= range->first && at <= range->last) {
            return range;
        }
    }
    return NULL;
}

// ---- Findings

// Keeps words for a finding until the next boot. Lock: held.
static const char *keep(const char *words, const char *more)
{
    if (devices.word_count == WORDS) {
        return "there is no room for more words";
    }
    char *kept = devices.words[devices.word_count++];
    size_t length = strlen(words) < WORD_BYTES - 1 ? strlen(words) : WORD_BYTES - 1;
    size_t rest = WORD_BYTES - 1 - length < strlen(more) ? WORD_BYTES - 1 - length : strlen(more);
    memcpy(kept, words, length);
    memcpy(kept + length, more, rest);
    kept[length + rest] = '\0';
    return kept;
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
    a->range = range_at(a->physical, false);
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
    a.range = range_at(port, true);
    bool whole = range_at(port + width - 1, true) == a.range;
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
