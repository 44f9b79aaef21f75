"""Random expressions and conditions over columns that are visible.

In: columns with their kinds. Out: SQL text of the kind asked for. The surprise: a literal is at times a parameter,
`$1::int`; what stands for it when the statement is run may be NULL only where the analysis says that it may.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from random import Random

from soundness.model import KINDS, LITERALS, NAMES, Columns, Schema

__all__ = ["Expressions"]

_FRAMES = (
    "",
    "",
    "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW",
    "ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING",
    "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW",
    "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
    "GROUPS BETWEEN 1 FOLLOWING AND 2 FOLLOWING",
    "GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES",
    "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP",
)


_TIMES = ("'infinity'::timestamptz", "'-infinity'::date", "now()", "'infinity'::interval", "NULL::timestamp")


class Expressions(ABC):
    """The half of the generator that makes values."""

    def __init__(self, random: Random, schema: Schema) -> None:
        self.random = random
        self.schema = schema
        self.names = 0

    @abstractmethod
    def query(self, depth: int, outer: Columns, kinds: list[str]) -> str:
        """A query whose columns are of these kinds."""

    def output(self, columns: Columns, outer: Columns, kind: str, depth: int) -> str:
        """What may stand in a target list: also window functions, sets and rows."""
        if kind == "r":
            return self.row(columns + outer, depth)
        chance = self.random.random()
        if chance < 0.12:
            return self.window(columns, kind)
        if chance < 0.15 and kind == "i":
            array = self.expression(columns + outer, "a", 0)
            return self.pick(f"unnest({array})", "generate_series(1, 2)", f"generate_series(1, {self.literal('i')})")
        return self.expression(columns + outer, kind, depth)

    def row(self, columns: Columns, depth: int) -> str:
        """A row, or an array of rows or values: its fields and elements have claims of their own."""
        fields = [self.expression(columns, self.kind(), 1) for _ in range(self.random.randint(1, 3))]
        aliases = sorted({name.split(".")[0] for name, _ in columns if "." in name})
        choices = [f"ROW({', '.join(fields)})", f"ARRAY[ROW({', '.join(fields)})]"]
        kind = self.kind(arrays=False)
        choices.append(f"ARRAY[{self.expression(columns, kind, 1)}, {self.expression(columns, kind, 1)}]")
        if depth > 0:
            inner = self.query(depth - 1, columns, [self.kind(), self.kind()])
            alias = self.fresh("q")
            choices += [
                f"ARRAY(SELECT {alias} FROM ({inner}) AS {alias})",
                f"(SELECT {alias} FROM ({inner}) AS {alias} LIMIT 1)",
                f"(SELECT array_agg({alias}) FROM ({inner}) AS {alias})",
            ]
        choices += [self.pick(alias, f"ARRAY[{alias}]", f"coalesce({alias}, {alias})") for alias in aliases]
        return self.pick(*choices)

    def expression(self, columns: Columns, kind: str, depth: int) -> str:
        """A value of the kind."""
        fitting = [name for name, its in columns if its == kind]
        if kind == "r":
            return self.pick(*fitting) if fitting else "ROW(1, NULL)"
        chance = self.random.random()
        if depth > 0 and chance < 0.03:
            return self.looked_up(columns, kind)
        if depth > 0 and chance < 0.12:
            inner = self.query(depth - 1, columns, [kind])
            # The short form keeps queries that surely return a row recognisable as such.
            return f"({inner})" if inner.endswith("LIMIT 1") else f"(SELECT * FROM ({inner}) AS q LIMIT 1)"
        if depth > 0 and kind == "b" and chance < 0.3:
            return self.pick(f"EXISTS ({self.query(depth - 1, columns, ['i'])})", self.member(columns, depth))
        if depth > 0 and kind == "a" and chance < 0.4:
            return f"ARRAY({self.query(depth - 1, columns, ['i'])})"
        if chance < 0.7 and fitting:
            return self.pick(*fitting)
        if chance < 0.74 or depth <= 0:
            return self.literal(kind)
        if chance < 0.82:
            return self.converted(columns, kind, depth - 1)
        return self.wrapped(self.expression(columns, kind, depth - 1), kind, columns, depth)

    def looked_up(self, columns: Columns, kind: str) -> str:
        """A scalar subquery by key: the value of another row, which a foreign key may make certain."""
        found = [
            (table, name) for table in self.schema.tables if table.written for name, its in table.columns if its == kind
        ]
        table, name = self.random.choice(found) if found else (None, "")
        numbers = [each for each, its in columns if its == "i"]
        # Foreign keys are called k.
        numbers += [each for each in numbers if each.endswith(".k")] * 8
        if table is None or not numbers:
            return self.literal(kind)
        alias = self.fresh("y")
        return f"(SELECT {alias}.{name} FROM {table.name} AS {alias} WHERE {alias}.id = {self.pick(*numbers)})"

    def wrapped(self, value: str, kind: str, columns: Columns | None = None, depth: int = 0) -> str:
        """Something of the same kind made of the value."""
        other = self.expression(columns, kind, depth - 1) if columns else self.literal(kind)
        choices = [
            value,
            f"coalesce({value}, {other})",
            f"CASE WHEN {value} IS NULL THEN {other} ELSE {value} END",
            f"CASE WHEN {value} = {other} THEN {other} WHEN {value} IS NOT NULL THEN {value} ELSE {other} END",
            f"CASE {value} WHEN {other} THEN {value} END",
            f"nullif({value}, {other})",
            f"greatest({value}, {other})",
            f"CASE WHEN {self.condition(columns or [], 0)} THEN {value} ELSE {other} END",
        ]
        choices += {
            "i": [
                f"({value} + {other})",
                f"abs({value})",
                f"(ARRAY[{value}, {other}])[2]",
                f"(- {value})",
                f"({value})::text::int",
                f"(ROW({value}, {other})).f1",
            ],
            "t": [
                f"({value} || {other})",
                f"upper({value})",
                f"concat({value}, {other})",
                f"substring({value} FROM 'a')",
                f"split_part({value}, 'a', 1)",
                f"format('%s', {value})",
                f"(regexp_match({value}, 'a'))[1]",
            ],
            "b": [
                f"({value} AND {other})",
                f"({value} OR {other})",
                f"(NOT {value})",
                f"({value} IS DISTINCT FROM {other})",
                f"({value} IS NOT TRUE)",
                f"({value} IS UNKNOWN)",
            ],
            "a": [
                f"({value} || {other})",
                f"array_remove({value}, NULL)",
                f"({value})[1:2]",
                f"array_append({value}, {self.expression(columns or [], 'i', 0)})",
                f"array_replace({value}, 1, NULL)",
            ],
            "e": [f"({value})::text::mood", f"least({value}, {other})"],
            "j": [
                f"({value} -> 'a')",
                f"({value} #> '{{a,a}}')",
                f"({value} || {other})",
                f"jsonb_build_object('a', {value})",
                f"jsonb_set({value}, '{{a}}', {other})",
                f"jsonb_path_query_first({value}, '$.a')",
                f"({value})['a']",
            ],
        }[kind]
        return self.pick(*choices)

    def converted(self, columns: Columns, kind: str, depth: int) -> str:
        """A value made of one of another kind."""
        scalars = [function for function in self.schema.functions if function.kind == kind]
        if scalars and self.random.random() < 0.4:
            return f"{self.random.choice(scalars).name}({self.expression(columns, 'i', depth)})"

        def of(other: str) -> str:
            return self.expression(columns, other, depth)

        choices = {
            "i": lambda: self.pick(
                f"length({of('t')})", f"cardinality({of('a')})", f"({of('a')})[1]", f"array_length({of('a')}, 1)",
                f"({of('j')} ->> 'n')::int", f"({of('b')})::int", f"jsonb_array_length(jsonb_build_array({of('i')}))",
                f"extract(day FROM {self.pick(*_TIMES)})::int",
                f"width_bucket({of('i')}, ARRAY[1, 3])",
            ),
            "t": lambda: self.pick(
                f"({of('j')} ->> 'a')", f"({of('e')})::text", f"({of('i')})::text", f"jsonb_typeof({of('j')})",
                f"array_to_string({of('a')}, ',')", f"({of('j')})::text",
            ),
            "b": lambda: self.pick(
                f"({of('i')} < {of('i')})", f"({of('t')} LIKE 'a%')", f"({of('j')} ? 'a')", f"({of('e')} = {of('e')})",
                f"({of('a')} @> {of('a')})", f"(({of('i')}, {of('t')}) = ({of('i')}, {of('t')}))",
                f"(({of('i')}, {of('i')}) < ({of('i')}, {of('i')}))", f"(ROW({of('i')}, {of('t')}) IS NULL)",
            ),
            "a": lambda: self.pick(
                f"ARRAY[{of('i')}, {of('i')}]", f"array_fill({of('i')}, ARRAY[2])",
                f"string_to_array({of('t')}, ',')::int[]",
            ),
            "e": lambda: f"CASE WHEN {of('b')} THEN {of('e')} ELSE {self.literal('e')} END",
            "j": lambda: self.pick(
                f"to_jsonb({of('i')})", f"jsonb_build_array({of('i')}, {of('t')})", f"to_jsonb({of('t')})",
                f"JSON_OBJECT('a': {of('i')} RETURNING jsonb)", f"to_jsonb(ROW({of('i')}))",
            ),
        }  # fmt: skip
        return choices[kind]()

    def member(self, columns: Columns, depth: int) -> str:
        """IN, ANY and ALL, over lists, arrays and subqueries."""
        kind = self.pick("i", "i", "t", "e")
        value, inner = self.expression(columns, kind, 0), self.query(depth - 1, columns, [kind])
        operator = self.pick("=", "<>", "<", ">=")
        array = self.expression(columns, "a", 0)
        return self.pick(
            f"({value} {self.pick('IN', 'NOT IN')} ({inner}))",
            f"({value} {operator} {self.pick('ANY', 'ALL')} ({inner}))",
            f"({value} {self.pick('IN', 'NOT IN')} ({self.there(kind)}, {self.there(kind)}))",
            f"({self.expression(columns, 'i', 0)} {operator} {self.pick('ANY', 'ALL')} ({array}))",
        )

    def aggregate(self, columns: Columns, kind: str, depth: int) -> str:
        """An aggregate of the kind."""
        if kind == "r":
            inner = self.expression(columns, self.kind(arrays=False), 0)
            return self.pick(
                f"array_agg({inner})",
                f"array_agg(ROW({inner}))",
                f"ROW(count(*), max({self.expression(columns, 'i', 0)}))",
            )
        argument = self.expression(columns, kind if kind != "a" else "i", 0)
        options = {
            "b": ["bool_and({})", "bool_or({})", "every({})"],
            "a": ["array_agg({})", "array_agg(DISTINCT {})", "array_agg({} ORDER BY 1)"],
            "i": ["max({})", "min({})", "sum({})::int", "count({})::int", "count(*)::int", "count(DISTINCT {})::int",
                  "(percentile_disc(0.5) WITHIN GROUP (ORDER BY {}))", "mode() WITHIN GROUP (ORDER BY {})",
                  "any_value({})", "stddev({})::int", "bit_or({})"],
            "t": ["max({})", "string_agg({}, ',')", "min({})"],
            "e": ["max({})", "min({})"],
            "j": ["jsonb_agg({})", "jsonb_object_agg('a', {})", "to_jsonb(count({}))",
                  "JSON_ARRAYAGG({} RETURNING jsonb)"],
        }[kind]  # fmt: skip
        call = self.pick(*options).format(argument)
        if call.endswith(")") and not call.startswith(("(", "to_jsonb")) and self.random.random() < 0.3:
            call += f" FILTER (WHERE {self.condition(columns, 0)})"
        if self.random.random() < 0.2 and depth > 0:
            return f"coalesce({call}, {self.literal(kind)})"
        return call

    def window(self, columns: Columns, kind: str) -> str:
        """A window function of the kind, with a frame."""
        argument = self.expression(columns, kind, 0)
        order = self.pick(*([name for name, its in columns if its != "r"] or ["1"]))
        calls = [
            f"lag({argument})", f"lead({argument}, 1, {self.literal(kind)})", f"lag({argument}, 0)",
            f"first_value({argument})", f"last_value({argument})", f"nth_value({argument}, 2)",
            f"lag({argument}, {self.literal('i')}, {argument})",
        ]  # fmt: skip
        if kind in "ite":
            calls += [f"max({argument})"] * 4
        if kind == "i":
            calls += ["row_number()", "rank()", f"count({argument})", "ntile(2)", f"sum({argument})"]
            calls += [f"max({argument}) FILTER (WHERE {self.condition(columns, 0)})", f"ntile({argument})"]
        call = self.pick(*calls)
        partition = f"PARTITION BY {self.pick(*[name for name, _ in columns])} " if columns and self.chance(0.3) else ""
        text = f"{call} OVER ({partition}ORDER BY {order} {self.pick(*_FRAMES)})"
        return f"({text})::int" if kind == "i" else text

    def condition(self, columns: Columns, depth: int) -> str:
        """Something for WHERE, ON, HAVING or FILTER."""
        columns = [column for column in columns if column[1] != "r"]
        if not columns:
            return self.pick("true", "true", "true", "true", "false")
        chance = self.random.random()
        if depth > 0 and chance < 0.35:
            parts = [self.condition(columns, depth - 1) for _ in range(2)]
            return "(" + self.pick(" AND ", " AND ", " OR ").join(parts) + ")"
        if depth > 0 and chance < 0.45:
            return f"NOT {self.condition(columns, depth - 1)}"
        if depth > 1 and chance < 0.53:
            return f"EXISTS ({self.query(1, columns, ['i'])})"
        if depth > 1 and chance < 0.63:
            return self.member(columns, 1)
        if depth > 0 and chance < 0.68:
            return self.expression(columns, "b", depth - 1)
        return self.test(self.random.choice(columns), columns)

    def equalities(self, columns: Columns) -> str:
        """What binds keys: columns equal to constants and to each other."""
        names = [name for name, kind in columns if kind == "i"]
        if not names:
            return "true"
        # Keys are called id, so these are chosen more often.
        names += [name for name in names if name.endswith(".id")] * 3
        parts: list[str] = []
        for _ in range(self.random.choice([1, 1, 2, 3])):
            other = self.pick("1", "2", self.there("i"), *names)
            parts.append(f"{self.pick(*names)} {self.pick('=', '=', '=', 'IS NOT DISTINCT FROM')} {other}")
        return " AND ".join(parts)

    def test(self, column: tuple[str, str], columns: Columns) -> str:
        """One test of one column."""
        name, kind = column
        if kind == "r":
            return self.pick(f"{name} IS NULL", f"{name} IS NOT NULL", f"{name} IS DISTINCT FROM NULL")
        others = [other for other, its in columns if its == kind] or [name]
        tests = [f"{name} IS NOT NULL", f"{name} IS NULL", f"{name} = {self.there(kind)}"]
        tests += [
            f"{name} IS DISTINCT FROM {self.there(kind)}",
            f"coalesce({name}, {self.literal(kind)}) IS NOT NULL",
            f"{name} = {self.pick(*others)}",
            f"({name}, {self.pick(*others)}) IS NOT NULL",
            f"({name} = {self.there(kind)}) IS NOT FALSE",
            f"CASE WHEN {name} IS NULL THEN false ELSE true END",
            f"nullif({name}, {self.literal(kind)}) IS NOT NULL",
        ]
        if kind == "i":
            tests += [f"{name} > 1", f"{name} IN (1, 2, 5)", f"{name} NOT IN (7, 8)", f"({name} > 1) IS NOT FALSE"]
            tests += [f"abs({name}) < 100", f"{name} = ANY (ARRAY[1, 2, NULL])", f"{name} <> ALL ('{{}}'::int[])"]
            tests += [f"{name} BETWEEN 0 AND 3", f"({name}, 1) < (3, {name})", f"{name} = ANY ('{{}}'::int[])"]
        if kind == "t":
            tests += [f"{name} LIKE '%'", f"length({name}) > 0", f"{name} <> 'x'", f"{name} ~ 'a'", f"{name} ^@ ''"]
        if kind == "b":
            tests += [name, f"NOT {name}", f"{name} IS TRUE", f"{name} IS NOT TRUE", f"coalesce({name}, false)"]
        if kind == "j":
            tests += [f"{name} ? 'a'", f"{name} @> '{{}}'", f"({name} ->> 'a') = '1'", f"{name} IS JSON OBJECT"]
        if kind == "a":
            tests += [f"1 = ANY ({name})", f"1 <> ALL ({name})", f"cardinality({name}) >= 0", f"{name} && ARRAY[1]"]
        return self.pick(*tests)

    def literal(self, kind: str) -> str:
        if self.random.random() < 0.05:
            return f"$0::{NAMES[kind]}"
        return self.random.choice(LITERALS[kind])

    def there(self, kind: str) -> str:
        """A literal that is seldom NULL: a condition that is never true shows nothing."""
        return self.literal(kind) if self.chance(0.15) else self.random.choice(LITERALS[kind][:-1])

    def kind(self, *, arrays: bool = True) -> str:
        return self.random.choice(KINDS if arrays else KINDS.replace("a", ""))

    def fresh(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability
