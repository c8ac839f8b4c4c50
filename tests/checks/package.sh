#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# syspte as its users get it: installed and found by find_package (in another place than it was
# installed to), as a subdirectory, and by FetchContent. Each time a small driver project
# (tests/package) is built with it and tested.
#
#   package.sh BUILD [CMAKE ARGUMENTS...]   BUILD is a finished build of syspte; the arguments
#                                           (compiler, flags) go to the projects that use it
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

build=$1
shift
arguments=("-DDRIVER_SOURCE=$root/examples/xen_resume" "-DSYSPTE_SOURCE=$root" "$@")

configure() {
    local name=$1
    shift
    cmake -S "$root/tests/package" -B "$scratch/$name" -G Ninja "${arguments[@]}" \
        "-DCONSUME=$name" "$@"
}

# use_as NAME ARGUMENTS...: configures, builds and tests the project.
use_as() {
    configure "$@" && cmake --build "$scratch/$1" --parallel 2 &&
        ctest --test-dir "$scratch/$1" --output-on-failure --no-tests=error
}

expect 'cmake --install' cmake --install "$build" --prefix "$scratch/first"
mv "$scratch/first" "$scratch/installed"
prefix=-DCMAKE_PREFIX_PATH=$scratch/installed

expect 'by find_package, moved after the installation' use_as package "$prefix"
expect 'by add_subdirectory' use_as subdirectory
expect 'by FetchContent' use_as fetch

no_cmocka=(-DCMAKE_DISABLE_FIND_PACKAGE_cmocka=ON -DSYSPTE_CMOCKA_LIBRARY=)
expect 'without CMocka: everything else' configure headers "$prefix" "${no_cmocka[@]}"
rm -rf "$scratch/package"
expect_not 'without CMocka: COMPONENTS cmocka is not found' \
    configure package "$prefix" "${no_cmocka[@]}"
mv "$scratch/expect.log" "$scratch/refused.log"
expect 'without CMocka: says so' grep -q 'component cmocka needs CMocka' "$scratch/refused.log"

# Nothing in the package may know where it was built, or where this machine keeps CMocka.
expect_not 'the package names no folder of this machine' \
    grep -rnE "$root|$build|$scratch|/usr/(lib|include)" "$scratch/installed" --include='*.cmake'
expect_not 'stand-in headers stay out of the include folder itself' \
    ls "$scratch/installed/include/ntddk.h"
close_tally
