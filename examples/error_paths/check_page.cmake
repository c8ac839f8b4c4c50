# SPDX-License-Identifier: MIT
# cmake -D PROGRAM=<program> -D PAGE=<page> -P check_page.cmake: the program's first test must pass
# and its second fail, and what it writes to stderr up to CMocka's words must stand on the page.
execute_process(COMMAND ${PROGRAM} RESULT_VARIABLE result
    OUTPUT_VARIABLE output ERROR_VARIABLE written)
if(NOT result EQUAL 1 OR NOT output MATCHES "       OK . start_and_stop\n")
    message(FATAL_ERROR "ended with ${result}:\n${output}")
endif()

string(FIND "${written}" "[  ERROR   ]" end)
string(SUBSTRING "${written}" 0 ${end} report)
file(READ ${PAGE} page)
string(FIND "${page}" "```text\n${report}```" found)
if(found EQUAL -1)
    message(FATAL_ERROR "${PAGE} does not show\n${report}")
endif()
