// SPDX-License-Identifier: MIT
// One table of what is pending, in the order of queuing. What an entry needs to run is copied when
// it is queued, so that nothing of the driver's is read under the lock. An entry is taken off the
// table before it runs, so that its routine can queue the object again.
// Source: nc-wdm-kdeferred_routine, nf-wdm-kesettimerex, nf-wdm-ioqueueworkitem.
#include "sim/pending.h"

#include "sim/interrupt.h"
#include "sim/irql.h"
#include "sim/raise.h"
#include <syspte/pending.h>

enum { ENTRIES = 1024, RUNS_MOST = 10000 };

#define BEGINNING 132223104000000000ull // 2020-01-01, in units of 100 nanoseconds since 1601

static struct {
    uint32_t generation;
    unsigned count;
    uint64_t now;
    syspte_pending entries[ENTRIES];
} queue;

// Forgets what an older machine left. Lock: held.
static void renew(void)
{
    if (queue.generation != syspte_the.generation) {
        queue.generation = syspte_the.generation;
        queue.count = 0;
        queue.now = BEGINNING;
    }
}

static unsigned find(const void *object)
{
    unsigned i = 0;
    renew();
    while (i < queue.count && queue.entries[i].object != object) {
        i++;
    }
    return i;
}

static void take_off(unsigned at)
{
    syspte_row row;
    if (syspte_object_find(SYSPTE_KIND_QUEUED, queue.entries[at].object, &row)) {
        syspte_object_drop(&row);
    }
    queue.count--;
    for (unsigned i = at; i < queue.count; i++) {
        queue.entries[i] = queue.entries[i + 1];
    }
}

bool syspte_pending_add(syspte_call *call, const syspte_pending *pending)
{
    if (find(pending->object) != queue.count) {
        return false;
    }
    if (queue.count == ENTRIES) {
        syspte_event event = {.rule = SYSPTE_RULE_HOLDINGS_FULL};
        (void)syspte_call_violate(call, &event, 0, 0, 0);
        return false;
    }
    syspte_pending *added = &queue.entries[queue.count++];
    *added = *pending;
    added->context = syspte_call_context(call, SYSPTE_KIND_QUEUED, SYSPTE_CACHE_CACHED, 0);
    (void)syspte_object_hold(call, SYSPTE_KIND_QUEUED, pending->object, sizeof(KDPC));
    return true;
}

bool syspte_pending_remove(const void *object)
{
    unsigned at = find(object);
    bool there = at < queue.count;
    if (there) {
        take_off(at);
    }
    return there;
}

uint32_t syspte_pending_context(const void *object)
{
    unsigned at = find(object);
    return at < queue.count ? queue.entries[at].context : 0;
}

// ---- Time

uint64_t syspte_pending_now(void)
{
    syspte_world_take();
    renew();
    uint64_t now = queue.now;
    syspte_world_give();
    return now;
}

uint64_t syspte_pending_due(LONGLONG timeout)
{
    return timeout < 0 ? syspte_pending_now() + (0 - (uint64_t)timeout) : (uint64_t)timeout;
}

void syspte_pending_reach(uint64_t time)
{
    syspte_world_take();
    renew();
    queue.now = time > queue.now ? time : queue.now;
    syspte_world_give();
}

// ---- Running

// Takes the first entry of that kind off; of timers the earliest one up to `until`, which becomes
// the time.
static bool next(syspte_pending_kind kind, uint64_t until, syspte_pending *out)
{
    unsigned found = ENTRIES;
    syspte_world_take();
    renew();
    for (unsigned i = 0; i < queue.count; i++) {
        const syspte_pending *e = &queue.entries[i];
        bool earlier = found == ENTRIES || e->due < queue.entries[found].due;
        if (e->kind == kind && earlier && (kind != SYSPTE_PENDING_TIMER || e->due <= until)) {
            found = i;
        }
    }
    if (found != ENTRIES) {
        *out = queue.entries[found];
        take_off(found);
        queue.now = out->due > queue.now ? out->due : queue.now;
    }
    syspte_world_give();
    return found != ENTRIES;
}

// The routine came back at another IRQL: the call that queued it is named.
static void say_irql(const syspte_pending *pending)
{
    syspte_event event = {.rule = SYSPTE_RULE_ROUTINE_IRQL, .call = pending->context};
    syspte_world_take();
    (void)syspte_violate(&event, 0, 0, 0);
    syspte_world_give();
}

static void run(const syspte_pending *pending)
{
    syspte_thread *thread = syspte_thread_now();
    KIRQL before = thread->irql;
    KIRQL irql = pending->kind == SYSPTE_PENDING_WORK ? PASSIVE_LEVEL : DISPATCH_LEVEL;
    unsigned wall = syspte_seh_wall();
    syspte_irql_set(thread, irql);
    pending->run(pending);
    syspte_seh_wall_end(wall);
    if (thread->irql != irql) {
        say_irql(pending);
    }
    syspte_irql_set(thread, before);
}

bool syspte_pending_step(uint64_t until)
{
    syspte_pending pending;
    if (syspte_interrupt_step()) {
        return true;
    }
    bool found = next(SYSPTE_PENDING_DPC, 0, &pending) || next(SYSPTE_PENDING_WORK, 0, &pending) ||
                 next(SYSPTE_PENDING_TIMER, until, &pending);
    if (found) {
        run(&pending);
    }
    return found;
}

void syspte_pending_flush_dpcs(void)
{
    syspte_pending pending;
    syspte_world_take();
    renew();
    unsigned left = 0;
    for (unsigned i = 0; i < queue.count; i++) {
        left += queue.entries[i].kind == SYSPTE_PENDING_DPC;
    }
    syspte_world_give();
    while (left-- > 0 && next(SYSPTE_PENDING_DPC, 0, &pending)) {
        run(&pending);
    }
}

// ---- The test

// Runs all up to a time. Timers are no routines: they are not counted.
static uint64_t run_until(uint64_t until)
{
    syspte_pending pending;
    uint64_t ran = 0;
    uint64_t expired = 0;
    while (ran < RUNS_MOST && expired < RUNS_MOST) {
        if (syspte_interrupt_step()) {
            ran++;
            continue;
        }
        if (next(SYSPTE_PENDING_DPC, 0, &pending) || next(SYSPTE_PENDING_WORK, 0, &pending)) {
            ran++;
        } else if (next(SYSPTE_PENDING_TIMER, until, &pending)) {
            expired++;
        } else {
            return ran;
        }
        run(&pending);
    }
    syspte_misused("10,000 routines ran and more are pending: one queues itself anew, or a timer's "
                   "period is too short for the time that passes");
    return ran;
}

static bool is_usable(void)
{
    if (!syspte_the.booted) {
        syspte_misused("syspte/pending.h needs a machine: call syspte_boot first");
        return false;
    }
    if (syspte_thread_now()->irql >= DISPATCH_LEVEL) {
        syspte_misused("nothing can run at DISPATCH_LEVEL or above: lower the IRQL first");
        return false;
    }
    return true;
}

uint64_t syspte_run_pending(void)
{
    return is_usable() ? run_until(syspte_pending_now()) : 0;
}

uint64_t syspte_time_advance(uint64_t units)
{
    if (!is_usable()) {
        return 0;
    }
    uint64_t until = syspte_pending_now() + units;
    uint64_t ran = run_until(until);
    syspte_pending_reach(until);
    return ran;
}
