"""The command `sqlwright`: arguments in, exit code out. 0: fine. 1: findings. 2: wrong usage or configuration.

What commands do is in other modules; here is only what is read from the command line and what is printed. The surprise:
modules are imported inside the commands, so that `--help`, `migrate status` and a `check` that finds nothing changed do
not wait for the analysis.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sqlwright.diagnostics import Diagnostic, DiagnosticError, render
from sqlwright.servers import ServerError

if TYPE_CHECKING:
    from sqlwright.config import Config
    from sqlwright.migrate import Applied, Migrator

__all__ = ["app", "main"]

FINDINGS, USAGE = 1, 2

app = typer.Typer(
    help="Hand-written SQL in, typed Python out, with PostgreSQL itself as the compiler.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
migrate = typer.Typer(help="Apply, take back and list migrations; without a subcommand: apply.", rich_markup_mode=None)
app.add_typer(migrate, name="migrate")

_Project = Annotated[Path, typer.Option("--project", "-C", help="Folder of the project.", show_default="this folder")]


def main() -> NoReturn:
    """The entry point of the command."""
    # Commands are short and keep most of what they make: looking for garbage all the time takes a fifth of it.
    gc.set_threshold(100_000, 20, 50)
    app()
    raise AssertionError("typer exits")


# --- GENERATED CODE ---


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where; made when it is missing.")] = Path(),
    package: Annotated[str | None, typer.Option(help="Name of the generated package.", show_default="db")] = None,
) -> None:
    """Begin a project: a configuration, a migration and a query that generate and run."""
    from sqlwright.scaffold import scaffold

    with _findings():
        for path in scaffold(folder, package):
            _say(f"wrote {path.as_posix()}")
    _say("next: sqlwright migrate up, then sqlwright generate")


@app.command()
def generate(project: _Project = Path()) -> None:
    """Generate the Python package from the queries."""
    from sqlwright.freshness import UNCHANGED, is_fresh, stamp

    with _findings():
        if is_fresh(project, _database_url()):
            _say(UNCHANGED)
            return
    from sqlwright.codegen.workflow import generated_files

    config = _config(project)
    with _findings():
        tree = generated_files(config, _database_url(), say=_say)
        changed = tree.write()
    stamp(project, config, _database_url())
    for name in changed:
        _say(f"{'wrote' if name in tree.files else 'removed'} {config.output}/{name}")
    _say(f"{len(tree.files)} files, {len(changed)} changed")


@app.command()
def check(project: _Project = Path()) -> None:
    """Say what is stale or wrong, as a diff; exit 1 when anything is."""
    from sqlwright.freshness import UNCHANGED, is_fresh, stamp

    with _findings():
        if is_fresh(project, _database_url()):
            _say(UNCHANGED)
            return
    from sqlwright.codegen.workflow import generated_files

    config = _config(project)
    with _findings():
        tree = generated_files(config, _database_url(), say=_say)
        diff = tree.diff()
    if diff:
        sys.stdout.write(diff)
        _say("error[SQW501]: the generated files are not what the SQL says: run `sqlwright generate`", error=True)
        raise typer.Exit(FINDINGS)
    stamp(project, config, _database_url())
    _say(f"{len(tree.files)} files, all up to date")


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="Name of a query, or its first letters and `*`.")],
    project: _Project = Path(),
) -> None:
    """Say why: each column, each parameter and the number of rows, with the reason."""
    from sqlwright.codegen.workflow import explained

    config = _config(project)
    with _findings():
        text = explained(config, _database_url(), name)
    sys.stdout.write(text)


@app.command()
def describe(
    schema: Annotated[list[Path], typer.Option(help="SQL of the schema: a file, or a folder in order of name.")],
    queries: Annotated[list[Path], typer.Option(help="Queries: a file or a folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the JSON document (docs/describe.md).")] = False,
) -> None:
    """Describe queries over a schema; needs no configuration and no server."""
    from sqlwright.codegen.workflow import described

    with _findings():
        document, diagnostics, text = described(schema, queries)
    if as_json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(text)
        _draw(diagnostics)
    if diagnostics:
        raise typer.Exit(FINDINGS)


# --- MIGRATIONS ---


@migrate.callback(invoke_without_command=True)
def migrate_default(context: typer.Context, project: _Project = Path()) -> None:
    """Apply, take back and list migrations; without a subcommand: apply."""
    if context.invoked_subcommand is None:
        up(project=project)


@migrate.command()
def up(
    to: Annotated[str | None, typer.Option(help="Stop after this migration: its name or number.")] = None,
    allow_out_of_order: Annotated[
        bool, typer.Option("--allow-out-of-order", help="Apply a late migration below the highest applied one.")
    ] = False,
    allow_edited: Annotated[
        bool, typer.Option("--allow-edited", help="Go on although an applied migration was edited.")
    ] = False,
    project: _Project = Path(),
) -> None:
    """Apply the migrations that are due."""
    with _findings():
        done = _migrator(_config(project)).up(
            to, allow_out_of_order=allow_out_of_order, allow_edited=allow_edited, on_done=_done("applied")
        )
    if not done:
        _say("nothing to apply")


@migrate.command()
def down(steps: Annotated[int, typer.Option(min=1, help="How many.")] = 1, project: _Project = Path()) -> None:
    """Take back the last migration."""
    with _findings():
        done = _migrator(_config(project)).down(steps, on_done=_done("rolled back"))
    if not done:
        _say("nothing to roll back")


@migrate.command()
def status(project: _Project = Path()) -> None:
    """List migrations, applied and pending; exit 1 when something needs attention."""
    with _findings():
        found = _migrator(_config(project)).status()
    width = max((len(entry.id) for entry in found.entries), default=0)
    for entry in found.entries:
        when = f"  {entry.applied_at:%Y-%m-%d %H:%M:%S %Z} by {entry.applied_by or '?'}" if entry.applied_at else ""
        _say(f"{entry.id:<{width}}  {entry.state}{when}")
        if entry.detail:
            _say(f"{'':<{width}}  {entry.detail}")
    if not found.entries:
        _say("no migrations")
    if found.problems:
        raise typer.Exit(FINDINGS)


@migrate.command()
def new(name: Annotated[str, typer.Argument(help="What it does, in a few words.")], project: _Project = Path()) -> None:
    """Begin a migration: an empty file and its rollback, with the next number."""
    from sqlwright.migrate import Migrator

    config = _config(project)
    with _findings():
        for path in Migrator("", config.root / config.migrations).new(name):
            _say(f"wrote {path.as_posix()}")


def _migrator(config: Config) -> Migrator:
    from sqlwright.migrate import Migrator
    from sqlwright.servers import server_for

    server = server_for(_database_url(), config.root)
    _say(f"database: {server.description}")
    return Migrator(server.conninfo(), config.root / config.migrations)


def _done(word: str) -> Callable[[Applied], None]:
    return lambda applied: _say(f"{word} {applied.id} in {applied.duration.total_seconds():.2f} s")


# --- PRINTING AND EXIT CODES ---


def _config(folder: Path) -> Config:
    from sqlwright.config import load_config

    with _findings():
        return load_config(folder)


def _database_url() -> str | None:
    return os.environ.get("DATABASE_URL") or None


@contextmanager
def _findings() -> Generator[None]:
    """Draw what a command finds, and exit: 1 for findings in the user's SQL, 2 for usage, configuration and servers."""
    try:
        yield
    except DiagnosticError as error:
        _draw(error.diagnostics)
        configuration = all(each.code.startswith("SQW0") for each in error.diagnostics)
        raise typer.Exit(USAGE if configuration else FINDINGS) from None
    except ServerError as error:
        _say(f"error: {error.message}", error=True)
        if error.help:
            _say(f"help: {error.help}", error=True)
        raise typer.Exit(USAGE) from None


def _draw(diagnostics: Iterable[Diagnostic]) -> None:
    color = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    for each in diagnostics:
        sys.stderr.write(render(each, color=color).rstrip("\n") + "\n\n")


def _say(text: str, *, error: bool = False) -> None:
    typer.echo(text, err=error)


if __name__ == "__main__":
    main()
