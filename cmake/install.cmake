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

# For driver source alone: syspte_add_driver, and the headers that shadow the C library's.
list(APPEND package_files ${CMAKE_CURRENT_LIST_DIR}/syspte_add_driver.cmake)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/wdk_km
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/syspte)

configure_package_config_file(
    ${CMAKE_CURRENT_LIST_DIR}/syspteConfig.cmake.in syspteConfig.cmake
    INSTALL_DESTINATION ${package_dir} PATH_VARS CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(syspteConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${package_files} DESTINATION ${package_dir})

# The same for builds without CMake. Its folders are told from its own place, so it may be moved.
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
    BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}/${pkgconfig_dir} OUTPUT_VARIABLE pkgconfig_up)
syspte_driver_flags(C)
list(JOIN syspte_driver_options " " pkgconfig_driver)
list(TRANSFORM syspte_driver_definitions PREPEND "-D" OUTPUT_VARIABLE pkgconfig_definitions)
list(JOIN pkgconfig_definitions " " pkgconfig_definitions)
set(pkgconfig_zydis)
if(TARGET Zydis::Zydis)
    set(pkgconfig_zydis " -lZydis")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/syspte.pc.in syspte.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/syspte.pc DESTINATION ${pkgconfig_dir})
