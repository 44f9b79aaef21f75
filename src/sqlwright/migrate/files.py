"""The migrations of a folder, read and checked before anything is applied.

In: a folder of `NNNN_name.sql` and `NNNN_name.rollback.sql`. Out: a `MigrationFile` each, in the order of their
numbers, every statement with its place in the file.
The surprise: statements are told apart by the rules of psql, so `BEGIN ATOMIC … END` bodies, dollar quotes and nested
comments are one statement each; what only psql could run is an error here, with its place, not half-way through a run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sqlwright.diagnostics import Diagnostic, DiagnosticError, Label, nearest
from sqlwright.runtime.sqltext import SqlTextError, Token, tokenize

__all__ = ["MigrationFile", "Script", "Statement", "checksum_of", "fingerprint", "read_migrations"]

_ROLLBACK = ".rollback.sql"
# "0001_base_tables"; or yoyo's own "20251122_01_Ab1cD-base-tables", where the counter of the day is part of the number.
_ID = re.compile(r"(?P<date>\d{8})_(?P<day>\d+)(?=[_-]|$)|(?P<number>\d+)(?=[_-]|$)")
_DIRECTIVE = re.compile(r"--[ \t]*(?P<name>\w+)[ \t]*:[ \t]*(?P<value>.*?)[ \t]*$")
_DIRECTIVES = ("depends", "transactional")
_TRANSACTION_CONTROL = frozenset({"BEGIN", "START", "COMMIT", "END", "ABORT"})


@dataclass(frozen=True)
class Statement:
    """One statement of a script, without its semicolon."""

    number: int
    """Counted from 1."""
    text: str
    start: int
    """The offset of its first character in the script."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True)
class Script:
    """A file of SQL."""

    path: Path
    name: str
    """As it is shown to people: `migrations/0001_base_tables.sql`."""
    text: str
    checksum: str
    statements: tuple[Statement, ...]
    transactional: bool
    depends: tuple[tuple[str, int], ...]
    """The migrations named in `-- depends:`, each with its offset."""

    def label(self, start: int, end: int, message: str = "", *, primary: bool = True) -> Label:
        return Label(self.name, self.text, start, end, message, primary)


@dataclass(frozen=True)
class MigrationFile:
    """A migration: its script, and the one that takes it back, if there is one."""

    id: str
    number: tuple[int, ...]
    script: Script
    rollback: Script | None


