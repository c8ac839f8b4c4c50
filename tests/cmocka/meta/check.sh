#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a meta-test's program and compares what it did with the promises in its source:
#   // EXPECT exit N           the exit status
#   // EXPECT says TEXT        a line of its output (either stream) contains TEXT
#   // EXPECT says A || B      one contains A or B: the words of two hosts
#   // EXPECT never TEXT       none does
#   // EXPECT reports TEXT     a line of stderr contains TEXT
#   // EXPECT at MARK TEXT     a line of stderr contains `file:line: TEXT` of the source line that
#                              ends in `// MARK`
#   // EXPECT order A => B     in stderr a line with A stands before one with B
# usage: check.sh SOURCE FORMAT COMMAND...
# FORMAT is one of CMocka's output formats. For any but STDOUT the lines begin with
# `// EXPECT-FORMAT`, and those others do not count.
source=$1
format=$2
shift 2
name=$(basename "$source")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
promises=0

complain() {
    echo "$name: broken promise: $*"
    failed=1
}

first_line_of() {
    grep -nF -- "$1" "$work/err" | head -n 1 | cut -d: -f1
}

last_line_of() {
    grep -nF -- "$1" "$work/err" | tail -n 1 | cut -d: -f1
}

check_at() {
    line=$(grep -n "// $1\$" "$source" | cut -d: -f1)
    [ -n "$line" ] || complain "no line is marked $1"
    grep -qF -- "$name:$line: $2" "$work/err" || complain "at $1 ($name:$line): $2"
}

check_order() {
    first=$(first_line_of "${1%% => *}")
    second=$(last_line_of "${1##* => }")
    [ -n "$first" ] && [ -n "$second" ] && [ "$first" -lt "$second" ] || complain "order $1"
}

# A line for each of the words between " || ".
words_of() {
    printf '%s\n' "$1" | awk '{ gsub(/ [|][|] /, "\n"); print }'
}

check() {
    case $1 in
    exit) [ "$status" -eq "$2" ] || complain "exit $2, not $status" ;;
    says) grep -qF -- "$(words_of "$2")" "$work/out" "$work/err" || complain "says $2" ;;
    never) ! grep -qF -- "$2" "$work/out" "$work/err" || complain "never $2" ;;
    reports) grep -qF -- "$2" "$work/err" || complain "reports $2" ;;
    at) check_at "${2%% *}" "${2#* }" ;;
    order) check_order "$2" ;;
    *) complain "unknown word: $1" ;;
    esac
}

unset CMOCKA_XML_FILE CMOCKA_TEST_ABORT
[ "$format" = STDOUT ] && begin='// EXPECT ' || begin="// EXPECT-$format "
CMOCKA_MESSAGE_OUTPUT=$format "$@" >"$work/out" 2>"$work/err"
status=$?

sed -n "s|^$begin||p" "$source" >"$work/promises"
while read -r verb rest; do
    check "$verb" "$rest"
    promises=$((promises + 1))
done <"$work/promises"
[ "$promises" -gt 0 ] || complain "none found"

if [ "$failed" -ne 0 ]; then
    echo "exit status $status"
    echo "---- stdout"
    cat "$work/out"
    echo "---- stderr"
    cat "$work/err"
fi
exit "$failed"
