// SPDX-License-Identifier: MIT
// Time, CPUs and medians.
#include "bench.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

uint64_t syspte_bench_now(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

bool syspte_bench_pin(unsigned nth)
{
    static cpu_set_t allowed;
    static bool known;
    cpu_set_t one;

    if (!known) // before anything is pinned: the main thread asks first
        known = sched_getaffinity(0, sizeof(allowed), &allowed) == 0;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &allowed) || nth-- > 0)
            continue;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        return pthread_setaffinity_np(pthread_self(), sizeof(one), &one) == 0;
    }
    return false;
}

static int compare(const void *left, const void *right)
{
    double l = *(const double *)left;
    double r = *(const double *)right;

    return (l > r) - (l < r);
}

double syspte_bench_median(double *values, unsigned count)
{
    qsort(values, count, sizeof(*values), compare);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

static __attribute__((noinline)) void descend(void (*run)(void *), void *context, unsigned depth)
{
    if (depth == 0)
        run(context);
    else
        descend(run, context, depth - 1);
    __asm__ volatile(""); // something after the call, so that it cannot become a jump
}

void syspte_bench_at_depth(void (*run)(void *context), void *context)
{
    descend(run, context, 24);
}

void syspte_bench_fail(const char *who, const char *what)
{
    fprintf(stderr, "syspte_bench: %s: %s\n", who, what);
    exit(1);
}
