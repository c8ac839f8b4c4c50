// SPDX-License-Identifier: MIT
// Best fit. Runs of 1 to 64 PTEs have a list for each length. Longer ones sit in a tree for each
// power of two: a digital search tree on the bits of the length below the highest, in which equal
// lengths share a node as a list. Lists are ordered by age, the most recently freed run first.
//
// The links of a run are stored at the entries of its first PTEs: {next, previous} in its list;
// for long runs then {child 0, child 1} and {parent, in tree?}. A link to itself means none, so
// that no index is lost to a mark, not even the last PTE of a pool of 2^32.
#include "core/pool_index.h"
#include "port_inline.h"

enum { SIBLINGS = 0, CHILDREN = 1, PARENT = 2 };

typedef uint32_t (*link_table)[2];

static unsigned tree_of(uint64_t length)
{
    return syspte_bit_highest(length) - 6;
}

// The path to a length in its tree: its bits below the highest, the uppermost first.
static uint64_t path_of(uint64_t length)
{
    return length << (64 - syspte_bit_highest(length));
}

static bool in_tree(link_table links, uint32_t run)
{
    return links[run + PARENT][1] != 0;
}

static uint32_t child_of(link_table links, uint32_t run, unsigned side)
{
    return links[run + CHILDREN][side];
}

// Puts `run` where `old` is in the tree: under its parent and over its children.
static void tree_replace(syspte_pool *pool, uint32_t old, uint32_t run, unsigned tree)
{
    link_table links = pool->fit.links;
    uint32_t parent = links[old + PARENT][0];
    for (unsigned side = 0; side < 2; side++) {
        uint32_t child = child_of(links, old, side);
        links[run + CHILDREN][side] = child == old ? run : child;
        if (child != old) {
            links[child + PARENT][0] = run;
        }
    }
    links[run + PARENT][0] = parent == old ? run : parent;
    links[run + PARENT][1] = 1;
    if (parent == old) {
        pool->fit.tree[tree] = run;
    } else {
        links[parent + CHILDREN][child_of(links, parent, 1) == old] = run;
    }
}

// Takes a node without a list out of the tree; a leaf below it takes its place.
static void tree_unlink(syspte_pool *pool, uint32_t run, unsigned tree)
{
    link_table links = pool->fit.links;
    uint32_t leaf = run;
    for (;;) {
        if (child_of(links, leaf, 1) != leaf) {
            leaf = child_of(links, leaf, 1);
        } else if (child_of(links, leaf, 0) != leaf) {
            leaf = child_of(links, leaf, 0);
        } else {
            break;
        }
    }
    uint32_t parent = links[leaf + PARENT][0];
    if (parent == leaf) {
        pool->fit.trees &= ~(1u << tree);
        return;
    }
    links[parent + CHILDREN][child_of(links, parent, 1) == leaf] = parent;
    if (leaf != run) {
        tree_replace(pool, run, leaf, tree);
    }
}

static void tree_insert(syspte_pool *pool, uint32_t run, uint64_t length)
{
    link_table links = pool->fit.links;
    unsigned tree = tree_of(length);
    uint64_t path = path_of(length);
    uint32_t at = pool->fit.tree[tree];

    links[run + SIBLINGS][0] = links[run + SIBLINGS][1] = run;
    links[run + CHILDREN][0] = links[run + CHILDREN][1] = run;
    links[run + PARENT][0] = run;
    links[run + PARENT][1] = 1;
    if (!(pool->fit.trees >> tree & 1)) {
        pool->fit.trees |= 1u << tree;
        pool->fit.tree[tree] = run;
        return;
    }
    for (; run_length(pool, at) != length; path <<= 1) {
        unsigned side = path >> 63;
        uint32_t child = child_of(links, at, side);
        if (child == at) {
            links[at + CHILDREN][side] = run;
            links[run + PARENT][0] = at;
            return;
        }
        at = child;
    }
    tree_replace(pool, at, run, tree); // the newest of equals is the node, the others its list
    links[at + PARENT][1] = 0;
    links[run + SIBLINGS][0] = at;
    links[at + SIBLINGS][1] = run;
}

static void tree_remove(syspte_pool *pool, uint32_t run, uint64_t length)
{
    link_table links = pool->fit.links;
    uint32_t next = links[run + SIBLINGS][0];
    uint32_t previous = links[run + SIBLINGS][1];
    if (!in_tree(links, run)) {
        links[previous + SIBLINGS][0] = next == run ? previous : next;
        if (next != run) {
            links[next + SIBLINGS][1] = previous;
        }
    } else if (next != run) {
        links[next + SIBLINGS][1] = next;
        tree_replace(pool, run, next, tree_of(length));
    } else {
        tree_unlink(pool, run, tree_of(length));
    }
}

