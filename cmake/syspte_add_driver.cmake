# SPDX-License-Identifier: MIT
# syspte_add_driver(name SOURCES file... [INCLUDES folder...] [DEFINITIONS name[=value]...]
#                   [HEADER_ALIASES name=header...])
#
# A static library of unmodified driver source, for a test to link. Everything that source needs is
# decided here, while configuring, and what was done to a source is said in the log:
#   - headers whose name is spelt in another case, or with backslashes, get a header of that name in
#     a folder of aliases; a .tmh that is not there gets an empty one, and so does, said in the log,
#     any other header that is nowhere; HEADER_ALIASES gives others: "name=header" has
#     `#include "header"` in it, "name=" nothing;
#   - each source is tried as it is and, if it does not compile, with what it may need: see
#     syspte_driver_choose.
# SOURCES, INCLUDES and DEFINITIONS are plain: no generator expressions.
# docs/compile-a-driver.md explains the flags.

# Sets `syspte_driver_options`, for driver source, and `syspte_driver_definitions`, which a test that
# includes the driver's headers needs too, in the caller.
function(syspte_driver_flags language)
    set(options
        -include syspte_driver.h -fsigned-char -fno-builtin -fno-strict-aliasing
        -Wno-error -Wno-unknown-pragmas -Wno-multichar -Wno-format -Wno-unused
        -Wno-int-to-pointer-cast)
    if(CMAKE_${language}_COMPILER_ID MATCHES "Clang")
        # Preprocessed first, a macro's call over several lines is one of its first line.
        list(APPEND options -Wno-unknown-warning-option -Wno-microsoft -Wno-pragma-pack
            -no-integrated-cpp)
    endif()
    if(language STREQUAL "CXX")
        list(APPEND options -fno-exceptions -fno-rtti -fno-threadsafe-statics
            -fsized-deallocation -Wno-write-strings)
    else()
        list(APPEND options
            -Wno-pointer-to-int-cast -Wno-int-conversion -Wno-incompatible-pointer-types
            -Wno-pointer-sign -Wno-error=implicit-function-declaration)
    endif()
    set(syspte_driver_options ${options} PARENT_SCOPE)
    set(syspte_driver_definitions
        DBG=1 NTDDI_VERSION=0x0A000000 WINVER=0x0A00 _WIN32_WINNT=0x0A00 PARENT_SCOPE)
endfunction()

function(syspte_add_driver name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;INCLUDES;DEFINITIONS;HEADER_ALIASES")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
        message(FATAL_ERROR "syspte_add_driver(${name}): give SOURCES, and before anything else"
            " its keyword: ${arg_UNPARSED_ARGUMENTS}")
    endif()
    syspte_driver_absolute(arg_SOURCES)
    syspte_driver_absolute(arg_INCLUDES)
    get_property(km GLOBAL PROPERTY SYSPTE_KM_FOLDER)
    get_property(wdk GLOBAL PROPERTY SYSPTE_WDK_FOLDER)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}.syspte)
    set(aliases ${folder}/aliases)
    set(up up/up/up/up)
    set(headers_try)
    # What source with a body of __try has in it.
    set(try_words "(^|[^A-Za-z0-9_])(__try|try|__except|__finally)[ \t\r\n]*[{(]")

    syspte_driver_flags(C)
    foreach(definition IN LISTS syspte_driver_definitions)
        string(REGEX REPLACE "=.*" "" key "${definition}")
        if(NOT "${arg_DEFINITIONS}" MATCHES "(^|;)${key}(=|;|$)")
            list(APPEND arg_DEFINITIONS "${definition}")
        endif()
    endforeach()

    syspte_driver_aliases("${arg_SOURCES}" "${arg_INCLUDES}" "${arg_HEADER_ALIASES}")
    if(nowhere)
        message(STATUS "syspte: ${name}: nowhere, and therefore empty if it is included: ${nowhere}")
    endif()

    add_library(${name} STATIC)
    set_target_properties(${name} PROPERTIES
        C_STANDARD 11 C_EXTENSIONS ON CXX_STANDARD 17 CXX_EXTENSIONS ON
        COMPILE_WARNING_AS_ERROR OFF LINKER_LANGUAGE C)
    target_include_directories(${name} PRIVATE ${aliases} ${aliases}/${up} ${arg_INCLUDES})
    target_include_directories(${name} SYSTEM PRIVATE ${km}
        INTERFACE ${aliases} ${aliases}/${up} ${arg_INCLUDES})
    target_compile_definitions(${name} PUBLIC ${arg_DEFINITIONS})
    target_link_libraries(${name} PUBLIC syspte::wdk INTERFACE $<LINK_ONLY:syspte::syspte>)

    set(flags "-I${aliases}" "-I${aliases}/${up}")
    foreach(item IN LISTS arg_INCLUDES)
        list(APPEND flags "-I${item}")
    endforeach()
    list(APPEND flags -isystem ${km} -isystem ${wdk} -fshort-wchar -fms-extensions)
    foreach(item IN LISTS arg_DEFINITIONS)
        list(APPEND flags "-D${item}")
    endforeach()
    foreach(source IN LISTS arg_SOURCES)
        syspte_driver_add_source(${name} "${source}" "${flags}" ${folder})
    endforeach()
