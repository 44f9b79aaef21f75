"""Two things that want one name in the generated package."""

from __future__ import annotations

__all__ = ["NameClash"]


class NameClash(Exception):
    """`name` is wanted by `owner` and taken by `earlier`; the caller knows the query and draws it.

    `difference` says how the two differ, where the same thing twice would have been right.
    """

    def __init__(self, name: str, owner: str, earlier: str, difference: str = "") -> None:
        super().__init__(f"{owner} and {earlier} would both be called {name}")
        self.name = name
        self.owner = owner
        self.earlier = earlier
        self.difference = difference
