// SPDX-License-Identifier: MIT
// The machine in the formats of !sysptes, !vm and typeperf. Runs and mappings are copied a few at a
// time under the lock, and written without it. A PTE has the address that the self-map of older
// Windows gives it.
// Source: drivers/debuggercmds/-sysptes, -vm; bug check 0x3F; windows-server/administration
// typeperf.
#include "sim/machine.h"
#include "sim/pending.h"

#include <syspte/sysptes.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum {
    RUNS = 32,       // copied at a time
    UNITS = 10000000 // of simulated time in a second; it counts from 1601 on
};

typedef struct run {
    uint64_t start;
    uint64_t pte_count;
} run;

static __attribute__((format(printf, 2, 3))) void line(const syspte_writer *writer,
                                                       const char *format, ...)
{
    char text[512];
    const syspte_writer *out = writer != NULL ? writer : &syspte_writer_stderr;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length > 0) {
        size_t bytes = (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
        out->write(out->context, text, bytes);
    }
}

// ---- Free PTEs

static uint64_t pte_address(uint64_t index)
{
    const syspte_profile *profile = syspte_the.config.profile;
    uint64_t page = (profile->system_va >> 12) + index;
    return profile->pointer_bits == 64
               ? 0xFFFFF68000000000ull + (page & ((1ull << 36) - 1)) * sizeof(uint64_t)
               : 0xC0000000ull + page * sizeof(uint64_t);
}

static unsigned runs_take(uint64_t *from, run out[RUNS])
{
    syspte_machine *m = &syspte_the;
    unsigned count = 0;
    syspte_world_take();
    while (count < RUNS && *from < m->pool.pte_count) {
        run *r = &out[count];
        r->start = syspte_pool_next_free(&m->pool, *from, &r->pte_count);
        if (r->start == SYSPTE_POOL_NONE) {
            *from = m->pool.pte_count;
            break;
        }
        *from = r->start + r->pte_count;
        count++;
    }
    syspte_world_give();
    return count;
}

static void write_free(const syspte_writer *writer, int digits)
{
    syspte_counters now = syspte_counters_now();
    run runs[RUNS];
    uint64_t from = 0;
    unsigned count;
    line(writer, "    starting PTE: %0*" PRIx64 "\n", digits, pte_address(0));
    line(writer, "    ending PTE:   %0*" PRIx64 "\n", digits, pte_address(now.pte_total - 1));
    do {
        count = runs_take(&from, runs);
        for (unsigned i = 0; i < count; i++) {
            line(writer, "      free ptes: %0*" PRIx64 "   number free: %" PRIu64 ".\n", digits,
                 pte_address(runs[i].start), runs[i].pte_count);
        }
    } while (count == RUNS);
    line(writer,
         "  free blocks: %" PRIu64 "   total free: %" PRIu64 "    largest free block: %" PRIu64
         "\n",
         now.free_blocks, now.pte_free, now.largest_free_block);
}

// ---- Mappings

// "hw.c!StartDevice+42", without the folders of the file.
static void caller_name(const syspte_context *context, char *out, size_t bytes)
{
    const char *file = context->file;
    if (file == NULL) {
        syspte_port_symbol(context->return_address, out, bytes);
        return;
    }
    for (const char *at = file; *at != '\0'; at++) {
        file = *at == '/' || *at == '\\' ? at + 1 : file;
    }
    (void)snprintf(out, bytes, "%s!%s+%" PRIu32, file,
                   context->function != NULL ? context->function : "?", context->line);
}

// The function that called the one with the call; "" where no stack says it.
static void callers_caller_name(const syspte_context *context, char *out, size_t bytes)
{
    unsigned count = 0;
    const uint64_t *frames = NULL;
    out[0] = '\0';
    if (context->stack != 0) {
        frames = syspte_stacks_at(&syspte_the.account.stacks, context->stack, &count);
    }
    if (count > 1) {
        syspte_port_symbol((uintptr_t)frames[1], out, bytes);
    }
}

typedef struct listing {
    const syspte_writer *writer;
    int digits;
} listing;

static bool write_mapping(void *context, const syspte_mapping *mapping)
{
    const listing *l = context;
    char caller[160];
    char above[160];
    caller_name(mapping->context, caller, sizeof caller);
    callers_caller_name(mapping->context, above, sizeof above);
    line(l->writer, "%0*" PRIx64 " %0*" PRIx64 " %8" PRIu64 "  %s/%s\n", l->digits,
         mapping->system_va, l->digits, mapping->physical_address & ~(uint64_t)0xFFF,
         mapping->pte_count, caller, above);
    return true;
}

static void write_locked(const syspte_writer *writer, int digits)
{
    listing l = {.writer = writer, .digits = digits};
    line(writer, "0x%" PRIx64 " System PTEs allocated to mapping locked pages\n",
         syspte_counters_now().live_ptes);
    line(writer, "%-*s %-*s PageCount  Caller/CallersCaller\n", digits, "VA", digits, "MDL");
    syspte_mappings_each(write_mapping, &l);
}

// ---- The whole

void syspte_sysptes(const syspte_writer *writer, unsigned flags)
{
    if (!syspte_the.booted) {
        return;
    }
    int digits = (int)syspte_the.config.profile->pointer_bits / 4;
    line(writer, "System PTE Information\n");
    line(writer, "  Total System Ptes %" PRIu64 "\n", syspte_the.config.pte_count);
    if ((flags & SYSPTE_SYSPTES_FREE) != 0) {
        write_free(writer, digits);
    }
    if ((flags & SYSPTE_SYSPTES_LOCKED) != 0) {
        write_locked(writer, digits);
    }
}

void syspte_vm(const syspte_writer *writer)
{
    if (!syspte_the.booted) {
        return;
    }
    syspte_counters now = syspte_counters_now();
    line(writer, " Free System PTEs: %8" PRIu64 "   (%8" PRIu64 " Kb)\n", now.pte_free,
         now.pte_free * 4);
    if (now.pte_free < syspte_the.config.profile->free_critical) {
        line(writer, " ********** Running out of system PTEs **************\n");
    }
    if (now.failed_maps != 0) {
        line(writer, " ******* %" PRIu64 " system PTE allocations have failed ******\n",
             now.failed_maps);
    }
}

void syspte_typeperf_header(const syspte_writer *writer)
{
    line(writer, "\"(PDH-CSV 4.0)\",\"\\\\SYSPTE\\Memory\\Free System Page Table Entries\"\n");
}

typedef struct date {
    unsigned year;
    unsigned month;
    unsigned day;
} date;

static unsigned days_of(const date *d)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = d->year % 4 == 0 && (d->year % 100 != 0 || d->year % 400 == 0);
    return days[d->month - 1] + (leap && d->month == 2 ? 1u : 0u);
}

static date date_of(uint64_t day)
{
    date d = {.year = 1601, .month = 1};
    while (day >= days_of(&d)) {
        day -= days_of(&d);
        d.year += d.month == 12;
        d.month = d.month == 12 ? 1 : d.month + 1;
    }
    d.day = (unsigned)day + 1;
    return d;
}

void syspte_typeperf_sample(const syspte_writer *writer)
{
    if (!syspte_the.booted) {
        return;
    }
    uint64_t units = syspte_pending_now();
    uint64_t seconds = units / UNITS;
    date d = date_of(seconds / 86400);
    line(writer,
         "\"%02u/%02u/%04u %02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 ".%03" PRIu64 "\",\"%" PRIu64
         ".000000\"\n",
         d.month, d.day, d.year, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60,
         units % UNITS / 10000, syspte_counters_now().pte_free);
}