endfunction()

function(syspte_driver_absolute list)
    set(paths)
    foreach(path IN LISTS ${list})
        cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
        list(APPEND paths ${path})
    endforeach()
    set(${list} ${paths} PARENT_SCOPE)
endfunction()

# ---- Sources

function(syspte_driver_add_source name source flags folder)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    if(NOT EXISTS ${source})
        message(FATAL_ERROR "syspte_add_driver(${name}): there is no ${source}")
    elseif(source MATCHES "[.][cC]$")
        set(language C)
        set(flags -std=gnu11 ${flags})
    elseif(source MATCHES "[.]([cC][pP][pP]|cc|cxx)$")
        set(language CXX)
        set(flags -std=gnu++17 ${flags})
    elseif(source MATCHES "[.][hH]([pP][pP])?$")
        target_sources(${name} PRIVATE ${source})
        return()
    else()
        message(FATAL_ERROR "syspte_add_driver(${name}): what is ${source}? .c and .cpp are known")
    endif()
    if(NOT CMAKE_${language}_COMPILER_ID MATCHES "^(GNU|Clang|AppleClang)$")
        message(FATAL_ERROR "syspte_add_driver(${name}): ${source} needs the language ${language}"
            " (see project(LANGUAGES)) with gcc or clang, not '${CMAKE_${language}_COMPILER_ID}'")
    endif()
    cmake_path(GET source FILENAME file)
    syspte_driver_flags(${language})
    list(APPEND flags ${syspte_driver_options})

    syspte_driver_choose(${language} ${source} "${flags}")
    set(options ${syspte_driver_options})
    if("function" IN_LIST choice)
        list(APPEND options "-D__FUNCTION__=\"${file}\"")
        message(STATUS "syspte: ${name}: ${file}: __FUNCTION__ is \"${file}\" in it: it writes the"
            " name beside a string literal, which this compiler takes of literals only")
    endif()
    if("sites" IN_LIST choice)
        list(APPEND options -DSYSPTE_NO_SITE_MACROS)
        message(STATUS "syspte: ${name}: ${file}: without site macros: it uses a name such as"
            " MmMapIoSpace otherwise. Reports name its calls by address")
    endif()
    file(READ ${source} text)
    syspte_driver_handles("${text}")
    if(handles)
        list(APPEND options -O0 -finstrument-functions -Wno-return-type)
        message(STATUS "syspte: ${name}: ${file}: -O0: it handles exceptions")
    endif()

    if("comma" IN_LIST choice AND CMAKE_${language}_COMPILER_ID STREQUAL "GNU")
        set(why "counts on a comma before an empty __VA_ARGS__ to be left out")
        if(text MATCHES "[0-9][uU]?[iI](8|16|32|64)[^A-Za-z0-9_]")
            set(why "has integers with suffixes such as I64")
        endif()
        message(STATUS "syspte: ${name}: ${file}: preprocessed by ${SYSPTE_CLANG}: it ${why}")
        syspte_driver_preprocess(${name} ${language} ${source} "${flags};${options}" ${folder})
        set(source ${preprocessed})
        list(APPEND options -fpreprocessed)
    elseif("comma" IN_LIST choice)
        list(APPEND options -fms-compatibility)
        message(STATUS "syspte: ${name}: ${file}: -fms-compatibility: it counts on a comma before"
            " an empty __VA_ARGS__ to be left out")
    endif()

    # A property of the target, because two drivers in one folder may need one source differently.
    string(MD5 key ${source})
    set_property(TARGET ${name} PROPERTY SYSPTE_OPTIONS_${key} "${options}")
    set_source_files_properties(${source} PROPERTIES
        COMPILE_OPTIONS "$<TARGET_PROPERTY:SYSPTE_OPTIONS_${key}>")
    target_sources(${name} PRIVATE ${source})
