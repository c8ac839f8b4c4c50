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
#define WdfCmResourceListGetCount(...) syspte_at_WdfCmResourceListGetCount(__VA_ARGS__, SYSPTE_SITE)
#define WdfCmResourceListGetDescriptor(...)                                                        \
    syspte_at_WdfCmResourceListGetDescriptor(__VA_ARGS__, SYSPTE_SITE)
#endif

#endif
