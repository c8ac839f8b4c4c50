// SPDX-License-Identifier: MIT
// Counted strings without memory of their own: copies, comparisons, case, numbers. Case is known of
// ASCII and Latin-1. A terminator is written behind a copy where there is room for one, as Windows
// does.
// Source: nf-wdm-rtlcopyunicodestring, nf-wdm-rtlappendunicodestringtostring,
// nf-wdm-rtlcompareunicodestring, nf-wdm-rtlprefixunicodestring, nf-wdm-rtlhashunicodestring,
// nf-wdm-rtlintegertounicodestring, nf-wdm-rtlunicodestringtointeger, nf-wdm-rtlguidfromstring.
#include "sim/kernel.h"

#include <string.h>

static unsigned characters_of(PCUNICODE_STRING string)
{
    return string->Length / (unsigned)sizeof(WCHAR);
}

// ---- Begin

VOID RtlInitString(PSTRING DestinationString, PCSZ SourceString)
{
    RtlInitAnsiString(DestinationString, SourceString);
}

NTSTATUS RtlInitUnicodeStringEx(PUNICODE_STRING DestinationString, PCWSTR SourceString)
{
    SIZE_T count = 0;
    while (SourceString != NULL && count < UNICODE_STRING_MAX_CHARS && SourceString[count] != 0) {
        count++;
    }
    if (count == UNICODE_STRING_MAX_CHARS) {
        return STATUS_NAME_TOO_LONG;
    }
    RtlInitUnicodeString(DestinationString, SourceString);
    return STATUS_SUCCESS;
}

// ---- Copy and append

static void terminate(PUNICODE_STRING string)
{
    if (string->Length + sizeof(WCHAR) <= string->MaximumLength) {
        string->Buffer[characters_of(string)] = 0;
    }
}

VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString)
{
    DestinationString->Length = 0;
    if (SourceString != NULL) {
        USHORT most = DestinationString->MaximumLength;
        USHORT bytes = SourceString->Length < most ? SourceString->Length : most;
        memmove(DestinationString->Buffer, SourceString->Buffer, bytes);
        DestinationString->Length = bytes;
        terminate(DestinationString);
    }
}

VOID RtlCopyString(PSTRING DestinationString, const STRING *SourceString)
{
    DestinationString->Length = 0;
    if (SourceString != NULL) {
        USHORT most = DestinationString->MaximumLength;
        DestinationString->Length = SourceString->Length < most ? SourceString->Length : most;
        memmove(DestinationString->Buffer, SourceString->Buffer, DestinationString->Length);
    }
}

NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source)
{
    if (Source->Length == 0) {
        return STATUS_SUCCESS;
    }
    if ((unsigned)Destination->Length + Source->Length > Destination->MaximumLength) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    memmove((char *)Destination->Buffer + Destination->Length, Source->Buffer, Source->Length);
    Destination->Length = (USHORT)(Destination->Length + Source->Length);
    terminate(Destination);
    return STATUS_SUCCESS;
}

NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source)
{
    UNICODE_STRING source;
    NTSTATUS status = RtlInitUnicodeStringEx(&source, Source);
    return NT_SUCCESS(status) ? RtlAppendUnicodeStringToString(Destination, &source) : status;
}

// ---- Case

WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter)
{
    bool latin = SourceCharacter >= 0xE0 && SourceCharacter <= 0xFE && SourceCharacter != 0xF7;
    bool lower = SourceCharacter >= 'a' && SourceCharacter <= 'z';
    return SourceCharacter == 0xFF ? 0x178 : (WCHAR)(SourceCharacter - (lower || latin ? 32 : 0));
}

WCHAR RtlDowncaseUnicodeChar(WCHAR SourceCharacter)
{
    bool latin = SourceCharacter >= 0xC0 && SourceCharacter <= 0xDE && SourceCharacter != 0xD7;
    bool upper = SourceCharacter >= 'A' && SourceCharacter <= 'Z';
    return SourceCharacter == 0x178 ? 0xFF : (WCHAR)(SourceCharacter + (upper || latin ? 32 : 0));
}

