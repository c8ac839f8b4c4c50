// SPDX-License-Identifier: MIT
// All tests of lib/core in one program: `test_core` runs every group, `test_core pool` that one.
#include "core_test.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    int ran = 0;
    int failed = core_run(argc > 1 ? argv[1] : NULL, &ran);
    if (ran == 0) {
        fprintf(stderr, "test_core: there is no group \"%s\"\n", argv[1]);
        return 2;
    }
    return failed != 0;
}
