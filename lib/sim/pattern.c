// SPDX-License-Identifier: MIT
// Patterns of suppressions. A pattern is pieces between stars, each of which is looked for behind
// the one before; the first that is found is right, because what follows only gets more room.
#include "sim/suppression.h"

#include <string.h>

// Where the piece first is in the text, or NULL.
static const char *find(const char *text, const char *piece, size_t length)
{
    for (; strlen(text) >= length; text++) {
        if (strncmp(text, piece, length) == 0) {
            return text;
        }
    }
    return NULL;
}

// True if the text ends with the piece; all of it, if it is anchored.
static bool ends_with(const char *text, const char *piece, size_t length, bool anchored)
{
    size_t whole = strlen(text);
    return whole >= length && (!anchored || whole == length) &&
           strncmp(text + whole - length, piece, length) == 0;
}

bool syspte_pattern_matches(const char *pattern, const char *text)
{
    bool anchored = *pattern == '^';
    pattern += anchored;
    size_t left = strlen(pattern);
    bool to_end = left != 0 && pattern[left - 1] == '$';
    left -= to_end;
    for (;;) {
        const char *star = memchr(pattern, '*', left);
        size_t length = star != NULL ? (size_t)(star - pattern) : left;
        if (star == NULL && to_end) {
            return ends_with(text, pattern, length, anchored);
        }
        if (anchored && strncmp(text, pattern, length) != 0) {
            return false;
        }
        text = anchored ? text : find(text, pattern, length);
        if (text == NULL || star == NULL) {
            return text != NULL;
        }
        text += length;
        pattern += length + 1;
        left -= length + 1;
        anchored = false;
    }
}
