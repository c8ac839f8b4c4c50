// SPDX-License-Identifier: MIT
// Unwind tables are programs: for each function a short one (FDE), behind a common beginning (CIE),
// that moves through the function's code and says what changes where. Running it up to a call tells
// where the frame ends (its CFA), and where the caller's frame pointer is kept. Nearly all calls
// come out as one of two shapes, stack pointer plus n or frame pointer plus n, which fit into one
// word with the address, so that threads share what they learnt without a lock. The rest, signal
// frames and frames aligned at run time, is left to the unwinder.
// Code without tables is taken to keep frame pointers: there is no better guess.
// Sources: DWARF 5, section 6.4; Linux Standard Base Core 5.0, section 10.6 (.eh_frame);
// System V ABI, AMD64 supplement, figure 3.36 (numbers of registers).
// Code loaded where other code was unloaded may be read by the old rules: wrong, never a fault.
#define _GNU_SOURCE
#include "unwind_rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#if SYSPTE_UNWIND_HAS_RULES

#include <link.h>

uint64_t syspte_unwind_known[1 << SYSPTE_UNWIND_SET_BITS][2];

// The interface of the unwinder's own search, by which it finds what is registered at run time too.
struct dwarf_eh_bases {
    void *text;
    void *data;
    void *function;
};
extern const void *_Unwind_Find_FDE(void *code_address, struct dwarf_eh_bases *bases);

enum { FRAME_POINTER = 6, STACK_POINTER = 7, RETURN_ADDRESS = 16 };

// ---- Bytes

typedef struct reader {
    const unsigned char *at;
    const unsigned char *end;
    bool failed; // past the end, or not understood: then everything reads as 0
} reader;

static uint64_t take(reader *r, size_t bytes)
{
    uint64_t value = 0;
    if ((size_t)(r->end - r->at) < bytes) {
        r->failed = true;
        r->at = r->end;
        return 0;
    }
    memcpy(&value, r->at, bytes < sizeof value ? bytes : sizeof value); // little-endian
    r->at += bytes;
    return value;
}

static uint64_t take_number(reader *r, bool is_signed)
{
    uint64_t value = 0;
    unsigned shift = 0;
    uint64_t byte;
    do {
        byte = take(r, 1);
        value |= shift < 64 ? (byte & 0x7F) << shift : 0;
        shift += 7;
    } while ((byte & 0x80) != 0);
    if (is_signed && shift < 64 && (byte & 0x40) != 0) {
        value |= UINT64_MAX << shift;
    }
    return value;
}

static void skip(reader *r, uint64_t bytes)
{
    (void)take(r, bytes < SIZE_MAX ? (size_t)bytes : SIZE_MAX);
}

// Of a pointer in this encoding; 0: of no fixed size.
static size_t pointer_bytes(uint64_t encoding)
{
    static const unsigned char bytes[] = {8, 0, 2, 4, 8, 0, 0, 0, 0, 0, 2, 4, 8};
    unsigned format = encoding & 0xF;
    return (encoding & 0x70) == 0x50 || format >= sizeof bytes ? 0 : bytes[format];
}

// ---- Rows: what holds at one place of the code

typedef enum saving { UNCHANGED, IN_FRAME, UNDEFINED, ELSEWHERE } saving;

typedef struct place {
    saving saving;
    int64_t offset; // IN_FRAME: from the frame's end
} place;

typedef struct row {
    uint64_t base;   // register that the frame's end is counted from
    uint64_t offset; // by this
    bool computed;   // by an expression instead
    place frame_pointer;
    place return_address;
} row;

typedef struct table {
    uint64_t code_factor;
    uint64_t data_factor;
    uint64_t encoding; // of code addresses
    bool augmented;
    bool is_signal_frame;
    row first;   // as the CIE leaves it
    reader body; // of the FDE, behind its head
} table;

enum { REMEMBERED = 8 };

static void save(row *now, uint64_t number, saving how, uint64_t offset)
{
    place where = {.saving = how, .offset = (int64_t)offset};
    if (number == FRAME_POINTER) {
        now->frame_pointer = where;
    } else if (number == RETURN_ADDRESS) {
        now->return_address = where;
    }
}

static void restore(row *now, uint64_t number, const row *first)
{
    if (number == FRAME_POINTER) {
        now->frame_pointer = first->frame_pointer;
    } else if (number == RETURN_ADDRESS) {
        now->return_address = first->return_address;
    }
}

