#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The stand-in WDK headers, compiled for this host, against mingw-w64's own driver headers, compiled
# for Windows, with 64 and with 32 bits: every type, member, constant and function that ours have
# must be there as well, of equal size, place and value. What mingw-w64 has otherwise is listed with
# the reason in tests/wdk/pe_differences.txt, what it has not in tests/wdk/pe_missing.txt; an entry
# that is not needed fails as well. First it is shown that planted mistakes are found.
#
# Names are taken from the debug information of both (tests/wdk/pe_types.awk). What that does not
# tell (constants, alignment, signs, functions) is asked for in a source of one line a question;
# questions that do not compile have no answer.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

here=$root/tests/wdk
export LC_ALL=C
debug=(-gdwarf-5 -fno-eliminate-unused-debug-types -w)
units='ntifs windef ndis storport video'

# compiler_of SIDE BITS [HEADERS]: into the array `compiler`.
compiler_of() {
    case $1$2 in
    ours64) compiler=(gcc) ;;
    ours32) compiler=(gcc -m32) ;;
    theirs64) compiler=(x86_64-w64-mingw32-gcc) ;;
    theirs32) compiler=(i686-w64-mingw32-gcc) ;;
    esac
    case $1 in
    ours) compiler+=(-std=gnu11 -fshort-wchar -fms-extensions -I "${3:-$root/include/wdk}") ;;
    theirs) compiler+=(-std=gnu11 -isystem /usr/share/mingw-w64/include/ddk) ;;
    esac
}

# What includes unit $2 of side $1. Three of mingw-w64 10 do not compile without help: two say a
# type twice, and one lacks a comma.
include_of() {
    [ "$1" = ours ] || case $2 in
    ndis)
        printf '#define %s 1\n' NDIS_MINIPORT_DRIVER NDIS51_MINIPORT
        printf '#include <%s.h>\n' ntddk ntddndis
        for name in _NDIS_REQUEST_TYPE NDIS_REQUEST_TYPE PNDIS_REQUEST_TYPE \
            NdisRequest{QueryInformation,SetInformation,QueryStatistics,Open,Close,Send} \
            NdisRequest{TransferData,Reset,Generic1,Generic2,Generic3,Generic4}; do
            echo "#define $name again_$name"
        done
        echo '#define NdisMWanIndicateReceiveComplete(...) mended(void)'
        ;;
    storport)
        printf '#include <%s.h>\n' ntddk srb
        printf '#define %sSCSI_WMI_REQUEST_BLOCK %sAGAIN\n' _ _ '' '' P P
        ;;
    video) printf '#include <%s.h>\n' ntdef dderror miniport ;;
    esac
    echo "#include <$2.h>"
}

objdump_of() {
    case $1 in
    theirs64) x86_64-w64-mingw32-objdump --dwarf=info "$2" ;;
    theirs32) i686-w64-mingw32-objdump --dwarf=info "$2" ;;
    *) objdump --dwarf=info "$2" ;;
    esac
}

# types_of SIDE BITS SOURCE [HEADERS]
types_of() {
    compiler_of "$1" "$2" "${4:-}"
    "${compiler[@]}" "${debug[@]}" -c "$3" -o "$scratch/types.o" &&
        objdump_of "$1$2" "$scratch/types.o" | awk -f "$here/pe_types.awk"
}

# What the compiler has of its own, and the names of our own inside the headers, are no matter.
own='^(SYSPTE_|syspte_|__|max_align_t|va_list)'

without_own() {
    grep -vE "$own" || true
}

# Names of object-like macros that unit $1 of ours defines, with $2 bits.
macros_of() {
    compiler_of ours "$2" "${3:-}"
    local flags=(-E -dM -x c)
    "${compiler[@]}" "${flags[@]}" - </dev/null | sort >"$scratch/macros.none"
    echo "#include <$1.h>" | "${compiler[@]}" "${flags[@]}" - | sort |
        comm -13 "$scratch/macros.none" - |
        sed -nE 's/^#define ([A-Za-z_][A-Za-z0-9_]*) .*/\1/p' | without_own
}

functions_of() {
    compiler_of ours "$2" "${3:-}"
    echo "#include <$1.h>" >"$scratch/functions.c"
    "${compiler[@]}" -w -fsyntax-only -aux-info "$scratch/functions.txt" "$scratch/functions.c"
    { grep -E '^/\* .*:NC \*/ extern ' "$scratch/functions.txt" || true; } |
        sed -E 's/__attribute__ *\(\(.*\)\)//; s/ \(.*//; s/.*[ *]//' | sort -u | without_own
}

