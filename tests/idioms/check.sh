#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check.sh PROGRAM...: the program, which runs the defects of the drivers in Source, must fail in
# every test; its reports must name each line below a "// FOUND ...", with those words, and no
# other. Then a mark that is missing, and one too many, must be seen; and docs/idioms.md must name
# every source.
source "$(dirname "${BASH_SOURCE[0]}")/../checks/tally.sh"

here=$root/tests/idioms

# marked FOLDER: "file:line: words" of each mark.
marked() {
    awk 'FNR == 1 { count = 0 }
        match($0, /^ *\/\/ FOUND /) { words[++count] = substr($0, RLENGTH + 1); next }
        { name = FILENAME; sub(/.*\//, "", name)
          for (; count > 0; count--) print name ":" FNR ": " words[count] }' "$1"/*.c | sort -u
}

# named LOG: the same of what was reported; notes say what is no defect.
named() {
    sed -nE 's/^([^ ]*\/)?([^ \/]+\.c:[0-9]+: (leak|growth|misuse|limit): )/\2/p' "$1" | sort -u
}

# agree FOLDER LOG: each mark begins a line of the report, and each line begins with a mark.
agree() {
    awk 'NR == FNR { marks[NR] = $0; next }
        { known = 0
          for (i in marks) if (index($0, marks[i]) == 1) known = met[i] = 1
          if (!known) { print "reported, and not marked: " $0; wrong = 1 } }
        END { for (i in marks) if (!(i in met)) {
                  print "marked, and not reported: " marks[i]; wrong = 1 }
              exit wrong }' <(marked "$1") <(named "$2")
}

status=0
"$@" >"$scratch/log" 2>&1 || status=$?
tests=$(grep -c '^\[ RUN' "$scratch/log" || true)
expect "all $tests tests fail" [ "$status" -eq "$tests" ]
expect 'there are tests' [ "$tests" -gt 0 ]
expect 'the reports name the lines that are marked' agree "$here/Source" "$scratch/log"

cp -r "$here/Source" "$scratch/less"
sed -i '/FOUND leak: MmMapIoSpace in WindowMap/d' "$scratch/less/resources.c"
expect_not 'a missing mark is seen' agree "$scratch/less" "$scratch/log"
cp -r "$here/Source" "$scratch/more"
echo '// FOUND leak: MmMapIoSpace in Nowhere' >>"$scratch/more/stop.c"
echo 'int nowhere;' >>"$scratch/more/stop.c"
expect_not 'a mark too many is seen' agree "$scratch/more" "$scratch/log"

# told PAGE: the sources that a page names.
told() {
    grep -oE '`[a-z]+[.]c`' "$1" | tr -d '`' | sort -u
}
expect 'docs/idioms.md names the sources' \
    diff <(cd "$here/Source" && printf '%s\n' *.c) <(told "$root/docs/idioms.md")
close_tally
