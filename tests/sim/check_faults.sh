#!/bin/sh
# SPDX-License-Identifier: MIT
# Every function of lib/sim/routines.h that takes something which can run out is tested with a fault
# plan in test_fault_family.c, or stands here with the reason why not:
# check_faults.sh ROUTINES TEST. Then the check is tried itself on a list with one function more.
set -eu
routines=$1
test=$2
scratch=$(mktemp -d "${TMPDIR:-/tmp}/syspte-faults.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export LC_ALL=C

cat >"$scratch/left_out" <<'LIST'
MmMapLockedPagesWithReservedMapping makes progress without PTEs
MmLockPagableDataSection has no failure to answer
MmLockPagableSectionByHandle has no failure to answer
RtlCreateRegistryKey makes a key, which is the test's
LIST

# By their names: what allocates, maps, creates, connects or opens, and nothing that ends that.
takers() {
    sed -nE 's/^(EXPORTED|INLINE|ELSEWHERE)\(([A-Za-z0-9]+).*/\2/p' "$1" |
        grep -E 'Alloc|Map|Create|Connect|GetDma|Open|Lock[A-Za-z]*Pagable|PsCreate' |
        grep -vE 'Free|Unmap|Unlock|Disconnect|^Wdf|BitMap'
}

# Those of a list that neither the test nor the list above has.
untested() {
    takers "$1" | while read -r name; do
        grep -q "ROW($name)" "$test" || grep -q "^$name " "$scratch/left_out" || echo "$name"
    done
}

untested "$routines" >"$scratch/wrong"
sed -i 's/^/FAILED: takes something, and no fault plan makes it fail: /' "$scratch/wrong"
cut -d' ' -f1 "$scratch/left_out" | while read -r name; do
    grep -q "($name" "$routines" || echo "FAILED: is left out, and is no function: $name"
done >>"$scratch/wrong"

{ cat "$routines"; echo 'EXPORTED(ExAllocatePlanted, 0x0500)'; } >"$scratch/routines.h"
untested "$scratch/routines.h" | grep -qx ExAllocatePlanted ||
    echo 'FAILED: a planted function is not seen' >>"$scratch/wrong"

cat "$scratch/wrong"
passed=$(takers "$routines" | wc -l)
failed=$(wc -l <"$scratch/wrong")
echo "$passed passed, $failed failed"
[ "$passed" -gt 20 ] && [ "$failed" -eq 0 ]
