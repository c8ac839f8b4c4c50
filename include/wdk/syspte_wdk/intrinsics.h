// SPDX-License-Identifier: MIT
// What the Microsoft compiler has built in for one processor. Ports reach the models of the test;
// what only a real processor can answer (model-specific and control registers, descriptor tables)
// stops the test with its name.
#ifndef SYSPTE_WDK_INTRINSICS_H
#define SYSPTE_WDK_INTRINSICS_H

// ---- Barriers and pauses

#define _ReadWriteBarrier() __asm__ __volatile__("" : : : "memory")
#define _ReadBarrier()      _ReadWriteBarrier()
#define _WriteBarrier()     _ReadWriteBarrier()
#if defined(__x86_64__) || defined(__i386__)
#define YieldProcessor() __builtin_ia32_pause()
#else
#define YieldProcessor() _ReadWriteBarrier()
#endif

// ---- Ports

#define SYSPTE_WDK_HERE        __FILE__, __LINE__, __func__
#define __inbyte(Port)         ((UCHAR)syspte_port_in((USHORT)(Port), 1, SYSPTE_WDK_HERE))
#define __inword(Port)         ((USHORT)syspte_port_in((USHORT)(Port), 2, SYSPTE_WDK_HERE))
#define __indword(Port)        (syspte_port_in((USHORT)(Port), 4, SYSPTE_WDK_HERE))
#define __outbyte(Port, Data)  syspte_port_out((USHORT)(Port), 1, (UCHAR)(Data), SYSPTE_WDK_HERE)
#define __outword(Port, Data)  syspte_port_out((USHORT)(Port), 2, (USHORT)(Data), SYSPTE_WDK_HERE)
#define __outdword(Port, Data) syspte_port_out((USHORT)(Port), 4, (ULONG)(Data), SYSPTE_WDK_HERE)
#define _inp(port)             ((int)__inbyte(port))
#define _inpw(port)            __inword(port)
#define _inpd(port)            __indword(port)
#define _outp(port, data)      __outbyte(port, data)
#define _outpw(port, data)     __outword(port, data)
#define _outpd(port, data)     __outdword(port, data)

// ---- Bits. Zero: the index stays as it is.

SYSPTE_WDK_INLINE UCHAR syspte_wdk_scan_forward(ULONG *Index, ULONG64 Mask)
{
    *Index = Mask == 0 ? *Index : (ULONG)__builtin_ctzll(Mask);
    return Mask != 0;
}
SYSPTE_WDK_INLINE UCHAR syspte_wdk_scan_reverse(ULONG *Index, ULONG64 Mask)
{
    *Index = Mask == 0 ? *Index : 63 - (ULONG)__builtin_clzll(Mask);
    return Mask != 0;
}

#define _BitScanForward(Index, Mask)   syspte_wdk_scan_forward((ULONG *)(Index), (ULONG)(Mask))
#define _BitScanReverse(Index, Mask)   syspte_wdk_scan_reverse((ULONG *)(Index), (ULONG)(Mask))
#define _BitScanForward64(Index, Mask) syspte_wdk_scan_forward((ULONG *)(Index), (ULONG64)(Mask))
#define _BitScanReverse64(Index, Mask) syspte_wdk_scan_reverse((ULONG *)(Index), (ULONG64)(Mask))
#define BitScanForward                 _BitScanForward
#define BitScanReverse                 _BitScanReverse
#define BitScanForward64               _BitScanForward64
#define BitScanReverse64               _BitScanReverse64

// ---- Only a real processor has them

// The compiler's own header has macros of these names.
#undef __cpuid
#undef _disable
#undef _enable
VOID __cpuid(int *CpuInfo, int Function);
VOID __cpuidex(int *CpuInfo, int Function, int Subleaf);
ULONG64 __readmsr(ULONG Register);
VOID __writemsr(ULONG Register, ULONG64 Value);
ULONG64 __readpmc(ULONG Counter);
ULONG_PTR __readcr0(VOID);
ULONG_PTR __readcr2(VOID);
ULONG_PTR __readcr3(VOID);
ULONG_PTR __readcr4(VOID);
ULONG_PTR __readcr8(VOID);
VOID __writecr0(ULONG_PTR Value);
VOID __writecr3(ULONG_PTR Value);
VOID __writecr4(ULONG_PTR Value);
VOID __writecr8(ULONG_PTR Value);
VOID __invlpg(PVOID Address);
VOID __wbinvd(VOID);
VOID __halt(VOID);
VOID __sidt(PVOID Destination);
VOID __lidt(PVOID Source);
ULONG __segmentlimit(ULONG Selector);
VOID _disable(VOID);
VOID _enable(VOID);

#endif
