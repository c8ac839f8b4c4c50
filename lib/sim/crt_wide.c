// SPDX-License-Identifier: MIT
// Strings of 16-bit characters, and the bounded copies. Not the host's functions under any name:
// its wchar_t has 32 bits.
#include "sim/crt.h"

#include "sim/kernel.h"

size_t syspte_crt_wcslen(const WCHAR *text)
{
    return syspte_crt_wcsnlen(text, (size_t)-1);
}

size_t syspte_crt_wcsnlen(const WCHAR *text, size_t most)
{
    size_t count = 0;
    while (count < most && text[count] != 0) {
        count++;
    }
    return count;
}

// ---- Case

USHORT syspte_crt_towupper(USHORT character)
{
    return character >= 'a' && character <= 'z' ? (USHORT)(character - 'a' + 'A') : character;
}

USHORT syspte_crt_towlower(USHORT character)
{
    return character >= 'A' && character <= 'Z' ? (USHORT)(character - 'A' + 'a') : character;
}

WCHAR *syspte_crt__wcsupr(WCHAR *text)
{
    for (WCHAR *at = text; *at != 0; at++) {
        *at = (WCHAR)syspte_crt_towupper((USHORT)*at);
    }
    return text;
}

WCHAR *syspte_crt__wcslwr(WCHAR *text)
{
    for (WCHAR *at = text; *at != 0; at++) {
        *at = (WCHAR)syspte_crt_towlower((USHORT)*at);
    }
    return text;
}

char *syspte_crt__strupr(char *text)
{
    for (char *at = text; *at != 0; at++) {
        *at = (char)syspte_crt_towupper((UCHAR)*at);
    }
    return text;
}

char *syspte_crt__strlwr(char *text)
{
    for (char *at = text; *at != 0; at++) {
        *at = (char)syspte_crt_towlower((UCHAR)*at);
    }
    return text;
}

// ---- Compare

static USHORT same(USHORT character)
{
    return character;
}

static int compare(const WCHAR *left, const WCHAR *right, size_t most, USHORT (*as)(USHORT))
{
    for (size_t at = 0; at < most; at++) {
        USHORT a = as((USHORT)left[at]);
        USHORT b = as((USHORT)right[at]);
        if (a != b) {
            return a < b ? -1 : 1;
        }
        if (a == 0) {
            break;
        }
    }
    return 0;
}

int syspte_crt_wcscmp(const WCHAR *left, const WCHAR *right)
{
    return compare(left, right, (size_t)-1, same);
}

int syspte_crt_wcsncmp(const WCHAR *left, const WCHAR *right, size_t most)
{
    return compare(left, right, most, same);
}

int syspte_crt__wcsicmp(const WCHAR *left, const WCHAR *right)
{
    return compare(left, right, (size_t)-1, syspte_crt_towlower);
}

int syspte_crt__wcsnicmp(const WCHAR *left, const WCHAR *right, size_t most)
{
    return compare(left, right, most, syspte_crt_towlower);
}

// ---- Copy

WCHAR *syspte_crt_wcscpy(WCHAR *to, const WCHAR *from)
{
    return __builtin_memcpy(to, from, (syspte_crt_wcslen(from) + 1) * sizeof *to);
}

WCHAR *syspte_crt_wcsncpy(WCHAR *to, const WCHAR *from, size_t most)
{
    size_t count = syspte_crt_wcsnlen(from, most);
    __builtin_memcpy(to, from, count * sizeof *to);
    __builtin_memset(to + count, 0, (most - count) * sizeof *to);
    return to;
}

WCHAR *syspte_crt_wcscat(WCHAR *to, const WCHAR *from)
{
    syspte_crt_wcscpy(to + syspte_crt_wcslen(to), from);
    return to;
}

WCHAR *syspte_crt_wcsncat(WCHAR *to, const WCHAR *from, size_t most)
{
    WCHAR *end = to + syspte_crt_wcslen(to);
    size_t count = syspte_crt_wcsnlen(from, most);
    __builtin_memcpy(end, from, count * sizeof *to);
    end[count] = 0;
    return to;
}

// ---- Find

WCHAR *syspte_crt_wcschr(const WCHAR *text, WCHAR character)
{
    while (*text != character && *text != 0) {
        text++;
    }
    return *text == character ? (WCHAR *)text : NULL;
}

WCHAR *syspte_crt_wcsrchr(const WCHAR *text, WCHAR character)
{
    for (size_t at = syspte_crt_wcslen(text) + 1; at > 0; at--) {
        if (text[at - 1] == character) {
            return (WCHAR *)text + at - 1;
        }
    }
    return NULL;
}

WCHAR *syspte_crt_wcsstr(const WCHAR *text, const WCHAR *part)
{
    size_t count = syspte_crt_wcslen(part);
    while (syspte_crt_wcsncmp(text, part, count) != 0) {
        if (*text++ == 0) {
            return NULL;
        }
    }
    return (WCHAR *)text;
}

// ---- With the room of the target

static void need(bool fits)
{
    if (!fits) {
        syspte_port_panic(
            "the driver copied more than fits with a bounded copy (such as strcpy_s)");
    }
}

int syspte_crt_memmove_s(void *to, size_t room, const void *from, size_t bytes)
{
    need(bytes <= room);
    __builtin_memmove(to, from, bytes);
    return 0;
}

int syspte_crt_memcpy_s(void *to, size_t room, const void *from, size_t bytes)
{
    return syspte_crt_memmove_s(to, room, from, bytes);
}

int syspte_crt_strcpy_s(char *to, size_t room, const char *from)
{
    return syspte_crt_memmove_s(to, room, from, __builtin_strlen(from) + 1);
}

int syspte_crt_strcat_s(char *to, size_t room, const char *from)
{
    size_t count = __builtin_strlen(to);
    need(count <= room);
    return syspte_crt_strcpy_s(to + count, room - count, from);
}

int syspte_crt_wcscpy_s(WCHAR *to, size_t room, const WCHAR *from)
{
    size_t count = syspte_crt_wcslen(from) + 1;
    need(count <= room);
    __builtin_memmove(to, from, count * sizeof *to);
    return 0;
}

int syspte_crt_wcscat_s(WCHAR *to, size_t room, const WCHAR *from)
{
    size_t count = syspte_crt_wcslen(to);
    need(count <= room);
    return syspte_crt_wcscpy_s(to + count, room - count, from);
}
