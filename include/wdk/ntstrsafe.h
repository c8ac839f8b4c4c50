// SPDX-License-Identifier: MIT
// Bounded strings. Cb counts bytes, Cch characters; the terminator is always written, and what does
// not fit is cut off with STATUS_BUFFER_OVERFLOW. Not here: the Ex and Gets forms.
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

NTSTRSAFEDDI RtlUnicodeStringPrintf(PUNICODE_STRING DestinationString, const WCHAR *pszFormat, ...)
{
    size_t room = DestinationString->MaximumLength / sizeof(WCHAR);
    int count;
    va_list arguments;
    va_start(arguments, pszFormat);
    count = syspte_crt__vsnwprintf(DestinationString->Buffer, room, pszFormat, arguments);
    va_end(arguments);
    DestinationString->Length = (USHORT)((count < 0 ? room : (size_t)count) * sizeof(WCHAR));
    return count < 0 ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

SYSPTE_WDK_END

#endif
