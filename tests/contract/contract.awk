# SPDX-License-Identifier: MIT
# Reads the table of bug checks (-v table=FILE) and then the rows: awk -v mode=MODE -f contract.awk.
# mode=check prints a line for each thing that is wrong with the rows themselves, mode=tests
# "ID PROGRAM TEST" for each test that a row names, mode=page the page, mode=count the counts.
# A bug check's cases are what the table says, so that a case without a row shows.

function wrong(words) {
    if (mode == "check") print "FAILED: " words
}

# ---- The table of bug checks

function case_end(  f) {
    if (record ~ /^ *SYSPTE_CASE\(/) {
        gsub(/^ *SYSPTE_CASE\(/, "", record)
        split(record, f, /, */)
        if (record ~ /\(Windows 2000 only\)/) {
            old[f[1]] = old[f[1]] " 0x" f[2]
        } else {
            cases[f[1]] = cases[f[1]] " " f[2]
            never[f[1] "." f[2]] = f[3] == "NEVER"
        }
    }
    record = ""
}

function table_read(  line) {
    while ((getline line < table) > 0) {
        if (line ~ /^ *\/\//) continue
        if (line ~ /SYSPTE_(CODE|CASE|STOP)\(/) case_end()
        record = record line
    }
    case_end()
}

# ---- The rows

function section_begin(  n, bounds, i, list, id) {
    section = $2
    sections[++section_count] = section
    code[section] = ""
    if ($3 == "codes") {
        code[section] = $4
        n = split(cases[$4], list, " ")
    } else if ($3 == "rows" && $4 ~ /^[0-9]+$/) {
        for (n = 0; n < $4; n++) list[n + 1] = n + 1
    } else {
        wrong("a section needs \"rows COUNT\" or \"codes CODE\": " $0)
    }
    if (n == 0) wrong("section " section " has no rows")
    for (i = 1; i <= n; i++) {
        id = section "." list[i]
        expected[id] = 1
        order[section, i] = id
    }
    length_of[section] = n
    title[section] = rest(5)
}

# The line from its word `n` on.
function rest(n,  i, text) {
    text = $n
    for (i = n + 1; i <= NF; i++) text = text " " $i
    return text
}

function row_begin() {
    row = $2
    if (row in fact) wrong("row " row " is there twice")
    if (!(row in expected)) wrong("row " row " is in no section: is its number right?")
    else if (substr(row, 1, length(section) + 1) != section ".")
        wrong("row " row " stands in another section")
    fact[row] = rest(3)
}

BEGIN {
    table_read()
}

/^#/ || NF == 0 { next }
$1 == "section" { section_begin(); next }
$1 == "row" && NF > 2 { row_begin(); next }
row == "" { wrong("line " FNR " belongs to no row: " $0); next }
$1 == "source" && NF > 1 { source[row] = rest(2); next }
$1 == "test" && NF == 3 {
    if (mode == "tests") print row, $2, $3
    tests[row] = tests[row] (tests[row] == "" ? "" : ", ") "`" $2 ": " $3 "`"
    test_count++
    next
}
$1 == "unsimulated" && NF > 3 { reason[row] = rest(2); next }
{ wrong("line " FNR " is none of section, row, source, test, unsimulated: " $0) }

# ---- What is said of them

function row_check(id, raised) {
    if (!(id in fact)) {
        wrong("row " id " is missing")
        return
    }
    if (source[id] == "") wrong("row " id " has no source")
    if (tests[id] == "" && reason[id] == "") wrong("row " id " has no test")
    if (tests[id] != "" && reason[id] != "") wrong("row " id " is both tested and not simulated")
    if (raised == "never" && tests[id] != "")
        wrong("row " id " has a test, and the table of bug checks says that it is never raised")
    if (raised == "raised" && tests[id] == "")
        wrong("row " id " has no test, and the table of bug checks says that it is raised")
}

function section_check(s,  i, key) {
    for (i = 1; i <= length_of[s]; i++) {
        key = order[s, i]
        sub(/^.*\./, code[s] ".", key)
        row_check(order[s, i], code[s] == "" ? "any" : never[key] ? "never" : "raised")
    }
}

function section_put(s,  i, id) {
    printf "\n## %s %s\n\n", s, title[s]
    if (old[code[s]] != "") {
        printf "Documented for Windows 2000 only, so without a row:%s.\n\n", old[code[s]]
    }
    print "| row | fact | shown by | source |\n|---|---|---|---|"
    for (i = 1; i <= length_of[s]; i++) {
        id = order[s, i]
        printf "| %s | %s | %s | %s |\n", id, fact[id], \
            reason[id] == "" ? tests[id] : "not simulated: " reason[id], source[id]
    }
}

END {
    for (id in fact) rows++
    for (id in reason) unsimulated++
    counts = sprintf("%d rows, %d with a test, %d not simulated", rows, rows - unsimulated, \
        unsimulated)
    if (mode == "count") print counts
    if (mode == "page") {
        print "# The contract, row by row\n"
        print "What Windows documents about mapping memory, and the test that shows that the"
        print "simulated machine does it: `PROGRAM: TEST`, where the program is `test_sim_PROGRAM`."
        print "A row without a test says why. *Source* is a page of Microsoft's driver"
        print "documentation, a bug check, a header, or a [policy](policies.md) where no public"
        print "page decides. [bugchecks.md](bugchecks.md) has the cases of the bug checks, and"
        print "their parameters. The numbers of the rows are names, and have gaps.\n"
        print "This page is generated from `tests/contract/rows.txt`: change that, then run"
        print "`bash tests/contract/contract.sh --update`.\n"
        print counts "."
    }
    for (i = 1; i <= section_count; i++) {
        if (mode == "check") section_check(sections[i])
        if (mode == "page") section_put(sections[i])
    }
}