endfunction()

# Sets `handles`: the text has a body of __try, or includes a header that has.
function(syspte_driver_handles text)
    set(handles FALSE)
    if(text MATCHES "${try_words}")
        set(handles TRUE)
    endif()
    string(TOLOWER "${text}" text)
    foreach(header IN LISTS headers_try)
        string(TOLOWER "${header}" header)
        string(REPLACE "." "[.]" header "${header}")
        if(text MATCHES "#[ \t]*include[^\n]*[\\/\"<]${header}")
            set(handles TRUE)
        endif()
    endforeach()
    set(handles ${handles} PARENT_SCOPE)
endfunction()

# Sets `choice`: the least of what makes the source compile. `function`: __FUNCTION__ as a literal.
# `sites`: no site macros. `comma`: Microsoft's rule for an empty __VA_ARGS__, and its suffixes of
# integers.
function(syspte_driver_choose language source flags)
    foreach(try IN ITEMS "" function sites function,sites comma function,comma sites,comma
            function,sites,comma)
        string(REPLACE "," ";" try "${try}")
        syspte_driver_try(${language} ${source} "${flags}" "${try}")
        if(compiles)
            set(choice "${try}" PARENT_SCOPE)
            return()
        endif()
    endforeach()
    string(SUBSTRING "${refusal}" 0 2000 refusal)
    if(nowhere)
        string(PREPEND refusal "(INCLUDES or HEADER_ALIASES may tell where these headers are, which"
            " were nowhere: ${nowhere})\n")
    endif()
    message(WARNING "syspte: ${source} does not compile, as it is or with all that"
        " syspte_add_driver knows:\n${refusal}")
    set(choice "" PARENT_SCOPE)
endfunction()

# Sets `compiles` and `refusal`.
function(syspte_driver_try language source flags with)
    separate_arguments(own NATIVE_COMMAND "${CMAKE_${language}_FLAGS}")
    set(compiler ${CMAKE_${language}_COMPILER} ${own})
    if("function" IN_LIST with)
        list(APPEND flags -D__FUNCTION__="file")
    endif()
    if("sites" IN_LIST with)
        list(APPEND flags -DSYSPTE_NO_SITE_MACROS)
    endif()
    if(NOT "comma" IN_LIST with)
        set(command COMMAND ${compiler} ${flags} -fsyntax-only ${source})
    elseif(NOT CMAKE_${language}_COMPILER_ID STREQUAL "GNU")
        set(command COMMAND ${compiler} ${flags} -fms-compatibility -fsyntax-only ${source})
    else()
        find_program(SYSPTE_CLANG NAMES clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14
            DOC "Preprocesses driver source that gcc cannot")
        mark_as_advanced(SYSPTE_CLANG)
        if(NOT SYSPTE_CLANG)
            set(compiles FALSE PARENT_SCOPE)
            return()
        endif()
        syspte_driver_preprocessor(${language})
        set(kind cpp-output)
        if(language STREQUAL "CXX")
            set(kind c++-cpp-output)
        endif()
        set(command
            COMMAND ${preprocessor} ${flags} ${source}
            COMMAND sed -E ${suffixes}
            COMMAND ${compiler} ${flags} -fsyntax-only -x ${kind} -)
    endif()
    # With coverage gcc writes notes beside what it looks at: not into the tree.
    execute_process(${command} WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}
        RESULTS_VARIABLE results OUTPUT_QUIET ERROR_VARIABLE said)
    set(compiles FALSE)
    if(results MATCHES "^0(;0)*$")
        set(compiles TRUE)
    endif()
    set(compiles ${compiles} PARENT_SCOPE)
    set(refusal "${said}" PARENT_SCOPE)
