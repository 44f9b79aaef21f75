# This file is derived from ../aio/stream.py by scripts/async_to_sync.py: change that one and run the script.

"""Rows of a server-side cursor, one by one, a batch at a time.

In: an open cursor. Out: an iterator of typed rows that holds one batch at a time. The surprise: it is an error to go
on with it after its block, and not the end of the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

import psycopg
from psycopg.adapt import Transformer

from sqlwright.runtime.errors import errors_of
from sqlwright.runtime.rows import read_error
from sqlwright.runtime.statement import Statement
from sqlwright.runtime.sync.session import StatementServerCursor

__all__ = ["Rows"]

T = TypeVar("T")


class Rows(Generic[T]):
    """An iterator over the rows of a statement; `fetch_batch` takes many at once."""

    def __init__(self, statement: Statement, cursor: StatementServerCursor[T], batch_size: int) -> None:
        self._statement = statement
        self._cursor: StatementServerCursor[T] | None = cursor
        self._size = batch_size
        self._batch: Iterator[T] = iter(())
        self._last = False

    def __iter__(self) -> Rows[T]:
        return self

    def __next__(self) -> T:
        for item in self._batch:
            return item
        for item in self.fetch_batch():
            return item
        raise StopIteration

    def fetch_batch(self) -> Iterator[T]:
        """The next rows, as many as a batch holds; none at the end."""
        cursor = self._cursor
        if cursor is None:
            raise psycopg.InterfaceError(f"the rows of {self._statement.name} can only be read inside its `with` block")
        rows: list[T] = []
        if not self._last:
            with errors_of(self._statement):
                try:
                    rows = cursor.fetchmany(self._size)
                except Exception as error:
                    raise read_error(self._statement, cursor.pgresult, Transformer(cursor), error) from None
        # A batch that is not full is the last one: that saves asking once more.
        self._last = len(rows) < self._size
        self._batch = iter(rows)
        return self._batch

    def end(self) -> None:
        """Let go of the cursor and of the rows that were read ahead."""
        self._cursor = None
        self._batch = iter(())
