"""What went wrong, as data, and the one place that draws it.

In: a `Diagnostic` with labels, each a span of a file's text. Out: the text that a user reads (`render`) or the object
that a program reads (`as_json`). The surprise: widths are counted in terminal cells, not characters, so that the carets
stand under the right word after tabs, wide characters and combining marks; `line:column` counts characters, from 1.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

__all__ = [
    "CODES",
    "Diagnostic",
    "DiagnosticError",
    "DiagnosticJson",
    "Label",
    "as_json",
    "excerpt",
    "line_starts",
    "nearest",
    "position_of",
    "render",
]

#: Every code and what it says, in one line; the documentation's table is made from this one.
CODES: dict[str, str] = {
    # 0xx: configuration
    "SQW001": "No configuration was found.",
    "SQW002": "One folder has two configurations.",
    "SQW003": "The configuration is not valid TOML.",
    "SQW004": "The configuration has a key that does not exist.",
    "SQW005": "A value in the configuration is of the wrong type or form.",
    "SQW006": "The configuration lacks a key that is needed.",
    "SQW010": "The name given to `sqlwright init` is not one of a package.",
    "SQW011": "`sqlwright init` found files where it would write.",
    "SQW012": "No query has the name that was asked for.",
    # 1xx: the text of the .sql files
    "SQW101": "A file or folder of queries does not exist or cannot be read.",
    "SQW102": "A file is not UTF-8 text.",
    "SQW103": "A file has no query.",
    "SQW104": "A file has SQL before its first query.",
    "SQW105": "A query's name is missing or is not a name.",
    "SQW106": "A query's operator does not exist.",
    "SQW107": "A query's parameter list is malformed.",
    "SQW108": "Two queries of one file have the same name.",
    "SQW109": "A query has no SQL.",
    "SQW110": "A query has more than one statement.",
    "SQW111": "A string, quoted name or comment is not closed.",
    "SQW112": "A parameter is written as a number ($1).",
    "SQW113": "A parameter is used but not declared.",
    "SQW114": "A parameter is declared but not used.",
    "SQW115": "A script has parameters.",
    "SQW116": "A file has a command of psql.",
    "SQW117": "A comment looks like a misspelt query name.",
    "SQW118": "A parameter is written in quotes.",
    "SQW120": "An annotation does not exist.",
    "SQW121": "An annotation is malformed.",
    "SQW122": "An annotation stands where it has no effect.",
    "SQW123": "An annotation is given twice.",
    "SQW124": "An annotation speaks of a parameter that the query does not have.",
    # 2xx: PostgreSQL's answer
    "SQW201": "PostgreSQL refuses the statement.",
    "SQW202": "PostgreSQL refuses a statement of the schema.",
    "SQW203": "A file or folder of the schema does not exist or cannot be read.",
    # 3xx: rules
    "SQW301": "A query for one row may return more than one.",
    "SQW302": "A query's operator asks for rows, and its statement returns none.",
    "SQW303": "A query's operator would drop the rows that its statement returns.",
    "SQW304": "A query for one value returns more than one column.",
    "SQW305": "The default of a parameter is not a value of its type.",
    "SQW306": "Two columns of a result have the same name.",
    "SQW307": "An annotation speaks of a column that the query does not return, or that is not what it says.",
    "SQW308": "Two different things would get the same name in Python.",
    "SQW309": "A parameter has a name that the generated function needs itself.",
    "SQW310": "A COPY does something else than taking rows from the client, or in a format that they do not have.",
    "SQW311": "An annotation of a parameter does not fit the parameter's use.",
    "SQW312": "A result has an anonymous record beside or around a type that is only read as text.",
    # 4xx: migrations
    "SQW401": "There is no folder of migrations.",
    "SQW402": "A file in the folder of migrations is not a numbered SQL migration.",
    "SQW403": "Two migrations have the same number.",
    "SQW404": "A migration depends on one that does not exist or comes later.",
    "SQW405": "A rollback has no migration.",
    "SQW406": "A migration is not UTF-8 text.",
    "SQW407": "A string, quoted name or comment of a migration is not closed.",
    "SQW408": "A directive of a migration has no such value.",
    "SQW409": "A migration has COPY FROM STDIN, which has no data there.",
    "SQW410": "A migration has a command of psql.",
    "SQW411": "A migration begins or ends a transaction.",
    "SQW412": "There is no such migration.",
    "SQW413": "A migration was interrupted and is neither applied nor rolled back.",
    "SQW414": "A migration has been edited since it was applied.",
    "SQW415": "A migration is late: one with a higher number is already applied.",
    "SQW416": "A migration cannot be rolled back.",
    "SQW420": "PostgreSQL refuses a statement of a migration.",
    "SQW421": "The database cannot be worked on.",
    "SQW422": "There is no schema to create tables in.",
    "SQW423": "Another migrator is at work.",
    "SQW424": "An interrupted migration has been edited where it was already done.",
    # 5xx: generated files
    "SQW501": "The generated files are not what the SQL says.",
    "SQW502": "A file in the way was not generated, so it is not overwritten.",
}


@dataclass(frozen=True, slots=True)
class Label:
    """A span of a file with something to say about it.

    `text` is the whole file; `start` and `end` are character offsets into it. A file that does not exist or cannot be
    read has the text "", and then nothing is drawn.
    """

    source_name: str
    text: str
    start: int
    end: int
    message: str = ""
    primary: bool = True

    @property
    def position(self) -> tuple[int, int]:
        """Line and column of the start, both from 1."""
        return position_of(self.text, self.start)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a code of `CODES`, a sentence, the places, and what to do about it."""

    code: str
    message: str
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str | None = None
    query: str | None = None
    severity: Literal["error", "warning"] = "error"

    @property
    def label(self) -> Label | None:
        """The place that the first line names: the first primary label."""
        return next((label for label in self.labels if label.primary), self.labels[0] if self.labels else None)


