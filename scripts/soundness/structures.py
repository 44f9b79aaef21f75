"""What can be made of ranges, multiranges, composites and arrays of composites.

In: texts of values, or a way to make one. Out: texts of the kind asked for, of which one is drawn. They can fail, as
`range - range` does when two parts are left: such a run is counted as failed.
"""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["made_structure", "wrapped_structure"]


def wrapped_structure(kind: str, value: str, other: str) -> list[str]:
    """Something of the same kind made of one value or two."""
    return {
        "x": [
            f"({value} * {other})",
            f"range_merge({value}, {other})",
            f"int4range(lower({value}), NULL)",
            f"({value} - '(,0)')",
            f"({value})::text::int4range",
        ],
        "y": [
            f"({value} + {other})",
            f"({value} * {other})",
            f"({value} - {other})",
            f"({value})::text::int4multirange",
        ],
        "o": [
            f"ROW(({value}).x, ({other}).y)::pair",
            f"(ARRAY[{value}, {other}])[1]",
            f"jsonb_populate_record({value}, '{{\"y\": null}}')",
            f"({value})::text::pair",
            f"({value})::couple::pair",
            f"(SELECT {value})",
        ],
        "q": [
            f"({value} || {other})",
            f"array_remove({value}, NULL)",
            f"({value})[1:1]",
            f"ARRAY(SELECT unnest({value}))",
        ],
    }[kind]


def made_structure(kind: str, of: Callable[[str], str]) -> list[str]:
    """A value made of one of another kind."""
    return {
        "x": lambda: [
            f"int4range({of('i')}, NULL)",
            f"int4range(NULL, {of('i')}, '(]')",
            f"int4range({of('i')}, 9)",
            f"range_merge({of('y')})",
            f"int4range(lower({of('x')}), upper({of('x')}))",
        ],
        "y": lambda: [
            f"int4multirange({of('x')})",
            f"multirange({of('x')})",
            f"int4multirange({of('x')}, {of('x')})",
        ],
        "o": lambda: [
            f"ROW({of('i')}, {of('t')})::pair",
            f"({of('q')})[1]",
            f"({of('q')})[2]",
            f"({of('i')}, NULL)::pair",
        ],
        "q": lambda: [
            f"ARRAY[{of('o')}, {of('o')}]",
            f"ARRAY[ROW({of('i')}, {of('t')})::pair]",
            f"array_append({of('q')}, {of('o')})",
            f"array_fill({of('o')}, ARRAY[2])",
        ],
    }[kind]()
