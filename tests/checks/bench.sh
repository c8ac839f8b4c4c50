#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# script/bench --quick: every measurement runs to its end, once and at a tiny size.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

expect 'script/bench --quick succeeds' bash "$root/script/bench" --quick
mv "$scratch/expect.log" "$scratch/bench.log"
expect 'it prints its table' grep -q '^map + unmap, 1 page' "$scratch/bench.log"
close_tally
