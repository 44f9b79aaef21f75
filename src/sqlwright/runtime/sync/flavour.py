"""What differs between the flavours in more than `async` and `await`: the blocking side, written by hand as its twin
is.

In: plain callables and iterables. Out: the same, in this flavour's way. `aio/flavour.py` defines the same names.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeAlias, TypeVar

__all__ = ["FLAVOUR", "OTHER", "Items", "at_once", "current_worker", "each", "sleep", "take"]

T = TypeVar("T")

#: How messages name this flavour, and the other.
FLAVOUR, OTHER = "blocking", "async"

#: What a stream of rows may come from.
Items: TypeAlias = Iterable[T]

sleep = time.sleep


def at_once(function: Callable[[], T]) -> T:
    """What the function returns."""
    return function()


def each(items: Items[T]) -> Iterator[T]:
    """The items, one by one."""
    return iter(items)


def take(source: Iterator[T], most: int) -> list[T]:
    """The next items of `each`; none at the end."""
    return list(islice(source, most))


def current_worker() -> int:
    """Who is running: two calls with the same answer cannot run at the same time."""
    return threading.get_ident()