void syspte_fit_insert(syspte_pool *pool, uint64_t start, uint64_t length)
{
    link_table links = pool->fit.links;
    uint32_t run = (uint32_t)start;
    if (length > SYSPTE_FIT_BINS) {
        tree_insert(pool, run, length);
        return;
    }
    uint64_t bit = 1ull << (length - 1);
    uint32_t first = pool->fit.bin[length - 1];
    links[run][0] = links[run][1] = run;
    if (pool->fit.bins & bit) {
        links[run][0] = first;
        links[first][1] = run;
    }
    pool->fit.bins |= bit;
    pool->fit.bin[length - 1] = run;
}

void syspte_fit_remove(syspte_pool *pool, uint64_t start, uint64_t length)
{
    link_table links = pool->fit.links;
    uint32_t run = (uint32_t)start;
    if (length > SYSPTE_FIT_BINS) {
        tree_remove(pool, run, length);
        return;
    }
    uint32_t next = links[run][0];
    uint32_t previous = links[run][1];
    if (next != run) {
        links[next][1] = previous == run ? next : previous;
    }
    if (previous != run) {
        links[previous][0] = next == run ? previous : next;
    } else if (next != run) {
        pool->fit.bin[length - 1] = next;
    } else {
        pool->fit.bins &= ~(1ull << (length - 1));
    }
}

bool syspte_fit_shorten(syspte_pool *pool, uint64_t start, uint64_t old_length, uint64_t length)
{
    uint32_t run = (uint32_t)start;
    // The root of a tree has no place that depends on its length. Nor can another run have the new
    // length: this one was the shortest that fits, and so the shortest of its tree.
    return length > SYSPTE_FIT_BINS && tree_of(length) == tree_of(old_length) &&
           pool->fit.tree[tree_of(length)] == run && pool->fit.links[run + SIBLINGS][0] == run;
}

// The shortest run under `at`, which is the node itself or lies on the leftmost way down.
static uint32_t tree_shortest(const syspte_pool *pool, uint32_t at)
{
    link_table links = pool->fit.links;
    uint32_t best = at;
    for (;;) {
        unsigned side = child_of(links, at, 0) != at ? 0 : 1;
        if (child_of(links, at, side) == at) {
            return best;
        }
        at = child_of(links, at, side);
        if (run_length(pool, at) < run_length(pool, best)) {
            best = at;
        }
    }
}

// The shortest run of at least `pte_count` PTEs in one tree, or SYSPTE_POOL_NONE. Along the path
// of `pte_count` every node is looked at; where the path goes to child 0, everything under child 1
// is longer, and the deepest such child holds the shortest of those.
static uint64_t tree_find(const syspte_pool *pool, unsigned tree, uint64_t pte_count)
{
    link_table links = pool->fit.links;
    uint32_t at = pool->fit.tree[tree];
    uint64_t best = SYSPTE_POOL_NONE;
    uint64_t best_length = UINT64_MAX;
    uint64_t longer = SYSPTE_POOL_NONE;

    for (uint64_t path = path_of(pte_count);; path <<= 1) {
        uint64_t length = run_length(pool, at);
        if (length >= pte_count && length < best_length) {
            best = at;
            best_length = length;
        }
        unsigned side = path >> 63;
        if (side == 0 && child_of(links, at, 1) != at) {
            longer = child_of(links, at, 1);
        }
        if (length == pte_count || child_of(links, at, side) == at) {
            break;
        }
        at = child_of(links, at, side);
    }
    if (best_length != pte_count && longer != SYSPTE_POOL_NONE) {
        uint32_t shortest = tree_shortest(pool, (uint32_t)longer);
        if (run_length(pool, shortest) < best_length) {
            best = shortest;
        }
    }
    return best;
}

uint64_t syspte_fit_find(const syspte_pool *pool, uint64_t pte_count)
{
    unsigned tree = 0;
    if (pte_count <= SYSPTE_FIT_BINS) {
        uint64_t bins = pool->fit.bins >> (pte_count - 1);
        if (bins != 0) {
            return pool->fit.bin[pte_count - 1 + syspte_bit_lowest(bins)];
        }
    } else {
        tree = tree_of(pte_count);
        if (pool->fit.trees >> tree & 1) {
            uint64_t found = tree_find(pool, tree, pte_count);
            if (found != SYSPTE_POOL_NONE) {
                return found;
            }
        }
        tree++;
    }
    uint32_t trees = pool->fit.trees >> tree << tree;
    if (trees == 0) {
        return SYSPTE_POOL_NONE;
    }
    return tree_shortest(pool, pool->fit.tree[syspte_bit_lowest(trees)]);
}

