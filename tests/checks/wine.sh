#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds the library and its tests for 64-bit Windows, and runs them in Wine, in a folder of Wine's
# that is made for this and deleted again: wine.sh [PRESET], where PRESET is mingw (gcc of
# mingw-w64, the default) or mingw-clang. The last line counts their cases. A program that Wine
# cannot run may print nothing and end well, so each of CMocka's must have said its closing line,
# and every other one something; that this is seen is shown first.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"
source "$root/script/lib.sh"
source "$root/script/mingw.sh"

preset=${1:-mingw}
source "$(dirname "${BASH_SOURCE[0]}")/wine_folder.sh"

# The programs of ctest's results $1 that did not say what they must. A name that begins with
# "cmocka." is about a program that another one judges.
silent_programs() {
    awk '
        function close_entry() {
            if (name == "" || name ~ /^cmocka[.]/) return
            cmocka = name ~ /^(core|port|sim|wdk)[.]/ ||
                name ~ /^(firmware_table|firmware_table_sys|kmdf_bar|mdl_ioctl|wdm_pci)$/
            if (!spoke || announced != ran || (cmocka && announced == 0)) print name
        }
        /^[ \t]*<testcase / {
            name = $0
            sub(/.*<testcase name="/, "", name)
            sub(/".*/, "", name)
            announced = ran = spoke = 0
            next
        }
        { words = $0; gsub(/<[^>]*>|[ \t\r]/, "", words); spoke = spoke || words != "" }
        /\[==========\] .*Running [0-9]+ test/ {
            sub(/.*Running /, "")
            announced += $1
        }
        /\[==========\] .*[0-9]+ test\(s\) run/ {
            sub(/.*\] /, "")
            sub(/.*: /, "")
            ran += $1
        }
        /^[ \t]*<\/testcase>/ { close_entry(); name = "" }' "$1"
}

# planted NAME TEXT: the results of a program that said it are not accepted.
planted() {
    printf '\t<testcase name="%s" status="run">\n\t\t<system-out>%b</system-out>\n\t</testcase>\n' \
        "$1" "$2" >"$scratch/planted.xml"
    [ "$(silent_programs "$scratch/planted.xml")" = "$1" ]
}

expect 'a program that says nothing is found' planted proof.planted '\n'
expect_not 'a program that says something is accepted' planted proof.planted '\nwords\n'
expect 'a program without its lines is found' planted sim.planted 'words\n'
expect 'a program that ends early is found' planted sim.planted '[==========] Running 3 test(s).\n'
expect 'a program that runs fewer tests is found' \
    planted sim.planted '[==========] Running 3 test(s).\n[==========] 2 test(s) run.\n'
expect_not 'a program that says all it must is accepted' \
    planted sim.planted '[==========] Running 3 test(s).\n[==========] 3 test(s) run.\n'

cmocka_for_mingw mingw-w64-x86_64 "$root/build/cmocka-mingw-w64-x86_64"
build "$preset"

say 'making a folder for Wine'
expect 'Wine begins' wine_folder

run_tests "$preset" >"$scratch/count" || true
cat "$scratch/count"
silent_programs "$logs/test-$preset.xml" >"$scratch/silent"
while read -r name; do
    fail "$name: said nothing, or not that it came to its end"
done <"$scratch/silent"

read -r p _ f _ s _ <"$scratch/count"
passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "${s:-0}"
[ "$failed" -eq 0 ] && [ "${p:-0}" -gt 0 ]
