"""What is known of one value: `Verdict`, and the ways to combine verdicts.

In: what the rules found. Out: plain frozen data. The surprise: a verdict says more than "may be NULL": an array's
verdict holds one for its elements, a row's verdict one for each field, so that `SELECT r` and `array_agg(r)` can be
typed too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlwright.codegen.tree import Node

__all__ = [
    "NO_ELEMENT",
    "ColumnVerdict",
    "FieldVerdict",
    "Verdict",
    "all_of",
    "any_of",
    "location_of",
    "merged",
    "not_null",
    "nullable",
    "without_places",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a value may be NULL, why, and what is known of its parts."""

    nullable: bool
    #: one plain sentence without a full stop: "projects.name is NOT NULL"
    reason: str
    #: byte offset in the statement of the place that decided, where the server tells it
    location: int | None = None
    #: arrays: any one element, at any dimension; None where nothing is known of the elements
    element: Verdict | None = None
    #: rows: the fields in order, given that the row itself is not NULL; None where the tree does not show them
    fields: tuple[ColumnVerdict, ...] | None = None
    #: the table column (pg_class.oid, attnum) whose value this is, unchanged
    origin: tuple[int, int] | None = None
    #: the value is always NULL, so that it adds nothing to the shape of what it is merged with
    always_null: bool = False

    @property
    def elements_nullable(self) -> bool:
        """Whether an element of the array may be NULL."""
        return self.element is None or self.element.nullable


@dataclass(frozen=True, slots=True)
class ColumnVerdict:
    """A column of a result, or a field of a row: its name, its type and what is known of it."""

    name: str
    type_oid: int
    typmod: int
    verdict: Verdict


#: A field of a row is a column of that row.
FieldVerdict = ColumnVerdict

#: The element of an array that has none: it merges with any other without a trace.
NO_ELEMENT = Verdict(nullable=False, reason="the array has no elements")


def location_of(node: Node | None) -> int | None:
    """The byte offset of a node in the statement, where the server gives one."""
    location = node["location"] if node is not None else None
    return location if isinstance(location, int) and location >= 0 else None


def without_places(verdict: Verdict) -> Verdict:
    """The verdict of something that is defined elsewhere: its places are not in the statement."""
    return replace(
        verdict,
        location=None,
        element=None if verdict.element is None else without_places(verdict.element),
        fields=None
        if verdict.fields is None
        else tuple(replace(field, verdict=without_places(field.verdict)) for field in verdict.fields),
    )


def not_null(
    reason: str,
    node: Node | None = None,
    *,
    element: Verdict | None = None,
    fields: tuple[ColumnVerdict, ...] | None = None,
) -> Verdict:
    """Proved: the value is never NULL."""
    return Verdict(False, reason, location_of(node), element=element, fields=fields)


def nullable(
    reason: str,
    node: Node | None = None,
    *,
    element: Verdict | None = None,
    fields: tuple[ColumnVerdict, ...] | None = None,
) -> Verdict:
    """Not proved: the value may be NULL."""
    return Verdict(True, reason, location_of(node), element=element, fields=fields)


def all_of(parts: Iterable[Verdict], reason: str, node: Node | None = None) -> Verdict:
    """Not NULL when every part is; else the first part's reason and place, for it is what makes the whole NULL."""
    for part in parts:
        if part.nullable:
            return Verdict(True, part.reason, part.location if part.location is not None else location_of(node))
    return not_null(reason, node)


def any_of(parts: Sequence[Verdict], node: Node | None = None) -> Verdict:
    """Not NULL when one part is: `COALESCE`, `GREATEST`."""
    for part in parts:
        if not part.nullable:
            return Verdict(False, part.reason, part.location if part.location is not None else location_of(node))
    if parts:
        return Verdict(True, parts[0].reason, parts[0].location)
    return nullable("it has no arguments", node)


def merged(parts: Sequence[Verdict]) -> Verdict:
    """The verdict of a value that is one of `parts`: rows of VALUES, arms of UNION, branches of CASE."""
    if not parts:
        return nullable("nothing is known of its values")
    if len(parts) == 1:
        return parts[0]
    shaped = [part for part in parts if not part.always_null]
    decisive = next((part for part in parts if part.nullable), parts[0])
    origins = {part.origin for part in shaped}
    return replace(
        decisive,
        element=_merged_elements([part.element for part in shaped]),
        fields=_merged_fields([part.fields for part in shaped]),
        origin=origins.pop() if len(origins) == 1 else None,
        always_null=not shaped,
    )


def _merged_elements(elements: Sequence[Verdict | None]) -> Verdict | None:
    known = [element for element in elements if element is not NO_ELEMENT]
    if not known:
        return NO_ELEMENT if elements else None
    present = [element for element in known if element is not None]
    return merged(present) if len(present) == len(known) else None


def _merged_fields(shapes: Sequence[tuple[ColumnVerdict, ...] | None]) -> tuple[ColumnVerdict, ...] | None:
    present = [shape for shape in shapes if shape is not None]
    if not present or len(present) != len(shapes):
        return None
    first = present[0]
    if any([(field.type_oid, field.typmod) for field in shape] != [(field.type_oid, field.typmod) for field in first]
           for shape in present):  # fmt: skip
        return None
    return tuple(
        replace(field, verdict=merged([shape[index].verdict for shape in present])) for index, field in enumerate(first)
    )
