#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What script/lib.sh does about missing tools, tried with stand-ins for apt-get, sudo and brew that
# only note how they were called.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

# A stand-in named $2 in folder $1: notes its arguments; apt-get "installs", sudo goes on.
stand_in() {
    mkdir -p "$scratch/$1"
    cat >"$scratch/$1/$2" <<END
#!/bin/sh
echo "$2 \$*" >>"$scratch/calls"
[ "$2" = sudo ] && exec "\$@"
touch "$scratch/installed"
END
    chmod +x "$scratch/$1/$2"
}

# need_as PATH USER NEED...: in a shell where ninja is there only once something was installed.
need_as() {
    local path=$1 user=$2
    shift 2
    rm -f "$scratch/installed"
    : >"$scratch/calls"
    PATH=$path "$BASH" -c '
        source "$0/script/lib.sh"
        scratch=$1 logs=$1/log user=$2
        shift 2
        user_id() { echo "$user"; }
        has_ninja() { [ -e "$scratch/installed" ]; }
        has_cmake() { true; }
        has_gcc() { true; }
        need "$@"' "$root" "$scratch" "$user" "$@" >"$scratch/said" 2>&1
}

called() {
    grep -qF -- "$1" "$scratch/calls"
}

called_nothing() {
    [ ! -s "$scratch/calls" ]
}

said() {
    grep -qF -- "$1" "$scratch/said"
}

stand_in debian apt-get
stand_in sudo sudo
stand_in mac brew
mkdir "$scratch/plain"
for tool in sh awk cut dirname mkdir touch tail env gcc; do
    ln -s "$(command -v "$tool")" "$scratch/plain/$tool"
done
plain=$scratch/plain
debian=$plain:$scratch/debian

expect 'nothing missing: succeeds' need_as "$debian" 0 gcc cmake
expect 'nothing missing: apt-get is not called' called_nothing

expect 'as root: is installed' need_as "$debian" 0 gcc ninja
expect 'as root: by its package name' called 'install -y --no-install-recommends ninja-build'
expect 'as root: says what it installs' said 'installing with apt-get: ninja-build'
expect_not 'as root: without sudo' called sudo

expect 'as a user: is installed' need_as "$debian:$scratch/sudo" 1000 ninja
expect 'as a user: through sudo' called 'sudo env DEBIAN_FRONTEND=noninteractive apt-get'

expect_not 'without sudo: stops' need_as "$debian" 1000 ninja
expect 'without sudo: says the command' said 'apt-get install --no-install-recommends ninja-build'
expect 'without sudo: installs nothing' called_nothing

expect_not 'another system: stops' need_as "$plain:$scratch/mac" 0 ninja
expect 'another system: says the command' said 'brew install ninja'
expect 'another system: installs nothing' called_nothing

expect_not 'no package manager: stops' need_as "$plain" 0 ninja
expect 'no package manager: says what is missing' said 'install these first: ninja'
close_tally
