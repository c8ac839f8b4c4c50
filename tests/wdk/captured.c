// SPDX-License-Identifier: MIT
// The port's output function for tests that link single sources of the library.
#include "captured.h"

#include "port/port.h"
#include <string.h>

captured captured_output;

void captured_clear(void)
{
    memset(&captured_output, 0, sizeof captured_output);
}

void syspte_port_write(int stream, const char *text, size_t bytes)
{
    captured *to = &captured_output;
    size_t room = sizeof to->text - 1 - to->bytes;

    bytes = bytes < room ? bytes : room;
    memcpy(to->text + to->bytes, text, bytes);
    to->bytes += bytes;
    to->text[to->bytes] = 0;
    to->calls++;
    to->stream = stream;
}
