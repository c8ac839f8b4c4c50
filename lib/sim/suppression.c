// SPDX-License-Identifier: MIT
// The suppressions: a text of lines, and a table of what each line says. They outlive machines, and
// so does the count of what each one covered.
#include "sim/suppression.h"

#include "core/text.h"
#include "sim/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syspte/suppression.h>

enum { MOST = 256, TEXT_BYTES = 32 * 1024, NAME_BYTES = 160 };

typedef enum kind { LEAK, TAG, API, PHYSICAL, KINDS } kind;

static const char *const kinds[KINDS] = {"leak:", "tag:", "api:", "physical:"};

typedef struct suppression {
    kind kind;
    const char *line;    // whole, in `table.text`
    const char *pattern; // behind the kind
    uint64_t first;      // PHYSICAL
    uint64_t last;
    uint64_t used; // findings
} suppression;

static struct {
    unsigned count;
    size_t bytes;
    suppression rows[MOST];
    char text[TEXT_BYTES];
} table;

// ---- Reading

static bool range_read(suppression *s)
{
    char *end;
    s->first = strtoull(s->pattern, &end, 16);
    bool good = end != s->pattern && *s->pattern != '-';
    s->last = s->first;
    if (good && *end == '-') {
        const char *last = end + 1;
        s->last = strtoull(last, &end, 16);
        good = end != last && *last != '-' && s->last >= s->first;
    }
    return good && *end == '\0';
}

// What a line says, without the space around it; NULL if it is right, and nothing is added for one
// that is empty or a comment.
static const char *line_add(char *line)
{
    line += strspn(line, " \t");
    for (size_t end = strlen(line); end > 0 && strchr(" \t\r", line[end - 1]) != NULL; end--) {
        line[end - 1] = '\0';
    }
    if (*line == '\0' || *line == '#') {
        return NULL;
    }
    suppression s = {.line = line};
    while (s.kind < KINDS && strncmp(line, kinds[s.kind], strlen(kinds[s.kind])) != 0) {
        s.kind++;
    }
    if (s.kind == KINDS) {
        return "it begins with none of leak:, tag:, api: and physical:";
    }
    s.pattern = line + strlen(kinds[s.kind]);
    if (*s.pattern == '\0') {
        return "nothing stands behind the colon";
    }
    if (s.kind == TAG && strlen(s.pattern) > 4) {
        return "a tag has at most four characters";
    }
    if (s.kind == PHYSICAL && !range_read(&s)) {
        return "a physical range is 0xFIRST-0xLAST, or one address";
    }
    if (table.count == MOST) {
        return "there are 256 suppressions already";
    }
    table.rows[table.count++] = s;
    return NULL;
}

static bool refuse(const char *name, unsigned line, const char *why)
{
    char message[NAME_BYTES * 2];
    if (line != 0) {
        (void)snprintf(message, sizeof message, "suppressions: %.*s:%u: %s", NAME_BYTES, name, line,
                       why);
    } else {
        (void)snprintf(message, sizeof message, "suppressions: %.*s: %s", NAME_BYTES, name, why);
    }
    syspte_misused(message);
    return false;
}

bool syspte_suppressions_add(const char *name, const char *text)
{
    unsigned count = table.count;
    size_t bytes = strlen(text) + 1;
    char *at = table.text + table.bytes;
    if (bytes > TEXT_BYTES - table.bytes) {
        return refuse(name, 0, "with these there are more than 32 KiB of them");
    }
    memcpy(at, text, bytes);
    for (unsigned line = 1; at != NULL; line++) {
        char *end = strchr(at, '\n');
        if (end != NULL) {
            *end = '\0';
        }
        const char *wrong = line_add(at);
        if (wrong != NULL) {
            table.count = count;
            return refuse(name, line, wrong);
        }
        at = end != NULL ? end + 1 : NULL;
    }
    table.bytes += bytes;
    return true;
}

