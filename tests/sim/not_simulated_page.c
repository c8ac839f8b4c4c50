// SPDX-License-Identifier: MIT
// syspte_not_simulated_page FILE: fails if FILE is not the page that the table of functions that
// are not simulated makes. With --sites: the same for the header of their site macros. With
// --update before FILE: writes it.
#include "page.h"

#include <stdbool.h>
#include <string.h>

typedef enum header { NONE, NTDDK_H, NTIFS_H, UNDECLARED_H, BUILT_IN } header;

typedef struct row {
    header header;
    unsigned since;
    const char *name;
    const char *advice; // of a group, whose title is the name
} row;

#define GROUP(title, advice)    {NONE, 0, title, advice},
#define NTDDK(name, since)      {NTDDK_H, since, #name, NULL},
#define NTIFS(name, since)      {NTIFS_H, since, #name, NULL},
#define UNDECLARED(name, since) {UNDECLARED_H, since, #name, NULL},
#define INTRINSIC(name)         {BUILT_IN, 0, #name, NULL},
static const row rows[] = {
#include "sim/not_simulated.h"
};

enum { ROWS = sizeof rows / sizeof rows[0] };

// ---- The page

static const char introduction[] =
    "# Functions that are not simulated\n"
    "\n"
    "They exist so that driver source compiles and links as a whole. A call of one stops the test\n"
    "with a finding at the call's place, `call in DriverEntry is of a function that is not "
    "simulated:\n"
    "ZwCreateFile`: none of them ever succeeds. `MmGetSystemRoutineAddress` finds them where that\n"
    "version of Windows has them (`syspte_routine_hide` hides one). A test that defines a "
    "function of\n"
    "such a name itself replaces it: `NTSTATUS (ZwDeleteFile)(POBJECT_ATTRIBUTES File)`, in\n"
    "parentheses,"
    " for the name is a macro too. What is not here and not in `lib/sim/routines.h` does "
    "not\nlink.\n"
    "\n"
    "The functions of a DMA adapter that are not simulated are reached through the adapter, not "
    "by\n"
    "name: they are named by the [limits](limits.md).\n"
    "\n"
    "This page and `include/wdk/syspte_wdk/sites_not_simulated.h` are generated from\n"
    "`lib/sim/not_simulated.h`: change that, then run `syspte_not_simulated_page --update\n"
    "docs/not-simulated.md` and `syspte_not_simulated_page --sites --update` with that header.\n";

static const char *version_name(unsigned since)
{
    static const struct {
        unsigned version;
        const char *name;
    } versions[] = {{0x0500, "2000"}, {0x0501, "XP"}, {0x0502, "Server 2003"}, {0x0600, "Vista"},
                    {0x0601, "7"},    {0x0602, "8"},  {0x0603, "8.1"},         {0x0A00, "10"}};
    for (unsigned i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        if (versions[i].version == since) {
            return versions[i].name;
        }
    }
    return "";
}

static void put_page(FILE *out)
{
    static const char *const declared[] = {
        [NTDDK_H] = "`<ntddk.h>`",
        [NTIFS_H] = "`<ntifs.h>`",
        [UNDECLARED_H] = "the driver itself",
        [BUILT_IN] = "`<ntddk.h>` (built into Microsoft's compiler)",
    };
    fputs(introduction, out);
    for (unsigned i = 0; i < ROWS; i++) {
        if (rows[i].header == NONE) {
            fprintf(out,
                    "\n## %s\n\n%s\n\n| Function | Declared by | Since Windows |\n|---|---|---|\n",
                    rows[i].name, rows[i].advice);
        } else {
            fprintf(out, "| `%s` | %s | %s |\n", rows[i].name, declared[rows[i].header],
                    version_name(rows[i].since));
        }
    }
}

// ---- The macros

static void put_macros(FILE *out, bool of_ntifs)
{
    for (unsigned i = 0; i < ROWS; i++) {
        bool is_ntifs = rows[i].header == NTIFS_H;
        if (rows[i].header != NONE && rows[i].header != UNDECLARED_H && is_ntifs == of_ntifs) {
            fprintf(out, "#define %s(...) \\\n    SYSPTE_WDK_AT(%s, __VA_ARGS__)\n", rows[i].name,
                    rows[i].name);
        }
    }
}

static void put_sites(FILE *out)
{
    fputs("// SPDX-License-Identifier: MIT\n"
          "// The place of a call of a function that is not simulated. Generated from\n"
          "// lib/sim/not_simulated.h by syspte_not_simulated_page. Part of syspte_sites.h, which\n"
          "// says what such macros are for; ntifs.h includes it once more.\n"
          "// clang-format off\n"
          "#ifndef SYSPTE_WDK_SITES_NOT_SIMULATED_H\n"
          "#define SYSPTE_WDK_SITES_NOT_SIMULATED_H\n"
          "\n"
          "SYSPTE_WDK_BEGIN\n"
          "VOID syspte_call_site(const char *name, const char *file, unsigned line,\n"
          "                      const char *function);\n"
          "SYSPTE_WDK_END\n"
          "\n"
          "#ifndef SYSPTE_NO_SITE_MACROS\n"
          "#define SYSPTE_WDK_AT(name, ...) \\\n"
          "    (syspte_call_site(#name, SYSPTE_SITE), (name)(__VA_ARGS__))\n",
          out);
    put_macros(out, false);
    fputs("#endif\n"
          "\n"
          "#endif\n"
          "\n"
          "#if defined(SYSPTE_WDK_NTIFS) && !defined(SYSPTE_SITES_NTIFS)\n"
          "#define SYSPTE_SITES_NTIFS\n"
          "#ifndef SYSPTE_NO_SITE_MACROS\n",
          out);
    put_macros(out, true);
    fputs("#endif\n"
          "#endif\n",
          out);
}

int main(int argc, char **argv)
{
    static const page documentation = {put_page, "lib/sim/not_simulated.h",
                                       "syspte_not_simulated_page --update"};
    static const page sites = {put_sites, "lib/sim/not_simulated.h",
                               "syspte_not_simulated_page --sites --update"};
    if (argc > 1 && strcmp(argv[1], "--sites") == 0) {
        return page_main(&sites, argc - 1, argv + 1);
    }
    return page_main(&documentation, argc, argv);
}
