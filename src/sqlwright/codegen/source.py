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

from sqlwright.codegen.annotations import Annotations, is_annotation, parse_comments
from sqlwright.codegen.header import HEADER_EXAMPLE, Header, misspelt_header, read_header
from sqlwright.codegen.ir import Operation
from sqlwright.diagnostics import Diagnostic, DiagnosticError, Label, line_starts, nearest
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

__all__ = ["SourceFile", "SourceParameter", "SourceQuery", "Sources", "Span", "read_sources", "read_text"]


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
    _tokens: tuple[Token, ...] = field(repr=False)

    def file_offset(self, sql_offset: int) -> int:
        """Where a character of `sql` stands in the file; inside `$n`, the colon of `:name`."""
        return min(self.span.start + self._numbered.source_offset(sql_offset), self.span.end)

    def token_span(self, file_offset: int) -> Span:
        """The whole word at a place of the file, with what it qualifies (`u.name`); after the last word, nothing."""
        tokens, text = self._tokens, self.file.text
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
    for path in _files(paths, root, problems):
        read = read_text(path, _display(path, root))
        if isinstance(read, Diagnostic):
            problems.append(read)
            continue
        file = SourceFile(path, _display(path, root), read)
        problems += _Reader(file).read()
        sources.append(file)
    if problems and not keep_going:
        raise DiagnosticError(problems)
    return Sources(tuple(sources), tuple(problems))


# --- files -----------------------------------------------------------------------------------------------------------


def _display(path: Path, root: Path) -> str:
    full = path.resolve()
    return (full.relative_to(root.resolve()) if full.is_relative_to(root.resolve()) else path).as_posix()


def _files(paths: Sequence[Path], root: Path, problems: list[Diagnostic]) -> Iterable[Path]:
    found: dict[Path, Path] = {}
    for path in (root / path for path in paths):
        if path.is_dir():
            below = [item for item in path.rglob("*.sql") if item.is_file() and not _is_hidden(item, path)]
            if not below:
                label = Label(_display(path, root), "", 0, 0)
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
    label = Label(_display(path, root), "", 0, 0)
    hint = f"did you mean `{_display(path.with_name(guess), root)}`?" if guess else None
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


# --- queries ---------------------------------------------------------------------------------------------------------


