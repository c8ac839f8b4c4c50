// SPDX-License-Identifier: MIT
// syspte_bench: how fast the library is, against peers that run in the same process and in turn
// with it. script/bench builds and runs it; docs/performance.md says what the numbers mean.
#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: syspte_bench [--quick] [--only TEXT] [--json | --markdown] [--memcheck RESULT]\n"
    "  --quick      tiny sizes, to see that everything works; the times mean nothing\n"
    "  --only TEXT  only rows whose name contains TEXT\n"
    "  --json       for programs; --markdown: for docs/performance.md\n"
    "  --memcheck-pair    print what --memcheck takes; to be run under Valgrind\n";

typedef struct run {
    syspte_bench_options options;
    syspte_bench_result results[128];
    unsigned count;
} run;

static void run_rows(void *context)
{
    run *r = context;

    for (unsigned i = 0; i < syspte_bench_row_count; i++) {
        const syspte_bench_row *row = &syspte_bench_rows[i];

        if (r->options.only != NULL && strstr(row->name, r->options.only) == NULL)
            continue;
        for (unsigned fast = 0; fast < 2; fast++) {
            if (isatty(STDERR_FILENO))
                fprintf(stderr, "\r\033[K    %u/%u %s", i + 1, syspte_bench_row_count, row->name);
            r->results[r->count++] = syspte_bench_row_run(row, fast, &r->options);
        }
    }
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

static void run_memcheck_pair(void *context)
{
    (void)context;
    syspte_bench_memcheck_pair();
}

int main(int argc, char **argv)
{
    static run r;
    void (*print)(FILE *, const syspte_bench_result *, unsigned) = syspte_bench_print_text;

    // The last CPU: interrupts tend to go to the first.
    (void)(syspte_bench_pin(1) || syspte_bench_pin(0));
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--memcheck-pair") == 0) {
            syspte_bench_at_depth(run_memcheck_pair, NULL);
            return 0;
        } else if (strcmp(argv[i], "--quick") == 0) {
            r.options.quick = true;
        } else if (strcmp(argv[i], "--json") == 0) {
            print = syspte_bench_print_json;
        } else if (strcmp(argv[i], "--markdown") == 0) {
            print = syspte_bench_print_markdown;
        } else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
            r.options.only = argv[++i];
        } else if (strcmp(argv[i], "--memcheck") == 0 && i + 1 < argc) {
            r.options.memcheck = argv[++i];
        } else {
            fputs(usage, stderr);
            return 2;
        }
    }
    syspte_bench_at_depth(run_rows, &r);
    print(stdout, r.results, r.count);
    return 0;
}
