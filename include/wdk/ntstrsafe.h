// SPDX-License-Identifier: MIT
// Bounded strings. Cb counts bytes, Cch characters; the terminator is always written, and what does
// not fit is cut off with STATUS_BUFFER_OVERFLOW. The Ex forms tell where the string ends and how
// much room is left, and do with it what their flags say. Not here: the Gets forms.
#ifndef _NTSTRSAFE_H_INCLUDED_
#define _NTSTRSAFE_H_INCLUDED_

#include <stdarg.h>
#include <ntdef.h>
#include <ntstatus.h>

#define NTSTRSAFE_MAX_CCH                2147483647
#define NTSTRSAFE_MAX_LENGTH             (NTSTRSAFE_MAX_CCH - 1)
#define NTSTRSAFE_UNICODE_STRING_MAX_CCH (0xffff / sizeof(WCHAR))
#define STRSAFE_E_INSUFFICIENT_BUFFER    ((NTSTATUS)0xC0000023)
#define NTSTRSAFEDDI                     SYSPTE_WDK_INLINE NTSTATUS

#define STRSAFE_IGNORE_NULLS           0x00000100 // NULL is an empty string
#define STRSAFE_FILL_BEHIND_NULL       0x00000200 // with the lowest byte
#define STRSAFE_FILL_BEHIND            0x00000200
#define STRSAFE_FILL_ON_FAILURE        0x00000400 // with the lowest byte
#define STRSAFE_NULL_ON_FAILURE        0x00000800
#define STRSAFE_ZERO_LENGTH_ON_FAILURE 0x00000800
#define STRSAFE_NO_TRUNCATION          0x00001000 // what was there, or nothing
#define STRSAFE_FILL_BYTE(x)           ((ULONG)(((x)&0x000000FF) | STRSAFE_FILL_BEHIND_NULL))
#define STRSAFE_FAILURE_BYTE(x)        ((ULONG)(((x)&0x000000FF) | STRSAFE_FILL_ON_FAILURE))

typedef CHAR *NTSTRSAFE_PSTR;
typedef const CHAR *NTSTRSAFE_PCSTR;
typedef WCHAR *NTSTRSAFE_PWSTR;
typedef const WCHAR *NTSTRSAFE_PCWSTR;

SYSPTE_WDK_BEGIN

// How many characters, or -1 if they do not all fit.
int syspte_crt__vsnprintf(char *to, size_t count, const char *format, va_list arguments);
int syspte_crt__vsnwprintf(WCHAR *to, size_t count, const WCHAR *format, va_list arguments);