// Instructions that define where the frame ends. False: it is none of them.
static bool step_frame(const table *t, reader *r, uint64_t code, row *now)
{
    switch (code) {
    case 0x0C: // DW_CFA_def_cfa
    case 0x12: // DW_CFA_def_cfa_sf
        now->computed = false;
        now->base = take_number(r, false);
        now->offset = code == 0x0C ? take_number(r, false) : take_number(r, true) * t->data_factor;
        return true;
    case 0x0D: // DW_CFA_def_cfa_register
        now->base = take_number(r, false);
        return true;
    case 0x0E: // DW_CFA_def_cfa_offset
        now->offset = take_number(r, false);
        return true;
    case 0x13: // DW_CFA_def_cfa_offset_sf
        now->offset = take_number(r, true) * t->data_factor;
        return true;
    case 0x0F: // DW_CFA_def_cfa_expression
        now->computed = true;
        skip(r, take_number(r, false));
        return true;
    default:
        return false;
    }
}

// Instructions that say where a register's old value is.
static void step_register(const table *t, reader *r, uint64_t code, row *now)
{
    uint64_t number = code == 0x2E ? 0 : take_number(r, false);
    switch (code) {
    case 0x05: // DW_CFA_offset_extended
        save(now, number, IN_FRAME, take_number(r, false) * t->data_factor);
        break;
    case 0x06: // DW_CFA_restore_extended
        restore(now, number, &t->first);
        break;
    case 0x07: // DW_CFA_undefined
        save(now, number, UNDEFINED, 0);
        break;
    case 0x08: // DW_CFA_same_value
        save(now, number, UNCHANGED, 0);
        break;
    case 0x11: // DW_CFA_offset_extended_sf
        save(now, number, IN_FRAME, take_number(r, true) * t->data_factor);
        break;
    case 0x10: // DW_CFA_expression
    case 0x16: // DW_CFA_val_expression
        skip(r, take_number(r, false));
        save(now, number, ELSEWHERE, 0);
        break;
    case 0x09: // DW_CFA_register
    case 0x14: // DW_CFA_val_offset
    case 0x15: // DW_CFA_val_offset_sf
        (void)take_number(r, false);
        save(now, number, ELSEWHERE, 0);
        break;
    case 0x2E: // DW_CFA_GNU_args_size: for exceptions
        (void)take_number(r, false);
        break;
    default:
        r->failed = true;
    }
}

// Runs a program up to `distance` bytes into the function.
static void run(const table *t, reader *r, uint64_t distance, row *now)
{
    row remembered[REMEMBERED];
    unsigned remembered_count = 0;
    uint64_t at = 0;
    while (!r->failed && r->at != r->end) {
        uint64_t code = take(r, 1);
        uint64_t low = code & 0x3F;
        if (code >> 6 == 2) { // DW_CFA_offset
            save(now, low, IN_FRAME, take_number(r, false) * t->data_factor);
        } else if (code >> 6 == 3) { // DW_CFA_restore
            restore(now, low, &t->first);
        } else if (code >> 6 == 1 || (code >= 0x02 && code <= 0x04)) { // DW_CFA_advance_loc
            at += (code >> 6 == 1 ? low : take(r, (size_t)1 << (code - 2))) * t->code_factor;
            if (at > distance) {
                return;
            }
        } else if (code == 0x0A && remembered_count < REMEMBERED) { // DW_CFA_remember_state
            remembered[remembered_count++] = *now;
        } else if (code == 0x0B && remembered_count > 0) { // DW_CFA_restore_state
            *now = remembered[--remembered_count];
        } else if (code != 0 && !step_frame(t, r, code, now)) {
            step_register(t, r, code, now);
        }
    }
}

// ---- Tables

static reader entry_of(const unsigned char *entry)
{
    uint32_t bytes;
    memcpy(&bytes, entry, sizeof bytes);
    reader r = {.at = entry + sizeof bytes, .end = entry + sizeof bytes};
    r.failed = bytes == UINT32_MAX; // an entry of more than 4 GiB
    r.end += r.failed ? 0 : bytes;
    return r;
}

static void read_augmentation(table *t, reader *r, const char *letters)
{
    if (letters[0] == '\0') {
        return;
    }
    t->augmented = letters[0] == 'z';
    r->failed |= !t->augmented;
    uint64_t bytes = take_number(r, false);
    const unsigned char *begin = r->at;
    for (const char *letter = letters + 1; *letter != '\0' && !r->failed; letter++) {
        size_t personality;
        switch (*letter) {
        case 'R':
            t->encoding = take(r, 1);
            break;
        case 'P':
            personality = pointer_bytes(take(r, 1));
            r->failed |= personality == 0;
            skip(r, personality);
            break;
        case 'L':
            skip(r, 1);
            break;
        case 'S':
            t->is_signal_frame = true;
            break;
        default:
            r->failed = true;
        }
    }
    r->failed |= (uint64_t)(r->at - begin) > bytes;
    skip(r, bytes - (uint64_t)(r->at - begin));
}

