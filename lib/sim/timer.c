// SPDX-License-Identifier: MIT
// Timers on the simulated time, and what else asks for it. A timer expires at DISPATCH_LEVEL: it is
// signaled, its DPC is queued, and if it has a period it is set anew, by the same call.
// Source: nf-wdm-keinitializetimerex, nf-wdm-kesettimerex, nf-wdm-kecanceltimer,
// nf-wdm-kedelayexecutionthread, nf-wdm-kestallexecutionprocessor, nf-wdm-kequerytickcount,
// nf-ntifs-kequeryperformancecounter.
#include "sim/pending.h"

#include "port/port_wait.h"
#include "sim/system_thread.h"

enum {
    TIMER_OBJECT = 8,
    STALL_MOST = 50,
    QUESTIONS = 16,
    MICROSECOND = 10,
    MILLISECOND = 10000,
    SECOND = 10000000
};

VOID KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type)
{
    *Timer = (KTIMER){.Period = 0};
    Timer->Header.Type = (UCHAR)(TIMER_OBJECT + (unsigned)Type);
    Timer->Header.Size = sizeof *Timer / sizeof(LONG);
    InitializeListHead(&Timer->Header.WaitListHead);
}

VOID KeInitializeTimer(PKTIMER Timer)
{
    KeInitializeTimerEx(Timer, NotificationTimer);
}

// A call in the name of the one that set the timer has no caller of its own.
static void expire(const syspte_pending *p)
{
    PKTIMER timer = p->object;
    syspte_call call;
    syspte_pending again = *p;
    const syspte_context *set = syspte_contexts_at(&syspte_the.account.contexts, p->context);
    syspte_caller caller = {.file = set->file,
                            .function = set->function,
                            .line = set->line,
                            .return_address = set->return_address};
    __atomic_store_n(&timer->Header.SignalState, 1, __ATOMIC_RELEASE);
    if (p->period != 0 && syspte_call_begin(&call, set->api, &caller)) {
        again.due += p->period;
        (void)syspte_pending_add(&call, &again);
        syspte_call_end(&call);
    }
    if (p->timer_dpc != NULL) {
        (void)syspte_at_KeInsertQueueDpc(p->timer_dpc, NULL, NULL, set->file, set->line,
                                         set->function);
    }
}

static BOOLEAN set(syspte_api api, const syspte_caller *caller, PKTIMER timer,
                   const syspte_pending *pending)
{
    syspte_call call;
    if (timer->Header.Type != TIMER_OBJECT && timer->Header.Type != TIMER_OBJECT + 1) {
        syspte_object_uninitialized(api, caller, "a timer");
        return FALSE;
    }
    __atomic_store_n(&timer->Header.SignalState, 0, __ATOMIC_RELEASE);
    timer->DueTime.QuadPart = pending->due;
    timer->Period = (ULONG)(pending->period / MILLISECOND);
    timer->Dpc = pending->timer_dpc;
    if (!syspte_call_begin(&call, api, caller)) {
        return FALSE;
    }
    syspte_object_irql(&call, DISPATCH_LEVEL);
    bool was_set = syspte_pending_remove(timer);
    (void)syspte_pending_add(&call, pending);
    syspte_call_end(&call);
    return was_set;
}

SYSPTE_ENTRY(BOOLEAN, KeSetTimerEx, (PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc),
             (Timer, DueTime, Period, Dpc))
{
    syspte_pending pending = {.kind = SYSPTE_PENDING_TIMER,
                              .object = Timer,
                              .run = expire,
                              .due = syspte_pending_due(DueTime.QuadPart),
                              .period = Period > 0 ? (uint64_t)Period * MILLISECOND : 0,
                              .timer_dpc = Dpc};
    return set(SYSPTE_API_KE_SET_TIMER_EX, caller, Timer, &pending);
}

