"""One side of the runtime: a database, its transactions, and the functions that generated code calls.

In: executors, statements, arguments. Out: typed values. The surprise: there are two sides, async and blocking, with the
same functions, and only the async one is written by hand: see scripts/async_to_sync.py.
"""

from __future__ import annotations

from sqlwright.runtime.aio.database import AsyncDatabase, Isolation
from sqlwright.runtime.aio.executor import AsyncExecutor
from sqlwright.runtime.aio.functions import (
    call,
    copy_in,
    cursor,
    execute,
    execute_many,
    fetch_all,
    fetch_many,
    fetch_one,
    fetch_optional,
    script,
)
from sqlwright.runtime.aio.pipeline import AsyncPipeline
from sqlwright.runtime.aio.stream import AsyncRows
from sqlwright.runtime.aio.transaction import AsyncTransaction

__all__ = [
    "AsyncDatabase",
    "AsyncExecutor",
    "AsyncPipeline",
    "AsyncRows",
    "AsyncTransaction",
    "Isolation",
    "call",
    "copy_in",
    "cursor",
    "execute",
    "execute_many",
    "fetch_all",
    "fetch_many",
    "fetch_one",
    "fetch_optional",
    "script",
]
