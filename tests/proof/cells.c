// SPDX-License-Identifier: MIT
// proof_cells [STRIDE]: what a cell does not keep of a row comes back by arithmetic: its bytes. Of
// them a cell has the lowest 12 bits, of the address the offset into its page, and the PTE count
// says the rest. Every offset and every length modulo a page, with mappings of one PTE, of a few,
// of the most, and with spare PTEs; with a STRIDE, every so manyth offset.
#include "core/ledger.h"

#include <stdio.h>
#include <stdlib.h>

static void panic(const char *text)
{
    fprintf(stderr, "proof_cells: %s\n", text);
    abort();
}

static bool comes_back(const syspte_row *row)
{
    syspte_cell cells[2] = {{0, 0}, {0, 0}};
    syspte_ledger ledger = {.cells = cells, .capacity = 2, .panic = panic};
    syspte_row out;
    syspte_ledger_note(&ledger, row);
    return syspte_ledger_find(&ledger, row->id, &out) && out.bytes == row->bytes &&
           out.pte_count == row->pte_count && out.spare == row->spare &&
           out.physical_address == row->physical_address;
}

// All lengths that end in the last page of `mapped` PTEs.
static uint64_t count_wrong(uint64_t mapped, uint32_t spare, uint64_t offset)
{
    uint64_t wrong = 0;
    uint64_t most = (mapped << 12) - offset;
    uint64_t least = mapped == 1 ? 1 : most - 4095;
    for (uint64_t bytes = least; bytes <= most; bytes++) {
        syspte_row row = {.physical_address = 0xFEBC0000u + offset,
                          .bytes = bytes,
                          .pte_count = mapped + spare,
                          .spare = spare,
                          .sequence = 1};
        wrong += !comes_back(&row);
        wrong += (offset + bytes + 0xFFF) >> 12 != mapped; // its span
    }
    if (wrong != 0) {
        printf("%llu PTEs and %u spare, offset 0x%llX: %llu lengths come back wrong\n",
               (unsigned long long)mapped, spare, (unsigned long long)offset,
               (unsigned long long)wrong);
    }
    return wrong;
}

int main(int argc, char **argv)
{
    static const struct {
        uint64_t mapped;
        uint32_t spare;
    } shapes[] = {{1, 0}, {1, 2}, {2, 0}, {3, 4095}, {1ull << 32, 0}};
    uint64_t stride = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t failed = 0;
    if (stride == 0) {
        fprintf(stderr, "usage: proof_cells [STRIDE]\n");
        return 2;
    }
    for (unsigned i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        for (uint64_t offset = 0; offset < 4096; offset += stride) {
            failed += count_wrong(shapes[i].mapped, shapes[i].spare, offset) != 0;
        }
    }
    printf("every length at every offset%s: %llu offsets wrong\n", stride > 1 ? " looked at" : "",
           (unsigned long long)failed);
    return failed != 0;
}
