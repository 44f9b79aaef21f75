"""Random aggregates and window functions over columns that are visible."""

from __future__ import annotations

from typing import Final

from soundness.conditions import Conditions
from soundness.model import Columns

__all__ = ["Aggregates"]

_FRAMES: Final = (
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


class Aggregates(Conditions):
    """The part of the generator that makes calls over several rows."""

    def aggregate(self, columns: Columns, kind: str, depth: int) -> str:
        """An aggregate of the kind."""
        if kind == "r":
            inner = self.expression(columns, self.kind(arrays=False), 0)
            return self.pick(
                f"array_agg({inner})",
                f"array_agg(ROW({inner}))",
                f"ROW(count(*), max({self.expression(columns, 'i', 0)}))",
            )
        of = {"a": "i", "q": "o", "y": "x"}.get(kind, kind)
        argument = self.expression(columns, of, 0)
        options = {
            "b": ["bool_and({})", "bool_or({})", "every({})"],
            "a": ["array_agg({})", "array_agg(DISTINCT {})", "array_agg({} ORDER BY 1)"],
            "i": ["max({})", "min({})", "sum({})::int", "count({})::int", "count(*)::int", "count(DISTINCT {})::int",
                  "(percentile_disc(0.5) WITHIN GROUP (ORDER BY {}))", "mode() WITHIN GROUP (ORDER BY {})",
                  "any_value({})", "stddev({})::int", "bit_or({})", "latest({})", "kept({})"],
            "t": ["max({})", "string_agg({}, ',')", "min({})"],
            "e": ["max({})", "min({})"],
            "j": ["jsonb_agg({})", "jsonb_object_agg('a', {})", "to_jsonb(count({}))",
                  "JSON_ARRAYAGG({} RETURNING jsonb)"],
            "x": ["range_merge(range_agg({}))", "range_intersect_agg({})"],
            "y": ["range_agg({})", "range_intersect_agg(int4multirange({}))"],
            "o": ["any_value({})", "(array_agg({}))[1]"],
            "q": ["array_agg({})", "array_agg({} ORDER BY 1)"],
        }[kind]  # fmt: skip
        call = self.pick(*options).format(argument)
        if call.endswith(")") and not call.startswith(("(", "to_jsonb", "range_merge")) and self.random.random() < 0.3:
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