def checksum_of(text: str) -> str:
    """The SHA-256 of a text, the same whatever its line ends."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def fingerprint(directory: Path) -> str:
    """One hash for all that a run of these migrations depends on: their names, their order, their text.

    Raises DiagnosticError when the folder does not exist or holds something that is not a migration.
    """
    parts = [f"{file.id}\0{file.script.checksum}\n" for file in read_migrations(directory)]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def number_of(migration_id: str) -> tuple[int, ...]:
    """What the migrations are ordered by: (9,) comes before (10,). Without a number: ()."""
    match = _ID.match(migration_id)
    if not match:
        return ()
    return (int(match["date"]), int(match["day"])) if match["date"] else (int(match["number"]),)


# --- folders ---------------------------------------------------------------------------------------------------------


def read_migrations(directory: Path) -> list[MigrationFile]:
    """Read and check all migrations of a folder, in the order of their numbers.

    Raises DiagnosticError with everything that is wrong: the folder, a name, a number used twice, a rollback without a
    migration, a text that is not UTF-8 or that only psql could run.
    """
    if not directory.is_dir():
        raise DiagnosticError(
            Diagnostic(
                "SQW401",
                f"there is no folder of migrations at {directory}",
                (Label(_shown(directory), "", 0, 0),),
                help='Make one, or name another: migrations = "…" in the configuration.',
            )
        )
    found: list[Diagnostic] = []
    paths = sorted(path for path in directory.iterdir() if path.suffix == ".sql" and path.is_file())
    scripts: dict[str, Script] = {}
    for path in paths:
        try:
            scripts[path.name] = read_script(path)
        except DiagnosticError as error:
            found += error.diagnostics
    files: list[MigrationFile] = []
    names = {path.name for path in paths}
    for path in paths:
        if path.name.endswith(_ROLLBACK):
            if path.name.removesuffix(_ROLLBACK) + ".sql" not in names:
                found.append(_stray_rollback(path, names))
            continue
        if not number_of(path.stem):
            found.append(_unnumbered(path))
        elif path.name in scripts:
            rollback = scripts.get(path.stem + _ROLLBACK)
            files.append(MigrationFile(path.stem, number_of(path.stem), scripts[path.name], rollback))
    found += [
        Diagnostic(
            "SQW402",
            "a Python migration cannot be reviewed as SQL and is not run",
            (Label(_shown(path), "", 0, 0),),
            help="Write it as SQL.",
        )
        for path in sorted(directory.glob("*.py"))
        if number_of(path.stem)
    ]
    files.sort(key=lambda file: (file.number, file.id))
    found += _numbering(files)
    if found:
        raise DiagnosticError(found)
    return files


def _numbering(files: Sequence[MigrationFile]) -> Iterator[Diagnostic]:
    for one, other in pairwise(files):
        if one.number == other.number:
            yield Diagnostic(
                "SQW403",
                f"two migrations have the number {'_'.join(map(str, other.number))}",
                (other.script.label(0, 0), one.script.label(0, 0, primary=False)),
                help="Give the one that has not been applied anywhere the next free number.",
            )
    earlier: set[str] = set()
    for file in files:
        for name, offset in file.script.depends:
            if name not in earlier:
                near = nearest(name, earlier)
                yield Diagnostic(
                    "SQW404",
                    f"{file.id} depends on {name}, which is not a migration before it",
                    (file.script.label(offset, offset + len(name), f"did you mean {near}?" if near else ""),),
                )
        earlier.add(file.id)


def _stray_rollback(path: Path, names: Iterable[str]) -> Diagnostic:
    wanted = path.name.removesuffix(_ROLLBACK) + ".sql"
    near = nearest(wanted, [name for name in names if not name.endswith(_ROLLBACK)])
    return Diagnostic(
        "SQW405",
        f"this rollback has no migration: there is no {wanted}",
        (Label(_shown(path), "", 0, 0),),
        help=f"Did you mean {near.removesuffix('.sql')}{_ROLLBACK}?" if near else None,
    )


def _unnumbered(path: Path) -> Diagnostic:
    return Diagnostic(
        "SQW402",
        "a migration's name begins with its number, as in 0001_base_tables.sql",
        (Label(_shown(path), "", 0, 0),),
        help="Rename it, or move it to another folder.",
    )


def _shown(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


# --- one file --------------------------------------------------------------------------------------------------------


def read_script(path: Path) -> Script:
    """Read and check one file.

    Raises DiagnosticError when it is not UTF-8, or holds what cannot be run.
    """
    name = _shown(path)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DiagnosticError(
            Diagnostic(
                "SQW406",
                f"this file is not UTF-8 text: byte 0x{raw[error.start]:02x} in line {line}",
                (Label(name, "", 0, 0),),
                help="Save it as UTF-8.",
            )
        ) from None
    found: list[Diagnostic] = []
    directives, depends = _directives(name, text, found)
    statements: list[Statement] = []
    try:
        for tokens in _split(text):
            start, end = tokens[0].start, tokens[-1].end
            if problem := _unrunnable(name, text, tokens):
                found.append(problem)
            if tokens[0].kind == "psql" or (problem and problem.code == "SQW409"):
                break  # the data of a COPY is no SQL, nothing after it can be told
            statements.append(Statement(len(statements) + 1, text[start:end], start))
    except SqlTextError as error:
        found.append(Diagnostic("SQW407", str(error), (Label(name, text, error.start, error.end),)))
    if found:
        raise DiagnosticError(found)
    transactional = directives.get("transactional", "true") == "true"
    return Script(path, name, text, checksum_of(text), tuple(statements), transactional, tuple(depends))


def _directives(name: str, text: str, found: list[Diagnostic]) -> tuple[dict[str, str], list[tuple[str, int]]]:
    """yoyo's `-- transactional: false` and `-- depends: …`, which stand above the first statement."""
    directives: dict[str, str] = {}
    depends: list[tuple[str, int]] = []
    for kind, start, end in _leading_comments(text):
        match = _DIRECTIVE.match(text, start, end) if kind == "comment" else None
        if not match or match["name"].lower() not in _DIRECTIVES:
            continue
        word, value = match["name"].lower(), match["value"]
        if word == "depends":
            depends += [(part[0], match.start("value") + part.start()) for part in re.finditer(r"\S+", value)]
        elif value.lower() not in ("true", "false"):
            label = Label(name, text, match.start("value"), match.end("value"))
            found.append(Diagnostic("SQW408", "transactional is true or false", (label,)))
        directives[word] = value.lower()
    return directives, depends


