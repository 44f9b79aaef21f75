"""Rows of a server-side cursor, one by one, each built as it is reached.

In: an open cursor. Out: an iterator of typed rows that holds one batch of the server's bytes at a time. The surprise:
only the row that was asked for is an object. A batch of models would outlive Python's young garbage, and make it look
through all that there is, again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq.abc import PGresult

from sqlwright.runtime.aio.session import AsyncServerCursor
from sqlwright.runtime.errors import errors_of
from sqlwright.runtime.rows import Row, column_indexes, read_error, row_maker
from sqlwright.runtime.statement import Statement

__all__ = ["AsyncRows"]

T = TypeVar("T")


class AsyncRows(Generic[T]):
    """An iterator over the rows of a statement; `fetch_batch` takes many at once."""

    def __init__(
        self, statement: Statement, cursor: AsyncServerCursor, row: Callable[[Row], T], batch_size: int
    ) -> None:
        self._statement = statement
        self._cursor: AsyncServerCursor | None = cursor
        self._row = row
        self._size = batch_size
        self._batch: Iterator[T] = iter(())
        self._transformer = Transformer(cursor)
        self._learnt = False
        self._last = False

    def __aiter__(self) -> AsyncRows[T]:
        return self

    async def __anext__(self) -> T:
        for item in self._batch:
            return item
        for item in await self.fetch_batch():
            return item
        raise StopAsyncIteration

    async def fetch_batch(self) -> Iterator[T]:
        """The next rows, as many as a batch holds; none at the end."""
        cursor = self._cursor
        if cursor is None:
            raise psycopg.InterfaceError(f"the rows of {self._statement.name} can only be read inside its `with` block")
        self._batch = iter(())
        if not self._last:
            with errors_of(self._statement):
                result = await cursor.fetch(self._size)
            # A batch that is not full is the last one: that saves asking once more.
            self._last = result.ntuples < self._size
            self._batch = self._rows(result)
        return self._batch

    def _rows(self, result: PGresult) -> Iterator[T]:
        transformer = self._transformer
        transformer.set_pgresult(result, set_loaders=not self._learnt)
        make = row_maker(self._row, column_indexes(self._statement, result))
        self._learnt = True
        for index in range(result.ntuples):
            if self._cursor is None:
                return
            try:
                row = transformer.load_row(index, make)
            except Exception as error:
                raise read_error(self._statement, result, transformer, error) from None
            yield row

    def end(self) -> None:
        """Let go of the cursor and of the rows that were read ahead."""
        self._cursor = None
        self._batch = iter(())
