#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# script/demo as a newcomer runs it: it succeeds, names the leaking lines, and works without a
# network and without installing anything once it ran.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

expect 'script/demo succeeds' bash "$root/script/demo"
mv "$scratch/expect.log" "$scratch/demo.log"
expect 'it names the line that leaks' grep -qE 'xen_resume[.]c:[0-9]+' "$scratch/demo.log"

# Again, where apt-get and sudo would be noticed.
mkdir "$scratch/bin"
for tool in apt-get sudo; do
    printf '#!/bin/sh\ntouch "%s/called"\nexit 1\n' "$scratch" >"$scratch/bin/$tool"
    chmod +x "$scratch/bin/$tool"
done
offline=(env "PATH=$scratch/bin:$PATH")
if unshare -rn true 2>/dev/null; then
    offline+=(unshare -rn)
fi
expect 'script/demo succeeds again, offline' "${offline[@]}" bash "$root/script/demo"
expect_not 'nothing is installed the second time' test -e "$scratch/called"
close_tally