def _leading_comments(text: str) -> Iterator[Token]:
    try:
        for token in tokenize(text):
            if token.kind not in ("comment", "block"):
                return
            yield token
    except SqlTextError:
        return  # reported where the statements are read


def _split(text: str) -> Iterator[list[Token]]:
    """The words of each statement, without comments in front and without its semicolon: psql's rules."""
    tokens: list[Token] = []
    names: list[str] = []
    parentheses = depth = 0
    for token in tokenize(text):
        if token.kind in ("comment", "block"):
            continue
        word = text[token.start : token.end]
        if token.kind == "name":
            names.append(word.upper())
            if parentheses == 0 and _has_body(names):
                # The body of a function in SQL: BEGIN ATOMIC …; …; END, with CASE … END inside.
                if names[-1] == "BEGIN" or (names[-1] == "CASE" and depth):
                    depth += 1
                elif names[-1] == "END" and depth:
                    depth -= 1
        elif word in "([":
            parentheses += 1
        elif word in ")]":
            parentheses = max(parentheses - 1, 0)
        if word == ";" and parentheses == 0 and depth == 0:
            if tokens:
                yield tokens
            tokens, names = [], []
            continue
        tokens.append(token)
        if token.kind == "psql":  # ends with its line, not with a semicolon
            yield tokens
            tokens, names = [], []
    if tokens:
        yield tokens


def _has_body(names: Sequence[str]) -> bool:
    head = names[1:] if names[1:3] != ["OR", "REPLACE"] else names[3:]
    return names[0] == "CREATE" and head[:1] in (["FUNCTION"], ["PROCEDURE"])


def _unrunnable(name: str, text: str, tokens: Sequence[Token]) -> Diagnostic | None:
    def problem(code: str, message: str, start: Token, end: Token, help: str) -> Diagnostic:
        return Diagnostic(code, message, (Label(name, text, start.start, end.end),), help=help)

    words = [text[token.start : token.end].upper() if token.kind == "name" else "" for token in tokens]
    for token in tokens:
        if token.kind == "psql":
            return problem(
                "SQW410",
                "this is a command of psql, not SQL",
                token,
                token,
                "Remove it: only SQL is sent to the server.",
            )
    if words[0] == "COPY" and ("FROM", "STDIN") in pairwise(words):
        at = list(pairwise(words)).index(("FROM", "STDIN"))
        return problem(
            "SQW409",
            "COPY FROM STDIN has no data to read in a migration",
            tokens[0],
            tokens[at + 1],
            "Write INSERT … VALUES instead (pg_dump --inserts does).",
        )
    control = words[0] in _TRANSACTION_CONTROL or words[:2] == ["PREPARE", "TRANSACTION"]
    if control or (words[0] == "ROLLBACK" and "TO" not in words):
        return problem(
            "SQW411",
            "a migration cannot begin or end transactions",
            tokens[0],
            tokens[-1],
            "Remove it: a migration is one transaction; with `-- transactional: false` each statement is its own.",
        )
    return None
