"""Random statements over the tables of schema.sql: joins, subqueries, groups, windows, set operations, narrowing.

In: a random generator. Out: SQL text that PostgreSQL accepts nearly always. The surprise: every expression has one of
four types, so that whatever is combined fits; the few statements that the server refuses are simply not counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

__all__ = ["Generator"]

#: table → column → type: i(nteger) t(ext) b(oolean) a(rray of integers)
_TABLES: Final[dict[str, dict[str, str]]] = {
    "orgs": {"id": "i", "name": "t", "note": "t"},
    "users": {"id": "i", "email": "t", "nick": "t", "org_id": "i", "boss_id": "i"},
    "projects": {"id": "i", "owner_id": "i", "name": "t", "status": "t"},
    "tasks": {"id": "i", "project_id": "i", "title": "t", "note": "t", "hours": "i", "done": "b", "urgent": "b"},
    "empty_table": {"id": "i", "a": "i", "b": "t"},
    "parents": {"id": "i", "v": "t"},
    "checked": {"id": "i", "a": "i", "b": "i", "c": "i", "d": "i"},
    "project_overview": {"id": "i", "name": "t", "owner": "t", "org": "t", "task_id": "i", "task_title": "t"},
    "generated": {"id": "i", "double_a": "i", "double_b": "i"},
}  # fmt: skip
_LITERALS: Final = {
    "i": ("0", "1", "2", "5", "NULL::int"),
    "t": ("''::text", "'draft'::text", "'a'::text", "NULL::text"),
    "b": ("true", "false", "NULL::boolean"),
    "a": ("ARRAY[1, 2]", "'{}'::int[]", "ARRAY[1, NULL]", "NULL::int[]"),
}


@dataclass
class Source:
    """A table expression in FROM: its text, and its columns with their types."""

    text: str
    columns: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


class Generator:
    """One statement at a time; the same `Random` gives the same statements."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._names = 0

    def statement(self) -> str:
        """A SELECT, at times with CTEs and set operations, at times a write with RETURNING."""
        self._names = 0
        if self.random.random() < 0.12:
            return self._write()
        return self._query(3, [], [self._type() for _ in range(self.random.randint(1, 4))])

    # --- queries ---

    def _query(self, depth: int, outer: list[tuple[str, str]], types: list[str]) -> str:
        chance = self.random.random()
        if depth > 1 and chance < 0.15:
            operator = self.random.choice(["UNION ALL", "UNION", "INTERSECT", "EXCEPT"])
            return f"({self._query(depth - 1, outer, types)}) {operator} ({self._query(depth - 1, outer, types)})"
        if chance < 0.2:
            rows = ", ".join(
                "(" + ", ".join(f"{self._literal(kind)}::{self._name_of(kind)}" for kind in types) + ")"
                for _ in range(self.random.randint(1, 3))
            )
            return f"VALUES {rows}"
        if depth > 1 and chance < 0.3:
            inner = [self._type() for _ in range(self.random.randint(1, 3))]
            name = self._fresh("c")
            columns = [(f"{name}.x{number}", kind) for number, kind in enumerate(inner)]
            heads = ", ".join(f"x{number}" for number in range(len(inner)))
            hint = self.random.choice(["", "MATERIALIZED ", "NOT MATERIALIZED "])
            body = self._query(depth - 1, outer, inner)
            return f"WITH {name} ({heads}) AS {hint}({body}) " + self._select(
                depth, outer, types, Source(name, columns)
            )
        return self._select(depth, outer, types)

    def _select(self, depth: int, outer: list[tuple[str, str]], types: list[str], given: Source | None = None) -> str:
        source = self._from(depth, outer, given)
        visible = source.columns
        where = f" WHERE {self._condition(visible + outer, depth)}" if self.random.random() < 0.6 else ""
        chance = self.random.random()
        if chance < 0.25:
            return self._grouped(source, where, types, depth)
        if chance < 0.35:
            outputs = [
                self._expression(outer, kind, 1)
                if outer and self.random.random() < 0.3
                else self._aggregate(visible, kind, depth)
                for kind in types
            ]
            having = self.random.choice(["", "", " HAVING count(*) > 1"])
            return f"SELECT {self._heads(outputs)} FROM {source.text}{where}{having}"
        outputs = [self._output(visible, outer, kind, depth) for kind in types]
        distinct = self.random.choice(["", "", "", "DISTINCT "])
        tail = self.random.choice(["", "", "", " LIMIT 3", " ORDER BY 1 LIMIT 4", " OFFSET 1"])
        return f"SELECT {distinct}{self._heads(outputs)} FROM {source.text}{where}{tail}"

    def _grouped(self, source: Source, where: str, types: list[str], depth: int) -> str:
        keys = self.random.sample(source.columns, min(len(source.columns), self.random.randint(1, 2)))
        names = ", ".join(name for name, _ in keys)
        clause = self.random.choice(
            [names, names, f"ROLLUP ({names})", f"CUBE ({names})", f"GROUPING SETS (({names}), ())"]
        )
        outputs: list[str] = []
        for kind in types:
            fitting = [name for name, its in keys if its == kind]
            if fitting and self.random.random() < 0.6:
                outputs.append(self._wrapped(self.random.choice(fitting), kind))
            else:
                outputs.append(self._aggregate(source.columns, kind, depth))
        having = ""
        if self.random.random() < 0.3:
            having = f" HAVING {self._test(self.random.choice(keys))}"
        return f"SELECT {self._heads(outputs)} FROM {source.text}{where} GROUP BY {clause}{having}"

    def _from(self, depth: int, outer: list[tuple[str, str]], given: Source | None) -> Source:
        source = given or self._relation(depth, outer)
        for _ in range(self.random.choice([0, 1, 1, 2, 3])):
            right = self._relation(depth, outer, [*source.columns, *outer])
            columns = source.columns + right.columns
            kind = self.random.choice(["JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN"])
            if "LATERAL" in right.text and kind in ("RIGHT JOIN", "FULL JOIN"):
                kind = "LEFT JOIN"
            if kind == "CROSS JOIN":
                source = Source(f"{source.text} CROSS JOIN {right.text}", columns)
                continue
            condition = self._join_condition(source.columns, right.columns, kind)
            if self.random.random() < 0.15:
                source = Source(f"({source.text} {kind} {right.text} ON {condition})", columns)
            else:
                source = Source(f"{source.text} {kind} {right.text} ON {condition}", columns)
        return source

    def _join_condition(self, left: list[tuple[str, str]], right: list[tuple[str, str]], kind: str) -> str:
        pairs = [(one, two) for one, its in left for two, other in right if its == other == "i"]
        if not pairs:
            return "true"
        one, two = self.random.choice(pairs)
        equality = f"{one} = {two}"
        if kind == "FULL JOIN" or self.random.random() < 0.7:
            return equality
        return f"{equality} AND {self._test(self.random.choice(left + right))}"

    def _relation(
        self, depth: int, outer: list[tuple[str, str]], siblings: list[tuple[str, str]] | None = None
    ) -> Source:
        name = self._fresh("r")
        chance = self.random.random()
        if depth > 1 and chance < 0.3:
            types = [self._type() for _ in range(self.random.randint(1, 3))]
            lateral = siblings is not None and self.random.random() < 0.4
            body = self._query(depth - 1, siblings if lateral and siblings else outer, types)
            heads = ", ".join(f"x{number}" for number in range(len(types)))
            columns = [(f"{name}.x{number}", kind) for number, kind in enumerate(types)]
            return Source(f"{'LATERAL ' if lateral else ''}({body}) AS {name} ({heads})", columns)
        if chance < 0.36:
            call = self.random.choice(["generate_series(1, 2)", "unnest(ARRAY[1, NULL])", "unnest(ARRAY[1, 2])"])
            return Source(f"{call} AS {name} (x)", [(f"{name}.x", "i")])
        table = self.random.choice(list(_TABLES))
        return Source(f"{table} AS {name}", [(f"{name}.{column}", kind) for column, kind in _TABLES[table].items()])

    # --- expressions ---

    def _output(self, columns: list[tuple[str, str]], outer: list[tuple[str, str]], kind: str, depth: int) -> str:
        if self.random.random() < 0.12:
            return self._window(columns, kind)
        return self._expression(columns + outer, kind, depth)

    def _expression(self, columns: list[tuple[str, str]], kind: str, depth: int) -> str:
        fitting = [name for name, its in columns if its == kind]
        chance = self.random.random()
        if depth > 0 and chance < 0.12:
            query = self._query(depth - 1, columns, [kind])
            # The short form keeps queries that surely return a row recognisable as such.
            return f"({query})" if query.endswith("LIMIT 1") else f"(SELECT * FROM ({query}) AS q LIMIT 1)"
        if depth > 0 and kind == "b" and chance < 0.25:
            return f"EXISTS ({self._query(depth - 1, columns, ['i'])})"
        if depth > 0 and kind == "a" and chance < 0.4:
            return f"ARRAY({self._query(depth - 1, columns, ['i'])})"
        if chance < 0.65 and fitting:
            return self.random.choice(fitting)
        if chance < 0.72 or depth <= 0:
            return self._literal(kind)
        return self._wrapped(self._expression(columns, kind, depth - 1), kind, columns, depth)

    def _wrapped(self, value: str, kind: str, columns: list[tuple[str, str]] | None = None, depth: int = 0) -> str:
        other = self._expression(columns, kind, depth - 1) if columns else self._literal(kind)
        choices = [
            value,
            f"coalesce({value}, {other})",
            f"CASE WHEN {value} IS NULL THEN {other} ELSE {value} END",
            f"CASE WHEN {value} = {other} THEN {other} WHEN {value} IS NOT NULL THEN {value} ELSE {other} END",
            f"nullif({value}, {other})",
            f"greatest({value}, {other})",
        ]
        choices += {
            "i": [f"({value} + {other})", f"abs({value})", f"(ARRAY[{value}, {other}])[2]"],
            "t": [
                f"({value} || {other})",
                f"upper({value})",
                f"concat({value}, {other})",
                f"substring({value} FROM 'a')",
            ],
            "b": [
                f"({value} AND {other})",
                f"({value} OR {other})",
                f"NOT {value}",
                f"({value} IS DISTINCT FROM {other})",
            ],
            "a": [f"({value} || {other})", f"array_remove({value}, NULL)", f"({value})[1:2]"],
        }[kind]
        return self.random.choice(choices)

    def _aggregate(self, columns: list[tuple[str, str]], kind: str, depth: int) -> str:
        argument = self._expression(columns, kind if kind != "a" else "i", 0)
        if kind == "b":
            call = f"{self.random.choice(['bool_and', 'bool_or'])}({argument})"
        elif kind == "a":
            call = f"array_agg({argument})"
        elif kind == "i":
            call = self.random.choice(
                [f"max({argument})", f"min({argument})", f"count({argument})::int", "count(*)::int"]
            )
            if call.endswith("::int"):
                return call
        else:
            call = self.random.choice([f"max({argument})", f"string_agg({argument}, ',')"])
        if self.random.random() < 0.3:
            call += f" FILTER (WHERE {self._condition(columns, 0)})"
        if self.random.random() < 0.2 and depth > 0:
            return f"coalesce({call}, {self._literal(kind)})"
        return call

    def _window(self, columns: list[tuple[str, str]], kind: str) -> str:
        argument = self._expression(columns, kind, 0)
        order = self.random.choice([name for name, _ in columns] or ["1"])
        frame = self.random.choice(
            ["", "", "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW", "ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING",
             "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW",
             "GROUPS BETWEEN 1 FOLLOWING AND 2 FOLLOWING"]
        )  # fmt: skip
        call = self.random.choice(
            [f"lag({argument})", f"lead({argument}, 1, {self._literal(kind)})", f"first_value({argument})",
             f"last_value({argument})", f"nth_value({argument}, 2)"]
        )  # fmt: skip
        if kind in "it" and self.random.random() < 0.4:
            call = f"max({argument})"
        return f"{call} OVER (ORDER BY {order} {frame})"

    def _condition(self, columns: list[tuple[str, str]], depth: int) -> str:
        if not columns:
            return "true"
        chance = self.random.random()
        if depth > 0 and chance < 0.35:
            operator = self.random.choice([" AND ", " OR "])
            return "(" + operator.join(self._condition(columns, depth - 1) for _ in range(2)) + ")"
        if depth > 0 and chance < 0.45:
            return f"NOT {self._condition(columns, depth - 1)}"
        if depth > 1 and chance < 0.55:
            return f"EXISTS ({self._query(1, columns, ['i'])})"
        if depth > 1 and chance < 0.65:
            name, kind = self.random.choice(columns)
            if kind in "it":
                return f"{name} {self.random.choice(['IN', 'NOT IN'])} ({self._query(1, columns, [kind])})"
        return self._test(self.random.choice(columns))

    def _test(self, column: tuple[str, str]) -> str:
        name, kind = column
        tests = [f"{name} IS NOT NULL", f"{name} IS NULL", f"{name} = {self._literal(kind)}"]
        tests += [
            f"{name} IS DISTINCT FROM {self._literal(kind)}",
            f"coalesce({name}, {self._literal(kind)}) IS NOT NULL",
        ]
        if kind == "i":
            tests += [f"{name} > 1", f"{name} IN (1, 2, 5)", f"{name} NOT IN (7, 8)", f"({name} > 1) IS NOT FALSE"]
            tests += [f"abs({name}) < 100", f"{name} = ANY (ARRAY[1, 2, NULL])", f"{name} <> ALL ('{{}}'::int[])"]
        if kind == "t":
            tests += [f"{name} LIKE '%'", f"length({name}) > 0", f"{name} <> 'x'"]
        if kind == "b":
            tests += [name, f"NOT {name}", f"{name} IS TRUE", f"{name} IS NOT TRUE", f"coalesce({name}, false)"]
        return self.random.choice(tests)

    # --- writes ---

    def _write(self) -> str:
        columns = [(f"tasks.{name}", kind) for name, kind in _TABLES["tasks"].items()]
        outputs = [self._expression(columns, self._type(), 1) for _ in range(3)]
        returning = f"RETURNING {self._heads(outputs)}"
        where = self._condition(columns, 1)
        match self.random.randrange(4):
            case 0:
                return f"DELETE FROM tasks WHERE {where} {returning}"
            case 1:
                note = self._expression(columns, "t", 1)
                return f"UPDATE tasks SET note = {note}, hours = {self._literal('i')} WHERE {where} {returning}"
            case 2:
                source = self._relation(1, [])
                values = [self._expression(source.columns, kind, 1) for kind in "ti"]
                return (
                    "INSERT INTO tasks (id, title, note, hours) "
                    f"SELECT 100 + row_number() OVER (), 't', {', '.join(values)} FROM {source.text} {returning}"
                )
            case _:
                source = self._relation(1, [])
                joined = [*columns, *source.columns]
                more = [self._expression(joined, self._type(), 1) for _ in range(2)]
                return (
                    f"UPDATE tasks SET note = {self._expression(joined, 't', 1)} FROM {source.text} "
                    f"WHERE {self._condition(joined, 1)} RETURNING {self._heads(more)}"
                )

    # --- words ---

    def _heads(self, outputs: list[str]) -> str:
        return ", ".join(f"{output} AS o{number}" for number, output in enumerate(outputs))

    def _type(self) -> str:
        return self.random.choice("iiiitttbba")

    def _literal(self, kind: str) -> str:
        return self.random.choice(_LITERALS[kind])

    def _name_of(self, kind: str) -> str:
        return {"i": "int", "t": "text", "b": "boolean", "a": "int[]"}[kind]

    def _fresh(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names}"
