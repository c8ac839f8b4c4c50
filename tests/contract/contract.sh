#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# contract.sh FOLDER: every row of rows.txt has a test, and that test runs and passes in the
# programs of that folder; no row is missing; docs/contract.md says what rows.txt says. Each of
# these is first tried on a table that breaks it. contract.sh --update: writes docs/contract.md.
source "$(dirname "${BASH_SOURCE[0]}")/../checks/tally.sh"

rows=$root/tests/contract/rows.txt
page=$root/docs/contract.md

# read_rows MODE [ROWS]
read_rows() {
    awk -v mode="$1" -v table="$root/lib/core/bugcheck_table.h" \
        -f "$root/tests/contract/contract.awk" "${2:-$rows}"
}

if [ "${1:-}" = --update ]; then
    read_rows page >"$page"
    exit
fi
folder=$1
mkdir "$scratch/said"

# has_passed PROGRAM TEST: runs each program once.
has_passed() {
    [ -f "$scratch/said/$1" ] ||
        CMOCKA_MESSAGE_OUTPUT=stdout "$folder/test_sim_$1" >"$scratch/said/$1" 2>/dev/null || true
    grep -qxF "[       OK ] $2" "$scratch/said/$1"
}

is_sound() {
    read_rows check "$1" >"$scratch/wrong"
    [ ! -s "$scratch/wrong" ]
}

page_is_current() {
    cmp -s "$1" <(read_rows page)
}

# ---- The checks themselves

# plant WHAT WORDS SED-COMMAND: rows that are changed so are found, with these words.
plant() {
    sed -E "$3" "$rows" >"$scratch/planted"
    expect_not "$1: the plant changes nothing" cmp -s "$rows" "$scratch/planted"
    if is_sound "$scratch/planted" || ! grep -qF "$2" "$scratch/wrong"; then
        fail "$1 is not found" "$scratch/wrong"
    else
        pass
    fi
}
plant 'a row that is missing' 'row 2.7.5 is missing' '/^row 2\.7\.5 /,/^$/d'
plant 'a case of a bug check without a row' 'row 4.2.305 is missing' '/^row 4\.2\.305 /,/^$/d'
plant 'a row twice' 'row 2.7.5 is there twice' 's/^row 2\.7\.4 /row 2.7.5 /'
plant 'a row of no section' 'row 2.7.99 is in no section' 's/^row 2\.7\.5 /row 2.7.99 /'
plant 'a row without a source' 'row 2.7.5 has no source' '/^row 2\.7\.5 /,/^$/{/source/d}'
plant 'a row without a test' 'row 2.7.5 has no test' '/^row 2\.7\.5 /,/^$/{/test/d}'
plant 'a case that is raised without a test' 'says that it is raised' \
    '/^row 4\.2\.305 /,/^$/{s/test .*/unsimulated it is too hard to do/}'
plant 'a case that is never raised with a test' 'says that it is never raised' \
    '/^row 4\.3\.B7 /,/^$/{s/unsimulated.*/test vectors any/}'
plant 'a line that is nothing' 'is none of section' 's/^( *)source/\1sauce/'

printf '[ RUN      ] a\n[  FAILED  ] a\n[ RUN      ] b\n[  SKIPPED ] b\n' >"$scratch/said/planted"
expect_not 'a test that failed is found' has_passed planted a
expect_not 'a test that was skipped is found' has_passed planted b
expect_not 'a test that does not exist is found' has_passed vectors no_such_test
expect_not 'a program that does not exist is found' has_passed no_such_program a
sed '$d' "$page" >"$scratch/stale.md"
expect_not 'a page that lacks a row is found' page_is_current "$scratch/stale.md"

# ---- The rows

expect "$(is_sound "$rows" || cat "$scratch/wrong")" is_sound "$rows"
while read -r id program test; do
    if has_passed "$program" "$test"; then
        pass
    else
        fail "row $id: $program $test: no such test, or it does not pass"
    fi
done < <(read_rows tests)
expect "docs/contract.md is not what rows.txt says: run tests/contract/contract.sh --update" \
    page_is_current "$page"
read_rows count
close_tally
