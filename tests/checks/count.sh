#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How script/count.awk counts what ctest wrote: each way a test can end, alone.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

# counts SENTENCE STATUS OUTPUT: one entry of a JUnit file is counted as that.
counts() {
    printf '\t<testcase name="a" time="0" status="%s">\n%b\n\t</testcase>\n' "$2" "$3" |
        awk -f "$root/script/count.awk" >"$scratch/counted" && succeeded=yes || succeeded=no
    expect "$1 (status $2)" grep -qx "$1" "$scratch/counted"
    case $1 in
    *' 0 failed'*) [[ $1 == 0* ]] && want=no || want=yes ;;
    *) want=no ;;
    esac
    expect "$1: exit status" test "$succeeded" = "$want"
}

cmocka_head='<system-out>[==========] Running 3 test(s).\n'
cmocka_end='[==========] 3 test(s) run.\n'
all_passed='[  PASSED  ] 3 test(s).\n</system-out>'
one_skipped='[  PASSED  ] 2 test(s).\n[  SKIPPED ] 1 test(s), listed below:\n</system-out>'
one_failed='[  PASSED  ] 2 test(s).\n[  FAILED  ] 1 test(s), listed below:\n</system-out>'

counts '1 passed, 0 failed' run '<system-out>any words</system-out>'
counts '0 passed, 1 failed' fail '<failure message=""/>'
counts '0 passed, 1 failed' notrun '<skipped message="Unable to find executable"/>'
counts '0 passed, 0 failed, 1 skipped' notrun '<skipped message="SKIP_RETURN_CODE=77"/>'
counts '0 passed, 0 failed, 1 skipped' disabled '<system-out>Disabled</system-out>'

counts '3 passed, 0 failed' run "$cmocka_head$cmocka_end$all_passed"
counts '6 passed, 0 failed' run "$cmocka_head${all_passed%</*}$cmocka_head$all_passed"
counts '2 passed, 0 failed, 1 skipped' run "$cmocka_head$cmocka_end$one_skipped"
counts '2 passed, 1 failed' fail "$cmocka_head$cmocka_end$one_failed"
# All cases passed, and then the program failed: a leak found at exit, a sanitizer's complaint.
counts '3 passed, 1 failed' fail "$cmocka_head$cmocka_end$all_passed"
# It crashed, and it left early but with status 0.
counts '0 passed, 1 failed' fail "$cmocka_head"
counts '0 passed, 1 failed' run "$cmocka_head"
# It must fail, and does.
counts '1 passed, 0 failed' run "$cmocka_head$cmocka_end$one_failed"
close_tally
