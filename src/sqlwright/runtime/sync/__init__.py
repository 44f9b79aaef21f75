# This file is derived from ../aio/__init__.py by scripts/async_to_sync.py: change that one and run the script.

"""One side of the runtime: a database, its transactions, and the functions that generated code calls.

In: executors, statements, arguments. Out: typed values. The surprise: there are two sides, async and blocking, with the
same functions, and only the async one is written by hand: see scripts/async_to_sync.py.
"""

from __future__ import annotations

from sqlwright.runtime.sync.database import Database, Isolation
from sqlwright.runtime.sync.executor import Executor
from sqlwright.runtime.sync.functions import (
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
from sqlwright.runtime.sync.pipeline import Pipeline
from sqlwright.runtime.sync.stream import Rows
from sqlwright.runtime.sync.transaction import Transaction

__all__ = [
    "Database",
    "Executor",
    "Isolation",
    "Pipeline",
    "Rows",
    "Transaction",
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
