// SPDX-License-Identifier: MIT
// The results as text for a terminal, as Markdown for the documentation, and as JSON for a program.
#include "bench.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static const char *const order_text[] = {
    "default: profile win7-x64, order strict, strictness CHECK",
    "fast: profile win7-x64, order fast, strictness CHECK",
};

typedef struct text {
    char at[64];
} text;

__attribute__((format(printf, 1, 2))) static text format(const char *how, ...)
{
    text result;
    va_list arguments;

    va_start(arguments, how);
    (void)vsnprintf(result.at, sizeof(result.at), how, arguments);
    va_end(arguments);
    return result;
}

// Three digits that mean something.
static text number(double value)
{
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;

    return format("%.*f", digits, value);
}

static text quantity(double value, const char *unit)
{
    if (strcmp(unit, "ns") == 0 && value >= 1e9)
        return format("%s s", number(value / 1e9).at);
    if (strcmp(unit, "ns") == 0 && value >= 1e6)
        return format("%s ms", number(value / 1e6).at);
    if (strcmp(unit, "ns") == 0 && value >= 1e4)
        return format("%s us", number(value / 1e3).at);
    return format("%s %s", number(value).at, unit);
}

static text bound(const syspte_bench_row *row, double value)
{
    const char *sign = row->sense == SYSPTE_BENCH_AT_MOST ? "<=" : ">=";

    if (value == 0)
        return format("-");
    return format("%s %g%s%s", sign, value, row->peer == NULL ? " " : "x",
                  row->peer == NULL ? row->unit : "");
}

static const char *verdict(const syspte_bench_result *result)
{
    if (result->row->floor == 0)
        return "-";
    return syspte_bench_meets(result, result->row->goal)    ? "goal"
           : syspte_bench_meets(result, result->row->floor) ? "floor"
                                                            : "NEITHER";
}

// The columns of a row after its name, each followed by `separator`.
typedef struct cells {
    text ours, peer, ratio, spread, floor, goal;
    const char *meets;
} cells;

static cells cells_of(const syspte_bench_result *result)
{
    const syspte_bench_row *row = result->row;
    cells c = {.floor = bound(row, row->floor), .goal = bound(row, row->goal)};
    const char *times = row->peer == NULL ? "" : "x";

    if (result->skipped != NULL) {
        c.ours = c.peer = c.spread = format("-");
        c.ratio = format("%s", "skipped");
        c.meets = result->skipped;
        return c;
    }
    c.ours = quantity(result->ours, row->unit);
    c.peer = row->peer == NULL ? format("-") : quantity(result->peer, row->unit);
    c.ratio = row->peer == NULL ? c.ours : format("%s%s", number(result->ratio).at, times);
    c.spread = format("%s-%s%s", number(result->ratio_min).at, number(result->ratio_max).at, times);
    c.meets = verdict(result);
    return c;
}

// The value after "key : " in a file of such lines.
static text line_of(const char *path, const char *key)
{
    char line[256];
    text found = {"?"};
    FILE *file = fopen(path, "r");

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        char *value = strchr(line, ':');

        if (strncmp(line, key, strlen(key)) != 0 || value == NULL)
            continue;
        value[strcspn(value, "\n")] = 0;
        found = format("%.60s", value + 2);
        break;
    }
    if (file != NULL)
        (void)fclose(file);
    return found;
}

#define TEXT_OF(number) #number
#define TEXT(number)    TEXT_OF(number)
#ifdef __clang__
#define COMPILER "clang " TEXT(__clang_major__) "." TEXT(__clang_minor__)
#else
#define COMPILER "gcc " __VERSION__
#endif

// The load says whether the rows had the machine to themselves: theirs alone is about 1.
static void print_machine(FILE *to)
{
    struct utsname host;
    double load = -1;

    (void)uname(&host);
    (void)getloadavg(&load, 1);
    fprintf(to, "%s, %ld cores online, %s %s, compiler %s, load %.1f",
            line_of("/proc/cpuinfo", "model name").at, sysconf(_SC_NPROCESSORS_ONLN), host.sysname,
            host.release, COMPILER, load);
}

