// SPDX-License-Identifier: MIT
// Names that drivers define themselves and that the headers must therefore leave alone, and
// spellings of declarations that drivers use. Only has to build, as C.
#include <ntddk.h>

typedef unsigned char BYTE;
typedef unsigned short WORD;
typedef unsigned int DWORD;
typedef int BOOL;
typedef unsigned int UINT;
typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;
typedef enum { false, true } bool;

char *__strtok_r(char *text, const char *separators, char **rest);
void *memcpy(void *to, const void *from, size_t bytes);
int printf(const char *format, ...);
int isdigit(int character);

struct registers {
    ULONG memory;
    ULONG min;
    ULONG max;
    struct {
        ULONG in, out;
    } queue;
};

static __forceinline ULONG first(struct registers *registers)
{
    return min(registers->min, registers->max);
}

static FORCEINLINE unsigned __int64 second(__in struct registers *registers, __out PULONG out)
{
    *out = registers->queue.in;
    return registers->memory;
}

__declspec(noinline) static ULONG
    __stdcall third(_In_reads_(count) const ULONG *from, IN ULONG count, OUT OPTIONAL PULONG sum)
{
    ULONG index;

    *sum = 0;
    for (index = 0; index < count; index++) {
        *sum += from[index];
    }
    return *sum;
}

_Use_decl_annotations_ _IRQL_requires_max_(DISPATCH_LEVEL) _Function_class_(EVT_DRIVER_NAMES) ULONG
    driver_names(struct registers *registers);

ULONG driver_names(struct registers *registers)
{
    ULONG other;
    size_t length;
    PSIZE_T same = &length;
    ULONG64 *pointer_sized = (ULONG_PTR *)same;
    KIRQL old;

    PAGED_CODE();
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    if (old != PASSIVE_LEVEL)
        KdPrint(("unexpected %d\n", old));
    else
        ASSERT(registers != NULL);
    KeLowerIrql(old);
    *pointer_sized = second(registers, &other);
    return first(registers) + third(&other, 1, &other) + (ULONG)length;
}