endfunction()

# Sets `preprocessor`: clang with Microsoft's rules, for text that gcc then compiles; and `suffixes`:
# what gives its integers suffixes that gcc knows.
function(syspte_driver_preprocessor language)
    set(mode c)
    if(language STREQUAL "CXX")
        set(mode c++)
    endif()
    string(REGEX MATCH "^[0-9]+[.][0-9]+" version "${CMAKE_${language}_COMPILER_VERSION}")
    set(preprocessor ${SYSPTE_CLANG} -x ${mode} -E -w -fms-compatibility -fgnuc-version=${version}
        -U__clang__ PARENT_SCOPE)
    set(integer "\\b(0[xX][0-9A-Fa-f]+|[0-9]+)([uU]?)[iI]")
    set(suffixes
        -e "s/${integer}64\\b/\\1\\2LL/g" -e "s/${integer}(8|16|32)\\b/\\1\\2/g" PARENT_SCOPE)
endfunction()

# Sets `preprocessed`: the file that clang makes of the source at build time.
function(syspte_driver_preprocess name language source flags folder)
    string(MD5 key ${source})
    cmake_path(GET source STEM stem)
    set(output ${folder}/${stem}-${key}.i)
    if(language STREQUAL "CXX")
        string(APPEND output i)
    endif()
    syspte_driver_preprocessor(${language})
    add_custom_command(OUTPUT ${output}
        COMMAND ${preprocessor} ${flags} -MD -MF ${output}.d -MT ${output} -o ${output} ${source}
        COMMAND sed -E -i ${suffixes} ${output}
        MAIN_DEPENDENCY ${source}
        DEPFILE ${output}.d
        COMMENT "Preprocessing ${source} with clang for ${name}"
        VERBATIM)
    set_source_files_properties(${output} PROPERTIES LANGUAGE ${language})
    set(preprocessed ${output} PARENT_SCOPE)
endfunction()

# ---- Headers

# Fills the caller's folder `aliases` for all that the sources, and the headers of theirs that are
# found, include. Sets `headers_try`: names of those headers that have a body of __try in them.
function(syspte_driver_aliases sources includes given)
    file(REMOVE_RECURSE ${aliases}.new)
    set(traces)
    foreach(alias IN LISTS given)
        if(NOT alias MATCHES "^([^=]+)=(.*)$")
            message(FATAL_ERROR "syspte_add_driver: HEADER_ALIASES has name=header, not '${alias}'")
        endif()
        set(content)
        if(CMAKE_MATCH_2)
            set(content "#include \"${CMAKE_MATCH_2}\"\n")
        endif()
        syspte_driver_alias_write("${CMAKE_MATCH_1}" "${content}")
    endforeach()

    set(queue ${sources})
    set(seen)
    set(nowhere)
    while(queue)
        list(POP_FRONT queue file)
        if(file IN_LIST seen OR NOT EXISTS ${file})
            continue()
        endif()
        list(APPEND seen ${file})
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
        file(READ ${file} text)
        syspte_driver_traces("${text}")
        if(NOT file IN_LIST sources AND text MATCHES "${try_words}")
            cmake_path(GET file FILENAME header)
            list(APPEND headers_try "${header}")
        endif()
        string(REGEX MATCHALL "#[ \t]*include[ \t]*[<\"][^]\[;<>\"\n]+[>\"]" lines "${text}")
        foreach(line IN LISTS lines)
            string(REGEX MATCH "[<\"](.*)[>\"]" whole "${line}")
            set(included "${CMAKE_MATCH_1}")
            set(folders ${includes} ${km} ${wdk})
            if(whole MATCHES "^\"")
                cmake_path(GET file PARENT_PATH own)
                list(PREPEND folders ${own})
            endif()
            syspte_driver_alias_of("${included}" "${folders}")
            list(APPEND queue ${found})
            list(APPEND nowhere ${lost})
        endforeach()
    endwhile()
    set(headers_try "${headers_try}" PARENT_SCOPE)
    syspte_driver_alias_write(syspte_traces.h "${traces}")
    syspte_driver_aliases_empty("${sources}" "${nowhere}")
    syspte_driver_aliases_settle()
    set(nowhere "${nowhere}" PARENT_SCOPE)
