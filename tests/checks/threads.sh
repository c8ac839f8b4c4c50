#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs proof_threads and test_sim_family_threads under Helgrind: threads.sh [FOLDER], where FOLDER
# is a build without optimisation (default: build/dev). A race planted in a small program must be
# found first.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

folder=${1:-$root/build/dev}

helgrind() {
    valgrind --quiet --tool=helgrind --error-exitcode=99 \
        --suppressions="$root/tests/proof/helgrind.supp" "$@"
}

planted_race_is_found() {
    local status=0
    helgrind "$scratch/race" || status=$?
    [ "$status" -eq 99 ]
}

cat >"$scratch/race.c" <<'END'
#include <pthread.h>
static int shared;
static void *add(void *unused)
{
    shared++;
    return unused;
}
int main(void)
{
    pthread_t one, two;
    pthread_create(&one, 0, add, 0);
    pthread_create(&two, 0, add, 0);
    return pthread_join(one, 0) + pthread_join(two, 0);
}
END
expect 'a racy program is built' gcc -g -pthread "$scratch/race.c" -o "$scratch/race"
expect 'a planted race is found' planted_race_is_found
expect 'four threads on the simulated kernel have no race' \
    helgrind "$folder/tests/proof/proof_threads" 300
expect 'four threads on the whole mapping family have no race' \
    helgrind "$folder/tests/sim/test_sim_family_threads"
close_tally