class DiagnosticError(Exception):
    """Raised by a stage that cannot go on; carries all that it found."""

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        self.diagnostics = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        super().__init__("\n".join(_headline(diagnostic) for diagnostic in self.diagnostics))


class DiagnosticJson(TypedDict):
    """A diagnostic as programs read it; what is not known is null."""

    file: str | None
    line: int | None
    column: int | None
    code: str
    message: str
    query: str | None


def as_json(diagnostic: Diagnostic) -> DiagnosticJson:
    """The diagnostic as a plain dictionary."""
    label = diagnostic.label
    line, column = label.position if label else (None, None)
    return {
        "file": label.source_name if label else None,
        "line": line,
        "column": column,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "query": diagnostic.query,
    }


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that the writer most likely meant, or None where nothing is near."""
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    found = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


# --- positions -------------------------------------------------------------------------------------------------------


def line_starts(text: str) -> list[int]:
    r"""The offset of each line's first character; a line ends at \n, \r\n or \r, as in PostgreSQL's own comments."""
    starts, offset = [0], 0
    for line in text.replace("\r\n", "\n\n").replace("\r", "\n").split("\n")[:-1]:
        offset += len(line) + 1
        # \r\n became two: the first of them ends no line.
        if text[offset - 1] == "\r" and text.startswith("\n", offset):
            continue
        starts.append(offset)
    return starts


def position_of(text: str, offset: int) -> tuple[int, int]:
    """Line and column of a character offset, both from 1, in characters."""
    head = text[: max(offset, 0)]
    if head.endswith("\r") and text.startswith("\n", len(head)):
        head = head[:-1]
        start = line_starts(head)
        return len(start), len(head) - start[-1] + 2
    start = line_starts(head)
    return len(start), len(head) - start[-1] + 1


# --- drawing ---------------------------------------------------------------------------------------------------------

_WIDTH = 120
_TAB = 4
_STYLES = {"error": "1;31", "warning": "1;33", "secondary": "1;34", "frame": "34", "bold": "1"}


def render(diagnostic: Diagnostic, *, color: bool = False) -> str:
    """The drawing of a diagnostic, without a newline at its end.

    The first line is for programs too: `file:line:column: error[CODE]: message`.
    """
    return "\n".join(_Drawing(diagnostic, color).lines())


def excerpt(label: Label, *, color: bool = False) -> str:
    """The lines that a label stands on, with the word underlined and its message behind; for what is no diagnostic."""
    return "\n".join(_Drawing(Diagnostic("", "", (label,)), color).source([label]))


def _headline(diagnostic: Diagnostic) -> str:
    label = diagnostic.label
    place = ""
    if label is not None:
        line, column = label.position
        place = f"{label.source_name}:{line}:{column}: "
    return f"{place}{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"


@dataclass(frozen=True, slots=True)
class _Mark:
    """The part of a label that lies on one line, in characters of that line."""

    line: int
    start: int
    end: int
    message: str
    primary: bool


class _Drawing:
    def __init__(self, diagnostic: Diagnostic, color: bool) -> None:
        self.diagnostic = diagnostic
        self.color = color
        first = diagnostic.label
        names = dict.fromkeys(label.source_name for label in sorted(diagnostic.labels, key=lambda item: item != first))
        self.sources = [[label for label in diagnostic.labels if label.source_name == name] for name in names]
        last_lines = (position_of(label.text, max(label.start, label.end - 1))[0] for label in diagnostic.labels)
        self.gutter = max(2, len(str(max(last_lines, default=1))))

    def lines(self) -> Iterable[str]:
        diagnostic = self.diagnostic
        place, _, rest = _headline(diagnostic).partition(f"{diagnostic.severity}[")
        word, _, message = (f"{diagnostic.severity}[" + rest).partition(": ")
        yield f"{self.styled(place, 'bold')}{self.styled(word, diagnostic.severity)}: {self.styled(message, 'bold')}"
        opened = False
        for labels in self.sources:
            if not labels[0].text:
                yield from (
                    self.frame("·", f"{label.source_name}: {label.message}") for label in labels if label.message
                )
                continue
            of_query = f" · {diagnostic.query}" if diagnostic.query and not opened else ""
            yield self.frame("├─" if opened else "╭─", labels[0].source_name + of_query)
            opened = True
            yield from self.source(labels)
        ends = [("note", note) for note in diagnostic.notes]
        if diagnostic.help:
            ends.append(("help", diagnostic.help))
        if opened and not ends:
            yield self.frame("╵", "")
        for number, (kind, text) in enumerate(ends, start=1):
            last = number == len(ends)
            first, *more = text.splitlines() or [""]
            yield self.frame("╰─" if last else "├─", f"{kind}: {first}")
            for line in more:
                yield self.frame(" " if last else "│", f"{' ' * (len(kind) + 3)}{line}" if line else "")

    def source(self, labels: Sequence[Label]) -> Iterable[str]:
        text = labels[0].text
        starts = line_starts(text)
        lines = [text[start:end].rstrip("\r\n") for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
        marks = sorted(
            (mark for label in labels for mark in _marks(label, lines, starts)),
            key=lambda mark: (mark.line, mark.start, mark.end),
        )
        previous: int | None = None
        for number in dict.fromkeys(mark.line for mark in marks):
            if previous is not None and number > previous + 1:
                yield self.frame("┆", "")
            previous = number
            here = [mark for mark in marks if mark.line == number]
            if _fits(lines[number], here, self.room):
                yield from self.line(number, lines[number], here)
            else:
                for mark in here:
                    yield from self.line(number, lines[number], [mark])

    @property
    def room(self) -> int:
        return _WIDTH - self.gutter - 3

    def line(self, number: int, line: str, marks: Sequence[_Mark]) -> Iterable[str]:
        cells, edges = _cells(line)
        low, high = edges[marks[0].start], max(edges[mark.end] for mark in marks)
        left, right = _window(edges[-1], low, high, self.room)
        shown = _cut(cells, edges, left, right)
        yield self.frame("│", shown, number + 1)
        for mark in marks:
            start = min(max(edges[mark.start], left), right) - left
            end = min(max(edges[mark.end], left), right) - left
            carets = ("^" if mark.primary else "-") * max(end - start, 1)
            style = self.diagnostic.severity if mark.primary else "secondary"
            text = f"{carets} {mark.message}".rstrip()
            yield self.frame("·", " " * start + self.styled(text, style))

    def frame(self, bar: str, text: str, number: int | None = None) -> str:
        head = "" if number is None else str(number)
        return f"{self.styled(f'{head:>{self.gutter}} {bar}', 'frame')} {text}".rstrip()

    def styled(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.color and text.strip() else text


def _marks(label: Label, lines: Sequence[str], starts: Sequence[int]) -> Iterable[_Mark]:
    """A span of several lines is marked on its first and its last line, where its message stands."""
    text = label.text
    start = min(max(label.start, 0), len(text))
    end = min(max(label.end, start), len(text))
    first = position_of(text, start)[0] - 1
    last = max(first, position_of(text, max(end - 1, start))[0] - 1)

    def inside(line: int, offset: int) -> int:
        return min(max(offset - starts[line], 0), len(lines[line]))

    if first == last:
        yield _Mark(first, inside(first, start), inside(first, end), label.message, label.primary)
        return
    indent = len(lines[last]) - len(lines[last].lstrip())
    yield _Mark(first, inside(first, start), len(lines[first]), "", label.primary)
    yield _Mark(last, min(indent, inside(last, end)), inside(last, end), label.message, label.primary)


def _cells(line: str) -> tuple[list[str], list[int]]:
    """What is shown for each character, and the cell at which each begins (and, last, at which the line ends)."""
    shown, edges, column = list[str](), [0], 0
    joined = False
    for character in line:
        width = 1
        category = unicodedata.category(character)
        if character == "\t":
            width = _TAB - column % _TAB
            character = " " * width
        elif category == "Cc":
            # Control pictures: a form feed must not clear the reader's screen.
            character = chr(0x2400 + ord(character)) if ord(character) < 0x20 else "�"
        elif unicodedata.bidirectional(character) in _BIDI_CONTROLS:
            character = "�"
        elif joined or category in ("Mn", "Me", "Cf") or "\U0001f3fb" <= character <= "\U0001f3ff":
            width = 0
        elif unicodedata.east_asian_width(character) in "WF":
            width = 2
        joined = character == "\u200d"
        column += width
        shown.append(character)
        edges.append(column)
    return shown, edges


_BIDI_CONTROLS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def _fits(line: str, marks: Sequence[_Mark], room: int) -> bool:
    _, edges = _cells(line)
    return max(edges[mark.end] for mark in marks) - edges[marks[0].start] <= room - 2


def _window(total: int, low: int, high: int, room: int) -> tuple[int, int]:
    """The cells to show of a line: all, or as many as there is room for around the token."""
    if total <= room:
        return 0, total
    left = max(0, min((low + min(high, low + room) - room) // 2, total - room))
    return left, left + room


def _cut(cells: Sequence[str], edges: Sequence[int], left: int, right: int) -> str:
    if left == 0 and right == edges[-1]:
        return "".join(cells)
    # The ellipsis takes the place of a cell; a wide character that it would halve becomes spaces.
    low, high = left + (left > 0), right - (right < edges[-1])
    inside = [index for index in range(len(cells)) if edges[index] >= low and edges[index + 1] <= high]
    if not inside:
        return "…"
    before, after = edges[inside[0]] - low, high - edges[inside[-1] + 1]
    body = "".join(cells[index] for index in inside)
    return f"{'…' if left else ''}{' ' * before}{body}{' ' * after}{'…' if right < edges[-1] else ''}"
