# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# For checks that execute .sys files in Wine's winedevice; bash reads this with `source`, after
# tally.sh.
source "$(dirname "${BASH_SOURCE[0]}")/wine_folder.sh"

# A Windows of its own, whose drivers' words go to the error output of the first program that is
# started; no debugger is started where a driver crashes. Services keep the settings that they began
# with: they end before the settings change.
wine_begin() {
    wine_folder && timeout 60 wine reg add \
        'HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug' /v Debugger /d false /f &&
        wineserver -k
    wineserver -w
    export WINEDEBUG=-all,+debugstr
}
