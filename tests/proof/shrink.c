// SPDX-License-Identifier: MIT
// Halves, quarters and so on down to single steps are left out in turn.
#include "shrink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Lists the steps up to a failure from a restart on, the last one with which they still fail.
// Returns how many; 0: they do not fail again.
static uint32_t tail_of(const proof_steps *s, uint32_t failed_after, uint32_t *list)
{
    uint32_t fails = 0;
    uint32_t from = failed_after;
    const char *wrong;
    for (unsigned passed = 1; from > 0 && fails == 0; passed *= 2) {
        for (unsigned seen = 0; from > 0 && seen < passed; seen += s->restarts(s->context, from)) {
            from--;
        }
        for (uint32_t i = from; i < failed_after; i++) {
            list[i - from] = i;
        }
        fails = s->walk(s->context, list, failed_after - from, false, &wrong);
    }
    return fails;
}

// Leaves out what can be left out of `list`, with `shorter` for trying; returns how many are left.
static uint32_t leave_out(const proof_steps *s, uint32_t *list, uint32_t *shorter, uint32_t count)
{
    const char *wrong;
    for (uint32_t chunk = (count + 1) / 2; chunk > 0; chunk /= 2) {
        for (uint32_t at = 0; at + chunk <= count;) {
            memcpy(shorter, list, sizeof(uint32_t) * at);
            memcpy(shorter + at, list + at + chunk, sizeof(uint32_t) * (count - at - chunk));
            uint32_t fails = s->walk(s->context, shorter, count - chunk, false, &wrong);
            if (fails != 0) {
                memcpy(list, shorter, sizeof(uint32_t) * fails);
                count = fails;
            } else {
                at += chunk;
            }
        }
    }
    return count;
}

void proof_shrink(const proof_steps *s, uint32_t failed_after)
{
    uint32_t *list = malloc(sizeof(uint32_t) * failed_after);
    uint32_t *shorter = malloc(sizeof(uint32_t) * failed_after);
    if (list != NULL && shorter != NULL) {
        const char *wrong = NULL;
        uint32_t count = tail_of(s, failed_after, list);
        printf("    found after step %u; %u steps up to it fail\n", failed_after, count);
        count = leave_out(s, list, shorter, count);
        printf("    and %u of them:", count);
        (void)s->walk(s->context, list, count, true, &wrong);
        printf(" %s\n", wrong == NULL ? "nothing" : wrong);
    }
    free(list);
    free(shorter);
}
