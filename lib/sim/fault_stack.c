// SPDX-License-Identifier: MIT
// A stack is told apart by its addresses, and written with the names of its functions, down to main
// or where it leaves the program: so a log is the same on every host, and a stack is found again in
// one that another build wrote.
#include "sim/fault_stack.h"

#include "core/text.h"

#include <string.h>

enum { STACKS = 1024, LINE_BYTES = 2048, NAME_BYTES = 160 };

static struct {
    syspte_fault_stack rows[STACKS];
    bool repeats[STACKS];   // a row before has the same line
    uint64_t lines[STACKS]; // hashes
    unsigned count;
} kept;

void syspte_fault_stacks_begin(void)
{
    kept.count = 0;
}

void syspte_fault_stack_of(const syspte_fault_call *call, unsigned frames, syspte_fault_stack *out)
{
    out->api = (syspte_api)(call->how & 0xFF);
    out->fate = SYSPTE_FAULT_FAILED;
    out->caller = *call->caller;
    out->count =
        frames == 0 ? 0 : syspte_port_stack_capture(out->frames, frames, call->caller->frame, NULL);
}

// ---- Names

// "StartDevice" of "driver+0x1234 (StartDevice+0x12)"; of what has no function the module.
static void name_of(uintptr_t code_address, char name[NAME_BYTES])
{
    syspte_port_symbol(code_address, name, NAME_BYTES);
    char *open = strrchr(name, '(');
    char *plus = strrchr(open == NULL ? name : open, '+');
    if (plus != NULL) {
        *plus = 0;
    }
    if (open != NULL) {
        memmove(name, open + 1, strlen(open + 1) + 1);
    }
}

bool syspte_fault_stack_has(const syspte_fault_stack *stack, const char *const *names)
{
    for (; *names != NULL; names++) {
        char name[NAME_BYTES];
        if (syspte_text_same(stack->caller.function, *names)) {
            return true;
        }
        for (unsigned i = 0; i < stack->count; i++) {
            name_of(stack->frames[i], name);
            if (strcmp(name, *names) == 0) {
                return true;
            }
        }
    }
    return false;
}

// ---- Lines

typedef struct line {
    char text[LINE_BYTES];
    unsigned used;
} line;

static void line_add(void *context, const char *text, size_t bytes)
{
    line *l = context;
    for (size_t i = 0; i < bytes && l->used < LINE_BYTES - 1; i++) {
        l->text[l->used++] = text[i];
    }
    l->text[l->used] = 0;
}

static const char *name_without_folders(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static uintptr_t image_of(uintptr_t code_address)
{
    return syspte_port_image_segment((const void *)code_address);
}

static void put_callers(syspte_text *text, const syspte_fault_stack *stack)
{
    char name[NAME_BYTES] = "";
    uintptr_t image = stack->count == 0 ? 0 : image_of(stack->frames[0]);
    for (unsigned i = 1;
         i < stack->count && strcmp(name, "main") != 0 && image_of(stack->frames[i]) == image;
         i++) {
        name_of(stack->frames[i], name);
        syspte_text_add(text, " < ");
        syspte_text_add(text, name);
    }
}

// "MmMapIoSpace at hw.c:42 in StartDevice < AddDevice < main"
static void line_make(const syspte_fault_stack *stack, line *out)
{
    char name[NAME_BYTES];
    syspte_writer writer = {line_add, out};
    syspte_text text = {.writer = &writer};
    const syspte_caller *caller = &stack->caller;
    out->used = 0;
    syspte_text_add(&text, syspte_api_name(stack->api));
    if (caller->file != NULL) {
        syspte_text_add(&text, " at ");
        syspte_text_add(&text, name_without_folders(caller->file));
        syspte_text_add(&text, ":");
        syspte_text_decimal(&text, caller->line);
    }
    syspte_text_add(&text, " in ");
    if (caller->function == NULL) {
        name_of(caller->return_address, name);
    }
    syspte_text_add(&text, caller->function != NULL ? caller->function : name);
    put_callers(&text, stack);
    writer.write(out, text.buffer, text.used);
}

// Each line of a log is a word, a space, and what is made above.
bool syspte_fault_stack_is_in(const syspte_fault_stack *stack, const char *text)
{
    line wanted;
    line_make(stack, &wanted);
    for (const char *at = strstr(text, wanted.text); at != NULL; at = strstr(at + 1, wanted.text)) {
        char behind = at[wanted.used];
        if (at > text && at[-1] == ' ' && (behind == 0 || behind == '\n' || behind == '\r')) {
            return true;
        }
    }
    return false;
}

// ---- What is kept

static bool is_same(const syspte_fault_stack *a, const syspte_fault_stack *b)
{
    bool place = a->count != 0 ? memcmp(a->frames, b->frames, a->count * sizeof a->frames[0]) == 0
                               : a->caller.file != NULL ||
                                     a->caller.return_address == b->caller.return_address;
    return a->api == b->api && a->count == b->count && place && a->caller.line == b->caller.line &&
           syspte_text_same(a->caller.file, b->caller.file);
}

bool syspte_fault_stack_is_kept(const syspte_fault_stack *stack)
{
    for (unsigned i = kept.count; i > 0; i--) {
        if (is_same(&kept.rows[i - 1], stack)) {
            return true;
        }
    }
    return false;
}

// FNV-1a, of the line and its fate.
static uint64_t hash_of(const syspte_fault_stack *stack)
{
    line words;
    uint64_t hash = 0xCBF29CE484222325u ^ stack->fate;
    line_make(stack, &words);
    for (unsigned i = 0; i < words.used; i++) {
        hash = (hash ^ (unsigned char)words.text[i]) * 0x100000001B3u;
    }
    return hash;
}

void syspte_fault_stack_add(const syspte_fault_stack *stack)
{
    unsigned i = 0;
    if (kept.count == STACKS || syspte_fault_stack_is_kept(stack)) {
        return;
    }
    uint64_t hash = hash_of(stack);
    while (i < kept.count && kept.lines[i] != hash) {
        i++;
    }
    kept.rows[kept.count] = *stack;
    kept.lines[kept.count] = hash;
    kept.repeats[kept.count] = i < kept.count;
    kept.count++;
}

unsigned syspte_fault_stack_count(void)
{
    return kept.count;
}

// Copies one stack out, so that its line is written without the lock.
static bool row_at(unsigned index, syspte_fault_stack *out, bool *repeats)
{
    syspte_world_take();
    bool there = index < kept.count;
    if (there) {
        *out = kept.rows[index];
        *repeats = kept.repeats[index];
    }
    syspte_world_give();
    return there;
}

void syspte_fault_log(const syspte_writer *writer)
{
    static const char *const fates[] = {"failed ", "would-fail ", "known ", "excluded "};
    const syspte_writer *out = writer == NULL ? &syspte_writer_stderr : writer;
    syspte_fault_stack row;
    line words;
    bool repeats = false;
    for (unsigned i = 0; syspte_the.reportable && row_at(i, &row, &repeats); i++) {
        if (repeats) {
            continue;
        }
        line_make(&row, &words);
        syspte_text text = {.writer = out};
        syspte_text_add(&text, fates[row.fate]);
        syspte_text_add(&text, words.text);
        syspte_text_end(&text);
    }
}
