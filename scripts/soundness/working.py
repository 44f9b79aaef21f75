"""Statements tried by several processes, block by block.

In: the server, a seed and a number of statements. Out: a `Tally` for each block, in order. The surprise: a block is all
statements of one schema, so no schema is made twice.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack

from soundness.checking import PER_SCHEMA, Laboratory, Tally, laboratory
from sqlwright.servers import connect_server

__all__ = ["try_all"]

#: What each process keeps from block to block; its databases end with the server.
_LABORATORY: list[Laboratory] = []
_OPEN = ExitStack()


def try_all(conninfo: str, seed: int, statements: int, jobs: int) -> Iterator[tuple[int, Tally]]:
    """How many statements have been tried, and what came of the last block of them."""
    blocks = [range(first, min(first + PER_SCHEMA, statements)) for first in range(0, statements, PER_SCHEMA)]
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _open, (conninfo, seed)) as pool:
        for block, tally in zip(blocks, pool.map(_try_block, blocks), strict=True):
            yield block.stop, tally


def _open(conninfo: str, seed: int) -> None:
    _LABORATORY.append(_OPEN.enter_context(laboratory(connect_server(conninfo), seed)))


def _try_block(numbers: Sequence[int]) -> Tally:
    tally = Tally()
    for number in numbers:
        tally.add(_LABORATORY[0].try_one(number))
    return tally