SYSPTE_ENTRY(BOOLEAN, KeSetTimer, (PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc),
             (Timer, DueTime, Dpc))
{
    syspte_pending pending = {.kind = SYSPTE_PENDING_TIMER,
                              .object = Timer,
                              .run = expire,
                              .due = syspte_pending_due(DueTime.QuadPart),
                              .timer_dpc = Dpc};
    return set(SYSPTE_API_KE_SET_TIMER, caller, Timer, &pending);
}

// A DPC that the timer has queued already stays queued.
SYSPTE_ENTRY(BOOLEAN, KeCancelTimer, (PKTIMER Timer), (Timer))
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_KE_CANCEL_TIMER, caller)) {
        return FALSE;
    }
    syspte_object_irql(&call, DISPATCH_LEVEL);
    bool was_set = syspte_pending_remove(Timer);
    syspte_call_end(&call);
    return was_set;
}

// ---- Time

SYSPTE_ENTRY(NTSTATUS, KeDelayExecutionThread,
             (KPROCESSOR_MODE WaitMode, BOOLEAN Alertable, PLARGE_INTEGER Interval),
             (WaitMode, Alertable, Interval))
{
    enum { STEPS_MOST = 10000 };
    syspte_call call;
    uint64_t until = syspte_pending_due(Interval->QuadPart);
    (void)WaitMode;
    (void)Alertable;
    if (!syspte_call_begin(&call, SYSPTE_API_KE_DELAY_EXECUTION_THREAD, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    syspte_object_irql(&call, APC_LEVEL);
    syspte_call_end(&call);
    bool steps_on = !syspte_system_thread_is();
    for (unsigned steps = 0; steps_on && steps < STEPS_MOST && syspte_pending_step(until);
         steps++) {
    }
    if (!steps_on) {
        syspte_port_nap();
        syspte_system_thread_check();
    }
    syspte_pending_reach(until);
    return STATUS_SUCCESS;
}

SYSPTE_ENTRY_VOID(KeStallExecutionProcessor, (ULONG MicroSeconds), (MicroSeconds))
{
    syspte_call call;
    if (!syspte_call_begin(&call, SYSPTE_API_KE_STALL_EXECUTION_PROCESSOR, caller)) {
        return;
    }
    if (MicroSeconds > STALL_MOST) {
        syspte_object_violate(&call, SYSPTE_RULE_STALL_LONG, NULL, NULL);
    }
    syspte_call_end(&call);
    syspte_pending_reach(syspte_pending_now() + MicroSeconds * 10ull);
}

// Who asks again and again while nothing else lets time pass is waiting for it to pass: then every
// further question takes a microsecond.
static LONGLONG asked(void)
{
    static uint64_t last;
    static unsigned questions;
    uint64_t now = syspte_pending_now();
    if (__atomic_exchange_n(&last, now, __ATOMIC_RELAXED) != now) {
        __atomic_store_n(&questions, 0, __ATOMIC_RELAXED);
    } else if (__atomic_add_fetch(&questions, 1, __ATOMIC_RELAXED) > QUESTIONS) {
        now += MICROSECOND;
        syspte_pending_reach(now);
        __atomic_store_n(&last, now, __ATOMIC_RELAXED);
    }
    return (LONGLONG)now;
}

VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime)
{
    CurrentTime->QuadPart = asked();
}

VOID KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime)
{
    CurrentTime->QuadPart = asked();
}

ULONGLONG KeQueryInterruptTime(VOID)
{
    return (ULONGLONG)asked();
}

LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency)
{
    LARGE_INTEGER count = {.QuadPart = asked()};
    if (PerformanceFrequency != NULL) {
        PerformanceFrequency->QuadPart = SECOND;
    }
    return count;
}

ULONG KeQueryTimeIncrement(VOID)
{
    return SYSPTE_TICK_UNITS;
}

VOID syspte_tick_count(PLARGE_INTEGER CurrentCount)
{
    CurrentCount->QuadPart = asked() / SYSPTE_TICK_UNITS;
}
