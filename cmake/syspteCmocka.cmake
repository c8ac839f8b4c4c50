# SPDX-License-Identifier: MIT
# Finds CMocka as the target cmocka::cmocka and sets syspte_cmocka_FOUND. CMocka's own package
# makes that target since 1.1.6; before, it only sets variables; some systems install no package.
# Used by the build of syspte::cmocka and, installed beside its package, by those who link it.
set(syspte_cmocka_FOUND FALSE)
if(NOT TARGET cmocka::cmocka)
    find_package(cmocka CONFIG QUIET GLOBAL)
endif()
if(NOT TARGET cmocka::cmocka)
    find_path(SYSPTE_CMOCKA_INCLUDE_DIR cmocka.h HINTS ${CMOCKA_INCLUDE_DIR})
    find_library(SYSPTE_CMOCKA_LIBRARY cmocka HINTS ${CMOCKA_LIB_DIR})
    mark_as_advanced(SYSPTE_CMOCKA_INCLUDE_DIR SYSPTE_CMOCKA_LIBRARY)
    if(SYSPTE_CMOCKA_INCLUDE_DIR AND SYSPTE_CMOCKA_LIBRARY)
        add_library(cmocka::cmocka UNKNOWN IMPORTED GLOBAL)
        set_target_properties(cmocka::cmocka PROPERTIES
            IMPORTED_LOCATION ${SYSPTE_CMOCKA_LIBRARY}
            INTERFACE_INCLUDE_DIRECTORIES ${SYSPTE_CMOCKA_INCLUDE_DIR})
    endif()
endif()
if(TARGET cmocka::cmocka)
    set(syspte_cmocka_FOUND TRUE)
endif()
