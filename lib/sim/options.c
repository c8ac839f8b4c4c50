// SPDX-License-Identifier: MIT
// One table of options; each is a number, a word out of a list, or a path. A value is kept as a
// number, and applied to the defaults whenever they are asked for.
#include "sim/options.h"

#include "core/text.h"
#include "sim/machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syspte/suppression.h>

enum { WORDS = 6, PATH_BYTES = 1024, MESSAGE_BYTES = 256 };

typedef enum option_id {
    PROFILE,
    PTES,
    STRICTNESS,
    ORDER,
    STACKS,
    QUARANTINE,
    HISTORY,
    ACCOUNTING_ONLY,
    GAP,
    REPORT,
    SUPPRESSIONS,
    UNUSED_SUPPRESSIONS,
    HELP,
    OPTIONS
} option_id;

typedef enum shape { NUMBER, WORD, NAME } shape;

typedef struct option {
    const char *name;
    const char *words; // what it means
    shape shape;
    uint64_t most;            // NUMBER
    const char *value[WORDS]; // WORD: in order of the numbers
} option;

static const option options[OPTIONS] = {
    [PROFILE] =
        {"profile", "the Windows that is simulated: a name of syspte_profile_at", NAME, 0, {0}},
    [PTES] = {"ptes", "system PTEs of the machine; 0: the profile's", NUMBER, 1ull << 32, {0}},
    [STRICTNESS] = {"strictness",
                    "how closely Windows looks",
                    WORD,
                    0,
                    {"free", "track", "check", "verifier"}},
    [ORDER] = {"order", "how PTEs are handed out to threads", WORD, 0, {"strict", "fast"}},
    [STACKS] = {"stacks", "frames stored with each call", NUMBER, 32, {0}},
    [QUARANTINE] =
        {"quarantine", "freed PTEs that wait before they are used again", NUMBER, 1ull << 32, {0}},
    [HISTORY] = {"history", "ended mappings that are remembered", NUMBER, 1u << 24, {0}},
    [ACCOUNTING_ONLY] =
        {"accounting_only", "mappings have no memory behind them", WORD, 0, {"0", "1"}},
    [GAP] = {"gap", "a page that faults lies behind each mapping", WORD, 0, {"0", "1"}},
    [REPORT] =
        {"report", "where reports go: stderr, stdout, or a file they are added to", NAME, 0, {0}},
    [SUPPRESSIONS] = {"suppressions", "a file of leaks that are known", NAME, 0, {0}},
    [UNUSED_SUPPRESSIONS] =
        {"unused_suppressions", "what one that covers nothing does", WORD, 0, {"note", "fail"}},
    [HELP] = {"help", "lists the options on stderr", WORD, 0, {"0", "1"}},
};

typedef struct setting {
    bool set;
    uint64_t number;
    char name[PATH_BYTES];
} setting;

static struct {
    bool environment_read;
    bool environment_wrong;
    char message[MESSAGE_BYTES];
    setting values[OPTIONS];
    setting trial[OPTIONS]; // while a text is read
    FILE *report;
} state;

// ---- Reading

static bool refuse(const char *what, size_t length, const char *why)
{
    int shown = length < 80 ? (int)length : 80;
    (void)snprintf(state.message, sizeof state.message,
                   "SYSPTE_OPTIONS: \"%.*s\" %s; help=1 lists "
                   "all of them",
                   shown, what, why);
    return false;
}

static bool number_read(const option *o, const char *value, setting *out)
{
    char *end;
    errno = 0;
    out->number = strtoull(value, &end, 0);
    return *value >= '0' && *value <= '9' && *end == '\0' && errno == 0 && out->number <= o->most;
}

static bool word_read(const option *o, const char *value, setting *out)
{
    for (out->number = 0; out->number < WORDS && o->value[out->number] != NULL; out->number++) {
        if (strcmp(o->value[out->number], value) == 0) {
            return true;
        }
    }
    return false;
}

static bool value_read(const option *o, const char *value, setting *out)
{
    out->set = true;
    (void)snprintf(out->name, sizeof out->name, "%s", value);
    if (o == &options[PROFILE]) {
        return syspte_profile_find(value) != NULL;
    }
    return o->shape == NUMBER ? number_read(o, value, out)
           : o->shape == WORD ? word_read(o, value, out)
                              : *value != '\0';
}

// "name=value", of `length` bytes.
static bool option_read(const char *text, size_t length)
{
    char value[PATH_BYTES];
    const char *equals = memchr(text, '=', length);
    if (equals == NULL) {
        return refuse(text, length, "is not name=value");
    }
    size_t name_length = (size_t)(equals - text);
    size_t value_length = length - name_length - 1;
    if (value_length >= sizeof value) {
        return refuse(text, length, "is too long");
    }
    memcpy(value, equals + 1, value_length);
    value[value_length] = '\0';
    for (unsigned i = 0; i < OPTIONS; i++) {
        if (strlen(options[i].name) == name_length &&
            strncmp(options[i].name, text, name_length) == 0) {
            return value_read(&options[i], value, &state.trial[i]) ||
                   refuse(text, length, "has a value that is none");
        }
    }
    return refuse(text, name_length, "is no option");
}