bool syspte_suppressions_read(const char *path)
{
    static char text[TEXT_BYTES + 1];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return refuse(path, 0, "the file cannot be opened");
    }
    size_t bytes = fread(text, 1, sizeof text, file);
    bool failed = ferror(file) != 0;
    (void)fclose(file);
    if (failed || bytes > TEXT_BYTES) {
        return refuse(path, 0, failed ? "the file cannot be read" : "it has more than 32 KiB");
    }
    if (memchr(text, '\0', bytes) != NULL) {
        return refuse(path, 0, "it is no text");
    }
    text[bytes] = '\0';
    return syspte_suppressions_add(path, text);
}

void syspte_suppressions_clear(void)
{
    table.count = 0;
    table.bytes = 0;
}

// ---- Use

static bool in_stack(const char *pattern, uint32_t stack)
{
    char name[NAME_BYTES];
    unsigned count = 0;
    const uint64_t *frames =
        stack != 0 ? syspte_stacks_at(&syspte_the.account.stacks, stack, &count) : NULL;
    for (unsigned i = 0; i < count; i++) {
        syspte_port_symbol((uintptr_t)frames[i], name, sizeof name);
        if (syspte_pattern_matches(pattern, name)) {
            return true;
        }
    }
    return false;
}

static bool in_call(const char *pattern, const syspte_context *call)
{
    char name[NAME_BYTES];
    if (call->function != NULL && syspte_pattern_matches(pattern, call->function)) {
        return true;
    }
    if (call->file != NULL && syspte_pattern_matches(pattern, call->file)) {
        return true;
    }
    if (call->file == NULL && call->return_address != 0) {
        syspte_port_symbol(call->return_address, name, sizeof name);
        if (syspte_pattern_matches(pattern, name)) {
            return true;
        }
    }
    return in_stack(pattern, call->stack);
}

static bool is_tag(const char *pattern, uint32_t tag)
{
    char name[5] = "";
    for (unsigned i = 0; i < 4; i++) {
        uint32_t character = tag >> (8 * i) & 0xFF;
        name[i] = (char)(character >= ' ' && character <= '~' ? character : '.');
    }
    return tag != 0 && strncmp(name, pattern, 4) == 0;
}

static bool covers(const suppression *s, const syspte_finding *f)
{
    switch (s->kind) {
    case LEAK:
        return in_call(s->pattern, f->call);
    case TAG:
        return is_tag(s->pattern, f->call->tag);
    case API:
        return strcmp(syspte_api_name(f->call->api), s->pattern) == 0;
    default:
        return !f->held && f->physical_address >= s->first && f->physical_last <= s->last;
    }
}

void syspte_suppressions_apply(void)
{
    const syspte_findings *findings = &syspte_the.account.findings;
    for (uint32_t i = 0; table.count != 0 && i < findings->count; i++) {
        syspte_finding *f = &findings->rows[i].finding;
        if (f->suppressed || f->call == NULL ||
            (f->severity != SYSPTE_LEAK && f->severity != SYSPTE_GROWTH)) {
            continue;
        }
        for (unsigned k = 0; k < table.count && !f->suppressed; k++) {
            f->suppressed = covers(&table.rows[k], f);
            table.rows[k].used += f->suppressed;
        }
    }
}

// ---- Inspect

uint64_t syspte_suppressions_report(const syspte_writer *writer)
{
    syspte_text text = {.writer = writer != NULL ? writer : syspte_options_writer()};
    uint64_t unused = 0;
    bool any = false;
    for (unsigned i = 0; i < table.count; i++) {
        char count[32];
        if (table.rows[i].used == 0) {
            unused++;
            continue;
        }
        if (!any) {
            any = true;
            syspte_text_add(&text, "Suppressions used:");
            syspte_text_end(&text);
            syspte_text_add(&text, "  findings template");
            syspte_text_end(&text);
        }
        (void)snprintf(count, sizeof count, "%10llu ", (unsigned long long)table.rows[i].used);
        syspte_text_add(&text, count);
        syspte_text_add(&text, table.rows[i].line);
        syspte_text_end(&text);
    }
    for (unsigned i = 0; i < table.count; i++) {
        if (table.rows[i].used == 0) {
            syspte_text_add(&text, "syspte: the suppression \"");
            syspte_text_add(&text, table.rows[i].line);
            syspte_text_add(&text, "\" covered nothing: remove it");
            syspte_text_end(&text);
        }
    }
    return unused;
}
