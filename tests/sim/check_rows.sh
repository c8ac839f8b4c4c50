#!/bin/sh
# SPDX-License-Identifier: MIT
# Every row of rows.txt has a test, and that test runs and passes: check_rows.sh ROWS FOLDER, where
# the programs are. Then the check is tried itself on a row whose test does not exist.
set -eu
rows=$1
folder=$2
scratch=$(mktemp -d "${TMPDIR:-/tmp}/syspte-rows.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
failed=0
checked=0

# has_passed PROGRAM TEST: runs each program once.
has_passed() {
    [ -f "$scratch/$1" ] ||
        CMOCKA_MESSAGE_OUTPUT=stdout "$folder/test_sim_$1" >"$scratch/$1" 2>/dev/null || true
    grep -qxF "[       OK ] $2" "$scratch/$1"
}

while IFS='|' read -r where what; do
    case $where in '#'* | '') continue ;; esac
    # shellcheck disable=SC2086 # two words
    set -- $where
    checked=$((checked + 1))
    if [ $# -ne 2 ] || [ -z "$what" ] || ! has_passed "$1" "$2"; then
        echo "FAILED: row \"${what# }\": $where"
        failed=$((failed + 1))
    fi
done <"$rows"

if has_passed vectors no_such_test; then
    echo "FAILED: a test that does not exist counts as passed"
    failed=$((failed + 1))
fi
echo "$((checked - failed)) passed, $failed failed"
[ "$checked" -gt 0 ] && [ "$failed" -eq 0 ]
