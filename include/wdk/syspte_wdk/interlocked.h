// SPDX-License-Identifier: MIT
// Operations on shared integers, each a full barrier. Every one has two names: that of the kernel's
// headers, and with an underscore that of the compiler's.
#ifndef SYSPTE_WDK_INTERLOCKED_H
#define SYSPTE_WDK_INTERLOCKED_H

#define KeMemoryBarrier()                                  __sync_synchronize()
#define KeMemoryBarrierWithoutFence()                      __asm__ __volatile__("" : : : "memory")
#define KeFlushIoBuffers(Mdl, ReadOperation, DmaOperation) ((void)(Mdl))
#define MemoryBarrier()                                    __sync_synchronize()
#define SYSPTE_WDK_ORDER                                   __ATOMIC_SEQ_CST

// clang-format off
#define SYSPTE_WDK_INTERLOCKED(name, TYPE, operation)                                              \
    SYSPTE_WDK_INLINE TYPE name(_Inout_ TYPE volatile *Target, _In_ TYPE Value)                    \
    {                                                                                              \
        return (TYPE)operation(Target, Value, SYSPTE_WDK_ORDER);                                   \
    }
#define SYSPTE_WDK_INTERLOCKED_STEP(name, TYPE, operation)                                         \
    SYSPTE_WDK_INLINE TYPE name(_Inout_ TYPE volatile *Addend)                                     \
    {                                                                                              \
        return (TYPE)operation(Addend, 1, SYSPTE_WDK_ORDER);                                       \
    }
#define SYSPTE_WDK_INTERLOCKED_COMPARE(name, TYPE)                                                 \
    SYSPTE_WDK_INLINE TYPE name(_Inout_ TYPE volatile *Destination, _In_ TYPE ExChange,            \
                                _In_ TYPE Comperand)                                               \
    {                                                                                              \
        (void)__atomic_compare_exchange_n(Destination, &Comperand, ExChange, 0, SYSPTE_WDK_ORDER,  \
                                          SYSPTE_WDK_ORDER);                                       \
        return Comperand;                                                                          \
    }
#define SYSPTE_WDK_INTERLOCKED_BIT(name, TYPE, operation, mask)                                    \
    SYSPTE_WDK_INLINE BOOLEAN name(_Inout_ TYPE volatile *Base, _In_ TYPE Bit)                     \
    {                                                                                              \
        TYPE bit = (TYPE)((ULONG64)1 << ((ULONG64)Bit % (8 * sizeof(TYPE))));                      \
        return (operation(Base, mask bit, SYSPTE_WDK_ORDER) & bit) != 0;                           \
    }

