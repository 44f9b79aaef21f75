"""The base class of rows that are msgspec Structs: apart from the others, for only who wants it needs msgspec."""

from __future__ import annotations

from msgspec import Struct

from sqlwright.runtime.models import RowRecord

__all__ = ["RowStruct"]


class RowStruct(Struct, RowRecord, frozen=True):
    """A row that a query returned: immutable, compared by value.

    Where no field can hold what holds the row, Structs say `gc=False`: they are in no cycle, so the cyclic garbage
    collector need not look at them.
    """
