// SPDX-License-Identifier: MIT
// Linux lists the threads of a program as folders, and counts them in the links of the one above.
#define _POSIX_C_SOURCE 200809L
#include "../port_wait.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

bool syspte_port_is_alone(void)
{
    struct stat tasks;
    return stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink == 3; // ".", ".." and one
}

void syspte_port_nap(void)
{
    struct timespec span = {.tv_nsec = 1000000};
    (void)nanosleep(&span, NULL);
}

static void *begin(void *argument)
{
    const syspte_port_start *start = argument;
    start->run(start->context);
    return NULL;
}

bool syspte_port_thread_start(const syspte_port_start *start)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, begin, (void *)(uintptr_t)start) != 0) {
        return false;
    }
    (void)pthread_detach(thread);
    return true;
}
