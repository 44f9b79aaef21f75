"""What generated code and its users import: databases, statements, errors.

In: nothing at import. Out: names. The surprise: they are loaded at first use, so a blocking program does not load the
async side, and the other way round.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlwright.runtime.adapter import load_queries
    from sqlwright.runtime.aio import AsyncDatabase, AsyncExecutor, AsyncPipeline, AsyncRows, AsyncTransaction
    from sqlwright.runtime.errors import (
        ConstraintError,
        DatabaseNotOpen,
        ExecutorError,
        NoRow,
        ParameterError,
        ParameterValueError,
        PipelineOver,
        RaisedError,
        ResultPending,
        RowError,
        SchemaChanged,
        SqlwrightError,
        StaleStatement,
        TooManyRows,
        TransactionAborted,
        TransactionOver,
    )
    from sqlwright.runtime.parameters import (
        ChangesParameter,
        CopyParameter,
        ListParameter,
        ObjectParameter,
        Parameter,
    )
    from sqlwright.runtime.pending import Pending
    from sqlwright.runtime.rows import Row
    from sqlwright.runtime.settings import PoolSettings
    from sqlwright.runtime.statement import Statement
    from sqlwright.runtime.sync import Database, Executor, Pipeline, Rows, Transaction

__all__ = [
    "AsyncDatabase",
    "AsyncExecutor",
    "AsyncPipeline",
    "AsyncRows",
    "AsyncTransaction",
    "ChangesParameter",
    "ConstraintError",
    "CopyParameter",
    "Database",
    "DatabaseNotOpen",
    "Executor",
    "ExecutorError",
    "ListParameter",
    "NoRow",
    "ObjectParameter",
    "Parameter",
    "ParameterError",
    "ParameterValueError",
    "Pending",
    "Pipeline",
    "PipelineOver",
    "PoolSettings",
    "RaisedError",
    "ResultPending",
    "Row",
    "RowError",
    "Rows",
    "SchemaChanged",
    "SqlwrightError",
    "StaleStatement",
    "Statement",
    "TooManyRows",
    "Transaction",
    "TransactionAborted",
    "TransactionOver",
    "load_queries",
]

_MODULES = {
    "adapter": ("load_queries",),
    "aio": ("AsyncDatabase", "AsyncExecutor", "AsyncPipeline", "AsyncRows", "AsyncTransaction"),
    "parameters": ("ChangesParameter", "CopyParameter", "ListParameter", "ObjectParameter", "Parameter"),
    "pending": ("Pending",),
    "rows": ("Row",),
    "settings": ("PoolSettings",),
    "statement": ("Statement",),
    "sync": ("Database", "Executor", "Pipeline", "Rows", "Transaction"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULE_OF.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
