"""The rows of COPY … FROM STDIN, some at a time.

In: an iterable of models. Out: the text of several rows, or the values of each where the COPY is in binary format. The
surprise: how many rows are taken at once depends on how long the last ones were, so that neither many small ones nor a
few large ones take up much memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlwright.runtime.aio.flavour import Items, each, take
from sqlwright.runtime.statement import Statement

__all__ = ["AsyncRowsToCopy"]

#: Rows that are taken at first, and at most; and the bytes that they should come to.
FIRST, MOST, BYTES = 16, 256, 65536


class AsyncRowsToCopy:
    """What is written, piece by piece."""

    def __init__(self, statement: Statement, items: Items[Any], encoding: str) -> None:
        self._statement = statement
        self._source = each(items)
        self._encoding = "utf-8" if encoding == "ascii" else encoding
        self._taken = 0
        self._size = FIRST

    async def take(self) -> bytes | Sequence[list[Any]]:
        """The next rows; nothing at the end. Raises ParameterError, and whatever the items raise."""
        items = await take(self._source, self._size)
        start = self._taken
        self._taken += len(items)
        if self._statement.copies_binary:
            return [self._statement.bind_item_binary(item, index) for index, item in enumerate(items, start)]
        text = self._statement.bind_items(items, start).encode(self._encoding)
        self._size = max(1, min(MOST, 8 * self._size, self._size * BYTES // max(len(text), 1)))
        return text