uint64_t syspte_fit_largest(const syspte_pool *pool)
{
    link_table links = pool->fit.links;
    if (pool->fit.trees == 0) {
        return pool->fit.bins == 0 ? 0 : syspte_bit_highest(pool->fit.bins) + 1;
    }
    uint32_t at = pool->fit.tree[syspte_bit_highest(pool->fit.trees)];
    uint64_t longest = run_length(pool, at);
    for (;;) {
        unsigned side = child_of(links, at, 1) != at ? 1 : 0;
        if (child_of(links, at, side) == at) {
            return longest;
        }
        at = child_of(links, at, side);
        if (run_length(pool, at) > longest) {
            longest = run_length(pool, at);
        }
    }
}

// The node after `at` when a tree is walked from its root, each node before its children; the root
// itself when there is none.
static uint32_t tree_next(link_table links, uint32_t at)
{
    for (unsigned side = 0; side < 2; side++) {
        if (child_of(links, at, side) != at) {
            return child_of(links, at, side);
        }
    }
    for (uint32_t parent = links[at + PARENT][0]; parent != at; parent = links[at + PARENT][0]) {
        uint32_t right = child_of(links, parent, 1);
        if (right != at && right != parent) {
            return right;
        }
        at = parent;
    }
    return at;
}

// Counts a list that begins with `run` into `listed`; NULL, or what is wrong with it.
static const char *list_check(const syspte_pool *pool, uint32_t run, uint64_t length,
                              uint64_t *listed)
{
    link_table links = pool->fit.links;
    if (links[run + SIBLINGS][1] != run) {
        return "pool: the first run of a list has one before it";
    }
    for (;; run = links[run + SIBLINGS][0]) {
        if (!(pool->tags[run] & TAG_FIRST) || run_length(pool, run) != length) {
            return "pool: a list holds a run of another length";
        }
        (*listed)++;
        uint32_t next = links[run + SIBLINGS][0];
        if (next == run) {
            return NULL;
        }
        if (links[next + SIBLINGS][1] != run) {
            return "pool: a list is torn";
        }
    }
}

// True if a node hangs where the bits of its length lead, below no other of that length. The nodes
// above it are known to be linked well.
static bool on_its_way(const syspte_pool *pool, uint32_t node)
{
    link_table links = pool->fit.links;
    uint64_t length = run_length(pool, node);
    unsigned depth = 0;
    for (uint32_t at = node; links[at + PARENT][0] != at; at = links[at + PARENT][0]) {
        depth++;
    }
    while (depth > 0) {
        uint32_t parent = links[node + PARENT][0];
        depth--;
        if (child_of(links, parent, path_of(length) << depth >> 63) != node ||
            run_length(pool, parent) == length) {
            return false;
        }
        node = parent;
    }
    return true;
}

// True if a node's children know it as their parent.
static bool knows_children(link_table links, uint32_t at)
{
    for (unsigned side = 0; side < 2; side++) {
        uint32_t child = child_of(links, at, side);
        if (child != at && links[child + PARENT][0] != at) {
            return false;
        }
    }
    return true;
}

static const char *tree_check(const syspte_pool *pool, unsigned tree, uint64_t *listed)
{
    link_table links = pool->fit.links;
    uint32_t root = pool->fit.tree[tree];
    uint32_t at = root;
    do {
        uint64_t length = run_length(pool, at);
        const char *broken = list_check(pool, at, length, listed);
        if (broken != NULL) {
            return broken;
        }
        if (length <= SYSPTE_FIT_BINS || tree_of(length) != tree || !in_tree(links, at)) {
            return "pool: a tree holds a run of another size";
        }
        if (links[root + PARENT][0] != root || !knows_children(links, at)) {
            return "pool: a tree is torn";
        }
        if (!on_its_way(pool, at)) {
            return "pool: a run lies off its way in a tree";
        }
        at = tree_next(links, at);
    } while (at != root);
    return NULL;
}

const char *syspte_fit_check(const syspte_pool *pool)
{
    const char *broken = NULL;
    uint64_t listed = 0;
    for (unsigned bin = 0; bin < SYSPTE_FIT_BINS && broken == NULL; bin++) {
        if (pool->fit.bins >> bin & 1) {
            broken = list_check(pool, pool->fit.bin[bin], bin + 1, &listed);
        }
    }
    for (unsigned tree = 0; tree < SYSPTE_FIT_TREES && broken == NULL; tree++) {
        if (pool->fit.trees >> tree & 1) {
            broken = tree_check(pool, tree, &listed);
        }
    }
    if (broken == NULL && listed != pool->free_blocks) {
        broken = "pool: a free run is in no list";
    }
    return broken;
}
