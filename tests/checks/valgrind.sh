#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Valgrind really watched the tests of the preset `valgrind`: each CMocka program in ctest's results
# has Valgrind's summary, and it says that there were no errors.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

results=$root/build/log/test-valgrind.xml
awk '
    /^[ \t]*<testcase / { name = $0; sub(/.*<testcase name="/, "", name); sub(/".*/, "", name) }
    /Running [0-9]+ test/ { programs[name] = 1 }
    /ERROR SUMMARY: / { summaries[name]++ }
    /ERROR SUMMARY: 0 errors/ { clean[name]++ }
    END {
        for (name in programs)
            print (summaries[name] > 0 && clean[name] == summaries[name] ? "clean" : "bad"), name
    }' "$results" | sort >"$scratch/programs"
while read -r verdict name; do
    expect "$name: no error under Valgrind" test "$verdict" = clean
done <"$scratch/programs"
close_tally
