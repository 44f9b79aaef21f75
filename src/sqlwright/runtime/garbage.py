"""Python's cyclic garbage collector, while a long list of rows is built.

In: nothing. Out: a block in which the collector rests. The surprise: it is one switch for the whole process, which is
why nothing here happens unless `pause_gc` was asked for. While a list grows, each of its rows survives, and the
collector looks through all of them again and again: for 100,000 rows that takes longer than reading them.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

__all__ = ["LONG", "resting"]

#: Rows from which on a list is long.
LONG = 1000

_lock = Lock()
_resting = 0
_was_enabled = False


@contextmanager
def resting() -> Generator[None]:
    """Let the collector rest until the last of the blocks that run at the same time has ended."""
    global _resting, _was_enabled
    with _lock:
        if _resting == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _resting += 1
    try:
        yield
    finally:
        with _lock:
            _resting -= 1
            if _resting == 0 and _was_enabled:
                gc.enable()
