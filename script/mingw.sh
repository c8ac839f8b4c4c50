# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# CMocka for programs of Windows, which no system packages: bash reads this with `source`, after
# lib.sh. It is made from the source package of the system's own CMocka.

# True if the source of a package can be had: apt is given sources of its own, of the same places as
# the packages.
cmocka_source() {
    local folder=$1
    mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial" "$folder/apt/sources"
    find /etc/apt/sources.list /etc/apt/sources.list.d \( -name '*.list' -o -name '*.sources' \) \
        2>/dev/null | while IFS= read -r list; do
        sed -E 's/^Types:.*/Types: deb-src/; s/^deb( |\t)/deb-src\1/' "$list" \
            >"$folder/apt/sources/${list##*/}"
    done
    cat >"$folder/apt/apt.conf" <<END
Dir::State "$folder/apt";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "$folder/apt/cache";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$folder/apt/sources";
APT::Sandbox::User "";
END
    # One broken package source must not stop the others.
    (cd "$folder" && export APT_CONFIG=$folder/apt/apt.conf &&
        { apt-get update || true; } && apt-get source --download-only cmocka &&
        rm -rf source && mkdir source &&
        tar -xf cmocka_*.orig.tar.?z -C source --strip-components=1)
}

# cmocka_for_mingw TOOLCHAIN FOLDER: a static library and its headers, in FOLDER/lib and /include;
# what is there is left alone.
cmocka_for_mingw() {
    local toolchain=$1 folder=$2 log=$logs/build-cmocka-mingw.log
    [ ! -f "$folder/lib/libcmocka.a" ] || return 0
    mkdir -p "$folder/lib" "$folder/include" "$logs"
    say "building CMocka for $toolchain (log: build/log/build-cmocka-mingw.log)"
    { cmocka_source "$folder" &&
        cmake -S "$folder/source" -B "$folder/build" -G Ninja -Wno-dev \
            -DCMAKE_TOOLCHAIN_FILE="$root/cmake/$toolchain.cmake" -DCMAKE_BUILD_TYPE=Debug \
            -DWITH_STATIC_LIB=ON -DUNIT_TESTING=OFF -DWITH_EXAMPLES=OFF &&
        cmake --build "$folder/build" --target cmocka-static &&
        cp "$folder/source/include/"cmocka*.h "$folder/include" &&
        find "$folder/build" -name 'libcmocka-static.a' -exec cp {} "$folder/lib/libcmocka.a" \; &&
        [ -f "$folder/lib/libcmocka.a" ]; } >"$log" 2>&1 || {
        tail -n 25 "$log" >&2
        die "CMocka could not be built for $toolchain"
    }
}
