#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fuzzes lib/core for a number of seconds, from the inputs in tests/proof/corpus: fuzz.sh SECONDS.
# An input that fails is kept in build/fuzz, and the last lines say how to run it again. Needs clang
# with libFuzzer; without it, the fuzzing is skipped.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

seconds=${1:-60}
build=$root/build/fuzz
mkdir -p "$build/found"

printf '#include <stddef.h>\n#include <stdint.h>
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) { (void)data; return bytes > 8; }\n' \
    >"$scratch/probe.c"
if ! clang -fsanitize=fuzzer,address "$scratch/probe.c" -o "$scratch/probe" 2>/dev/null; then
    echo 'skipped: fuzz_core: there is no clang with libFuzzer'
    echo '0 passed, 0 failed, 1 skipped'
    exit 0
fi

cmake -S "$root" -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang -DSYSPTE_FUZZ=ON \
    >"$scratch/build.log" 2>&1 && cmake --build "$build" --target fuzz_core \
    >>"$scratch/build.log" 2>&1 || {
    fail 'fuzz_core is built' "$scratch/build.log"
    close_tally
}
pass

mkdir -p "$build/grown"
if "$build/tests/proof/fuzz_core" -max_total_time="$seconds" -max_len=1200 -print_final_stats=1 \
    -artifact_prefix="$build/found/" "$build/grown" "$root/tests/proof/corpus" \
    >"$scratch/fuzz.log" 2>&1; then
    grep -E '^(Done|stat::number_of_executed_units)' "$scratch/fuzz.log"
    pass
else
    fail "an input fails: run $build/tests/proof/fuzz_core with a file of $build/found" \
        "$scratch/fuzz.log"
fi
close_tally
