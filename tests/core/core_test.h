// SPDX-License-Identifier: MIT
// What the tests of lib/core share: lent storage, the panic of a test, a small account.
#ifndef SYSPTE_TESTS_CORE_TEST_H
#define SYSPTE_TESTS_CORE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/account.h"
#include <syspte/writer.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

// ---- Storage (lend.c)

// Zeroed storage, aligned to 64; free() gives it back.
void *core_lend(uint64_t bytes);
// Zeros that cost memory only where they are touched; NULL if this host refuses.
void *core_reserve(uint64_t bytes);
void core_unreserve(void *storage, uint64_t bytes);
// The `zero` of a wipe; long stretches are given back to the host.
void core_zero(void *from, uint64_t bytes);
bool core_all_zero(const void *from, uint64_t bytes);

// ---- Panics

// Ends the test as failed, unless assert_panics is waiting for it.
void core_panic(const char *text);

extern jmp_buf core_panic_jump;
extern bool core_panic_awaited;

// Passes if `statement` ends in a panic. Its locals are void afterwards.
#define assert_panics(statement)                                                                   \
    do {                                                                                           \
        core_panic_awaited = true;                                                                 \
        if (setjmp(core_panic_jump) == 0) {                                                        \
            statement;                                                                             \
            core_panic_awaited = false;                                                            \
            fail_msg("no panic: %s", #statement);                                                  \
        }                                                                                          \
        core_panic_awaited = false;                                                                \
    } while (0)

// ---- Text

// Collects what a writer gets; `text` is always NUL-terminated.
typedef struct core_text {
    char text[16384];
    size_t bytes;
    unsigned calls;
    size_t longest; // call, in bytes
} core_text;

syspte_writer core_text_writer(core_text *text);

// ---- Accounts

typedef struct core_account {
    syspte_account account;
    syspte_account_sizes sizes;
    void *storage;
    unsigned char *behind; // the storage
} core_account;

extern const syspte_account_sizes core_sizes;

core_account *core_account_open(const syspte_account_sizes *sizes);
void core_account_close(core_account *a);

// The context of a call of `api` at file:line; what else a context has is as MmMapIoSpace leaves
// it.
syspte_context core_context(const char *file, uint32_t line);
uint32_t core_site(core_account *a, const char *file, uint32_t line);

// Notes a mapping of `pte_count` whole pages from PTE `id`, and ends one.
syspte_row core_map(core_account *a, uint64_t id, uint64_t pte_count, uint32_t context);
void core_unmap(core_account *a, uint64_t id);

// ---- Groups (groups.c)

// Runs the group of that name (NULL: all), and says how many groups that were. Returns how many
// tests failed.
int core_run(const char *only, int *ran);

// Each runs its tests and returns how many failed.

int core_test_pool(void);
int core_test_pool_check(void);
int core_test_ledger(void);
int core_test_ledger_contract(void);
int core_test_ledger_claim(void);
int core_test_ledger_hash(void);
int core_test_context(void);
int core_test_stack(void);
int core_test_history(void);
int core_test_findings(void);
int core_test_scope(void);
int core_test_account(void);
int core_test_holding(void);
int core_test_report(void);
int core_test_report_kinds(void);
int core_test_rule(void);
int core_test_text(void);
int core_test_bugcheck(void);
int core_test_quarantine(void);
int core_test_attribute(void);

#endif
