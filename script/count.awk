# SPDX-License-Identifier: MIT
# Counts the test cases in a JUnit file that ctest wrote, and prints "N passed, N failed" and, where
# there are any, ", N skipped". Exit status 1 if a test failed or none passed.
#
# A CMocka program is one entry of ctest with many cases: its own summary lines are counted. Any
# other entry is one case. A program that announced more cases than its summary accounts for (it
# crashed, or left early with status 0) has failed, and so has an entry that could not be run.

function number_before(text, word) {
    sub(" " word ".*", "", text)
    sub(/.*[^0-9]/, "", text)
    return text + 0
}

function open_entry(line) {
    status = line
    sub(/.* status="/, "", status)
    sub(/".*/, "", status)
    skip = 0
    announced = ok = bad = left_out = 0
}

function close_entry() {
    if (status == "disabled" || (status == "notrun" && skip)) {
        skipped++
    } else if (status == "run" && announced == 0) {
        passed++
    } else if (status == "run" && bad > 0) {
        passed++ # an entry about a program that must fail
    } else {
        if (announced != ok + bad + left_out || (status != "run" && bad == 0)) {
            bad++
        }
        passed += ok
        failed += bad
        skipped += left_out
    }
}

/^[ \t]*<testcase / { open_entry($0) }
/^[ \t]*<skipped message="SKIP_/ { skip = 1 }
/\[==========\] .*Running [0-9]+ test/ { announced += number_before($0, "test") }
/\[  PASSED  \] [0-9]+ test/ { ok += number_before($0, "test") }
/\[  FAILED  \] [0-9]+ test/ { bad += number_before($0, "test") }
/\[  SKIPPED \] [0-9]+ test/ { left_out += number_before($0, "test") }
/^[ \t]*<\/testcase>/ { close_entry() }

END {
    printf "%d passed, %d failed", passed, failed
    if (skipped > 0) {
        printf ", %d skipped", skipped
    }
    printf "\n"
    exit failed > 0 || passed == 0
}
