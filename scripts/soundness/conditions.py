"""Random conditions over columns that are visible.

In: columns with their kinds. Out: SQL text of what is true, false or NULL of a row, most often true of some.
"""

from __future__ import annotations

from soundness.choices import Choices
from soundness.model import Columns

__all__ = ["Conditions"]


class Conditions(Choices):
    """The part of the generator that makes tests."""

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
        if kind == "x":
            tests += [f"{name} @> 1", f"isempty({name})", f"{name} && '[1,9)'", f"lower({name}) IS NOT NULL"]
            tests += [f"upper({name}) > 1", f"NOT lower_inf({name})", f"{name} <> 'empty'"]
        if kind == "y":
            tests += [f"{name} @> 1", f"NOT isempty({name})", f"lower({name}) = 1"]
        if kind == "o":
            tests += [f"({name}).x = 1", f"({name}).y IS NOT NULL", f"({name}).x IS NULL", f"NOT ({name} IS NULL)"]
            tests += [f"{name} <> '(3,)'::pair", f"{name} *= '(1,a)'::pair"]
        if kind == "q":
            tests += [f"(({name})[1]).x = 1", f"({name})[1] IS NOT NULL", f"'(1,a)'::pair = ANY ({name})"]
        if kind == "a":
            tests += [f"({name})[1] > 0", f"array_ndims({name}) = 1", f"({name})[1:1] = ARRAY[1]"]
            tests += [f"1 = ANY ({name})", f"1 <> ALL ({name})", f"cardinality({name}) >= 0", f"{name} && ARRAY[1]"]
        return self.pick(*tests)

    def member(self, columns: Columns, depth: int) -> str:
        """IN, ANY and ALL, over lists, arrays and subqueries."""
        kind = self.pick("i", "i", "t", "e", "x", "o")
        value, inner = self.expression(columns, kind, 0), self.query(depth - 1, columns, [kind])
        operator = self.pick("=", "<>", "<", ">=")
        array = self.expression(columns, "a", 0)
        return self.pick(
            f"({value} {self.pick('IN', 'NOT IN')} ({inner}))",
            f"({value} {operator} {self.pick('ANY', 'ALL')} ({inner}))",
            f"({value} {self.pick('IN', 'NOT IN')} ({self.there(kind)}, {self.there(kind)}))",
            f"({self.expression(columns, 'i', 0)} {operator} {self.pick('ANY', 'ALL')} ({array}))",
        )
