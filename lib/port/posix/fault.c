// SPDX-License-Identifier: MIT
// One signal handler asks the library's handler first. What it refuses goes on to the action that
// was installed before ours, the way the kernel would have called it. If somebody covers our action
// and install puts it on top again, theirs becomes one more action to go on to; theirs may have
// kept ours to go on to, so what we hand on is a copy of the fault's description: a call that comes
// back to us with that very copy goes one action further down instead of round in a circle.
// A plain signal() that puts our action back loses SA_SIGINFO: that is noticed and repaired.
#define _GNU_SOURCE
#include "../port.h"

#include "fault_told.h"
#include "trap.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

typedef bool fault_handler(void *address, syspte_port_access access, uintptr_t code_address);

enum {
    LEVELS = 4, // actions to go on to; a fifth takes the place of the fourth
    OUR_FLAGS = SA_SIGINFO | SA_ONSTACK | SA_NODEFER
};

typedef struct fault_slot {
    int signal;
    unsigned level_count;
    struct sigaction previous[LEVELS]; // the oldest first
} fault_slot;

// Where this thread stands in going on to earlier actions. An action may leave by a jump, so a mark
// can be stale; it matches no later fault, whose description and context the kernel puts side by
// side, while a copy lies further down.
typedef struct chain_mark {
    const siginfo_t *handed;
    const void *context;
    unsigned level; // actions left below the one that runs
} chain_mark;

static pthread_mutex_t install_lock = PTHREAD_MUTEX_INITIALIZER;
static fault_handler *handler_now;
static fault_slot slots[] = {{.signal = SIGSEGV}, {.signal = SIGBUS}};
static _Thread_local chain_mark chain_now __attribute__((tls_model("initial-exec")));

enum { SLOT_COUNT = sizeof slots / sizeof slots[0] };

static void on_fault(int signal, siginfo_t *info, void *context);

static bool is_ours(const struct sigaction *action)
{
    return action->sa_sigaction == on_fault;
}

static bool is_whole(const struct sigaction *action)
{
    return (action->sa_flags & OUR_FLAGS) == OUR_FLAGS;
}

static void ours_set(int signal)
{
    struct sigaction ours;
    memset(&ours, 0, sizeof ours);
    ours.sa_sigaction = on_fault;
    ours.sa_flags = OUR_FLAGS;
    (void)sigemptyset(&ours.sa_mask);
    (void)sigaction(signal, &ours, NULL);
}

static void default_set(int signal)
{
    struct sigaction by_default;
    memset(&by_default, 0, sizeof by_default);
    by_default.sa_handler = SIG_DFL;
    (void)sigemptyset(&by_default.sa_mask);
    (void)sigaction(signal, &by_default, NULL);
}

// ---- Going on to what was there before

static void action_default(const fault_slot *slot, const siginfo_t *info, bool ignored)
{
    bool sent = info->si_code <= 0;
    if (sent && ignored) {
        return;
    }
    default_set(slot->signal);
    if (sent) { // a fault comes again by itself when the access is retried
        (void)raise(slot->signal);
    }
}

