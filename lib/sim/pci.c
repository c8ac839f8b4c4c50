// SPDX-License-Identifier: MIT
// The configuration space of a PCI device with a header of type 0. A write changes the bits that
// are writable on such devices: of a base address register those above its range's length, so that
// one which is filled with ones reads as that length; the ones of the status register clear it; ids
// stay. What lies behind the header is the device's own and takes every write.
// Source: accessing-device-configuration-space; the PCI Local Bus Specification 3.0, chapter 6.
#include "sim/bus.h"

#include <string.h>

enum {
    VENDOR = 0x00,
    DEVICE = 0x02,
    COMMAND = 0x04,
    STATUS = 0x06,
    REVISION = 0x08,
    CLASS = 0x09,
    CACHE_LINE = 0x0C,
    LATENCY = 0x0D,
    BARS = 0x10,
    BARS_END = 0x28,
    SUBSYSTEM_VENDOR = 0x2C,
    SUBSYSTEM = 0x2E,
    LINE = 0x3C,
    PIN = 0x3D,
    HEADER_END = 0x40
};

enum { BAR_PORT = 1, BAR_64_BITS = 4, BAR_PREFETCHABLE = 8 };

static void put(uint8_t *at, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint64_t length_of(const syspte_resource *r, uint64_t least)
{
    uint64_t length = least;
    while (length < r->bytes) {
        length *= 2;
    }
    return length;
}

// Writes one base address register from `offset` on. Returns where the next one begins.
static unsigned put_bar(syspte_physical *p, unsigned offset, const syspte_resource *r)
{
    bool is_port = r->kind != SYSPTE_RESOURCE_MEMORY;
    bool is_wide = !is_port && r->start >> 32 != 0;
    unsigned bytes = is_wide ? 8 : 4;
    if (offset + bytes > BARS_END) {
        return BARS_END;
    }
    uint64_t flags = is_port ? BAR_PORT : is_wide ? BAR_64_BITS : 0;
    if (!is_port && (r->flags & CM_RESOURCE_MEMORY_PREFETCHABLE) != 0) {
        flags |= BAR_PREFETCHABLE;
    }
    uint64_t mask = ~(length_of(r, is_port ? 4 : 16) - 1);
    put(&p->config[offset], (r->start & ~(uint64_t)(is_port ? 3 : 15)) | flags, bytes);
    put(&p->writable[offset], mask, bytes);
    return offset + bytes;
}

static void fill_resources(syspte_physical *p, const syspte_hardware *h)
{
    unsigned bar = BARS;
    for (unsigned i = 0; i < h->resource_count; i++) {
        const syspte_resource *r = &h->resources[i];
        if (r->kind != SYSPTE_RESOURCE_INTERRUPT) {
            bar = put_bar(p, bar, r);
        } else if (p->config[PIN] == 0) {
            p->config[LINE] = syspte_pci_line(r->start);
            p->config[PIN] = 1;
        }
    }
}

void syspte_pci_fill(syspte_physical *p)
{
    const syspte_hardware *h = p->hardware;
    memset(p->config, 0, sizeof p->config);
    memset(p->writable, 0, sizeof p->writable);
    put(&p->config[VENDOR], h->vendor_id, 2);
    put(&p->config[DEVICE], h->device_id, 2);
    put(&p->config[REVISION], h->revision, 1);
    put(&p->config[CLASS], h->class_code, 3);
    put(&p->config[SUBSYSTEM_VENDOR], h->subsystem_vendor_id, 2);
    put(&p->config[SUBSYSTEM], h->subsystem_id, 2);
    put(&p->writable[COMMAND], 0x07FF, 2);
    p->writable[CACHE_LINE] = p->writable[LATENCY] = p->writable[LINE] = 0xFF;
    memset(&p->writable[HEADER_END], 0xFF, sizeof p->writable - HEADER_END);
    fill_resources(p, h);
    if (h->config != NULL) {
        memcpy(p->config, h->config, h->config_bytes);
    }
}

void syspte_pci_decode(syspte_physical *p, bool on)
{
    enum { PORTS_AND_MEMORY = 3 };
    if (p->hardware == NULL) {
        return;
    }
    p->config[COMMAND] &= (uint8_t)~PORTS_AND_MEMORY;
    for (unsigned i = 0; on && i < p->hardware->resource_count; i++) {
        syspte_resource_kind kind = p->hardware->resources[i].kind;
        if (kind != SYSPTE_RESOURCE_INTERRUPT) {
            p->config[COMMAND] |= kind == SYSPTE_RESOURCE_MEMORY ? 2 : 1;
        }
    }
}

static uint32_t clip(const syspte_physical *p, uint32_t offset, uint32_t bytes)
{
    if (p->hardware == NULL || offset >= SYSPTE_CONFIG_BYTES) {
        return 0;
    }
    return bytes < SYSPTE_CONFIG_BYTES - offset ? bytes : SYSPTE_CONFIG_BYTES - offset;
}

uint32_t syspte_pci_read(const syspte_physical *p, void *out, uint32_t offset, uint32_t bytes)
{
    uint32_t count = clip(p, offset, bytes);
    if (count != 0) {
        memcpy(out, &p->config[offset], count);
    }
    return count;
}

uint32_t syspte_pci_write(syspte_physical *p, const void *in, uint32_t offset, uint32_t bytes)
{
    const uint8_t *from = in;
    uint32_t count = clip(p, offset, bytes);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = offset + i;
        if (at == STATUS || at == STATUS + 1) {
            uint8_t errors = at == STATUS ? 0 : (uint8_t)0xF9;
            p->config[at] &= (uint8_t) ~(from[i] & errors);
        } else {
            uint8_t changes = p->writable[at];
            p->config[at] = (uint8_t)((p->config[at] & ~changes) | (from[i] & changes));
        }
    }
    return count;
}
