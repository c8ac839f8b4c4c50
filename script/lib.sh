# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What script/demo, script/test, script/bench and .ci/run share; bash reads it with `source`.
#
#   need gcc cmake ...     checks for tools, installs those that are missing, or says how to
#   build PRESET [TARGET]  configures and builds quietly into build/PRESET
#   run_tests PRESET       runs ctest and closes with "N passed, N failed"
#
# Progress goes to stderr, results to stdout. Long output goes to build/log/ and is shown only when
# something failed. Nothing here needs a network unless a tool is missing.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$root/build/log

say() {
    printf '==> %s\n' "$*" >&2
}

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# ---- Tools

# True if the C or C++ program of the first argument compiles, links and so has its headers: the
# other arguments are the compiler's command line.
compiles() {
    local program=$1 folder result=0
    shift
    folder=$(mktemp -d)
    printf '%b' "$program" | "$@" -o "$folder/out" >/dev/null 2>&1 || result=1
    rm -rf "$folder"
    return "$result"
}

c_program='#include <stdio.h>\nint main(void) { return puts("") < 0; }\n'
cxx_program='#include <cstdio>\nint main() { return std::puts("") < 0; }\n'
ddk=(-isystem /usr/share/mingw-w64/include/ddk)
ddk_program='#include <ntifs.h>\n'
zydis_program='#include <Zydis/Zydis.h>\nint main(void) { return ZydisGetVersion() == 0; }\n'
cmocka_program='#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <setjmp.h>
#include <cmocka.h>\nint main(void) { cmocka_set_message_output(CM_OUTPUT_STDOUT); return 0; }\n'

has_gcc() { compiles "$c_program" gcc -x c -; }
has_gxx() { compiles "$cxx_program" g++ -x c++ -; }
has_clang() { compiles "$c_program" clang -fsanitize=address -x c -; }
has_clangxx() { compiles "$cxx_program" clang++ -x c++ -; }
has_gcc32() { compiles "$c_program" gcc -m32 -I/usr/include/x86_64-linux-gnu -x c -; }
has_gcc_arm64() { compiles "$c_program" aarch64-linux-gnu-gcc -x c -; }
has_mingw64() { compiles "$ddk_program" x86_64-w64-mingw32-gcc "${ddk[@]}" -x c - -c; }
has_mingw32() { compiles "$ddk_program" i686-w64-mingw32-gcc "${ddk[@]}" -x c - -c; }
has_cmocka() { compiles "$cmocka_program" gcc -x c - -lcmocka; }
has_zydis() { compiles "$zydis_program" gcc -x c - -lZydis; }
has_lld() { command -v lld-link >/dev/null; }
has_wine() { command -v wine >/dev/null && command -v wineserver >/dev/null; }
has_ninja() { command -v ninja >/dev/null; }
has_git() { command -v git >/dev/null; }
has_valgrind() { command -v valgrind >/dev/null; }
has_gcovr() { command -v gcovr >/dev/null; }
has_frama_c() { command -v frama-c >/dev/null; }
has_cmake() {
    local version
    version=$(cmake --version 2>/dev/null | sed -n 's/^cmake version //p') || return 1
    [ -n "$version" ] && printf '3.25\n%s\n' "$version" | sort -C -V
}

# What the package manager $1 calls the needs after it.
packages_of() {
    local manager=$1 major
    shift
    major=$(gcc -dumpversion 2>/dev/null | cut -d. -f1) || major=
    awk -F' *[|] *' -v manager="$manager" -v needs=" $* " -v gcc="${major:-12}" '
        $1 == "need" { for (i = 2; i <= NF; i++) if ($i == manager) column = i }
        index(needs, " " $1 " ") { gsub(/@GCC@/, gcc, $column); names = names " " $column }
        END { print substr(names, 2) }' "$root/script/packages.txt"
}

package_manager() {
    local manager
    for manager in apt-get dnf pacman zypper brew; do
        command -v "$manager" >/dev/null && { echo "$manager"; return; }
    done
    echo none
}

user_id() {
    id -u
}

install_with_apt() {
    local log=$logs/install.log as_root=()
    if [ "$(user_id)" -ne 0 ]; then
        command -v sudo >/dev/null || die "this needs root, and there is no sudo. As root, run:
  apt-get install --no-install-recommends $*"
        as_root=(sudo)
    fi
    mkdir -p "$logs"
    say "installing with ${as_root[*]:+${as_root[*]} }apt-get: $*"
    as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120)
    # One broken package source must not stop an install from the others.
    "${as_root[@]}" update >"$log" 2>&1 || true
    "${as_root[@]}" install -y --no-install-recommends "$@" >>"$log" 2>&1 || {
        tail -n 25 "$log" >&2
        die "apt-get could not install: $*"
    }
}

# Makes sure of every tool named; stops with instructions where it cannot.
need() {
    local name manager missing=() wanted
    for name in "$@"; do
        "has_$name" || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "missing: ${missing[*]}"
    manager=$(package_manager)
    wanted=$(packages_of "$manager" "${missing[@]}")
    case $manager in
    apt-get)
        # shellcheck disable=SC2086 # a list of words
        install_with_apt $wanted
        ;;
    none) die "install these first: ${missing[*]}" ;;
    *) die "install the missing packages first, for example:
  $manager $([ "$manager" = pacman ] && echo -S || echo install) $wanted" ;;
    esac
    for name in "${missing[@]}"; do
        "has_$name" || die "still missing after the installation: $name$(
            [ "$name" != cmake ] || echo " 3.25 or newer (Debian 12 and Ubuntu 24.04 have it)")"
    done
}

# ---- Build

cpu_count() {
    getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2
}

# Shows the "[12/80] ..." lines of a build as one changing line of a terminal; silent elsewhere.
show_progress() {
    local line
    if [ ! -t 2 ]; then
        cat >/dev/null
        return
    fi
    while IFS= read -r line; do
        case $line in "["*/*"]"*) printf '\r\033[K    %.90s' "$line" >&2 ;; esac
    done
    printf '\r\033[K' >&2
}

build() {
    local preset=$1 log=$logs/build-$1.log target=()
    [ $# -lt 2 ] || target=(--target "$2")
    mkdir -p "$logs"
    say "building ${2:-everything} (preset $preset, log: build/log/build-$preset.log)"
    (cd "$root" && cmake --preset "$preset") >"$log" 2>&1 &&
        cmake --build "$root/build/$preset" --parallel "$(cpu_count)" "${target[@]}" 2>&1 |
        tee -a "$log" | show_progress || {
        grep -vE '^\[[0-9]+/[0-9]+\] [A-Z][a-z]+ing ' "$log" | tail -n 60 >&2 || true
        die "the build failed (preset $preset); all of it: build/log/build-$preset.log"
    }
}

# ---- Test

# Runs the tests of a build and closes with "N passed, N failed"; false if any failed or none ran.
run_tests() {
    local preset=$1 results=$logs/test-$1.xml
    say "testing (preset $preset)"
    rm -f "$results"
    (cd "$root" && ctest --preset "$preset" --progress --parallel "$(cpu_count)" \
        --output-junit "$results") >&2 || true
    [ -f "$results" ] || die "ctest wrote no results (preset $preset)"
    awk -f "$root/script/count.awk" "$results"
}