static void read_cie(table *t, const unsigned char *cie)
{
    reader r = entry_of(cie);
    bool is_cie = take(&r, 4) == 0;
    uint64_t version = take(&r, 1);
    const char *letters = (const char *)r.at;
    while (take(&r, 1) != 0) {
    }
    t->code_factor = take_number(&r, false);
    t->data_factor = take_number(&r, true);
    uint64_t column = version == 1 ? take(&r, 1) : take_number(&r, false);
    r.failed |= !is_cie || (version != 1 && version != 3) || column != RETURN_ADDRESS;
    if (!r.failed) {
        read_augmentation(t, &r, letters);
    }
    if (!r.failed) {
        run(t, &r, 0, &t->first);
    }
    t->body.failed |= r.failed;
}

// False: there is something that this file does not understand.
static bool read_table(table *t, const unsigned char *fde)
{
    uint32_t back;
    t->body = entry_of(fde);
    memcpy(&back, t->body.at, sizeof back);
    read_cie(t, t->body.at - back);
    skip(&t->body, sizeof back);
    size_t bytes = pointer_bytes(t->encoding);
    skip(&t->body, 2 * bytes); // where the function begins and how long it is
    if (t->augmented) {
        skip(&t->body, take_number(&t->body, false));
    }
    return !t->body.failed && bytes != 0;
}

// ---- Rules

// Words that fit into a rule: a whole number, and not too many.
static bool fits(uint64_t bytes)
{
    return bytes % sizeof(uintptr_t) == 0 && bytes / sizeof(uintptr_t) <= SYSPTE_UNWIND_WORDS;
}

static syspte_unwind_rule rule_of(const row *now)
{
    uint64_t kept = 0;
    if (now->return_address.saving == UNDEFINED) {
        return SYSPTE_UNWIND_OUTERMOST;
    }
    if (now->frame_pointer.saving == IN_FRAME) {
        kept = 0 - (uint64_t)now->frame_pointer.offset;
    } else if (now->frame_pointer.saving == ELSEWHERE) {
        return SYSPTE_UNWIND_OTHER;
    }
    if (now->computed || (now->base != STACK_POINTER && now->base != FRAME_POINTER) ||
        now->return_address.saving != IN_FRAME ||
        now->return_address.offset != -(int64_t)sizeof(uintptr_t) || !fits(now->offset) ||
        !fits(kept) || now->offset == 0 || kept > now->offset) {
        return SYSPTE_UNWIND_OTHER;
    }
    unsigned base =
        now->base == STACK_POINTER ? SYSPTE_UNWIND_STACK_POINTER : SYSPTE_UNWIND_FRAME_POINTER;
    return base | (syspte_unwind_rule)(now->offset / sizeof(uintptr_t)) << SYSPTE_UNWIND_END |
           (syspte_unwind_rule)(kept / sizeof(uintptr_t)) << SYSPTE_UNWIND_KEPT;
}

static int find_code(struct dl_phdr_info *module, size_t bytes, void *state)
{
    const uintptr_t *code_address = state;
    (void)bytes;
    for (unsigned i = 0; i < module->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &module->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0 &&
            *code_address - (module->dlpi_addr + part->p_vaddr) < part->p_memsz) {
            return 1;
        }
    }
    return 0;
}

static syspte_unwind_rule read_rule(uintptr_t code_address)
{
    struct dwarf_eh_bases bases = {.function = NULL};
    const unsigned char *fde = _Unwind_Find_FDE((void *)code_address, &bases);
    if (fde == NULL) {
        return dl_iterate_phdr(find_code, &code_address) != 0 ? SYSPTE_UNWIND_CHAIN
                                                              : SYSPTE_UNWIND_NO_CODE;
    }
    table t = {.encoding = 0};
    if (!read_table(&t, fde) || t.is_signal_frame) {
        return SYSPTE_UNWIND_OTHER;
    }
    row now = t.first;
    run(&t, &t.body, code_address - (uintptr_t)bases.function, &now);
    return t.body.failed ? SYSPTE_UNWIND_OTHER : rule_of(&now);
}

__attribute__((noinline, cold)) syspte_unwind_rule syspte_unwind_learn(uintptr_t return_address)
{
    // The call is what ends there: it may be the last instruction of its function.
    syspte_unwind_rule rule = read_rule(return_address - 1);
    uint64_t *set = syspte_unwind_set(return_address);
    uint64_t address = return_address >> SYSPTE_UNWIND_SET_BITS;
    uint64_t known = address << SYSPTE_UNWIND_RULE_BITS | rule;
    if (rule != SYSPTE_UNWIND_NO_CODE && known >> SYSPTE_UNWIND_RULE_BITS == address) {
        uint64_t before = __atomic_load_n(&set[0], __ATOMIC_RELAXED);
        __atomic_store_n(&set[1], before, __ATOMIC_RELAXED);
        __atomic_store_n(&set[0], known, __ATOMIC_RELAXED);
    }
    return rule;
}

#endif