// The functions for one width, with counts in characters and in bytes.
#define SYSPTE_STRSAFE(W, CHARACTER, FORMAT)                                                       \
    NTSTRSAFEDDI RtlStringCchLength##W(const CHARACTER *psz, size_t cchMax, size_t *pcchLength)    \
    {                                                                                              \
        size_t length = 0;                                                                         \
        BOOLEAN bad = psz == NULL || cchMax > NTSTRSAFE_MAX_CCH;                                   \
        while (!bad && length < cchMax && psz[length] != 0) {                                      \
            length++;                                                                              \
        }                                                                                          \
        bad |= length == cchMax;                                                                   \
        if (pcchLength != NULL) {                                                                  \
            *pcchLength = bad ? 0 : length;                                                        \
        }                                                                                          \
        return bad ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;                                    \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCchCopyN##W(CHARACTER *pszDest, size_t cchDest, const CHARACTER *pszSrc, \
                                      size_t cchToCopy)                                            \
    {                                                                                              \
        size_t at = 0;                                                                             \
        if (cchDest == 0 || cchDest > NTSTRSAFE_MAX_CCH) {                                         \
            return STATUS_INVALID_PARAMETER;                                                       \
        }                                                                                          \
        while (at < cchDest - 1 && at < cchToCopy && pszSrc[at] != 0) {                            \
            pszDest[at] = pszSrc[at];                                                              \
            at++;                                                                                  \
        }                                                                                          \
        pszDest[at] = 0;                                                                           \
        return at < cchToCopy && pszSrc[at] != 0 ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;        \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCchCopy##W(CHARACTER *pszDest, size_t cchDest, const CHARACTER *pszSrc)  \
    {                                                                                              \
        return RtlStringCchCopyN##W(pszDest, cchDest, pszSrc, NTSTRSAFE_MAX_CCH);                  \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCchCatN##W(CHARACTER *pszDest, size_t cchDest, const CHARACTER *pszSrc,  \
                                     size_t cchToAppend)                                           \
    {                                                                                              \
        size_t used = 0;                                                                           \
        NTSTATUS status = RtlStringCchLength##W(pszDest, cchDest, &used);                          \
        return !NT_SUCCESS(status)                                                                 \
                   ? status                                                                        \
                   : RtlStringCchCopyN##W(pszDest + used, cchDest - used, pszSrc, cchToAppend);    \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCchCat##W(CHARACTER *pszDest, size_t cchDest, const CHARACTER *pszSrc)   \
    {                                                                                              \
        return RtlStringCchCatN##W(pszDest, cchDest, pszSrc, NTSTRSAFE_MAX_CCH);                   \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCchVPrintf##W(CHARACTER *pszDest, size_t cchDest,                        \
                                        const CHARACTER *pszFormat, va_list argList)               \
    {                                                                                              \
        int count;                                                                                 \
        if (cchDest == 0 || cchDest > NTSTRSAFE_MAX_CCH) {                                         \
            return STATUS_INVALID_PARAMETER;                                                       \
        }                                                                                          \
        count = FORMAT(pszDest, cchDest - 1, pszFormat, argList);                                  \
        pszDest[count < 0 ? cchDest - 1 : (size_t)count] = 0;                                      \
        return count < 0 ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;                                \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCchPrintf##W(CHARACTER *pszDest, size_t cchDest,                         \
                                       const CHARACTER *pszFormat, ...)                            \
    {                                                                                              \
        NTSTATUS status;                                                                           \
        va_list arguments;                                                                         \
        va_start(arguments, pszFormat);                                                            \
        status = RtlStringCchVPrintf##W(pszDest, cchDest, pszFormat, arguments);                   \
        va_end(arguments);                                                                         \
        return status;                                                                             \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCbLength##W(const CHARACTER *psz, size_t cbMax, size_t *pcbLength)       \
    {                                                                                              \
        size_t length = 0;                                                                         \
        NTSTATUS status = RtlStringCchLength##W(psz, cbMax / sizeof *psz, &length);                \
        if (pcbLength != NULL) {                                                                   \
            *pcbLength = length * sizeof *psz;                                                     \
        }                                                                                          \
        return status;                                                                             \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCbCopyN##W(CHARACTER *pszDest, size_t cbDest, const CHARACTER *pszSrc,   \
                                     size_t cbToCopy)                                              \
    {                                                                                              \
        return RtlStringCchCopyN##W(pszDest, cbDest / sizeof *pszDest, pszSrc,                     \
                                    cbToCopy / sizeof *pszDest);                                   \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCbCopy##W(CHARACTER *pszDest, size_t cbDest, const CHARACTER *pszSrc)    \
    {                                                                                              \
        return RtlStringCchCopy##W(pszDest, cbDest / sizeof *pszDest, pszSrc);                     \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCbCatN##W(CHARACTER *pszDest, size_t cbDest, const CHARACTER *pszSrc,    \
                                    size_t cbToAppend)                                             \
    {                                                                                              \
        return RtlStringCchCatN##W(pszDest, cbDest / sizeof *pszDest, pszSrc,                      \
                                   cbToAppend / sizeof *pszDest);                                  \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCbCat##W(CHARACTER *pszDest, size_t cbDest, const CHARACTER *pszSrc)     \
    {                                                                                              \
        return RtlStringCchCat##W(pszDest, cbDest / sizeof *pszDest, pszSrc);                      \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCbVPrintf##W(CHARACTER *pszDest, size_t cbDest,                          \
                                       const CHARACTER *pszFormat, va_list argList)                \
    {                                                                                              \
        return RtlStringCchVPrintf##W(pszDest, cbDest / sizeof *pszDest, pszFormat, argList);      \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCbPrintf##W(CHARACTER *pszDest, size_t cbDest,                           \
                                      const CHARACTER *pszFormat, ...)                             \
    {                                                                                              \
        NTSTATUS status;                                                                           \
        va_list arguments;                                                                         \
        va_start(arguments, pszFormat);                                                            \
        status = RtlStringCbVPrintf##W(pszDest, cbDest, pszFormat, arguments);                     \
        va_end(arguments);                                                                         \
        return status;                                                                             \
    }

SYSPTE_STRSAFE(A, CHAR, syspte_crt__vsnprintf)
SYSPTE_STRSAFE(W, WCHAR, syspte_crt__vsnwprintf)

#undef SYSPTE_STRSAFE

// ---- The same with flags

// The end of an Ex form: `kept` characters stay where nothing may be cut off.
#define SYSPTE_STRSAFE_END(W, CHARACTER)                                                           \
    NTSTRSAFEDDI syspte_strsafe_end##W(CHARACTER *dest, size_t cch, size_t kept, NTSTATUS status,  \
                                       CHARACTER **end, size_t *remaining, ULONG flags)            \
    {                                                                                              \
        size_t at = 0;                                                                             \
        if (dest == NULL || cch == 0 || status == STATUS_INVALID_PARAMETER) {                      \
            return status;                                                                         \
        }                                                                                          \
        if (status != STATUS_SUCCESS && (flags & STRSAFE_FILL_ON_FAILURE) != 0) {                  \
            __builtin_memset(dest, (int)(flags & 0xFF), cch * sizeof *dest);                       \
            dest[cch - 1] = 0;                                                                     \
        } else if (status != STATUS_SUCCESS && (flags & STRSAFE_NULL_ON_FAILURE) != 0) {           \
            dest[0] = 0;                                                                           \
        } else if (status != STATUS_SUCCESS && (flags & STRSAFE_NO_TRUNCATION) != 0) {             \
            dest[kept] = 0;                                                                        \
        }                                                                                          \
        while (dest[at] != 0) {                                                                    \
            at++;                                                                                  \
        }                                                                                          \
        if (status == STATUS_SUCCESS && (flags & STRSAFE_FILL_BEHIND_NULL) != 0) {                 \
            __builtin_memset(dest + at + 1, (int)(flags & 0xFF), (cch - at - 1) * sizeof *dest);   \
        }                                                                                          \
        if (end != NULL) {                                                                         \
            *end = dest + at;                                                                      \
        }                                                                                          \
        if (remaining != NULL) {                                                                   \
            *remaining = cch - at;                                                                 \
        }                                                                                          \
        return status;                                                                             \
    }

SYSPTE_STRSAFE_END(A, CHAR)
SYSPTE_STRSAFE_END(W, WCHAR)

#undef SYSPTE_STRSAFE_END

#define SYSPTE_STRSAFE_EX(W, CHARACTER)                                                            \
    NTSTRSAFEDDI RtlStringCchCopyNEx##W(                                                           \
        CHARACTER *pszDest, size_t cchDest, const CHARACTER *pszSrc, size_t cchToCopy,             \
        CHARACTER **ppszDestEnd, size_t *pcchRemaining, ULONG dwFlags)                             \
    {                                                                                              \
        static const CHARACTER empty[1] = {0};                                                     \
        const CHARACTER *from =                                                                    \
            pszSrc == NULL && (dwFlags & STRSAFE_IGNORE_NULLS) != 0 ? empty : pszSrc;              \
        return syspte_strsafe_end##W(pszDest, cchDest, 0,                                          \
                                     RtlStringCchCopyN##W(pszDest, cchDest, from, cchToCopy),      \
                                     ppszDestEnd, pcchRemaining, dwFlags);                         \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCchCopyEx##W(CHARACTER *pszDest, size_t cchDest,                         \
                                       const CHARACTER *pszSrc, CHARACTER **ppszDestEnd,           \
                                       size_t *pcchRemaining, ULONG dwFlags)                       \
    {                                                                                              \
        return RtlStringCchCopyNEx##W(pszDest, cchDest, pszSrc, NTSTRSAFE_MAX_CCH, ppszDestEnd,    \
                                      pcchRemaining, dwFlags);                                     \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCchCatNEx##W(                                                            \
        CHARACTER *pszDest, size_t cchDest, const CHARACTER *pszSrc, size_t cchToAppend,           \
        CHARACTER **ppszDestEnd, size_t *pcchRemaining, ULONG dwFlags)                             \
    {                                                                                              \
        static const CHARACTER empty[1] = {0};                                                     \
        const CHARACTER *from =                                                                    \
            pszSrc == NULL && (dwFlags & STRSAFE_IGNORE_NULLS) != 0 ? empty : pszSrc;              \
        size_t used = 0;                                                                           \
        NTSTATUS status = RtlStringCchLength##W(pszDest, cchDest, &used);                          \
        if (NT_SUCCESS(status)) {                                                                  \
            status = RtlStringCchCopyN##W(pszDest + used, cchDest - used, from, cchToAppend);      \
        }                                                                                          \
        return syspte_strsafe_end##W(pszDest, cchDest, used, status, ppszDestEnd, pcchRemaining,   \
                                     dwFlags);                                                     \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCchCatEx##W(CHARACTER *pszDest, size_t cchDest, const CHARACTER *pszSrc, \
                                      CHARACTER **ppszDestEnd, size_t *pcchRemaining,              \
                                      ULONG dwFlags)                                               \
    {                                                                                              \
        return RtlStringCchCatNEx##W(pszDest, cchDest, pszSrc, NTSTRSAFE_MAX_CCH, ppszDestEnd,     \
                                     pcchRemaining, dwFlags);                                      \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCchVPrintfEx##W(                                                         \
        CHARACTER *pszDest, size_t cchDest, CHARACTER **ppszDestEnd, size_t *pcchRemaining,        \
        ULONG dwFlags, const CHARACTER *pszFormat, va_list argList)                                \
    {                                                                                              \
        return syspte_strsafe_end##W(pszDest, cchDest, 0,                                          \
                                     RtlStringCchVPrintf##W(pszDest, cchDest, pszFormat, argList), \
                                     ppszDestEnd, pcchRemaining, dwFlags);                         \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCchPrintfEx##W(CHARACTER *pszDest, size_t cchDest,                       \
                                         CHARACTER **ppszDestEnd, size_t *pcchRemaining,           \
                                         ULONG dwFlags, const CHARACTER *pszFormat, ...)           \
    {                                                                                              \
        NTSTATUS status;                                                                           \
        va_list arguments;                                                                         \
        va_start(arguments, pszFormat);                                                            \
        status = RtlStringCchVPrintfEx##W(pszDest, cchDest, ppszDestEnd, pcchRemaining, dwFlags,   \
                                          pszFormat, arguments);                                   \
        va_end(arguments);                                                                         \
        return status;                                                                             \
    }                                                                                              \
    NTSTRSAFEDDI syspte_strsafe_bytes##W(NTSTATUS status, size_t cbDest, size_t *pcbRemaining)     \
    {                                                                                              \
        if (pcbRemaining != NULL && status != STATUS_INVALID_PARAMETER) {                          \
            *pcbRemaining = *pcbRemaining * sizeof(CHARACTER) + cbDest % sizeof(CHARACTER);        \
        }                                                                                          \
        return status;                                                                             \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCbCopyNEx##W(CHARACTER *pszDest, size_t cbDest, const CHARACTER *pszSrc, \
                                       size_t cbToCopy, CHARACTER **ppszDestEnd,                   \
                                       size_t *pcbRemaining, ULONG dwFlags)                        \
    {                                                                                              \
        return syspte_strsafe_bytes##W(RtlStringCchCopyNEx##W(pszDest, cbDest / sizeof(CHARACTER), \
                                                              pszSrc,                              \
                                                              cbToCopy / sizeof(CHARACTER),        \
                                                              ppszDestEnd, pcbRemaining, dwFlags), \
                                       cbDest, pcbRemaining);                                      \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCbCopyEx##W(CHARACTER *pszDest, size_t cbDest, const CHARACTER *pszSrc,  \
                                      CHARACTER **ppszDestEnd, size_t *pcbRemaining,               \
                                      ULONG dwFlags)                                               \
    {                                                                                              \
        return syspte_strsafe_bytes##W(RtlStringCchCopyEx##W(pszDest, cbDest / sizeof(CHARACTER),  \
                                                             pszSrc, ppszDestEnd, pcbRemaining,    \
                                                             dwFlags),                             \
                                       cbDest, pcbRemaining);                                      \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCbCatEx##W(CHARACTER *pszDest, size_t cbDest, const CHARACTER *pszSrc,   \
                                     CHARACTER **ppszDestEnd, size_t *pcbRemaining, ULONG dwFlags) \
    {                                                                                              \
        return syspte_strsafe_bytes##W(RtlStringCchCatEx##W(pszDest, cbDest / sizeof(CHARACTER),   \
                                                            pszSrc, ppszDestEnd, pcbRemaining,     \
                                                            dwFlags),                              \
                                       cbDest, pcbRemaining);                                      \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCbCatNEx##W(CHARACTER *pszDest, size_t cbDest, const CHARACTER *pszSrc,  \
                                      size_t cbToAppend, CHARACTER **ppszDestEnd,                  \
                                      size_t *pcbRemaining, ULONG dwFlags)                         \
    {                                                                                              \
        return syspte_strsafe_bytes##W(RtlStringCchCatNEx##W(pszDest, cbDest / sizeof(CHARACTER),  \
                                                             pszSrc,                               \
                                                             cbToAppend / sizeof(CHARACTER),       \
                                                             ppszDestEnd, pcbRemaining, dwFlags),  \
                                       cbDest, pcbRemaining);                                      \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCbVPrintfEx##W(                                                          \
        CHARACTER *pszDest, size_t cbDest, CHARACTER **ppszDestEnd, size_t *pcbRemaining,          \
        ULONG dwFlags, const CHARACTER *pszFormat, va_list argList)                                \
    {                                                                                              \
        return syspte_strsafe_bytes##W(                                                            \
            RtlStringCchVPrintfEx##W(pszDest, cbDest / sizeof(CHARACTER), ppszDestEnd,             \
                                     pcbRemaining, dwFlags, pszFormat, argList),                   \
            cbDest, pcbRemaining);                                                                 \
    }                                                                                              \
    NTSTRSAFEDDI RtlStringCbPrintfEx##W(CHARACTER *pszDest, size_t cbDest,                         \
                                        CHARACTER **ppszDestEnd, size_t *pcbRemaining,             \
                                        ULONG dwFlags, const CHARACTER *pszFormat, ...)            \
    {                                                                                              \
        NTSTATUS status;                                                                           \
        va_list arguments;                                                                         \
        va_start(arguments, pszFormat);                                                            \
        status = RtlStringCbVPrintfEx##W(pszDest, cbDest, ppszDestEnd, pcbRemaining, dwFlags,      \
                                         pszFormat, arguments);                                    \
        va_end(arguments);                                                                         \
        return status;                                                                             \
    }