class _Reader:
    """Reads the queries of one file, and collects what is wrong with them."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.text = file.text
        self.problems: list[Diagnostic] = []

    def read(self) -> list[Diagnostic]:
        errors: list[SqlTextError] = []
        parts = split_queries(self.text, errors)
        preamble, queries = parts[0], parts[1:]
        broken = {_part_of(parts, error): error for error in errors}
        by_name: dict[str, Span] = {}
        found: list[SourceQuery] = []
        self.preamble(preamble, broken.get(0), bool(queries))
        for index, part in enumerate(queries, start=1):
            if part.spec is None:
                continue
            header = read_header(self.text, part.spec, self.file.label)
            if isinstance(header, Diagnostic):
                self.problems.append(header)
            if index in broken:
                self.unclosed(broken[index], header.name if isinstance(header, Header) else None)
                continue
            query = self.query(part, header) if isinstance(header, Header) else None
            if isinstance(header, Header) and (first := by_name.setdefault(header.name, header.name_span)):
                if first != header.name_span:
                    self.duplicate(header, first)
                elif query is not None:
                    found.append(query)
        self.file.queries = tuple(found)
        return sorted(self.problems, key=lambda problem: problem.label.start if problem.label else 0)

    def problem(
        self, code: str, message: str, span: Span, said: str = "", hint: str | None = None, query: str | None = None
    ) -> None:
        self.problems.append(Diagnostic(code, message, (self.file.label(span, said),), help=hint, query=query))

    def preamble(self, part: QueryText, error: SqlTextError | None, has_queries: bool) -> None:
        if error is not None:
            self.unclosed(error, None)
            return
        if self.misspelt(part) is not None or self.psql_command(part, None):
            return
        self.misplaced_annotations(part, 0, None)
        hint = f"a query begins with a line such as `{HEADER_EXAMPLE}`"
        if part.statements:
            first = self.line_of(part.statements[0])
            if has_queries:
                self.problem("SQW104", "SQL stands before the first query", first, "it belongs to no query", hint)
            else:
                self.problem("SQW103", "the file has SQL, but no query", first, "it has no name", hint)
        elif not has_queries:
            self.problem("SQW103", "the file has no query", Span(0, 0), "", hint)

    def query(self, part: QueryText, header: Header) -> SourceQuery | None:
        """The query, unless it cannot be understood."""
        if self.psql_command(part, header.name):
            return None
        wrong = self.misspelt(part)
        statements = [item for item in part.statements if wrong is None or item.start < wrong]
        if not statements:
            if wrong is None:
                hint = "its SQL goes below its name" if part.comments else None
                self.problem("SQW109", "the query has no SQL", header.name_span, "nothing follows", hint, header.name)
            return None
        if len(statements) > 1 and header.operation is not Operation.SCRIPT:
            self.several(header, statements)
            return None
        span = Span(statements[0].start, statements[-1].end)
        declared = () if header.operation is Operation.SCRIPT else header.declared
        names = None if declared is None else tuple(name for name, _ in declared)
        try:
            numbered = number_placeholders(self.text[slice(*span)], names)
        except SqlTextError as error:
            self.unusable(error, span, header)
            return None
        parameters = tuple(_parameters(numbered, span.start))
        if not self.agree(header, declared, parameters, part, span):
            return None
        doc, annotations, problems = parse_comments(self.comments(part), self.file.label, header.name)
        self.problems += problems
        self.misplaced_annotations(part, span.start, header.name)
        # The rows of COPY … FROM STDIN are an argument of the function, and no parameter of the statement.
        if self.text[span.start : span.start + 4].upper() != "COPY":
            self.unknown_parameters(annotations, parameters, header.name)
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

    def line_of(self, span: Span) -> Span:
        """The part of a span that is on its first line."""
        ends = [place for mark in "\r\n" if (place := self.text.find(mark, span.start, span.end)) >= 0]
        return Span(span.start, min([span.end, *ends]))

    # --- mistakes ---

    def duplicate(self, header: Header, first: Span) -> None:
        labels = (
            self.file.label(header.name_span, "named again here"),
            self.file.label(first, "first named here", primary=False),
        )
        message = f"two queries are named {header.name}"
        hint = None
        if self.text[slice(*first)] != self.text[slice(*header.name_span)]:
            hint = "in a name, a hyphen is an underscore"
        self.problems.append(Diagnostic("SQW108", message, labels, help=hint, query=header.name))

    def several(self, header: Header, statements: Sequence[Span]) -> None:
        first, second = statements[0], self.line_of(statements[1])
        labels = (
            self.file.label(second, "a second one begins here"),
            self.file.label(Span(first.end - 1, first.end), "the first one ends here", primary=False),
        )
        hint = f"give it a `-- name:` of its own, or make the query a script: `-- name: {header.name}#`"
        message = "the query has more than one statement"
        self.problems.append(Diagnostic("SQW110", message, labels, help=hint, query=header.name))

    def unclosed(self, error: SqlTextError, query: str | None) -> None:
        place = self.line_of(Span(error.start, error.end))
        opening = self.text[error.start : error.end].lstrip("EeBbXxNnUu&")[:1]
        hint = _CLOSING_HELP.get(opening)
        self.problem("SQW111", str(error), place, "it opens here", hint, query)

    def unusable(self, error: SqlTextError, span: Span, header: Header) -> None:
        place = Span(span.start + error.start, span.start + error.end)
        word = self.text[slice(*place)]
        if error.kind == "number":
            names = [name for name, _ in header.declared or ()]
            index = int(word[1:]) - 1
            name = names[index] if 0 <= index < len(names) else "name"
            hint = f"write `:{name}`; sqlwright gives the numbers"
            self.problem("SQW112", f"{word} is not the way to write a parameter", place, "", hint, header.name)
        else:
            name = word.strip(":'\"{?}")
            hint = "a parameter is a value, never text put into the SQL, so it needs no quotes"
            self.problem("SQW118", str(error), place, f"did you mean `:{name}`?", hint, header.name)

    def psql_command(self, part: QueryText, query: str | None) -> bool:
        for kind, start, end in part.tokens:
            if kind == "psql":
                word = self.text[start:end].split()[0]
                hint = _PSQL_HELP.get(word, "sqlwright sends SQL to the server and nothing else")
                place = Span(start, start + len(word))
                self.problem("SQW116", f"{word} is a command of psql, not SQL", place, "", hint, query)
                return True
        return False

    def misspelt(self, part: QueryText) -> int | None:
        for kind, start, end in part.tokens:
            if kind in ("comment", "block") and (meant := misspelt_header(self.text[start:end])):
                line = max(self.text.rfind("\n", 0, start), self.text.rfind("\r", 0, start)) + 1
                if self.text[line:start].strip():
                    continue
                hint = "a comment that is meant as one needs another first word"
                said = f"did you mean `{meant}`?"
                self.problem("SQW117", "this looks like a misspelt query name", Span(start, end), said, hint)
                return start
        return None

    def misplaced_annotations(self, part: QueryText, after: int, query: str | None) -> None:
        for kind, start, end in part.tokens:
            if kind == "comment" and start >= after and is_annotation(self.text[start:end], known=True):
                hint = "annotations go between the query's name and its SQL"
                place = Span(start, end)
                self.problem("SQW122", "an annotation has no effect here", place, "", hint, query)

    def agree(
        self,
        header: Header,
        declared: Sequence[tuple[str, Span]] | None,
        parameters: Sequence[SourceParameter],
        part: QueryText,
        span: Span,
    ) -> bool:
        """Whether the parameter list has the parameters that the SQL uses."""
        before = len(self.problems)
        if header.operation is Operation.SCRIPT:
            if parameters:
                hint = "a script is sent as it is; a statement with parameters is a query of its own"
                place = parameters[0].occurrences[0]
                self.problem("SQW115", "a script has parameters", place, "not possible here", hint, header.name)
            return len(self.problems) == before
        if declared is None:
            return True
        used = {parameter.name: parameter for parameter in reversed(parameters)}
        unused = {name: place for name, place in declared if name not in used}
        names = ", ".join(name for name, _ in declared) or "none"
        for name in (name for name in reversed(used) if name not in dict(declared)):
            guess = nearest(name, unused) or nearest(name, dict(declared))
            unused.pop(guess or "", None)
            said = f"did you mean `:{guess}`?" if guess else "not in the parameter list"
            place = used[name].occurrences[0]
            self.problem(
                "SQW113", f"the parameter {name} is not declared", place, said, f"declared: {names}", header.name
            )
        for name, place in unused.items():
            slice_hint = None
            if any(
                token.kind == "colon" and self.text[token.start + 1 : token.end].partition(".")[0] == name
                for token in part.tokens
                if span.start <= token.start < span.end
            ):
                slice_hint = (
                    f"directly after an operand, `:{name}` is the bound of a slice, as in `a[1:{name}]`\n"
                    f"for the parameter, leave a space between the colons: `a[1: :{name}]`"
                )
            self.problem(
                "SQW114",
                f"the parameter {name} is never used",
                place,
                f"there is no `:{name}`",
                slice_hint,
                header.name,
            )
        return len(self.problems) == before

    def unknown_parameters(self, annotations: Annotations, parameters: Sequence[SourceParameter], query: str) -> None:
        names = list(dict.fromkeys(parameter.name for parameter in parameters))
        for name, annotation in annotations.params.items():
            if name not in names:
                guess = nearest(name, names)
                said = f"did you mean `{guess}`?" if guess else ""
                hint = f"parameters of {query}: {', '.join(names) or 'none'}"
                self.problem("SQW124", f"{query} has no parameter {name}", annotation.span, said, hint, query)


_CLOSING_HELP = {
    "'": "a quote inside a string is doubled: 'it''s'",
    '"': "a quote inside a quoted name is doubled",
    "/": "comments nest: each `/*` needs a `*/` of its own",
    "$": "it ends with the same dollar quote that it begins with",
}
_PSQL_HELP = {
    "\\i": "each file is read by itself: name it, or its folder, in the configuration's `queries`",
    "\\ir": "each file is read by itself: name it, or its folder, in the configuration's `queries`",
    "\\set": "a parameter is an argument of the function: write `:name` in the SQL",
    "\\.": "the rows of COPY … FROM STDIN come from the caller: leave the data and `\\.` out",
    "\\copy": "write COPY … FROM STDIN: the caller gives the rows",
}


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
