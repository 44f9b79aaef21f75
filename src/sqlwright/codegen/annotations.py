"""Annotations: the comment lines `-- @word …` under a query's name.

In: the comment lines between a query's header and its SQL. Out: the documentation, which is the lines that are no
annotations, and `Annotations`; what is wrong is collected as diagnostics. The surprise: an indented line after an
annotation continues its text, so that a long description need not be one long line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlwright.diagnostics import Diagnostic, Label, nearest
from sqlwright.runtime.sqltext import Span

__all__ = [
    "ANNOTATIONS",
    "Annotations",
    "ColumnAnnotation",
    "ParamAnnotation",
    "RaisesAnnotation",
    "Returns",
    "is_annotation",
    "parse_comments",
]

#: Every annotation and its form; documentation and error messages are made from it.
ANNOTATIONS: Mapping[str, str] = {
    "returns": "@returns Name",
    "param": "@param name[: Type] [= default] [text]",
    "column": "@column name: not null | nullable | [][]",
    "single": "@single",
    "raises": "@raises SQLSTATE ClassName [text]",
}


@dataclass(frozen=True, slots=True)
class Returns:
    """`@returns ProjectStats`: the name of the row's class."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class ParamAnnotation:
    """`@param name: Type = default  text`."""

    name: str
    #: the class of an object parameter, or of the items of a collection
    model: str | None
    collection: Literal["list", "Iterable"] | None
    #: a literal of SQL or Python, as it is written
    default: str | None
    description: str
    #: the name
    span: Span


@dataclass(frozen=True, slots=True)
class ColumnAnnotation:
    """`@column name: not null`, or `nullable`; `[][]`, as PostgreSQL declares arrays; or one of those and `[][]`."""

    #: None where nothing is said of it
    nullable: bool | None
    #: how many dimensions an array has; 0 where nothing is said of it
    dimensions: int
    #: the name
    span: Span


@dataclass(frozen=True, slots=True)
class RaisesAnnotation:
    """`@raises PH404 ProjectNotOwned  text`."""

    sqlstate: str
    name: str
    description: str
    #: SQLSTATE and class name
    span: Span


@dataclass(frozen=True, slots=True)
class Annotations:
    """What the comment lines of one query ask for."""

    returns: Returns | None = None
    params: Mapping[str, ParamAnnotation] = field(default_factory=dict[str, ParamAnnotation])
    columns: Mapping[str, ColumnAnnotation] = field(default_factory=dict[str, ColumnAnnotation])
    raises: tuple[RaisesAnnotation, ...] = ()
    #: the word itself
    single: Span | None = None


