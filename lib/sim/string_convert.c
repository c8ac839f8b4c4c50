// SPDX-License-Identifier: MIT
// Conversions of counted strings, which may allocate: a block of paged pool with the tag 'Strg', so
// that a string which is never freed is a leak. The ANSI code page is Latin-1; what it has not
// becomes a question mark.
// Source: nf-wdm-rtlansistringtounicodestring, nf-wdm-rtlunicodestringtoansistring,
// nf-wdm-rtlupcaseunicodestring, nf-wdm-rtlstringfromguid, nf-wdm-rtlfreeunicodestring.
#include "sim/nt_pool.h"
#include "sim/object.h"
#include "sim/string_room.h"

enum { STRING_TAG = 0x67727453 }; // 'Strg'

static bool enter(syspte_api api, const syspte_caller *caller)
{
    syspte_call call;
    if (!syspte_call_begin(&call, api, caller)) {
        return false;
    }
    syspte_object_irql(&call, PASSIVE_LEVEL);
    syspte_call_end(&call);
    return true;
}

static void *allocate(syspte_api api, const syspte_caller *caller, unsigned bytes)
{
    syspte_nt_request request = {.window = SYSPTE_WINDOW_PAGED, .bytes = bytes, .tag = STRING_TAG};
    return syspte_nt_allocate(api, caller, &request);
}

NTSTATUS syspte_string_room(syspte_api api, const syspte_caller *caller, PUNICODE_STRING to,
                            unsigned characters)
{
    unsigned bytes = (characters + 1) * (unsigned)sizeof(WCHAR);
    if (bytes > UNICODE_STRING_MAX_BYTES) {
        return STATUS_INVALID_PARAMETER_2;
    }
    PWCH buffer = allocate(api, caller, bytes);
    if (buffer == NULL) {
        return STATUS_NO_MEMORY;
    }
    buffer[characters] = 0;
    to->Buffer = buffer;
    to->Length = (USHORT)(bytes - sizeof(WCHAR));
    to->MaximumLength = (USHORT)bytes;
    return STATUS_SUCCESS;
}

// ---- Between ANSI and 16 bits

ULONG RtlxAnsiStringToUnicodeSize(PCANSI_STRING AnsiString)
{
    return (AnsiString->Length + 1u) * (ULONG)sizeof(WCHAR);
}

ULONG RtlxUnicodeStringToAnsiSize(PCUNICODE_STRING UnicodeString)
{
    return UnicodeString->Length / (ULONG)sizeof(WCHAR) + 1;
}