static void action_call(const fault_slot *slot, const struct sigaction *action, siginfo_t *info,
                        void *context)
{
    sigset_t blocked = action->sa_mask;
    sigset_t before;
    if ((action->sa_flags & SA_NODEFER) == 0) {
        (void)sigaddset(&blocked, slot->signal);
    }
    (void)pthread_sigmask(SIG_BLOCK, &blocked, &before);
    if ((action->sa_flags & SA_SIGINFO) != 0) {
        action->sa_sigaction(slot->signal, info, context);
    } else {
        action->sa_handler(slot->signal);
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

// Goes on to the newest of the `level` oldest actions.
static void chain(fault_slot *slot, unsigned level, const siginfo_t *info, void *context)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    if (level > 0) {
        struct sigaction *kept = &slot->previous[level - 1];
        action = *kept;
        if ((action.sa_flags & (int)SA_RESETHAND) != 0) {
            kept->sa_handler = SIG_DFL;
            kept->sa_flags = 0;
        }
    }
    if ((action.sa_flags & SA_SIGINFO) == 0 &&
        (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN)) {
        action_default(slot, info, action.sa_handler == SIG_IGN);
        return;
    }
    siginfo_t handed = *info;
    chain_mark outer = chain_now;
    chain_now = (chain_mark){&handed, context, level > 0 ? level - 1 : 0};
    action_call(slot, &action, &handed, context);
    chain_now = outer;
}

// ---- The signal handler

static fault_slot *slot_of(int signal)
{
    return signal == slots[0].signal ? &slots[0] : &slots[1];
}

static bool is_broken(int signal)
{
    struct sigaction current;
    return sigaction(signal, NULL, &current) == 0 && is_ours(&current) && !is_whole(&current);
}

static bool handler_takes(const siginfo_t *info, ucontext_t *context)
{
    fault_handler *handler = __atomic_load_n(&handler_now, __ATOMIC_ACQUIRE);
    return handler != NULL && info->si_code > 0 && // else sent by a process, no fault
           handler(syspte_fault_address(info), syspte_fault_access(context),
                   syspte_trap_begin(context, syspte_fault_code(context)));
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    int errno_before = errno;
    fault_slot *slot = slot_of(signal);

    if (is_broken(signal)) {
        ours_set(signal); // `info` is not filled in; the fault comes again
    } else if (chain_now.handed == info && chain_now.context == context) {
        chain(slot, chain_now.level, info, context);
    } else if (!handler_takes(info, context)) {
        unsigned levels = __atomic_load_n(&slot->level_count, __ATOMIC_ACQUIRE);
        chain(slot, levels, info, context);
    }
    errno = errno_before;
}

// ---- Install and remove

static void previous_keep(fault_slot *slot, const struct sigaction *action)
{
    unsigned count = slot->level_count;
    bool again = count > 0 && slot->previous[count - 1].sa_sigaction == action->sa_sigaction;
    if (again || count == LEVELS) {
        slot->previous[count - 1] = *action;
        return;
    }
    slot->previous[count] = *action;
    __atomic_store_n(&slot->level_count, count + 1, __ATOMIC_RELEASE);
}

static void slot_install(fault_slot *slot)
{
    struct sigaction current;
    if (sigaction(slot->signal, NULL, &current) != 0) {
        return;
    }
    if (!is_ours(&current)) {
        previous_keep(slot, &current);
    }
    if (!is_ours(&current) || !is_whole(&current)) {
        ours_set(slot->signal);
    }
}

void syspte_port_fault_install(bool (*handler)(void *address, syspte_port_access access,
                                               uintptr_t code_address))
{
    sigset_t faults; // a fault whose signal is blocked kills, and a test that crashed leaves it so
    (void)sigemptyset(&faults);
    (void)pthread_mutex_lock(&install_lock);
    __atomic_store_n(&handler_now, handler, __ATOMIC_RELEASE);
    for (unsigned i = 0; i < SLOT_COUNT; i++) {
        slot_install(&slots[i]);
        (void)sigaddset(&faults, slots[i].signal);
    }
    (void)pthread_mutex_unlock(&install_lock);
    (void)pthread_sigmask(SIG_UNBLOCK, &faults, NULL);
}

// If another action covers ours it stays, and ours, if it is called from there, only goes on.
void syspte_port_fault_remove(void)
{
    (void)pthread_mutex_lock(&install_lock);
    __atomic_store_n(&handler_now, NULL, __ATOMIC_RELEASE);
    for (unsigned i = 0; i < SLOT_COUNT; i++) {
        fault_slot *slot = &slots[i];
        struct sigaction current;
        unsigned count = slot->level_count;
        if (count > 0 && sigaction(slot->signal, NULL, &current) == 0 && is_ours(&current)) {
            (void)sigaction(slot->signal, &slot->previous[count - 1], NULL);
            __atomic_store_n(&slot->level_count, count - 1, __ATOMIC_RELEASE);
        }
    }
    (void)pthread_mutex_unlock(&install_lock);
}
