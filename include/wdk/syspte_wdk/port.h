// SPDX-License-Identifier: MIT
// Ports: their number is passed as a pointer. A port without a model (<syspte/device.h>) reads as
// all ones, and drops what is written. The buffer forms access one port again and again.
#ifndef SYSPTE_WDK_PORT_H
#define SYSPTE_WDK_PORT_H

SYSPTE_WDK_BEGIN

ULONG syspte_port_in(ULONG_PTR Port, ULONG Width, const char *file, unsigned line,
                     const char *function);
VOID syspte_port_out(ULONG_PTR Port, ULONG Width, ULONG Value, const char *file, unsigned line,
                     const char *function);

SYSPTE_WDK_END

// Each function, and its form with a site.
#define SYSPTE_WDK_PORT(NAME, TYPE)                                                                \
    SYSPTE_WDK_INLINE TYPE syspte_at_READ_PORT_##NAME(_In_ TYPE *Port, const char *file,           \
                                                      unsigned line, const char *function)         \
    {                                                                                              \
        return (TYPE)syspte_port_in((ULONG_PTR)Port, sizeof(TYPE), file, line, function);          \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID syspte_at_WRITE_PORT_##NAME(                                            \
        _In_ TYPE *Port, _In_ TYPE Value, const char *file, unsigned line, const char *function)   \
    {                                                                                              \
        syspte_port_out((ULONG_PTR)Port, sizeof(TYPE), Value, file, line, function);               \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID syspte_at_READ_PORT_BUFFER_##NAME(                                      \
        _In_ TYPE *Port, _Out_writes_all_(Count) TYPE *Buffer, _In_ ULONG Count, const char *file, \
        unsigned line, const char *function)                                                       \
    {                                                                                              \
        ULONG index;                                                                               \
        for (index = 0; index < Count; index++) {                                                  \
            Buffer[index] = syspte_at_READ_PORT_##NAME(Port, file, line, function);                \
        }                                                                                          \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID syspte_at_WRITE_PORT_BUFFER_##NAME(                                     \
        _In_ TYPE *Port, _In_reads_(Count) TYPE *Buffer, _In_ ULONG Count, const char *file,       \
        unsigned line, const char *function)                                                       \
    {                                                                                              \
        ULONG index;                                                                               \
        for (index = 0; index < Count; index++) {                                                  \
            syspte_at_WRITE_PORT_##NAME(Port, Buffer[index], file, line, function);                \
        }                                                                                          \
    }                                                                                              \
    SYSPTE_WDK_INLINE TYPE READ_PORT_##NAME(_In_ TYPE *Port)                                       \
    {                                                                                              \
        return syspte_at_READ_PORT_##NAME(Port, NULL, 0, NULL);                                    \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID WRITE_PORT_##NAME(_In_ TYPE *Port, _In_ TYPE Value)                     \
    {                                                                                              \
        syspte_at_WRITE_PORT_##NAME(Port, Value, NULL, 0, NULL);                                   \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID READ_PORT_BUFFER_##NAME(                                                \
        _In_ TYPE *Port, _Out_writes_all_(Count) TYPE *Buffer, _In_ ULONG Count)                   \
    {                                                                                              \
        syspte_at_READ_PORT_BUFFER_##NAME(Port, Buffer, Count, NULL, 0, NULL);                     \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID WRITE_PORT_BUFFER_##NAME(                                               \
        _In_ TYPE *Port, _In_reads_(Count) TYPE *Buffer, _In_ ULONG Count)                         \
    {                                                                                              \
        syspte_at_WRITE_PORT_BUFFER_##NAME(Port, Buffer, Count, NULL, 0, NULL);                    \
    }

SYSPTE_WDK_PORT(UCHAR, UCHAR)
SYSPTE_WDK_PORT(USHORT, USHORT)
SYSPTE_WDK_PORT(ULONG, ULONG)

#endif
