// SPDX-License-Identifier: MIT
// A driver that needs no device and no program: its entry runs the tests of the backend and prints
// each result and "N passed, N failed"; it leaves one mapping behind, and its unload prints the
// leak report. For booting any NT-style kernel with it; built and executed by tests/checks/km.sh.
#include <ntddk.h>

#include "syspte_km.h"

#define BAR 0xFEBC0000u

static LONG passed, failed;
static PVOID forgotten;

static VOID check(BOOLEAN holds, PCSTR what)
{
    InterlockedIncrement(holds ? &passed : &failed);
    DbgPrint("%s: %s\n", holds ? "ok" : "FAILED", what);
}

static PHYSICAL_ADDRESS at(ULONG address)
{
    PHYSICAL_ADDRESS result;
    result.QuadPart = address;
    return result;
}

static ULONG live(VOID)
{
    syspte_km_counts counts;
    syspte_km_counts_now(&counts);
    return counts.live;
}

static VOID mappings_are_followed(VOID)
{
    syspte_km_record record;
    PVOID va = MmMapIoSpace(at(BAR + 0x10), 0x2000, MmNonCached);
    check(va != NULL, "the kernel maps");
    check(live() == 1, "a mapping is noted");
    check(syspte_km_records(&record, 1) == 1 && record.pages == 3 && record.bytes == 0x2000 &&
              record.physical_address == BAR + 0x10,
          "its record says what was mapped");
    if (va != NULL) {
        MmUnmapIoSpace(va, 0x2000);
    }
    check(live() == 0, "an unmap ends it");
}

static VOID null_is_passed_on(VOID)
{
    PVOID va = MmMapIoSpace(at(BAR), 0, MmNonCached);
    check(va == NULL && live() == 0, "a map that fails is not noted");
}

static VOID a_full_table_fails_nothing(VOID)
{
    PVOID va[20];
    syspte_km_counts counts;
    BOOLEAN all = TRUE;
    ULONG i;
    for (i = 0; i < 20; i++) {
        va[i] = MmMapIoSpace(at(BAR), PAGE_SIZE, MmNonCached);
        all = all && va[i] != NULL;
    }
    syspte_km_counts_now(&counts);
    check(all && counts.live == 16 && counts.missed_full == 4, "a full table makes no map fail");
    for (i = 0; i < 20; i++) {
        if (va[i] != NULL) {
            MmUnmapIoSpace(va[i], PAGE_SIZE);
        }
    }
    syspte_km_counts_now(&counts);
    check(counts.live == 0 && counts.not_followed == 4, "what was not noted is no misuse");
}

static VOID scopes_find_leaks(VOID)
{
    ULONG64 scope = syspte_km_scope_enter("StartDevice to StopDevice");
    PVOID va = MmMapIoSpace(at(BAR), PAGE_SIZE, MmNonCached);
    check(syspte_km_scope_leave(scope) == 1, "a scope finds what it leaks");
    if (va != NULL) {
        MmUnmapIoSpace(va, PAGE_SIZE);
    }
    scope = syspte_km_scope_enter("clean");
    check(syspte_km_scope_leave(scope) == 0, "a clean one finds nothing");
}

static VOID NTAPI churn(PVOID context)
{
    ULONG i;
    UNREFERENCED_PARAMETER(context);
    for (i = 0; i < 2000; i++) {
        PVOID va = MmMapIoSpace(at(BAR), PAGE_SIZE, MmNonCached);
        if (va != NULL) {
            MmUnmapIoSpace(va, PAGE_SIZE);
        }
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID threads_lose_nothing(VOID)
{
    HANDLE handle[3];
    PVOID thread[3];
    ULONG i;
    for (i = 0; i < 3; i++) {
        thread[i] = NULL;
        if (NT_SUCCESS(PsCreateSystemThread(&handle[i], THREAD_ALL_ACCESS, NULL, NULL, NULL, churn,
                                            NULL))) {
            (VOID)ObReferenceObjectByHandle(handle[i], THREAD_ALL_ACCESS, NULL, KernelMode,
                                            &thread[i], NULL);
            (VOID)ZwClose(handle[i]);
        }
    }
    for (i = 0; i < 3; i++) {
        check(thread[i] != NULL, "a thread begins");
        if (thread[i] != NULL) {
            (VOID)KeWaitForSingleObject(thread[i], Executive, KernelMode, FALSE, NULL);
            ObDereferenceObject(thread[i]);
        }
    }
    check(live() == 0, "three threads leave nothing behind");
}

static VOID NTAPI unload(PDRIVER_OBJECT driver)
{
    UNREFERENCED_PARAMETER(driver);
    syspte_km_stop();
    DbgPrint("syspte selftest: unloaded\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = unload;
    check(live() == 0, "before the start calls are passed on");
    check(syspte_km_start(DriverObject, 5) == STATUS_INVALID_PARAMETER, "5 is no capacity");
    check(NT_SUCCESS(syspte_km_start(DriverObject, 16)), "it starts");
    check(!NT_SUCCESS(syspte_km_start(DriverObject, 16)), "it starts once");
    mappings_are_followed();
    null_is_passed_on();
    a_full_table_fails_nothing();
    scopes_find_leaks();
    threads_lose_nothing();
    forgotten = MmMapIoSpace(at(BAR), 2 * PAGE_SIZE, MmNonCached);
    check(forgotten != NULL && live() == 1, "one mapping is left behind");
    DbgPrint("syspte selftest: %d passed, %d failed\n", (int)passed, (int)failed);
    return failed == 0 ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
