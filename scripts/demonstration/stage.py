"""The stage of the demo: calls generated functions, blocking and async, and shows what came back.

In: two open databases and a console. Out: text, and what the blocking call returned. The surprise: a write runs twice,
first async in a transaction that is rolled back, then blocking for good, so that both flavours get the same arguments.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar
from uuid import UUID

import psycopg
from pydantic import BaseModel
from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from product_helper.types import CollectedData
from sqlwright.runtime import AsyncDatabase, AsyncExecutor, Database, Executor, Statement

__all__ = ["Stage"]

P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

_ROWS_SHOWN = 3
_CALLS = 5  # of each read; the median is shown


@dataclass
class _Section:
    title: str
    functions: set[str] = field(default_factory=set[str])
    blocking: float = 0.0
    awaiting: float = 0.0


class _Undone(Exception):
    """Ends a transaction that was only tried out."""


class Stage:
    """Runs functions in both flavours and prints what they did."""

    def __init__(self, console: Console, db: Database, async_db: AsyncDatabase, runner: asyncio.Runner) -> None:
        self.db = db
        self.async_db = async_db
        self._console = console
        self._runner = runner
        self._sections: list[_Section] = []

    # --------------------------------------------------------------------------------------------------------- calls

    def read(
        self,
        text: str,
        blocking: Callable[Concatenate[Executor, P], T],
        awaiting: Callable[Concatenate[AsyncExecutor, P], Awaitable[T]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call a function that changes nothing, several times, and make sure that both flavours return the same."""
        result = blocking(self.db, *args, **kwargs)

        async def measure() -> list[float]:
            if await awaiting(self.async_db, *args, **kwargs) != result:
                raise AssertionError(f"{blocking.__name__} returned something else when it was awaited")
            times: list[float] = []
            for _ in range(_CALLS):
                started = time.perf_counter()
                await awaiting(self.async_db, *args, **kwargs)
                times.append(time.perf_counter() - started)
            return times

        times: list[float] = []
        for _ in range(_CALLS):
            started = time.perf_counter()
            blocking(self.db, *args, **kwargs)
            times.append(time.perf_counter() - started)
        self._heading(text, [blocking], statistics.median(times), statistics.median(self._runner.run(measure())))
        return result

    def write(
        self,
        text: str,
        blocking: Callable[Concatenate[Executor, P], T],
        awaiting: Callable[Concatenate[AsyncExecutor, P], Awaitable[T]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call a function that changes something: awaited and undone, then for good."""
        return self.transaction(
            text,
            [blocking],
            lambda executor: blocking(executor, *args, **kwargs),
            lambda executor: awaiting(executor, *args, **kwargs),
        )

    def transaction(
        self,
        text: str,
        functions: Sequence[Callable[..., Any]],
        blocking: Callable[[Executor], T],
        awaiting: Callable[[AsyncExecutor], Awaitable[T]],
    ) -> T:
        """Call functions in one transaction: awaited and undone, then for good."""

        async def attempt() -> float:
            elapsed = 0.0
            try:
                async with self.async_db.transaction() as tx:
                    started = time.perf_counter()
                    await awaiting(tx)
                    elapsed = time.perf_counter() - started
                    raise _Undone
            except _Undone:
                return elapsed

        awaited = self._runner.run(attempt())
        started = time.perf_counter()
        with self.db.transaction() as tx:
            result = blocking(tx)
        self._heading(text, functions, time.perf_counter() - started, awaited)
        return result

    def stream(
        self,
        text: str,
        functions: Sequence[Callable[..., Any]],
        blocking: Callable[[Executor], T],
        awaiting: Callable[[AsyncExecutor], Awaitable[T]],
    ) -> T:
        """Call functions that change nothing, once each."""

        async def attempt() -> tuple[T, float]:
            started = time.perf_counter()
            return await awaiting(self.async_db), time.perf_counter() - started

        started = time.perf_counter()
        result = blocking(self.db)
        elapsed = time.perf_counter() - started
        other, awaited = self._runner.run(attempt())
        if other != result:
            raise AssertionError(f"{functions[0].__name__} returned something else when it was awaited")
        self._heading(text, functions, elapsed, awaited)
        return result

    def refused(
        self,
        text: str,
        error: type[Exception],
        blocking: Callable[Concatenate[Executor, P], T],
        awaiting: Callable[Concatenate[AsyncExecutor, P], Awaitable[T]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Call a function that must raise `error`, and show it."""

        async def attempt() -> tuple[Exception, float]:
            started = time.perf_counter()
            try:
                await awaiting(self.async_db, *args, **kwargs)
            except error as raised:
                return raised, time.perf_counter() - started
            _not_refused(blocking, error)

        _, awaited = self._runner.run(attempt())
        started = time.perf_counter()
        try:
            blocking(self.db, *args, **kwargs)
        except error as raised:
            self._heading(text, [blocking], time.perf_counter() - started, awaited)
            self._error(raised)
        else:
            _not_refused(blocking, error)

    # ------------------------------------------------------------------------------------------------------- showing

    @contextmanager
    def section(self, title: str) -> Generator[None]:
        """A chapter of the demo."""
        self._sections.append(_Section(title))
        self._console.print()
        self._console.print(Rule(Text(f" {len(self._sections)}. {title} ", style="bold"), align="left", style="blue"))
        yield

    def table(self, rows: Sequence[BaseModel], *columns: str) -> None:
        """The first of some rows; only the columns named."""
        if not rows:
            self.say("(nothing)")
            return
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for name in columns:
            is_number = isinstance(getattr(rows[0], name), int | Decimal)
            table.add_column(name.replace("_", " "), justify="right" if is_number else "left", no_wrap=True)
        for row in rows[:_ROWS_SHOWN]:
            table.add_row(*(_cell(getattr(row, name)) for name in columns))
        self._print(table, 4)
        if len(rows) > _ROWS_SHOWN:
            self.say(f"… and {len(rows) - _ROWS_SHOWN:,} more")

    def row(self, row: M | None, *columns: str) -> M:
        """One row, which must be there; only the columns named."""
        if row is None:
            raise AssertionError("there should be a row")
        self.table([row], *columns)
        return row

    def say(self, text: str) -> None:
        """One line under a call."""
        self._print(Text(text, style="dim"), 4)

    def result(self, value: object) -> None:
        """A value that is no row."""
        self._print(Text.assemble(("→ ", "dim"), (repr(value), "green")), 4)

    def summary(self, all_functions: set[str]) -> None:
        """What was shown: sections, functions, times."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, show_footer=True)
        called = {name for section in self._sections for name in section.functions}
        table.add_column("section", footer="together")
        table.add_column("functions", justify="right", footer=str(len(called)))
        table.add_column("blocking", justify="right", footer=_ms(sum(each.blocking for each in self._sections)))
        table.add_column("async", justify="right", footer=_ms(sum(each.awaiting for each in self._sections)))
        for number, each in enumerate(self._sections, start=1):
            table.add_row(f"{number}. {each.title}", str(len(each.functions)), _ms(each.blocking), _ms(each.awaiting))
        self._console.print()
        self._console.print(Rule(Text(" Summary ", style="bold"), align="left", style="blue"))
        self._console.print()
        self._print(table, 2)
        self._console.print()
        if missing := sorted(all_functions - called):
            raise AssertionError(f"the demo leaves out {', '.join(missing)}")
        self._console.print(
            f"  Each of the {len(all_functions)} generated functions was called, blocking and async; "
            "every read gave the same both ways.",
            highlight=False,
        )

    def _print(self, what: RenderableType, indent: int, *, expand: bool = False) -> None:
        self._console.print(Padding(what, (0, 0, 0, indent), expand=expand))

    def _heading(self, text: str, functions: Sequence[Callable[..., Any]], blocking: float, awaiting: float) -> None:
        section = self._sections[-1]
        section.functions.update(function.__name__.removesuffix("_cursor") for function in functions)
        section.blocking += blocking
        section.awaiting += awaiting
        names = Text(" + ".join(function.__name__ for function in functions), style="bold cyan")
        statement = _statement(functions[0])
        place = Text(f"{statement.file}:{statement.line}", style="dim")
        line = Table.grid(expand=True, padding=(0, 2))
        line.add_column(ratio=1)
        line.add_column(justify="right", no_wrap=True)
        line.add_column(justify="right", no_wrap=True, width=30)
        line.add_row(names, place, Text(f"{_ms(blocking)} · async {_ms(awaiting)}"))
        self._console.print()
        self._print(line, 2, expand=True)
        self._print(Text(text), 2)

    def _error(self, error: Exception) -> None:
        lines = [Text.assemble((type(error).__name__, "bold red"), f": {str(error).strip().splitlines()[0]}")]
        if isinstance(error, psycopg.Error):
            if error.diag.message_hint:
                lines.append(Text(f"hint: {error.diag.message_hint}"))
            base = next(base for base in type(error).__mro__ if base.__module__.startswith("psycopg"))
            lines.append(Text(f"a {base.__module__}.{base.__name__}, SQLSTATE {error.sqlstate}", style="dim"))
        else:
            lines.append(Text("a TypeError, and nothing was sent", style="dim"))
        for line in lines:
            self._print(line, 4)


def _not_refused(function: Callable[..., Any], error: type[Exception]) -> NoReturn:
    raise AssertionError(f"{function.__name__} should have raised {error.__name__}")


def _statement(function: Callable[..., Any]) -> Statement:
    """The statement behind a generated function: it knows its file and line."""
    package, _, module = function.__module__.rpartition(".")
    statements = import_module(f"{package.rpartition('.')[0]}._statements.{module}")
    # Any: the module's attributes are known to the generator only.
    statement: Any = getattr(statements, function.__name__.removesuffix("_cursor"))
    if not isinstance(statement, Statement):
        raise TypeError(f"{function.__name__} is no generated function")
    return statement


def _ms(seconds: float) -> str:
    milliseconds = seconds * 1000
    return f"{milliseconds:,.0f} ms" if milliseconds >= 100 else f"{milliseconds:.1f} ms"


# Any: a field of any model.
def _cell(value: Any) -> Text:
    match value:
        case None:
            return Text("–", style="dim")
        case UUID():
            return Text(f"{str(value)[:8]}…", style="dim")
        case datetime():
            return Text(value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"))
        case Decimal():
            return Text(f"{value:.2f}")
        case CollectedData():
            return Text(
                f"actors {len(value.actors)} · use cases {len(value.use_cases)} · entities {len(value.entities)}"
            )
        case BaseModel():
            names = [getattr(value, name, None) for name in ("name", "title", "content")]
            named = next((name for name in names if name), "without a title")
            return Text.assemble(type(value).__name__, (f" {_short(named, 28)}", "dim"))
        case int() if not isinstance(value, bool):
            return Text(f"{value:,}")
        case [BaseModel() as first, *others]:
            return Text(f"{1 + len(others)} × {type(first).__name__}")
        case _:
            return Text(_short(str(value), 44))


def _short(text: str, length: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
