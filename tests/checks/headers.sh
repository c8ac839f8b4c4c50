#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every public header alone, and twice in a row, without a warning: as C11 and as C++17, with each
# compiler named (gcc, clang; gcc if none is). C++ is left out where that compiler has none.
# pshpack*.h leave a packing open and poppack.h ends it: they are tried as pairs, and without the
# warning that says so.
# syspte_sites.h is the last part of wdm.h. Then names that the headers must not have.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

strict=(-fsyntax-only -Wall -Wextra -Wpedantic -Werror)

# compile_text LANGUAGE TEXT COMPILER...
compile_text() {
    local file=$scratch/alone.$1
    printf '%b\nextern int syspte_alone;\n' "$2" >"$file"
    shift 2
    "$@" "${strict[@]}" "$file"
}

# check WHAT TEXT OPTIONS...: the text compiles in both languages of each compiler.
check() {
    local what=$1 text=$2 compiler cxx
    shift 2
    for compiler in "${compilers[@]}"; do
        expect "$what, C11, $compiler" compile_text c "$text" "$compiler" -std=c11 "$@"
        cxx=$([ "$compiler" = gcc ] && echo g++ || echo clang++)
        if command -v "$cxx" >/dev/null; then
            expect "$what, C++17, $compiler" compile_text cpp "$text" "$cxx" -std=c++17 "$@"
        fi
    done
}

twice() {
    echo "#include <$1>\\n#include <$1>"
}

compilers=("$@")
[ $# -gt 0 ] || compilers=(gcc)

echo 'extern no_such_type syspte_planted;' >"$scratch/planted.h"
for compiler in "${compilers[@]}"; do
    expect_not "$compiler: a planted broken header is found" \
        compile_text c "$(twice planted.h)" "$compiler" -std=c11 -I "$scratch"
done

for file in "$root"/include/syspte/*.h; do
    name=syspte/$(basename "$file")
    check "$name" "$(twice "$name")" -I "$root/include"
done

# As syspte::wdk gives them to driver source.
wdk=(-I "$root/include" -I "$root/include/wdk" -fshort-wchar -fms-extensions)
for file in "$root"/include/wdk/*.h; do
    name=$(basename "$file")
    case $name in
    poppack.h) ;;
    pshpack*.h)
        check "$name, poppack.h" "#include <$name>\n#include <poppack.h>" "${wdk[@]}" \
            -Wno-pragma-pack
        ;;
    syspte_sites.h) check "$name" "#include <wdm.h>\n#include <$name>" "${wdk[@]}" ;;
    *) check "$name" "$(twice "$name")" "${wdk[@]}" ;;
    esac
done
# Names that drivers define themselves, so no header of the kernel's may have them; and one that has
# to be another name of the same type, because drivers mix the two.
traps_in() {
    local name
    printf '#include <%s>\n' "$1"
    for name in bool true false; do
        printf '#ifdef %s\n#error %s\n#endif\n' "$name" "$name"
    done
    for name in BYTE WORD DWORD BOOL LPVOID int8_t uint8_t int16_t uint16_t int32_t uint32_t \
        int64_t uint64_t; do
        printf 'typedef struct trap_%s { int member; } %s;\n' "$name" "$name"
    done
    printf 'extern struct trap_BYTE *__strtok_r(struct trap_WORD *);\n'
    printf 'extern PHYSICAL_ADDRESS same;\nextern LARGE_INTEGER same;\n'
}

for compiler in "${compilers[@]}"; do
    for name in ntddk.h wdm.h ntifs.h wdf.h ndis.h storport.h miniport.h video.h; do
        expect "$name leaves the driver's own names alone, $compiler" \
            compile_text c "$(traps_in "$name")" "$compiler" -std=c11 "${wdk[@]}"
    done
    expect_not "windef.h has some of them, $compiler" \
        compile_text c "$(traps_in windef.h)" "$compiler" -std=c11 "${wdk[@]}"
    grep -q 'DWORD' "$scratch/expect.log" || fail 'the refusal names one' "$scratch/expect.log"
done
close_tally
