// SPDX-License-Identifier: MIT
// Every Windows function that the library defines, once. No guard: it is included with the macros
// that are wanted. A test compares it with what the library defines.
//
//   EXPORTED(name, since)  by the kernel, from that version of Windows on (as _WIN32_WINNT has it)
//   INLINE(name)           in Windows' headers: no kernel exports it
//   ELSEWHERE(name)        by another module (NDIS, a port driver): not found in the kernel
// clang-format off

// ---- I/O space

EXPORTED(MmMapIoSpace, 0x0500)
EXPORTED(MmMapIoSpaceEx, 0x0A00)
EXPORTED(MmMapVideoDisplay, 0x0500)
EXPORTED(MmUnmapIoSpace, 0x0500)
EXPORTED(MmUnmapVideoDisplay, 0x0500)

// ---- Pool

EXPORTED(ExAllocatePool, 0x0500)
EXPORTED(ExAllocatePool2, 0x0A00)
INLINE(ExAllocatePoolQuotaUninitialized)
INLINE(ExAllocatePoolQuotaZero)
INLINE(ExAllocatePoolUninitialized)
EXPORTED(ExAllocatePoolWithQuotaTag, 0x0500)
EXPORTED(ExAllocatePoolWithTag, 0x0500)
EXPORTED(ExAllocatePoolWithTagPriority, 0x0500)
INLINE(ExAllocatePoolZero)
EXPORTED(ExFreePool, 0x0500)
EXPORTED(ExFreePoolWithTag, 0x0500)

// ---- Contiguous and noncached memory, views, sections, what is behind an address

EXPORTED(MmAllocateContiguousMemory, 0x0500)
EXPORTED(MmAllocateContiguousMemorySpecifyCache, 0x0500)
EXPORTED(MmAllocateContiguousMemorySpecifyCacheNode, 0x0600)
EXPORTED(MmAllocateContiguousNodeMemory, 0x0602)
EXPORTED(MmAllocateNonCachedMemory, 0x0500)
EXPORTED(MmFreeContiguousMemory, 0x0500)
EXPORTED(MmFreeContiguousMemorySpecifyCache, 0x0500)
EXPORTED(MmFreeNonCachedMemory, 0x0500)
EXPORTED(MmGetCacheAttribute, 0x0603)
EXPORTED(MmGetPhysicalAddress, 0x0500)
EXPORTED(MmIsAddressValid, 0x0500)
EXPORTED(MmIsIoSpaceActive, 0x0502)
EXPORTED(MmLockPagableDataSection, 0x0500)
EXPORTED(MmLockPagableSectionByHandle, 0x0500)
EXPORTED(MmMapViewInSystemSpace, 0x0500)
EXPORTED(MmUnlockPagableImageSection, 0x0500)
EXPORTED(MmUnmapViewInSystemSpace, 0x0500)

// ---- MDLs and reserved mappings

EXPORTED(IoAllocateMdl, 0x0500)
EXPORTED(IoBuildPartialMdl, 0x0500)
EXPORTED(IoFreeMdl, 0x0500)
EXPORTED(MmAdvanceMdl, 0x0501)
EXPORTED(MmAllocateMappingAddress, 0x0501)
EXPORTED(MmAllocateMappingAddressEx, 0x0A00)
EXPORTED(MmAllocateMdlForIoSpace, 0x0602)
EXPORTED(MmAllocateNodePagesForMdlEx, 0x0602)
EXPORTED(MmAllocatePagesForMdl, 0x0500)
EXPORTED(MmAllocatePagesForMdlEx, 0x0502)
EXPORTED(MmBuildMdlForNonPagedPool, 0x0500)
EXPORTED(MmCreateMdl, 0x0500)
EXPORTED(MmFreeMappingAddress, 0x0501)
EXPORTED(MmFreePagesFromMdl, 0x0500)
EXPORTED(MmFreePagesFromMdlEx, 0x0A00)
INLINE(MmGetSystemAddressForMdl)
INLINE(MmGetSystemAddressForMdlSafe)
EXPORTED(MmMapLockedPages, 0x0500)
EXPORTED(MmMapLockedPagesSpecifyCache, 0x0500)
EXPORTED(MmMapLockedPagesWithReservedMapping, 0x0501)
EXPORTED(MmMapMdl, 0x0A00)
INLINE(MmPrepareMdlForReuse)
EXPORTED(MmProbeAndLockPages, 0x0500)
EXPORTED(MmProbeAndLockProcessPages, 0x0500)
EXPORTED(MmProbeAndLockSelectedPages, 0x0500)
EXPORTED(MmProtectMdlSystemAddress, 0x0501)
EXPORTED(MmSizeOfMdl, 0x0500)
EXPORTED(MmUnlockPages, 0x0500)
EXPORTED(MmUnmapLockedPages, 0x0500)
EXPORTED(MmUnmapReservedMapping, 0x0501)

// ---- Requests and DMA

EXPORTED(IoAllocateIrp, 0x0500)
EXPORTED(IoFreeIrp, 0x0500)
EXPORTED(IoGetDmaAdapter, 0x0500)
EXPORTED(IoInitializeIrp, 0x0500)
EXPORTED(IoReuseIrp, 0x0500)
EXPORTED(IofCompleteRequest, 0x0500)

// ---- Spin locks

