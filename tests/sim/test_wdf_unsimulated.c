// SPDX-License-Identifier: MIT
// What the framework has and the machine does not simulate: a call of it ends the test with its
// name, and with its place if the call is not by address.
#include "harness.h"

#include <wdf.h>

#define LOUDS(X)                                                                                   \
    X(WdfDmaTransactionCreate, NULL, NULL, NULL)                                                   \
    X(WdfDmaTransactionInitialize, NULL, NULL, WdfDmaDirectionReadFromDevice, NULL, NULL, 0)       \
    X(WdfDmaTransactionInitializeUsingRequest, NULL, NULL, NULL, WdfDmaDirectionReadFromDevice)    \
    X(WdfDmaTransactionExecute, NULL, NULL)                                                        \
    X(WdfDmaTransactionRelease, NULL)                                                              \
    X(WdfDmaTransactionDmaCompleted, NULL, NULL)                                                   \
    X(WdfDmaTransactionDmaCompletedWithLength, NULL, 0, NULL)                                      \
    X(WdfDmaTransactionDmaCompletedFinal, NULL, 0, NULL)                                           \
    X(WdfDmaTransactionGetBytesTransferred, NULL)                                                  \
    X(WdfDmaTransactionGetCurrentDmaTransferLength, NULL)                                          \
    X(WdfDmaTransactionGetDevice, NULL)                                                            \
    X(WdfDmaTransactionGetRequest, NULL)                                                           \
    X(WdfDmaTransactionSetMaximumLength, NULL, 0)                                                  \
    X(WdfRequestCreate, NULL, NULL, NULL)                                                          \
    X(WdfRequestReuse, NULL, NULL)                                                                 \
    X(WdfRequestChangeTarget, NULL, NULL)                                                          \
    X(WdfRequestCancelSentRequest, NULL)                                                           \
    X(WdfIoTargetCreate, NULL, NULL, NULL)                                                         \
    X(WdfIoTargetClose, NULL)                                                                      \
    X(WdfIoTargetStart, NULL)                                                                      \
    X(WdfIoTargetStop, NULL, WdfIoTargetCancelSentIo)                                              \
    X(WdfIoTargetGetState, NULL)                                                                   \
    X(WdfIoTargetSendIoctlSynchronously, NULL, NULL, 0, NULL, NULL, NULL, NULL)                    \
    X(WdfIoTargetSendInternalIoctlSynchronously, NULL, NULL, 0, NULL, NULL, NULL, NULL)            \
    X(WdfIoTargetSendReadSynchronously, NULL, NULL, NULL, NULL, NULL, NULL)                        \
    X(WdfIoTargetSendWriteSynchronously, NULL, NULL, NULL, NULL, NULL, NULL)                       \
    X(WdfIoTargetFormatRequestForIoctl, NULL, NULL, 0, NULL, NULL, NULL, NULL)                     \
    X(WdfIoTargetFormatRequestForInternalIoctl, NULL, NULL, 0, NULL, NULL, NULL, NULL)             \
    X(WdfIoTargetFormatRequestForRead, NULL, NULL, NULL, NULL, NULL)                               \
    X(WdfIoTargetFormatRequestForWrite, NULL, NULL, NULL, NULL, NULL)                              \
    X(WdfIoResourceRequirementsListGetCount, NULL)                                                 \
    X(WdfIoResourceRequirementsListGetIoResList, NULL, 0)                                          \
    X(WdfIoResourceListGetCount, NULL)                                                             \
    X(WdfIoResourceListGetDescriptor, NULL, 0)                                                     \
    X(WdfIoResourceListAppendDescriptor, NULL, NULL)                                               \
    X(WdfIoResourceListRemove, NULL, 0)

// As a driver calls it, and without the macro, so without a place.
#define CALLS(name, ...)                                                                           \
    static void call_##name(void)                                                                  \
    {                                                                                              \
        (void)name(__VA_ARGS__);                                                                   \
    }                                                                                              \
    static void plain_##name(void)                                                                 \
    {                                                                                              \
        (void)(name)(__VA_ARGS__);                                                                 \
    }
LOUDS(CALLS)

typedef struct loud {
    const char *name;
    const char *caller;
    void (*call)(void);
    void (*plain)(void);
} loud;

#define ROW(name, ...) {#name, "call_" #name, call_##name, plain_##name},
static const loud louds[] = {LOUDS(ROW)};

enum { LOUD_COUNT = sizeof louds / sizeof louds[0] };

static syspte_finding stops_with(const loud *l, void (*call)(void))
{
    boot(NULL);
    if (!stops(call)) {
        fail_msg("%s came back", l->name);
    }
    syspte_finding finding = only_finding(SYSPTE_RULE_NOT_SIMULATED);
    assert_string_equal(finding.text, l->name);
    assert_int_equal(finding.severity, SYSPTE_LIMIT);
    assert_int_equal(seen.stop.code, 0);
    return finding;
}

static void each_function_stops_with_its_name_and_place(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LOUD_COUNT; i++) {
        syspte_finding finding = stops_with(&louds[i], louds[i].call);
        assert_string_equal(finding.call->function, louds[i].caller);
        assert_non_null(strstr(finding.call->file, "test_wdf_unsimulated.c"));
        (void)syspte_shutdown();
    }
}

static void each_function_stops_without_its_place(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LOUD_COUNT; i++) {
        syspte_finding finding = stops_with(&louds[i], louds[i].plain);
        assert_null(finding.call->file);
        (void)syspte_shutdown();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        hooked_test(each_function_stops_with_its_name_and_place),
        hooked_test(each_function_stops_without_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
