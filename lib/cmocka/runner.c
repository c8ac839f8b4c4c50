// SPDX-License-Identifier: MIT
// Runs a table of tests. CMocka gets a copy of it: there each entry of ours has a private entry as
// its initial state, and our teardown. CMocka lets a group's state override every initial state,
// so the group's own fixtures are called by ours, which keep their state here and leave CMocka's at
// NULL. The copy hands that state to each test: to the plain ones as their initial state, to ours
// inside the private entry.
#include "adapter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct group {
    struct CMUnitTest *tests;     // the copy
    syspte_cmocka_entry *entries; // one for each test; unused for a plain one
    size_t test_count;
    CMFixtureFunction setup;
    CMFixtureFunction teardown;
    void *state; // what the group's own fixtures see as *state
} group;

// CMocka's fixtures are given no context, and it can run one group at a time.
static group *running;

// What is kept until the process ends: a record, or a name, which findings go on to point at.
typedef struct kept {
    struct kept *next;
    syspte_cmocka_test test; // of a record
    char name[];             // of a name
} kept;

static kept *all_kept;

bool syspte_cmocka_is_running(void)
{
    return running != NULL;
}

static void kept_free(void)
{
    while (all_kept != NULL) {
        kept *next = all_kept->next;
        free(all_kept);
        all_kept = next;
    }
}

// With room for `more` bytes behind it; NULL without memory.
static kept *kept_add(size_t more)
{
    kept *added = malloc(sizeof(*added) + more);
    if (added == NULL || (all_kept == NULL && atexit(kept_free) != 0)) {
        free(added);
        return NULL;
    }
    added->next = all_kept;
    all_kept = added;
    return added;
}

void *syspte_cmocka_record(CMUnitTestFunction test, CMFixtureFunction setup,
                           CMFixtureFunction teardown, void *state, const syspte_config *config,
                           bool judges_growth, long cycles, bool each_failure, const char *file,
                           int line)
{
    kept *added = kept_add(0);
    if (added == NULL)
        return NULL;
    added->test = (syspte_cmocka_test){.test = test,
                                       .setup = setup,
                                       .teardown = teardown,
                                       .state = state,
                                       .config = config,
                                       .judges_growth = judges_growth,
                                       .cycles = cycles,
                                       .each_failure = each_failure,
                                       .file = file,
                                       .line = line};
    return &added->test;
}

// "VERIFIER", or nothing where the config is not filled in yet or has the default's strictness.
static const char *strictness_of(const syspte_config *config)
{
    static const char *const words[] = {"FREE", "TRACK", "CHECK", "VERIFIER"};
    bool usual = config == NULL || config->profile == NULL ||
                 config->strictness == syspte_config_default().strictness;
    return usual || (size_t)config->strictness >= sizeof(words) / sizeof(words[0])
               ? ""
               : words[config->strictness];
}

// The same for the profile: "win7-x86".
static const char *profile_of(const syspte_config *config)
{
    if (config == NULL || config->profile == NULL || config->profile->name == NULL)
        return "";
    bool usual = strcmp(config->profile->name, syspte_config_default().profile->name) == 0;
    return usual ? "" : config->profile->name;
}

// The name of an entry: with "[VERIFIER]", "[FREE, win7-x86]" or "[each failure]" behind it for
// what it has otherwise than a plain one. NULL without memory.
static const char *name_of(const char *name, const syspte_cmocka_test *test)
{
    const char *parts[] = {strictness_of(test->config), profile_of(test->config),
                           test->each_failure ? "each failure" : ""};
    size_t bytes = strlen(name) + sizeof(" [, , ]");
    const char *before = " [";

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        bytes += strlen(parts[i]);
    if (bytes == strlen(name) + sizeof(" [, , ]"))
        return name;
    kept *added = kept_add(bytes);
    if (added == NULL)
        return NULL;
    strcpy(added->name, name);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i][0] == '\0')
            continue;
        strcat(strcat(added->name, before), parts[i]);
        before = ", ";
    }
    return strcat(added->name, "]");
}

