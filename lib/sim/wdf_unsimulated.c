// SPDX-License-Identifier: MIT
// What the framework has and the machine does not simulate: a call of it ends the test with its
// name and place, as of the functions of not_simulated.h. Source: wdfdmatransaction
// nf-wdfdmatransaction-wdfdmatransactioncreate.
#include "sim/call.h"
#include "sim/loud.h"
#include <wdf.h>

#pragma GCC diagnostic ignored "-Wunused-parameter"

#define UNSIMULATED(type, name, ...)                                                               \
    type name(__VA_ARGS__)                                                                         \
    {                                                                                              \
        syspte_loud_call(#name, SYSPTE_RETURN_ADDRESS());                                          \
    }                                                                                              \
    type syspte_at_##name(__VA_ARGS__, const char *file, unsigned line, const char *function)      \
    {                                                                                              \
        syspte_call_site(#name, file, line, function);                                             \
        syspte_loud_call(#name, SYSPTE_RETURN_ADDRESS());                                          \
    }

UNSIMULATED(NTSTATUS, WdfDmaTransactionCreate, WDFDMAENABLER DmaEnabler,
            WDF_OBJECT_ATTRIBUTES *Attributes, WDFDMATRANSACTION *DmaTransaction)
UNSIMULATED(NTSTATUS, WdfDmaTransactionInitialize, WDFDMATRANSACTION DmaTransaction,
            PFN_WDF_PROGRAM_DMA EvtProgramDmaFunction, WDF_DMA_DIRECTION DmaDirection, PMDL Mdl,
            PVOID VirtualAddress, size_t Length)
UNSIMULATED(NTSTATUS, WdfDmaTransactionInitializeUsingRequest, WDFDMATRANSACTION DmaTransaction,
            WDFREQUEST Request, PFN_WDF_PROGRAM_DMA EvtProgramDmaFunction,
            WDF_DMA_DIRECTION DmaDirection)
UNSIMULATED(NTSTATUS, WdfDmaTransactionExecute, WDFDMATRANSACTION DmaTransaction, PVOID Context)
UNSIMULATED(NTSTATUS, WdfDmaTransactionRelease, WDFDMATRANSACTION DmaTransaction)
UNSIMULATED(BOOLEAN, WdfDmaTransactionDmaCompleted, WDFDMATRANSACTION DmaTransaction,
            NTSTATUS *Status)
UNSIMULATED(BOOLEAN, WdfDmaTransactionDmaCompletedWithLength, WDFDMATRANSACTION DmaTransaction,
            size_t TransferredLength, NTSTATUS *Status)
UNSIMULATED(BOOLEAN, WdfDmaTransactionDmaCompletedFinal, WDFDMATRANSACTION DmaTransaction,
            size_t FinalTransferredLength, NTSTATUS *Status)
UNSIMULATED(size_t, WdfDmaTransactionGetBytesTransferred, WDFDMATRANSACTION DmaTransaction)
UNSIMULATED(size_t, WdfDmaTransactionGetCurrentDmaTransferLength, WDFDMATRANSACTION DmaTransaction)
UNSIMULATED(WDFDEVICE, WdfDmaTransactionGetDevice, WDFDMATRANSACTION DmaTransaction)
UNSIMULATED(WDFREQUEST, WdfDmaTransactionGetRequest, WDFDMATRANSACTION DmaTransaction)
UNSIMULATED(VOID, WdfDmaTransactionSetMaximumLength, WDFDMATRANSACTION DmaTransaction,
            size_t MaximumLength)
