#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# For checks that execute .sys files in Wine's winedevice: sourced, not run.

# A Windows of its own, that shows no window and starts no debugger. Services keep the settings that
# they began with: they end before the settings change.
wine_begin() {
    export HOME=$scratch WINEPREFIX=$scratch/prefix WINEDEBUG=-all
    export WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe=d'
    unset DISPLAY
    trap 'wineserver -k; rm -rf "$scratch"' EXIT
    timeout 120 wine wineboot -i && wineserver -w &&
        timeout 60 wine reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug' \
            /v Debugger /d false /f && wineserver -k
    wineserver -w
    export WINEDEBUG=-all,+debugstr
}
