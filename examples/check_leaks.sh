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

# The file and line of a call in a .sys file, which lies in SYS_FOLDER, by the offset of what comes
# behind it.
place_of() {
    local file=$SYS_FOLDER/$1 base
    base=$(x86_64-w64-mingw32-objdump -p "$file" | awk '$1 == "ImageBase" { print $2 }')
    x86_64-w64-mingw32-addr2line -ie "$file" "$(printf '0x%x' $((16#$base + 16#$2 - 1)))" |
        sed -n '1 { s/.*[/]//; s/ .*//; p; }'
}
while [[ $output =~ ([^[:space:]/]+[.]sys)\+0x([0-9a-f]+) ]]; do
    place=$(place_of "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}")
    output=${output/"${BASH_REMATCH[0]}"/"$place"}
done

marked() {
    awk -v name="$name" -v defect="$defect" '
        previous ~ "// leaked by " && previous ~ ("[ ,]" defect "[,:]") { print name ":" FNR }
        { previous = $0 }' "$source" | sort -u
}

# Of an error that only says that there are findings, the line is theirs or the test's.
named() {
    awk '!findings { print } { findings = / --- syspte: / }' <<<"$output" |
        grep -oE '[^ /]+: (leak|growth|misuse|limit|error): ' | sed 's/: [a-z]*: $//' | sort -u
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
