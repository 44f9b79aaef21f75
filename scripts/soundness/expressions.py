"""Random expressions over columns that are visible.

In: columns with their kinds. Out: SQL text of the kind asked for.
"""

from __future__ import annotations

from soundness.aggregates import Aggregates
from soundness.model import Columns
from soundness.structures import made_structure, wrapped_structure

__all__ = ["Expressions"]

_TIMES = ("'infinity'::timestamptz", "'-infinity'::date", "now()", "NULL::timestamp")
_TIMES_17 = ("'infinity'::timestamptz", "'-infinity'::date", "now()", "'infinity'::interval", "NULL::timestamp")


class Expressions(Aggregates):
    """The part of the generator that makes values."""

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
            (table, name)
            for table in self.schema.tables
            if ("id", "i") in table.written
            for name, its in table.columns
            if its == kind
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
                f"(ARRAY[[{value}, {other}], [1, NULL]])[2][1]",
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
                f"({value})[1:1][1:2]",
                f"ARRAY[{value}, {value}]",
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
        }.get(kind) or wrapped_structure(kind, value, other)
        return self.pick(*choices)

    def converted(self, columns: Columns, kind: str, depth: int) -> str:
        """A value made of one of another kind."""
        scalars = [function for function in self.schema.functions if function.kind == kind]
        if scalars and self.random.random() < 0.4:
            return self.filled(self.pick(*self.random.choice(scalars).calls), columns, depth)

        def of(other: str) -> str:
            return self.expression(columns, other, depth)

        choices = {
            "i": lambda: self.pick(
                f"length({of('t')})", f"cardinality({of('a')})", f"({of('a')})[1]", f"array_length({of('a')}, 1)",
                f"({of('j')} ->> 'n')::int", f"({of('b')})::int", f"jsonb_array_length(jsonb_build_array({of('i')}))",
                f"extract(day FROM {self.pick(*(_TIMES_17 if self.schema.version >= 17 else _TIMES))})::int",
                f"width_bucket({of('i')}, ARRAY[1, 3])", f"lower({of('x')})", f"upper({of('x')})", f"lower({of('y')})",
                f"({of('o')}).x", f"(({of('q')})[1]).x", f"cardinality({of('q')})", f"({of('a')})[1][2]",
                f"array_length({of('a')}, 2)",
            ),
            "t": lambda: self.pick(
                f"({of('j')} ->> 'a')", f"({of('e')})::text", f"({of('i')})::text", f"jsonb_typeof({of('j')})",
                f"array_to_string({of('a')}, ',')", f"({of('j')})::text",
                f"({of('o')}).y", f"(({of('q')})[2]).y", f"({of('x')})::text", f"({of('o')})::text",
            ),
            "b": lambda: self.pick(
                f"({of('i')} < {of('i')})", f"({of('t')} LIKE 'a%')", f"({of('j')} ? 'a')", f"({of('e')} = {of('e')})",
                f"({of('a')} @> {of('a')})", f"(({of('i')}, {of('t')}) = ({of('i')}, {of('t')}))",
                f"(({of('i')}, {of('i')}) < ({of('i')}, {of('i')}))", f"(ROW({of('i')}, {of('t')}) IS NULL)",
                f"({of('x')} @> {of('i')})", f"({of('x')} && {of('x')})", f"isempty({of('x')})",
                f"lower_inc({of('x')})",
                f"({of('y')} @> {of('x')})", f"({of('o')} IS NULL)", f"({of('o')} IS NOT NULL)",
                f"({of('o')} = {of('o')})", f"({of('o')} IS DISTINCT FROM {of('o')})", f"({of('o')} = ANY ({of('q')}))",
                f"(ROW({of('i')}, {of('t')}) = {of('o')})", f"({of('x')} << {of('x')})",
            ),
            "a": lambda: self.pick(
                f"ARRAY[{of('i')}, {of('i')}]", f"array_fill({of('i')}, ARRAY[2])",
                f"string_to_array({of('t')}, ',')::int[]",
            ),
            "e": lambda: f"CASE WHEN {of('b')} THEN {of('e')} ELSE {self.literal('e')} END",
            "j": lambda: self.pick(
                f"to_jsonb({of('i')})", f"jsonb_build_array({of('i')}, {of('t')})", f"to_jsonb({of('t')})",
                f"JSON_OBJECT('a': {of('i')} RETURNING jsonb)", f"to_jsonb(ROW({of('i')}))",
                f"to_jsonb({of('o')})", f"to_jsonb({of('q')})",
            ),
        }  # fmt: skip
        return choices[kind]() if kind in choices else self.pick(*made_structure(kind, of))
