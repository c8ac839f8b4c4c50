// SPDX-License-Identifier: MIT
// What a device is made of, as the test says it: checked once, declared to the machine, and written
// as resource lists. On x86 and x64 a bus-relative address is the processor's own, so that the raw
// and the translated list differ in interrupts and mapped ports alone.
// Source: ns-wdm-_cm_partial_resource_descriptor, raw-and-translated-resources.
#include "sim/bus.h"

#include <string.h>

enum { DECLARED = 64, VECTOR_FIRST = 0x30, VECTOR_LAST = 0xCF };

static struct {
    uint32_t generation;
    unsigned count;
    syspte_resource resources[DECLARED];
    bool has_model[DECLARED];
    syspte_device models[DECLARED];
} declared;

// ---- Declaration

static const char *complaint_about(const syspte_resource *r)
{
    if (r->kind == SYSPTE_RESOURCE_INTERRUPT) {
        return r->start < VECTOR_FIRST || r->start > VECTOR_LAST
                   ? "syspte_hardware: an interrupt's vector is from 0x30 to 0xCF"
                   : NULL;
    }
    if ((unsigned)r->kind > SYSPTE_RESOURCE_INTERRUPT) {
        return "syspte_hardware: there is no such kind of resource";
    }
    if (r->bytes == 0 || r->bytes > UINT32_MAX) {
        return "syspte_hardware: a range has from 1 byte to 4 GiB less one";
    }
    if (r->kind == SYSPTE_RESOURCE_PORT && (r->start > 0xFFFF || r->bytes > 0x10000 - r->start)) {
        return "syspte_hardware: ports end at 0xFFFF";
    }
    return NULL;
}

static bool is_sound(const syspte_hardware *h)
{
    const char *complaint = NULL;
    if (h->resource_count > SYSPTE_RESOURCES_MOST || h->config_bytes > SYSPTE_CONFIG_BYTES) {
        complaint = "syspte_hardware: at most 16 resources, and 256 bytes of configuration space";
    } else if (h->slot > 31 || h->function > 7) {
        complaint = "syspte_hardware: a slot is below 32, and a function below 8";
    } else if (h->resources == NULL && h->resource_count != 0) {
        complaint = "syspte_hardware: there is a count of resources, but they are NULL";
    }
    for (unsigned i = 0; complaint == NULL && i < h->resource_count; i++) {
        complaint = complaint_about(&h->resources[i]);
    }
    if (complaint != NULL) {
        syspte_misused(complaint);
    }
    return complaint == NULL;
}

// True if the machine has that range with that model already: a later declaration would be equal.
static bool is_declared(const syspte_resource *r)
{
    if (declared.generation != syspte_the.generation) {
        declared.generation = syspte_the.generation;
        declared.count = 0;
    }
    for (unsigned i = declared.count; i-- > 0;) {
        const syspte_resource *d = &declared.resources[i];
        const syspte_device *m = &declared.models[i];
        bool same_model = r->model == NULL
                              ? !declared.has_model[i]
                              : declared.has_model[i] && m->read == r->model->read &&
                                    m->write == r->model->write && m->context == r->model->context;
        if (d->kind == r->kind && d->start == r->start && d->bytes == r->bytes) {
            return same_model;
        }
    }
    return false;
}

static void note_declared(const syspte_resource *r)
{
    if (declared.count == DECLARED) {
        return;
    }
    declared.resources[declared.count] = *r;
    declared.has_model[declared.count] = r->model != NULL;
    if (r->model != NULL) {
        declared.models[declared.count] = *r->model;
    }
    declared.count++;
}

static bool declare(const syspte_resource *r)
{
    bool done = true;
    if (r->kind == SYSPTE_RESOURCE_INTERRUPT || is_declared(r)) {
        return true;
    }
    if (r->kind != SYSPTE_RESOURCE_PORT) {
        done = syspte_device_add(r->start, r->bytes, r->model);
    } else if (r->model != NULL) {
        done = syspte_device_add_ports((uint16_t)r->start, (unsigned)r->bytes, r->model);
    }
    if (done) {
        note_declared(r);
    }
    return done;
}

