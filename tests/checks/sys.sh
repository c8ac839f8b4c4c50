#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The drivers of examples/, unmodified, as .sys files: compiled against mingw-w64's driver headers
# for 64 and 32 bits by gcc, and by clang in MSVC mode the one that handles exceptions, for 64 bits
# (gcc has no __try, and clang none for 32 bits). Each must begin at DriverEntry, be a file for the
# kernel, and import what it maps with from ntoskrnl.exe. Then the 64-bit ones are executed in
# Wine's winedevice, loaded, asked and unloaded by tests/sys/host.c; what Wine's kernel only stubs
# (it maps nothing) comes from tests/sys/memory.c. No real Windows has seen any of this.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"
source "$(dirname "${BASH_SOURCE[0]}")/winedevice.sh"

headers=/usr/share/mingw-w64/include
skipped=0
strict=(-std=gnu11 -O2 -Wall -Wextra -Werror -Wno-unknown-pragmas)
examples=$root/examples
out=$scratch/sys
mkdir "$out" "$out/wine"

# gcc_driver BITS SOURCE OUT LIBRARY...: also leaves the list of symbols, OUT.map.
gcc_driver() {
    local tool=x86_64-w64-mingw32 entry=DriverEntry source=$2 file=$3
    [ "$1" = 64 ] || { tool=i686-w64-mingw32 entry=_DriverEntry@8; }
    shift 3
    "$tool-gcc" "${strict[@]}" -isystem "$headers/ddk" -shared -nostdlib \
        -Wl,--subsystem,native -Wl,--entry,"$entry" -Wl,--exclude-all-symbols \
        -Wl,--no-insert-timestamp "$source" "$@" -lntoskrnl -lhal -o "$file" &&
        "$tool-nm" "$file" | awk '$3 ~ /^_?DriverEntry(@8)?$/ { print $1 }' >"$file.entry"
}

# clang_driver SOURCE OUT LIBRARY...
clang_driver() {
    local source=$1 file=$2
    shift 2
    clang --target=x86_64-pc-windows-msvc -fms-compatibility-version=19.29 -fgnuc-version=12.2 \
        "${strict[@]}" -mno-red-zone -isystem "$headers" -isystem "$headers/ddk" \
        -c "$source" -o "$file.obj" &&
        lld-link /nologo /driver /subsystem:native /entry:DriverEntry /nodefaultlib \
            "/out:$file" "/map:$file.map" "$file.obj" "$@" \
            /usr/x86_64-w64-mingw32/lib/libntoskrnl.a &&
        awk '$2 == "DriverEntry" { print $3 }' "$file.map" >"$file.entry"
}

# A number of objdump's private headers.
header_of() {
    awk -v name="$2" '$1 == name { print $2; exit }' "$1.headers"
}

is_for_the_kernel() {
    [ "$(header_of "$1" Subsystem)" = 00000001 ]
}

