# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Counting for the checks in this folder; bash reads it with `source`. A check calls pass or fail
# once for each thing it looked at and ends with close_tally, which prints "N passed, N failed".

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/syspte-check.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

pass() {
    passed=$((passed + 1))
}

# fail WHAT [FILE]: the file holds the details.
fail() {
    failed=$((failed + 1))
    echo "FAILED: $1"
    if [ $# -gt 1 ]; then
        sed 's/^/    /' "$2" | tail -n 40
    fi
}

# expect WHAT COMMAND...: passes if the command succeeds; its output is shown if it does not.
expect() {
    local what=$1
    shift
    if "$@" >"$scratch/expect.log" 2>&1; then
        pass
    else
        fail "$what" "$scratch/expect.log"
    fi
}

# expect_not WHAT COMMAND...: passes if the command fails.
expect_not() {
    local what=$1
    shift
    if "$@" >"$scratch/expect.log" 2>&1; then
        fail "$what" "$scratch/expect.log"
    else
        pass
    fi
}

close_tally() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
