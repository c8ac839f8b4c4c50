#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# lib/core must go into a kernel: it is compiled here file by file without a hosted library, for
# each target named (host, i686, arm64, msvc; host if none is), and its objects may need nothing
# from outside but mem*. Conditional compilation is looked for, too: the build chooses folders
# instead. Each run first plants three violations in a copy and must find all of them.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

common=(-O2 -std=c11 -ffreestanding -fno-stack-protector -fno-pic -U_FORTIFY_SOURCE
    -Wall -Wextra -Wpedantic -Wshadow -Werror)

compiler_of() {
    case $1 in
    host) echo gcc ;;
    i686) echo gcc -m32 -I/usr/include/x86_64-linux-gnu ;;
    arm64) echo aarch64-linux-gnu-gcc -mno-outline-atomics ;;
    msvc) echo clang --target=x86_64-pc-windows-msvc -fms-compatibility-version=19.29 \
        -fgnuc-version=12.2 -Wgnu -Wvla -Wpointer-arith -Wshorten-64-to-32 -Wc2x-extensions ;;
    *) return 1 ;;
    esac
}

nm_of() {
    case $1 in
    arm64) echo aarch64-linux-gnu-nm ;;
    *) echo nm ;;
    esac
}

# Compiles the core in folder $2 for target $1 into folder $3.
compile_core() {
    local target=$1 core=$2 out=$3 compiler file
    read -ra compiler <<<"$(compiler_of "$target")"
    mkdir -p "$out"
    for file in "$core"/*.c; do
        "${compiler[@]}" "${common[@]}" -I "$root/include" -I "$root/lib" \
            -I "$root/lib/port/posix" -I "$core" -c "$file" -o "$out/$(basename "$file").o" ||
            return 1
    done
}

# The symbols that the objects in folder $2 need and none of them has, without mem*. GNU nm reads
# COFF objects, too.
foreign_symbols() {
    "$(nm_of "$1")" -P "$2"/*.o >"$2/symbols" || { echo "(its symbols cannot be read)"; return; }
    awk '
        NF < 2 { next }
        $2 == "U" { needed[$1] = 1; next }
        $2 != "v" && $2 != "w" { defined[$1] = 1 }
        END { for (name in needed) if (!(name in defined)) print name }' "$2/symbols" |
        grep -vxE '(memcpy|memmove|memset|memcmp)' || true
}

# Conditionals in the files of folder $1, apart from header guards and extern "C".
conditionals() {
    local file
    for file in "$1"/*.[ch]; do
        awk -v file="$(basename "$file")" '
            /^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else)([^a-z]|$)/ {
                header = file ~ /[.]h$/
                guard = header && !guards && /^#ifndef [A-Z0-9_]+_H$/
                guards += guard
                if (!guard && !(header && /^#ifdef __cplusplus$/)) print file ":" FNR ": " $0
            }' "$file"
    done
}

# Prints what is wrong with the core in folder $2 for target $1; silent if nothing is.
violations() {
    local objects="$scratch/objects-$1-$RANDOM"
    conditionals "$2"
    compile_core "$1" "$2" "$objects" 2>&1 || { echo "$1: does not compile"; return; }
    foreign_symbols "$1" "$objects" | sed "s/^/$1: needs from outside: /"
}

finds() {
    violations "$1" "$2" | tee "$scratch/found.log" | grep -q "$3"
}

# A copy of the core with the text $2 as one more file.
planted_core() {
    mkdir "$scratch/$1"
    cp "$root"/lib/core/*.[ch] "$scratch/$1"
    printf '%b' "$2" >"$scratch/$1/planted.c"
    echo "$scratch/$1"
}

targets=("$@")
[ $# -gt 0 ] || targets=(host)

planted=$(planted_core conditional '#if 1\nint syspte_planted = 1;\n#endif\n')
expect 'a planted #if is found' finds "${targets[0]}" "$planted" 'planted.c:1: #if 1'
planted=$(planted_core symbol '#include <stddef.h>\nsize_t strlen(const char *);
size_t syspte_planted(const char *);
size_t syspte_planted(const char *text) { return strlen(text); }\n')
planted_division=$(planted_core division '#include <stdint.h>
uint64_t syspte_planted(uint64_t, uint64_t);
uint64_t syspte_planted(uint64_t a, uint64_t b) { return a / b; }\n')
for target in "${targets[@]}"; do
    expect "$target: a planted strlen is found" finds "$target" "$planted" 'outside: strlen'
    if [ "$target" = i686 ]; then
        expect "$target: a planted 64-bit division is found" \
            finds "$target" "$planted_division" 'outside: __udivdi3'
    fi
done

for target in "${targets[@]}"; do
    violations "$target" "$root/lib/core" >"$scratch/violations.log"
    if [ -s "$scratch/violations.log" ]; then
        fail "lib/core is not freestanding: $target" "$scratch/violations.log"
    else
        pass
    fi
done
close_tally
