// SPDX-License-Identifier: MIT
// Where devices with a model are: one table of ranges of memory and of ports, in order of
// declaration, in which the last that fits is the one. What a new one covers loses its views.
#include "sim/device.h"

#include "sim/frames.h"

enum { DEVICES = 64, PORTS = 0x10000 };

static struct {
    syspte_device_range ranges[DEVICES]; // in order of declaration
    unsigned count;
} devices;

// How many devices there are: headers look at it before they call.
unsigned syspte_register_devices;

// ---- Begin and end

static void count_set(unsigned count)
{
    devices.count = count;
    __atomic_store_n(&syspte_register_devices, count, __ATOMIC_RELEASE);
}

void syspte_devices_begin(void)
{
    count_set(0);
    syspte_device_words_begin();
}

void syspte_devices_judge(void)
{
    for (unsigned i = 0; i < devices.count; i++) {
        const char *words = NULL;
        const syspte_device_step *left = syspte_device_left(&devices.ranges[i].model, &words);
        if (left != NULL) {
            syspte_caller caller = {.file = left->file, .line = left->line, .function = NULL};
            syspte_event event = {.rule = SYSPTE_RULE_DEVICE_UNMET};
            event.call = syspte_caller_context(syspte_thread_now(), &caller,
                                               SYSPTE_HOW(SYSPTE_API_ACCESS, 0, 0, 0));
            event.text = words;
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
        devices.ranges[devices.count] = (syspte_device_range){
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
        const syspte_device_range *range = &devices.ranges[i];
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

const syspte_device_range *syspte_device_range_at(uint64_t at, bool is_port)
{
    for (unsigned i = devices.count; i-- > 0;) {
        const syspte_device_range *range = &devices.ranges[i];
        if (range->is_port == is_port && at >= range->first && at <= range->last) {
            return range;
        }
    }
    return NULL;
}
