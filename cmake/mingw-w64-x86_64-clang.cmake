# SPDX-License-Identifier: MIT
# The same, made by clang with the headers and libraries of mingw-w64's gcc, some of which it does
# not find by itself.
include(${CMAKE_CURRENT_LIST_DIR}/mingw-w64-x86_64.cmake)
execute_process(COMMAND ${CMAKE_C_COMPILER} -print-libgcc-file-name
    OUTPUT_VARIABLE libgcc OUTPUT_STRIP_TRAILING_WHITESPACE)
cmake_path(GET libgcc PARENT_PATH libgcc_folder)
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -L${libgcc_folder}")
set(CMAKE_SHARED_LINKER_FLAGS_INIT -L${libgcc_folder})
set(CMAKE_C_FLAGS_INIT -Wno-unused-command-line-argument)
set(CMAKE_C_COMPILER clang)
set(CMAKE_C_COMPILER_TARGET x86_64-w64-mingw32)
