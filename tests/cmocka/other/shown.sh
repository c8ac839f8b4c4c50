#!/bin/sh
# SPDX-License-Identifier: MIT
# The page shows the file that is tested: its code block that begins with `// NAME` is the file
# without its two opening lines.
# usage: shown.sh PAGE FILE
page=$1
file=$2
shown=$(mktemp) || exit 1
trap 'rm -f "$shown"' EXIT
awk -v first="// $(basename "$file")" '
    on && /^```/ { exit }
    on
    $0 == first { on = 1 }' "$page" >"$shown"
[ -s "$shown" ] || { echo "$page shows no $(basename "$file")"; exit 1; }
tail -n +3 "$file" | diff - "$shown"
