#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Two runs of one test tell the same, byte for byte: determinism.sh PROGRAM [EMULATOR...] runs
# proof_determinism with shuffled and with fixed addresses, in environments of other sizes, from
# another folder, and with threads that were there before. Of threads that race, what their leaks
# and counters have in common must be the same. A difference that is there must be seen.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

program=$1
shift
emulator=("$@")
fixed=(setarch "$(uname -m)" -R)
"${fixed[@]}" true 2>/dev/null || fixed=()
large=$(printf '%060000d' 0)

# told FILE BEFORE ARGUMENT...: what the program tells when run behind the words BEFORE.
told() {
    local file=$1 before=$2
    shift 2
    # shellcheck disable=SC2086 # a list of words
    $before "${emulator[@]}" "$program" "$@" >"$file" 2>"$file.err" || {
        fail "$program $* runs" "$file.err"
        return 1
    }
}

# same_as FIRST WHAT BEFORE ARGUMENT...
same_as() {
    local first=$1 what=$2
    shift 2
    told "$scratch/next" "$@" || return 0
    if diff "$first" "$scratch/next" >"$scratch/diff"; then
        pass
    else
        fail "the same is told $what" "$scratch/diff"
    fi
}

# differs FIRST WHAT ARGUMENT...: the comparison sees what is known to differ.
differs() {
    local first=$1 what=$2
    shift 2
    told "$scratch/next" '' "$@" || return 0
    expect_not "$what is seen" cmp "$first" "$scratch/next"
}

first=$scratch/ordered
if told "$first" '' ordered; then
    expect 'mappings, stops and a leak report are told' \
        grep -c -e '^  stopped: 0x50' -e 'leak:' "$first"
    for run in 1 2 3; do
        same_as "$first" "again ($run)" '' ordered
    done
    same_as "$first" 'without an environment' 'env -i' ordered
    same_as "$first" 'with a large environment' "env SYSPTE_NOTHING=$large" ordered
    same_as "$first" 'from another folder' "env --chdir=$scratch" ordered
    for threads in 1 7 40; do
        same_as "$first" "after $threads other threads" '' ordered "$threads"
    done
    if [ ${#fixed[@]} -gt 0 ]; then
        same_as "$first" 'with fixed addresses' "${fixed[*]}" ordered
        same_as "$first" 'with fixed addresses, after 7 threads' "${fixed[*]}" ordered 7
    fi
    differs "$first" 'another order of PTEs' ordered 0 fast
fi

first=$scratch/racing
if told "$first" '' racing; then
    expect 'leaks of a site are told' grep -qE '^  line [0-9]+: [1-9][0-9]* leaks' "$first"
    for run in 1 2 3 4; do
        same_as "$first" "of racing threads ($run)" '' racing
    done
    same_as "$first" 'of racing threads after 7 others' '' racing 7
    differs "$first" 'another test' ordered
fi
close_tally