endfunction()

# Leaves in the caller's `nowhere` what the compiler does not find either, and writes empty aliases
# for that: much of what driver source includes it has no use for in the end.
function(syspte_driver_aliases_empty sources nowhere)
    list(REMOVE_DUPLICATES nowhere)
    set(language C)
    if("${sources}" MATCHES "[.](c[px][px]|C[PX][PX]|cc)(;|$)")
        set(language CXX)
    endif()
    set(asked)
    foreach(header IN LISTS nowhere)
        string(APPEND asked "#if !__has_include(<${header}>)\nsyspte_nowhere <${header}>\n#endif\n")
    endforeach()
    file(WRITE ${aliases}.ask "${asked}")
    string(TOLOWER ${language} mode)
    string(REPLACE cxx c++ mode ${mode})
    execute_process(
        COMMAND ${CMAKE_${language}_COMPILER} -isystem ${km} -isystem ${wdk} -E -P -x ${mode}
            ${aliases}.ask
        OUTPUT_VARIABLE answer ERROR_QUIET)
    set(missing)
    foreach(header IN LISTS nowhere)
        string(FIND "${answer}" "syspte_nowhere <${header}>" at)
        if(NOT at EQUAL -1)
            syspte_driver_alias_write("${header}" "")
            list(APPEND missing "${header}")
        endif()
    endforeach()
    set(nowhere "${missing}" PARENT_SCOPE)
endfunction()

# Sets `found`: the driver's own header of that name, if there is one, whatever its case. If its
# name is not spelt as it is included, or is not there and a .tmh, an alias is written. Sets `lost`
# to a name that is in none of the folders.
function(syspte_driver_alias_of included folders)
    string(REPLACE "\\" "/" wanted "${included}")
    set(found PARENT_SCOPE)
    set(lost PARENT_SCOPE)
    foreach(folder IN LISTS folders)
        syspte_driver_find(${folder} "${wanted}")
        if(NOT path)
            continue()
        endif()
        set(target "\"${path}\"")
        if(folder STREQUAL km OR folder STREQUAL wdk)
            cmake_path(RELATIVE_PATH path BASE_DIRECTORY ${folder} OUTPUT_VARIABLE inside)
            set(target "<${inside}>")
        else()
            set(found ${path} PARENT_SCOPE)
        endif()
        cmake_path(APPEND folder "${wanted}" OUTPUT_VARIABLE spelt)
        cmake_path(NORMAL_PATH spelt)
        if(NOT path STREQUAL spelt OR NOT wanted STREQUAL included)
            syspte_driver_alias_write("${included}" "#include ${target}\n")
        endif()
        return()
    endforeach()
    if(wanted MATCHES "[.][tT][mM][hH]$")
        set(content "#include <syspte_wpp.h>\n#include <syspte_traces.h>\n")
        syspte_driver_alias_write("${included}" "${content}")
    elseif(NOT "${given}" MATCHES "(^|;)${included}=")
        set(lost "${wanted}" PARENT_SCOPE)
    endif()
endfunction()

