"""Random statements over hostile rows and over empty tables: what is proved not null is never NULL.

The seed of a failure is in its message: `Generator(Random(seed)).statement()` gives the statement again.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from .conftest import Laboratory
    from .statements import Generator
else:
    # Test modules are imported by path and have no package to import from.
    _spec = importlib.util.spec_from_file_location("statements", Path(__file__).with_name("statements.py"))
    statements = sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(statements)
    Generator = statements.Generator

_STATEMENTS = 300


@pytest.mark.parametrize("block", range(6))
def test_no_generated_statement_returns_null_from_a_column_that_is_not_null(block: int, laboratory: Laboratory) -> None:
    understood = 0
    for seed in range(block * 1000, block * 1000 + _STATEMENTS // 6):
        sql = Generator(Random(seed)).statement()
        try:
            columns = laboratory.analyse(sql)
        except psycopg.Error:
            continue  # the server refuses it
        understood += 1
        for connection in (laboratory.hostile, laboratory.empty):
            try:
                rows = laboratory.run(connection, sql)
            except psycopg.Error:
                continue  # a subquery with two rows, a key that is there already
            for row in rows:
                for value, column in zip(row, columns, strict=True):
                    message = f"seed {seed}: {column.name} is NULL, though {column.verdict.reason}: {sql}"
                    assert value is not None or column.verdict.nullable, message
                    if isinstance(value, list) and not column.verdict.elements_nullable:
                        assert None not in value, f"an element: {message}"
    assert understood > 40
