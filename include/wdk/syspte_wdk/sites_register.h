// SPDX-License-Identifier: MIT
// Accesses of registers and ports with their place in the source. Part of syspte_sites.h, which
// says what it is for.
#ifndef SYSPTE_WDK_SITES_REGISTER_H
#define SYSPTE_WDK_SITES_REGISTER_H

#ifndef SYSPTE_NO_SITE_MACROS
// clang-format off
#define READ_REGISTER_UCHAR(...) syspte_at_READ_REGISTER_UCHAR(__VA_ARGS__, SYSPTE_SITE)
#define READ_REGISTER_USHORT(...) syspte_at_READ_REGISTER_USHORT(__VA_ARGS__, SYSPTE_SITE)
#define READ_REGISTER_ULONG(...) syspte_at_READ_REGISTER_ULONG(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_REGISTER_UCHAR(...) syspte_at_WRITE_REGISTER_UCHAR(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_REGISTER_USHORT(...) syspte_at_WRITE_REGISTER_USHORT(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_REGISTER_ULONG(...) syspte_at_WRITE_REGISTER_ULONG(__VA_ARGS__, SYSPTE_SITE)
#define READ_REGISTER_BUFFER_UCHAR(...)                                                            \
    syspte_at_READ_REGISTER_BUFFER_UCHAR(__VA_ARGS__, SYSPTE_SITE)
#define READ_REGISTER_BUFFER_USHORT(...)                                                           \
    syspte_at_READ_REGISTER_BUFFER_USHORT(__VA_ARGS__, SYSPTE_SITE)
#define READ_REGISTER_BUFFER_ULONG(...)                                                            \
    syspte_at_READ_REGISTER_BUFFER_ULONG(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_REGISTER_BUFFER_UCHAR(...)                                                           \
    syspte_at_WRITE_REGISTER_BUFFER_UCHAR(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_REGISTER_BUFFER_USHORT(...)                                                          \
    syspte_at_WRITE_REGISTER_BUFFER_USHORT(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_REGISTER_BUFFER_ULONG(...)                                                           \
    syspte_at_WRITE_REGISTER_BUFFER_ULONG(__VA_ARGS__, SYSPTE_SITE)
#if __SIZEOF_POINTER__ == 8
#define READ_REGISTER_ULONG64(...) syspte_at_READ_REGISTER_ULONG64(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_REGISTER_ULONG64(...) syspte_at_WRITE_REGISTER_ULONG64(__VA_ARGS__, SYSPTE_SITE)
#define READ_REGISTER_BUFFER_ULONG64(...)                                                          \
    syspte_at_READ_REGISTER_BUFFER_ULONG64(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_REGISTER_BUFFER_ULONG64(...)                                                         \
    syspte_at_WRITE_REGISTER_BUFFER_ULONG64(__VA_ARGS__, SYSPTE_SITE)
#endif

#define READ_PORT_UCHAR(...) syspte_at_READ_PORT_UCHAR(__VA_ARGS__, SYSPTE_SITE)
#define READ_PORT_USHORT(...) syspte_at_READ_PORT_USHORT(__VA_ARGS__, SYSPTE_SITE)
#define READ_PORT_ULONG(...) syspte_at_READ_PORT_ULONG(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_PORT_UCHAR(...) syspte_at_WRITE_PORT_UCHAR(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_PORT_USHORT(...) syspte_at_WRITE_PORT_USHORT(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_PORT_ULONG(...) syspte_at_WRITE_PORT_ULONG(__VA_ARGS__, SYSPTE_SITE)
#define READ_PORT_BUFFER_UCHAR(...) syspte_at_READ_PORT_BUFFER_UCHAR(__VA_ARGS__, SYSPTE_SITE)
#define READ_PORT_BUFFER_USHORT(...) syspte_at_READ_PORT_BUFFER_USHORT(__VA_ARGS__, SYSPTE_SITE)
#define READ_PORT_BUFFER_ULONG(...) syspte_at_READ_PORT_BUFFER_ULONG(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_PORT_BUFFER_UCHAR(...) syspte_at_WRITE_PORT_BUFFER_UCHAR(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_PORT_BUFFER_USHORT(...) syspte_at_WRITE_PORT_BUFFER_USHORT(__VA_ARGS__, SYSPTE_SITE)
#define WRITE_PORT_BUFFER_ULONG(...) syspte_at_WRITE_PORT_BUFFER_ULONG(__VA_ARGS__, SYSPTE_SITE)
// clang-format on
#endif

#endif
