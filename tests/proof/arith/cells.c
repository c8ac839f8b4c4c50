// SPDX-License-Identifier: MIT
// A row of the ledger in its cells and back. Each field takes every single bit and all bits at once
// while the field that shares its word is anything it may be: packing shifts and joins, so what
// holds for each bit holds for every number. Bytes come back by arithmetic: cells.c of the folder
// above.
#include "arith.h"

#include "core/ledger.h"

enum { CELLS = 4, ID = 1 };

static void panic(const char *text)
{
    (void)text;
    //@ assert no_panic: \false;
}

static syspte_row any_row(void)
{
    return (syspte_row){.id = ID,
                        .physical_address = any(0, (1ull << 52) - 1),
                        .bytes = any(0, UINT64_MAX),
                        .pte_count = any(1, 1ull << 32),
                        .spare = (uint32_t)any(0, (1u << 12) - 1),
                        .front = (uint32_t)any(0, (1u << 11) - 1),
                        .scattered = any(0, 1) != 0,
                        .sequence = any(1, (1ull << 36) - 1),
                        .context = 5};
}

// What a ledger says of `row` after it was noted.
static syspte_row noted(const syspte_row *row)
{
    syspte_cell cells[CELLS] = {0};
    syspte_ledger ledger = {.cells = cells, .capacity = CELLS, .panic = panic};
    syspte_row out;
    syspte_ledger_note(&ledger, row);
    bool found = syspte_ledger_find(&ledger, ID, &out);
    //@ assert found: found == 1;
    return out;
}

// Ended, a row is not found, and its cell keeps it.
static void ends(const syspte_row *row)
{
    syspte_cell cells[CELLS] = {0};
    syspte_ledger ledger = {.cells = cells, .capacity = CELLS, .panic = panic};
    syspte_row out;
    syspte_ledger_note(&ledger, row);
    syspte_ledger_strike_alone(&ledger, row);
    bool found = syspte_ledger_find(&ledger, ID, &out);
    //@ assert ended: found == 0;
    uint64_t kept = cells[ID].who & SYSPTE_WHO_ENDED;
    //@ assert kept: kept != 0;
    (void)kept;
}

// A page frame in the cell of a PTE inside a row.
static void frame_comes_back(uint64_t frame)
{
    syspte_cell cells[CELLS] = {0};
    syspte_ledger ledger = {.cells = cells, .capacity = CELLS, .panic = panic};
    uint64_t before = syspte_ledger_frame(&ledger, ID);
    //@ assert no_frame: before == SYSPTE_LEDGER_NO_FRAME;
    syspte_ledger_frame_note(&ledger, ID, frame);
    uint64_t after = syspte_ledger_frame(&ledger, ID);
    //@ assert frame: after == frame;
    (void)before;
    (void)after;
}

static void sequence_comes_back(uint64_t sequence, uint32_t context)
{
    syspte_row row = any_row();
    row.sequence = sequence;
    row.context = context;
    syspte_row out = noted(&row);
    //@ assert sequence: out.sequence == sequence;
    //@ assert unreported: out.reported == 0;
    ends(&row);
}

static void context_comes_back(uint32_t context)
{
    syspte_row row = any_row();
    row.context = context;
    syspte_row out = noted(&row);
    //@ assert context: out.context == context;
}

static void address_comes_back(uint64_t address)
{
    syspte_row row = any_row();
    row.physical_address = address;
    syspte_row out = noted(&row);
    //@ assert address: out.physical_address == address;
}

static void count_comes_back(uint64_t pte_count)
{
    syspte_row row = any_row();
    row.pte_count = pte_count;
    syspte_row out = noted(&row);
    //@ assert pte_count: out.pte_count == pte_count;
}

static void spare_comes_back(uint32_t spare, uint32_t front, bool scattered)
{
    syspte_row row = any_row();
    row.pte_count = any(2, 1ull << 32);
    row.spare = spare;
    row.front = front;
    row.scattered = scattered;
    syspte_row out = noted(&row);
    //@ assert spare: out.spare == spare;
    //@ assert front: out.front == front;
    //@ assert scattered: out.scattered == scattered;
}

int main(void)
{
    for (unsigned bit = 0; bit < 36; bit++) {
        sequence_comes_back(1ull << bit, 0);
        sequence_comes_back(1ull << bit, (1u << 24) - 1);
    }
    sequence_comes_back((1ull << 36) - 1, 0);
    for (unsigned bit = 0; bit < 24; bit++) {
        context_comes_back(1u << bit);
    }
    context_comes_back((1u << 24) - 1);
    for (unsigned bit = 0; bit < 52; bit++) {
        address_comes_back(1ull << bit);
    }
    address_comes_back((1ull << 52) - 1);
    for (unsigned bit = 0; bit <= 32; bit++) {
        count_comes_back(1ull << bit);
    }
    for (unsigned bit = 0; bit < 12; bit++) {
        spare_comes_back(1u << bit, 0, bit & 1);
        spare_comes_back((1u << 12) - 1, 1u << bit >> 1, !(bit & 1));
    }
    spare_comes_back(0, (1u << 11) - 1, false);
    for (unsigned bit = 0; bit < 40; bit++) {
        frame_comes_back((1ull << bit) - 1);
        frame_comes_back(1ull << bit);
    }
    Frama_C_show_each_end();
    return 0;
}