#define SYSPTE_WDK_INTERLOCKED_FAMILY(suffix, TYPE)                                                \
    SYSPTE_WDK_INTERLOCKED(InterlockedAnd##suffix, TYPE, __atomic_fetch_and)                       \
    SYSPTE_WDK_INTERLOCKED(InterlockedOr##suffix, TYPE, __atomic_fetch_or)                         \
    SYSPTE_WDK_INTERLOCKED(InterlockedXor##suffix, TYPE, __atomic_fetch_xor)                       \
    SYSPTE_WDK_INTERLOCKED(InterlockedExchange##suffix, TYPE, __atomic_exchange_n)                 \
    SYSPTE_WDK_INTERLOCKED(InterlockedExchangeAdd##suffix, TYPE, __atomic_fetch_add)               \
    SYSPTE_WDK_INTERLOCKED(InterlockedAdd##suffix, TYPE, __atomic_add_fetch)                       \
    SYSPTE_WDK_INTERLOCKED_STEP(InterlockedIncrement##suffix, TYPE, __atomic_add_fetch)            \
    SYSPTE_WDK_INTERLOCKED_STEP(InterlockedDecrement##suffix, TYPE, __atomic_sub_fetch)            \
    SYSPTE_WDK_INTERLOCKED_COMPARE(InterlockedCompareExchange##suffix, TYPE)
// clang-format on

SYSPTE_WDK_INTERLOCKED_FAMILY(8, CHAR)
SYSPTE_WDK_INTERLOCKED_FAMILY(16, SHORT)
SYSPTE_WDK_INTERLOCKED_FAMILY(, LONG)
SYSPTE_WDK_INTERLOCKED_FAMILY(64, LONG64)

SYSPTE_WDK_INTERLOCKED_BIT(InterlockedBitTestAndSet, LONG, __atomic_fetch_or, )
SYSPTE_WDK_INTERLOCKED_BIT(InterlockedBitTestAndReset, LONG, __atomic_fetch_and, ~)
SYSPTE_WDK_INTERLOCKED_BIT(InterlockedBitTestAndComplement, LONG, __atomic_fetch_xor, )
SYSPTE_WDK_INTERLOCKED_BIT(InterlockedBitTestAndSet64, LONG64, __atomic_fetch_or, )
SYSPTE_WDK_INTERLOCKED_BIT(InterlockedBitTestAndReset64, LONG64, __atomic_fetch_and, ~)

SYSPTE_WDK_INLINE PVOID InterlockedExchangePointer(_Inout_ PVOID volatile *Target,
                                                   _In_opt_ PVOID Value)
{
    return __atomic_exchange_n(Target, Value, SYSPTE_WDK_ORDER);
}
SYSPTE_WDK_INTERLOCKED_COMPARE(InterlockedCompareExchangePointer, PVOID)

#undef SYSPTE_WDK_INTERLOCKED
#undef SYSPTE_WDK_INTERLOCKED_STEP
#undef SYSPTE_WDK_INTERLOCKED_COMPARE
#undef SYSPTE_WDK_INTERLOCKED_BIT
#undef SYSPTE_WDK_INTERLOCKED_FAMILY

// ---- Weaker orders, which these need not be

#define InterlockedIncrementAcquire(...)              InterlockedIncrement(__VA_ARGS__)
#define InterlockedIncrementRelease(...)              InterlockedIncrement(__VA_ARGS__)
#define InterlockedIncrementNoFence(...)              InterlockedIncrement(__VA_ARGS__)
#define InterlockedDecrementAcquire(...)              InterlockedDecrement(__VA_ARGS__)
#define InterlockedDecrementRelease(...)              InterlockedDecrement(__VA_ARGS__)
#define InterlockedDecrementNoFence(...)              InterlockedDecrement(__VA_ARGS__)
#define InterlockedExchangeNoFence(...)               InterlockedExchange(__VA_ARGS__)
#define InterlockedExchangeAcquire(...)               InterlockedExchange(__VA_ARGS__)
#define InterlockedIncrementNoFence64(...)            InterlockedIncrement64(__VA_ARGS__)
#define InterlockedDecrementNoFence64(...)            InterlockedDecrement64(__VA_ARGS__)
#define InterlockedOrNoFence(...)                     InterlockedOr(__VA_ARGS__)
#define InterlockedOrAcquire(...)                     InterlockedOr(__VA_ARGS__)
#define InterlockedOrRelease(...)                     InterlockedOr(__VA_ARGS__)
#define InterlockedAndNoFence(...)                    InterlockedAnd(__VA_ARGS__)
#define InterlockedAndAcquire(...)                    InterlockedAnd(__VA_ARGS__)
#define InterlockedAndRelease(...)                    InterlockedAnd(__VA_ARGS__)
#define InterlockedCompareExchangeAcquire(...)        InterlockedCompareExchange(__VA_ARGS__)
#define InterlockedCompareExchangeRelease(...)        InterlockedCompareExchange(__VA_ARGS__)
#define InterlockedCompareExchangeNoFence(...)        InterlockedCompareExchange(__VA_ARGS__)
#define InterlockedCompareExchangePointerAcquire(...) InterlockedCompareExchangePointer(__VA_ARGS__)
#define InterlockedCompareExchangePointerRelease(...) InterlockedCompareExchangePointer(__VA_ARGS__)
#define InterlockedCompareExchangePointerNoFence(...) InterlockedCompareExchangePointer(__VA_ARGS__)
#define InterlockedIncrementSizeT(a)                                                               \
    ((SIZE_T)InterlockedIncrement64((LONG64 volatile *)(a)))
#define InterlockedDecrementSizeT(a)                                                               \
    ((SIZE_T)InterlockedDecrement64((LONG64 volatile *)(a)))
#define InterlockedExchangeAddSizeT(a, b)                                                          \
    ((SIZE_T)InterlockedExchangeAdd64((LONG64 volatile *)(a), (LONG64)(b)))

// ---- The names with an underscore

#define _InterlockedAnd8(...)                   InterlockedAnd8(__VA_ARGS__)
#define _InterlockedOr8(...)                    InterlockedOr8(__VA_ARGS__)
#define _InterlockedXor8(...)                   InterlockedXor8(__VA_ARGS__)
#define _InterlockedExchange8(...)              InterlockedExchange8(__VA_ARGS__)
#define _InterlockedExchangeAdd8(...)           InterlockedExchangeAdd8(__VA_ARGS__)
#define _InterlockedIncrement8(...)             InterlockedIncrement8(__VA_ARGS__)
#define _InterlockedDecrement8(...)             InterlockedDecrement8(__VA_ARGS__)
#define _InterlockedCompareExchange8(...)       InterlockedCompareExchange8(__VA_ARGS__)
#define _InterlockedAnd16(...)                  InterlockedAnd16(__VA_ARGS__)
#define _InterlockedOr16(...)                   InterlockedOr16(__VA_ARGS__)
#define _InterlockedXor16(...)                  InterlockedXor16(__VA_ARGS__)
#define _InterlockedExchange16(...)             InterlockedExchange16(__VA_ARGS__)
#define _InterlockedExchangeAdd16(...)          InterlockedExchangeAdd16(__VA_ARGS__)
#define _InterlockedIncrement16(...)            InterlockedIncrement16(__VA_ARGS__)
#define _InterlockedDecrement16(...)            InterlockedDecrement16(__VA_ARGS__)
#define _InterlockedCompareExchange16(...)      InterlockedCompareExchange16(__VA_ARGS__)
#define _InterlockedAnd(...)                    InterlockedAnd(__VA_ARGS__)
#define _InterlockedOr(...)                     InterlockedOr(__VA_ARGS__)
#define _InterlockedXor(...)                    InterlockedXor(__VA_ARGS__)
#define _InterlockedExchange(...)               InterlockedExchange(__VA_ARGS__)
#define _InterlockedExchangeAdd(...)            InterlockedExchangeAdd(__VA_ARGS__)
#define _InterlockedIncrement(...)              InterlockedIncrement(__VA_ARGS__)
#define _InterlockedDecrement(...)              InterlockedDecrement(__VA_ARGS__)
#define _InterlockedCompareExchange(...)        InterlockedCompareExchange(__VA_ARGS__)
#define _InterlockedAnd64(...)                  InterlockedAnd64(__VA_ARGS__)
#define _InterlockedOr64(...)                   InterlockedOr64(__VA_ARGS__)
#define _InterlockedXor64(...)                  InterlockedXor64(__VA_ARGS__)
#define _InterlockedExchange64(...)             InterlockedExchange64(__VA_ARGS__)
#define _InterlockedExchangeAdd64(...)          InterlockedExchangeAdd64(__VA_ARGS__)
#define _InterlockedIncrement64(...)            InterlockedIncrement64(__VA_ARGS__)
#define _InterlockedDecrement64(...)            InterlockedDecrement64(__VA_ARGS__)
#define _InterlockedCompareExchange64(...)      InterlockedCompareExchange64(__VA_ARGS__)
#define _InterlockedExchangePointer(...)        InterlockedExchangePointer(__VA_ARGS__)
#define _InterlockedCompareExchangePointer(...) InterlockedCompareExchangePointer(__VA_ARGS__)
#define _interlockedbittestandset(...)          InterlockedBitTestAndSet(__VA_ARGS__)
#define _interlockedbittestandreset(...)        InterlockedBitTestAndReset(__VA_ARGS__)
#define _interlockedbittestandset64(...)        InterlockedBitTestAndSet64(__VA_ARGS__)
#define _interlockedbittestandreset64(...)      InterlockedBitTestAndReset64(__VA_ARGS__)

// ---- Plain reads and writes of shared memory

#define ReadPointerNoFence(from)       __atomic_load_n((PVOID volatile *)(from), __ATOMIC_RELAXED)
#define ReadPointerAcquire(from)       __atomic_load_n((PVOID volatile *)(from), SYSPTE_WDK_ORDER)
#define WritePointerNoFence(to, value) __atomic_store_n((to), (value), __ATOMIC_RELAXED)
#define WritePointerRelease(to, value) __atomic_store_n((to), (value), SYSPTE_WDK_ORDER)
#define ReadNoFence(from)                                                                          \
    __atomic_load_n((LONG const volatile *)(from), __ATOMIC_RELAXED)
#define ReadAcquire(from)                                                                          \
    __atomic_load_n((LONG const volatile *)(from), SYSPTE_WDK_ORDER)
#define ReadULongNoFence(from)                                                                     \
    __atomic_load_n((ULONG const volatile *)(from), __ATOMIC_RELAXED)
#define ReadULongAcquire(from)                                                                     \
    __atomic_load_n((ULONG const volatile *)(from), SYSPTE_WDK_ORDER)
#define ReadNoFence64(from)                                                                        \
    __atomic_load_n((LONG64 const volatile *)(from), __ATOMIC_RELAXED)
#define ReadAcquire64(from)                                                                        \
    __atomic_load_n((LONG64 const volatile *)(from), SYSPTE_WDK_ORDER)
#define WriteNoFence(to, value)                                                                    \
    __atomic_store_n((LONG volatile *)(to), (value), __ATOMIC_RELAXED)
#define WriteRelease(to, value)                                                                    \
    __atomic_store_n((LONG volatile *)(to), (value), SYSPTE_WDK_ORDER)
#define WriteULongNoFence(to, value)                                                               \
    __atomic_store_n((ULONG volatile *)(to), (value), __ATOMIC_RELAXED)
#define WriteULongRelease(to, value)                                                               \
    __atomic_store_n((ULONG volatile *)(to), (value), SYSPTE_WDK_ORDER)

#endif