_ANNOTATION = re.compile(r"--\s*@(?P<word>[^\s:=]*)[ \t]*(?P<rest>.*)")
_LINE = re.compile(r"--[ \t]?(.*)")
_IDENTIFIER = r"[^\W\d]\w*"
_PARAM = re.compile(
    rf"""(?P<name>{_IDENTIFIER})
    (?:\s*:\s*(?:(?P<collection>list|Iterable)\s*\[\s*(?P<item>{_IDENTIFIER})\s*\]|(?P<model>{_IDENTIFIER})))?
    (?:\s*=\s*(?P<default>'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^\s]+))?
    (?:\s+(?P<text>.*))?""",
    re.VERBOSE,
)
_LITERAL = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?|true|false|null|none""",
    re.IGNORECASE,
)
_COLUMN = re.compile(r'(?P<name>"(?:[^"]|"")+"|[^\s:"]+)\s*:\s*(?P<what>\S.*)')
_RAISES = re.compile(rf"(?P<state>\S+)(?:\s+(?P<name>{_IDENTIFIER})(?:\s+(?P<text>.*))?)?")
_SQLSTATE = re.compile(r"[0-9A-Z]{5}")


def is_annotation(comment: str, *, known: bool = False) -> bool:
    """Whether a comment line (`-- …`) is an annotation; with `known`, one that exists."""
    found = _ANNOTATION.match(comment)
    return found is not None and (not known or found["word"] in ANNOTATIONS)


def parse_comments(
    comments: Sequence[tuple[int, str]], label: Callable[[Span, str, bool], Label], query: str
) -> tuple[str, Annotations, list[Diagnostic]]:
    """Divide the comment lines of a query into documentation and annotations.

    Args:
        comments: offset and text of each line, `--` included; an empty text is a blank line between them.
        label: makes a label of a span, a message and whether it is the primary one.
        query: the query's name, for the diagnostics.
    """
    parser = _Parser(label, query)
    doc: list[str] = []
    continued: tuple[str, int] | None = (
        None  # the annotation that the next line may continue, and how far it is indented
    )
    for offset, text in comments:
        found = _ANNOTATION.match(text)
        if found is not None:
            parser.lines.append(
                (found["word"], offset + found.start("word") - 1, offset + found.start("rest"), [found["rest"]])
            )
            continued = (found["word"], found.start("word"))
            continue
        body = match[1] if (match := _LINE.match(text)) else ""
        indent = len(text) - len(text[2:].lstrip()) if text else 0
        if continued and body.strip() and indent > continued[1] and continued[0] in ("param", "raises"):
            parser.lines[-1][3].append(body.strip())
            continue
        continued = None
        doc.append(body.rstrip())
    parser.parse()
    # An annotation between two paragraphs leaves its blank line behind; one is enough.
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(doc)).strip("\n")
    return text, parser.annotations(), parser.diagnostics


class _Parser:
    def __init__(self, label: Callable[[Span, str, bool], Label], query: str) -> None:
        self.label = label
        self.query = query
        #: word, offset of its @, offset of what follows, and the text in lines
        self.lines: list[tuple[str, int, int, list[str]]] = []
        self.diagnostics: list[Diagnostic] = []
        self.returns: Returns | None = None
        self.params: dict[str, ParamAnnotation] = {}
        self.columns: dict[str, ColumnAnnotation] = {}
        self.raises: list[RaisesAnnotation] = []
        self.single: Span | None = None

    def annotations(self) -> Annotations:
        return Annotations(self.returns, self.params, self.columns, tuple(self.raises), self.single)

    def parse(self) -> None:
        for word, at, start, (first, *more) in self.lines:
            head = Span(at, at + 1 + len(word))
            rest = first.rstrip()
            if word == "returns":
                self.parse_returns(head, start, rest)
            elif word == "param":
                self.parse_param(head, start, rest, more)
            elif word == "column":
                self.parse_column(head, start, rest)
            elif word == "single":
                self.parse_single(head, start, rest)
            elif word == "raises":
                self.parse_raises(head, start, rest, more)
            else:
                guess = nearest(word, ANNOTATIONS)
                self.problem(
                    "SQW120",
                    f"there is no annotation @{word}" if word else "an annotation needs a word after its @",
                    head,
                    f"did you mean `@{guess}`?" if guess else "",
                    "annotations: " + ", ".join(f"@{name}" for name in ANNOTATIONS),
                )

    def parse_returns(self, head: Span, start: int, rest: str) -> None:
        span = Span(start, start + len(rest)) if rest else head
        if not rest.isidentifier():
            hint = "it names the class of one row; the operator says how many there are" if rest else None
            self.malformed("returns", span, "not a class name" if rest else "a class name is missing", hint)
        elif self.returns is not None:
            self.twice("@returns", self.returns.span, span)
        else:
            self.returns = Returns(rest, span)

    def parse_single(self, head: Span, start: int, rest: str) -> None:
        if rest:
            span = Span(start, start + len(rest))
            self.malformed("single", span, "nothing may follow", "a reason goes on a line of its own")
        elif self.single is not None:
            self.twice("@single", self.single, head)
        else:
            self.single = head

    def parse_param(self, head: Span, start: int, rest: str, more: list[str]) -> None:
        found = _PARAM.fullmatch(rest)
        model = (found["item"] or found["model"]) if found else None
        if found is None or (model and not model.lstrip("_")[:1].isupper()):
            begin = re.match(_IDENTIFIER, rest)
            bad = Span(start + (begin.end() if begin else 0), start + len(rest)) if rest else head
            self.malformed(
                "param",
                bad,
                "not a class, list[Class] or Iterable[Class]" if begin else "the name of a parameter is missing",
                "PostgreSQL says what type a parameter has: `: Type` only names the model of an object parameter,\n"
                "and a description follows the name without a colon",
            )
            return
        name, default = found["name"], found["default"]
        span = Span(start, start + len(name))
        if default is not None and not _LITERAL.fullmatch(default):
            bad = Span(start + found.start("default"), start + found.end("default"))
            hint = (
                "a default is a number, 'text', true, false or null; what follows it, after a space, is the description"
            )
            self.malformed("param", bad, "not a literal", hint)
        elif name in self.params:
            self.twice(f"@param {name}", self.params[name].span, span)
        else:
            collection: Literal["list", "Iterable"] | None = None
            if found["collection"] is not None:
                collection = "list" if found["collection"] == "list" else "Iterable"
            text = " ".join([found["text"] or "", *more]).strip()
            self.params[name] = ParamAnnotation(name, model, collection, default, text, span)

    def parse_column(self, head: Span, start: int, rest: str) -> None:
        found = _COLUMN.fullmatch(rest)
        if found is None:
            self.malformed("column", Span(start, start + len(rest)) if rest else head, "a name, `:` and a word go here")
            return
        name = found["name"]
        span = Span(start, start + len(name))
        if name.startswith('"'):
            name = name[1:-1].replace('""', '"')
        what = " ".join(found["what"].replace("[", " [", 1).split()).lower()
        word, _, brackets = what.partition("[")
        word, dimensions = word.strip(), len(brackets) // 2 + bool(brackets)
        if word not in ("not null", "nullable", "") or (brackets and f"[{brackets}" != "[]" * dimensions):
            bad = Span(start + found.start("what"), start + found.end("what"))
            guess = {"null": "nullable"}.get(what) or nearest(what, ("not null", "nullable"))
            self.malformed("column", bad, f"did you mean `{guess}`?" if guess else "not null, nullable, or [][]")
        elif name in self.columns:
            self.twice(f"@column {name}", self.columns[name].span, span)
        else:
            self.columns[name] = ColumnAnnotation(word == "nullable" if word else None, dimensions, span)

    def parse_raises(self, head: Span, start: int, rest: str, more: list[str]) -> None:
        found = _RAISES.fullmatch(rest)
        if found is None:
            self.malformed(
                "raises", Span(start, start + len(rest)) if rest else head, "SQLSTATE and class name go here"
            )
            return
        state, name = found["state"], found["name"]
        place = Span(start, start + len(state))
        if not _SQLSTATE.fullmatch(state):
            is_reversed = name is not None and _SQLSTATE.fullmatch(name)
            hint = "a SQLSTATE is five digits or capital letters, as in the procedure's USING ERRCODE"
            said = "the SQLSTATE comes first" if is_reversed else "not a SQLSTATE"
            self.malformed("raises", place, said, None if is_reversed else hint)
        elif name is None:
            self.malformed("raises", place, "the name of the exception's class is missing")
        elif earlier := next((item for item in self.raises if item.sqlstate == state), None):
            self.twice(f"@raises {state}", earlier.span, place)
        else:
            span = Span(start, start + found.end("name"))
            text = " ".join([found["text"] or "", *more]).strip()
            self.raises.append(RaisesAnnotation(state, name, text, span))

    def malformed(self, word: str, span: Span, said: str, hint: str | None = None) -> None:
        form = f"the form is `{ANNOTATIONS[word]}`"
        self.problem("SQW121", f"@{word} is malformed", span, said, f"{form}\n{hint}" if hint else form)

    def twice(self, what: str, first: Span, second: Span) -> None:
        labels = (self.label(second, "again here", True), self.label(first, "first here", False))
        self.diagnostics.append(Diagnostic("SQW123", f"{what} is given twice", labels, query=self.query))

    def problem(self, code: str, message: str, span: Span, said: str, hint: str | None = None) -> None:
        label = self.label(span, said, True)
        self.diagnostics.append(Diagnostic(code, message, (label,), help=hint, query=self.query))
