#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How much of the library the tests reach: coverage.sh FOLDER=LINES/BRANCHES... fails where a folder
# of lib/ is below these percentages. The build of the preset `coverage` must be there (or in the
# folder that BUILD names), and its tests must have run: script/test coverage. What only a broken
# library would run (SYSPTE_ASSERT) does not count.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

build=${BUILD:-$root/build/coverage}
summary=$scratch/summary.json

cd "$root"
report() {
    gcovr --root "$root" --exclude-lines-by-pattern '.*SYSPTE_ASSERT.*' \
        --exclude-branches-by-pattern '.*SYSPTE_ASSERT' --exclude-unreachable-branches \
        "$@" "$build" >"$scratch/gcovr.log" 2>&1 || {
        cat "$scratch/gcovr.log"
        exit 1
    }
}

# The total of this name in gcovr's summary, which stands after those of the files.
total() {
    sed -n "s/^    \"$1\": \([0-9.]*\).*/\1/p" "$summary" | tail -n 1
}

# at_least FOLDER LEAST lines|branches GCOVRS-WORD
at_least() {
    local found reached all
    found=$(total "$4_percent") reached=$(total "$4_covered") all=$(total "$4_total")
    echo "lib/$1: $reached of $all $3, $found % (at least $2)"
    expect "lib/$1, $3: $found % is less than $2 %" awk -v found="$found" -v least="$2" \
        'BEGIN { exit !(found != "" && found + 0 >= least + 0) }'
}

[ $# -gt 0 ] || fail 'usage: coverage.sh FOLDER=LINES/BRANCHES...'
for wanted in "$@"; do
    folder=${wanted%%=*} least=${wanted#*=}
    report --filter "lib/$folder/" --json-summary-pretty --json-summary "$summary"
    for what in lines branches; do
        report --filter "lib/$folder/" $([ $what = lines ] || echo --branches) \
            --txt "$scratch/table.txt"
        echo "$what of lib/$folder, where some are missing"
        grep -E '^lib/' "$scratch/table.txt" | grep -v ' 100% *$' | cut -c 1-100 || true
    done
    at_least "$folder" "${least%/*}" lines line
    at_least "$folder" "${least#*/}" branches branch
done
close_tally