SYSPTE_STRSAFE_EX(A, CHAR)
SYSPTE_STRSAFE_EX(W, WCHAR)

#undef SYSPTE_STRSAFE_EX

// ---- Counted strings: no terminator, cut off at MaximumLength

NTSTRSAFEDDI RtlUnicodeStringInit(PUNICODE_STRING DestinationString, const WCHAR *pszSrc)
{
    size_t count = 0;
    if (pszSrc != NULL &&
        !NT_SUCCESS(RtlStringCchLengthW(pszSrc, NTSTRSAFE_UNICODE_STRING_MAX_CCH, &count))) {
        return STATUS_INVALID_PARAMETER;
    }
    DestinationString->Length = (USHORT)(count * sizeof(WCHAR));
    DestinationString->MaximumLength = pszSrc == NULL ? 0 : (USHORT)((count + 1) * sizeof(WCHAR));
    DestinationString->Buffer = (PWCH)pszSrc;
    return STATUS_SUCCESS;
}

// Appends `count` characters behind the first `used`.
NTSTRSAFEDDI syspte_strsafe_append(PUNICODE_STRING to, size_t used, const WCHAR *from, size_t count)
{
    size_t room = to->MaximumLength / sizeof(WCHAR) - used;
    size_t fits = count < room ? count : room;
    __builtin_memmove(to->Buffer + used, from, fits * sizeof(WCHAR));
    to->Length = (USHORT)((used + fits) * sizeof(WCHAR));
    return fits < count ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

NTSTRSAFEDDI RtlUnicodeStringCopy(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString)
{
    return syspte_strsafe_append(DestinationString, 0, SourceString->Buffer,
                                 SourceString->Length / sizeof(WCHAR));
}

NTSTRSAFEDDI RtlUnicodeStringCat(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString)
{
    return syspte_strsafe_append(DestinationString, DestinationString->Length / sizeof(WCHAR),
                                 SourceString->Buffer, SourceString->Length / sizeof(WCHAR));
}

NTSTRSAFEDDI RtlUnicodeStringCopyString(PUNICODE_STRING DestinationString, const WCHAR *pszSrc)
{
    UNICODE_STRING source;
    NTSTATUS status = RtlUnicodeStringInit(&source, pszSrc);
    return NT_SUCCESS(status) ? RtlUnicodeStringCopy(DestinationString, &source) : status;
}

NTSTRSAFEDDI RtlUnicodeStringCatString(PUNICODE_STRING DestinationString, const WCHAR *pszSrc)
{
    UNICODE_STRING source;
    NTSTATUS status = RtlUnicodeStringInit(&source, pszSrc);
    return NT_SUCCESS(status) ? RtlUnicodeStringCat(DestinationString, &source) : status;
}

NTSTRSAFEDDI RtlUnicodeStringVPrintf(PUNICODE_STRING DestinationString, const WCHAR *pszFormat,
                                     va_list argList)
{
    size_t room = DestinationString->MaximumLength / sizeof(WCHAR);
    int count = syspte_crt__vsnwprintf(DestinationString->Buffer, room, pszFormat, argList);
    DestinationString->Length = (USHORT)((count < 0 ? room : (size_t)count) * sizeof(WCHAR));
    return count < 0 ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

NTSTRSAFEDDI RtlUnicodeStringPrintf(PUNICODE_STRING DestinationString, const WCHAR *pszFormat, ...)
{
    NTSTATUS status;
    va_list arguments;
    va_start(arguments, pszFormat);
    status = RtlUnicodeStringVPrintf(DestinationString, pszFormat, arguments);
    va_end(arguments);
    return status;
}

// An even number of bytes, within the maximum, and a buffer where there is one.
NTSTRSAFEDDI RtlUnicodeStringValidateEx(PCUNICODE_STRING SourceString, ULONG dwFlags)
{
    if (SourceString == NULL) {
        return (dwFlags & STRSAFE_IGNORE_NULLS) != 0 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    }
    return (SourceString->Length | SourceString->MaximumLength) % sizeof(WCHAR) != 0 ||
                   SourceString->Length > SourceString->MaximumLength ||
                   (SourceString->Buffer == NULL && SourceString->MaximumLength != 0)
               ? STATUS_INVALID_PARAMETER
               : STATUS_SUCCESS;
}

NTSTRSAFEDDI RtlUnicodeStringValidate(PCUNICODE_STRING SourceString)
{
    return RtlUnicodeStringValidateEx(SourceString, 0);
}

// The first characters of a counted string.
NTSTRSAFEDDI RtlUnicodeStringCchCopyN(PUNICODE_STRING DestinationString,
                                      PCUNICODE_STRING SourceString, size_t cchToCopy)
{
    size_t count = SourceString->Length / sizeof(WCHAR);
    return syspte_strsafe_append(DestinationString, 0, SourceString->Buffer,
                                 count < cchToCopy ? count : cchToCopy);
}

NTSTRSAFEDDI RtlUnicodeStringCbCopyN(PUNICODE_STRING DestinationString,
                                     PCUNICODE_STRING SourceString, size_t cbToCopy)
{
    return RtlUnicodeStringCchCopyN(DestinationString, SourceString, cbToCopy / sizeof(WCHAR));
}

NTSTRSAFEDDI RtlUnicodeStringCchCatN(PUNICODE_STRING DestinationString,
                                     PCUNICODE_STRING SourceString, size_t cchToAppend)
{
    size_t count = SourceString->Length / sizeof(WCHAR);
    return syspte_strsafe_append(DestinationString, DestinationString->Length / sizeof(WCHAR),
                                 SourceString->Buffer, count < cchToAppend ? count : cchToAppend);
}

NTSTRSAFEDDI RtlUnicodeStringCbCatN(PUNICODE_STRING DestinationString,
                                    PCUNICODE_STRING SourceString, size_t cbToAppend)
{
    return RtlUnicodeStringCchCatN(DestinationString, SourceString, cbToAppend / sizeof(WCHAR));
}

SYSPTE_WDK_END

#endif
