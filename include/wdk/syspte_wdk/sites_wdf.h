// SPDX-License-Identifier: MIT
// The framework's functions with their place in the source. Part of wdf.h; syspte_sites.h says what
// that is for.
#ifndef SYSPTE_WDK_SITES_WDF_H
#define SYSPTE_WDK_SITES_WDF_H

#ifndef SYSPTE_NO_SITE_MACROS
#define WdfObjectCreate(...) syspte_at_WdfObjectCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfObjectAllocateContext(...) syspte_at_WdfObjectAllocateContext(__VA_ARGS__, SYSPTE_SITE)
#define WdfObjectDelete(...) syspte_at_WdfObjectDelete(__VA_ARGS__, SYSPTE_SITE)
#define WdfObjectReferenceActual(...) syspte_at_WdfObjectReferenceActual(__VA_ARGS__, SYSPTE_SITE)
#define WdfObjectDereferenceActual(...)                                                            \
    syspte_at_WdfObjectDereferenceActual(__VA_ARGS__, SYSPTE_SITE)
#define WdfObjectContextGetObject(...) syspte_at_WdfObjectContextGetObject(__VA_ARGS__, SYSPTE_SITE)
#define WdfDriverCreate(...) syspte_at_WdfDriverCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfDriverGetRegistryPath(...) syspte_at_WdfDriverGetRegistryPath(__VA_ARGS__, SYSPTE_SITE)
#define WdfDriverWdmGetDriverObject(...)                                                           \
    syspte_at_WdfDriverWdmGetDriverObject(__VA_ARGS__, SYSPTE_SITE)
