#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Breaks lib/core on purpose, one small change at a time, and sees whether the tests notice.

    mutate.py --seed 7 --count 150    a sample; without --seed a new one each time
    mutate.py --all                   every mutant
    mutate.py --list                  what they are, and how many

Each mutant is one change of one place in a function body of lib/core: a comparison, a number off by
one (but in a hash: another number is another hash, not a wrong one), an operator exchanged for its
neighbour, a negation or a statement left out. It is killed if
core_proof_quick fails, crashes, or takes ten times as long. One that does not compile does not
count, nor does one for which the compiler makes the same code. Each survivor must stand in
survivors.txt with the reason why it may, and of all mutants at least 95 % must be killed. The tree
is copied first.
"""
import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SURVIVORS = pathlib.Path(__file__).resolve().parent / "survivors.txt"
FLAGS = "-std=c11 -D_GNU_SOURCE -w -Ilib -Ilib/port/posix -Iinclude -Itests/core -Itests/proof"
LEAST = 95  # percent, of a run that is no small sample
MANY = 1000
MEMORY = 3 << 30  # bytes that a mutant may use

# What is exchanged for what, wherever it stands in code.
EXCHANGES = [
    (r"==", ["!="]), (r"!=", ["=="]),
    (r"<=", ["<", ">"]), (r">=", [">", "<"]),
    (r"(?<![<-])<(?![<=])", ["<=", ">="]), (r"(?<![->])>(?![>=])", [">=", "<="]),
    (r"&&", ["||"]), (r"\|\|", ["&&"]),
    (r"<<(?!=)", [">>"]), (r">>(?!=)", ["<<"]),
    (r"\+\+", ["--"]), (r"--", ["++"]),
    (r"\+=", ["-=", "="]), (r"-=", ["+=", "="]), (r"\|=", ["&=", "="]), (r"&=", ["|=", "="]),
    (r"(?<=[\w)\]] )\+(?= )", ["-"]), (r"(?<=[\w)\]] )-(?= )", ["+"]),
    (r"(?<=[\w)\]] )&(?= )", ["|"]), (r"(?<=[\w)\]] )\|(?= )", ["&"]),
    (r"(?<=[\w)\]] )\^(?= )", ["|"]), (r"(?<=[\w)\]] )\*(?= )", ["+"]),
    (r"!(?!=)", [""]), (r"~", [""]),
    (r"\btrue\b", ["false"]), (r"\bfalse\b", ["true"]),
    (r"\bNULL\b(?=[,;)])", ["(void *)8"]),
]
NUMBER = re.compile(r"\b(0x[0-9A-Fa-f]+|\d+)(?=(?:ull|u)?\b)")
STATEMENT = re.compile(r"^\s*(?!return\b.*\S;$|else\b|case\b|default\b)[\w*(].*;$")
DECLARATION = re.compile(r"^\s*(static |const |unsigned |bool |char |u?int\d+_t |size_t |uintptr_t |"
                         r"syspte_\w+ \*?\w+( =|;)|link_table |report |totals )")


class Mutant:
    def __init__(self, path, line, column, old, new):
        self.path, self.line, self.column, self.old, self.new = path, line, column, old, new

    def text_of(self, lines):
        line = lines[self.line]
        return line[:self.column] + self.new + line[self.column + len(self.old):]

    def key(self, lines):
        return f"{self.path}: {lines[self.line].strip()} => {self.text_of(lines).strip()}"


def blank(text):
    """The text with comments and strings blanked out, so that places stay the same."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def code_lines(lines):
    """The numbers of the lines inside function bodies, and which of them belong to a hash."""
    depth, inside, function, name, hashes = 0, [], False, "", set()
    for number, line in enumerate(lines):
        if line.startswith("#"):
            continue
        if depth == 0 and "{" in line:
            function = line.strip() == "{"
        if depth == 0 and re.match(r"\w.*\(", line):
            name = line[:line.index("(")].split()[-1]
        if depth > 0 and function:
            inside.append(number)
            if "hash" in name or name == "mix":
                hashes.add(number)
        depth += line.count("{") - line.count("}")
        if depth == 0:
            function = False
    return [number for number in inside if lines[number].strip() not in ("", "{", "}")], hashes