begins_at_driver_entry() {
    local base entry wanted
    base=$(header_of "$1" ImageBase) entry=$(header_of "$1" AddressOfEntryPoint)
    wanted=$(cat "$1.entry") || return 1
    [ $((16#${base:-0} + 16#${entry:-0})) -eq $((16#${wanted:-0})) ]
}

# needs FILE MODULE FUNCTION: the file imports it from there.
needs() {
    awk -v module="$2" -v name="$3" '
        /DLL Name:/ { from = tolower($3) }
        from == module && $NF == name { found = 1 }
        END { exit !found }' "$1.headers"
}

needs_no_other_module() {
    ! sed -n 's/.*DLL Name: //p' "$1.headers" | grep -qviE '^(ntoskrnl[.]exe|hal[.]dll)$'
}

# headers_of FILE BITS: what objdump tells, to FILE.headers; nothing of a file that is not there.
headers_of() {
    local tool=x86_64-w64-mingw32
    [ "$2" = 64 ] || tool=i686-w64-mingw32
    "$tool-objdump" -p "$1" >"$1.headers" 2>&1 || true
}

# check NAME BITS FUNCTION...: the file of that driver is what it should be.
check() {
    local what="$1, $2 bits" file=$out/$1-$2.sys function
    headers_of "$file" "$2"
    shift 2
    expect "$what: it is for the kernel" is_for_the_kernel "$file"
    expect "$what: it begins at DriverEntry" begins_at_driver_entry "$file"
    for function in "$@"; do
        expect "$what: it imports $function" needs "$file" ntoskrnl.exe "$function"
    done
    expect "$what: it needs nothing but the kernel" needs_no_other_module "$file"
}

# have WHAT TOOL...: false, and said, if one is not here.
have() {
    local what=$1 tool
    shift
    for tool in "$@"; do
        command -v "$tool" >/dev/null || {
            echo "skipped: sys, $what: there is no $tool"
            skipped=$((skipped + 1))
            return 1
        }
    done
}

gcc_drivers() {
    local bits=$1 name
    for name in firmware_table wdm_pci; do
        expect "$name, $bits bits: gcc makes a driver of it" \
            gcc_driver "$bits" "$examples/$name/$name.c" "$out/$name-$bits.sys"
    done
    check firmware_table "$bits" MmMapIoSpace MmUnmapIoSpace
    check wdm_pci "$bits" MmMapIoSpace MmUnmapIoSpace IoConnectInterrupt IoDisconnectInterrupt
    expect_not 'an import that is not there is seen' \
        needs "$out/firmware_table-$bits.sys" ntoskrnl.exe MmProbeAndLockPages
    echo 1 >"$out/wdm_pci-$bits.sys.entry"
    expect_not 'another entry is seen' begins_at_driver_entry "$out/wdm_pci-$bits.sys"
}

if have 'for 64 bits' x86_64-w64-mingw32-gcc; then
    gcc_drivers 64
fi
if have 'for 32 bits' i686-w64-mingw32-gcc; then
    gcc_drivers 32
fi
if have 'by clang' clang lld-link x86_64-w64-mingw32-objdump; then
    expect 'mdl_ioctl: clang makes a driver of it' \
        clang_driver "$examples/mdl_ioctl/mdl_ioctl.c" "$out/mdl_ioctl-64.sys"
    check mdl_ioctl 64 MmProbeAndLockPages MmMapLockedPagesSpecifyCache MmUnlockPages \
        __C_specific_handler
fi

# ---- In Wine

# What is executed is linked anew, of the same sources, with memory.sys before the kernel.
wine_build() {
    x86_64-w64-mingw32-dlltool -d "$root/tests/sys/memory.def" -l "$out/wine/libmemory.a" &&
        x86_64-w64-mingw32-gcc "${strict[@]}" -I "$examples/firmware_table" \
            -isystem "$headers/ddk" -shared -nostdlib -Wl,--subsystem,native -Wl,--entry,0 \
            "$root/tests/sys/memory.c" "$root/tests/sys/memory.def" -lntoskrnl \
            -o "$out/wine/memory.sys" &&
        x86_64-w64-mingw32-gcc "${strict[@]}" "$root/tests/sys/host.c" -ladvapi32 \
            -o "$out/wine/host.exe" &&
        gcc_driver 64 "$examples/firmware_table/firmware_table.c" "$out/wine/firmware_table.sys" \
            "$out/wine/libmemory.a" &&
        gcc_driver 64 "$examples/firmware_table/firmware_table.c" "$out/wine/leaking.sys" \
            -DLEAK_ON_SEARCH "$out/wine/libmemory.a" &&
        gcc_driver 64 "$examples/wdm_pci/wdm_pci.c" "$out/wine/wdm_pci.sys" \
            "$out/wine/libmemory.a" &&
        clang_driver "$examples/mdl_ioctl/mdl_ioctl.c" "$out/wine/mdl_ioctl.sys" \
            "$out/wine/libmemory.a"
}

# execute NAME [FILE]: a 32-bit host would print nothing and succeed, so its last line counts. What
# drivers print goes where the first program of this Windows let it go: to one file.
execute() {
    local line
    : >"$out/before"
    [ ! -e "$out/debug" ] || cp "$out/debug" "$out/before"
    (cd "$out/wine" && timeout 60 wine host.exe "$1" "${2:-$1}.sys") \
        >"$out/$1.out" 2>>"$out/debug" || true
    line=$(tr -d '\r' <"$out/$1.out" | grep -xE '[0-9]+ passed, 0 failed') &&
        passed=$((passed + ${line%% *} - 1)) || { cat "$out/$1.out" "$out/debug"; return 1; }
}

# Of what memory.sys said last of the driver that ran last: that much was mapped, nothing is left.
ends_clean() {
    cat "$out/debug"
    tail -n "+$(($(wc -l <"$out/before") + 1))" "$out/debug" | grep -oE 'memory.sys: .*left' |
        tail -n 1 | grep -qx "memory.sys: [1-9][0-9]* maps, 0 mappings and 0 locks are left"
}

if ! have 'executing' x86_64-w64-mingw32-gcc clang lld-link wine wineserver; then
    :
elif ! wine_build >"$scratch/build.log" 2>&1; then
    fail 'the drivers link with memory.sys' "$scratch/build.log"
elif ! wine_begin >"$scratch/begin.log" 2>&1; then
    fail 'Wine begins' "$scratch/begin.log"
else
    for name in firmware_table mdl_ioctl wdm_pci; do
        expect "$name, executed in Wine's winedevice" execute "$name"
        [ "$name" = wdm_pci ] || # no device: it maps nothing there
            expect "$name, executed in Wine's winedevice, gives everything back" ends_clean
    done
    expect 'a driver that leaks is executed, too' execute firmware_table leaking
    expect_not 'that it leaks is seen' ends_clean
fi
if [ "$skipped" -ne 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
fi
close_tally