// A character whose upper case is none of the ANSI ones stays.
CHAR RtlUpperChar(CHAR Character)
{
    WCHAR upper = RtlUpcaseUnicodeChar((UCHAR)Character);
    return upper > 0xFF ? Character : (CHAR)(UCHAR)upper;
}

VOID RtlUpperString(PSTRING DestinationString, const STRING *SourceString)
{
    USHORT most = DestinationString->MaximumLength;
    DestinationString->Length = SourceString->Length < most ? SourceString->Length : most;
    for (unsigned i = 0; i < DestinationString->Length; i++) {
        DestinationString->Buffer[i] = RtlUpperChar(SourceString->Buffer[i]);
    }
}

// ---- Compare

static WCHAR folded(WCHAR character, BOOLEAN folds)
{
    return folds ? RtlUpcaseUnicodeChar(character) : character;
}

// The difference of the first characters that differ, of the first `count`; 0: none does.
static LONG difference(PCUNICODE_STRING left, PCUNICODE_STRING right, unsigned count, BOOLEAN folds)
{
    for (unsigned i = 0; i < count; i++) {
        LONG d = (LONG)folded(left->Buffer[i], folds) - (LONG)folded(right->Buffer[i], folds);
        if (d != 0) {
            return d;
        }
    }
    return 0;
}

LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                             BOOLEAN CaseInSensitive)
{
    unsigned left = characters_of(String1);
    unsigned right = characters_of(String2);
    LONG d = difference(String1, String2, left < right ? left : right, CaseInSensitive);
    return d != 0 ? d : (LONG)String1->Length - (LONG)String2->Length;
}

BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                              BOOLEAN CaseInSensitive)
{
    return String1->Length == String2->Length &&
           difference(String1, String2, characters_of(String1), CaseInSensitive) == 0;
}

BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                               BOOLEAN CaseInSensitive)
{
    return String1->Length <= String2->Length &&
           difference(String1, String2, characters_of(String1), CaseInSensitive) == 0;
}

LONG RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
    for (unsigned i = 0; i < String1->Length && i < String2->Length; i++) {
        LONG d = (LONG)folded((UCHAR)String1->Buffer[i], CaseInSensitive) -
                 (LONG)folded((UCHAR)String2->Buffer[i], CaseInSensitive);
        if (d != 0) {
            return d;
        }
    }
    return (LONG)String1->Length - (LONG)String2->Length;
}

BOOLEAN RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
    return String1->Length == String2->Length &&
           RtlCompareString(String1, String2, CaseInSensitive) == 0;
}

NTSTATUS RtlHashUnicodeString(PCUNICODE_STRING String, BOOLEAN CaseInSensitive, ULONG HashAlgorithm,
                              PULONG HashValue)
{
    ULONG hash = 0;
    if (String == NULL || HashValue == NULL || HashAlgorithm > HASH_STRING_ALGORITHM_X65599) {
        return STATUS_INVALID_PARAMETER;
    }
    for (unsigned i = 0; i < characters_of(String); i++) {
        hash = hash * 65599 + folded(String->Buffer[i], CaseInSensitive);
    }
    *HashValue = hash;
    return STATUS_SUCCESS;
}

// ---- Numbers

static bool is_base(ULONG base)
{
    return base == 2 || base == 8 || base == 10 || base == 16;
}

NTSTATUS RtlInt64ToUnicodeString(ULONGLONG Value, ULONG Base, PUNICODE_STRING String)
{
    WCHAR digits[64];
    unsigned count = 0;
    ULONG base = Base == 0 ? 10 : Base;
    if (!is_base(base)) {
        return STATUS_INVALID_PARAMETER;
    }
    do {
        digits[count++] = (WCHAR) "0123456789ABCDEF"[Value % base];
        Value /= base;
    } while (Value != 0);
    if (count * sizeof(WCHAR) > String->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    for (unsigned i = 0; i < count; i++) {
        String->Buffer[i] = digits[count - 1 - i];
    }
    String->Length = (USHORT)(count * sizeof(WCHAR));
    terminate(String);
    return STATUS_SUCCESS;
}

NTSTATUS RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String)
{
    return RtlInt64ToUnicodeString(Value, Base, String);
}

