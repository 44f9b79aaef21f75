"""Random schemas: tables, views and functions, created.

In: a random generator, and a way to run SQL in all databases at once. Out: a `Schema`, created. The surprise: views and
functions are made by the generator of statements, so what it makes is tried, and what the server refuses is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from soundness.model import KINDS, NAMES, Columns, Function, Schema, Table
from soundness.routines import FUNCTIONS, PROCEDURES, ROUTINES
from soundness.statements import Generator
from soundness.tables import create_table, row_security, temporal_tables, written_views

__all__ = ["create_schema"]

_SETTING = """
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE TYPE pair AS (x int, y text);
    CREATE DOMAIN positive AS int CHECK (VALUE >= 0);
    CREATE DOMAIN required AS text NOT NULL;
    CREATE DOMAIN filled AS int[] CHECK (cardinality(VALUE) > 0);
    CREATE DOMAIN couple AS pair CHECK ((VALUE).x IS DISTINCT FROM 7);
    CREATE DOMAIN bounded AS int4range CHECK (NOT lower_inf(VALUE));
"""

#: What writes, and what may, being made at random. A function that calls it and is declared STABLE would be a lie, and
#: docs/soundness.md assumes that nobody tells one: PostgreSQL forbids the function to write, not what it calls.
_MAY_WRITE = re.compile(r"\b(noted|written|watched|kept|(fs|ft|v)\d+)\b")


def create_schema(random: Random, version: int, run: Callable[[str], bool]) -> Schema:
    """Create tables, views and functions; `run` says whether the server, of that version, took the statement."""
    run(_SETTING)
    run(ROUTINES)
    # One table is there always, so that there is something to write.
    run("CREATE TABLE plain (id int PRIMARY KEY, n int, s text NOT NULL)")
    plain = (("id", "i"), ("n", "i"), ("s", "t"))
    tables = [Table("plain", plain, plain, ("id",))]
    afterwards: list[str] = []
    for number in range(random.randint(3, 5)):
        if made := create_table(random, f"t{number}", tables, run):
            tables.append(made[0])
            afterwards += made[1]
    if random.random() < 0.4:
        tables += temporal_tables(run)
    tables += written_views(random, tables, run)
    functions = list(FUNCTIONS)
    stable = False
    for number in range(random.randint(1, 3)):
        generator = Generator(random, Schema(tuple(tables), tuple(functions), version=version))
        kinds = [random.choice(KINDS) for _ in range(random.randint(2, 4))]
        columns = tuple((f"x{index}", kind) for index, kind in enumerate(kinds))
        names = ", ".join(name for name, _ in columns)
        body = _without_parameters(generator, 2, [], kinds)
        name, materialized = f"v{number}", random.choice(["", "", "MATERIALIZED "])
        invoker = random.choice(["", " WITH (security_invoker)"]) if not materialized else ""
        if body and run(f"CREATE {materialized}VIEW {name} ({names}){invoker} AS {body}"):
            tables.append(Table(name, columns))
        kind = random.choice(KINDS)
        strict = random.choice(["", "", "STRICT ", "STABLE "])
        body = _without_parameters(generator, 2, [("arg", "i")], [kind])
        how = _declared(strict, body)
        if body and run(f"CREATE FUNCTION fs{number}(arg int) RETURNS {NAMES[kind]} LANGUAGE sql {how}AS $${body}$$"):
            stable = stable or how == "STABLE "
            functions.append(Function(kind, (f"fs{number}({{i}})",)))
        body = _without_parameters(generator, 2, [("arg", "i")], kinds)
        typed = ", ".join(f"{name} {NAMES[kind]}" for name, kind in columns)
        how = _declared(strict, body)
        if body and run(f"CREATE FUNCTION ft{number}(arg int) RETURNS TABLE ({typed}) LANGUAGE sql {how}AS $${body}$$"):
            stable = stable or how == "STABLE "
            functions.append(Function(None, (f"ft{number}({{i}})",), columns))
    policies = random.random() < 0.4
    if policies:
        row_security(random, tables, run, writing=not stable)
    run("GRANT USAGE ON SCHEMA public TO PUBLIC")
    run("GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC")
    return Schema(tuple(tables), tuple(functions), PROCEDURES, tuple(afterwards), policies, version)


def _declared(how: str, body: str | None) -> str:
    return "" if how == "STABLE " and _MAY_WRITE.search(body or "") else how


def _without_parameters(generator: Generator, depth: int, outer: Columns, kinds: list[str]) -> str | None:
    text = generator.query(depth, outer, kinds)
    return None if "$0" in text else text
