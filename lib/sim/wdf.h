// SPDX-License-Identifier: MIT
// Private to the simulated framework (KMDF): its objects. A handle is a number, never an address:
// it names a cell of a table and says how often that was used, so that one of a deleted object is
// known. What a driver keeps with an object, its context, is a block of nonpaged pool with the
// driver's tag and the site of the creation, and each object has at least one: an object that is
// never deleted is found as any block of pool is.
// A noun of the framework is a class; its own state is in the object's body.
#ifndef SYSPTE_SIM_WDF_H
#define SYSPTE_SIM_WDF_H

#include "sim/call.h"
#include "sim/nt_pool.h"
#include <wdf.h>

enum { SYSPTE_WDF_CONTEXTS = 4, SYSPTE_WDF_BODY_WORDS = 144 };

typedef struct syspte_wdf_object syspte_wdf_object;

typedef struct syspte_wdf_class {
    const char *name;
    bool is_kept; // the driver may not delete it: its parent's end does
    // Stops what the object does, before its children are deleted and its cleanup is called.
    void (*dispose)(syspte_wdf_object *object);
    // Gives back what it has, after the driver's last callback for it.
    void (*destroy)(syspte_wdf_object *object);
} syspte_wdf_class;

typedef struct syspte_wdf_context {
    PCWDF_OBJECT_CONTEXT_TYPE_INFO type; // NULL: none of the driver's
    void *block;
    PFN_WDF_OBJECT_CONTEXT_CLEANUP cleanup;
    PFN_WDF_OBJECT_CONTEXT_DESTROY destroy;
} syspte_wdf_context;

struct syspte_wdf_object {
    uintptr_t handle; // 0: the cell is free
    const syspte_wdf_class *class;
    uint32_t sequence; // of the cell's use
    uint32_t references;
    uint32_t taken;   // of them by the driver
    uint32_t created; // contexts of the calls
    uint32_t deleted;
    bool is_kept;    // the driver may not delete it
    bool is_deleted; // its callbacks for that were called
    unsigned context_count;
    syspte_wdf_context context[SYSPTE_WDF_CONTEXTS];
    syspte_wdf_object *parent;
    syspte_wdf_object *child; // the newest
    syspte_wdf_object *older; // siblings
    syspte_wdf_object *newer;
    _Alignas(uint64_t) unsigned char body[SYSPTE_WDF_BODY_WORDS * sizeof(uint64_t)];
};

// What a driver asks for when it creates an object.
typedef struct syspte_wdf_ask {
    syspte_api api;
    const syspte_caller *caller;
    const syspte_wdf_class *class;
    const WDF_OBJECT_ATTRIBUTES *attributes; // or NULL
    syspte_wdf_object *parent;               // where the attributes name none
    bool owns_parent;                        // attributes must not name one
    bool is_own; // of the framework's making: takes no memory unless it has a context
} syspte_wdf_ask;

// Lock: not held, for all that follows.

// ---- Objects (wdf_object.c, wdf_table.c, wdf_context.c)

// STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_PARAMETER and the like for wrong attributes;
// STATUS_INSUFFICIENT_RESOURCES.
NTSTATUS syspte_wdf_create(const syspte_wdf_ask *ask, syspte_wdf_object **object);

// Deletes it with its children, whatever its class.
void syspte_wdf_delete(const syspte_caller *caller, syspte_wdf_object *object);

// The object of a handle, if it is of that class (NULL: any). NULL: it is not; that is recorded.
syspte_wdf_object *syspte_wdf_find(syspte_api api, const syspte_caller *caller, const void *handle,
                                   const syspte_wdf_class *class);

// The same for a handle that the framework itself keeps; NULL if it is not alive.
syspte_wdf_object *syspte_wdf_peek(const void *handle);

// The next child of that class, oldest first; `after` NULL: the first. NULL: there is none.
syspte_wdf_object *syspte_wdf_child(const syspte_wdf_object *parent, const syspte_wdf_class *class,
                                    const syspte_wdf_object *after);

// The nearest parent of that class, itself counted; NULL if there is none.
syspte_wdf_object *syspte_wdf_parent(syspte_wdf_object *object, const syspte_wdf_class *class);

void syspte_wdf_reference(syspte_wdf_object *object);
void syspte_wdf_dereference(const syspte_caller *caller, syspte_wdf_object *object);

// Records a violation of `rule` by a call about `object` (or NULL) that never stops.
void syspte_wdf_violate(syspte_api api, const syspte_caller *caller, syspte_rule_id rule,
                        const syspte_wdf_object *object, const char *text);

// What is held between these two is the framework's objects', and not the scope's in which it was
// asked for: an object is the driver's as long as its parent is there.
typedef struct syspte_wdf_ownership {
    const void *owner;
    uint8_t irql;
} syspte_wdf_ownership;
syspte_wdf_ownership syspte_wdf_own(syspte_wdf_object *object);
void syspte_wdf_disown(const syspte_wdf_ownership *before);

// Memory of that kind, which the object gives back itself.
void *syspte_wdf_allocate(syspte_api api, const syspte_caller *caller, syspte_wdf_object *object,
                          const syspte_nt_request *request);

// Objects of a class, whatever their parents, in the order of their cells: NULL ends them.
syspte_wdf_object *syspte_wdf_first(const syspte_wdf_class *class);
syspte_wdf_object *syspte_wdf_next(const syspte_wdf_object *after);

// ---- Callbacks (wdf_table.c)

// After a callback of the driver that began at `irql`: one that came back at another IRQL is a
// finding, and the IRQL is what it was.
void syspte_wdf_returned(KIRQL irql, const char *callback);

// CALL(Evt, (arguments)) calls a callback if it is there.
#define SYSPTE_WDF_CALL(callback, name, arguments)                                                 \
    do {                                                                                           \
        if ((callback) != NULL) {                                                                  \
            KIRQL irql_before = KeGetCurrentIrql();                                                \
            (callback) arguments;                                                                  \
            syspte_wdf_returned(irql_before, name);                                                \
        }                                                                                          \
    } while (0)

// The same for one that returns a status, which `status` receives.
#define SYSPTE_WDF_ASK(status, callback, name, arguments)                                          \
    do {                                                                                           \
        if ((callback) != NULL) {                                                                  \
            KIRQL irql_before = KeGetCurrentIrql();                                                \
            (status) = (callback)arguments;                                                        \
            syspte_wdf_returned(irql_before, name);                                                \
        }                                                                                          \
    } while (0)

// ---- Drivers (wdf_driver.c)

extern const syspte_wdf_class syspte_wdf_driver_class;

// The driver that was created last, if it is still there; NULL otherwise.
syspte_wdf_object *syspte_wdf_driver_last(void);
// The pool tag of an object.
ULONG syspte_wdf_driver_tag(syspte_wdf_object *object);
// Whom an object belongs to: there is a scope for a driver's while it is there. NULL: nobody.
const void *syspte_wdf_driver_owner(syspte_wdf_object *object);
// DriverEntry failed: deletes what it has created of the framework's.
void syspte_wdf_driver_abandon(PDRIVER_OBJECT driver);

#endif
