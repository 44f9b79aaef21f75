"""Random queries: joins of every kind, subqueries, CTEs, groups, set operations, sets of rows from functions.

In: a random generator and a schema. Out: SQL text that PostgreSQL accepts nearly always; the few statements that it
refuses are counted and not analysed. The surprise: a query is made for the kinds of the columns that it must return,
from the top down, so that it fits wherever it is put.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from soundness.expressions import Expressions
from soundness.model import NAMES, Columns

__all__ = ["Queries", "Source", "heads"]

_TAILS: Final = (
    "", "", "", "", "", "", "", "", "", " LIMIT 3", " ORDER BY 1 LIMIT 4", " OFFSET 1", " LIMIT 1", " LIMIT 1",
    " LIMIT 0", " ORDER BY 1 FETCH FIRST 1 ROW WITH TIES", " LIMIT 1 OFFSET 1", " LIMIT ALL",
)  # fmt: skip


@dataclass
class Source:
    """A table expression in FROM: its text, and its columns with their kinds."""

    text: str
    columns: Columns = field(default_factory=list[tuple[str, str]])


class Queries(Expressions):
    """The half of the generator that makes SELECT."""

    def query(self, depth: int, outer: Columns, kinds: list[str]) -> str:
        chance = self.random.random()
        plain = "r" not in kinds
        if depth > 1 and chance < 0.15 and plain:
            operator = self.pick("UNION ALL", "UNION", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL")
            return f"({self.query(depth - 1, outer, kinds)}) {operator} ({self.query(depth - 1, outer, kinds)})"
        if chance < 0.2 and plain:
            rows = ", ".join(
                "(" + ", ".join(f"{self.expression(outer, kind, 0)}::{NAMES[kind]}" for kind in kinds) + ")"
                for _ in range(self.random.randint(1, 3))
            )
            return f"VALUES {rows}"
        if depth > 1 and chance < 0.3:
            head, source = self.common_table(depth, outer)
            return head + self.select(depth, outer, kinds, source)
        return self.select(depth, outer, kinds)

    def common_table(self, depth: int, outer: Columns) -> tuple[str, Source]:
        """WITH, and the CTE as a source."""
        inner = [self.kind() for _ in range(self.random.randint(1, 3))]
        name = self.fresh("c")
        if self.chance(0.3):
            return self.recursive(name, depth, outer, ["i", *inner])
        heads = ", ".join(f"x{number}" for number in range(len(inner)))
        hint = self.pick("", "MATERIALIZED ", "NOT MATERIALIZED ")
        body = self.query(depth - 1, outer, inner)
        return f"WITH {name} ({heads}) AS {hint}({body}) ", Source(name, _columns(name, inner))

    def recursive(self, name: str, depth: int, outer: Columns, kinds: list[str]) -> tuple[str, Source]:
        names = ", ".join(f"x{number}" for number in range(len(kinds)))
        typed = ", ".join(f"x{number}::{NAMES[kind]}" for number, kind in enumerate(kinds))
        base = f"SELECT {typed} FROM ({self.select(depth - 1, outer, kinds)}) AS {self.fresh('q')} ({names})"
        columns = _columns(name, kinds)
        source = Source(name, columns)
        if self.chance(0.6):
            other = self.relation(0, outer)
            join = self.pick("LEFT JOIN", "JOIN", "CROSS JOIN")
            on = "" if join == "CROSS JOIN" else f" ON {self.join_condition(columns, other.columns, join)}"
            source = Source(f"{name} {join} {other.text}{on}", columns + other.columns)
        step = [f"{name}.x0 + 1", *(self.expression(source.columns, kind, 1) for kind in kinds[1:])]
        typed = ", ".join(f"({value})::{NAMES[kind]}" for value, kind in zip(step, kinds, strict=True))
        union = self.pick("UNION ALL", "UNION")
        text = f"WITH RECURSIVE {name} ({names}) AS (({base}) {union} SELECT {typed} FROM {source.text} "
        return text + f"WHERE {name}.x0 < 2) ", Source(name, columns)

    def select(self, depth: int, outer: Columns, kinds: list[str], given: Source | None = None) -> str:
        source = self.from_clause(depth, outer, given)
        visible = source.columns
        chance = self.random.random()
        where = ""
        if chance < 0.15:
            where = f" WHERE {self.equalities(visible)}"
        elif chance < 0.5:
            where = f" WHERE {self.condition(visible + outer, depth)}"
        chance = self.random.random()
        if chance < 0.25 and visible:
            return self.grouped(source, where, kinds, depth)
        if chance < 0.35:
            outputs = [
                self.expression(outer, kind, 1)
                if outer and kind != "r" and self.chance(0.3)
                else self.aggregate(visible, kind, depth)
                for kind in kinds
            ]
            having = self.pick("", "", " HAVING count(*) > 1")
            return f"SELECT {heads(outputs)} FROM {source.text}{where}{having}"
        outputs = [self.output(visible, outer, kind, depth) for kind in kinds]
        distinct = self.pick("", "", "", "DISTINCT ") if "r" not in kinds else ""
        tail = self.pick(*_TAILS)
        if visible and self.chance(0.04):
            key = self.random.choice(visible)[0]
            distinct, tail = f"DISTINCT ON ({key}) ", f" ORDER BY {key}"
        return f"SELECT {distinct}{heads(outputs)} FROM {source.text}{where}{tail}"

    def grouped(self, source: Source, where: str, kinds: list[str], depth: int) -> str:
        plain = [column for column in source.columns if column[1] != "r"] or [("1", "i")]
        keys = self.random.sample(plain, min(len(plain), self.random.randint(1, 2)))
        names = ", ".join(name for name, _ in keys)
        clause = self.pick(
            names, names, names, f"ROLLUP ({names})", f"CUBE ({names})", f"GROUPING SETS (({names}), ())",
            f"GROUPING SETS (({names}))", f"GROUPING SETS ({names})", f"DISTINCT ROLLUP ({names}), {keys[0][0]}",
        )  # fmt: skip
        outputs: list[str] = []
        for kind in kinds:
            fitting = [name for name, its in keys if its == kind]
            if fitting and self.chance(0.6):
                outputs.append(self.wrapped(self.pick(*fitting), kind))
            elif kind == "i" and self.chance(0.08):
                outputs.append(f"grouping({keys[0][0]})")
            else:
                outputs.append(self.aggregate(source.columns, kind, depth))
        having = ""
        if self.chance(0.3):
            having = f" HAVING {self.test(self.random.choice(keys), keys)}"
        return f"SELECT {heads(outputs)} FROM {source.text}{where} GROUP BY {clause}{having}"

    # --- FROM ---

    def from_clause(self, depth: int, outer: Columns, given: Source | None) -> Source:
        source = given or self.relation(depth, outer)
        for _ in range(self.random.choice([0, 0, 1, 1, 2, 3])):
            right = self.relation(depth, outer, [*source.columns, *outer])
            columns = source.columns + right.columns
            kind = self.pick("JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN")
            if "LATERAL" in right.text and kind in ("RIGHT JOIN", "FULL JOIN"):
                kind = "LEFT JOIN"
            if kind == "CROSS JOIN":
                source = Source(f"{source.text} CROSS JOIN {right.text}", columns)
                continue
            condition = self.join_condition(source.columns, right.columns, kind)
            if self.chance(0.15):
                source = Source(f"({source.text} {kind} {right.text} ON {condition})", columns)
            else:
                source = Source(f"{source.text} {kind} {right.text} ON {condition}", columns)
        return source

    def join_condition(self, left: Columns, right: Columns, kind: str) -> str:
        pairs = [(one, two) for one, its in left for two, other in right if its == other == "i"]
        # Foreign keys are called k and refer to id.
        pairs += [pair for pair in pairs if {end.rpartition(".")[2] for end in pair} == {"k", "id"}] * 6
        spans = [
            (one.rpartition(".")[0], two.rpartition(".")[0])
            for one, _ in left
            for two, _ in right
            if one.endswith(".room") and two.endswith(".room")
        ]
        if spans and self.chance(0.7):  # the tables with temporal keys
            one, two = self.random.choice(spans)
            return f"{one}.room = {two}.room AND {one}.span {self.pick('=', '&&')} {two}.span"
        if not pairs:
            return "true"
        one, two = self.random.choice(pairs)
        equality = f"{one} = {two}"
        if kind == "FULL JOIN" or self.chance(0.7):
            return equality
        return f"{equality} AND {self.test(self.random.choice(left + right), left + right)}"

    def relation(self, depth: int, outer: Columns, siblings: Columns | None = None) -> Source:
        name = self.fresh("r")
        chance = self.random.random()
        if depth > 1 and chance < 0.28:
            kinds = [self.kind() for _ in range(self.random.randint(1, 3))] + ["r"] * (self.random.random() < 0.08)
            lateral = siblings is not None and self.chance(0.4)
            body = self.query(depth - 1, siblings if lateral and siblings else outer, kinds)
            names = ", ".join(f"x{number}" for number in range(len(kinds)))
            return Source(f"{'LATERAL ' if lateral else ''}({body}) AS {name} ({names})", _columns(name, kinds))
        if chance < 0.36:
            return self.function(name, siblings)
        if chance < 0.44 and depth > 0:
            return self.using()
        table = self.random.choice(self.schema.tables)
        stored = bool(table.written) and not table.view
        sample = " TABLESAMPLE BERNOULLI (50) REPEATABLE (1)" if stored and self.chance(0.02) else ""
        only = "ONLY " if stored and self.chance(0.03) else ""
        return Source(
            f"{only}{table.name} AS {name}{sample}", [(f"{name}.{each}", kind) for each, kind in table.columns]
        )

    def using(self) -> Source:
        """A join by the names of columns; its merged columns have an alias of their own."""
        left, right = self.random.choice(self.schema.tables), self.random.choice(self.schema.tables)
        shared = sorted(set(left.columns) & set(right.columns))
        one, two, merged = self.fresh("r"), self.fresh("r"), self.fresh("u")
        columns = [(f"{one}.{each}", kind) for each, kind in left.columns]
        columns += [(f"{two}.{each}", kind) for each, kind in right.columns]
        if not shared:
            return Source(f"({left.name} AS {one} CROSS JOIN {right.name} AS {two})", columns)
        chosen = self.random.sample(shared, self.random.randint(1, min(2, len(shared))))
        kind = self.pick("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "FULL JOIN")
        names = ", ".join(each for each, _ in chosen)
        columns += [(f"{merged}.{each}", its) for each, its in chosen] * 2
        return Source(f"({left.name} AS {one} {kind} {right.name} AS {two} USING ({names}) AS {merged})", columns)

    def function(self, name: str, siblings: Columns | None) -> Source:
        """A function in FROM; it is LATERAL when it takes what stands before it."""
        rows = [function for function in self.schema.functions if function.columns]
        argument = self.expression(siblings or [], "i", 0) if self.chance(0.5) else self.pick("1", "2")
        lateral = "LATERAL " if siblings else ""
        if rows and self.chance(0.4):
            function = self.random.choice(rows)
            call = self.filled(self.pick(*function.calls), siblings or [], 0)
            # A column definition list stands behind the alias.
            call = call.replace(" AS ", f" AS {name} ") if " AS " in call else f"{call} AS {name}"
            return Source(lateral + call, [(f"{name}.{each}", kind) for each, kind in function.columns])
        array = self.expression(siblings or [], "a", 0)
        document = self.expression(siblings or [], "j", 0)
        table = f"JSON_TABLE({document}, '$[*]' COLUMNS (x0 int PATH '$', x1 text PATH '$.a')) AS {name}"
        text, kinds = self.random.choice(
            [
                (f"generate_series(1, 2) AS {name} (x0)", "i"),
                (f"generate_series(1, {argument}) AS {name} (x0)", "i"),
                (f"unnest(ARRAY[1, NULL]) AS {name} (x0)", "i"),
                (f"unnest(ARRAY[1, 2]) AS {name} (x0)", "i"),
                (f"unnest({array}) AS {name} (x0)", "i"),
                (f"unnest({array}, ARRAY['a', 'b', 'c']) WITH ORDINALITY AS {name} (x0, x1)", "it"),
                (f"ROWS FROM (unnest({array}), generate_series(1, 2)) AS {name} (x0, x1)", "ii"),
                (f"jsonb_array_elements(jsonb_build_array({document})) AS {name} (x0)", "j"),
                (f"jsonb_to_recordset(jsonb_build_array({document})) AS {name} (x0 int, x1 text)", "it"),
                *([(table, "it")] if self.schema.version >= 17 else []),
                (f"string_to_table('a,b', ',') AS {name} (x0)", "t"),
                (f"abs({argument}) AS {name} (x0)", "i"),
                (f"unnest({self.expression(siblings or [], 'q', 0)}) AS {name} (x0, x1)", "it"),
                (f"unnest({self.expression(siblings or [], 'y', 0)}) AS {name} (x0)", "x"),
                (f"json_populate_recordset(NULL::pair, '[{{}}, null]') AS {name} (x0, x1)", "it"),
            ]
        )
        return Source(lateral + text, _columns(name, list(kinds)))


def _columns(name: str, kinds: list[str]) -> Columns:
    return [(f"{name}.x{number}", kind) for number, kind in enumerate(kinds)]


def heads(outputs: list[str]) -> str:
    """A target list, whose columns are named o0, o1 …"""
    return ", ".join(f"{output} AS o{number}" for number, output in enumerate(outputs))
