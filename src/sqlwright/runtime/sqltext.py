"""The one lexer of SQL text: queries out of a file, `$n` out of `:name`.

In: the text of a `.sql` file, or of one statement. Out: `QueryText`s, spans of that text; and `NumberedSql`, the
statement as PostgreSQL gets it, with a map back. It is used at run time (`adapter`) and at build time, so that what was
analysed is what runs. The surprise: `:x` is not always a parameter. In `a[1:n]` and in `JSON_OBJECT('k':v)` the colon
belongs to SQL; after an operand a parameter could never stand, which is how the two are told apart.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

__all__ = [
    "NumberedSql",
    "Piece",
    "Placeholder",
    "QueryText",
    "Span",
    "SqlTextError",
    "Token",
    "find_placeholders",
    "number_placeholders",
    "split_queries",
    "tokenize",
]


class Span(NamedTuple):
    """Character offsets into a text, the end excluded."""

    start: int
    end: int


class SqlTextError(ValueError):
    """The text cannot be read as SQL.

    `kind` is one of "unterminated", "number" (a `$1`), "quoted" (a `:'name'`) and "psql" (a `\\command`).
    """

    def __init__(self, kind: str, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.kind = kind
        self.start = start
        self.end = end


class Token(NamedTuple):
    """One word of SQL.

    `kind` is one of: comment, block (comment), string, quoted (identifier), dollar (string), number, name, operator,
    colon (a `:x` that may be a parameter), psqlquoted (a `:'x'`), numbered (a `$1`), psql (a `\\command` to its line's
    end), other (one character, `::`, `:=` or `..`).
    """

    kind: str
    start: int
    end: int


# --- words -----------------------------------------------------------------------------------------------------------

# To PostgreSQL every byte above 127 is a letter. A class of what is no letter compiles in a third of the time.
_LETTER = r"[^\x00-@\[-^`{-\x7f]"
_LETTER_OR_DIGIT = r"[^\x00-/:-@\[-^`{-\x7f]"
_IN_NAME = r"[^\x00-\#%-/:-@\[-^`{-\x7f]"
_NAME = r"[^\W\d]\w*"  # a parameter's name is a name in Python too

# The order matters: what opens a longer word comes before what it begins with.
_TOKEN = re.compile(
    rf"""[ \t\n\r\f\v]*+(?:
      (?P<comment>--[^\n\r]*)
    | (?P<block>/\*)
    | (?P<estring>[eE]'(?:[^'\\]|\\.|'')*+(?P<e_close>')?)
    | (?P<string>(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*+(?P<s_close>')?)
    | (?P<quoted>(?:[uU]&)?"(?:[^"]|"")*+(?P<q_close>")?)
    | (?P<name>{_LETTER}{_IN_NAME}*)
    | (?P<dollar>\$(?:{_LETTER}{_LETTER_OR_DIGIT}*)?\$)
    | (?P<numbered>\$[0-9]+)
    | (?P<number>0[xXoObB][0-9a-fA-F_]+|(?:[0-9][0-9_]*(?:\.(?!\.)[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)
    | (?P<psqlquoted>:(?:'{_NAME}'|"{_NAME}"|\{{\?{_NAME}\}}))
    | (?P<cast>::|:=|\.\.)
    | (?P<colon>:{_NAME}(?:\.{_NAME})?)
    | (?P<operator>[~!@#^&|`?+\-*/%<>=]+)
    | (?P<psql>\\[^\n\r]*)
    | (?P<other>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_GLUED = re.compile(_IN_NAME)
_BLOCK_EDGE = re.compile(r"/\*|\*/")
_OPERATOR_END = re.compile(r"--|/\*")
# The second part of an E'…' after a line break still has backslash escapes.
_CONTINUED = re.compile(
    r"(?:[ \t\f\v]|--[^\n\r]*)*+[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*+'(?:[^'\\]|\\.|'')*+(?P<close>')?", re.DOTALL
)


def tokenize(text: str, start: int = 0) -> Iterator[Token]:
    """The words of a text in order, comments included, white space left out.

    Raises:
        SqlTextError: a string, a quoted name or a comment is not closed. All words before it have been yielded.
    """
    match_at, position = _TOKEN.match, start
    while match := match_at(text, position):
        kind = match.lastgroup or ""
        begin, end = match.span(kind)
        if kind == "name":
            pass
        elif kind in ("string", "quoted", "estring"):
            if match[f"{kind[0]}_close"] is None:
                what = "quoted name" if kind == "quoted" else "string"
                raise SqlTextError("unterminated", f"this {what} is not closed", begin, end)
            if kind == "estring":
                kind, end = "string", _end_of_continued(text, begin, end)
        elif kind == "block":
            end = _end_of_block(text, begin)
        elif kind == "dollar":
            end = _end_of_dollar(text, begin, end)
        elif kind == "operator":
            end = _end_of_operator(text, begin, end)
        elif kind == "cast":
            kind = "other"
        yield Token(kind, begin, end)
        position = end


def _end_of_continued(text: str, begin: int, end: int) -> int:
    while more := _CONTINUED.match(text, end):
        if more["close"] is None:
            raise SqlTextError("unterminated", "this string is not closed", begin, more.end())
        end = more.end()
    return end


def _end_of_block(text: str, begin: int) -> int:
    depth = 0
    for edge in _BLOCK_EDGE.finditer(text, begin):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    raise SqlTextError("unterminated", "this comment is not closed", begin, len(text))


def _end_of_dollar(text: str, begin: int, end: int) -> int:
    tag = text[begin:end]
    closing = text.find(tag, end)
    if closing < 0:
        raise SqlTextError("unterminated", f"this {tag} string is not closed", begin, len(text))
    return closing + len(tag)


def _end_of_operator(text: str, begin: int, end: int) -> int:
    """An operator ends before a comment; `=-` is two operators, unless a character says that it is one of its own."""
    if comment := _OPERATOR_END.search(text, begin + 1, end):
        end = comment.start()
    while end - begin > 1 and text[end - 1] in "+-" and not any(c in "~!@#^&|`?%" for c in text[begin:end]):
        end -= 1
    return end


# --- parameters ------------------------------------------------------------------------------------------------------


class Placeholder(NamedTuple):
    """One `:name` or `:name.attribute`, colon included."""

    name: str
    attribute: str | None
    start: int
    end: int


class Piece(NamedTuple):
    """A run of the numbered text and where it comes from; a placeholder's run comes from its whole `:name`."""

    numbered_start: int
    source_start: int
    verbatim: bool


class NumberedSql(NamedTuple):
    """A statement with `$n` for `:name`; every other character is the user's own, comments included."""

    sql: str
    #: (name, attribute) of $1, $2, …; each pair has one number, however often it is used
    parameters: tuple[tuple[str, str | None], ...]
    #: each use, in order
    placeholders: tuple[Placeholder, ...]
    pieces: tuple[Piece, ...]

    def source_offset(self, offset: int) -> int:
        """Where a character of `sql` stands in the text that was numbered; inside `$n`, the colon."""
        index = bisect_right(self.pieces, offset, key=lambda piece: piece.numbered_start) - 1
        piece = self.pieces[max(index, 0)]
        return piece.source_start + (offset - piece.numbered_start if piece.verbatim else 0)


# After these words an expression follows, so a parameter can: `a[CASE WHEN b THEN :x …`.
# fmt: off
_EXPECT_OPERAND = frozenset({
    "ALL", "AND", "ANY", "BETWEEN", "BY", "CASE", "DISTINCT", "ELSE", "ESCAPE", "FROM", "ILIKE", "IN", "IS", "KEY",
    "LIKE", "NOT", "OR", "OVERLAPS", "SOME", "SYMMETRIC", "THEN", "TO", "VALUE", "VARIADIC", "WHEN", "ZONE",
})
# fmt: on
_OPERANDS = frozenset({"name", "quoted", "string", "dollar", "number", "numbered", "colon", "psqlquoted"})


def find_placeholders(text: str, tokens: Iterable[Token], declared: Sequence[str] | None) -> Iterator[Placeholder]:
    """The parameters among the words of a statement.

    `[:x` is a slice without its lower bound where a parameter list is given and does not name `x`.

    Raises:
        SqlTextError: a parameter is written as `$1` or in quotes, or there is a command of psql.
    """
    brackets: list[str] = []  # "[" a subscript, "{" an array's elements, "j" JSON_OBJECT's list, "(" all else
    before: Token | None = None
    for token in tokens:
        kind, start, end = token
        if kind in ("comment", "block"):
            continue
        if kind in ("colon", "psqlquoted"):
            inside = brackets[-1] if brackets else ""
            is_colon = inside in ("[", "j") and _ends_operand(text, before, start)
            if kind == "psqlquoted" and not is_colon:
                word = text[start + 1 : end].strip("'\"{?}")
                raise SqlTextError("quoted", f"a parameter is written :{word}, without quotes", start, end)
            name, _, attribute = text[start + 1 : end].partition(".")
            opens = inside == "[" and before is not None and text[before.start] == "["
            if not is_colon and not (opens and declared is not None and name not in declared):
                yield Placeholder(name, attribute or None, start, end)
        elif kind == "numbered":
            raise SqlTextError("number", f"{text[start:end]} is not the way to write a parameter", start, end)
        elif kind == "psql":
            raise SqlTextError("psql", "this is a command of psql, not SQL", start, end)
        elif kind == "other":
            character = text[start]
            if character == "[":
                is_subscript = _ends_operand(text, before, start) and _word(text, before) != "ARRAY"
                brackets.append("[" if is_subscript else "{")
            elif character == "(":
                brackets.append("j" if _word(text, before) in ("JSON_OBJECT", "JSON_OBJECTAGG") else "(")
            elif character in ")]" and brackets:
                brackets.pop()
        before = token


def _word(text: str, token: Token | None) -> str:
    return text[token.start : token.end].upper() if token is not None and token.kind == "name" else ""


def _ends_operand(text: str, before: Token | None, start: int) -> bool:
    if before is None:
        return False
    if before.kind == "name":
        return before.end == start or _word(text, before) not in _EXPECT_OPERAND
    return before.kind in _OPERANDS or text[before.start : before.end] in (")", "]")


def number_placeholders(
    sql: str, declared: Sequence[str] | None = None, words: Iterable[Token] | None = None
) -> NumberedSql:
    """Give each distinct `:name` and `:name.attribute` a number, in order of first use.

    Args:
        words: what `tokenize(sql)` finds, where that is known already.

    Raises:
        SqlTextError: as `tokenize` and `find_placeholders`.
    """
    numbers: dict[tuple[str, str | None], int] = {}
    placeholders = tuple(find_placeholders(sql, tokenize(sql) if words is None else words, declared))
    parts, pieces, length, position = list[str](), list[Piece](), 0, 0
    for place in placeholders:
        if place.start > position:
            parts.append(sql[position : place.start])
            pieces.append(Piece(length, position, True))
            length += place.start - position
        number = numbers.setdefault((place.name, place.attribute), len(numbers) + 1)
        # In `AND:x` the colon is what ends the word; `AND$1` would be one name.
        glued = place.start > 0 and _GLUED.match(sql, place.start - 1) is not None
        parts.append(f" ${number}" if glued else f"${number}")
        pieces.append(Piece(length, place.start, False))
        length += len(parts[-1])
        position = place.end
    parts.append(sql[position:])
    pieces.append(Piece(length, position, True))
    return NumberedSql("".join(parts), tuple(numbers), placeholders, tuple(pieces))


# --- queries of a file -----------------------------------------------------------------------------------------------

_HEADER = re.compile(r"--\s*name\s*:[ \t]*(?P<spec>.*)")
_HEADER_LINE = re.compile(r"[\n\r][ \t]*--[ \t]*name[ \t]*:")


class QueryText(NamedTuple):
    """A query of a file, as spans of its text."""

    #: what follows `-- name:`, as in `get_user(id)^`; before the first header (licence, notes): None
    spec: Span | None
    #: the comment lines between the header and the SQL, `--` included
    comments: tuple[Span, ...]
    #: each statement from its first word to its last, without `;`
    statements: tuple[Span, ...]
    #: all words, comments too, from after the header to the next header
    tokens: tuple[Token, ...]

    @property
    def span(self) -> Span:
        """The SQL: all statements of a script, with what is between them.

        Raises:
            ValueError: there is none.
        """
        if not self.statements:
            raise ValueError("the query has no SQL")
        return Span(self.statements[0].start, self.statements[-1].end)

    @property
    def words(self) -> Iterator[Token]:
        """The words of the text of `span` alone, counted from its start; raises as that."""
        first, last = self.span
        return (Token(kind, start - first, end - first) for kind, start, end in self.tokens if first <= start < last)


def split_queries(text: str, errors: list[SqlTextError] | None = None) -> list[QueryText]:
    """Divide a file at its `-- name:` lines; the first item is what stands before the first of them.

    Only a comment that begins a line is a header, never a line of a string, of a block comment or of a function's body.

    Args:
        errors: collects what cannot be read, and the reading goes on at the next header; without it, the first error is
            raised.

    Raises:
        SqlTextError: a string, a quoted name or a comment is not closed.
    """
    found: list[QueryText] = []
    spec: Span | None = None
    tokens: list[Token] = []
    words = tokenize(text)
    while True:
        try:
            for token in words:
                header = _HEADER.match(text, token.start, token.end) if token.kind == "comment" else None
                if header is None or not _begins_line(text, token.start):
                    tokens.append(token)
                    if token.kind in ("string", "quoted") and _swallows_header(text, token):
                        raise SqlTextError("unterminated", "this string is not closed", token.start, token.end)
                    continue
                found.append(_query_text(text, spec, tokens))
                first, last = header.span("spec")
                spec = Span(first, first + len(text[first:last].rstrip()))
                tokens = []
            break
        except SqlTextError as raised:
            error = _culprit(text, tokens, raised)
            if errors is None:
                raise error from None
            errors.append(error)
            tokens = [token for token in tokens if token.start < error.start]
            following = _HEADER_LINE.search(text, error.start)
            if following is None:
                break
            words = tokenize(text, following.start())
    found.append(_query_text(text, spec, tokens))
    return found


def _begins_line(text: str, offset: int) -> bool:
    line = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    return not text[line:offset].strip()


def _swallows_header(text: str, token: Token) -> bool:
    """A closing quote that a word follows at once was meant to open: `'` … `-- name: next` … `= '` and then `x'`."""
    if not _HEADER_LINE.search(text, token.start, token.end):
        return False
    following = text[token.end : token.end + 1]
    return following.isalnum() or following in ("_", "%", "{", "$", "\\", "/", ".")


def _culprit(text: str, tokens: Sequence[Token], error: SqlTextError) -> SqlTextError:
    """A forgotten quote pairs with the next query's first: blame the word that swallowed a header, if there is one."""
    for token in tokens:
        if token.kind in ("string", "quoted", "dollar", "block") and _HEADER_LINE.search(text, token.start, token.end):
            what = {"string": "string", "quoted": "quoted name", "block": "comment"}.get(token.kind, "dollar quote")
            return SqlTextError("unterminated", f"this {what} is not closed before the next query", *token[1:])
    return error


def _query_text(text: str, spec: Span | None, tokens: Sequence[Token]) -> QueryText:
    statements: list[Span] = []
    comments: list[Span] = []
    first: int | None = None
    last = parentheses = blocks = 0
    words: list[str] = []  # the first words of the statement, to know a CREATE FUNCTION … BEGIN ATOMIC by
    is_routine = False
    for kind, start, end in tokens:
        if kind == "comment":
            if first is None and not statements and _begins_line(text, start):
                comments.append(Span(start, end))
            continue
        if kind == "block":
            # A hint (pg_hint_plan) belongs to the statement that it precedes.
            if first is None and text.startswith("/*+", start):
                first = last = start
            continue
        character = text[start] if kind == "other" else ""
        if character == ";" and parentheses == 0 and blocks == 0:
            if first is not None and last > first:
                statements.append(Span(first, last))
            first, parentheses, words, is_routine = None, 0, [], False
            continue
        if character == "(":
            parentheses += 1
        elif character == ")":
            parentheses = max(parentheses - 1, 0)
        elif kind == "name" and (is_routine or len(words) < 5):
            word = text[start:end].upper()
            if len(words) < 5:
                words.append(word)
                is_routine = _creates_routine(words)
            # The rule of psql: inside a routine's body of SQL, `;` ends no statement of the file.
            if is_routine and parentheses == 0:
                if word == "BEGIN" or (word == "CASE" and blocks):
                    blocks += 1
                elif word == "END":
                    blocks = max(blocks - 1, 0)
        first = start if first is None else first
        last = end
    if first is not None and last > first:
        statements.append(Span(first, last))
    return QueryText(spec, tuple(comments), tuple(statements), tuple(tokens))


def _creates_routine(words: Sequence[str]) -> bool:
    after = words[3:] if words[1:3] == ["OR", "REPLACE"] else words[1:]
    return words[:1] == ["CREATE"] and after[:1] in (["FUNCTION"], ["PROCEDURE"])
