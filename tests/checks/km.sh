#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The Windows backend as a driver project gets it: the pair of files alone, with the headers of
# mingw-w64, by gcc for 64 and 32 bits and by clang in MSVC mode; what it costs in stack, and what
# it imports; that a driver with the backend switched off is the driver without it; and a driver
# with it, executed in Wine's winedevice. No real Windows has seen any of this.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"
source "$(dirname "${BASH_SOURCE[0]}")/winedevice.sh"

headers=/usr/share/mingw-w64/include
strict=(-std=gnu11 -O2 -Wall -Wextra -Wshadow -Werror -Wno-multichar)
pair=$scratch/pair
out=$scratch/out
skipped=0
mkdir "$pair" "$out"
python3 "$root/lib/km/pair.py" "$pair"
cp "$root/tests/km/selftest.c" "$pair"

# The most bytes of stack that a function may take by itself: report, at a level that has it, more.
STACK_MOST=512
# What Windows Server 2003 exports, and the pair may import.
imports='DbgPrint|DbgPrintEx|ExAllocatePoolWithTag|ExFreePoolWithTag|KeAcquireSpinLockRaiseToDpc'
imports+='|KeDelayExecutionThread|KeReleaseSpinLock|MmGetPhysicalAddress'
imports+='|memcpy|memmove|memset|strlen'
imports+='|KfAcquireSpinLock|KfReleaseSpinLock|KeGetCurrentIrql|InterlockedExchange'
imports+='|InterlockedIncrement|InterlockedDecrement|InterlockedCompareExchange'
imports+='|RtlCopyMemory|RtlZeroMemory'

# compile BITS OBJECT SOURCE [FLAG]...
compile() {
    local tool=x86_64-w64-mingw32
    [ "$1" = 64 ] || tool=i686-w64-mingw32
    (cd "$pair" && "$tool-gcc" "${strict[@]}" -isystem "$headers/ddk" "${@:4}" -c "$3" -o "$2")
}

link() {
    local tool=x86_64-w64-mingw32 entry=DriverEntry bits=$1 file=$2
    [ "$bits" = 64 ] || { tool=i686-w64-mingw32 entry=_DriverEntry@8; }
    shift 2
    "$tool-gcc" -shared -nostdlib -Wl,--subsystem,native:5.2 -Wl,--entry,"$entry" \
        -Wl,--exclude-all-symbols -Wl,--no-insert-timestamp "$@" -lntoskrnl -lhal -o "$file"
}

clang_msvc() {
    (cd "$pair" && clang --target=x86_64-pc-windows-msvc -fms-compatibility-version=19.29 \
        -fgnuc-version=12.2 -std=c11 -O2 -Wall -Wextra -Wgnu -Wvla -Wpointer-arith -Wshadow \
        -Werror \
        -Wno-multichar -mno-red-zone -isystem "$headers" -isystem "$headers/ddk" "$@")
}

# What an object needs from outside, by the names of C.
needs() {
    x86_64-w64-mingw32-nm -u "$1" | awk '{ print $2 }' |
        sed 's/^__imp_//; s/^_//; s/^@//; s/@[0-9]*$//; s/^_imp__//' | sort -u
}

needs_only_what_is_old() {
    ! needs "$1" | grep -vxE "$imports" | grep -vE '^(chkstk|_chkstk|__chkstk_ms|_chkstk_ms)$'
}

stack_is_small() {
    awk -F'\t' -v most="$STACK_MOST" '
        $2 + 0 > most && $1 !~ /:syspte_report_write$/ { print $1, $2; bad = 1 }
        END { exit bad || NR == 0 }' "$1"
}

for bits in 64 32; do
    expect "the pair compiles for $bits bits, without a warning" \
        compile "$bits" "$out/km-$bits.o" syspte_km.c -fstack-usage
    expect "$bits bits: it imports what Server 2003 has" needs_only_what_is_old "$out/km-$bits.o"
    expect "$bits bits: no function takes more than $STACK_MOST bytes of stack" \
        stack_is_small "$out/km-$bits.su"
    expect "$bits bits: a driver compiles with it" compile "$bits" "$out/self-$bits.o" selftest.c
    expect "$bits bits: it links" link "$bits" "$out/selftest-$bits.sys" "$out/self-$bits.o" \
        "$out/km-$bits.o"
done
printf '%s\t600\tstatic\n' 'f.c:1:1:planted' >"$scratch/planted.su"
expect_not 'a function that takes more stack is seen' stack_is_small "$scratch/planted.su"
expect 'clang in MSVC mode takes the pair, without a warning' \
    clang_msvc -c syspte_km.c -o "$out/km-msvc.obj"
