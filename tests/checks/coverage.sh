#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How much of lib/core the tests reach: coverage.sh LINES BRANCHES fails below these percentages.
# lib/sim is shown, too, and held to nothing. The build of the preset `coverage` must be there, and
# its tests must have run: script/test coverage. What only a broken library would run
# (SYSPTE_ASSERT) does not count.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

least_lines=$1
least_branches=$2
summary=$scratch/summary.json

cd "$root"
report() {
    gcovr --root "$root" --exclude-lines-by-pattern '.*SYSPTE_ASSERT.*' \
        --exclude-branches-by-pattern '.*SYSPTE_ASSERT' --exclude-unreachable-branches \
        "$@" build/coverage >"$scratch/gcovr.log" 2>&1 || {
        cat "$scratch/gcovr.log"
        exit 1
    }
}

report --filter 'lib/core/' --json-summary-pretty --json-summary "$summary"
for folder in core sim; do
    for what in lines branches; do
        report --filter "lib/$folder/" $([ $what = lines ] || echo --branches) \
            --txt "$scratch/table.txt"
        echo "$what of lib/$folder, and where some are missing"
        grep -E '^(lib/|TOTAL)' "$scratch/table.txt" | cut -c 1-100 || true
    done
done

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
