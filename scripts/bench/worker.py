"""A process that runs contenders: one command a line on standard input, one answer a line on standard output.

    {"do": "open", "as": "ours", "class": "ours:Ours", "conninfo": "…", "call": "get", "arguments": [["…"], …]}
    {"do": "check", "as": "ours", "without": ["id"]}    → rows, digest, first rows: of the first arguments
    {"do": "round", "as": "ours", "count": 100}         → seconds, for so many calls
    {"do": "close", "as": "ours"}
    {"do": "versions", "of": ["psycopg"]}

The surprise: contenders of one workload are in one process, so that they share its luck with memory and caches, and
each round begins with a collection of garbage that is not measured.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import json
import sys
import time
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from bench.canonical import Summary, summarise, without

__all__ = ["Opened", "main"]


class Opened:
    """A contender with a call to make over and over."""

    def __init__(self, reference: str, conninfo: str, call: str, arguments: list[list[Any]]) -> None:
        module, _, name = reference.partition(":")
        # Any: what each call takes and returns is between the contender and its users.
        self._contender: Any = getattr(import_module(f"bench.contenders.{module}"), name)(conninfo)
        self._call = call
        self._operation: Any = getattr(self._contender, call)
        self._arguments: list[tuple[Any, ...]] = [self._contender.prepare(call, each) for each in arguments]
        self._next = 0
        self._runner = asyncio.Runner() if inspect.iscoroutinefunction(self._operation) else None
        if self._runner is not None:
            self._runner.run(self._contender.open_async())

    def check(self, omitted: frozenset[str]) -> Summary:
        """The result of the next call."""
        operation = getattr(self._contender, f"{self._call}_kept", self._operation)
        (arguments,) = self._take(1)
        result = operation(*arguments)
        if self._runner is not None:
            result = self._runner.run(result)
        return summarise(without(self._contender.plain(self._call, result), omitted))

    def round(self, count: int) -> float:
        """Seconds for so many calls, each with the next arguments."""
        batch = self._take(count)
        gc.collect()
        if self._runner is not None:
            return self._runner.run(self._round(batch))
        operation = self._operation
        begun = time.perf_counter()
        for arguments in batch:
            operation(*arguments)
        return time.perf_counter() - begun

    async def _round(self, batch: list[tuple[Any, ...]]) -> float:
        operation = self._operation
        begun = time.perf_counter()
        for arguments in batch:
            await operation(*arguments)
        return time.perf_counter() - begun

    def _take(self, count: int) -> list[tuple[Any, ...]]:
        taken = [self._arguments[(self._next + index) % len(self._arguments)] for index in range(count)]
        self._next += count
        return taken

    def close(self) -> None:
        """Give everything back."""
        if self._runner is not None:
            self._runner.run(self._contender.close_async())
            self._runner.close()
        self._contender.close()


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    opened: dict[str, Opened] = {}
    for line in sys.stdin:
        try:
            answer = _answer(json.loads(line), opened)
        except Exception as error:  # a contender's failure is reported, and the others go on
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


def _answer(request: dict[str, Any], opened: dict[str, Opened]) -> dict[str, Any]:
    name = request.get("as", "")
    match request["do"]:
        case "open":
            opened[name] = Opened(request["class"], request["conninfo"], request["call"], request["arguments"])
            return {}
        case "check":
            return opened[name].check(frozenset(request["without"]))
        case "round":
            return {"seconds": opened[name].round(request["count"])}
        case "close":
            opened.pop(name).close()
            return {}
        case "versions":
            return {"versions": {package: _version(package) for package in request["of"]}}
        case unknown:
            raise ValueError(f"no command {unknown!r}")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
