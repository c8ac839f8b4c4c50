#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Breaks lib/core in COUNT places, one at a time, by SEED or by chance: mutants.sh COUNT [SEED].
# All of them: python3 tests/proof/mutate.py --all, which takes about 20 minutes.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

if ! command -v python3 >/dev/null; then
    echo 'skipped: mutants: there is no python3'
    echo '0 passed, 0 failed, 1 skipped'
    exit 0
fi
python3 "$root/tests/proof/mutate.py" --count "${1:-150}" ${2:+--seed "$2"}
