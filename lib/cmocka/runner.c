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
                           bool judges_growth, long cycles, const char *file, int line)
{
    kept *added = kept_add(0);
    if (added == NULL)
        return NULL;
    added->test = (syspte_cmocka_test){test,          setup,  teardown, state, config,
                                       judges_growth, cycles, file,     line};
    return &added->test;
}

// The name of an entry: with "[VERIFIER]" or "[FREE, win7-x86]" behind it for what its config has
// otherwise than the default. A config without a profile is not filled in yet. NULL without memory.
static const char *name_of(const char *name, const syspte_config *config)
{
    static const char *const words[] = {"FREE", "TRACK", "CHECK", "VERIFIER"};
    syspte_config usual = syspte_config_default();
    if (config == NULL || config->profile == NULL || config->profile->name == NULL)
        return name;

    bool strict = config->strictness != usual.strictness &&
                  (size_t)config->strictness < sizeof(words) / sizeof(words[0]);
    bool profile = strcmp(config->profile->name, usual.profile->name) != 0;
    if (!strict && !profile)
        return name;
    const char *strictness = strict ? words[config->strictness] : "";
    const char *between = strict && profile ? ", " : "";
    const char *title = profile ? config->profile->name : "";
    size_t bytes = strlen(name) + strlen(strictness) + strlen(title) + sizeof(" [, ]");
    kept *added = kept_add(bytes);
    if (added == NULL)
        return NULL;
    snprintf(added->name, bytes, "%s [%s%s%s]", name, strictness, between, title);
    return added->name;
}

static int group_setup(void **state)
{
    (void)state;
    int result = running->setup(&running->state);
    if (result != 0 || running->state == NULL)
        return result;

    for (size_t i = 0; i < running->test_count; i++) {
        if (running->tests[i].test_func == syspte_cmocka_body)
            running->entries[i].state = running->state;
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
        made->entries[i].name = name_of(tests[i].name, made->entries[i].test->config);
        if (made->entries[i].name == NULL)
            return false;
        made->tests[i].name = made->entries[i].name;
        made->entries[i].state = made->entries[i].test->state;
        made->tests[i].initial_state = &made->entries[i];
        made->tests[i].teardown_func = syspte_cmocka_end;
    }
    return true;
}

int syspte_cmocka_run(const char *group_name, const struct CMUnitTest *tests, size_t test_count,
                      CMFixtureFunction setup, CMFixtureFunction teardown)
{
    group made = {.test_count = test_count, .setup = setup, .teardown = teardown};
    int result = 1;

    if (table_copy(&made, tests)) {
        running = &made;
        result = _cmocka_run_group_tests(group_name, made.tests, test_count,
                                         setup != NULL ? group_setup : NULL,
                                         teardown != NULL ? group_teardown : NULL);
        syspte_cmocka_clear();
        running = NULL;
    } else {
        fprintf(stderr, "syspte: no memory for the %zu tests of %s: none was run\n", test_count,
                group_name);
    }
    free(made.entries);
    free(made.tests);
    return result;
}