# questions_of UNIT BITS TYPES [HEADERS]: lines "NAME KIND LINE-OF-C".
questions_of() {
    {
        macros_of "$1" "$2" "${4:-}"
        awk -F'\t' '$2 == "value" { print $1 }' "$3"
    } | sort -u | awk '{ printf "%s\tvalue\tenum { ask_%d = (%s) != 0 }; ", $1, NR, $1
                         printf "const long long answer_@ = (long long)(%s);\n", $1 }'
    awk -F'\t' '$2 == "size" {
        printf "%s\talign\tconst long long answer_@ = _Alignof(%s);\n", $1, $1
        printf "%s\tsign\tconst long long answer_@ = (%s)-1 < (%s)1;\n", $1, $1, $1 }' "$3"
    functions_of "$1" "$2" "${4:-}" |
        awk '{ printf "%s\tfunction\ttypedef __typeof__(&%s) function_%s;\n", $1, $1, $1 }'
}

# answers_to QUESTIONS SIDE BITS UNIT [HEADERS]: rows "NAME KIND ANSWER"; leaves the source with
# what compiles of it in $scratch/asked.c.
answers_to() {
    local wrong
    compiler_of "$2" "$3" "${5:-}"
    include_of "$2" "$4" >"$scratch/unit.h"
    {
        echo '#include "unit.h"'
        awk -F'\t' '{ gsub(/@/, NR + 1, $3); print $3 }' "$1"
    } >"$scratch/asked.c"
    for _ in 1 2 3 4 5; do
        # Preprocessed first: then an error is told where the question is, not where a macro is.
        "${compiler[@]}" -w -E "$scratch/asked.c" -o "$scratch/asked.i"
        wrong=$("${compiler[@]}" -w -fmax-errors=0 -S -fno-zero-initialized-in-bss \
            "$scratch/asked.i" -o "$scratch/asked.s" 2>&1 |
            sed -nE 's/^.*asked\.c:([0-9]+):.* error: .*/\1/p' | sort -un)
        [ -n "$wrong" ] || break
        awk 'NR == FNR { wrong[$1]; next } FNR in wrong { print ""; next } { print }' \
            <(echo "$wrong") "$scratch/asked.c" >"$scratch/asked.next"
        mv "$scratch/asked.next" "$scratch/asked.c"
    done
    [ -z "$wrong" ] || { echo "the questions do not compile: $2 $3 $4"; return 1; }
    awk '/^_?answer_[0-9]+:/ { sub(/^_?answer_/, ""); line = $0 + 0; answer = ""; next }
        /^[ \t]*[.](quad|long)/ && line { answer = answer (answer == "" ? "" : ":") $2 }
        /^[ \t]*[.](zero|space)/ && line { answer = "0" }
        line { answers[line] = answer }
        /^[^ \t]/ { line = 0 }
        END { for (line in answers) print line "\t" answers[line] }' "$scratch/asked.s" |
        awk -F'\t' 'NR == FNR { answers[$1] = $2; next }
            (FNR + 1) in answers { print $1 "\t" $2 "\t" answers[FNR + 1] }' - "$1"
}

# rows_of SIDE BITS UNIT QUESTIONS OUT [HEADERS]: everything that is known of one side.
rows_of() {
    answers_to "$4" "$1" "$2" "$3" "${6:-}" >"$scratch/answers" &&
        types_of "$1" "$2" "$scratch/asked.c" "${6:-}" >"$scratch/types" &&
        awk -F'\t' -v OFS='\t' 'FILENAME ~ /types$/ && $2 == "value" { next }
            sub(/^function_/, "", $1) && $2 == "size" { next }
            { print }' "$scratch/types" "$scratch/answers" | without_own |
        sed 's/\t/ /' | sort -u >"$5"
}

# compare OURS THEIRS BITS: what theirs has otherwise, "differs BITS NAME KIND OURS THEIRS" or
# "missing NAME KIND"; what it has, "has NAME KIND"; then "same COUNT".
compare() {
    awk -F'\t' -v bits="$3" '
        NR == FNR { theirs[$1] = $2; next }
        { print ($1 in theirs ? "has " : "missing ") $1 }
        !($1 in theirs) { next }
        theirs[$1] != $2 { print "differs " bits " " $1 " " $2 " " theirs[$1]; next }
        { same++ }
        END { print "same " same + 0 }' "$2" "$1"
}

