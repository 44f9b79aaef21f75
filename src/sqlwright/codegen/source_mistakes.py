"""What can be wrong with the text of a file of queries, and how it is said.

In: parts of a file that `source` has found to be wrong, or wants to have looked at. Out: diagnostics, collected in
`Mistakes.problems`. The surprise: two mistakes that are one are told once, as a parameter that is misspelt in the SQL
and so is both undeclared and unused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlwright.codegen.annotations import Annotations, is_annotation
from sqlwright.codegen.header import HEADER_EXAMPLE, Header, misspelt_header
from sqlwright.codegen.ir import Operation
from sqlwright.diagnostics import Diagnostic, nearest
from sqlwright.runtime.sqltext import QueryText, Span, SqlTextError

if TYPE_CHECKING:
    from sqlwright.codegen.source import SourceFile, SourceParameter

__all__ = ["Mistakes"]

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


class Mistakes:
    """Collects what is wrong with one file."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.text = file.text
        self.problems: list[Diagnostic] = []

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

    def line_of(self, span: Span) -> Span:
        """The part of a span that is on its first line."""
        ends = [place for mark in "\r\n" if (place := self.text.find(mark, span.start, span.end)) >= 0]
        return Span(span.start, min([span.end, *ends]))

    def empty(self, header: Header, part: QueryText) -> None:
        hint = "its SQL goes below its name" if part.comments else None
        self.problem("SQW109", "the query has no SQL", header.name_span, "nothing follows", hint, header.name)

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
        declared = header.declared
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
