// SPDX-License-Identifier: MIT
// Device registers that are mapped into memory: each call is one access of that width, in order.
// Where the machine has devices with a model (<syspte/device.h>), the access is theirs.
#ifndef SYSPTE_WDK_REGISTER_H
#define SYSPTE_WDK_REGISTER_H

SYSPTE_WDK_BEGIN

// The number of ranges with a model.
extern unsigned syspte_register_devices;

// FALSE: no device with a model is there, and the access is one of memory. An address that is NULL
// or near it does not come back if the machine can tell.
BOOLEAN syspte_register_read(const volatile VOID *Register, ULONG Width, PULONG64 Value,
                             const char *file, unsigned line, const char *function);
BOOLEAN syspte_register_write(volatile VOID *Register, ULONG Width, ULONG64 Value, const char *file,
                              unsigned line, const char *function);

SYSPTE_WDK_END

// The library looks at an access before it is made.
#define SYSPTE_WDK_IS_LOOKED_AT(address)                                                           \
    (__atomic_load_n(&syspte_register_devices, __ATOMIC_RELAXED) != 0 ||                           \
     (ULONG_PTR)(address) < 0x10000)

// Each function, and its form with a site.
#define SYSPTE_WDK_REGISTER(NAME, TYPE)                                                            \
    SYSPTE_WDK_INLINE TYPE syspte_at_READ_REGISTER_##NAME(                                         \
        _In_ _Notliteral_ volatile TYPE *Register, const char *file, unsigned line,                \
        const char *function)                                                                      \
    {                                                                                              \
        TYPE value;                                                                                \
        ULONG64 answer;                                                                            \
        if (SYSPTE_WDK_IS_LOOKED_AT(Register) &&                                                   \
            syspte_register_read(Register, sizeof(TYPE), &answer, file, line, function)) {         \
            return (TYPE)answer;                                                                   \
        }                                                                                          \
        KeMemoryBarrierWithoutFence();                                                             \
        value = *Register;                                                                         \
        KeMemoryBarrierWithoutFence();                                                             \
        return value;                                                                              \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID syspte_at_WRITE_REGISTER_##NAME(                                        \
        _In_ _Notliteral_ volatile TYPE *Register, _In_ TYPE Value, const char *file,              \
        unsigned line, const char *function)                                                       \
    {                                                                                              \
        if (SYSPTE_WDK_IS_LOOKED_AT(Register) &&                                                   \
            syspte_register_write(Register, sizeof(TYPE), Value, file, line, function)) {          \
            return;                                                                                \
        }                                                                                          \
        *Register = Value;                                                                         \
        KeMemoryBarrier();                                                                         \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID syspte_at_READ_REGISTER_BUFFER_##NAME(                                  \
        _In_reads_(Count) _Notliteral_ volatile TYPE *Register,                                    \
        _Out_writes_all_(Count) TYPE *Buffer, _In_ ULONG Count, const char *file, unsigned line,   \
        const char *function)                                                                      \
    {                                                                                              \
        ULONG index;                                                                               \
        for (index = 0; index < Count; index++) {                                                  \
            Buffer[index] =                                                                        \
                syspte_at_READ_REGISTER_##NAME(Register + index, file, line, function);            \
        }                                                                                          \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID syspte_at_WRITE_REGISTER_BUFFER_##NAME(                                 \
        _Out_writes_(Count) _Notliteral_ volatile TYPE *Register, _In_reads_(Count) TYPE *Buffer,  \
        _In_ ULONG Count, const char *file, unsigned line, const char *function)                   \
    {                                                                                              \
        ULONG index;                                                                               \
        for (index = 0; index < Count; index++) {                                                  \
            syspte_at_WRITE_REGISTER_##NAME(Register + index, Buffer[index], file, line,           \
                                            function);                                             \
        }                                                                                          \
    }                                                                                              \
    SYSPTE_WDK_INLINE TYPE READ_REGISTER_##NAME(_In_ _Notliteral_ volatile TYPE *Register)         \
    {                                                                                              \
        return syspte_at_READ_REGISTER_##NAME(Register, NULL, 0, NULL);                            \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID WRITE_REGISTER_##NAME(_In_ _Notliteral_ volatile TYPE *Register,        \
                                                 _In_ TYPE Value)                                  \
    {                                                                                              \
        syspte_at_WRITE_REGISTER_##NAME(Register, Value, NULL, 0, NULL);                           \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID READ_REGISTER_BUFFER_##NAME(                                            \
        _In_reads_(Count) _Notliteral_ volatile TYPE *Register,                                    \
        _Out_writes_all_(Count) TYPE *Buffer, _In_ ULONG Count)                                    \
    {                                                                                              \
        syspte_at_READ_REGISTER_BUFFER_##NAME(Register, Buffer, Count, NULL, 0, NULL);             \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID WRITE_REGISTER_BUFFER_##NAME(                                           \
        _Out_writes_(Count) _Notliteral_ volatile TYPE *Register, _In_reads_(Count) TYPE *Buffer,  \
        _In_ ULONG Count)                                                                          \
    {                                                                                              \
        syspte_at_WRITE_REGISTER_BUFFER_##NAME(Register, Buffer, Count, NULL, 0, NULL);            \
    }

SYSPTE_WDK_REGISTER(UCHAR, UCHAR)
SYSPTE_WDK_REGISTER(USHORT, USHORT)
SYSPTE_WDK_REGISTER(ULONG, ULONG)
#if __SIZEOF_POINTER__ == 8
SYSPTE_WDK_REGISTER(ULONG64, ULONG64)
#endif

#endif
