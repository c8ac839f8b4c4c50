#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What every file of the tree must be like: a licence line in each source file, no notes to self,
# no path of somebody's machine, no line that a reader must scroll for, scripts that bash can read.
# Each rule is first tried on a planted file that breaks it.
source "$(dirname "${BASH_SOURCE[0]}")/tally.sh"

# The files of the tree without what is built: as git knows them, or all of an unpacked archive.
tree_files() {
    cd "$root"
    git ls-files 2>/dev/null | grep . || find . -type f -not -path './build/*' | sed 's|^[.]/||'
}

is_source() {
    case $1 in
    *.c | *.h | *.cpp | *.cmake | *.cmake.in | *.sh | *.awk | *.yml | */CMakeLists.txt | \
        CMakeLists.txt | script/* | .ci/run) return 0 ;;
    esac
    return 1
}

no_licence_line() {
    is_source "$1" && ! head -n 3 "$1" | grep -q 'SPDX-License-Identifier: MIT$'
}

has_note_to_self() {
    grep -nIE '(TO''DO|FIX''ME)\b' "$1"
}

# Home folders and drives; where a system keeps its own files is no secret of a machine.
has_machine_path() {
    local before='(^|[^A-Za-z0-9_.$}-])'
    grep -nIE "$before(/(home|root|work|Users|builds|mnt)/[A-Za-z]|[A-Z]:\\\\Users)" "$1"
}

has_long_line() {
    case $1 in
    *.txt) return 1 ;;
    *.c | *.h | *.sh | *.awk | script/* | .ci/run) ;;
    *) return 1 ;;
    esac
    awk 'length($0) > 100 { print FNR ": " $0; found = 1 } END { exit !found }' "$1"
}

has_trailing_space() {
    grep -nIE '[ 	]+$' "$1"
}

is_unreadable_script() {
    case $(head -n 1 "$1") in
    *bash | *'shell=bash'*) ! bash -n "$1" ;;
    *) return 1 ;;
    esac
}

rules='no_licence_line has_note_to_self has_machine_path has_long_line has_trailing_space
is_unreadable_script'

# plant RULE TEXT: a file with that text breaks that rule.
plant() {
    printf '%b' "$2" >"$scratch/planted.c"
    expect "the rule $1 finds a planted file" "$1" "$scratch/planted.c"
}
plant no_licence_line '// nothing\n'
plant has_note_to_self "// TO""DO: finish\n"
plant has_machine_path "// see /home""/someone/notes\n"
plant has_long_line "$(printf '%0101d' 0)\n"
plant has_trailing_space 'int a; \n'
plant is_unreadable_script '#!/usr/bin/env bash\nif true; then\n'

cd "$root"
for rule in $rules; do
    : >"$scratch/broken.log"
    while IFS= read -r file; do
        if [ -s "$file" ] && found=$("$rule" "$file"); then
            printf '%s: %s\n' "$file" "$found" >>"$scratch/broken.log"
        fi
    done < <(tree_files)
    if [ -s "$scratch/broken.log" ]; then
        fail "$rule" "$scratch/broken.log"
    else
        pass
    fi
done
close_tally
