# SPDX-License-Identifier: MIT
# What `cmake --install` puts where, and the package that find_package(syspte) reads.
# syspte::cmocka has its own export: it depends on CMocka, which each user's machine finds anew.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/syspte)
set(package_files
    ${CMAKE_CURRENT_BINARY_DIR}/syspteConfig.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/syspteConfigVersion.cmake)

install(TARGETS syspte EXPORT syspteTargets FILE_SET HEADERS)
# The stand-in headers have names of Windows' own: never straight into the include folder.
install(TARGETS syspte_wdk EXPORT syspteTargets
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/syspte/wdk)
install(EXPORT syspteTargets NAMESPACE syspte:: DESTINATION ${package_dir})

if(TARGET syspte_cmocka)
    install(TARGETS syspte_cmocka EXPORT syspteCmockaTargets FILE_SET HEADERS)
    install(EXPORT syspteCmockaTargets NAMESPACE syspte:: DESTINATION ${package_dir})
    list(APPEND package_files ${CMAKE_CURRENT_LIST_DIR}/syspteCmocka.cmake)
endif()

configure_package_config_file(
    ${CMAKE_CURRENT_LIST_DIR}/syspteConfig.cmake.in syspteConfig.cmake
    INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(syspteConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${package_files} DESTINATION ${package_dir})
