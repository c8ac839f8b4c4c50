// SPDX-License-Identifier: MIT
// Output goes straight to the file descriptors: what is written just before the process ends is
// not lost in a buffer, and nothing is allocated.
#define _GNU_SOURCE
#include "../port.h"
#include "symtab.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void syspte_port_write(int stream, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t done = write(stream, text, bytes);
        if (done > 0) {
            text += done;
            bytes -= (size_t)done;
        } else if (done < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            // A terminal or pipe that another process made non-blocking: wait for room.
            struct pollfd room = {.fd = stream, .events = POLLOUT};
            (void)poll(&room, 1, -1);
        } else if (done == 0 || errno != EINTR) {
            return;
        }
    }
}

static const char *name_without_folders(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

// The function that an address is in: as the loader knows it, else as the image's file does.
static bool function_of(uintptr_t code_address, const Dl_info *info, const struct link_map *image,
                        char *name, size_t bytes, uintptr_t *inside)
{
    if (info->dli_sname != NULL && info->dli_saddr != NULL) {
        (void)snprintf(name, bytes, "%s", info->dli_sname);
        *inside = code_address - (uintptr_t)info->dli_saddr;
        return true;
    }
    if (image == NULL) {
        return false;
    }
    const char *path = image->l_name[0] == 0 ? "/proc/self/exe" : image->l_name; // the program
    return syspte_symtab_find(path, code_address - image->l_addr, name, bytes, inside);
}

void syspte_port_symbol(uintptr_t code_address, char *out, size_t bytes)
{
    Dl_info info;
    void *image = NULL;
    char name[256];
    uintptr_t inside = 0;
    if (dladdr1((void *)code_address, &info, &image, RTLD_DL_LINKMAP) == 0 ||
        info.dli_fname == NULL) {
        (void)snprintf(out, bytes, "?");
        return;
    }
    const char *module = name_without_folders(info.dli_fname);
    unsigned long long offset = code_address - (uintptr_t)info.dli_fbase;
    if (!function_of(code_address, &info, image, name, sizeof name, &inside)) {
        (void)snprintf(out, bytes, "%s+0x%llx", module, offset);
        return;
    }
    (void)snprintf(out, bytes, "%s+0x%llx (%s+0x%llx)", module, offset, name,
                   (unsigned long long)inside);
}

void syspte_port_panic(const char *text)
{
    size_t length = strlen(text);
    syspte_port_write(STDERR_FILENO, text, length);
    if (length == 0 || text[length - 1] != '\n') {
        syspte_port_write(STDERR_FILENO, "\n", 1);
    }
    abort();
}
