#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The stand-in WDK headers among other headers, in every order, with every compiler named (gcc,
# clang), as a user's build gives them: as system headers, with 16-bit wchar_t. Then the same with
# the definitions that driver source is compiled with.
source "$(dirname "${BASH_SOURCE[0]}")/../checks/tally.sh"

here=$root/tests/wdk
base=(-fsyntax-only -Wall -Wextra -Wpedantic -Werror -I "$root/include" -isystem "$root/include/wdk"
    -fshort-wchar)
driver=(-U__linux__ -U__linux -Ulinux -D_WIN32 -D_WIN64 -D_AMD64_ -D_M_AMD64 -D_M_X64
    -DNTDDI_VERSION=0x0A000000 -DWINVER=0x0A00 -DDBG=1 -Wno-unknown-pragmas -Wno-pedantic)

libc='assert.h ctype.h errno.h fcntl.h inttypes.h limits.h locale.h math.h pthread.h setjmp.h
    signal.h stdarg.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h strings.h sys/mman.h
    sys/stat.h sys/types.h time.h unistd.h wchar.h wctype.h'
ours='syspte/syspte.h syspte/debug.h setjmp.h stdarg.h stddef.h stdint.h cmocka.h'
libcxx='algorithm array atomic cmath codecvt filesystem fstream functional iostream limits locale
    map memory mutex numeric random regex string thread tuple vector'

includes() {
    printf '#include <%s>\n' "$@"
}

# order SUFFIX BEFORE AFTER: the source for one order.
order() {
    local file=$scratch/order.$1
    {
        [ -z "$2" ] || includes $2
        includes ntddk.h
        [ -z "$3" ] || includes $3
        includes ntifs.h wdm.h windef.h wdf.h
        echo 'extern int order_compiled;'
    } >"$file"
    echo "$file"
}

# The source of a driver that includes the header as C++ drivers do.
extern_c() {
    cat >"$scratch/extern_c.cpp" <<'SOURCE'
extern "C" {
#include <ntddk.h>
}
UNICODE_STRING name = RTL_CONSTANT_STRING(L"x");
SOURCE
    echo "$scratch/extern_c.cpp"
}

# compile_orders WHAT SUFFIX HEADERS COMPILER...: the headers before, and after.
compile_orders() {
    local what=$1 suffix=$2 headers=$3
    shift 3
    expect "$what before, $*" "$@" "${base[@]}" "$(order "$suffix" "$headers" '')"
    expect "$what after, $*" "$@" "${base[@]}" "$(order "$suffix" '' "$headers")"
}

check_c() {
    local extension
    for extension in -fms-extensions -fno-ms-extensions; do
        compile_orders "nothing" c '' "$@" $extension
        compile_orders "the C library" c "$libc" "$@" $extension
        compile_orders "syspte and CMocka" c "$ours" "$@" $extension
        expect "layout.c, $* $extension" "$@" $extension "${base[@]}" "$here/layout.c"
        expect "kmdf.c, $* $extension" "$@" $extension "${base[@]}" "${driver[@]}" "$here/kmdf.c"
        expect "driver_names.c, $* $extension" "$@" $extension "${base[@]}" "${driver[@]}" \
            "$here/driver_names.c"
    done
    expect_not "$*: a 32-bit wchar_t is refused" "$@" "${base[@]}" -fno-short-wchar \
        "$(order c '' '')"
    grep -q 'driver source needs -fshort-wchar' "$scratch/expect.log" ||
        fail "$*: the refusal says why" "$scratch/expect.log"
}

check_cxx() {
    local extension
    for extension in -fms-extensions -fno-ms-extensions; do
        compile_orders "nothing" cpp '' "$@" $extension
        compile_orders "the C library" cpp "$libc" "$@" $extension
        compile_orders "the C++ library" cpp "$libcxx" "$@" $extension
        compile_orders "syspte" cpp "syspte/syspte.h syspte/debug.h" "$@" $extension
        expect "inside extern \"C\", $*" "$@" $extension "${base[@]}" "$(extern_c)"
        expect "layout.c, $* $extension" "$@" $extension "${base[@]}" -x c++ "$here/layout.c"
        expect "kmdf.c, $* $extension" "$@" $extension "${base[@]}" "${driver[@]}" -x c++ \
            "$here/kmdf.c"
        expect "driver_names.cpp, $* $extension" "$@" $extension "${base[@]}" "${driver[@]}" \
            "$here/driver_names.cpp"
    done
}

compilers=("$@")
[ $# -gt 0 ] || compilers=(gcc)
for compiler in "${compilers[@]}"; do
    check_c "$compiler" -std=c11
    check_c "$compiler" -std=gnu11
    cxx=$([ "$compiler" = gcc ] && echo g++ || echo clang++)
    if command -v "$cxx" >/dev/null; then
        check_cxx "$cxx" -std=c++17
    fi
done
close_tally
