# SPDX-License-Identifier: MIT
# cmake -D PROGRAM=<syspte_demo> -D PAGE=<file> -P check_demo.cmake: fails unless the demo succeeds,
# fits on a screen of 50 lines and 100 columns, writes no escape sequence into a pipe, and ends with
# a table that the page shows word for word.
execute_process(COMMAND ${PROGRAM} RESULT_VARIABLE result OUTPUT_VARIABLE output)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "the demo ended with ${result}")
endif()

file(READ ${PAGE} page)
string(FIND "${output}" "\n  profile " begin)
string(SUBSTRING "${output}" ${begin} -1 table)
string(FIND "${page}" "${table}" found)
if(begin EQUAL -1 OR found EQUAL -1)
    message(FATAL_ERROR "${PAGE} does not show this table:${table}")
endif()

string(ASCII 27 escape)
string(FIND "${output}" "${escape}" colour)
if(NOT colour EQUAL -1)
    message(FATAL_ERROR "the demo writes colours into a pipe")
endif()

# What CMake would take for the marks of a list is replaced first.
string(REGEX REPLACE "[];[]" "|" output "${output}")
string(REGEX MATCHALL "[^\n]*\n" lines "${output}")
list(LENGTH lines height)
if(height LESS 20 OR height GREATER 50)
    message(FATAL_ERROR "the demo has ${height} lines; a screen has 50")
endif()
foreach(line IN LISTS lines)
    string(LENGTH "${line}" width)
    if(width GREATER 101)
        message(FATAL_ERROR "wider than 100 columns: ${line}")
    endif()
endforeach()
