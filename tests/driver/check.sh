#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Driver source with all obstacles in it, compiled by syspte_add_driver and by the flags of
# syspte.pc, and run. Then each handling of an obstacle is taken away, and something must fail.
#
#   check.sh BUILD [-DNAME=VALUE...] COMPILER...
#
# BUILD is a finished build of syspte. The compilers are gcc and clang; things are taken away from
# the first one.
source "$(dirname "${BASH_SOURCE[0]}")/../checks/tally.sh"

here=$root/tests/driver
build=$1
shift
arguments=()
while [ "${1#-}" != "$1" ]; do
    arguments+=("$1")
    shift
done

# use NAME COMPILER PREFIX: configures, builds and runs the project.
use() {
    local cxx
    cxx=$([ "$2" = gcc ] && echo g++ || echo clang++)
    cmake -S "$here/project" -B "$scratch/$1" -G Ninja "${arguments[@]}" \
        "-DCMAKE_PREFIX_PATH=$3" "-DCMAKE_C_COMPILER=$2" "-DCMAKE_CXX_COMPILER=$cxx" \
        >"$scratch/$1.log" 2>&1 &&
        cmake --build "$scratch/$1" --parallel 2 && "$scratch/$1/test_driver"
}

# says NAME TEXT: the log of configuring has it.
says() {
    grep -qE "$2" "$scratch/$1.log"
}

expect 'cmake --install' cmake --install "$build" --prefix "$scratch/installed"

for compiler in "$@"; do
    expect "$compiler: every obstacle is passed" use "$compiler" "$compiler" "$scratch/installed"
    expect "$compiler: nothing is built again" \
        sh -c "ninja -C '$scratch/$compiler' | grep -q 'no work to do'"
    expect "$compiler: says that site macros are dropped" \
        says "$compiler" 'member.c: without site macros'
    expect "$compiler: says what __FUNCTION__ is" says "$compiler" 'function.c: __FUNCTION__ is'
    expect "$compiler: says who leaves the comma out" says "$compiler" \
        'comma.c: (preprocessed by .*clang|-fms-compatibility)'
    [ "$compiler" != gcc ] || expect "$compiler: says who reads the suffixes" says "$compiler" \
        'suffix.c: preprocessed by .*suffixes'
    expect "$compiler: says which headers are nowhere" \
        says "$compiler" 'obstacles: nowhere.*: hidport.h;Generated/version.h$'
    expect "$compiler: says what is not optimised" says "$compiler" 'exceptions.c: -O0'
done

# Without CMake: the flags of syspte.pc, for a source with exceptions and the C headers of a WDK.
make_without_cmake() {
    local flags driver
    PKG_CONFIG_PATH=$(dirname "$(find "$scratch/installed" -name syspte.pc)")
    export PKG_CONFIG_PATH
    flags=$(pkg-config --cflags syspte) && driver=$(pkg-config --variable=driver_cflags syspte) &&
        for file in names exceptions; do
            # shellcheck disable=SC2086
            "$1" $flags $driver -I "$scratch/$1/obstacles.syspte/aliases" \
                -I "$here/Source/Include" -c "$here/Source/$file.c" -o "$scratch/$file.o" ||
                return 1
        done
}
if command -v pkg-config >/dev/null; then
    for compiler in "$@"; do
        expect "$compiler: compiled with the flags of syspte.pc" make_without_cmake "$compiler"
    done
fi

# missed WHAT FILE SED: without that handling the project does not pass.
missed() {
    local copy=$scratch/less
    rm -rf "$copy" "$scratch/missing"
    cp -r "$scratch/installed" "$copy"
    sed -i -E "$3" $copy/$2
    if diff -rq "$copy" "$scratch/installed" >/dev/null; then
        fail "$1: nothing was taken away"
        return
    fi
    expect_not "without $1 something fails" use missing "$first" "$copy"
}
first=$1
cp -r "$scratch/installed" "$scratch/whole"
expect 'a copy that lacks nothing passes' use whole "$first" "$scratch/whole"
rules=lib*/cmake/syspte/syspte_add_driver.cmake
[ -d "$scratch/installed/lib/cmake" ] || rules=lib/*/cmake/syspte/syspte_add_driver.cmake
driver=include/syspte/wdk_km/syspte_driver.h
excpt=include/syspte/wdk_km/excpt.h
missed 'the rule for a missing comma' "$rules" 's/^( *if\(NOT )"comma" IN_LIST with\)/\1TRUE)/'
missed 'suffixes of integers' "$rules" 's/LL\/g"/L\/g"/; s/\[iI\]"\)/none")/'
missed 'a literal __FUNCTION__' "$rules" 's/-D__FUNCTION__=/-Dother=/'
missed 'the first line of a call' include/syspte/wdk/syspte_sites.h 's/__builtin_LINE\(\)/__LINE__/'
missed 'dropping site macros' "$rules" 's/-DSYSPTE_NO_SITE_MACROS/-Dother/'
missed 'aliases of headers' "$rules" 's/^( *file\(RENAME .*aliases\}.text).*/\1 ${aliases}.lost)/'
missed 'a .tmh' "$rules" 's/\[tT\]\[mM\]\[hH\]/none/'
missed 'the statements of begin_wpp' "$rules" 's/"begin_wpp"/"none"/'
missed 'headers that are nowhere' "$rules" \
    's/^( *syspte_driver_alias_write\("\$\{header\}").*/return()/'
missed 'short arguments after the last name' include/syspte/wdk_km/stdarg.h \
    's/sizeof\(__VA_ARGS__\) < sizeof\(int\)/0/'
missed 'signed char' "$rules" 's/-fsigned-char/-funsigned-char/'
missed 'the C headers of a kernel' "$rules" 's/SYSTEM PRIVATE \$\{km\}/SYSTEM PRIVATE/'
missed 'DBG' "$rules" 's/DBG=1/DBG=0/'
missed 'sized delete' "$rules" 's/-fsized-deallocation/-fno-sized-deallocation/'
missed 'undefined names of the host' "$driver" '/#undef __linux__/d'
missed '_WIN32' "$driver" '/#define _WIN32 /d'
missed 'try' "$excpt" '/#define try /d'
missed '__finally' "$excpt" '/#define __finally /d'
missed '__leave' "$excpt" '/#define __leave /d'
missed 'closing bodies where a function returns' "$rules" 's/ -finstrument-functions//'
missed 'strings of 16 bits' include/syspte/wdk_km/wchar.h \
    's/SYSPTE_CRT_OURS\(wcslen\)//'
missed 'formatting by the rules of Windows' include/syspte/wdk_km/stdio.h \
    's/SYSPTE_CRT_OURS\(_snprintf\)/SYSPTE_CRT_HOSTS(snprintf)/'
close_tally