expect_not 'without the headers of the WDK it says so' \
    compile 64 "$out/none.o" - -x c -include syspte_km.h

# ---- Off means off

cat >"$pair/with.c" <<'DRIVER'
#include <ntddk.h>
#ifdef LINES
#include "syspte_km.h"
#endif
static PVOID va;
VOID NTAPI Unload(PDRIVER_OBJECT driver);
VOID NTAPI Unload(PDRIVER_OBJECT driver)
{
    (void)driver;
    MmUnmapIoSpace(va, PAGE_SIZE);
#ifdef LINES
    syspte_km_stop();
#endif
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    PHYSICAL_ADDRESS at;
    (void)path;
    at.QuadPart = 0xFEBC0000;
#ifdef LINES
    (void)syspte_km_start(driver, 64);
    ULONG64 scope = syspte_km_scope_enter("load");
#endif
    va = MmMapIoSpace(at, PAGE_SIZE, MmNonCached);
#ifdef LINES
    (void)syspte_km_scope_leave(scope);
    syspte_km_report(NULL);
#endif
    driver->DriverUnload = Unload;
    return va != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}
DRIVER

# The code, and what it needs.
code_of() {
    x86_64-w64-mingw32-objdump -d -r --no-show-raw-insn "$1" | tail -n +4
    needs "$1"
}

same_code() {
    diff <(code_of "$1") <(code_of "$2")
}

expect 'a driver without the lines compiles' compile 64 "$out/without.o" with.c
expect 'with them, switched off' compile 64 "$out/off.o" with.c -DLINES -DSYSPTE_KM_ENABLED=0
expect 'with them, switched on' compile 64 "$out/on.o" with.c -DLINES
expect 'off is the code without the lines' same_code "$out/without.o" "$out/off.o"
expect_not 'on is not' same_code "$out/without.o" "$out/on.o"

# What the pair's source needs when it is switched off for the whole project: nothing.
needs_nothing() {
    [ -z "$(needs "$1")" ]
}

expect "the pair's source compiles switched off, too" \
    compile 64 "$out/km-off.o" syspte_km.c -DSYSPTE_KM_ENABLED=0
expect 'and is empty then' needs_nothing "$out/km-off.o"
expect_not 'switched on it is not' needs_nothing "$out/km-64.o"

# ---- In Wine

wine_build() {
    mkdir "$out/wine"
    x86_64-w64-mingw32-dlltool -d "$root/tests/km/lend.def" -l "$out/wine/liblend.a" &&
        x86_64-w64-mingw32-gcc "${strict[@]}" -isystem "$headers/ddk" -shared -nostdlib \
            -Wl,--subsystem,native -Wl,--entry,0 "$root/tests/km/lend.c" \
            "$root/tests/km/lend.def" -lntoskrnl -o "$out/wine/lend.sys" &&
        link 64 "$out/wine/selftest.sys" "$out/self-64.o" "$out/km-64.o" "$out/wine/liblend.a"
}

# Loads and unloads the driver. What it prints goes where the first program of this Windows let it
# go: to one file.
execute() {
    {
        timeout 60 wine sc create selftest type= kernel start= demand \
            binPath= "Z:${out//\//\\}\\wine\\selftest.sys" &&
            timeout 60 wine net start selftest && timeout 60 wine net stop selftest
    } 2>>"$out/debug"
}

printed() {
    grep -qE -- "$1" "$out/debug" || { cat "$out/debug"; return 1; }
}

if ! command -v wine >/dev/null || ! command -v wineserver >/dev/null; then
    echo 'skipped: km, executing: there is no wine (Debian and Ubuntu: packages wine and wine64)'
    skipped=1
elif ! wine_build >"$scratch/build.log" 2>&1; then
    fail 'the driver links with lend.sys' "$scratch/build.log"
elif ! wine_begin >"$scratch/begin.log" 2>&1; then
    fail 'Wine begins' "$scratch/begin.log"
else
    expect "the backend's tests are executed in Wine's winedevice" execute
    expect 'all of them pass there' printed 'syspte selftest: [1-9][0-9]* passed, 0 failed'
    expect 'and the unload tells what was left mapped, by line' \
        printed 'selftest.c:[0-9]+: leak: MmMapIoSpace in DriverEntry: 1 mapping, 2 PTEs'
    expect 'it is unloaded' printed 'syspte selftest: unloaded'
    expect_not 'what is not printed is not found' printed 'syspte selftest: 0 passed'
fi
if [ "$skipped" -ne 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
fi
close_tally
