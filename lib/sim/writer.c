// SPDX-License-Identifier: MIT
// The two writers every process has: its own streams, through the port and unbuffered.
#include <syspte/writer.h>

#include "port/port.h"

static const int stdout_stream = 1;
static const int stderr_stream = 2;

static void stream_write(void *context, const char *text, size_t bytes)
{
    syspte_port_write(*(const int *)context, text, bytes);
}

const syspte_writer syspte_writer_stdout = {stream_write, (void *)&stdout_stream};
const syspte_writer syspte_writer_stderr = {stream_write, (void *)&stderr_stream};
