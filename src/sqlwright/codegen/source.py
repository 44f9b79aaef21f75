"""The first stage: `.sql` files in, `SourceQuery`s out, with exact positions and everything that is wrong.

In: paths of files and folders. Out: `Sources`, whose queries hold the numbered SQL and a map back to the file. Nothing
is asked of a database here. The surprise: offsets count characters of the text after a byte order mark, whatever the
line ends are, so an offset is right in `text` and in an editor alike; every later stage speaks in these offsets.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlwright.codegen.annotations import Annotations, parse_comments
from sqlwright.codegen.header import Header, read_header
from sqlwright.codegen.ir import Operation
from sqlwright.codegen.source_files import display_name, find_files, read_text
from sqlwright.codegen.source_mistakes import Mistakes
from sqlwright.diagnostics import Diagnostic, DiagnosticError, Label, line_starts
from sqlwright.runtime.adapter import sha256_of
from sqlwright.runtime.sqltext import (
    NumberedSql,
    QueryText,
    Span,
    SqlTextError,
    Token,
    number_placeholders,
    split_queries,
)

__all__ = ["SourceFile", "SourceParameter", "SourceQuery", "Sources", "Span", "read_sources"]


class SourceFile:
    """A `.sql` file as it was read."""

    def __init__(self, path: Path, name: str, text: str) -> None:
        self.path = path
        #: as messages name it: relative to the root, with forward slashes
        self.name = name
        #: without a byte order mark
        self.text = text
        self.sha256 = sha256_of(text)
        self.queries: tuple[SourceQuery, ...] = ()
        self._starts = line_starts(text)

    def __repr__(self) -> str:
        return f"SourceFile({self.name!r}, {len(self.queries)} queries)"

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def label(self, span: Span, message: str = "", primary: bool = True) -> Label:
        """A label for a diagnostic."""
        return Label(self.name, self.text, span.start, span.end, message, primary)


@dataclass(frozen=True, slots=True)
class SourceParameter:
    """A `$n` of a query, and every place that it was written."""

    number: int
    name: str
    attribute: str | None
    occurrences: tuple[Span, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SourceQuery:
    """A query as it was written."""

    file: SourceFile
    name: str
    name_span: Span
    #: of the header
    line: int
    operation: Operation
    #: the names of the parameter list, or None where there is no list
    declared: tuple[str, ...] | None
    doc: str
    annotations: Annotations
    #: the statement with `$n` for `:name`
    sql: str
    parameters: tuple[SourceParameter, ...]
    #: the statement in the file
    span: Span
    _numbered: NumberedSql = field(repr=False)
    #: its words, as offsets into the file; comments too
    tokens: tuple[Token, ...] = field(repr=False)

    def file_offset(self, sql_offset: int) -> int:
        """Where a character of `sql` stands in the file; inside `$n`, the colon of `:name`."""
        return min(self.span.start + self._numbered.source_offset(sql_offset), self.span.end)

    def token_span(self, file_offset: int) -> Span:
        """The whole word at a place of the file, with what it qualifies (`u.name`); after the last word, nothing."""
        tokens, text = self.tokens, self.file.text
        index = bisect_right(tokens, file_offset, key=lambda token: token.start) - 1
        if index < 0 or file_offset >= min(tokens[index].end, self.span.end):
            return Span(file_offset, min(file_offset + 1, max(self.span.end, file_offset)))
        end = tokens[index].end
        if tokens[index].kind in ("name", "quoted"):
            for dot, word in zip(tokens[index + 1 :: 2], tokens[index + 2 :: 2], strict=False):
                is_qualified = text[dot.start : dot.end] == "." and dot.start == end == word.start - 1
                if not is_qualified or word.kind not in ("name", "quoted"):
                    break
                end = word.end
        return Span(tokens[index].start, end)


@dataclass(frozen=True, slots=True)
class Sources:
    """All files that could be read, with their right queries, and what is wrong."""

    files: tuple[SourceFile, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def queries(self) -> Iterator[SourceQuery]:
        """The queries of all files, in order."""
        return (query for file in self.files for query in file.queries)


def read_sources(paths: Sequence[Path], root: Path, *, keep_going: bool = False) -> Sources:
    """Read files, and folders with all below them in order of name.

    Args:
        paths: relative ones start at `root`.
        root: what the files' names in messages are relative to.
        keep_going: return the queries that are right along with what is wrong, instead of raising it.

    Raises:
        DiagnosticError: with everything that is wrong, unless `keep_going`.
    """
    problems: list[Diagnostic] = []
    sources: list[SourceFile] = []
    for path in find_files(paths, root, problems):
        read = read_text(path, display_name(path, root))
        if isinstance(read, Diagnostic):
            problems.append(read)
            continue
        file = SourceFile(path, display_name(path, root), read)
        problems += _Reader(file).read()
        sources.append(file)
    if problems and not keep_going:
        raise DiagnosticError(problems)
    return Sources(tuple(sources), tuple(problems))


# --- queries ---------------------------------------------------------------------------------------------------------


class _Reader:
    """Reads the queries of one file, and collects what is wrong with them."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.text = file.text
        self.mistakes = Mistakes(file)

    def read(self) -> list[Diagnostic]:
        errors: list[SqlTextError] = []
        parts = split_queries(self.text, errors)
        preamble, queries = parts[0], parts[1:]
        broken = {_part_of(parts, error): error for error in errors}
        by_name: dict[str, Span] = {}
        found: list[SourceQuery] = []
        self.mistakes.preamble(preamble, broken.get(0), bool(queries))
        for index, part in enumerate(queries, start=1):
            if part.spec is None:
                continue
            header = read_header(self.text, part.spec, self.file.label)
            if isinstance(header, Diagnostic):
                self.mistakes.problems.append(header)
            if index in broken:
                self.mistakes.unclosed(broken[index], header.name if isinstance(header, Header) else None)
                continue
            query = self.query(part, header) if isinstance(header, Header) else None
            if isinstance(header, Header) and (first := by_name.setdefault(header.name, header.name_span)):
                if first != header.name_span:
                    self.mistakes.duplicate(header, first)
                elif query is not None:
                    found.append(query)
        self.file.queries = tuple(found)
        return sorted(self.mistakes.problems, key=lambda problem: problem.label.start if problem.label else 0)

    def query(self, part: QueryText, header: Header) -> SourceQuery | None:
        """The query, unless it cannot be understood."""
        if self.mistakes.psql_command(part, header.name):
            return None
        wrong = self.mistakes.misspelt(part)
        statements = [item for item in part.statements if wrong is None or item.start < wrong]
        if not statements:
            if wrong is None:
                self.mistakes.empty(header, part)
            return None
        if len(statements) > 1 and header.operation is not Operation.SCRIPT:
            self.mistakes.several(header, statements)
            return None
        span = Span(statements[0].start, statements[-1].end)
        declared = () if header.operation is Operation.SCRIPT else header.declared
        names = None if declared is None else tuple(name for name, _ in declared)
        try:
            numbered = number_placeholders(self.text[slice(*span)], names)
        except SqlTextError as error:
            self.mistakes.unusable(error, span, header)
            return None
        parameters = tuple(_parameters(numbered, span.start))
        if not self.mistakes.agree(header, parameters, part, span):
            return None
        doc, annotations, problems = parse_comments(self.comments(part), self.file.label, header.name)
        self.mistakes.problems += problems
        self.mistakes.misplaced_annotations(part, span.start, header.name)
        # The rows of COPY … FROM STDIN are an argument of the function, and no parameter of the statement.
        if self.text[span.start : span.start + 4].upper() != "COPY":
            self.mistakes.unknown_parameters(annotations, parameters, header.name)
        tokens = tuple(token for token in part.tokens if span.start <= token.start < span.end)
        tokens = _without_slices(tokens, numbered, span.start)
        line = self.file.position(header.name_span.start)[0]
        return SourceQuery(
            self.file, header.name, header.name_span, line, header.operation,
            None if header.declared is None else names, doc, annotations, numbered.sql, parameters, span,
            numbered, tokens,
        )  # fmt: skip

    def comments(self, part: QueryText) -> list[tuple[int, str]]:
        """The comment lines, with an empty one for blank lines between them."""
        lines: list[tuple[int, str]] = []
        end = None
        for start, stop in part.comments:
            if end is not None and self.file.position(start)[0] > self.file.position(end)[0] + 1:
                lines.append((start, ""))
            lines.append((start, self.text[start:stop].rstrip()))
            end = start
        return lines


def _part_of(parts: Sequence[QueryText], error: SqlTextError) -> int:
    starts = [part.spec.start if part.spec else 0 for part in parts]
    return bisect_right(starts, error.start) - 1


def _parameters(numbered: NumberedSql, base: int) -> Iterator[SourceParameter]:
    for number, (name, attribute) in enumerate(numbered.parameters, start=1):
        places = tuple(
            Span(base + place.start, base + place.end)
            for place in numbered.placeholders
            if (place.name, place.attribute) == (name, attribute)
        )
        yield SourceParameter(number, name, attribute, places)


def _without_slices(tokens: Iterable[Token], numbered: NumberedSql, base: int) -> tuple[Token, ...]:
    """Where `:n` is the bound of a slice, the colon and the name are two words."""
    starts = {place.start + base for place in numbered.placeholders}
    divided: list[Token] = []
    for token in tokens:
        if token.kind in ("colon", "psqlquoted") and token.start not in starts:
            divided.append(Token("other", token.start, token.start + 1))
            divided.append(Token("name", token.start + 1, token.end))
        else:
            divided.append(token)
    return tuple(divided)