bool syspte_hardware_give(struct _DEVICE_OBJECT *physical, const syspte_hardware *hardware)
{
    if (!syspte_the.booted) {
        syspte_misused("syspte_hardware_give needs a machine: call syspte_boot first");
        return false;
    }
    syspte_physical *p = syspte_bus_find(physical);
    if (p == NULL) {
        syspte_misused("syspte_hardware_give: the device is no physical device of the bus driver");
        return false;
    }
    if (!is_sound(hardware)) {
        return false;
    }
    for (unsigned i = 0; i < hardware->resource_count; i++) {
        if (!declare(&hardware->resources[i])) {
            return false;
        }
    }
    p->hardware = hardware;
    syspte_pci_fill(p);
    return true;
}

// ---- Resource lists

static CM_PARTIAL_RESOURCE_DESCRIPTOR interrupt_of(const syspte_resource *r, bool translated)
{
    CM_PARTIAL_RESOURCE_DESCRIPTOR d = {.Type = CmResourceTypeInterrupt,
                                        .ShareDisposition = CmResourceShareShared,
                                        .Flags = r->flags};
    ULONG line = syspte_pci_line(r->start);
    d.u.Interrupt.Level = translated ? (ULONG)(r->start >> 4) : line;
    d.u.Interrupt.Vector = translated ? (ULONG)r->start : line;
    d.u.Interrupt.Affinity = translated ? 1 : (KAFFINITY)-1;
    return d;
}

static CM_PARTIAL_RESOURCE_DESCRIPTOR descriptor_of(const syspte_resource *r, bool translated)
{
    CM_PARTIAL_RESOURCE_DESCRIPTOR d = {.ShareDisposition = CmResourceShareDeviceExclusive,
                                        .Flags = r->flags};
    if (r->kind == SYSPTE_RESOURCE_INTERRUPT) {
        return interrupt_of(r, translated);
    }
    bool is_memory = r->kind == SYSPTE_RESOURCE_MEMORY;
    bool is_mapped = r->kind == SYSPTE_RESOURCE_MAPPED_PORT && translated;
    d.Type = is_memory ? CmResourceTypeMemory : CmResourceTypePort;
    if (!is_memory && !is_mapped) {
        d.Flags |= CM_RESOURCE_PORT_IO;
    }
    d.u.Generic.Start.QuadPart = (LONGLONG)r->start;
    d.u.Generic.Length = (ULONG)r->bytes;
    return d;
}

uint32_t syspte_hardware_list(const syspte_hardware *hardware, bool translated,
                              struct _CM_RESOURCE_LIST *list, uint32_t bytes)
{
    CM_PARTIAL_RESOURCE_LIST *partial = &list->List[0].PartialResourceList;
    size_t needed = offsetof(CM_RESOURCE_LIST, List[0].PartialResourceList.PartialDescriptors) +
                    hardware->resource_count * sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR);
    if (bytes < needed || !is_sound(hardware)) {
        return (uint32_t)needed;
    }
    list->Count = 1;
    list->List[0].InterfaceType = PCIBus;
    list->List[0].BusNumber = hardware->bus_number;
    partial->Version = 1;
    partial->Revision = 1;
    partial->Count = hardware->resource_count;
    for (unsigned i = 0; i < hardware->resource_count; i++) {
        partial->PartialDescriptors[i] = descriptor_of(&hardware->resources[i], translated);
    }
    return (uint32_t)needed;
}

// ---- Inspect

uint8_t syspte_hardware_config(struct _DEVICE_OBJECT *physical, unsigned offset)
{
    uint8_t byte = 0xFF;
    syspte_physical *p = syspte_bus_find(physical);
    if (p != NULL) {
        (void)syspte_pci_read(p, &byte, offset, 1);
    }
    return byte;
}
