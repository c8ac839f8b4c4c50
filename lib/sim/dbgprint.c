// SPDX-License-Identifier: MIT
// DbgPrint and its relatives: a message is formatted into 512 bytes on the stack and given to the
// writer in one call, so that messages of two threads do not mix.
#include <syspte/debug.h>

#include <stdatomic.h>
#include <wdm.h>

#include "sim/format.h"

enum { MESSAGE_BYTES = 512 };

static _Atomic(const syspte_writer *) debug_writer; // NULL: stderr

void syspte_debug_writer_set(const syspte_writer *writer)
{
    atomic_store(&debug_writer, writer);
}

static ULONG message_write(const char *prefix, const char *format, va_list arguments)
{
    const syspte_writer *writer = atomic_load(&debug_writer);
    char text[MESSAGE_BYTES];
    syspte_utf8 message = {.at = text, .bytes = sizeof text};

    syspte_utf8_put(&message, prefix, __builtin_strlen(prefix));
    syspte_format_write(&message, format, arguments);
    syspte_utf8_trim(&message);
    if (writer == NULL) {
        writer = &syspte_writer_stderr;
    }
    if (message.used != 0) {
        writer->write(writer->context, text, message.used);
    }
    return (ULONG)STATUS_SUCCESS;
}

ULONG DbgPrint(PCSTR Format, ...)
{
    ULONG status;
    va_list arguments;

    va_start(arguments, Format);
    status = message_write("", Format, arguments);
    va_end(arguments);
    return status;
}

ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...)
{
    ULONG status;
    va_list arguments;

    UNREFERENCED_PARAMETER(ComponentId);
    UNREFERENCED_PARAMETER(Level);
    va_start(arguments, Format);
    status = message_write("", Format, arguments);
    va_end(arguments);
    return status;
}

ULONG vDbgPrintEx(ULONG ComponentId, ULONG Level, PCCH Format, va_list arglist)
{
    return vDbgPrintExWithPrefix("", ComponentId, Level, Format, arglist);
}

ULONG vDbgPrintExWithPrefix(PCCH Prefix, ULONG ComponentId, ULONG Level, PCCH Format,
                            va_list arglist)
{
    UNREFERENCED_PARAMETER(ComponentId);
    UNREFERENCED_PARAMETER(Level);
    return message_write(Prefix, Format, arglist);
}