void syspte_bench_print_text(FILE *to, const syspte_bench_result *results, unsigned count)
{
    print_machine(to);
    fputs("\n", to);
    for (unsigned fast = 0; fast < 2; fast++) {
        fprintf(to, "\n%s\n%-60s %10s %10s %9s %16s %9s %9s  %s\n", order_text[fast], "", "ours",
                "peer", "ratio", "single rounds", "floor", "goal", "meets");
        for (unsigned i = 0; i < count; i++) {
            cells c = cells_of(&results[i]);

            if (results[i].fast == (bool)fast)
                fprintf(to, "%-60s %10s %10s %9s %16s %9s %9s  %s\n", results[i].row->name,
                        c.ours.at, c.peer.at, c.ratio.at, c.spread.at, c.floor.at, c.goal.at,
                        c.meets);
        }
    }
}

void syspte_bench_print_markdown(FILE *to, const syspte_bench_result *results, unsigned count)
{
    fputs("Measured on: ", to);
    print_machine(to);
    fputs(".\n", to);
    for (unsigned fast = 0; fast < 2; fast++) {
        fprintf(to,
                "\n**%s**\n\n| | ours | peer | ratio | single rounds | floor | goal | meets |\n"
                "|---|---|---|---|---|---|---|---|\n",
                order_text[fast]);
        for (unsigned i = 0; i < count; i++) {
            cells c = cells_of(&results[i]);

            if (results[i].fast == (bool)fast)
                fprintf(to, "| %s | %s | %s | **%s** | %s | %s | %s | %s |\n", results[i].row->name,
                        c.ours.at, c.peer.at, c.ratio.at, c.spread.at, c.floor.at, c.goal.at,
                        c.meets);
        }
    }
}

static const char *json_bool(bool value)
{
    return value ? "true" : "false";
}

// Names and peers hold no character that JSON would want escaped.
void syspte_bench_print_json(FILE *to, const syspte_bench_result *results, unsigned count)
{
    fputs("{\"machine\": \"", to);
    print_machine(to);
    fputs("\",\n \"rows\": [", to);
    for (unsigned i = 0; i < count; i++) {
        const syspte_bench_result *r = &results[i];
        const syspte_bench_row *row = r->row;

        fprintf(to,
                "%s\n  {\"name\": \"%s: %s\", \"profile\": \"win7-x64\", \"order\": \"%s\", "
                "\"strictness\": \"CHECK\", \"sense\": \"%s\", ",
                i == 0 ? "" : ",", r->fast ? "fast" : "default", row->name,
                r->fast ? "fast" : "strict",
                row->sense == SYSPTE_BENCH_AT_MOST ? "at most" : "at least");
        if (r->skipped != NULL) {
            fprintf(to,
                    "\"skipped\": \"%s\", \"ratio\": null, \"floor\": %g, \"goal\": %g, "
                    "\"meets_floor\": null, \"meets_goal\": null}",
                    r->skipped, row->floor, row->goal);
            continue;
        }
        fprintf(to,
                "\"unit\": \"%s\", \"ours\": %.4g, \"peer\": %.4g, \"ratio\": %.4g, "
                "\"ratio_min\": %.4g, \"ratio_max\": %.4g, ",
                row->unit, r->ours, r->peer, r->ratio, r->ratio_min, r->ratio_max);
        if (row->floor == 0)
            fputs("\"floor\": null, \"goal\": null, \"meets_floor\": null, \"meets_goal\": null}",
                  to);
        else
            fprintf(to, "\"floor\": %g, \"goal\": %g, \"meets_floor\": %s, \"meets_goal\": %s}",
                    row->floor, row->goal, json_bool(syspte_bench_meets(r, row->floor)),
                    json_bool(syspte_bench_meets(r, row->goal)));
    }
    fputs("\n ]}\n", to);
}
