"""Rows that are pydantic models: what they are made of."""

from __future__ import annotations

from sqlwright.runtime.models import RowModel, validator


class Pair(RowModel, frozen=True):
    a: int
    b: int


def test_rows_share_the_names_of_their_fields_and_copies_have_their_own() -> None:
    read = validator(Pair)
    one, other = read({"a": 1, "b": 2}), read({"a": 3, "b": 4})
    assert one.model_fields_set is other.model_fields_set
    assert one.model_fields_set == {"a", "b"}
    assert one.model_copy(update={"a": 5}).model_fields_set is not one.model_fields_set
    assert one == Pair(a=1, b=2)
    assert one.model_dump(exclude_unset=True) == {"a": 1, "b": 2}
