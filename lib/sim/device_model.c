// SPDX-License-Identifier: MIT
// Models that come with the library: a script, whose state is under the machine's lock, and memory
// of the test's, which is read and written in one access where it is aligned.
#include "sim/device.h"

// ---- Scripts

static void words_of(syspte_text *text, bool is_write, uint64_t offset, unsigned width,
                     uint64_t value)
{
    syspte_text_add(text, is_write ? "write of " : "read");
    if (is_write) {
        syspte_text_hex(text, value, width * 2);
    }
    syspte_text_add(text, " at ");
    syspte_text_hex(text, offset, 1);
    syspte_text_add(text, ", ");
    syspte_text_count(text, width, "byte");
}

// Takes the next step if the access is that one. Else ends the script, with the words of its first
// deviation. True: it was the one.
static bool step_take(syspte_device_script *script, const syspte_device_step *made,
                      syspte_device_step *step, bool *first)
{
    syspte_world_take();
    bool has_step = script->done < script->count;
    *step = has_step ? script->steps[script->done] : (syspte_device_step){.width = 0};
    bool is_next = !script->deviated && has_step && step->is_write == made->is_write &&
                   step->width == made->width && step->offset == made->offset &&
                   (!made->is_write || step->value == made->value);
    *first = !is_next && !script->deviated;
    script->done += is_next;
    script->deviated = script->deviated || !is_next;
    syspte_world_give();
    return is_next;
}

static uint64_t mask_of(unsigned width)
{
    return width >= 8 ? UINT64_MAX : (1ull << width * 8) - 1;
}

static uint64_t follow(syspte_device_script *script, const syspte_device_step *made)
{
    syspte_device_step step;
    bool first;
    if (step_take(script, made, &step, &first)) {
        return step.value;
    }
    if (first) {
        syspte_text text = {.writer = NULL};
        words_of(&text, made->is_write, made->offset, made->width, made->value);
        syspte_text_add(&text, step.width == 0 ? ", and the script has ended" : "; expected: ");
        if (step.width != 0) {
            words_of(&text, step.is_write, step.offset, step.width, step.value);
        }
        text.buffer[text.used] = '\0'; // far from full
        syspte_device_complain(text.buffer);
    }
    return UINT64_MAX;
}

static uint64_t script_read(void *context, uint64_t offset, unsigned width)
{
    syspte_device_step made = {.width = width, .offset = offset};
    return follow(context, &made);
}

static void script_write(void *context, uint64_t offset, unsigned width, uint64_t value)
{
    syspte_device_step made = {
        .is_write = true, .width = width, .offset = offset, .value = value & mask_of(width)};
    (void)follow(context, &made);
}

syspte_device syspte_device_of_script(syspte_device_script *script)
{
    return (syspte_device){.read = script_read, .write = script_write, .context = script};
}

const syspte_device_step *syspte_device_left(const syspte_device *model, const char **words)
{
    const syspte_device_script *script = model->context;
    if (model->read != script_read || script->deviated || script->done >= script->count) {
        return NULL;
    }
    const syspte_device_step *step = &script->steps[script->done];
    syspte_text text = {.writer = NULL};
    words_of(&text, step->is_write, step->offset, step->width, step->value);
    text.buffer[text.used] = '\0'; // far from full
    *words = syspte_device_keep(text.buffer);
    return step;
}

// ---- Memory

// The bytes of an access, or NULL if they are not all there.
static unsigned char *bytes_at(const syspte_device_ram *ram, uint64_t offset, unsigned width)
{
    bool inside = offset < ram->count && width <= ram->count - offset;
    return inside ? (unsigned char *)ram->bytes + offset : NULL;
}

static uint64_t ram_read(void *context, uint64_t offset, unsigned width)
{
    const unsigned char *at = bytes_at(context, offset, width);
    uint64_t value = 0;
    if (at == NULL) {
        return UINT64_MAX;
    }
    if ((uintptr_t)at % width == 0) {
        switch (width) {
        case 2:
            return __atomic_load_n((const uint16_t *)(const void *)at, __ATOMIC_SEQ_CST);
        case 4:
            return __atomic_load_n((const uint32_t *)(const void *)at, __ATOMIC_SEQ_CST);
        case 8:
            return __atomic_load_n((const uint64_t *)(const void *)at, __ATOMIC_SEQ_CST);
        default:
            return __atomic_load_n(at, __ATOMIC_SEQ_CST);
        }
    }
    for (unsigned i = 0; i < width; i++) {
        value |= (uint64_t)__atomic_load_n(&at[i], __ATOMIC_SEQ_CST) << i * 8;
    }
    return value;
}

static void ram_write(void *context, uint64_t offset, unsigned width, uint64_t value)
{
    unsigned char *at = bytes_at(context, offset, width);
    if (at == NULL) {
        return;
    }
    if ((uintptr_t)at % width != 0) {
        for (unsigned i = 0; i < width; i++) {
            __atomic_store_n(&at[i], (unsigned char)(value >> i * 8), __ATOMIC_SEQ_CST);
        }
        return;
    }
    switch (width) {
    case 2:
        __atomic_store_n((uint16_t *)(void *)at, (uint16_t)value, __ATOMIC_SEQ_CST);
        break;
    case 4:
        __atomic_store_n((uint32_t *)(void *)at, (uint32_t)value, __ATOMIC_SEQ_CST);
        break;
    case 8:
        __atomic_store_n((uint64_t *)(void *)at, value, __ATOMIC_SEQ_CST);
        break;
    default:
        __atomic_store_n(at, (unsigned char)value, __ATOMIC_SEQ_CST);
    }
}

syspte_device syspte_device_of_ram(syspte_device_ram *ram)
{
    return (syspte_device){.read = ram_read, .write = ram_write, .context = ram};
}