# Sets `path`: the file in that folder, in any case; nothing if there is none.
function(syspte_driver_find folder wanted)
    set(path PARENT_SCOPE)
    set(at ${folder})
    string(REPLACE "/" ";" parts "${wanted}")
    foreach(part IN LISTS parts)
        if(NOT EXISTS ${at}/${part})
            file(GLOB entries LIST_DIRECTORIES true RELATIVE ${at} ${at}/*)
            string(TOLOWER "${part}" part)
            set(match)
            foreach(entry IN LISTS entries)
                string(TOLOWER "${entry}" lower)
                if(lower STREQUAL part)
                    set(match ${entry})
                endif()
            endforeach()
            if(NOT match)
                return()
            endif()
            set(part ${match})
        endif()
        string(APPEND at /${part})
    endforeach()
    if(NOT IS_DIRECTORY ${at})
        cmake_path(NORMAL_PATH at)
        set(path ${at} PARENT_SCOPE)
    endif()
endfunction()

# Adds to the caller's `traces` what the text's `begin_wpp config` names as trace statements.
function(syspte_driver_traces text)
    if(text MATCHES "begin_wpp")
        string(REGEX MATCHALL "FUNC[ \t]+[A-Za-z_][A-Za-z0-9_]*" functions "${text}")
        foreach(function IN LISTS functions)
            string(REGEX REPLACE "^FUNC[ \t]+" "" function "${function}")
            string(APPEND traces
                "#ifndef ${function}\n#define ${function}(...) ((void)0)\n#endif\n")
        endforeach()
        set(traces "${traces}" PARENT_SCOPE)
    endif()
endfunction()

# Aliases are collected in a new folder first. A name with a backslash is one file's name to gcc,
# and with -fms-compatibility a path to clang: it gets both. What goes up (../) is looked for from a
# folder that has as many above it.
function(syspte_driver_alias_write alias content)
    # CMake's own file commands take a backslash for a folder's end.
    file(WRITE ${aliases}.text "${content}")
    if(alias MATCHES "\\\\")
        file(MAKE_DIRECTORY ${aliases}.new)
        execute_process(COMMAND cp -n ${aliases}.text "${aliases}.new/${alias}"
            COMMAND_ERROR_IS_FATAL ANY)
        string(REPLACE "\\" "/" alias "${alias}")
    endif()
    if(alias MATCHES "[.][.]/")
        set(alias "${up}/${alias}")
        set(at ${aliases}.new)
        cmake_path(GET alias PARENT_PATH inside)
        string(REPLACE "/" ";" parts "${inside}")
        foreach(part IN LISTS parts) # also those that the path leaves again
            string(APPEND at "/${part}")
            file(MAKE_DIRECTORY ${at})
        endforeach()
        cmake_path(NORMAL_PATH alias)
        if(alias MATCHES "^[.][.]")
            message(FATAL_ERROR "syspte_add_driver: more than four folders up: ${content}")
        endif()
    endif()
    cmake_path(GET alias PARENT_PATH inside)
    file(MAKE_DIRECTORY ${aliases}.new/${inside} ${aliases}.new/${up})
    if(EXISTS ${aliases}.new/${alias})
        file(READ ${aliases}.new/${alias} before)
        if(NOT before STREQUAL content AND NOT "${given}" MATCHES "(^|;)${alias}=")
            message(WARNING "syspte: two headers are spelt ${alias}; the first is taken for both,"
                " unless HEADER_ALIASES says which:\n${before}${content}")
        endif()
        return()
    endif()
    file(RENAME ${aliases}.text ${aliases}.new/${alias})
endfunction()

# Where nothing changed the older folder stays, so that nothing is built again for it.
function(syspte_driver_aliases_settle)
    execute_process(
        COMMAND diff -r -q ${aliases}.new ${aliases}
        RESULT_VARIABLE different OUTPUT_QUIET ERROR_QUIET)
    if(different)
        file(REMOVE_RECURSE ${aliases})
        file(RENAME ${aliases}.new ${aliases})
    else()
        file(REMOVE_RECURSE ${aliases}.new)
    endif()
endfunction()
