// SPDX-License-Identifier: MIT
// Compares byte by byte with what would be written, so that the line that differs can be told.
#include "page.h"

#include <stdlib.h>
#include <string.h>

static int update(const page *p, const char *path)
{
    FILE *out = fopen(path, "w");
    if (out == NULL) {
        perror(path);
        return 2;
    }
    p->put(out);
    return fclose(out) == 0 ? 0 : 2;
}

static int compare(const page *p, const char *path)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *made = open_memstream(&text, &bytes);
    FILE *in = fopen(path, "r");
    unsigned line = 1;
    int same = in != NULL && made != NULL;
    if (made != NULL) {
        p->put(made);
        same = fclose(made) == 0 && same;
    }
    for (size_t i = 0; same && i <= bytes; i++) {
        int found = fgetc(in);
        same = found == (i < bytes ? (unsigned char)text[i] : EOF);
        line += same && found == '\n';
    }
    if (in != NULL) {
        fclose(in);
    }
    free(text);
    if (!same) {
        fprintf(stderr, "%s:%u: not as %s has it: run %s %s\n", path, line, p->made_from,
                p->command, path);
    }
    return same ? 0 : 1;
}

int page_main(const page *p, int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--update") == 0) {
        return update(p, argv[2]);
    }
    if (argc == 2) {
        return compare(p, argv[1]);
    }
    fprintf(stderr, "usage: %s [--update] FILE\n", argv[0]);
    return 2;
}