def mutants_of(path):
    lines = blank((ROOT / path).read_text()).split("\n")
    found = []
    numbers, hashes = code_lines(lines)
    for number in numbers:
        line = lines[number]
        if "SYSPTE_ASSERT" in line:
            continue
        for pattern, news in EXCHANGES:
            for match in re.finditer(pattern, line):
                found += [Mutant(path, number, match.start(), match.group(), new) for new in news]
        for match in () if number in hashes else NUMBER.finditer(line):
            value = int(match.group(), 0)
            news = [value + 1] + ([value - 1] if value > 0 else [])
            for new in news:
                text = hex(new) if match.group().startswith("0x") else str(new)
                found.append(Mutant(path, number, match.start(), match.group(), text))
        whole = lines[number - 1].rstrip().endswith((";", "{", "}", ":")) or \
            lines[number - 1].strip() == "" or re.search(r"\)\s*$", lines[number - 1]) is not None
        if STATEMENT.match(line) and not DECLARATION.match(line) and whole and "for (" not in line:
            start = len(line) - len(line.lstrip())
            found.append(Mutant(path, number, start, line[start:], ";"))
    return found


def all_mutants():
    found = []
    for path in sorted((ROOT / "lib/core").glob("*.[ch]")):
        found += mutants_of(path.relative_to(ROOT).as_posix())
    return found


