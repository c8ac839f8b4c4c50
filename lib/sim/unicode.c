// SPDX-License-Identifier: MIT
// Counted strings from terminated ones.
// Source: nf-wdm-rtlinitunicodestring, nf-wdm-rtlinitansistring.
#include "sim/kernel.h"

VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString)
{
    const USHORT most = UNICODE_STRING_MAX_BYTES - sizeof(WCHAR);
    SIZE_T count = 0;
    while (SourceString != NULL && SourceString[count] != 0) {
        count++;
    }
    SIZE_T bytes = count * sizeof(WCHAR);
    DestinationString->Length = bytes > most ? most : (USHORT)bytes;
    DestinationString->MaximumLength =
        SourceString == NULL ? 0 : (USHORT)(DestinationString->Length + sizeof(WCHAR));
    DestinationString->Buffer = (PWCH)SourceString;
}

VOID RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString)
{
    const USHORT most = MAXUSHORT - sizeof(CHAR);
    SIZE_T bytes = 0;
    while (SourceString != NULL && SourceString[bytes] != 0) {
        bytes++;
    }
    DestinationString->Length = bytes > most ? most : (USHORT)bytes;
    DestinationString->MaximumLength =
        SourceString == NULL ? 0 : (USHORT)(DestinationString->Length + sizeof(CHAR));
    DestinationString->Buffer = (PCHAR)SourceString;
}
