// SPDX-License-Identifier: MIT
// One screen that shows what leaked system PTEs look like: the drivers of this folder go through
// 600 suspend/resume cycles on a simulated Windows, and the leaking one is then left running until
// a map fails, on every profile small enough for that; the others are extrapolated and say so.
// An argument is the number of PTEs up to which a profile is small enough. It exits with 1 if a
// driver does not behave as its file says.
#include "xen_resume.h"

#include <syspte/syspte.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CYCLES = 600,
    CHART_COLUMNS = 60,
    CHART_ROWS = 12,
    CHART_LEVELS = 3 * CHART_ROWS, // a row shows three heights
    SCREEN_COLUMNS = 100,
    SIMULATED_PTES = 1 << 20 // up to here a profile is filled well within a second
};

#define SHARED_INFO_ADDRESS 0xF2000000
#define GRANT_TABLE_ADDRESS 0xF2100000

typedef struct driver_version {
    const char *name;
    NTSTATUS (*resume)(PDEVICE_EXTENSION);
    VOID (*suspend)(PDEVICE_EXTENSION);
} driver_version;

typedef struct outcome {
    uint64_t free_ptes[CYCLES + 1]; // after the first resume and after each cycle
    uint64_t failures;              // findings that fail a test
    char report[8192];
    size_t report_bytes;
} outcome;

static const driver_version leaking = {"leaking", XenResume, XenSuspend};
static const driver_version fixed = {"fixed", XenResumeFixed, XenSuspendFixed};

static const char *red = "", *green = "", *bold = "", *plain = "";

static void colours_choose(void)
{
    const char *no_color = getenv("NO_COLOR");

    if (isatty(STDOUT_FILENO) && (no_color == NULL || no_color[0] == '\0')) {
        red = "\x1b[31m";
        green = "\x1b[32m";
        bold = "\x1b[1m";
        plain = "\x1b[0m";
    }
}

// 1234567 as "1,234,567". The text lives until the fourth call after this one.
static const char *grouped(uint64_t number)
{
    static char texts[4][32];
    static unsigned next;
    char *text = texts[next++ % 4];
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, number);
    size_t out = 0;

    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0) {
            text[out++] = ',';
        }
        text[out++] = digits[i];
    }
    text[out] = '\0';
    return text;
}

static void die(const char *what)
{
    fprintf(stderr, "syspte_demo: %s\n", what);
    exit(1);
}

// Gives the machine the hypervisor's pages where `device` will look for them.
static void device_prepare(DEVICE_EXTENSION *device)
{
    memset(device, 0, sizeof *device);
    device->SharedInfoAddress.QuadPart = SHARED_INFO_ADDRESS;
    device->GrantTableAddress.QuadPart = GRANT_TABLE_ADDRESS;
    if (!syspte_memory_add(SHARED_INFO_ADDRESS, XEN_SHARED_INFO_BYTES, SYSPTE_MEMORY_RAM_SHARED) ||
        !syspte_memory_add(GRANT_TABLE_ADDRESS, XEN_GRANT_TABLE_BYTES, SYSPTE_MEMORY_RAM_SHARED)) {
        die("the machine does not take the hypervisor's pages");
    }
}

static void machine_boot(const syspte_profile *profile, DEVICE_EXTENSION *device)
{
    syspte_config config = syspte_config_default();

    config.profile = profile;
    if (!syspte_boot(&config)) {
        die("the machine did not boot");
    }
    device_prepare(device);
}

static bool cycle_run(const driver_version *driver, DEVICE_EXTENSION *device)
{
    driver->suspend(device);
    return NT_SUCCESS(driver->resume(device));
}

static void report_append(void *context, const char *text, size_t bytes)
{
    outcome *out = context;

    if (bytes > sizeof out->report - 1 - out->report_bytes) {
        bytes = sizeof out->report - 1 - out->report_bytes;
    }
    memcpy(out->report + out->report_bytes, text, bytes);
    out->report_bytes += bytes;
    out->report[out->report_bytes] = '\0';
}

static void outcome_collect(const driver_version *driver, const syspte_profile *profile,
                            outcome *out)
{
    syspte_writer writer = {report_append, out};
    DEVICE_EXTENSION device;

    memset(out, 0, sizeof *out);
    machine_boot(profile, &device);
    if (!NT_SUCCESS(driver->resume(&device))) {
        die("the first resume failed");
    }
    out->free_ptes[0] = syspte_counters_now().pte_free;
    for (int cycle = 1; cycle <= CYCLES; cycle++) {
        syspte_scope scope = syspte_scope_enter_cycle("suspend/resume");

        if (!cycle_run(driver, &device)) {
            die("a resume failed within the 600 cycles");
        }
        syspte_scope_leave(scope);
        out->free_ptes[cycle] = syspte_counters_now().pte_free;
    }
    syspte_report(&writer);
    out->failures = syspte_report_failures();
    driver->suspend(&device);
    syspte_shutdown();
}

// ---- The chart