def run(command, folder, seconds):
    """True, False, or None after `seconds` or MEMORY."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, start_new_session=True)
    end = time.monotonic() + seconds
    while process.poll() is None:
        try:
            pages = int(pathlib.Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        except (OSError, IndexError):
            pages = 0
        if time.monotonic() > end or pages * os.sysconf("SC_PAGE_SIZE") > MEMORY:
            process.kill()
            process.wait()
            return None
        time.sleep(0.01)
    return process.returncode == 0


def copy_tree(folder):
    for part in ("lib/core", "lib/sim", "lib/port", "include", "tests/core", "tests/proof"):
        shutil.copytree(ROOT / part, folder / part)


def sources(folder):
    tests = [p for p in sorted(folder.glob("tests/core/*.c")) if "int main(" not in p.read_text()]
    tests += [folder / "tests/proof" / name
              for name in ("quick_main.c", "walk.c", "walk_hash.c", "shrink.c", "exhaustive.c",
                           "model.c")]
    tests += [folder / "lib/sim/attribute.c", folder / "lib/sim/quarantine.c"]
    return sorted(folder.glob("lib/core/*.c")) + tests


class Workshop:
    """A copy of the tree with everything compiled, in which one mutant at a time is tried."""

    def __init__(self, folder):
        self.folder = folder
        copy_tree(folder)
        self.files = [p.relative_to(folder).as_posix() for p in sources(folder)]
        (folder / "o").mkdir()
        (folder / "mutant").mkdir()
        if not self.compile(self.files) or not self.link():
            sys.exit("mutate.py: the tree as it is does not build")

    @staticmethod
    def object_of(path, changed=()):
        return ("mutant/" if path in changed else "o/") + path.replace("/", "_") + ".o"

    def compile(self, files, changed=(), level="-O0", out=None):
        jobs = [["gcc", level, *FLAGS.split(), "-c", f, "-o", out or self.object_of(f, changed)]
                for f in files]
        return all(run(job, self.folder, 120) is True for job in jobs)

    def link(self, changed=()):
        objects = [self.object_of(f, changed) for f in self.files]
        return run(["gcc", *objects, "-lcmocka", "-o", "quick"], self.folder, 120) is True

    def baseline(self):
        begin = time.monotonic()
        if run(["./quick"], self.folder, 120) is not True:
            sys.exit("mutate.py: the tests fail without any mutant")
        return time.monotonic() - begin

    def same_code(self, path, header, right):
        """True if the compiler makes the same of the mutant as of the right source."""
        if header or not self.compile([path], level="-O2", out="code.o"):
            return False
        mutant = (self.folder / "code.o").read_bytes()
        (self.folder / path).write_text(right)
        return self.compile([path], level="-O2", out="code.o") and \
            (self.folder / "code.o").read_bytes() == mutant

    def try_mutant(self, mutant, seconds):
        """'killed', 'survived', 'same' or 'broken' (does not compile)."""
        path = self.folder / mutant.path
        right = path.read_text()
        lines = right.split("\n")
        lines[mutant.line] = mutant.text_of(lines)
        header = mutant.path.endswith(".h")
        changed = self.files if header else [mutant.path]
        path.write_text("\n".join(lines))
        try:
            if not self.compile(changed, changed) or not self.link(changed):
                return "broken"
            group = path.stem.replace("_inline", "").replace("_fit", "").replace("_hint", "")
            group = group.replace("_index", "")
            if run(["./quick", group], self.folder, seconds) is not True:
                return "killed"
            return "same" if self.same_code(mutant.path, header, right) else "survived"
        finally:
            path.write_text(right)


def known_survivors():
    """The survivors that are explained: lines with mutants, then indented lines with why."""
    known = set()
    keys = []
    for line in SURVIVORS.read_text().split("\n"):
        if line.startswith("lib/"):
            keys.append(line)
        elif line.startswith("    ") and line.strip():
            known.update(keys)
            keys = []
    return known


def work(folder, mutants, results):
    shop = Workshop(folder)
    seconds = max(2.0, 10 * shop.baseline())
    while True:
        try:
            index, mutant = mutants.pop()
        except IndexError:
            return
        results[index] = shop.try_mutant(mutant, seconds)
        if results[index] == "survived":
            lines = (folder / mutant.path).read_text().split("\n")
            print(f"survived: {mutant.line + 1}: {mutant.key(lines)}", file=sys.stderr)
        if sum(r is not None for r in results) % 100 == 0:
            print(f"... {sum(r is not None for r in results)} of {len(results)}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--recheck", action="store_true",
                        help="only the survivors that are explained: some may be killed by now")
    parser.add_argument("--file", help="only mutants of this file of lib/core")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    everything = all_mutants()
    texts = {m.path: (ROOT / m.path).read_text().split("\n") for m in everything}
    if options.list:
        for mutant in everything:
            print(f"{mutant.line + 1}: {mutant.key(texts[mutant.path])}")
        print(f"{len(everything)} mutants")
        return 0
    chosen = [m for m in everything if not options.file or m.path.endswith("/" + options.file)]
    if options.recheck:
        known = known_survivors()
        chosen = [m for m in chosen if m.key(texts[m.path]) in known]
    if not options.all and not options.recheck and options.count < len(chosen):
        chosen = random.Random(options.seed).sample(chosen, options.count)
        print(f"seed {options.seed}: {len(chosen)} of {len(everything)} mutants")
    os.nice(10)
    results = [None] * len(chosen)
    queue = list(enumerate(chosen))[::-1]
    with tempfile.TemporaryDirectory(prefix="syspte-mutants.") as scratch, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        jobs = [pool.submit(work, pathlib.Path(scratch) / str(i), queue, results)
                for i in range(options.jobs)]
        for job in jobs:
            job.result()
    return judge(chosen, results, texts)


def judge(chosen, results, texts):
    known = known_survivors()
    survivors = [m for m, r in zip(chosen, results) if r == "survived"]
    unknown = [m for m in survivors if m.key(texts[m.path]) not in known]
    killed = results.count("killed")
    counted = killed + len(survivors)
    for mutant in unknown:
        print(f"survived, unexplained: line {mutant.line + 1}\n{mutant.key(texts[mutant.path])}")
    share = 100 * killed / counted if counted else 0
    print(f"{counted} mutants: {killed} killed ({share:.1f} %), {len(survivors)} survived, "
          f"{len(unknown)} of them unexplained; {results.count('same')} more are the same code, "
          f"{results.count('broken')} do not compile")
    failed = len(unknown) + (counted >= MANY and share < LEAST)
    print(f"{counted - len(unknown)} passed, {failed} failed")
    return 0 if failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
