# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# A Windows of Wine's own for a check; bash reads this with `source`, after tally.sh. It is made in
# the check's scratch folder, shows no window, and ends with the check.

wine_folder() {
    export WINEPREFIX=$scratch/wine WINEDEBUG=-all
    export WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe=d'
    unset DISPLAY
    mkdir "$WINEPREFIX"
    trap 'wineserver -k; wineserver -w; rm -rf "$scratch"' EXIT
    wineserver -p # until the end: one that comes and goes can be asked just when it goes
    timeout 120 wine wineboot -i
}
