#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# script/bench --quick: every measurement runs to its end. What it measured means nothing here.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

expect 'script/bench --quick succeeds' bash "$root/script/bench" --quick
mv "$scratch/expect.log" "$scratch/bench.log"
expect 'it prints a table with times' grep -qE '[0-9] ?(ns|us|ms)' "$scratch/bench.log"
close_tally
