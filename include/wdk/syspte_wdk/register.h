// SPDX-License-Identifier: MIT
// Device registers that are mapped into memory: each call is one access of that width, in order.
#ifndef SYSPTE_WDK_REGISTER_H
#define SYSPTE_WDK_REGISTER_H

#define SYSPTE_WDK_REGISTER(NAME, TYPE)                                                            \
    SYSPTE_WDK_INLINE TYPE READ_REGISTER_##NAME(_In_ _Notliteral_ volatile TYPE *Register)         \
    {                                                                                              \
        TYPE value;                                                                                \
        KeMemoryBarrierWithoutFence();                                                             \
        value = *Register;                                                                         \
        KeMemoryBarrierWithoutFence();                                                             \
        return value;                                                                              \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID WRITE_REGISTER_##NAME(_In_ _Notliteral_ volatile TYPE *Register,        \
                                                 _In_ TYPE Value)                                  \
    {                                                                                              \
        *Register = Value;                                                                         \
        KeMemoryBarrier();                                                                         \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID READ_REGISTER_BUFFER_##NAME(                                            \
        _In_reads_(Count) _Notliteral_ volatile TYPE *Register,                                    \
        _Out_writes_all_(Count) TYPE *Buffer, _In_ ULONG Count)                                    \
    {                                                                                              \
        ULONG index;                                                                               \
        for (index = 0; index < Count; index++) {                                                  \
            Buffer[index] = READ_REGISTER_##NAME(Register + index);                                \
        }                                                                                          \
    }                                                                                              \
    SYSPTE_WDK_INLINE VOID WRITE_REGISTER_BUFFER_##NAME(                                           \
        _Out_writes_(Count) _Notliteral_ volatile TYPE *Register, _In_reads_(Count) TYPE *Buffer,  \
        _In_ ULONG Count)                                                                          \
    {                                                                                              \
        ULONG index;                                                                               \
        for (index = 0; index < Count; index++) {                                                  \
            WRITE_REGISTER_##NAME(Register + index, Buffer[index]);                                \
        }                                                                                          \
    }

SYSPTE_WDK_REGISTER(UCHAR, UCHAR)
SYSPTE_WDK_REGISTER(USHORT, USHORT)
SYSPTE_WDK_REGISTER(ULONG, ULONG)
#if __SIZEOF_POINTER__ == 8
SYSPTE_WDK_REGISTER(ULONG64, ULONG64)
#endif

#endif
