// SPDX-License-Identifier: MIT
// Reads the table of symbols of an ELF file (System V ABI, "Symbol Table"), of this host's own
// class, from a mapping of the file that lasts for one question. What the file says is checked
// against its length, because it may be cut off or another one than was loaded.
#define _GNU_SOURCE
#include "symtab.h"

#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct file {
    const unsigned char *at;
    size_t bytes;
} file;

static bool file_map(const char *path, file *out)
{
    struct stat about;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    void *at = MAP_FAILED;
    if (descriptor < 0) {
        return false;
    }
    if (fstat(descriptor, &about) == 0 && about.st_size > 0) {
        out->bytes = (size_t)about.st_size;
        at = mmap(NULL, out->bytes, PROT_READ, MAP_PRIVATE, descriptor, 0);
    }
    (void)close(descriptor);
    out->at = at;
    return at != MAP_FAILED;
}

// `count` things of `each` bytes at `offset`; NULL if they are not all in the file.
static const void *part(const file *f, uint64_t offset, uint64_t count, uint64_t each)
{
    bool there =
        offset <= f->bytes && count <= (f->bytes - offset) / each && offset % sizeof(void *) == 0;
    return there ? f->at + offset : NULL;
}

// The section of symbols, and the text that names are in.
static const ElfW(Shdr) * table_of(const file *f, const char **names, uint64_t *name_bytes)
{
    const ElfW(Ehdr) *head = part(f, 0, 1, sizeof *head);
    if (head == NULL || memcmp(head->e_ident, ELFMAG, SELFMAG) != 0 ||
        head->e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32) ||
        head->e_shentsize != sizeof(ElfW(Shdr))) {
        return NULL;
    }
    const ElfW(Shdr) *sections = part(f, head->e_shoff, head->e_shnum, sizeof *sections);
    for (unsigned i = 0; sections != NULL && i < head->e_shnum; i++) {
        const ElfW(Shdr) *s = &sections[i];
        if (s->sh_type == SHT_SYMTAB && s->sh_link < head->e_shnum) {
            const ElfW(Shdr) *text = &sections[s->sh_link];
            bool there = text->sh_offset <= f->bytes && text->sh_size != 0 &&
                         text->sh_size <= f->bytes - text->sh_offset;
            *names = there ? (const char *)f->at + text->sh_offset : NULL;
            *name_bytes = text->sh_size;
            return there && (*names)[text->sh_size - 1] == 0 ? s : NULL;
        }
    }
    return NULL;
}

static bool find(const file *f, uintptr_t address, char *name, size_t bytes, uintptr_t *inside)
{
    const char *names = NULL;
    uint64_t name_bytes = 0;
    const ElfW(Shdr) *table = table_of(f, &names, &name_bytes);
    uint64_t count = table == NULL ? 0 : table->sh_size / sizeof(ElfW(Sym));
    const ElfW(Sym) *symbols =
        table == NULL ? NULL : part(f, table->sh_offset, count, sizeof *symbols);
    for (uint64_t i = 0; symbols != NULL && i < count; i++) {
        const ElfW(Sym) *s = &symbols[i];
        if ((s->st_info & 0xF) == STT_FUNC && s->st_shndx != SHN_UNDEF &&
            address - s->st_value < s->st_size && s->st_name < name_bytes) {
            (void)snprintf(name, bytes, "%s", names + s->st_name);
            *inside = address - s->st_value;
            return true;
        }
    }
    return false;
}

bool syspte_symtab_find(const char *path, uintptr_t address, char *name, size_t bytes,
                        uintptr_t *inside)
{
    file f;
    if (!file_map(path, &f)) {
        return false;
    }
    bool found = find(&f, address, name, bytes, inside);
    (void)munmap((void *)(uintptr_t)f.at, f.bytes);
    return found;
}
