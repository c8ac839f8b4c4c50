// SPDX-License-Identifier: MIT
// The place of a call of a function that is not simulated. Generated from
// lib/sim/not_simulated.h by syspte_not_simulated_page. Part of syspte_sites.h, which
// says what such macros are for; ntifs.h includes it once more.
// clang-format off
#ifndef SYSPTE_WDK_SITES_NOT_SIMULATED_H
#define SYSPTE_WDK_SITES_NOT_SIMULATED_H

SYSPTE_WDK_BEGIN
VOID syspte_call_site(const char *name, const char *file, unsigned line,
                      const char *function);
SYSPTE_WDK_END

#ifndef SYSPTE_NO_SITE_MACROS
#define SYSPTE_WDK_AT(name, ...) \
    (syspte_call_site(#name, SYSPTE_SITE), (name)(__VA_ARGS__))
#define ZwCreateFile(...) \
    SYSPTE_WDK_AT(ZwCreateFile, __VA_ARGS__)
#define ZwOpenFile(...) \
    SYSPTE_WDK_AT(ZwOpenFile, __VA_ARGS__)
#define ZwReadFile(...) \
    SYSPTE_WDK_AT(ZwReadFile, __VA_ARGS__)
#define ZwWriteFile(...) \
    SYSPTE_WDK_AT(ZwWriteFile, __VA_ARGS__)
#define ZwQueryInformationFile(...) \
    SYSPTE_WDK_AT(ZwQueryInformationFile, __VA_ARGS__)
#define ZwSetInformationFile(...) \
    SYSPTE_WDK_AT(ZwSetInformationFile, __VA_ARGS__)
#define ZwQueryFullAttributesFile(...) \
    SYSPTE_WDK_AT(ZwQueryFullAttributesFile, __VA_ARGS__)
#define ZwCreateSection(...) \
    SYSPTE_WDK_AT(ZwCreateSection, __VA_ARGS__)
#define ZwOpenSection(...) \
    SYSPTE_WDK_AT(ZwOpenSection, __VA_ARGS__)
#define ZwMapViewOfSection(...) \
    SYSPTE_WDK_AT(ZwMapViewOfSection, __VA_ARGS__)
#define ZwUnmapViewOfSection(...) \
    SYSPTE_WDK_AT(ZwUnmapViewOfSection, __VA_ARGS__)
#define ZwCreateDirectoryObject(...) \
    SYSPTE_WDK_AT(ZwCreateDirectoryObject, __VA_ARGS__)
#define ZwMakeTemporaryObject(...) \
    SYSPTE_WDK_AT(ZwMakeTemporaryObject, __VA_ARGS__)
#define ZwOpenSymbolicLinkObject(...) \
    SYSPTE_WDK_AT(ZwOpenSymbolicLinkObject, __VA_ARGS__)
#define ZwQuerySymbolicLinkObject(...) \
    SYSPTE_WDK_AT(ZwQuerySymbolicLinkObject, __VA_ARGS__)
#define ZwLoadDriver(...) \
    SYSPTE_WDK_AT(ZwLoadDriver, __VA_ARGS__)
#define ZwUnloadDriver(...) \
    SYSPTE_WDK_AT(ZwUnloadDriver, __VA_ARGS__)
#define ZwCreateTimer(...) \
    SYSPTE_WDK_AT(ZwCreateTimer, __VA_ARGS__)
#define ZwCancelTimer(...) \
    SYSPTE_WDK_AT(ZwCancelTimer, __VA_ARGS__)
#define ZwTerminateProcess(...) \
    SYSPTE_WDK_AT(ZwTerminateProcess, __VA_ARGS__)
#define ObGetObjectSecurity(...) \
    SYSPTE_WDK_AT(ObGetObjectSecurity, __VA_ARGS__)
#define ObReleaseObjectSecurity(...) \
    SYSPTE_WDK_AT(ObReleaseObjectSecurity, __VA_ARGS__)
#define ObRegisterCallbacks(...) \
    SYSPTE_WDK_AT(ObRegisterCallbacks, __VA_ARGS__)
#define ObUnRegisterCallbacks(...) \
    SYSPTE_WDK_AT(ObUnRegisterCallbacks, __VA_ARGS__)
#define ObGetFilterVersion(...) \
    SYSPTE_WDK_AT(ObGetFilterVersion, __VA_ARGS__)
#define PsSetCreateProcessNotifyRoutine(...) \
    SYSPTE_WDK_AT(PsSetCreateProcessNotifyRoutine, __VA_ARGS__)
#define PsSetCreateProcessNotifyRoutineEx(...) \
    SYSPTE_WDK_AT(PsSetCreateProcessNotifyRoutineEx, __VA_ARGS__)
#define PsSetCreateThreadNotifyRoutine(...) \
    SYSPTE_WDK_AT(PsSetCreateThreadNotifyRoutine, __VA_ARGS__)
#define PsRemoveCreateThreadNotifyRoutine(...) \
    SYSPTE_WDK_AT(PsRemoveCreateThreadNotifyRoutine, __VA_ARGS__)
#define PsSetLoadImageNotifyRoutine(...) \
    SYSPTE_WDK_AT(PsSetLoadImageNotifyRoutine, __VA_ARGS__)
#define PsRemoveLoadImageNotifyRoutine(...) \
    SYSPTE_WDK_AT(PsRemoveLoadImageNotifyRoutine, __VA_ARGS__)
#define SeAccessCheck(...) \
    SYSPTE_WDK_AT(SeAccessCheck, __VA_ARGS__)
#define SeSinglePrivilegeCheck(...) \
    SYSPTE_WDK_AT(SeSinglePrivilegeCheck, __VA_ARGS__)
#define SeValidSecurityDescriptor(...) \
    SYSPTE_WDK_AT(SeValidSecurityDescriptor, __VA_ARGS__)
#define SeAssignSecurity(...) \
    SYSPTE_WDK_AT(SeAssignSecurity, __VA_ARGS__)
#define SeDeassignSecurity(...) \
    SYSPTE_WDK_AT(SeDeassignSecurity, __VA_ARGS__)
#define SeCaptureSubjectContext(...) \
    SYSPTE_WDK_AT(SeCaptureSubjectContext, __VA_ARGS__)
#define SeLockSubjectContext(...) \
    SYSPTE_WDK_AT(SeLockSubjectContext, __VA_ARGS__)
#define SeUnlockSubjectContext(...) \
    SYSPTE_WDK_AT(SeUnlockSubjectContext, __VA_ARGS__)
#define SeReleaseSubjectContext(...) \
    SYSPTE_WDK_AT(SeReleaseSubjectContext, __VA_ARGS__)
#define RtlCreateSecurityDescriptor(...) \
    SYSPTE_WDK_AT(RtlCreateSecurityDescriptor, __VA_ARGS__)
#define RtlSetDaclSecurityDescriptor(...) \
    SYSPTE_WDK_AT(RtlSetDaclSecurityDescriptor, __VA_ARGS__)
#define RtlValidSecurityDescriptor(...) \
    SYSPTE_WDK_AT(RtlValidSecurityDescriptor, __VA_ARGS__)
#define RtlLengthSecurityDescriptor(...) \
    SYSPTE_WDK_AT(RtlLengthSecurityDescriptor, __VA_ARGS__)
#define EtwRegister(...) \
    SYSPTE_WDK_AT(EtwRegister, __VA_ARGS__)
#define EtwUnregister(...) \
    SYSPTE_WDK_AT(EtwUnregister, __VA_ARGS__)
#define EtwEventEnabled(...) \
    SYSPTE_WDK_AT(EtwEventEnabled, __VA_ARGS__)
#define EtwProviderEnabled(...) \
    SYSPTE_WDK_AT(EtwProviderEnabled, __VA_ARGS__)
#define EtwActivityIdControl(...) \
    SYSPTE_WDK_AT(EtwActivityIdControl, __VA_ARGS__)
#define EtwWrite(...) \
    SYSPTE_WDK_AT(EtwWrite, __VA_ARGS__)
#define EtwWriteString(...) \
    SYSPTE_WDK_AT(EtwWriteString, __VA_ARGS__)
#define EtwWriteTransfer(...) \
    SYSPTE_WDK_AT(EtwWriteTransfer, __VA_ARGS__)
#define IoWMIRegistrationControl(...) \
    SYSPTE_WDK_AT(IoWMIRegistrationControl, __VA_ARGS__)
#define IoWMIWriteEvent(...) \
    SYSPTE_WDK_AT(IoWMIWriteEvent, __VA_ARGS__)
#define IoWMIOpenBlock(...) \
    SYSPTE_WDK_AT(IoWMIOpenBlock, __VA_ARGS__)
#define WmiTraceMessage(...) \
    SYSPTE_WDK_AT(WmiTraceMessage, __VA_ARGS__)
#define WmiQueryTraceInformation(...) \
    SYSPTE_WDK_AT(WmiQueryTraceInformation, __VA_ARGS__)
#define CmRegisterCallback(...) \
    SYSPTE_WDK_AT(CmRegisterCallback, __VA_ARGS__)
#define CmRegisterCallbackEx(...) \
    SYSPTE_WDK_AT(CmRegisterCallbackEx, __VA_ARGS__)
#define CmUnRegisterCallback(...) \
    SYSPTE_WDK_AT(CmUnRegisterCallback, __VA_ARGS__)
#define PoRegisterSystemState(...) \
    SYSPTE_WDK_AT(PoRegisterSystemState, __VA_ARGS__)
#define PoUnregisterSystemState(...) \
    SYSPTE_WDK_AT(PoUnregisterSystemState, __VA_ARGS__)
#define PoSetSystemState(...) \
    SYSPTE_WDK_AT(PoSetSystemState, __VA_ARGS__)
#define PoSetDeviceBusyEx(...) \
    SYSPTE_WDK_AT(PoSetDeviceBusyEx, __VA_ARGS__)
#define PoStartDeviceBusy(...) \
    SYSPTE_WDK_AT(PoStartDeviceBusy, __VA_ARGS__)
#define PoEndDeviceBusy(...) \
    SYSPTE_WDK_AT(PoEndDeviceBusy, __VA_ARGS__)
#define PoRegisterPowerSettingCallback(...) \
    SYSPTE_WDK_AT(PoRegisterPowerSettingCallback, __VA_ARGS__)
#define PoUnregisterPowerSettingCallback(...) \
    SYSPTE_WDK_AT(PoUnregisterPowerSettingCallback, __VA_ARGS__)
#define PoCreatePowerRequest(...) \
    SYSPTE_WDK_AT(PoCreatePowerRequest, __VA_ARGS__)
#define PoSetPowerRequest(...) \
    SYSPTE_WDK_AT(PoSetPowerRequest, __VA_ARGS__)
#define PoClearPowerRequest(...) \
    SYSPTE_WDK_AT(PoClearPowerRequest, __VA_ARGS__)
#define PoDeletePowerRequest(...) \
    SYSPTE_WDK_AT(PoDeletePowerRequest, __VA_ARGS__)
#define PoGetSystemWake(...) \
    SYSPTE_WDK_AT(PoGetSystemWake, __VA_ARGS__)
#define PoSetSystemWake(...) \
    SYSPTE_WDK_AT(PoSetSystemWake, __VA_ARGS__)
#define KeSetSystemAffinityThread(...) \
    SYSPTE_WDK_AT(KeSetSystemAffinityThread, __VA_ARGS__)
#define KeRevertToUserAffinityThread(...) \
    SYSPTE_WDK_AT(KeRevertToUserAffinityThread, __VA_ARGS__)
#define KeSetSystemAffinityThreadEx(...) \
    SYSPTE_WDK_AT(KeSetSystemAffinityThreadEx, __VA_ARGS__)
#define KeRevertToUserAffinityThreadEx(...) \
    SYSPTE_WDK_AT(KeRevertToUserAffinityThreadEx, __VA_ARGS__)
#define KeSetSystemGroupAffinityThread(...) \
    SYSPTE_WDK_AT(KeSetSystemGroupAffinityThread, __VA_ARGS__)
#define KeRevertToUserGroupAffinityThread(...) \
    SYSPTE_WDK_AT(KeRevertToUserGroupAffinityThread, __VA_ARGS__)
#define KeSetTargetProcessorDpc(...) \
    SYSPTE_WDK_AT(KeSetTargetProcessorDpc, __VA_ARGS__)
#define KeSetTargetProcessorDpcEx(...) \
    SYSPTE_WDK_AT(KeSetTargetProcessorDpcEx, __VA_ARGS__)
#define KeGetProcessorNumberFromIndex(...) \
    SYSPTE_WDK_AT(KeGetProcessorNumberFromIndex, __VA_ARGS__)
#define KeGetProcessorIndexFromNumber(...) \
    SYSPTE_WDK_AT(KeGetProcessorIndexFromNumber, __VA_ARGS__)
#define KeIpiGenericCall(...) \
    SYSPTE_WDK_AT(KeIpiGenericCall, __VA_ARGS__)
#define KeRegisterNmiCallback(...) \
    SYSPTE_WDK_AT(KeRegisterNmiCallback, __VA_ARGS__)
#define KeDeregisterNmiCallback(...) \
    SYSPTE_WDK_AT(KeDeregisterNmiCallback, __VA_ARGS__)
#define KeExpandKernelStackAndCallout(...) \
    SYSPTE_WDK_AT(KeExpandKernelStackAndCallout, __VA_ARGS__)
#define __cpuid(...) \
    SYSPTE_WDK_AT(__cpuid, __VA_ARGS__)
#define __cpuidex(...) \
    SYSPTE_WDK_AT(__cpuidex, __VA_ARGS__)
#define __readmsr(...) \
    SYSPTE_WDK_AT(__readmsr, __VA_ARGS__)
#define __writemsr(...) \
    SYSPTE_WDK_AT(__writemsr, __VA_ARGS__)
#define __readpmc(...) \
    SYSPTE_WDK_AT(__readpmc, __VA_ARGS__)
#define __readcr0(...) \
    SYSPTE_WDK_AT(__readcr0, __VA_ARGS__)
#define __readcr2(...) \
    SYSPTE_WDK_AT(__readcr2, __VA_ARGS__)
#define __readcr3(...) \
    SYSPTE_WDK_AT(__readcr3, __VA_ARGS__)
#define __readcr4(...) \
    SYSPTE_WDK_AT(__readcr4, __VA_ARGS__)
#define __readcr8(...) \
    SYSPTE_WDK_AT(__readcr8, __VA_ARGS__)
#define __writecr0(...) \
    SYSPTE_WDK_AT(__writecr0, __VA_ARGS__)
#define __writecr3(...) \
    SYSPTE_WDK_AT(__writecr3, __VA_ARGS__)
#define __writecr4(...) \
    SYSPTE_WDK_AT(__writecr4, __VA_ARGS__)
#define __writecr8(...) \
    SYSPTE_WDK_AT(__writecr8, __VA_ARGS__)
#define __invlpg(...) \
    SYSPTE_WDK_AT(__invlpg, __VA_ARGS__)
#define __wbinvd(...) \
    SYSPTE_WDK_AT(__wbinvd, __VA_ARGS__)
#define __halt(...) \
    SYSPTE_WDK_AT(__halt, __VA_ARGS__)
#define __sidt(...) \
    SYSPTE_WDK_AT(__sidt, __VA_ARGS__)
#define __lidt(...) \
    SYSPTE_WDK_AT(__lidt, __VA_ARGS__)
#define __segmentlimit(...) \
    SYSPTE_WDK_AT(__segmentlimit, __VA_ARGS__)
#define _disable(...) \
    SYSPTE_WDK_AT(_disable, __VA_ARGS__)
#define _enable(...) \
    SYSPTE_WDK_AT(_enable, __VA_ARGS__)
#define ExCreateCallback(...) \
    SYSPTE_WDK_AT(ExCreateCallback, __VA_ARGS__)
#define ExRegisterCallback(...) \
    SYSPTE_WDK_AT(ExRegisterCallback, __VA_ARGS__)
#define ExUnregisterCallback(...) \
    SYSPTE_WDK_AT(ExUnregisterCallback, __VA_ARGS__)
#define ExNotifyCallback(...) \
    SYSPTE_WDK_AT(ExNotifyCallback, __VA_ARGS__)
#define ExUuidCreate(...) \
    SYSPTE_WDK_AT(ExUuidCreate, __VA_ARGS__)
#define ExSetTimerResolution(...) \
    SYSPTE_WDK_AT(ExSetTimerResolution, __VA_ARGS__)
#define ExQueryTimerResolution(...) \
    SYSPTE_WDK_AT(ExQueryTimerResolution, __VA_ARGS__)
#define ExGetFirmwareEnvironmentVariable(...) \
    SYSPTE_WDK_AT(ExGetFirmwareEnvironmentVariable, __VA_ARGS__)
#define ExSetFirmwareEnvironmentVariable(...) \
    SYSPTE_WDK_AT(ExSetFirmwareEnvironmentVariable, __VA_ARGS__)
#define ExAllocateTimer(...) \
    SYSPTE_WDK_AT(ExAllocateTimer, __VA_ARGS__)
#define ExSetTimer(...) \
    SYSPTE_WDK_AT(ExSetTimer, __VA_ARGS__)
#define ExCancelTimer(...) \
    SYSPTE_WDK_AT(ExCancelTimer, __VA_ARGS__)
#define ExDeleteTimer(...) \
    SYSPTE_WDK_AT(ExDeleteTimer, __VA_ARGS__)
#define MmCopyMemory(...) \
    SYSPTE_WDK_AT(MmCopyMemory, __VA_ARGS__)
#define MmQuerySystemSize(...) \
    SYSPTE_WDK_AT(MmQuerySystemSize, __VA_ARGS__)
#define MmIsDriverVerifying(...) \
    SYSPTE_WDK_AT(MmIsDriverVerifying, __VA_ARGS__)
#define MmPageEntireDriver(...) \
    SYSPTE_WDK_AT(MmPageEntireDriver, __VA_ARGS__)
#define MmResetDriverPaging(...) \
    SYSPTE_WDK_AT(MmResetDriverPaging, __VA_ARGS__)
#define MmSecureVirtualMemory(...) \
    SYSPTE_WDK_AT(MmSecureVirtualMemory, __VA_ARGS__)
#define MmUnsecureVirtualMemory(...) \
    SYSPTE_WDK_AT(MmUnsecureVirtualMemory, __VA_ARGS__)
#define MmGetPhysicalMemoryRanges(...) \
    SYSPTE_WDK_AT(MmGetPhysicalMemoryRanges, __VA_ARGS__)
#define MmGetVirtualForPhysical(...) \
    SYSPTE_WDK_AT(MmGetVirtualForPhysical, __VA_ARGS__)
#define IoRegisterPlugPlayNotification(...) \
    SYSPTE_WDK_AT(IoRegisterPlugPlayNotification, __VA_ARGS__)
#define IoUnregisterPlugPlayNotification(...) \
    SYSPTE_WDK_AT(IoUnregisterPlugPlayNotification, __VA_ARGS__)
#define IoUnregisterPlugPlayNotificationEx(...) \
    SYSPTE_WDK_AT(IoUnregisterPlugPlayNotificationEx, __VA_ARGS__)
#define IoReportTargetDeviceChange(...) \
    SYSPTE_WDK_AT(IoReportTargetDeviceChange, __VA_ARGS__)
#define IoReportTargetDeviceChangeAsynchronous(...) \
    SYSPTE_WDK_AT(IoReportTargetDeviceChangeAsynchronous, __VA_ARGS__)
#define IoRegisterShutdownNotification(...) \
    SYSPTE_WDK_AT(IoRegisterShutdownNotification, __VA_ARGS__)
#define IoRegisterLastChanceShutdownNotification(...) \
    SYSPTE_WDK_AT(IoRegisterLastChanceShutdownNotification, __VA_ARGS__)
#define IoUnregisterShutdownNotification(...) \
    SYSPTE_WDK_AT(IoUnregisterShutdownNotification, __VA_ARGS__)
#define IoRegisterDriverReinitialization(...) \
    SYSPTE_WDK_AT(IoRegisterDriverReinitialization, __VA_ARGS__)
#define IoRegisterBootDriverReinitialization(...) \
    SYSPTE_WDK_AT(IoRegisterBootDriverReinitialization, __VA_ARGS__)
#define IoGetDeviceInterfaces(...) \
    SYSPTE_WDK_AT(IoGetDeviceInterfaces, __VA_ARGS__)
#define IoGetDeviceInterfaceAlias(...) \
    SYSPTE_WDK_AT(IoGetDeviceInterfaceAlias, __VA_ARGS__)
#define IoAttachDevice(...) \
    SYSPTE_WDK_AT(IoAttachDevice, __VA_ARGS__)
#define IoRequestDeviceEject(...) \
    SYSPTE_WDK_AT(IoRequestDeviceEject, __VA_ARGS__)
#define IoReportDetectedDevice(...) \
    SYSPTE_WDK_AT(IoReportDetectedDevice, __VA_ARGS__)
#define IoReportResourceForDetection(...) \
    SYSPTE_WDK_AT(IoReportResourceForDetection, __VA_ARGS__)
#define IoGetConfigurationInformation(...) \
    SYSPTE_WDK_AT(IoGetConfigurationInformation, __VA_ARGS__)
#define IoVolumeDeviceToDosName(...) \
    SYSPTE_WDK_AT(IoVolumeDeviceToDosName, __VA_ARGS__)
#define IoGetRelatedDeviceObject(...) \
    SYSPTE_WDK_AT(IoGetRelatedDeviceObject, __VA_ARGS__)
#define IoValidateDeviceIoControlAccess(...) \
    SYSPTE_WDK_AT(IoValidateDeviceIoControlAccess, __VA_ARGS__)
#define IoAllocateErrorLogEntry(...) \
    SYSPTE_WDK_AT(IoAllocateErrorLogEntry, __VA_ARGS__)
#define IoFreeErrorLogEntry(...) \
    SYSPTE_WDK_AT(IoFreeErrorLogEntry, __VA_ARGS__)
#define IoWriteErrorLogEntry(...) \
    SYSPTE_WDK_AT(IoWriteErrorLogEntry, __VA_ARGS__)
#define IoRaiseInformationalHardError(...) \
    SYSPTE_WDK_AT(IoRaiseInformationalHardError, __VA_ARGS__)
#define IoCheckShareAccess(...) \
    SYSPTE_WDK_AT(IoCheckShareAccess, __VA_ARGS__)
#define IoSetShareAccess(...) \
    SYSPTE_WDK_AT(IoSetShareAccess, __VA_ARGS__)
#define IoRemoveShareAccess(...) \
    SYSPTE_WDK_AT(IoRemoveShareAccess, __VA_ARGS__)
#define IoUpdateShareAccess(...) \
    SYSPTE_WDK_AT(IoUpdateShareAccess, __VA_ARGS__)
#define IoStartPacket(...) \
    SYSPTE_WDK_AT(IoStartPacket, __VA_ARGS__)
#define IoStartNextPacket(...) \
    SYSPTE_WDK_AT(IoStartNextPacket, __VA_ARGS__)
#define IoStartNextPacketByKey(...) \
    SYSPTE_WDK_AT(IoStartNextPacketByKey, __VA_ARGS__)
#define IoSetStartIoAttributes(...) \
    SYSPTE_WDK_AT(IoSetStartIoAttributes, __VA_ARGS__)
#define IoInitializeTimer(...) \
    SYSPTE_WDK_AT(IoInitializeTimer, __VA_ARGS__)
#define IoStartTimer(...) \
    SYSPTE_WDK_AT(IoStartTimer, __VA_ARGS__)
#define IoStopTimer(...) \
    SYSPTE_WDK_AT(IoStopTimer, __VA_ARGS__)
#define IoCreateController(...) \
    SYSPTE_WDK_AT(IoCreateController, __VA_ARGS__)
#define IoDeleteController(...) \
    SYSPTE_WDK_AT(IoDeleteController, __VA_ARGS__)
#define KeInitializeDeviceQueue(...) \
    SYSPTE_WDK_AT(KeInitializeDeviceQueue, __VA_ARGS__)
#define KeInsertDeviceQueue(...) \
    SYSPTE_WDK_AT(KeInsertDeviceQueue, __VA_ARGS__)
#define KeInsertByKeyDeviceQueue(...) \
    SYSPTE_WDK_AT(KeInsertByKeyDeviceQueue, __VA_ARGS__)
#define KeRemoveDeviceQueue(...) \
    SYSPTE_WDK_AT(KeRemoveDeviceQueue, __VA_ARGS__)
#define KeRemoveByKeyDeviceQueue(...) \
    SYSPTE_WDK_AT(KeRemoveByKeyDeviceQueue, __VA_ARGS__)
#define KeRemoveEntryDeviceQueue(...) \
    SYSPTE_WDK_AT(KeRemoveEntryDeviceQueue, __VA_ARGS__)
#define IoBuildAsynchronousFsdRequest(...) \
    SYSPTE_WDK_AT(IoBuildAsynchronousFsdRequest, __VA_ARGS__)
#define IoMakeAssociatedIrp(...) \
    SYSPTE_WDK_AT(IoMakeAssociatedIrp, __VA_ARGS__)
#define ExInitializeResourceLite(...) \
    SYSPTE_WDK_AT(ExInitializeResourceLite, __VA_ARGS__)
#define ExDeleteResourceLite(...) \
    SYSPTE_WDK_AT(ExDeleteResourceLite, __VA_ARGS__)
#define ExAcquireResourceExclusiveLite(...) \
    SYSPTE_WDK_AT(ExAcquireResourceExclusiveLite, __VA_ARGS__)
#define ExAcquireResourceSharedLite(...) \
    SYSPTE_WDK_AT(ExAcquireResourceSharedLite, __VA_ARGS__)
#define ExReleaseResourceLite(...) \
    SYSPTE_WDK_AT(ExReleaseResourceLite, __VA_ARGS__)
#define ExIsResourceAcquiredExclusiveLite(...) \
    SYSPTE_WDK_AT(ExIsResourceAcquiredExclusiveLite, __VA_ARGS__)
#define ExIsResourceAcquiredSharedLite(...) \
    SYSPTE_WDK_AT(ExIsResourceAcquiredSharedLite, __VA_ARGS__)
#define KeEnterGuardedRegion(...) \
    SYSPTE_WDK_AT(KeEnterGuardedRegion, __VA_ARGS__)
#define KeLeaveGuardedRegion(...) \
    SYSPTE_WDK_AT(KeLeaveGuardedRegion, __VA_ARGS__)
#define ExAcquireFastMutexUnsafe(...) \
    SYSPTE_WDK_AT(ExAcquireFastMutexUnsafe, __VA_ARGS__)
#define ExReleaseFastMutexUnsafe(...) \
    SYSPTE_WDK_AT(ExReleaseFastMutexUnsafe, __VA_ARGS__)
#define KePulseEvent(...) \
    SYSPTE_WDK_AT(KePulseEvent, __VA_ARGS__)
#define IoCreateNotificationEvent(...) \
    SYSPTE_WDK_AT(IoCreateNotificationEvent, __VA_ARGS__)
#define IoCreateSynchronizationEvent(...) \
    SYSPTE_WDK_AT(IoCreateSynchronizationEvent, __VA_ARGS__)
#define KeInitializeThreadedDpc(...) \
    SYSPTE_WDK_AT(KeInitializeThreadedDpc, __VA_ARGS__)
#define KeSetImportanceDpc(...) \
    SYSPTE_WDK_AT(KeSetImportanceDpc, __VA_ARGS__)
#define KeSetCoalescableTimer(...) \
    SYSPTE_WDK_AT(KeSetCoalescableTimer, __VA_ARGS__)
#define IoQueueWorkItemEx(...) \
    SYSPTE_WDK_AT(IoQueueWorkItemEx, __VA_ARGS__)
#define IoInitializeWorkItem(...) \
    SYSPTE_WDK_AT(IoInitializeWorkItem, __VA_ARGS__)
#define IoUninitializeWorkItem(...) \
    SYSPTE_WDK_AT(IoUninitializeWorkItem, __VA_ARGS__)
#define IoSizeofWorkItem(...) \
    SYSPTE_WDK_AT(IoSizeofWorkItem, __VA_ARGS__)
#define IoSetCompletionRoutineEx(...) \
    SYSPTE_WDK_AT(IoSetCompletionRoutineEx, __VA_ARGS__)
#define KeSaveFloatingPointState(...) \
    SYSPTE_WDK_AT(KeSaveFloatingPointState, __VA_ARGS__)
#define KeRestoreFloatingPointState(...) \
    SYSPTE_WDK_AT(KeRestoreFloatingPointState, __VA_ARGS__)
#define ExIsProcessorFeaturePresent(...) \
    SYSPTE_WDK_AT(ExIsProcessorFeaturePresent, __VA_ARGS__)
#define KeGetRecommendedSharedDataAlignment(...) \
    SYSPTE_WDK_AT(KeGetRecommendedSharedDataAlignment, __VA_ARGS__)
#define IoGetStackLimits(...) \
    SYSPTE_WDK_AT(IoGetStackLimits, __VA_ARGS__)
#define RtlCaptureStackBackTrace(...) \
    SYSPTE_WDK_AT(RtlCaptureStackBackTrace, __VA_ARGS__)
#define IoInvalidateDeviceRelations(...) \
    SYSPTE_WDK_AT(IoInvalidateDeviceRelations, __VA_ARGS__)
#define IoInvalidateDeviceState(...) \
    SYSPTE_WDK_AT(IoInvalidateDeviceState, __VA_ARGS__)
#define IoAllocateDriverObjectExtension(...) \
    SYSPTE_WDK_AT(IoAllocateDriverObjectExtension, __VA_ARGS__)
#define IoGetDriverObjectExtension(...) \
    SYSPTE_WDK_AT(IoGetDriverObjectExtension, __VA_ARGS__)
#define RtlUnicodeToUTF8N(...) \
    SYSPTE_WDK_AT(RtlUnicodeToUTF8N, __VA_ARGS__)
#define RtlUTF8ToUnicodeN(...) \
    SYSPTE_WDK_AT(RtlUTF8ToUnicodeN, __VA_ARGS__)
#endif

#endif

#if defined(SYSPTE_WDK_NTIFS) && !defined(SYSPTE_SITES_NTIFS)
#define SYSPTE_SITES_NTIFS
#ifndef SYSPTE_NO_SITE_MACROS
#define ZwDeviceIoControlFile(...) \
    SYSPTE_WDK_AT(ZwDeviceIoControlFile, __VA_ARGS__)
#define ZwFsControlFile(...) \
    SYSPTE_WDK_AT(ZwFsControlFile, __VA_ARGS__)
#define ZwQueryDirectoryFile(...) \
    SYSPTE_WDK_AT(ZwQueryDirectoryFile, __VA_ARGS__)
#define ZwQueryVolumeInformationFile(...) \
    SYSPTE_WDK_AT(ZwQueryVolumeInformationFile, __VA_ARGS__)
#define ZwFlushBuffersFile(...) \
    SYSPTE_WDK_AT(ZwFlushBuffersFile, __VA_ARGS__)
#define ZwDeleteFile(...) \
    SYSPTE_WDK_AT(ZwDeleteFile, __VA_ARGS__)
#define ZwCreateEvent(...) \
    SYSPTE_WDK_AT(ZwCreateEvent, __VA_ARGS__)
#define ZwSetEvent(...) \
    SYSPTE_WDK_AT(ZwSetEvent, __VA_ARGS__)
#define ZwWaitForSingleObject(...) \
    SYSPTE_WDK_AT(ZwWaitForSingleObject, __VA_ARGS__)
#define ZwDuplicateObject(...) \
    SYSPTE_WDK_AT(ZwDuplicateObject, __VA_ARGS__)
#define ZwAllocateVirtualMemory(...) \
    SYSPTE_WDK_AT(ZwAllocateVirtualMemory, __VA_ARGS__)
#define ZwFreeVirtualMemory(...) \
    SYSPTE_WDK_AT(ZwFreeVirtualMemory, __VA_ARGS__)
#define ZwQueryVirtualMemory(...) \
    SYSPTE_WDK_AT(ZwQueryVirtualMemory, __VA_ARGS__)
#define ZwOpenProcessTokenEx(...) \
    SYSPTE_WDK_AT(ZwOpenProcessTokenEx, __VA_ARGS__)
#define ObOpenObjectByPointer(...) \
    SYSPTE_WDK_AT(ObOpenObjectByPointer, __VA_ARGS__)
#define ObQueryNameString(...) \
    SYSPTE_WDK_AT(ObQueryNameString, __VA_ARGS__)
#define PsLookupProcessByProcessId(...) \
    SYSPTE_WDK_AT(PsLookupProcessByProcessId, __VA_ARGS__)
#define PsLookupThreadByThreadId(...) \
    SYSPTE_WDK_AT(PsLookupThreadByThreadId, __VA_ARGS__)
#define PsIsSystemThread(...) \
    SYSPTE_WDK_AT(PsIsSystemThread, __VA_ARGS__)
#define PsReferencePrimaryToken(...) \
    SYSPTE_WDK_AT(PsReferencePrimaryToken, __VA_ARGS__)
#define PsDereferencePrimaryToken(...) \
    SYSPTE_WDK_AT(PsDereferencePrimaryToken, __VA_ARGS__)
#define KeStackAttachProcess(...) \
    SYSPTE_WDK_AT(KeStackAttachProcess, __VA_ARGS__)
#define KeUnstackDetachProcess(...) \
    SYSPTE_WDK_AT(KeUnstackDetachProcess, __VA_ARGS__)
#define SeQueryInformationToken(...) \
    SYSPTE_WDK_AT(SeQueryInformationToken, __VA_ARGS__)
#define SeTokenIsAdmin(...) \
    SYSPTE_WDK_AT(SeTokenIsAdmin, __VA_ARGS__)
#define RtlCreateAcl(...) \
    SYSPTE_WDK_AT(RtlCreateAcl, __VA_ARGS__)
#define RtlAddAccessAllowedAce(...) \
    SYSPTE_WDK_AT(RtlAddAccessAllowedAce, __VA_ARGS__)
#define RtlLengthSid(...) \
    SYSPTE_WDK_AT(RtlLengthSid, __VA_ARGS__)
#define RtlEqualSid(...) \
    SYSPTE_WDK_AT(RtlEqualSid, __VA_ARGS__)
#define IoQueryFileDosDeviceName(...) \
    SYSPTE_WDK_AT(IoQueryFileDosDeviceName, __VA_ARGS__)
#endif
#endif
