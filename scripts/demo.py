"""Everything product_helper can do, on realistic data: what `make demo` runs.

In: DATABASE_URL, or nothing for the embedded PostgreSQL. Out: a database of its own, and a tour
of every query. The surprise: the data is loaded once, in one transaction; a second run finds it and takes seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import psycopg
from psycopg import sql
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from sqlwright.config import load_config
from sqlwright.diagnostics import DiagnosticError, render
from sqlwright.migrate import Migrator
from sqlwright.runtime import AsyncDatabase, Database, Transaction
from sqlwright.servers import Server, ServerError, server_for

if TYPE_CHECKING:
    from demonstration.data import DemoData

_ROOT = Path(__file__).resolve().parents[1]

T = TypeVar("T")


def main() -> int:
    """Set up, load, show."""
    parser = argparse.ArgumentParser(description="Load realistic data and run every query, blocking and async.")
    parser.add_argument("--database", default="product_helper_demo", metavar="NAME", help="its own (%(default)s)")
    parser.add_argument("--fresh", action="store_true", help="drop that database first, and load it again")
    parser.add_argument("--scale", type=float, default=1.0, help="how much data to load, as a factor (%(default)s)")
    parser.add_argument("--seed", type=int, default=2024, help="another seed, other data (%(default)s)")
    arguments = parser.parse_args()
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=120)
    started = time.perf_counter()
    try:
        conninfo = _prepare(console, arguments.database, fresh=arguments.fresh)
    except DiagnosticError as error:
        for diagnostic in error.diagnostics:
            console.print(Text(render(diagnostic)))
        return 1
    except (ServerError, psycopg.Error) as error:
        console.print(Text(f"The demo cannot begin: {error}", style="red"))
        return 1
    _show(console, conninfo, arguments.scale, arguments.seed)
    console.print(f"  The whole demo took {time.perf_counter() - started:.1f} s. Run it again: the data stays.")
    return 0


def _prepare(console: Console, database: str, *, fresh: bool) -> str:
    """A server, a database, its schema, and Python that fits it."""
    config = load_config(_ROOT)
    console.print()
    console.print("[bold]product_helper[/], the demo", style="blue")
    console.print()
    url = os.environ.get("DATABASE_URL") or None
    server = _step(console, "server", lambda: server_for(url, _ROOT), lambda server: server.description)
    conninfo = server.conninfo(database)
    _step(console, "database", lambda: _create_database(server, database, fresh=fresh), lambda created: (
        f"{database} {'created' if created else 'found'}"
    ))  # fmt: skip
    migrations = Migrator(conninfo, config.root / config.migrations)
    _step(console, "migrations", migrations.up, lambda applied: (
        f"{len(applied)} applied" if applied else "all applied already"
    ))  # fmt: skip
    _step(console, "generated code", _generate, str)
    return conninfo


def _create_database(server: Server, database: str, *, fresh: bool) -> bool:
    """Whether there was none yet."""
    name = sql.Identifier(database)
    with closing(psycopg.connect(server.conninfo(), autocommit=True)) as connection:
        if fresh:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", (database,)).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        return found is None


def _generate() -> str:
    """Write the Python for queries/, as `make generate` does: it is imported later. The last line of what that says."""
    run = subprocess.run(
        [sys.executable, "-m", "sqlwright.cli", "generate"], cwd=_ROOT, capture_output=True, encoding="utf-8"
    )
    if run.returncode:
        raise ServerError(f"the Python could not be generated:\n{run.stdout}{run.stderr}")
    return (run.stdout or run.stderr).strip().rpartition("\n")[2]


def _show(console: Console, conninfo: str, scale: float, seed: int) -> None:
    # Not before they are generated.
    from demonstration.data import DemoData, Sizes
    from demonstration.stage import Stage
    from demonstration.tour import tour

    with Database(conninfo, max_size=4) as db, asyncio.Runner() as runner:
        _load(console, db, DemoData(Sizes().scaled(scale), seed))
        async_db = AsyncDatabase(conninfo, max_size=8)
        runner.run(async_db.open())
        try:
            stage = Stage(console, db, async_db, runner)
            console.print()
            console.print("  Each call: its SQL, then how long it took, blocking and async.", style="dim")
            console.print("  Reads are the median of five calls; writes are one call each.", style="dim")
            tour(stage)
            stage.summary(_generated_functions())
        finally:
            runner.run(async_db.close())


def _generated_functions() -> set[str]:
    """All functions that were generated; those with a cursor beside them count once."""
    from product_helper import sync

    names = {name for module in sync.__all__ for name in getattr(sync, module).__all__}
    return {name for name in names if not name.endswith("_cursor")}


def _load(console: Console, db: Database, data: DemoData) -> None:
    """Load everything in one transaction, unless it is there."""
    from product_helper.sync import (
        activity_log,
        artifacts,
        conversations,
        maintenance,
        messages,
        projects,
        users,
    )

    if count := users.count_users(db):
        _line(console, "data", f"found, {count:,} users and what is theirs", 0.0)
        return
    sizes = data.sizes
    progress = Progress(
        TextColumn("  {task.description:<16}"),
        BarColumn(bar_width=40),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
    started = time.perf_counter()
    with progress, db.transaction() as tx:

        def copy(table: str, load: Callable[[Transaction, Iterator[T]], int], rows: Iterable[T], total: int) -> int:
            task = progress.add_task(table, total=total)
            count = load(tx, _counted(progress, task, rows))
            progress.update(task, completed=count, total=count)
            return count

        total = sum(
            (
                copy("users", lambda tx, rows: users.import_users(tx, users=rows), data.users(), sizes.users),
                copy(
                    "projects",
                    lambda tx, rows: projects.import_projects(tx, projects=rows),
                    data.projects(),
                    sizes.projects,
                ),
                copy(
                    "conversations",
                    lambda tx, rows: conversations.import_conversations(tx, conversations=rows),
                    data.conversations(),
                    sizes.conversations,
                ),
                copy(
                    "messages",
                    lambda tx, rows: messages.import_messages(tx, messages=rows),
                    data.messages(),
                    sizes.messages,
                ),
                copy(
                    "artifacts",
                    lambda tx, rows: artifacts.import_artifacts(tx, artifacts=rows),
                    data.artifacts(),
                    sizes.artifacts,
                ),
                copy(
                    "activity",
                    lambda tx, rows: activity_log.import_activity(tx, entries=rows),
                    data.activity(),
                    sizes.projects,
                ),
            )
        )
    maintenance.analyze_tables(db)
    elapsed = time.perf_counter() - started
    _line(console, "data", f"{total:,} rows loaded through COPY, {total / elapsed:,.0f} a second", elapsed)


def _counted(progress: Progress, task: TaskID, rows: Iterable[T]) -> Iterator[T]:
    """The rows, with the bar moving now and then: moving it for each would take longer than the row."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % 250 == 0:
            progress.update(task, completed=number)


def _step(console: Console, name: str, run: Callable[[], T], describe: Callable[[T], str]) -> T:
    started = time.perf_counter()
    with console.status(f"  {name} …"):
        result = run()
    _line(console, name, describe(result), time.perf_counter() - started)
    return result


def _line(console: Console, name: str, text: str, seconds: float) -> None:
    took = f"  {seconds:.1f} s" if seconds >= 0.05 else ""
    console.print(Text.assemble("  ", ("✓ ", "green"), (f"{name:<15}", "bold"), text, (took, "dim")))


if __name__ == "__main__":
    sys.exit(main())
