"""Statements tried by several processes, block by block.

In: the server, a seed and a number of statements. Out: a `Tally` for each block, in order. A block is all statements of
one schema, so no schema is made twice. The surprise: when a backend of the server crashes, all processes lose their
connections. Which statement did it is found by trying those that were running again, each alone.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack

from soundness.checking import PER_SCHEMA, Laboratory, Tally, laboratory
from sqlwright.servers import Server, connect_server

__all__ = ["Worker", "try_all"]

#: What each process keeps from block to block; its databases end with the server.
_WORKER: list[Worker] = []


class Worker:
    """Tries statements one after the other, with another laboratory after each that lost its connections."""

    def __init__(self, server: Server, seed: int) -> None:
        self._server = server
        self._seed = seed
        self._open = ExitStack()
        self._laboratory: Laboratory | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._laboratory = None
        self._open.close()

    def try_block(self, numbers: Sequence[int]) -> Tally:
        """What came of these statements; `lost` holds those that were running when a connection was lost."""
        tally = Tally()
        for number in numbers:
            if self._laboratory is None:
                self._laboratory = self._open.enter_context(laboratory(self._server, self._seed))
            one = self._laboratory.try_one(number)
            if one.lost:
                self._laboratory = None
                self._open.close()
            tally.add(one)
        return tally


def try_all(conninfo: str, seed: int, statements: int, jobs: int) -> Iterator[tuple[int, Tally]]:
    """How many statements have been tried, and what came of the last block of them.

    The last tallies are of statements that were running when a connection was lost. `lost` is there only for those that
    lose it also when nothing else runs.
    """
    blocks = [range(first, min(first + PER_SCHEMA, statements)) for first in range(0, statements, PER_SCHEMA)]
    suspects: list[int] = []
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _start, (conninfo, seed)) as pool:
        for block, tally in zip(blocks, pool.map(_try_block, blocks), strict=True):
            suspects += [each.number for each in tally.lost]
            tally.lost.clear()
            yield block.stop, tally
    with Worker(connect_server(conninfo), seed) as worker:
        for number in suspects:
            yield statements, worker.try_block([number])


def _start(conninfo: str, seed: int) -> None:
    _WORKER.append(Worker(connect_server(conninfo), seed))


def _try_block(numbers: Sequence[int]) -> Tally:
    return _WORKER[0].try_block(numbers)
