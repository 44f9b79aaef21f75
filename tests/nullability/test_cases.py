"""The cases in cases/*.sql: each is analysed, then run over hostile rows and over empty tables.

A case is a comment block and a statement:

    -- case: a sentence that names the property
    -- expect: name not null, total nullable, tags not null [nullable], owner nullable {id not null, nick nullable}
    -- with: INSERT …           rows that this case needs on top of hostile.sql
    -- args: 1, None            the values of $1, $2 …; a parameter whose value is None is declared nullable
    -- version: 18              the first version that has this syntax; an older server must refuse the statement
    -- needs: libxml            as in tests/needs.py; a server that lacks it must refuse the statement
    -- never seen: total        nullable, though no data shows a NULL: the analysis is more careful than it must be

`[…]` is the verdict of an array's elements, `{…}` those of a row's fields. A column that is not null must never return
NULL; a nullable one must return NULL at least once, or the expectation is wrong too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from tests.needs import Abilities, abilities

from sqlwright.codegen.nullability import ColumnVerdict, Verdict

if TYPE_CHECKING:
    from .conftest import Laboratory

_FOLDER = Path(__file__).with_name("cases")
_TOKEN = re.compile(r"not null|nullable|[\[\]{},]|[^\s,\[\]{}]+")


@dataclass
class Expected:
    """What a case says of one value."""

    nullable: bool
    element: Expected | None = None
    fields: dict[str, Expected] = field(default_factory=dict)


@dataclass
class Case:
    """One case of a file."""

    title: str
    sql: str
    columns: list[tuple[str, Expected]]
    setup: str
    arguments: list[object]
    never_seen: set[str]
    #: the first major version that has this syntax
    version: int
    #: of the server that runs it, as in tests/needs.py
    needs: list[str]


def _cases() -> Iterator[tuple[str, Case]]:
    for path in sorted(_FOLDER.glob("*.sql")):
        for block in re.split(r"(?m)^(?=-- case:)", path.read_text(encoding="utf-8"))[1:]:
            yield path.stem, _read(block)


def _read(block: str) -> Case:
    directives: dict[str, list[str]] = {}
    lines = block.splitlines()
    current = ""
    while lines and lines[0].startswith("--"):
        line = lines.pop(0)
        if found := re.match(r"-- (case|expect|with|args|version|needs|never seen): (.*)", line):
            current = found[1]
            directives.setdefault(current, []).append(found[2])
        else:
            directives[current].append(line.removeprefix("--").strip())
    tokens = _TOKEN.findall(" ".join(directives["expect"]))
    columns = _columns(tokens)
    assert not tokens, f"unread: {tokens}"
    return Case(
        title=directives["case"][0],
        sql="\n".join(lines).strip().rstrip(";"),
        columns=columns,
        setup="\n".join(directives.get("with", [])),
        arguments=list(ast.literal_eval(f"[{' '.join(directives.get('args', []))}]")),
        version=int(directives.get("version", ["16"])[0]),
        needs=directives.get("needs", []),
        never_seen=set(" ".join(directives.get("never seen", [])).replace(",", " ").split()),
    )


def _columns(tokens: list[str]) -> list[tuple[str, Expected]]:
    columns: list[tuple[str, Expected]] = []
    while tokens and tokens[0] != "}":
        name = tokens.pop(0)
        columns.append((name, _expected(tokens)))
        if tokens and tokens[0] == ",":
            tokens.pop(0)
    return columns


def _expected(tokens: list[str]) -> Expected:
    word = tokens.pop(0)
    assert word in ("not null", "nullable"), f"{word!r} where a verdict was expected"
    found = Expected(word == "nullable")
    if tokens and tokens[0] == "[":
        tokens.pop(0)
        found.element = _expected(tokens)
        assert tokens.pop(0) == "]"
    if tokens and tokens[0] == "{":
        tokens.pop(0)
        found.fields = dict(_columns(tokens))
        assert tokens.pop(0) == "}"
    return found


def _differences(expected: Expected, verdict: Verdict, path: str) -> Iterator[str]:
    if expected.nullable != verdict.nullable:
        yield f"{path} is {'nullable' if verdict.nullable else 'not null'}: {verdict.reason}"
    if expected.element is not None:
        if verdict.element is None:
            if not expected.element.nullable or expected.element.fields:
                yield f"nothing is known of the elements of {path}"
        else:
            yield from _differences(expected.element, verdict.element, f"{path}[]")
    for name, each in expected.fields.items():
        found = {it.name: it.verdict for it in verdict.fields or ()}
        if name not in found:
            yield f"{path} has no field {name}"
        else:
            yield from _differences(each, found[name], f"{path}.{name}")


def nulls_of(value: object, verdict: Verdict, path: str) -> Iterator[tuple[str, bool]]:
    """Every NULL in a value, with its place and whether the verdict allows it."""
    if value is None:
        yield path, verdict.nullable
    elif isinstance(value, tuple) and verdict.fields is not None and len(value) == len(verdict.fields):
        for part, column in zip(value, verdict.fields, strict=True):
            yield from nulls_of(part, column.verdict, f"{path}.{column.name}")
    elif isinstance(value, list) and verdict.element is not None:
        pending = list(value)
        while pending:
            part = pending.pop()
            if isinstance(part, list):
                pending += part
            else:
                yield from nulls_of(part, verdict.element, f"{path}[]")
    elif isinstance(value, list):
        for part in value:
            if part is None:
                yield f"{path}[]", True


def _nullable_paths(expected: Expected, path: str) -> Iterator[str]:
    if expected.nullable:
        yield path
    if expected.element is not None:
        yield from _nullable_paths(expected.element, f"{path}[]")
    for name, each in expected.fields.items():
        yield from _nullable_paths(each, f"{path}.{name}")


CASES = list(_cases())


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[f"{stem}: {case.title}" for stem, case in CASES])
def test_the_verdicts_are_those_of_the_case(case: Case, laboratory: Laboratory, pytestconfig: pytest.Config) -> None:
    if not _is_accepted(case, laboratory, abilities(pytestconfig)):
        return
    columns = _analysed(case, laboratory)
    assert [column.name for column in columns] == [name for name, _ in case.columns]
    problems = [
        problem
        for column, (name, expected) in zip(columns, case.columns, strict=True)
        for problem in _differences(expected, column.verdict, name)
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[f"{stem}: {case.title}" for stem, case in CASES])
def test_null_is_returned_where_it_is_expected_and_nowhere_else(
    case: Case, laboratory: Laboratory, pytestconfig: pytest.Config
) -> None:
    if not _is_accepted(case, laboratory, abilities(pytestconfig)):
        return
    columns = _analysed(case, laboratory)
    seen: set[str] = set()
    for connection, setup in ((laboratory.hostile, ""), (laboratory.hostile, case.setup), (laboratory.empty, "")):
        if not setup and case.setup and connection is laboratory.hostile:
            continue
        for row in laboratory.run(connection, case.sql, case.arguments, setup=setup):
            for place, allowed in _nulls_of_row(row, columns):
                assert allowed, f"{place} is NULL in {row}"
                seen.add(place)
    wanted = {path for name, expected in case.columns for path in _nullable_paths(expected, name)}
    missing = wanted - seen - case.never_seen
    assert not missing, f"never NULL: {sorted(missing)}"
    assert not case.never_seen & seen, "these are seen after all"


def _nulls_of_row(row: Sequence[object], columns: Sequence[ColumnVerdict]) -> Iterator[tuple[str, bool]]:
    assert len(row) == len(columns)
    for value, column in zip(row, columns, strict=True):
        yield from nulls_of(value, column.verdict, column.name)


def _is_accepted(case: Case, laboratory: Laboratory, server: Abilities) -> bool:
    """False for what the server is too old for, or was built without, which it must then refuse."""
    if not all(map(server.meet, case.needs)):
        with pytest.raises(psycopg.errors.FeatureNotSupported):
            laboratory.run(laboratory.hostile, case.sql, case.arguments, setup=case.setup)
        return False
    if laboratory.catalog.server_version >= case.version * 10000:
        return True
    with pytest.raises(psycopg.Error):
        laboratory.analyse(case.sql)
    return False


def _analysed(case: Case, laboratory: Laboratory) -> list[ColumnVerdict]:
    parameters = {number: value is None for number, value in enumerate(case.arguments, start=1)}
    return laboratory.analyse(case.sql, parameters)


def test_at_most_one_column_in_a_hundred_is_needlessly_nullable() -> None:
    columns = [expected for _, case in CASES for _, expected in case.columns]
    needless = [name for _, case in CASES for name in case.never_seen]
    assert len(needless) <= len(columns) / 100, needless
