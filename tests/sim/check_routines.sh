#!/bin/sh
# SPDX-License-Identifier: MIT
# lib/sim/routines.h and not_simulated.h have every Windows function that the library defines, and
# no other, and what the headers declare is among them: check_routines.sh LIBRARY FOLDER. Then the
# check is tried itself on lists that lack one.
set -eu
library=$1
routines="$2/routines.h $2/not_simulated.h"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/syspte-routines.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export LC_ALL=C

# What the library defines for the driver: all but its own names and what a coverage build adds.
nm -g --defined-only "$library" |
    awk 'NF == 3 && ($2 == "T" || $2 == "W") && $3 !~ /^(syspte_|_|lprof|llvm)/ { print $3 }' |
    sort >"$scratch/defined"

listed() {
    sed -nE 's/^(EXPORTED|INLINE|ELSEWHERE|NTDDK|NTIFS|UNDECLARED)\(([A-Za-z0-9]+).*/\2/p' "$@" |
        sort
}

listed $routines >"$scratch/listed"
comm -23 "$scratch/defined" "$scratch/listed" | sed 's/^/FAILED: not in the list: /' \
    >"$scratch/wrong"
comm -13 "$scratch/defined" "$scratch/listed" | sed 's/^/FAILED: not in the library: /' \
    >>"$scratch/wrong"
uniq -d "$scratch/listed" | sed 's/^/FAILED: more than once in the list: /' >>"$scratch/wrong"

for name in MmMapIoSpace ZwCreateFile; do
    cat $routines | sed "/^[A-Z]*($name,/d" >"$scratch/routines.h"
    listed "$scratch/routines.h" >"$scratch/shorter"
    [ "$(comm -23 "$scratch/defined" "$scratch/shorter" | grep -cx "$name")" -eq 1 ] ||
        echo "FAILED: that $name is missing is not seen" >>"$scratch/wrong"
done

# What the headers declare is there to be linked, as far as gcc can list it.
if command -v gcc >/dev/null; then
    printf '#include <%s.h>\n' ntifs wdmsec >"$scratch/declared.c"
    echo 'extern void ZwPlanted(void);' >>"$scratch/declared.c"
    gcc -w -std=gnu11 -fshort-wchar -fms-extensions -isystem "$2/../../include/wdk" -fsyntax-only \
        -aux-info "$scratch/declared.txt" "$scratch/declared.c"
    sed -nE '/:NC \*\/ extern /{s/__attribute__ *\(\(.*\)\)//; s/ \(.*//; s/.*[ *]//; p}' \
        "$scratch/declared.txt" | grep -vE '^(syspte_|_)' | sort -u >"$scratch/declared"
    comm -23 "$scratch/declared" "$scratch/defined" >"$scratch/unlinked"
    grep -qx ZwPlanted "$scratch/unlinked" ||
        echo "FAILED: that ZwPlanted is not there is not seen" >>"$scratch/wrong"
    grep -vx ZwPlanted "$scratch/unlinked" | sed 's/^/FAILED: declared, and not in the library: /' \
        >>"$scratch/wrong" || true
fi

cat "$scratch/wrong"
passed=$(comm -12 "$scratch/defined" "$scratch/listed" | wc -l)
failed=$(wc -l <"$scratch/wrong")
echo "$passed passed, $failed failed"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