static int group_setup(void **state)
{
    (void)state;
    int result = running->setup(&running->state);
    if (result != 0 || running->state == NULL)
        return result;

    for (size_t i = 0; i < running->test_count; i++) {
        if (running->tests[i].test_func == syspte_cmocka_body)
            ((syspte_cmocka_entry *)running->tests[i].initial_state)->state = running->state;
        else
            running->tests[i].initial_state = running->state;
    }
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    syspte_cmocka_clear();
    return running->teardown(&running->state);
}

static bool table_copy(group *made, const struct CMUnitTest *tests)
{
    size_t entry_bytes = sizeof(*made->entries) + sizeof(*made->tests);
    if (made->test_count > SIZE_MAX / entry_bytes)
        return false;
    made->tests = calloc(made->test_count + 1, sizeof(*made->tests));
    made->entries = calloc(made->test_count + 1, sizeof(*made->entries));
    if (made->tests == NULL || made->entries == NULL)
        return false;

    for (size_t i = 0; i < made->test_count; i++) {
        made->tests[i] = tests[i];
        if (tests[i].test_func != syspte_cmocka_body)
            continue;
        if (tests[i].initial_state == NULL)
            return false;
        made->entries[i].test = tests[i].initial_state;
        made->entries[i].title = tests[i].name;
        made->entries[i].name = name_of(tests[i].name, made->entries[i].test);
        if (made->entries[i].name == NULL)
            return false;
        made->tests[i].name = made->entries[i].name;
        made->entries[i].state = made->entries[i].test->state;
        made->tests[i].initial_state = &made->entries[i];
        made->tests[i].teardown_func = syspte_cmocka_end;
    }
    return true;
}

// With SYSPTE_REPLAY in the environment only the entries that it names are left. False: there are
// none.
static bool table_replay(group *made)
{
    size_t left = 0;

    if (getenv("SYSPTE_REPLAY") == NULL)
        return true;
    for (size_t i = 0; i < made->test_count; i++) {
        const syspte_cmocka_entry *entry = &made->entries[i];
        if (entry->test != NULL && entry->test->each_failure &&
            syspte_failure_replay(entry->title) != 0)
            made->tests[left++] = made->tests[i];
    }
    made->test_count = left;
    return left > 0;
}

static int table_run(group *made, const char *group_name)
{
    running = made;
    int result = _cmocka_run_group_tests(group_name, made->tests, made->test_count,
                                         made->setup != NULL ? group_setup : NULL,
                                         made->teardown != NULL ? group_teardown : NULL);
    syspte_cmocka_clear();
    running = NULL;
    if (syspte_cmocka_misused_outside()) {
        fprintf(stderr,
                "syspte: %s fails: the library was misused outside of its tests, see the "
                "message above\n",
                group_name);
        result++;
    }
    if (syspte_suppressions_report(NULL) > 0 && syspte_options_unused_fails())
        result++;
    return result;
}

int syspte_cmocka_run(const char *group_name, const struct CMUnitTest *tests, size_t test_count,
                      CMFixtureFunction setup, CMFixtureFunction teardown)
{
    group made = {.test_count = test_count, .setup = setup, .teardown = teardown};
    int result = 1;

    if (!table_copy(&made, tests))
        fprintf(stderr, "syspte: no memory for the %zu tests of %s: none was run\n", test_count,
                group_name);
    else if (!table_replay(&made))
        fprintf(stderr,
                "syspte: SYSPTE_REPLAY=%s names no run of a syspte_unit_test_each_failure in %s: "
                "no test was run (it is TEST:RUN, as in the report)\n",
                getenv("SYSPTE_REPLAY"), group_name);
    else
        result = table_run(&made, group_name);
    free(made.entries);
    free(made.tests);
    return result;
}
