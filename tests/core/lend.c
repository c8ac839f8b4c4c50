// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "core_test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

jmp_buf core_panic_jump;
bool core_panic_awaited;

const syspte_account_sizes core_sizes = {.ledger_rows = 256,
                                         .contexts = 128,
                                         .holdings = 32,
                                         .history_rows = 16,
                                         .findings = 64,
                                         .stack_words = 256,
                                         .stack_slots = 64};

void *core_lend(uint64_t bytes)
{
    void *storage = aligned_alloc(64, (size_t)((bytes + 63) / 64 * 64));
    assert_non_null(storage);
    memset(storage, 0, (size_t)((bytes + 63) / 64 * 64));
    return storage;
}

void *core_reserve(uint64_t bytes)
{
    void *storage = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return storage == MAP_FAILED ? NULL : storage;
}

void core_unreserve(void *storage, uint64_t bytes)
{
    assert_int_equal(munmap(storage, (size_t)bytes), 0);
}

void core_zero(void *from, uint64_t bytes)
{
    uintptr_t page = ((uintptr_t)from + 4095) & ~(uintptr_t)4095;
    uint64_t before = page - (uintptr_t)from;
    if (bytes < 1u << 26) {
        memset(from, 0, (size_t)bytes);
        return;
    }
    memset(from, 0, (size_t)before);
    uint64_t whole = (bytes - before) & ~(uint64_t)4095;
    assert_int_equal(madvise((void *)page, (size_t)whole, MADV_DONTNEED), 0);
    memset((char *)page + whole, 0, (size_t)(bytes - before - whole));
}

bool core_all_zero(const void *from, uint64_t bytes)
{
    const unsigned char *at = from;
    for (uint64_t i = 0; i < bytes; i++) {
        if (at[i] != 0) {
            return false;
        }
    }
    return true;
}

void core_panic(const char *text)
{
    if (core_panic_awaited) {
        longjmp(core_panic_jump, 1);
    }
    fail_msg("panic: %s", text);
}

static void collect(void *context, const char *words, size_t bytes)
{
    core_text *text = context;
    assert_true(text->bytes + bytes < sizeof(text->text));
    memcpy(text->text + text->bytes, words, bytes);
    text->bytes += bytes;
    text->text[text->bytes] = 0;
    text->calls++;
    text->longest = bytes > text->longest ? bytes : text->longest;
}

syspte_writer core_text_writer(core_text *text)
{
    memset(text, 0, sizeof(*text));
    return (syspte_writer){.write = collect, .context = text};
}

core_account *core_account_open(const syspte_account_sizes *sizes)
{
    core_account *a = core_lend(sizeof(*a));
    a->sizes = *sizes;
    a->storage = core_lend(syspte_account_storage(sizes) + 64);
    a->behind = (unsigned char *)a->storage + syspte_account_storage(sizes);
    memset(a->behind, 0xA5, 64);
    syspte_account_init(&a->account, a->storage, sizes, 0xFFFFF88000000000ull, core_panic);
    return a;
}

void core_account_close(core_account *a)
{
    const char *broken = syspte_account_check(&a->account);
    if (broken != NULL) {
        fail_msg("%s", broken);
    }
    for (unsigned i = 0; i < 64; i++) {
        assert_int_equal(a->behind[i], 0xA5); // nothing was written behind what was lent
    }
    free(a->storage);
    free(a);
}

syspte_context core_context(const char *file, uint32_t line)
{
    return (syspte_context){.file = file,
                            .function = "StartDevice",
                            .line = line,
                            .protect = 0x240,
                            .thread = 1,
                            .api = SYSPTE_API_MM_MAP_IO_SPACE,
                            .kind = SYSPTE_KIND_IO_SPACE,
                            .cache = SYSPTE_CACHE_NONCACHED};
}

uint32_t core_site(core_account *a, const char *file, uint32_t line)
{
    syspte_context context = core_context(file, line);
    return syspte_contexts_intern(&a->account.contexts, &context);
}

syspte_row core_map(core_account *a, uint64_t id, uint64_t pte_count, uint32_t context)
{
    syspte_row row = {.id = id,
                      .physical_address = 0xFEBC0000u + id * 0x1000,
                      .bytes = pte_count * 0x1000,
                      .pte_count = pte_count,
                      .context = context};
    syspte_ledger_reach(&a->account.ledger, id, pte_count);
    syspte_account_born(&a->account, &row);
    return row;
}

void core_unmap(core_account *a, uint64_t id)
{
    syspte_row row;
    assert_true(syspte_ledger_find(&a->account.ledger, id, &row));
    syspte_account_ended(&a->account, &row, 0);
}
