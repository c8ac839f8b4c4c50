# SPDX-License-Identifier: MIT
# example_sys(driver DEFECT...): for programs of Windows. The driver of this folder as a .sys file,
# compiled against mingw-w64's own headers, and its test program again, which loads that file: the
# kernel that it imports from, ntoskrnl.exe, is then the library. With each defect it must fail, and
# name the same lines; a .sys has no more to say than an address, and its debug information the
# line.
find_path(mingw_ddk ntddk.h PATHS ${CMAKE_C_IMPLICIT_INCLUDE_DIRECTORIES} PATH_SUFFIXES ddk
    NO_CMAKE_FIND_ROOT_PATH REQUIRED)

set(sys ${PROJECT_SOURCE_DIR}/tests/sys)

# An ntoskrnl.exe in the folder of each test that needs it.
function(example_kernel name folder)
    add_library(${name} SHARED ${sys}/kernel.def)
    set_target_properties(${name} PROPERTIES
        LINKER_LANGUAGE C PREFIX "" OUTPUT_NAME ntoskrnl SUFFIX .exe
        RUNTIME_OUTPUT_DIRECTORY ${folder} ARCHIVE_OUTPUT_DIRECTORY ${folder})
    target_link_options(${name} PRIVATE -static -Wl,--export-all-symbols)
    target_link_libraries(${name} PRIVATE $<LINK_LIBRARY:WHOLE_ARCHIVE,syspte>)
endfunction()

# example_sys_file(driver name folder DEFECT...)
function(example_sys_file driver name folder)
    add_library(${name} MODULE ${driver}.c)
    set_target_properties(${name} PROPERTIES
        PREFIX "" SUFFIX .sys LIBRARY_OUTPUT_DIRECTORY ${folder})
    target_include_directories(${name} SYSTEM PRIVATE ${mingw_ddk})
    target_compile_definitions(${name} PRIVATE ${ARGN})
    target_compile_options(${name} PRIVATE -std=gnu11 -O1 -Wno-unknown-pragmas)
    target_link_options(${name} PRIVATE -nostdlib -Wl,--subsystem,native -Wl,--entry,DriverEntry
        -Wl,--exclude-all-symbols)
    target_link_libraries(${name} PRIVATE ntoskrnl)
endfunction()

# The library is in ntoskrnl.exe alone: syspte::cmocka by its file, and not what it links.
function(example_sys_test driver name folder)
    add_library(${name}_entry OBJECT ${sys}/entry.c)
    target_compile_definitions(${name}_entry PRIVATE SYS_FILE="${name}.sys")

    add_executable(test_${name} test_${driver}.c)
    add_dependencies(test_${name} ${name})
    set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${folder})
    target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/include)
    target_include_directories(test_${name} SYSTEM PRIVATE ${PROJECT_SOURCE_DIR}/include/wdk)
    target_compile_options(test_${name} PRIVATE -fshort-wchar -fms-extensions)
    target_compile_definitions(test_${name} PRIVATE
        $<TARGET_PROPERTY:${driver},INTERFACE_COMPILE_DEFINITIONS>)
    target_link_libraries(test_${name} PRIVATE
        ${name}_entry $<TARGET_FILE:syspte_cmocka> ${driver}_kernel cmocka::cmocka)
endfunction()

function(example_sys driver)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/sys)
    example_kernel(${driver}_kernel ${folder})
    example_sys_file(${driver} ${driver}_sys ${folder})
    example_sys_test(${driver} ${driver}_sys ${folder})
    add_test(NAME ${driver}_sys COMMAND test_${driver}_sys)
    set(tests ${driver}_sys)
    foreach(defect IN LISTS ARGN)
        string(TOLOWER ${driver}_sys_${defect} leaking)
        example_sys_file(${driver} ${leaking} ${folder} ${defect})
        example_sys_test(${driver} ${leaking} ${folder})
        add_test(NAME ${leaking} COMMAND bash ${PROJECT_SOURCE_DIR}/examples/check_leaks.sh
            ${CMAKE_CURRENT_SOURCE_DIR}/${driver}.c ${defect}
            ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:test_${leaking}>)
        list(APPEND tests ${leaking})
    endforeach()
    set_tests_properties(${tests} PROPERTIES ENVIRONMENT
        "WINEDLLOVERRIDES=ntoskrnl.exe=n;SYS_FOLDER=${folder}")
endfunction()
