#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How much of lib/core the tests reach: coverage.sh LINES BRANCHES fails below these percentages.
# The build of the preset `coverage` must be there, and its tests must have run. Branches that only
# a broken library would take (SYSPTE_ASSERT) do not count.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

least_lines=$1
least_branches=$2
summary=$scratch/summary.json

cd "$root"
gcovr --root "$root" --filter 'lib/core/' --exclude-branches-by-pattern '.*SYSPTE_ASSERT' \
    --exclude-unreachable-branches --json-summary-pretty --json-summary "$summary" \
    --txt "$scratch/table.txt" build/coverage >"$scratch/gcovr.log" 2>&1 || {
    cat "$scratch/gcovr.log"
    exit 1
}
grep -E '^(lib/|TOTAL)' "$scratch/table.txt" | cut -c 1-100 || true

# The total of this name in gcovr's summary, which stands after those of the files.
total() {
    sed -n "s/^    \"$1\": \([0-9.]*\).*/\1/p" "$summary" | tail -n 1
}

# at_least WHAT FOUND LEAST
at_least() {
    echo "lib/core: $2 % of the $1 (at least $3)"
    expect "$1: $2 % is less than $3 %" awk -v found="$2" -v least="$3" \
        'BEGIN { exit !(found != "" && found + 0 >= least + 0) }'
}

at_least lines "$(total line_percent)" "$least_lines"
at_least branches "$(total branch_percent)" "$least_branches"
close_tally