// The height of a number of PTEs, from 0 (none) to CHART_LEVELS - 1 (all).
static unsigned level_of(uint64_t ptes, uint64_t total)
{
    uint64_t level = ptes * CHART_LEVELS / total;

    return level < CHART_LEVELS ? (unsigned)level : CHART_LEVELS - 1;
}

static void chart_row_print(unsigned row, uint64_t total, const outcome *leak, const outcome *clean)
{
    static const char marks[3] = {'.', '-', '\''};
    int blanks = 0; // that wait for something to stand behind them

    for (unsigned column = 0; column < CHART_COLUMNS; column++) {
        unsigned cycle = column * CYCLES / (CHART_COLUMNS - 1);
        unsigned leak_level = level_of(leak->free_ptes[cycle], total);
        bool is_leak = leak_level / 3 == row;

        if (!is_leak && level_of(clean->free_ptes[cycle], total) / 3 != row) {
            blanks++;
            continue;
        }
        printf("%*s%s%c%s", blanks, "", is_leak ? red : green,
               is_leak ? marks[leak_level % 3] : '=', plain);
        blanks = 0;
    }
}

static void chart_print(const syspte_profile *profile, const outcome *leak, const outcome *clean)
{
    uint64_t total = profile->pte_count;
    unsigned warning_row = level_of(profile->free_warning, total) / 3;

    for (unsigned row = CHART_ROWS; row-- > 0;) {
        printf("%8s |", row % 3 == 2 ? grouped(total * (row + 1) / CHART_ROWS) : "");
        chart_row_print(row, total, leak, clean);
        if (row == warning_row) {
            printf(" the advice is to stay above %s", grouped(profile->free_warning));
        }
        putchar('\n');
    }
    printf("%8s +%.*s\n", "0", CHART_COLUMNS,
           "------------------------------------------------------------");
    printf("%10s%-*s%d cycles\n", "0", CHART_COLUMNS - 3, "", CYCLES);
    printf("  %s'-.%s leaking: %s -> %s      %s=%s fixed: %s -> %s\n", red, plain,
           grouped(leak->free_ptes[0]), grouped(leak->free_ptes[CYCLES]), green, plain,
           grouped(clean->free_ptes[0]), grouped(clean->free_ptes[CYCLES]));
}

// ---- The first failure

static bool leaking_begin(void *context)
{
    DEVICE_EXTENSION *device = context;

    device_prepare(device);
    return NT_SUCCESS(leaking.resume(device));
}

static bool leaking_cycle(void *context, uint64_t number)
{
    (void)number;
    return cycle_run(&leaking, context);
}

static void failures_print(uint64_t simulated_ptes)
{
    const syspte_profile *profile;

    printf("  %-17s %-35s %13s %13s\n", "profile", "", "system PTEs", "cycle");
    for (size_t i = 0; (profile = syspte_profile_at(i)) != NULL; i++) {
        bool simulated = profile->pte_count <= simulated_ptes;
        DEVICE_EXTENSION device;
        syspte_prospect leaky = {.cycle = leaking_cycle,
                                 .begin = leaking_begin,
                                 .context = &device,
                                 .cycles_run = simulated ? profile->pte_count : CYCLES};
        syspte_prediction first;

        if (!syspte_predict(&leaky, profile, &first) || first.cycle == 0) {
            die("the leaking driver did not leak");
        }
        printf("  %-17s %-35s %13s %13s  %s\n", profile->name, profile->title,
               grouped(profile->pte_count), grouped(first.cycle),
               first.extrapolated ? "predicted" : "simulated");
    }
}

// ---- The report

// Prints a line of the report, broken between words where the screen ends.
static void line_print(char *line)
{
    size_t indent = 4 + strspn(line, " ");
    size_t column = indent;

    printf("%*s", (int)indent, "");
    for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " ")) {
        size_t length = strlen(word);

        if (column > indent && column + 1 + length > SCREEN_COLUMNS) {
            indent += 8;
            printf("\n%*s%s", (int)indent, "", word);
            column = indent + length;
        } else {
            column += (size_t)printf(column > indent ? " %s" : "%s", word);
        }
    }
    putchar('\n');
}

static void report_print(const driver_version *driver, const char *colour, outcome *out)
{
    printf("  %sThe %s driver:%s\n", colour, driver->name, plain);
    for (char *line = out->report, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        line_print(line);
    }
}

int main(int argc, char **argv)
{
    static outcome leak, clean;
    const syspte_profile *profile = syspte_profile_find("srv2003-x86-3gb");

    colours_choose();
    outcome_collect(&leaking, profile, &leak);
    outcome_collect(&fixed, profile, &clean);

    printf("%sFree system PTEs while a driver suspends and resumes (%s)%s\n", bold, profile->title,
           plain);
    chart_print(profile, &leak, &clean);
    printf("\n%sWhat syspte reports after these cycles%s\n", bold, plain);
    report_print(&leaking, red, &leak);
    report_print(&fixed, green, &clean);
    printf("\n%sThe cycle in which the leaking driver's first map fails%s\n", bold, plain);
    failures_print(argc > 1 ? strtoull(argv[1], NULL, 0) : SIMULATED_PTES);

    return leak.failures > 0 && clean.failures == 0 ? 0 : 1;
}
