// SPDX-License-Identifier: MIT
// Runs files through the fuzz target without libFuzzer: fuzz_replay FILE...
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int main(int argc, char **argv)
{
    static uint8_t data[1 << 16];
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL) {
            perror(argv[i]);
            return 1;
        }
        size_t bytes = fread(data, 1, sizeof(data), file);
        fclose(file);
        (void)LLVMFuzzerTestOneInput(data, bytes);
    }
    printf("%d inputs went through\n", argc - 1);
    return argc < 2;
}
