#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What every file of the tree must be like: a licence line in each source file, no notes to self,
# no path of somebody's machine, no line that a reader must scroll for, scripts that bash can read.
# Each rule prints the places that break it, and is first tried on a planted file.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

# The files of the tree without what is built: as git knows them, or all of an unpacked archive.
tree_files() {
    cd "$root"
    git ls-files 2>/dev/null | grep . || find . -type f -not -path './build/*' \
        -not -path './.git/*' | sed 's|^[.]/||'
}

# Of the files named, those that people write as source text.
sources_of() {
    local ends='[.](c|h|cpp|cmake|cmake[.]in|sh|awk|yml)$'
    printf '%s\n' "$@" | grep -E "$ends|(^|/)CMakeLists[.]txt\$|^(script/|[.]ci/)"
}

no_licence_line() {
    sources_of "$@" | while IFS= read -r file; do
        if ! sed -n 1,3p "$file" | grep -q 'SPDX-License-Identifier: MIT$'; then
            echo "$file"
        fi
    done
}

note_to_self() {
    grep -HnIE '(TO''DO|FIX''ME)\b' "$@"
}

# Home folders and drives; where a system keeps its own files is no secret of a machine.
machine_path() {
    local before='(^|[^A-Za-z0-9_.$}-])'
    grep -HnIE "$before(/(home|root|work|Users|builds|mnt)/[A-Za-z]|[A-Z]:\\\\Users)" "$@"
}

# A line of a text that a test expects is as long as that text.
long_line() {
    sources_of "$@" | grep -vE '(CMakeLists|packages)[.]txt$|[.]cmake' |
        xargs -d '\n' awk 'length($0) > 100 && !/^ *".*"[,;)]*$/ { print FILENAME ":" FNR ": " $0 }'
}

trailing_space() {
    grep -HnIE '[ 	]+$' "$@"
}

unreadable_script() {
    grep -lIE '^#!.*bash$|^# shellcheck shell=bash' "$@" | while IFS= read -r file; do
        bash -n "$file" 2>&1 || true
    done
}

rules='no_licence_line note_to_self machine_path long_line trailing_space unreadable_script'

finds() {
    "$1" "$2" | grep -q .
}

# plant RULE TEXT: a file with that text breaks that rule.
plant() {
    printf '%b' "$2" >"$scratch/planted.c"
    expect "the rule $1 finds a planted file" finds "$1" "$scratch/planted.c"
}
plant no_licence_line '// nothing\n'
plant note_to_self "// TO""DO: finish\n"
plant machine_path "// see /home""/someone/notes\n"
plant long_line "$(printf '%0101d' 0)\n"
plant trailing_space 'int a; \n'
plant unreadable_script '#!/usr/bin/env bash\nif true; then\n'

cd "$root"
not_executable() {
    grep -oE 'checks/[a-z_]+[.]sh' .ci/run | sort -u | while IFS= read -r script; do
        [ -x "$1/$script" ] || echo "$script"
    done
}
expect_not 'what .ci/run calls can be executed' finds not_executable tests
expect 'what it cannot execute is found' finds not_executable "$scratch"
mapfile -t files < <(tree_files)
for rule in $rules; do
    "$rule" "${files[@]}" >"$scratch/broken.log" || true
    if [ -s "$scratch/broken.log" ]; then
        fail "$rule" "$scratch/broken.log"
    else
        pass
    fi
done
close_tally