static bool files_open(void)
{
    const setting *report = &state.trial[REPORT];
    const setting *suppressions = &state.trial[SUPPRESSIONS];
    FILE *file = NULL;
    if (report->set && strcmp(report->name, "stderr") != 0 && strcmp(report->name, "stdout") != 0) {
        file = fopen(report->name, "a");
        if (file == NULL) {
            return refuse(report->name, strlen(report->name), "cannot be opened for the report");
        }
    }
    if (suppressions->set) {
        // Said at each later boot: a framework may end the test inside of the reading.
        (void)refuse(suppressions->name, strlen(suppressions->name), "has no suppressions");
        if (!syspte_suppressions_read(suppressions->name)) {
            return false;
        }
    }
    if (state.report != NULL) {
        (void)fclose(state.report);
    }
    state.report = file;
    return true;
}

static bool text_read(const char *text)
{
    memcpy(state.trial, state.values, sizeof state.trial);
    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, ":");
        if (length != 0 && !option_read(text, length)) {
            return false;
        }
        text += length + (text[length] == ':');
    }
    if (!files_open()) {
        return false;
    }
    memcpy(state.values, state.trial, sizeof state.values);
    if (state.values[HELP].number != 0) {
        syspte_options_help(NULL);
    }
    return true;
}

static void environment_read(void)
{
    if (!state.environment_read) {
        state.environment_read = state.environment_wrong = true;
        state.environment_wrong = !text_read(getenv("SYSPTE_OPTIONS"));
    }
}

bool syspte_options_set(const char *text)
{
    environment_read();
    if (text == NULL) {
        memset(state.values, 0, sizeof state.values);
        state.environment_wrong = false;
    }
    bool good = text_read(text);
    if (!good) {
        syspte_misused(state.message);
    }
    return good;
}

const char *syspte_options_wrong(void)
{
    environment_read();
    return state.environment_wrong ? state.message : NULL;
}

// ---- Use

void syspte_options_apply(syspte_config *config)
{
    const setting *v = state.values;
    environment_read();
    config->profile = v[PROFILE].set ? syspte_profile_find(v[PROFILE].name) : config->profile;
    config->pte_count = v[PTES].set ? v[PTES].number : config->pte_count;
    config->strictness =
        v[STRICTNESS].set ? (syspte_strictness)v[STRICTNESS].number : config->strictness;
    config->order = v[ORDER].set ? (syspte_order)v[ORDER].number : config->order;
    config->stack_frames = v[STACKS].set ? (unsigned)v[STACKS].number : config->stack_frames;
    config->quarantine_ptes = v[QUARANTINE].set ? v[QUARANTINE].number : config->quarantine_ptes;
    config->history_rows = v[HISTORY].set ? (uint32_t)v[HISTORY].number : config->history_rows;
    config->accounting_only =
        v[ACCOUNTING_ONLY].set ? v[ACCOUNTING_ONLY].number != 0 : config->accounting_only;
    config->gap = v[GAP].set ? v[GAP].number != 0 : config->gap;
}

static void file_write(void *context, const char *text, size_t bytes)
{
    (void)context;
    (void)fwrite(text, 1, bytes, state.report);
    (void)fflush(state.report);
}

const syspte_writer *syspte_options_writer(void)
{
    static const syspte_writer file = {file_write, NULL};
    environment_read();
    if (state.report != NULL) {
        return &file;
    }
    return state.values[REPORT].set && strcmp(state.values[REPORT].name, "stdout") == 0
               ? &syspte_writer_stdout
               : &syspte_writer_stderr;
}

bool syspte_options_unused_fails(void)
{
    environment_read();
    return state.values[UNUSED_SUPPRESSIONS].number != 0;
}

// ---- Help

static void values_put(syspte_text *text, const option *o)
{
    for (unsigned i = 0; i < WORDS && o->value[i] != NULL; i++) {
        syspte_text_add(text, i == 0 ? " (" : ", ");
        syspte_text_add(text, o->value[i]);
    }
    syspte_text_add(text, o->value[0] != NULL ? ")" : NULL);
    if (o->shape == NUMBER) {
        syspte_text_add(text, " (0 to ");
        syspte_text_decimal(text, o->most);
        syspte_text_add(text, ")");
    }
}

void syspte_options_help(const syspte_writer *writer)
{
    syspte_text text = {.writer = writer != NULL ? writer : &syspte_writer_stderr};
    syspte_text_add(&text, "SYSPTE_OPTIONS=\"name=value:name=value\" changes the defaults:");
    syspte_text_end(&text);
    for (unsigned i = 0; i < OPTIONS; i++) {
        syspte_text_add(&text, "  ");
        syspte_text_add(&text, options[i].name);
        syspte_text_add(&text, ": ");
        syspte_text_add(&text, options[i].words);
        values_put(&text, &options[i]);
        if (state.values[i].set) {
            syspte_text_add(&text, "; now ");
            syspte_text_add(&text, state.values[i].name);
        }
        syspte_text_end(&text);
    }
}
