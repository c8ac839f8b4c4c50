// SPDX-License-Identifier: MIT
// Atomic operations, all of them full barriers, as on Windows. Increment, Decrement and the ones
// named Add answer the new value, the others the old one.
#ifndef SYSPTE_WDK_INTERLOCKED_H
#define SYSPTE_WDK_INTERLOCKED_H

#define KeMemoryBarrier()             __sync_synchronize()
#define KeMemoryBarrierWithoutFence() __asm__ __volatile__("" : : : "memory")
#define MemoryBarrier()               __sync_synchronize()
#define SYSPTE_WDK_ORDER              __ATOMIC_SEQ_CST

SYSPTE_WDK_INLINE LONG InterlockedIncrement(_Inout_ LONG volatile *Addend)
{
    return __atomic_add_fetch(Addend, 1, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INLINE LONG InterlockedDecrement(_Inout_ LONG volatile *Addend)
{
    return __atomic_sub_fetch(Addend, 1, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INLINE LONG InterlockedAdd(_Inout_ LONG volatile *Addend, _In_ LONG Value)
{
    return __atomic_add_fetch(Addend, Value, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INLINE LONG InterlockedExchange(_Inout_ LONG volatile *Target, _In_ LONG Value)
{
    return __atomic_exchange_n(Target, Value, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INLINE LONG InterlockedExchangeAdd(_Inout_ LONG volatile *Addend, _In_ LONG Value)
{
    return __atomic_fetch_add(Addend, Value, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INLINE LONG InterlockedCompareExchange(_Inout_ LONG volatile *Destination,
                                                  _In_ LONG ExChange, _In_ LONG Comperand)
{
    (void)__atomic_compare_exchange_n(Destination, &Comperand, ExChange, 0, SYSPTE_WDK_ORDER,
                                      SYSPTE_WDK_ORDER);
    return Comperand;
}
SYSPTE_WDK_INLINE LONG InterlockedAnd(_Inout_ LONG volatile *Destination, _In_ LONG Value)
{
    return __atomic_fetch_and(Destination, Value, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INLINE LONG InterlockedOr(_Inout_ LONG volatile *Destination, _In_ LONG Value)
{
    return __atomic_fetch_or(Destination, Value, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INLINE LONG InterlockedXor(_Inout_ LONG volatile *Destination, _In_ LONG Value)
{
    return __atomic_fetch_xor(Destination, Value, SYSPTE_WDK_ORDER);
}

SYSPTE_WDK_INLINE LONG64 InterlockedIncrement64(_Inout_ LONG64 volatile *Addend)
{
    return __atomic_add_fetch(Addend, 1, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INLINE LONG64 InterlockedDecrement64(_Inout_ LONG64 volatile *Addend)
{
    return __atomic_sub_fetch(Addend, 1, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INLINE LONG64 InterlockedAdd64(_Inout_ LONG64 volatile *Addend, _In_ LONG64 Value)
{
    return __atomic_add_fetch(Addend, Value, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INLINE LONG64 InterlockedExchange64(_Inout_ LONG64 volatile *Target, _In_ LONG64 Value)
{
    return __atomic_exchange_n(Target, Value, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INLINE LONG64 InterlockedExchangeAdd64(_Inout_ LONG64 volatile *Addend,
                                                  _In_ LONG64 Value)
{
    return __atomic_fetch_add(Addend, Value, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INLINE LONG64 InterlockedCompareExchange64(_Inout_ LONG64 volatile *Destination,
                                                      _In_ LONG64 ExChange, _In_ LONG64 Comperand)
{
    (void)__atomic_compare_exchange_n(Destination, &Comperand, ExChange, 0, SYSPTE_WDK_ORDER,
                                      SYSPTE_WDK_ORDER);
    return Comperand;
}

SYSPTE_WDK_INLINE PVOID InterlockedExchangePointer(_Inout_ PVOID volatile *Target,
                                                   _In_opt_ PVOID Value)
{
    return __atomic_exchange_n(Target, Value, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INLINE PVOID InterlockedCompareExchangePointer(_Inout_ PVOID volatile *Destination,
                                                          _In_opt_ PVOID ExChange,
                                                          _In_opt_ PVOID Comperand)
{
    (void)__atomic_compare_exchange_n(Destination, &Comperand, ExChange, 0, SYSPTE_WDK_ORDER,
                                      SYSPTE_WDK_ORDER);
    return Comperand;
}

#endif
