"""Headers: the line `-- name: get_user(id)^` that begins a query.

In: what follows `-- name:`. Out: a `Header`, read by aiosql; or, where aiosql refuses it or Python could not use it, a
diagnostic that says why. The surprise: everything here but `read_header`'s first lines is about mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aiosql import SQLParseException

from sqlwright.codegen.ir import Operation
from sqlwright.diagnostics import Diagnostic, Label
from sqlwright.runtime.adapter import OPERATORS, PostgresAdapter, SqlLoader
from sqlwright.runtime.sqltext import Span

__all__ = ["HEADER_EXAMPLE", "OPERATORS_HELP", "Header", "misspelt_header", "read_header"]

HEADER_EXAMPLE = "-- name: get_user(id)^"

OPERATORS_HELP = """\
the operators, after the parameter list:
none  all rows
^     one row, or none
$     one value
<!    the row of a write with RETURNING
!     the number of rows written
*!    one write for each item of a list
#     a script, without parameters"""


@dataclass(frozen=True, slots=True)
class Header:
    """A query's name, operator and parameter list."""

    name: str
    name_span: Span
    operation: Operation
    #: the names of the parameter list and where they stand; None where there is no list
    declared: tuple[tuple[str, Span], ...] | None


MakeLabel = Callable[[Span, str, bool], Label]

_LOADER = SqlLoader(PostgresAdapter(), None, mandatory_parameters=False)
_PARTS = re.compile(r"(?P<name>[\w-]*)\s*(?P<list>\((?P<inner>[^()]*)(?P<close>\)?))?\s*(?P<operator>.*)", re.DOTALL)


def read_header(text: str, spec: Span, label: MakeLabel) -> Header | Diagnostic:
    """The header at a place of a file's text, or what is wrong with it."""
    parts = _PARTS.fullmatch(text[slice(*spec)])
    if parts is None:
        raise AssertionError("the pattern matches any text")
    try:
        name, operation, _ = _LOADER.read_header(text[slice(*spec)])
    except SQLParseException:
        return _explain(text, spec, parts, label)
    declared = None if parts["list"] is None else tuple(_items(parts, spec.start))
    if not name.isidentifier() or (declared and _problem_of_items(declared)):
        return _explain(text, spec, parts, label)
    return Header(name, _span(parts, "name", spec), Operation(OPERATORS[operation]), declared)


def _span(parts: re.Match[str], group: str, spec: Span) -> Span:
    return Span(spec.start + parts.start(group), spec.start + parts.end(group))


def _items(parts: re.Match[str], base: int) -> Iterator[tuple[str, Span]]:
    inner, at = parts["inner"], base + parts.start("inner")
    if not inner.strip():
        return
    for item in inner.split(","):
        word = item.strip()
        start = at + item.index(word) if word else at
        # aiosql takes every hyphen of a header for an underscore.
        yield word.replace("-", "_"), Span(start, start + len(word))
        at += len(item) + 1


def _explain(text: str, spec: Span, parts: re.Match[str], label: MakeLabel) -> Diagnostic:
    name, operator = parts["name"], parts["operator"]
    at = _span(parts, "name", spec)
    if not text[slice(*spec)]:
        header = Span(text.rindex("--", 0, spec.start), spec.start)
        return _bad_name("a query has no name", label(header, "a name goes after the colon", True))
    if not name:
        word = re.match(r"\S+", text[slice(*spec)])
        where = Span(spec.start, spec.start + (word.end() if word else 1))
        return _bad_name("a query has no name", label(where, "a name goes here", True))
    if name[0] in "0123456789":
        return _bad_name("a query's name begins with a digit", label(at, "not a name in Python", True))
    if not name.replace("-", "_").isidentifier():
        return _bad_name(f"{name} is no name for a query", label(at, "not a name in Python", True))
    if parts["list"] is not None:
        if not parts["close"]:
            where = _span(parts, "list", spec)
            return Diagnostic(
                "SQW107", "the parameter list is not closed", (label(where, "no `)`", True),), help=_form(), query=name
            )
        if problem := _problem_of_items(tuple(_items(parts, spec.start))):
            where, said, hint = problem
            return Diagnostic(
                "SQW107", "the parameter list is malformed", (label(where, said, True),), help=hint, query=name
            )
    where = _span(parts, "operator", spec)
    if operator == "#":
        listed = label(_span(parts, "list", spec), "a script takes none", True)
        return Diagnostic("SQW115", "a script has parameters", (listed,), help=_SCRIPT_HELP, query=name)
    if early := re.match(r"(<!|\*!|[\^$!#])\s*\(", operator):
        said = f"`{early[1]}` goes after the parameter list"
        return Diagnostic("SQW106", "the operator is misplaced", (label(where, said, True),), help=_form(), query=name)
    if later := re.match(r"(<!|\*!|[\^$!#])\s+(?=\w|-)", operator):
        rest = Span(where.start + later.end(), where.end)
        said = "documentation goes on the next line, after `--`"
        return Diagnostic("SQW106", "text follows the operator", (label(rest, said, True),), query=name)
    if re.match(r"\w", operator):
        if parts["list"] is not None:
            said = "documentation goes on the next line, after `--`"
            return Diagnostic("SQW106", "text follows the header", (label(where, said, True),), query=name)
        word = re.match(r"\w+", operator)
        joined = f"{name}_{word[0]}" if word else name
        both = Span(at.start, where.start + (word.end() if word else 0))
        return _bad_name("a query's name is one word", label(both, f"did you mean `{joined}`?", True))
    guess = next((known for known in Operation if known and sorted(known) == sorted(operator)), None)
    guess = guess or next((known for known in Operation if known and set(known) == set(operator)), None)
    said = f"did you mean `{guess}`?" if guess else ""
    return Diagnostic(
        "SQW106", f"there is no operator {operator}", (label(where, said, True),), help=OPERATORS_HELP, query=name
    )


