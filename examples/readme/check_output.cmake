# SPDX-License-Identifier: MIT
# cmake -D PAGE=<page> -D PROGRAM=<program> -D EXPECTED=<file> -P check_output.cmake: fails unless
# the program fails, because one test leaks, and what it writes to stderr begins with exactly the
# file's text.
execute_process(COMMAND ${PROGRAM} RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE written)
if(NOT result EQUAL 1)
    message(FATAL_ERROR "one test of the example of ${PAGE} must fail, but it ended with ${result}")
endif()

file(READ ${EXPECTED} expected)
string(FIND "${written}" "${expected}" begin)
if(NOT begin EQUAL 0)
    message(FATAL_ERROR "${PAGE} shows\n${expected}\nbut its example writes\n${written}")
endif()
