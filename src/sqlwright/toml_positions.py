"""Where the keys and values of a TOML document stand, which `tomllib` does not tell.

In: the text of a document that `tomllib` has read, so it is known to be valid. Out: a `Place` for each path of keys and
list indexes. The surprise: a table has the place of its header's last key, or of the first key that opened it.
"""

from __future__ import annotations

import re
import tomllib
from typing import NamedTuple, TypeAlias

__all__ = ["Path", "Place", "positions"]

Path: TypeAlias = "tuple[str | int, ...]"


class Place(NamedTuple):
    """Character offsets of a key and of its value; a list's item has the same for both."""

    key_start: int
    key_end: int
    start: int
    end: int


_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(r'''"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*\'''', re.DOTALL)
_SCALAR = re.compile(r"[^,\]}#\n]*")


def positions(text: str) -> dict[Path, Place]:
    """The place of everything in a valid document."""
    reader = _Reader(text)
    reader.document()
    return reader.found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, Place] = {}
        self.counts: dict[Path, int] = {}

    def blank(self) -> None:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def take(self, mark: str) -> bool:
        self.blank()
        if self.text.startswith(mark, self.at):
            self.at += len(mark)
            return True
        return False

    def document(self) -> None:
        table: Path = ()
        self.blank()
        while self.at < len(self.text):
            if self.take("[["):
                path = self.key((), opens_item=True)
                self.take("]]")
                self.counts[path] = self.counts.get(path, -1) + 1
                table = (*path, self.counts[path])
            elif self.take("["):
                table = self.key(())
                self.take("]")
            else:
                self.pair(table)
            self.blank()

    def key(self, table: Path, *, opens_item: bool = False) -> Path:
        """A dotted key; each part opens a table."""
        path = table
        while True:
            self.blank()
            found = _KEY.match(self.text, self.at)
            if found is None:
                raise ValueError("the document is not valid TOML")
            self.at = found.end()
            name = found[0]
            path = (*path, tomllib.loads(f"key = {name}")["key"] if name[0] in "\"'" else name)
            self.found.setdefault(path, Place(*found.span(), *found.span()))
            is_last = not self.take(".")
            if path in self.counts and not (is_last and opens_item):
                path = (*path, self.counts[path])
            if is_last:
                return path

    def pair(self, table: Path) -> None:
        path = self.key(table)
        key = self.found[path]
        self.take("=")
        self.blank()
        start = self.at
        self.value(path)
        self.found[path] = Place(key.key_start, key.key_end, start, self.at)

    def value(self, path: Path) -> None:
        if self.take("["):
            index = 0
            while not self.take("]"):
                self.blank()
                start = self.at
                self.value((*path, index))
                self.found[*path, index] = Place(start, self.at, start, self.at)
                index += 1
                self.take(",")
        elif self.take("{"):
            while not self.take("}"):
                self.pair(path)
                self.take(",")
        else:
            found = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
            end = found.end() if found else self.at
            self.at += len(self.text[self.at : end].rstrip())
