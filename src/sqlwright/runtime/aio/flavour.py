"""What differs between the flavours in more than `async` and `await`: the async side, written by hand as its twin is.

In: plain callables and iterables. Out: the same, awaited or looped over in this flavour's way. `sync/flavour.py`
defines the same names.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator
from itertools import islice
from typing import Any, TypeAlias, TypeVar, cast

from sqlwright.runtime.errors import ExecutorError
from sqlwright.runtime.pending import Recorded

__all__ = ["FLAVOUR", "OTHER", "Items", "at_once", "current_worker", "each", "sleep", "take"]

T = TypeVar("T")

#: How messages name this flavour, and the other.
FLAVOUR, OTHER = "async", "blocking"

#: What a stream of rows may come from.
Items: TypeAlias = Iterable[T] | AsyncIterable[T]

sleep = asyncio.sleep


def at_once(function: Callable[[], Awaitable[T]]) -> T:
    """What the function returns; raises ExecutorError when it has to wait for that."""
    try:
        awaitable = function()
    except Recorded:
        raise ExecutorError("this is the async pipeline, and a blocking function") from None
    # A generated function's; anything else has no business here.
    coroutine = cast("Coroutine[Any, Any, T]", awaitable)
    if not isinstance(awaitable, Coroutine):
        raise ExecutorError("a function in an async pipeline is an async one, and no cursor")
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        coroutine.close()
    raise ExecutorError("a function in a pipeline waits for nothing but its statement")


def each(items: Items[T]) -> AsyncIterator[T]:
    """The items, one by one."""
    return aiter(items) if isinstance(items, AsyncIterable) else _Ready(iter(items))


class _Ready(AsyncIterator[T]):
    """Items that need no waiting."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items

    async def __anext__(self) -> T:
        for item in self._items:
            return item
        raise StopAsyncIteration

    def take(self, most: int) -> list[T]:
        return list(islice(self._items, most))


async def take(source: AsyncIterator[T], most: int) -> list[T]:
    """The next items of `each`; none at the end."""
    if isinstance(source, _Ready):
        return source.take(most)
    taken: list[T] = []
    async for item in source:
        taken.append(item)
        if len(taken) == most:
            break
    return taken


def current_worker() -> int:
    """Who is running: two calls with the same answer cannot run at the same time."""
    return id(asyncio.current_task())
