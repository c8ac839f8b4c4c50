#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_leaks.sh SOURCE DEFECT PROGRAM...: the program, which tests the driver compiled with that
# defect, must fail for nothing but what leaks, and must name the lines that the source says: those
# below a line "// leaked by DEFECT, ...:", each of them and no other. An assertion of the test that
# fails names a line, too.
set -euo pipefail
source=$1 defect=$2
shift 2
name=$(basename "$source")

status=0
output=$("$@" 2>&1) || status=$?

marked() {
    awk -v name="$name" -v defect="$defect" '
        previous ~ "// leaked by " && previous ~ ("[ ,]" defect "[,:]") { print name ":" FNR }
        { previous = $0 }' "$source" | sort -u
}

named() {
    grep -oE '[^ /]+: (leak|growth|misuse|limit|error): ' <<<"$output" |
        sed 's/: [a-z]*: $//' | sort -u
}

complain() {
    printf '%s\n\nFAILED: %s\n' "$output" "$1"
    exit 1
}

[ -n "$(marked)" ] || complain "$name marks no line with $defect"
[ "$status" -ne 0 ] || complain "$defect was not found"
[ "$status" -lt 126 ] || complain "the program ended with $status"
difference=$(diff <(marked) <(named)) || complain "$defect, marked (<) and named (>):
$difference"
printf '%s: %s\n' "$defect" "$(marked | tr '\n' ' ')"