def _problem_of_items(items: tuple[tuple[str, Span], ...]) -> tuple[Span, str, str] | None:
    seen: set[str] = set()
    for item, span in items:
        known = re.match(r"[:*]*([^\W\d]\w*)", item)
        if not item:
            return span, "a name is missing", _form()
        if known is None:
            return span, "not a name in Python", _form()
        if item.startswith((":", "*")):
            return span, f"did you mean `{known[1]}`?", "the list has the parameters' names only"
        rest = item[known.end() :].strip()
        if rest.startswith("."):
            return span, f"did you mean `{known[1]}`?", "an object is declared once, without its attributes"
        if rest.startswith("="):
            hint = f"a default is an annotation: `-- @param {known[1]} {rest}`"
            return span, "the list has the parameters' names only", hint
        if rest.startswith(":") or rest:
            hint = "PostgreSQL says what type a parameter has; where it cannot, cast it in the SQL: `:id::uuid`"
            return span, "the list has the parameters' names only", hint
        if item in seen:
            return span, "it is in the list already", _form()
        seen.add(item)
    return None


def _form() -> str:
    return f"a header looks like `{HEADER_EXAMPLE}`"


_SCRIPT_HELP = "a script is sent as it is; a statement with parameters is a query of its own"


def _bad_name(message: str, place: Label) -> Diagnostic:
    return Diagnostic("SQW105", message, (place,), help=_form())


# --- comments that were meant to be headers --------------------------------------------------------------------------

_LIKELY = re.compile(
    r"(?:-{2,}|/\*)\s*(?P<word>[A-Za-z]{3,5})\s*(?P<colon>[:=;]?)\s*"
    r"(?P<spec>[^\W\d][\w-]*\s*(?P<list>\([\w\s,]*\))?\s*(?P<operator><!|\*!|[\^$!#]|))\s*(?:\*/)?\s*"
)
_OTHER_WORDS = frozenset({"came", "dame", "fame", "game", "lame", "same", "tame"})


def misspelt_header(comment: str) -> str | None:
    """The header that a comment was probably meant to be: `-- nmae: x`, `-- Name: x`, `/* name: x */`."""
    found = _LIKELY.fullmatch(comment)
    if found is None:
        return None
    word = found["word"].lower()
    if word == "name":
        # `-- name of the owner` is a comment like any other.
        if found["colon"] != ":" and found["list"] is None and not found["operator"]:
            return None
    elif found["colon"] != ":" or word in _OTHER_WORDS or not _is_slip(word, "name"):
        return None
    return f"-- name: {found['spec'].strip()}"


def _is_slip(word: str, meant: str) -> bool:
    """One letter too many, too few or wrong, or two exchanged."""
    if sorted(word) == sorted(meant):
        return True
    if len(word) == len(meant):
        return sum(a != b for a, b in zip(word, meant, strict=True)) == 1
    longer, shorter = (word, meant) if len(word) > len(meant) else (meant, word)
    return any(longer[:index] + longer[index + 1 :] == shorter for index in range(len(longer)))
