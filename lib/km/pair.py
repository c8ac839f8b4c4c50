#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the drop-in pair of a driver project out of lib/km and lib/core.

    pair.py FOLDER    writes FOLDER/syspte_km.h and FOLDER/syspte_km.c

The header is lib/km's own. The source has every header once, then every source; what is static in
a source, and its macros, get the file's name in front, because in one file they would meet. Nothing
but the headers of the WDK is needed to compile it.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORE = ("text", "name", "kind", "bugcheck", "rule", "context", "stack", "history", "ledger",
        "ledger_hash", "findings", "account", "holding", "scope", "report")
KM = ("km", "note", "report")
INCLUDE = re.compile(r'^#include ["<]((?:core|km|syspte)/[\w.]+|port_inline[.]h)[">].*\n', re.M)
STANDARD = re.compile(r"^#include <(std\w+[.]h|ntddk[.]h)>.*\n", re.M)
OWN = re.compile(r"^static (?:const |inline |struct |unsigned )*[\w ]*?[\s*](\w+)(?= =|\[|\(|;)", re.M)
ANONYMOUS = re.compile(r"^\} (\w+)(?:\[\])? =", re.M)
TYPE = re.compile(r"^\} (\w+);", re.M)
ENUM = re.compile(r"^enum \{(.*?)\};", re.M | re.S)
MACRO = re.compile(r"^#define (\w+)", re.M)


class Pair:
    def __init__(self):
        self.seen = set()

    def path_of(self, name):
        if name == "port_inline.h":
            return ROOT / "lib/port/ntos" / name
        return ROOT / ("include" if name.startswith("syspte/") else "lib") / name

    def header(self, name):
        """The text of a header that has not been seen, behind those that it includes."""
        text = self.path_of(name).read_text()
        guarded = re.search(r"^#ifndef \w+_H$", text, re.M) is not None
        if guarded and name in self.seen or name == "km/syspte_km.h":
            return ""
        self.seen.add(name)
        return self.inlined(text)

    def inlined(self, text):
        text = INCLUDE.sub(lambda match: self.header(match.group(1)), text)
        return STANDARD.sub("", text).replace("// SPDX-License-Identifier: MIT\n", "")

    def source(self, folder, name):
        text = (ROOT / "lib" / folder / f"{name}.c").read_text()
        own = set(OWN.findall(text)) | set(TYPE.findall(text)) | set(ANONYMOUS.findall(text))
        for block in ENUM.findall(text):
            own |= set(re.findall(r"([A-Za-z_]\w*)(?= =|,|\s*$)", re.sub(r"//.*", "", block)))
        macros = set(MACRO.findall(text))
        own = sorted(n for n in own - macros if not n.startswith("syspte_") and not n.isdigit())
        headers = "".join(self.header(m.group(1)) for m in INCLUDE.finditer(text)
                          if self.is_guarded(m.group(1)))
        body = INCLUDE.sub(lambda m: "" if self.is_guarded(m.group(1)) else self.header(m.group(1)),
                           text)
        body = STANDARD.sub("", body).replace("// SPDX-License-Identifier: MIT\n", "")
        before = "".join(f"#define {n} syspte_{folder}_{name}_{n}\n" for n in own)
        after = "".join(f"#undef {n}\n" for n in sorted(set(own) | macros))
        return f"{headers}\n// ---- {folder}/{name}.c\n\n{before}\n{body}\n{after}"

    def is_guarded(self, name):
        return re.search(r"^#ifndef \w+_H$", self.path_of(name).read_text(), re.M) is not None


def main():
    out = pathlib.Path(sys.argv[1])
    pair = Pair()
    body = "".join(pair.source("core", name) for name in CORE)
    body += "".join(pair.source("km", name) for name in KM)
    out.mkdir(parents=True, exist_ok=True)
    (out / "syspte_km.h").write_text((ROOT / "lib/km/syspte_km.h").read_text())
    (out / "syspte_km.c").write_text(
        "// SPDX-License-Identifier: MIT\n"
        "// syspte's Windows backend in one file: see syspte_km.h. Made by lib/km/pair.py.\n"
        "#ifdef __clang__ // what only others of its users need\n"
        "#pragma clang diagnostic ignored \"-Wunused-function\"\n#endif\n"
        "#include <ntddk.h>\n#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n"
        "#include \"syspte_km.h\"\n#if SYSPTE_KM_ENABLED\n" + body + "\n#endif\n")


if __name__ == "__main__":
    main()