// 16 for what is no digit.
static ULONG digit_of(WCHAR character)
{
    WCHAR c = RtlUpcaseUnicodeChar(character);
    if (c >= '0' && c <= '9') {
        return (ULONG)(c - '0');
    }
    return c >= 'A' && c <= 'F' ? (ULONG)(c - 'A') + 10 : 16;
}

// Reads blanks, a sign, a prefix where `base` is 0, and digits up to the first other character.
// Characters past `count` are 0.
static NTSTATUS number_of(const WCHAR *text, unsigned count, ULONG base, PULONG value)
{
    unsigned at = 0;
    ULONG number = 0;
    if (base != 0 && !is_base(base)) {
        return STATUS_INVALID_PARAMETER;
    }
    while (at < count && text[at] <= ' ') {
        at++;
    }
    bool negative = at < count && text[at] == '-';
    at += at < count && (text[at] == '-' || text[at] == '+');
    if (base == 0) {
        WCHAR prefix = at + 1 < count && text[at] == '0' ? text[at + 1] : 0;
        base = prefix == 'x' ? 16 : prefix == 'o' ? 8 : prefix == 'b' ? 2 : 10;
        at += base == 10 ? 0 : 2;
    }
    for (; at < count; at++) {
        ULONG digit = digit_of(text[at]);
        if (digit >= base) {
            break;
        }
        number = number * base + digit;
    }
    *value = negative ? 0 - number : number;
    return STATUS_SUCCESS;
}

NTSTATUS RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value)
{
    return number_of(String->Buffer, characters_of(String), Base, Value);
}

NTSTATUS RtlCharToInteger(PCSZ String, ULONG Base, PULONG Value)
{
    WCHAR wide[80]; // longer than any number of 32 bits
    unsigned count = 0;
    while (*String != '\0' && (UCHAR)*String <= ' ') {
        String++;
    }
    for (; count < 80 && String[count] != '\0'; count++) {
        wide[count] = (UCHAR)String[count];
    }
    return number_of(wide, count, Base, Value);
}

// ---- GUIDs: {00112233-4455-6677-8899-AABBCCDDEEFF}

static bool hexadecimal(const WCHAR *text, unsigned digits, ULONG *value)
{
    *value = 0;
    for (unsigned i = 0; i < digits; i++) {
        ULONG digit = digit_of(text[i]);
        if (digit > 15) {
            return false;
        }
        *value = *value << 4 | digit;
    }
    return true;
}

NTSTATUS RtlGUIDFromString(PCUNICODE_STRING GuidString, GUID *Guid)
{
    enum { CHARACTERS = 38 };
    static const unsigned char bytes_at[8] = {20, 22, 25, 27, 29, 31, 33, 35};
    const WCHAR *text = GuidString->Buffer;
    ULONG part[3];
    ULONG byte;
    if (characters_of(GuidString) < CHARACTERS || text[0] != '{' || text[37] != '}' ||
        text[9] != '-' || text[14] != '-' || text[19] != '-' || text[24] != '-' ||
        !hexadecimal(text + 1, 8, &part[0]) || !hexadecimal(text + 10, 4, &part[1]) ||
        !hexadecimal(text + 15, 4, &part[2])) {
        return STATUS_INVALID_PARAMETER;
    }
    Guid->Data1 = part[0];
    Guid->Data2 = (unsigned short)part[1];
    Guid->Data3 = (unsigned short)part[2];
    for (unsigned i = 0; i < 8; i++) {
        if (!hexadecimal(text + bytes_at[i], 2, &byte)) {
            return STATUS_INVALID_PARAMETER;
        }
        Guid->Data4[i] = (unsigned char)byte;
    }
    return STATUS_SUCCESS;
}
