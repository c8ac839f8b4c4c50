#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every field of syspte_config is told of in docs/policies.md or docs/limits.md, and what these say
# of fields is true: the uncertain points name fields that exist, and the contract's rows name
# policies that are told of. Each is first tried on pages that break it.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

# The members of syspte_config in a header.
fields_of() {
    sed -n '/^typedef struct syspte_config {/,/^}/p' "$1" | sed 's|//.*||' |
        grep -oE '[a-z_0-9]+;$|[a-z_0-9]+; *$' | tr -d '; '
}

# untold HEADER PAGES...: fields that no page has in backticks.
untold() {
    local header=$1 field
    shift
    for field in $(fields_of "$header"); do
        grep -qE "\`$field\`" "$@" || echo "$field"
    done
}

# The names behind "field" and "fields" in the table of uncertain points.
points_fields() {
    grep -E '^\| [0-9]+ \|' "$1" | grep -oE 'fields? `[a-z_]+`( and `[a-z_]+`)?' |
        grep -oE '`[a-z_]+`' | tr -d '`'
}

# no_field HEADER PAGE: names of fields there that are none.
no_field() {
    comm -13 <(fields_of "$1" | sort -u) <(points_fields "$2" | sort -u)
}

# points_missing PAGE: numbers of 1 to 16 that have no row, or none that says what decides.
points_missing() {
    local n by='(fields? `|fixed: |declared memory, `|no behaviour: )'
    for n in $(seq 16); do
        grep -qE "^\| $n \| .+ \| $by.*\|\$" "$1" || echo "$n"
    done
}

# policies_untold ROWS PAGE: policies that the rows of the contract name, and the page does not.
policies_untold() {
    local name
    for name in $(grep -E '^  source ' "$1" | grep -oE 'policy [A-Za-z_]{2,}' | cut -d' ' -f2 |
        sort -u); do
        grep -qE "\`$name\`" "$2" || echo "$name"
    done
}

# empty WHAT COMMAND...: passes if the command prints nothing.
empty() {
    local what=$1
    shift
    "$@" >"$scratch/named" || true
    if [ -s "$scratch/named" ]; then fail "$what" "$scratch/named"; else pass; fi
}

# finds WORD COMMAND...: the command prints that line.
finds() {
    local word=$1
    shift
    "$@" | grep -x "$word" >/dev/null # all of it: the command must not die of a closed pipe
}

header=$root/include/syspte/machine.h
policies=$root/docs/policies.md
limits=$root/docs/limits.md
rows=$root/tests/contract/rows.txt

sed 's/^} syspte_config;/    bool planted; \/\/ a comment;\n&/' "$header" >"$scratch/machine.h"
expect 'a field that no page has is found' \
    finds planted untold "$scratch/machine.h" "$policies" "$limits"
sed 's/field `hvci`/field `planted`/; /^| 16 |/d; s/^| 11 | \(.*\) | .* |$/| 11 | \1 | |/' \
    "$policies" >"$scratch/policies.md"
expect 'a field that does not exist is found' \
    finds planted no_field "$header" "$scratch/policies.md"
expect 'a point without a row is found' finds 16 points_missing "$scratch/policies.md"
expect 'a point that nothing decides is found' finds 11 points_missing "$scratch/policies.md"
sed 's/policy hvci/policy planted/' "$rows" >"$scratch/rows.txt"
expect 'a policy that the page does not have is found' \
    finds planted policies_untold "$scratch/rows.txt" "$policies"

expect 'syspte_config has fields' finds strictness fields_of "$header"
empty 'fields of syspte_config that no page has' untold "$header" "$policies" "$limits"
empty 'fields in docs/policies.md that syspte_config has not' no_field "$header" "$policies"
empty 'uncertain points without a row, or without what decides' points_missing "$policies"
empty 'policies in rows.txt that docs/policies.md has not' policies_untold "$rows" "$policies"
close_tally