#define WdfControlDeviceInitAllocate(...)                                                          \
    syspte_at_WdfControlDeviceInitAllocate(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitFree(...) syspte_at_WdfDeviceInitFree(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetPnpPowerEventCallbacks(...)                                                \
    syspte_at_WdfDeviceInitSetPnpPowerEventCallbacks(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetPowerPolicyEventCallbacks(...)                                             \
    syspte_at_WdfDeviceInitSetPowerPolicyEventCallbacks(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetPowerPolicyOwnership(...)                                                  \
    syspte_at_WdfDeviceInitSetPowerPolicyOwnership(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetReleaseHardwareOrderOnFailure(...)                                         \
    syspte_at_WdfDeviceInitSetReleaseHardwareOrderOnFailure(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetIoType(...) syspte_at_WdfDeviceInitSetIoType(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetIoTypeEx(...) syspte_at_WdfDeviceInitSetIoTypeEx(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetExclusive(...) syspte_at_WdfDeviceInitSetExclusive(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetDeviceType(...)                                                            \
    syspte_at_WdfDeviceInitSetDeviceType(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetCharacteristics(...)                                                       \
    syspte_at_WdfDeviceInitSetCharacteristics(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetFileObjectConfig(...)                                                      \
    syspte_at_WdfDeviceInitSetFileObjectConfig(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetRequestAttributes(...)                                                     \
    syspte_at_WdfDeviceInitSetRequestAttributes(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitAssignName(...) syspte_at_WdfDeviceInitAssignName(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitAssignSDDLString(...)                                                         \
    syspte_at_WdfDeviceInitAssignSDDLString(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetDeviceClass(...)                                                           \
    syspte_at_WdfDeviceInitSetDeviceClass(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetPowerPageable(...)                                                         \
    syspte_at_WdfDeviceInitSetPowerPageable(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetPowerNotPageable(...)                                                      \
    syspte_at_WdfDeviceInitSetPowerNotPageable(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetPowerInrush(...)                                                           \
    syspte_at_WdfDeviceInitSetPowerInrush(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitSetIoInCallerContextCallback(...)                                             \
    syspte_at_WdfDeviceInitSetIoInCallerContextCallback(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceInitAssignWdmIrpPreprocessCallback(...)                                           \
    syspte_at_WdfDeviceInitAssignWdmIrpPreprocessCallback(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceCreate(...) syspte_at_WdfDeviceCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfControlFinishInitializing(...)                                                          \
    syspte_at_WdfControlFinishInitializing(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceSetPnpCapabilities(...)                                                           \
    syspte_at_WdfDeviceSetPnpCapabilities(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceSetPowerCapabilities(...)                                                         \
    syspte_at_WdfDeviceSetPowerCapabilities(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceSetDeviceState(...) syspte_at_WdfDeviceSetDeviceState(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceSetFailed(...) syspte_at_WdfDeviceSetFailed(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceAssignS0IdleSettings(...)                                                         \
    syspte_at_WdfDeviceAssignS0IdleSettings(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceAssignSxWakeSettings(...)                                                         \
    syspte_at_WdfDeviceAssignSxWakeSettings(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceStopIdleActual(...) syspte_at_WdfDeviceStopIdleActual(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceResumeIdleActual(...) syspte_at_WdfDeviceResumeIdleActual(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceSetStaticStopRemove(...)                                                          \
    syspte_at_WdfDeviceSetStaticStopRemove(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceSetSpecialFileSupport(...)                                                        \
    syspte_at_WdfDeviceSetSpecialFileSupport(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceSetCharacteristics(...)                                                           \
    syspte_at_WdfDeviceSetCharacteristics(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceSetAlignmentRequirement(...)                                                      \
    syspte_at_WdfDeviceSetAlignmentRequirement(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceGetAlignmentRequirement(...)                                                      \
    syspte_at_WdfDeviceGetAlignmentRequirement(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceGetCharacteristics(...)                                                           \
    syspte_at_WdfDeviceGetCharacteristics(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceCreateSymbolicLink(...)                                                           \
    syspte_at_WdfDeviceCreateSymbolicLink(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceCreateDeviceInterface(...)                                                        \
    syspte_at_WdfDeviceCreateDeviceInterface(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceSetDeviceInterfaceState(...)                                                      \
    syspte_at_WdfDeviceSetDeviceInterfaceState(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceGetDriver(...) syspte_at_WdfDeviceGetDriver(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceGetIoTarget(...) syspte_at_WdfDeviceGetIoTarget(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceWdmGetDeviceObject(...)                                                           \
    syspte_at_WdfDeviceWdmGetDeviceObject(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceWdmGetAttachedDevice(...)                                                         \
    syspte_at_WdfDeviceWdmGetAttachedDevice(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceWdmGetPhysicalDevice(...)                                                         \
    syspte_at_WdfDeviceWdmGetPhysicalDevice(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceGetSystemPowerAction(...)                                                         \
    syspte_at_WdfDeviceGetSystemPowerAction(__VA_ARGS__, SYSPTE_SITE)
#define WdfFdoInitSetFilter(...) syspte_at_WdfFdoInitSetFilter(__VA_ARGS__, SYSPTE_SITE)
#define WdfFdoInitSetEventCallbacks(...)                                                           \
    syspte_at_WdfFdoInitSetEventCallbacks(__VA_ARGS__, SYSPTE_SITE)
#define WdfFdoInitWdmGetPhysicalDevice(...)                                                        \
    syspte_at_WdfFdoInitWdmGetPhysicalDevice(__VA_ARGS__, SYSPTE_SITE)
#define WdfFdoQueryForInterface(...) syspte_at_WdfFdoQueryForInterface(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceQueryProperty(...) syspte_at_WdfDeviceQueryProperty(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceAllocAndQueryProperty(...)                                                        \
    syspte_at_WdfDeviceAllocAndQueryProperty(__VA_ARGS__, SYSPTE_SITE)
#define WdfFdoInitQueryProperty(...) syspte_at_WdfFdoInitQueryProperty(__VA_ARGS__, SYSPTE_SITE)
#define WdfCmResourceListGetCount(...) syspte_at_WdfCmResourceListGetCount(__VA_ARGS__, SYSPTE_SITE)
#define WdfCmResourceListGetDescriptor(...)                                                        \
    syspte_at_WdfCmResourceListGetDescriptor(__VA_ARGS__, SYSPTE_SITE)
#define WdfSpinLockCreate(...) syspte_at_WdfSpinLockCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfSpinLockAcquire(...) syspte_at_WdfSpinLockAcquire(__VA_ARGS__, SYSPTE_SITE)
#define WdfSpinLockRelease(...) syspte_at_WdfSpinLockRelease(__VA_ARGS__, SYSPTE_SITE)
#define WdfWaitLockCreate(...) syspte_at_WdfWaitLockCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfWaitLockAcquire(...) syspte_at_WdfWaitLockAcquire(__VA_ARGS__, SYSPTE_SITE)
#define WdfWaitLockRelease(...) syspte_at_WdfWaitLockRelease(__VA_ARGS__, SYSPTE_SITE)
#define WdfInterruptCreate(...) syspte_at_WdfInterruptCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfInterruptQueueDpcForIsr(...)                                                            \
    syspte_at_WdfInterruptQueueDpcForIsr(__VA_ARGS__, SYSPTE_SITE)
#define WdfInterruptQueueWorkItemForIsr(...)                                                       \
    syspte_at_WdfInterruptQueueWorkItemForIsr(__VA_ARGS__, SYSPTE_SITE)
#define WdfInterruptSynchronize(...) syspte_at_WdfInterruptSynchronize(__VA_ARGS__, SYSPTE_SITE)
#define WdfInterruptAcquireLock(...) syspte_at_WdfInterruptAcquireLock(__VA_ARGS__, SYSPTE_SITE)
#define WdfInterruptReleaseLock(...) syspte_at_WdfInterruptReleaseLock(__VA_ARGS__, SYSPTE_SITE)
#define WdfInterruptEnable(...) syspte_at_WdfInterruptEnable(__VA_ARGS__, SYSPTE_SITE)
#define WdfInterruptDisable(...) syspte_at_WdfInterruptDisable(__VA_ARGS__, SYSPTE_SITE)
#define WdfInterruptSetPolicy(...) syspte_at_WdfInterruptSetPolicy(__VA_ARGS__, SYSPTE_SITE)
#define WdfInterruptGetInfo(...) syspte_at_WdfInterruptGetInfo(__VA_ARGS__, SYSPTE_SITE)
#define WdfInterruptGetDevice(...) syspte_at_WdfInterruptGetDevice(__VA_ARGS__, SYSPTE_SITE)
#define WdfInterruptWdmGetInterrupt(...)                                                           \
    syspte_at_WdfInterruptWdmGetInterrupt(__VA_ARGS__, SYSPTE_SITE)
#define WdfTimerCreate(...) syspte_at_WdfTimerCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfTimerStart(...) syspte_at_WdfTimerStart(__VA_ARGS__, SYSPTE_SITE)
#define WdfTimerStop(...) syspte_at_WdfTimerStop(__VA_ARGS__, SYSPTE_SITE)
#define WdfTimerGetParentObject(...) syspte_at_WdfTimerGetParentObject(__VA_ARGS__, SYSPTE_SITE)
#define WdfDpcCreate(...) syspte_at_WdfDpcCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfDpcEnqueue(...) syspte_at_WdfDpcEnqueue(__VA_ARGS__, SYSPTE_SITE)
#define WdfDpcCancel(...) syspte_at_WdfDpcCancel(__VA_ARGS__, SYSPTE_SITE)
#define WdfDpcGetParentObject(...) syspte_at_WdfDpcGetParentObject(__VA_ARGS__, SYSPTE_SITE)
#define WdfWorkItemCreate(...) syspte_at_WdfWorkItemCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfWorkItemEnqueue(...) syspte_at_WdfWorkItemEnqueue(__VA_ARGS__, SYSPTE_SITE)
#define WdfWorkItemFlush(...) syspte_at_WdfWorkItemFlush(__VA_ARGS__, SYSPTE_SITE)
#define WdfWorkItemGetParentObject(...)                                                            \
    syspte_at_WdfWorkItemGetParentObject(__VA_ARGS__, SYSPTE_SITE)
#define WdfMemoryCreate(...) syspte_at_WdfMemoryCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfMemoryCreatePreallocated(...)                                                           \
    syspte_at_WdfMemoryCreatePreallocated(__VA_ARGS__, SYSPTE_SITE)
#define WdfMemoryGetBuffer(...) syspte_at_WdfMemoryGetBuffer(__VA_ARGS__, SYSPTE_SITE)
#define WdfMemoryAssignBuffer(...) syspte_at_WdfMemoryAssignBuffer(__VA_ARGS__, SYSPTE_SITE)
#define WdfMemoryCopyToBuffer(...) syspte_at_WdfMemoryCopyToBuffer(__VA_ARGS__, SYSPTE_SITE)
#define WdfMemoryCopyFromBuffer(...) syspte_at_WdfMemoryCopyFromBuffer(__VA_ARGS__, SYSPTE_SITE)
#define WdfLookasideListCreate(...) syspte_at_WdfLookasideListCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfMemoryCreateFromLookaside(...)                                                          \
    syspte_at_WdfMemoryCreateFromLookaside(__VA_ARGS__, SYSPTE_SITE)
#define WdfCollectionCreate(...) syspte_at_WdfCollectionCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfCollectionGetCount(...) syspte_at_WdfCollectionGetCount(__VA_ARGS__, SYSPTE_SITE)
#define WdfCollectionAdd(...) syspte_at_WdfCollectionAdd(__VA_ARGS__, SYSPTE_SITE)
#define WdfCollectionRemove(...) syspte_at_WdfCollectionRemove(__VA_ARGS__, SYSPTE_SITE)
#define WdfCollectionRemoveItem(...) syspte_at_WdfCollectionRemoveItem(__VA_ARGS__, SYSPTE_SITE)
#define WdfCollectionGetItem(...) syspte_at_WdfCollectionGetItem(__VA_ARGS__, SYSPTE_SITE)
#define WdfCollectionGetFirstItem(...) syspte_at_WdfCollectionGetFirstItem(__VA_ARGS__, SYSPTE_SITE)
#define WdfCollectionGetLastItem(...) syspte_at_WdfCollectionGetLastItem(__VA_ARGS__, SYSPTE_SITE)
#define WdfStringCreate(...) syspte_at_WdfStringCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfStringGetUnicodeString(...) syspte_at_WdfStringGetUnicodeString(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaEnablerCreate(...) syspte_at_WdfDmaEnablerCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaEnablerGetMaximumLength(...)                                                         \
    syspte_at_WdfDmaEnablerGetMaximumLength(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaEnablerGetFragmentLength(...)                                                        \
    syspte_at_WdfDmaEnablerGetFragmentLength(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaEnablerGetMaximumScatterGatherElements(...)                                          \
    syspte_at_WdfDmaEnablerGetMaximumScatterGatherElements(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaEnablerSetMaximumScatterGatherElements(...)                                          \
    syspte_at_WdfDmaEnablerSetMaximumScatterGatherElements(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaEnablerWdmGetDmaAdapter(...)                                                         \
    syspte_at_WdfDmaEnablerWdmGetDmaAdapter(__VA_ARGS__, SYSPTE_SITE)
#define WdfCommonBufferCreate(...) syspte_at_WdfCommonBufferCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfCommonBufferCreateWithConfig(...)                                                       \
    syspte_at_WdfCommonBufferCreateWithConfig(__VA_ARGS__, SYSPTE_SITE)
#define WdfCommonBufferGetAlignedVirtualAddress(...)                                               \
    syspte_at_WdfCommonBufferGetAlignedVirtualAddress(__VA_ARGS__, SYSPTE_SITE)
#define WdfCommonBufferGetAlignedLogicalAddress(...)                                               \
    syspte_at_WdfCommonBufferGetAlignedLogicalAddress(__VA_ARGS__, SYSPTE_SITE)
#define WdfCommonBufferGetLength(...) syspte_at_WdfCommonBufferGetLength(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaTransactionCreate(...) syspte_at_WdfDmaTransactionCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaTransactionInitialize(...)                                                           \
    syspte_at_WdfDmaTransactionInitialize(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaTransactionInitializeUsingRequest(...)                                               \
    syspte_at_WdfDmaTransactionInitializeUsingRequest(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaTransactionExecute(...) syspte_at_WdfDmaTransactionExecute(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaTransactionRelease(...) syspte_at_WdfDmaTransactionRelease(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaTransactionDmaCompleted(...)                                                         \
    syspte_at_WdfDmaTransactionDmaCompleted(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaTransactionDmaCompletedWithLength(...)                                               \
    syspte_at_WdfDmaTransactionDmaCompletedWithLength(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaTransactionDmaCompletedFinal(...)                                                    \
    syspte_at_WdfDmaTransactionDmaCompletedFinal(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaTransactionGetBytesTransferred(...)                                                  \
    syspte_at_WdfDmaTransactionGetBytesTransferred(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaTransactionGetCurrentDmaTransferLength(...)                                          \
    syspte_at_WdfDmaTransactionGetCurrentDmaTransferLength(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaTransactionGetDevice(...)                                                            \
    syspte_at_WdfDmaTransactionGetDevice(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaTransactionGetRequest(...)                                                           \
    syspte_at_WdfDmaTransactionGetRequest(__VA_ARGS__, SYSPTE_SITE)
#define WdfDmaTransactionSetMaximumLength(...)                                                     \
    syspte_at_WdfDmaTransactionSetMaximumLength(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoQueueCreate(...) syspte_at_WdfIoQueueCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceConfigureRequestDispatching(...)                                                  \
    syspte_at_WdfDeviceConfigureRequestDispatching(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoQueueStart(...) syspte_at_WdfIoQueueStart(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoQueueStop(...) syspte_at_WdfIoQueueStop(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoQueueStopSynchronously(...)                                                           \
    syspte_at_WdfIoQueueStopSynchronously(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoQueueDrain(...) syspte_at_WdfIoQueueDrain(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoQueueDrainSynchronously(...)                                                          \
    syspte_at_WdfIoQueueDrainSynchronously(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoQueuePurge(...) syspte_at_WdfIoQueuePurge(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoQueuePurgeSynchronously(...)                                                          \
    syspte_at_WdfIoQueuePurgeSynchronously(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoQueueRetrieveNextRequest(...)                                                         \
    syspte_at_WdfIoQueueRetrieveNextRequest(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoQueueReadyNotify(...) syspte_at_WdfIoQueueReadyNotify(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoQueueGetDevice(...) syspte_at_WdfIoQueueGetDevice(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoQueueGetState(...) syspte_at_WdfIoQueueGetState(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceGetDefaultQueue(...) syspte_at_WdfDeviceGetDefaultQueue(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestComplete(...) syspte_at_WdfRequestComplete(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestCompleteWithInformation(...)                                                     \
    syspte_at_WdfRequestCompleteWithInformation(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestCompleteWithPriorityBoost(...)                                                   \
    syspte_at_WdfRequestCompleteWithPriorityBoost(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestRetrieveInputBuffer(...)                                                         \
    syspte_at_WdfRequestRetrieveInputBuffer(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestRetrieveOutputBuffer(...)                                                        \
    syspte_at_WdfRequestRetrieveOutputBuffer(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestRetrieveInputMemory(...)                                                         \
    syspte_at_WdfRequestRetrieveInputMemory(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestRetrieveOutputMemory(...)                                                        \
    syspte_at_WdfRequestRetrieveOutputMemory(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestRetrieveInputWdmMdl(...)                                                         \
    syspte_at_WdfRequestRetrieveInputWdmMdl(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestRetrieveOutputWdmMdl(...)                                                        \
    syspte_at_WdfRequestRetrieveOutputWdmMdl(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestRetrieveUnsafeUserInputBuffer(...)                                               \
    syspte_at_WdfRequestRetrieveUnsafeUserInputBuffer(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestRetrieveUnsafeUserOutputBuffer(...)                                              \
    syspte_at_WdfRequestRetrieveUnsafeUserOutputBuffer(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestSetInformation(...) syspte_at_WdfRequestSetInformation(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestMarkCancelable(...) syspte_at_WdfRequestMarkCancelable(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestMarkCancelableEx(...)                                                            \
    syspte_at_WdfRequestMarkCancelableEx(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestUnmarkCancelable(...)                                                            \
    syspte_at_WdfRequestUnmarkCancelable(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestForwardToIoQueue(...)                                                            \
    syspte_at_WdfRequestForwardToIoQueue(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestRequeue(...) syspte_at_WdfRequestRequeue(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestStopAcknowledge(...) syspte_at_WdfRequestStopAcknowledge(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceEnqueueRequest(...) syspte_at_WdfDeviceEnqueueRequest(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestGetParameters(...) syspte_at_WdfRequestGetParameters(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestGetStatus(...) syspte_at_WdfRequestGetStatus(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestGetInformation(...) syspte_at_WdfRequestGetInformation(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestIsCanceled(...) syspte_at_WdfRequestIsCanceled(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestGetRequestorMode(...)                                                            \
    syspte_at_WdfRequestGetRequestorMode(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestGetIoQueue(...) syspte_at_WdfRequestGetIoQueue(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestGetFileObject(...) syspte_at_WdfRequestGetFileObject(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestWdmGetIrp(...) syspte_at_WdfRequestWdmGetIrp(__VA_ARGS__, SYSPTE_SITE)
#define WdfFileObjectGetDevice(...) syspte_at_WdfFileObjectGetDevice(__VA_ARGS__, SYSPTE_SITE)
#define WdfFileObjectGetFileName(...) syspte_at_WdfFileObjectGetFileName(__VA_ARGS__, SYSPTE_SITE)
#define WdfFileObjectWdmGetFileObject(...)                                                         \
    syspte_at_WdfFileObjectWdmGetFileObject(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestSend(...) syspte_at_WdfRequestSend(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestFormatRequestUsingCurrentType(...)                                               \
    syspte_at_WdfRequestFormatRequestUsingCurrentType(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestSetCompletionRoutine(...)                                                        \
    syspte_at_WdfRequestSetCompletionRoutine(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetGetDevice(...) syspte_at_WdfIoTargetGetDevice(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetWdmGetTargetDeviceObject(...)                                                   \
    syspte_at_WdfIoTargetWdmGetTargetDeviceObject(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetWdmGetTargetPhysicalDevice(...)                                                 \
    syspte_at_WdfIoTargetWdmGetTargetPhysicalDevice(__VA_ARGS__, SYSPTE_SITE)
#define WdfDriverOpenParametersRegistryKey(...)                                                    \
    syspte_at_WdfDriverOpenParametersRegistryKey(__VA_ARGS__, SYSPTE_SITE)
#define WdfDeviceOpenRegistryKey(...) syspte_at_WdfDeviceOpenRegistryKey(__VA_ARGS__, SYSPTE_SITE)
#define WdfRegistryOpenKey(...) syspte_at_WdfRegistryOpenKey(__VA_ARGS__, SYSPTE_SITE)
#define WdfRegistryCreateKey(...) syspte_at_WdfRegistryCreateKey(__VA_ARGS__, SYSPTE_SITE)
#define WdfRegistryClose(...) syspte_at_WdfRegistryClose(__VA_ARGS__, SYSPTE_SITE)
#define WdfRegistryQueryULong(...) syspte_at_WdfRegistryQueryULong(__VA_ARGS__, SYSPTE_SITE)
#define WdfRegistryQueryValue(...) syspte_at_WdfRegistryQueryValue(__VA_ARGS__, SYSPTE_SITE)
#define WdfRegistryQueryUnicodeString(...)                                                         \
    syspte_at_WdfRegistryQueryUnicodeString(__VA_ARGS__, SYSPTE_SITE)
#define WdfRegistryAssignULong(...) syspte_at_WdfRegistryAssignULong(__VA_ARGS__, SYSPTE_SITE)
#define WdfRegistryAssignValue(...) syspte_at_WdfRegistryAssignValue(__VA_ARGS__, SYSPTE_SITE)
#define WdfRegistryWdmGetHandle(...) syspte_at_WdfRegistryWdmGetHandle(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestCreate(...) syspte_at_WdfRequestCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestReuse(...) syspte_at_WdfRequestReuse(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestChangeTarget(...) syspte_at_WdfRequestChangeTarget(__VA_ARGS__, SYSPTE_SITE)
#define WdfRequestCancelSentRequest(...)                                                           \
    syspte_at_WdfRequestCancelSentRequest(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetCreate(...) syspte_at_WdfIoTargetCreate(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetClose(...) syspte_at_WdfIoTargetClose(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetStart(...) syspte_at_WdfIoTargetStart(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetStop(...) syspte_at_WdfIoTargetStop(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetGetState(...) syspte_at_WdfIoTargetGetState(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetSendIoctlSynchronously(...)                                                     \
    syspte_at_WdfIoTargetSendIoctlSynchronously(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetSendInternalIoctlSynchronously(...)                                             \
    syspte_at_WdfIoTargetSendInternalIoctlSynchronously(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetSendReadSynchronously(...)                                                      \
    syspte_at_WdfIoTargetSendReadSynchronously(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetSendWriteSynchronously(...)                                                     \
    syspte_at_WdfIoTargetSendWriteSynchronously(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetFormatRequestForIoctl(...)                                                      \
    syspte_at_WdfIoTargetFormatRequestForIoctl(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetFormatRequestForInternalIoctl(...)                                              \
    syspte_at_WdfIoTargetFormatRequestForInternalIoctl(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetFormatRequestForRead(...)                                                       \
    syspte_at_WdfIoTargetFormatRequestForRead(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoTargetFormatRequestForWrite(...)                                                      \
    syspte_at_WdfIoTargetFormatRequestForWrite(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoResourceRequirementsListGetCount(...)                                                 \
    syspte_at_WdfIoResourceRequirementsListGetCount(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoResourceRequirementsListGetIoResList(...)                                             \
    syspte_at_WdfIoResourceRequirementsListGetIoResList(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoResourceListGetCount(...) syspte_at_WdfIoResourceListGetCount(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoResourceListGetDescriptor(...)                                                        \
    syspte_at_WdfIoResourceListGetDescriptor(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoResourceListAppendDescriptor(...)                                                     \
    syspte_at_WdfIoResourceListAppendDescriptor(__VA_ARGS__, SYSPTE_SITE)
#define WdfIoResourceListRemove(...) syspte_at_WdfIoResourceListRemove(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