SYSPTE_ENTRY(NTSTATUS, RtlAnsiStringToUnicodeString,
             (PUNICODE_STRING DestinationString, PCANSI_STRING SourceString,
              BOOLEAN AllocateDestinationString),
             (DestinationString, SourceString, AllocateDestinationString))
{
    const syspte_api api = SYSPTE_API_RTL_ANSI_STRING_TO_UNICODE_STRING;
    ULONG bytes = RtlxAnsiStringToUnicodeSize(SourceString);
    NTSTATUS status = STATUS_SUCCESS;
    if (!enter(api, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    if (bytes > UNICODE_STRING_MAX_BYTES) {
        return STATUS_INVALID_PARAMETER_2;
    }
    if (AllocateDestinationString) {
        status = syspte_string_room(api, caller, DestinationString, SourceString->Length);
    } else if (bytes > DestinationString->MaximumLength) {
        status = STATUS_BUFFER_OVERFLOW;
    }
    if (!NT_SUCCESS(status)) {
        return status;
    }
    for (unsigned i = 0; i < SourceString->Length; i++) {
        DestinationString->Buffer[i] = (UCHAR)SourceString->Buffer[i];
    }
    DestinationString->Length = (USHORT)(bytes - sizeof(WCHAR));
    DestinationString->Buffer[SourceString->Length] = 0;
    return STATUS_SUCCESS;
}

// A buffer that is too short gets what fits.
SYSPTE_ENTRY(NTSTATUS, RtlUnicodeStringToAnsiString,
             (PANSI_STRING DestinationString, PCUNICODE_STRING SourceString,
              BOOLEAN AllocateDestinationString),
             (DestinationString, SourceString, AllocateDestinationString))
{
    ULONG bytes = RtlxUnicodeStringToAnsiSize(SourceString);
    NTSTATUS status = STATUS_SUCCESS;
    if (!enter(SYSPTE_API_RTL_UNICODE_STRING_TO_ANSI_STRING, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    if (AllocateDestinationString) {
        PCHAR buffer = allocate(SYSPTE_API_RTL_UNICODE_STRING_TO_ANSI_STRING, caller, bytes);
        if (buffer == NULL) {
            return STATUS_NO_MEMORY;
        }
        DestinationString->Buffer = buffer;
        DestinationString->MaximumLength = (USHORT)bytes;
    } else if (bytes > DestinationString->MaximumLength) {
        bytes = DestinationString->MaximumLength;
        status = STATUS_BUFFER_OVERFLOW;
    }
    DestinationString->Length = (USHORT)(bytes == 0 ? 0 : bytes - 1);
    for (unsigned i = 0; i < DestinationString->Length; i++) {
        WCHAR c = SourceString->Buffer[i];
        DestinationString->Buffer[i] = c > 0xFF ? '?' : (CHAR)(UCHAR)c;
    }
    if (bytes != 0) {
        DestinationString->Buffer[DestinationString->Length] = '\0';
    }
    return status;
}

// ---- Case. No terminator is written into a buffer of the driver's.

static NTSTATUS change_case(syspte_api api, const syspte_caller *caller, PUNICODE_STRING to,
                            PCUNICODE_STRING from, BOOLEAN allocates, WCHAR (*change)(WCHAR))
{
    unsigned count = from->Length / (unsigned)sizeof(WCHAR);
    NTSTATUS status = STATUS_SUCCESS;
    if (!enter(api, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    if (allocates) {
        status = syspte_string_room(api, caller, to, count);
    } else if (from->Length > to->MaximumLength) {
        status = STATUS_BUFFER_OVERFLOW;
    }
    for (unsigned i = 0; NT_SUCCESS(status) && i < count; i++) {
        to->Buffer[i] = change(from->Buffer[i]);
    }
    if (NT_SUCCESS(status)) {
        to->Length = from->Length;
    }
    return status;
}

SYSPTE_ENTRY(NTSTATUS, RtlUpcaseUnicodeString,
             (PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
              BOOLEAN AllocateDestinationString),
             (DestinationString, SourceString, AllocateDestinationString))
{
    return change_case(SYSPTE_API_RTL_UPCASE_UNICODE_STRING, caller, DestinationString,
                       SourceString, AllocateDestinationString, RtlUpcaseUnicodeChar);
}

SYSPTE_ENTRY(NTSTATUS, RtlDowncaseUnicodeString,
             (PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
              BOOLEAN AllocateDestinationString),
             (DestinationString, SourceString, AllocateDestinationString))
{
    return change_case(SYSPTE_API_RTL_DOWNCASE_UNICODE_STRING, caller, DestinationString,
                       SourceString, AllocateDestinationString, RtlDowncaseUnicodeChar);
}

// ---- GUIDs

static PWCH put_hexadecimal(PWCH at, ULONG value, unsigned digits)
{
    while (digits-- != 0) {
        *at++ = (WCHAR) "0123456789abcdef"[value >> (4 * digits) & 0xF];
    }
    return at;
}

SYSPTE_ENTRY(NTSTATUS, RtlStringFromGUID, (REFGUID Guid, PUNICODE_STRING GuidString),
             (Guid, GuidString))
{
    enum { CHARACTERS = 38 };
    if (!enter(SYSPTE_API_RTL_STRING_FROM_GUID, caller)) {
        return STATUS_UNSUCCESSFUL;
    }
    NTSTATUS status =
        syspte_string_room(SYSPTE_API_RTL_STRING_FROM_GUID, caller, GuidString, CHARACTERS);
    if (NT_SUCCESS(status)) {
        syspte_string_put_guid(GuidString->Buffer, Guid);
    }
    return status;
}

void syspte_string_put_guid(PWCH at, const GUID *guid)
{
    *at++ = '{';
    at = put_hexadecimal(at, guid->Data1, 8);
    *at++ = '-';
    at = put_hexadecimal(at, guid->Data2, 4);
    *at++ = '-';
    at = put_hexadecimal(at, guid->Data3, 4);
    *at++ = '-';
    for (unsigned i = 0; i < 8; i++) {
        at = put_hexadecimal(at, guid->Data4[i], 2);
        if (i == 1) {
            *at++ = '-';
        }
    }
    *at = '}';
}

// ---- Free

static void give_back(syspte_api api, const syspte_caller *caller, void *buffer)
{
    if (enter(api, caller) && buffer != NULL && !syspte_nt_free(api, caller, buffer)) {
        syspte_call call;
        if (syspte_call_begin(&call, api, caller)) {
            syspte_object_violate(&call, SYSPTE_RULE_FREE_NO_BLOCK, NULL,
                                  "nothing was allocated for the string");
            syspte_call_end(&call);
        }
    }
}

SYSPTE_ENTRY_VOID(RtlFreeUnicodeString, (PUNICODE_STRING UnicodeString), (UnicodeString))
{
    give_back(SYSPTE_API_RTL_FREE_UNICODE_STRING, caller, UnicodeString->Buffer);
    *UnicodeString = (UNICODE_STRING){.Length = 0};
}

SYSPTE_ENTRY_VOID(RtlFreeAnsiString, (PANSI_STRING AnsiString), (AnsiString))
{
    give_back(SYSPTE_API_RTL_FREE_ANSI_STRING, caller, AnsiString->Buffer);
    *AnsiString = (ANSI_STRING){.Length = 0};
}