EXPORTED(KeAcquireInStackQueuedSpinLock, 0x0501)
EXPORTED(KeAcquireInStackQueuedSpinLockAtDpcLevel, 0x0501)
EXPORTED(KeAcquireSpinLockAtDpcLevel, 0x0500)
EXPORTED(KeAcquireSpinLockRaiseToDpc, 0x0500)
EXPORTED(KeReleaseInStackQueuedSpinLock, 0x0501)
EXPORTED(KeReleaseInStackQueuedSpinLockFromDpcLevel, 0x0501)
EXPORTED(KeReleaseSpinLock, 0x0500)
EXPORTED(KeReleaseSpinLockFromDpcLevel, 0x0500)
EXPORTED(KeTryToAcquireSpinLockAtDpcLevel, 0x0502)

// ---- Events, mutexes, DPCs, work items, timers

EXPORTED(ExAcquireFastMutex, 0x0500)
EXPORTED(ExQueueWorkItem, 0x0500)
EXPORTED(ExReleaseFastMutex, 0x0500)
EXPORTED(ExTryToAcquireFastMutex, 0x0500)
EXPORTED(IoAllocateWorkItem, 0x0500)
EXPORTED(IoFreeWorkItem, 0x0500)
EXPORTED(IoQueueWorkItem, 0x0500)
EXPORTED(KeCancelTimer, 0x0500)
EXPORTED(KeClearEvent, 0x0500)
EXPORTED(KeDelayExecutionThread, 0x0500)
EXPORTED(KeFlushQueuedDpcs, 0x0501)
EXPORTED(KeInitializeDpc, 0x0500)
EXPORTED(KeInitializeEvent, 0x0500)
EXPORTED(KeInitializeMutex, 0x0500)
EXPORTED(KeInitializeTimer, 0x0500)
EXPORTED(KeInitializeTimerEx, 0x0500)
EXPORTED(KeInsertQueueDpc, 0x0500)
EXPORTED(KeQuerySystemTime, 0x0500)
EXPORTED(KeQueryTimeIncrement, 0x0500)
EXPORTED(KeReadStateEvent, 0x0500)
EXPORTED(KeReleaseMutex, 0x0500)
EXPORTED(KeRemoveQueueDpc, 0x0500)
EXPORTED(KeResetEvent, 0x0500)
EXPORTED(KeSetEvent, 0x0500)
EXPORTED(KeSetTimer, 0x0500)
EXPORTED(KeSetTimerEx, 0x0500)
EXPORTED(KeStallExecutionProcessor, 0x0500)
EXPORTED(KeWaitForSingleObject, 0x0500)

// ---- Device objects

EXPORTED(IoAttachDeviceToDeviceStack, 0x0500)
EXPORTED(IoCreateDevice, 0x0500)
EXPORTED(IoCreateSymbolicLink, 0x0500)
EXPORTED(IoDeleteDevice, 0x0500)
EXPORTED(IoDeleteSymbolicLink, 0x0500)
EXPORTED(IoDetachDevice, 0x0500)
EXPORTED(IoForwardIrpSynchronously, 0x0501)
EXPORTED(IofCallDriver, 0x0500)

// ---- Interrupts, buses, power

EXPORTED(HalGetBusData, 0x0500)
EXPORTED(HalGetBusDataByOffset, 0x0500)
EXPORTED(HalSetBusData, 0x0500)
EXPORTED(HalSetBusDataByOffset, 0x0500)
EXPORTED(HalTranslateBusAddress, 0x0500)
EXPORTED(IoConnectInterrupt, 0x0500)
EXPORTED(IoConnectInterruptEx, 0x0600)
EXPORTED(IoDisconnectInterrupt, 0x0500)
EXPORTED(IoDisconnectInterruptEx, 0x0600)
EXPORTED(KeAcquireInterruptSpinLock, 0x0501)
EXPORTED(KeReleaseInterruptSpinLock, 0x0501)
EXPORTED(KeSynchronizeExecution, 0x0500)
EXPORTED(PoCallDriver, 0x0500)
EXPORTED(PoRegisterDeviceForIdleDetection, 0x0500)
EXPORTED(PoRequestPowerIrp, 0x0500)
EXPORTED(PoSetPowerState, 0x0500)
EXPORTED(PoStartNextPowerIrp, 0x0500)

// ---- IRQL, exceptions, debugging, bug checks, strings

EXPORTED(DbgPrint, 0x0500)
EXPORTED(DbgPrintEx, 0x0501)
EXPORTED(ExRaiseAccessViolation, 0x0500)
EXPORTED(ExRaiseDatatypeMisalignment, 0x0500)
EXPORTED(ExRaiseStatus, 0x0500)
EXPORTED(KeBugCheck, 0x0500)
EXPORTED(KeBugCheckEx, 0x0500)
EXPORTED(KeGetCurrentIrql, 0x0500)
EXPORTED(KeRaiseIrqlToDpcLevel, 0x0500)
EXPORTED(KfLowerIrql, 0x0500)
EXPORTED(KfRaiseIrql, 0x0500)
EXPORTED(MmGetSystemRoutineAddress, 0x0500)
EXPORTED(ProbeForRead, 0x0500)
EXPORTED(ProbeForWrite, 0x0500)
EXPORTED(RtlAssert, 0x0500)
EXPORTED(RtlInitAnsiString, 0x0500)
EXPORTED(RtlInitUnicodeString, 0x0500)
EXPORTED(vDbgPrintEx, 0x0501)
EXPORTED(vDbgPrintExWithPrefix, 0x0501)

// ---- Port drivers

ELSEWHERE(NdisMMapIoSpace)
ELSEWHERE(NdisMUnmapIoSpace)
ELSEWHERE(StorPortFreeDeviceBase)
ELSEWHERE(StorPortGetDeviceBase)
ELSEWHERE(VideoPortMapMemory)
ELSEWHERE(VideoPortUnmapMemory)

// clang-format on
