# SPDX-License-Identifier: MIT
# cmake -D ROOT=<tree> -P check_promises.cmake: fails unless each line of README.md that promises
# something ("- `name_of_a_test`: ...") names a test function under tests/ or examples/.
file(STRINGS ${ROOT}/README.md promises REGEX "^- `[a-z0-9_]+`:")
list(LENGTH promises count)
if(count LESS 3)
    message(FATAL_ERROR "README.md promises ${count} things; it should be three")
endif()

file(GLOB_RECURSE sources ${ROOT}/tests/*.c ${ROOT}/examples/*.c)
foreach(promise IN LISTS promises)
    string(REGEX REPLACE "^- `([a-z0-9_]+)`:.*" "\\1" name "${promise}")
    set(found FALSE)
    foreach(source IN LISTS sources)
        file(STRINGS ${source} lines REGEX "^static void ${name}\\(")
        if(lines)
            set(found TRUE)
        endif()
    endforeach()
    if(NOT found)
        message(FATAL_ERROR "README.md promises ${name}, and no test has that name")
    endif()
endforeach()
