"""The files behind the sources: which ones there are, and their text.

In: paths that a configuration or a command line names. Out: files in a fixed order, and their text, or diagnostics. The
surprise: a file is read once, however many of the paths lead to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlwright.codegen.header import HEADER_EXAMPLE
from sqlwright.diagnostics import Diagnostic, Label, nearest

__all__ = ["display_name", "find_files", "read_text"]


def display_name(path: Path, root: Path) -> str:
    full = path.resolve()
    return (full.relative_to(root.resolve()) if full.is_relative_to(root.resolve()) else path).as_posix()


def find_files(paths: Sequence[Path], root: Path, problems: list[Diagnostic]) -> Iterable[Path]:
    found: dict[Path, Path] = {}
    for path in (root / path for path in paths):
        if path.is_dir():
            below = [item for item in path.rglob("*.sql") if item.is_file() and not _is_hidden(item, path)]
            if not below:
                label = Label(display_name(path, root), "", 0, 0)
                hint = f"a file of queries ends in .sql and begins with a line such as `{HEADER_EXAMPLE}`"
                problems.append(Diagnostic("SQW101", "the folder has no .sql file", (label,), help=hint))
            for item in sorted(below, key=lambda item: item.relative_to(path).as_posix()):
                found.setdefault(item.resolve(), item)
        elif path.exists():
            found.setdefault(path.resolve(), path)
        else:
            problems.append(_missing(path, root))
    return found.values()


def _is_hidden(item: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in item.relative_to(folder).parts)


def _missing(path: Path, root: Path) -> Diagnostic:
    beside = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
    guess = nearest(path.name, beside)
    label = Label(display_name(path, root), "", 0, 0)
    hint = f"did you mean `{display_name(path.with_name(guess), root)}`?" if guess else None
    return Diagnostic("SQW101", "there is no such file or folder", (label,), help=hint)


def read_text(path: Path, name: str) -> str | Diagnostic:
    """The text of a file without its byte order mark, or why it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return Diagnostic("SQW101", f"the file cannot be read: {error.strerror}", (Label(name, "", 0, 0),))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", "replace")
        start = len(data[: error.start].decode("utf-8"))
        encoding = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else None
        hint = f"save the file as UTF-8{f'; this looks like {encoding}' if encoding else ''}"
        label = Label(
            name, "" if encoding else text, start, start + 1, "" if encoding else f"byte 0x{data[error.start]:02x}"
        )
        return Diagnostic("SQW102", "the file is not UTF-8 text", (label,), help=hint)
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        place = text.index("\0")
        label = Label(name, text, place, place + 1, "a zero character, which PostgreSQL cannot store")
        return Diagnostic("SQW102", "the file is not text", (label,))
    return text
