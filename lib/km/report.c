// SPDX-License-Identifier: MIT
// The report, in the core's words, and what could not be followed. It is made in a draft under the
// lock and written without it; one report at a time.
#include "km/km.h"

#include "core/report.h"
#include "core/text.h"

typedef struct sheet {
    CHAR *text;
    ULONG bytes;
} sheet;

static void draft_add(void *context, const char *text, size_t bytes)
{
    sheet *d = context;
    for (size_t i = 0; i < bytes && d->bytes < SYSPTE_KM_DRAFT_BYTES - 1; i++) {
        d->text[d->bytes++] = text[i];
    }
    d->text[d->bytes] = 0;
}

static VOID count_add(syspte_text *text, uint64_t count, const char *noun, const char *why)
{
    if (count != 0) {
        syspte_text_add(text, "syspte: ");
        syspte_text_count(text, count, noun);
        syspte_text_add(text, why);
        syspte_text_end(text);
    }
}

static VOID counts_add(const syspte_writer *into)
{
    syspte_km_state *km = &syspte_km;
    syspte_text text;
    text.writer = into;
    text.used = 0;
    count_add(&text, km->missed_full, "mapping", " not noted: the table was full");
    count_add(&text, (uint64_t)(ULONG)km->missed_irql, "call", " not noted: above DISPATCH_LEVEL");
    count_add(&text, km->not_followed, "unmap", " of what was never seen mapped");
    count_add(&text, km->foreign, "mapping", " of MDLs that others made");
    count_add(&text, km->ended_unseen, "mapping",
              " ended unseen: the kernel used the address again");
}

static VOID debugger_write(PVOID context, PCSTR line, SIZE_T bytes)
{
    CHAR piece[160];
    UNREFERENCED_PARAMETER(context);
    while (bytes > 0) {
        SIZE_T some = bytes < sizeof(piece) - 1 ? bytes : sizeof(piece) - 1;
        RtlCopyMemory(piece, line, some);
        piece[some] = 0;
        DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "%s", piece);
        line += some;
        bytes -= some;
    }
}

static VOID draft_write(const sheet *d, const syspte_km_writer *out)
{
    ULONG begin = 0;
    for (ULONG end = 1; end <= d->bytes; end++) {
        if (d->text[end - 1] == '\n' || end == d->bytes) {
            out->write(out->context, d->text + begin, end - begin);
            begin = end;
        }
    }
}

VOID syspte_km_report(const syspte_km_writer *writer)
{
    static const syspte_km_writer debugger = {debugger_write, NULL};
    syspte_report_style style = {sizeof(PVOID) * 8, NULL};
    KIRQL irql;
    if (InterlockedExchange(&syspte_km.reporting, 1) != 0) {
        return;
    }
    if (!syspte_km_enter(&irql)) {
        InterlockedExchange(&syspte_km.reporting, 0);
        return;
    }
    sheet d = {syspte_km.draft, 0};
    syspte_writer into = {draft_add, &d};
    syspte_report_write(&syspte_km.account, &style, &into);
    counts_add(&into);
    KeReleaseSpinLock(&syspte_km.lock, irql);
    draft_write(&d, writer != NULL ? writer : &debugger);
    InterlockedExchange(&syspte_km.reporting, 0);
    InterlockedDecrement(&syspte_km.inside);
}

// ---- Inspect

VOID syspte_km_counts_now(syspte_km_counts *out)
{
    syspte_km_state *km = &syspte_km;
    KIRQL irql;
    RtlZeroMemory(out, sizeof(*out));
    if (syspte_km_enter(&irql)) {
        out->live = km->account.holdings.count;
        out->capacity = km->capacity;
        out->missed_full = km->missed_full;
        out->missed_irql = (ULONG)km->missed_irql;
        out->not_followed = km->not_followed;
        out->foreign = km->foreign;
        out->ended_unseen = km->ended_unseen;
        syspte_km_leave(irql);
    }
}

static VOID text_copy(CHAR *out, ULONG bytes, const char *from, BOOLEAN its_end)
{
    ULONG length = from == NULL ? 0 : syspte_text_length(from);
    ULONG skip = its_end && length >= bytes ? length - (bytes - 1) : 0;
    ULONG i = 0;
    for (; i + skip < length && i < bytes - 1; i++) {
        out[i] = from[i + skip];
    }
    out[i] = 0;
}

ULONG syspte_km_records(syspte_km_record *out, ULONG most)
{
    syspte_account *account = &syspte_km.account;
    KIRQL irql;
    uint64_t cursor = 0;
    ULONG count = 0;
    syspte_row row;
    if (!syspte_km_enter(&irql)) {
        return 0;
    }
    while (syspte_account_held_next(account, &cursor, &row)) {
        if (!syspte_account_is_mapping(account, &row)) {
            continue;
        }
        if (count < most) {
            const syspte_context *call = syspte_contexts_at(&account->contexts, row.context);
            syspte_km_record *record = &out[count];
            record->physical_address = row.physical_address;
            record->bytes = row.bytes;
            record->sequence = row.sequence;
            record->pages = (ULONG)row.pte_count;
            record->line = call->line;
            text_copy(record->file, sizeof(record->file), call->file, TRUE);
            text_copy(record->function, sizeof(record->function), call->function, FALSE);
        }
        count++;
    }
    syspte_km_leave(irql);
    return count;
}
