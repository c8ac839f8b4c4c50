// SPDX-License-Identifier: MIT
// Linux lists the threads of a program as folders, and counts them in the links of the one above.
#define _POSIX_C_SOURCE 200809L
#include "../port_wait.h"

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
