#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every public header alone, and twice in a row, without a warning: as C11 and as C++17, with each
# compiler named (gcc, clang; gcc if none is). C++ is left out where that compiler has none.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

strict=(-fsyntax-only -Wall -Wextra -Wpedantic -Werror)

# compile_alone HEADER LANGUAGE COMPILER...
compile_alone() {
    local header=$1 file=$scratch/alone.$2
    shift 2
    printf '#include <%s>\n#include <%s>\nextern int syspte_alone;\n' "$header" "$header" >"$file"
    "$@" "${strict[@]}" "$file"
}

# The header $1, found through the include options after it, in both languages of both compilers.
check_header() {
    local header=$1 compiler
    shift
    for compiler in "${compilers[@]}"; do
        expect "$header, C11, $compiler" compile_alone "$header" c "$compiler" -std=c11 "$@"
        case $compiler in
        gcc) command -v g++ >/dev/null || continue ;;
        esac
        expect "$header, C++17, $compiler" compile_alone "$header" cpp \
            "${compiler/gcc/g++}" -x c++ -std=c++17 "$@"
    done
}

compilers=("$@")
[ $# -gt 0 ] || compilers=(gcc)

echo 'extern no_such_type syspte_planted;' >"$scratch/planted.h"
for compiler in "${compilers[@]}"; do
    expect_not "$compiler: a planted broken header is found" \
        compile_alone planted.h c "$compiler" -std=c11 -I "$scratch"
done

for file in "$root"/include/syspte/*.h; do
    check_header "syspte/$(basename "$file")" -I "$root/include" -I "$root/include/wdk"
done
for file in "$root"/include/wdk/*.h; do
    check_header "$(basename "$file")" -I "$root/include" -I "$root/include/wdk"
done
close_tally