# look_at UNIT BITS [HEADERS]: what `compare` prints.
look_at() {
    local unit=$1 bits=$2 headers=${3:-} questions=$scratch/questions
    echo "#include <$unit.h>" >"$scratch/unit.c"
    types_of ours "$bits" "$scratch/unit.c" "$headers" | without_own >"$scratch/names" &&
        questions_of "$unit" "$bits" "$scratch/names" "$headers" >"$questions" &&
        rows_of ours "$bits" "$unit" "$questions" "$scratch/ours" "$headers" &&
        rows_of theirs "$bits" "$unit" "$questions" "$scratch/theirs" &&
        compare "$scratch/ours" "$scratch/theirs" "$bits"
}

# finds FILE FROM TO EXPECTED: whether a change of one of our headers is seen.
finds() {
    local copy=$scratch/planted
    rm -rf "$copy"
    cp -r "$root/include/wdk" "$copy"
    sed -i "s/$2/$3/" "$copy/$1"
    ! cmp -s "$copy/$1" "$root/include/wdk/$1" &&
        look_at ntifs 64 "$copy" >"$scratch/planted.log" &&
        grep -qx "$4" "$scratch/planted.log"
}

# Prints what is listed and not found, or found and not listed. What one unit of theirs has not may
# be in another.
judge() {
    awk -v missing="$here/pe_missing.txt" -v differences="$here/pe_differences.txt" '
        function listed(name,    i) {
            for (i in expected) {
                if (name == i || index(name, i ".") == 1) {
                    needed[i] = 1
                    return 1
                }
            }
            return 0
        }
        BEGIN {
            while ((getline line < missing) > 0) {
                if (line !~ /^(#|$)/) expected[line] = 1
            }
            while ((getline line < differences) > 0) {
                if (line ~ /^(#|$)/) continue
                if (split(line, half, / +[|] +/) != 2 || half[2] !~ /[a-z]/) {
                    print "without a reason: " line
                    continue
                }
                known["differs " half[1]] = 1
            }
        }
        NR == FNR { if ($1 == "has") has[$2 " " $3] = 1; next }
        $1 == "missing" && !(($2 " " $3) in has) && !listed($2) {
            print "not in mingw-w64, and not listed: " $2
        }
        $1 == "differs" && !($0 in known) { print "differs (bits, name, ours, theirs): " $0 }
        $1 == "differs" { met[$0] = 1 }
        END {
            for (i in expected) if (!needed[i]) print "listed as missing, and is there: " i
            for (i in known) if (!met[i]) print "listed, and does not differ so: " i
        }' "$1" "$1" | sort -u
}

expect 'two members in the wrong order are found' \
    finds syspte_wdk/mdl.h 'CSHORT MdlFlags;' 'ULONG MdlFlags;' \
    'differs 64 MDL.MdlFlags bits 80+16 96+32\|differs 64 MDL.MdlFlags bits 96+32 80+16'
expect 'a wrong constant is found' \
    finds syspte_wdk/mdl.h '^\(#define MDL_IO_SPACE *\)0x0800' '\10x0400' \
    'differs 64 MDL_IO_SPACE value 1024 2048'
expect 'a wrong parameter is found' \
    finds syspte_wdk/irp.h '_In_ CCHAR PriorityBoost' '_In_ LONG PriorityBoost' \
    'differs 64 IofCompleteRequest call 0(8,4) 0(8,1)'
expect 'a wrong sign is found' finds ntdef.h 'typedef UCHAR BOOLEAN' 'typedef CHAR BOOLEAN' \
    'differs 64 BOOLEAN sign 1 0'

: >"$scratch/all"
for bits in 64 32; do
    for unit in $units; do
        if look_at "$unit" "$bits" >"$scratch/seen" 2>"$scratch/said"; then
            same=$(sed -n 's/^same //p' "$scratch/seen")
            passed=$((passed + same))
            cat "$scratch/seen" >>"$scratch/all"
        else
            fail "$unit.h, $bits bits: cannot be compared" "$scratch/said"
        fi
    done
done
judge "$scratch/all" >"$scratch/wrong"
while read -r line; do
    fail "$line"
done <"$scratch/wrong"
close_tally
