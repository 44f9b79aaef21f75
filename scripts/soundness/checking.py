"""Three databases of one schema, and whether what is claimed of a statement holds in each.

In: a server and the number of a statement. Out: a `Tally`: what was run, and findings. The surprise: a statement is
analysed once, on the database with all rows, then run on one without rows, one with few, and one with many. What is
claimed to read only runs in a READ ONLY transaction, and everything is rolled back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from time import sleep
from typing import Any, Final

import psycopg
from psycopg.types.composite import CompositeInfo, register_composite
from psycopg.types.string import TextLoader

from soundness.model import LITERALS, NAMES, Schema
from soundness.rows import rows_of
from soundness.schemas import create_schema
from soundness.statements import Generator as Statements
from sqlwright.codegen.access import analyse_access
from sqlwright.codegen.cardinality import analyse_cardinality
from sqlwright.codegen.catalog import Catalog, load_catalog
from sqlwright.codegen.constraints import analyse_constraints
from sqlwright.codegen.describe import AnalysisConnection
from sqlwright.codegen.ir import Cardinality
from sqlwright.codegen.nullability import Definitions, Verdict, analyse_columns, load_definitions
from sqlwright.codegen.parameters import analyse_parameters
from sqlwright.codegen.tree import parse_tree
from sqlwright.servers import Server, scratch_database

__all__ = ["PER_SCHEMA", "Finding", "Laboratory", "Lost", "Tally", "laboratory"]

#: So many statements share a schema.
PER_SCHEMA: Final = 100
_TIMEOUT = "300ms"
_MOST_ROWS = (0, 2, 6)
#: More rows than these of one result tell nothing new.
_FETCHED = 2000
#: So many tenths of a second a server may take to recover from a crash.
_RECOVERY: Final = 600
#: A role that every server has, for whom policies count.
_BOUND: Final = "pg_monitor"
_PARAMETER = re.compile(r"\$(\d+)::(\w+(?:\[\])?)")


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim that does not hold."""

    number: int
    claim: str
    reason: str
    sql: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A statement that was running when the server closed a connection, maybe because of another one."""

    number: int
    sql: str


@dataclass(slots=True)
class Tally:
    """What was tried, and what came of it."""

    counts: Counter[str] = field(default_factory=Counter[str])
    #: why columns were inferred nullable that never were NULL
    needless: Counter[str] = field(default_factory=Counter[str])
    findings: list[Finding] = field(default_factory=list[Finding])
    #: statements that were running when the server closed a connection
    lost: list[Lost] = field(default_factory=list[Lost])

    def add(self, other: Tally) -> None:
        self.counts += other.counts
        self.needless += other.needless
        self.findings += other.findings
        self.lost += other.lost


@dataclass(frozen=True, slots=True)
class _Claims:
    columns: tuple[Verdict, ...]
    cardinality: Cardinality
    cardinality_reason: str
    read_only: bool
    parameters: dict[int, bool]


class Laboratory:
    """The databases, with the schema of the statement that is tried."""

    def __init__(
        self, analysis: psycopg.Connection[Any], databases: Sequence[psycopg.Connection[Any]], seed: int
    ) -> None:
        self._connection = analysis
        self._analysis = AnalysisConnection(analysis)
        self._databases = databases
        self._seed = seed
        self._superuser = analysis.info.parameter_status("is_superuser") == "on"
        self._schema_number: int | None = None
        self._schema = Schema(())
        self._catalog: Catalog
        self._definitions: Definitions

    @property
    def _role(self) -> str | None:
        """Whom policies bind: not a superuser. Another user than that owns the tables, and is forced to obey them."""
        return _BOUND if self._schema.policies and self._superuser else None

    def statement(self, number: int) -> str:
        """The statement of this number, with its schema created."""
        self._prepare(number // PER_SCHEMA)
        return Statements(Random(f"{self._seed}:{number}"), self._schema).statement()

    def schema(self, number: int) -> list[str]:
        """The SQL that makes the schema of a statement, and its rows."""
        texts: list[str] = []
        self._create(number // PER_SCHEMA, texts)
        return texts

    @property
    def lost(self) -> bool:
        """Whether the server has closed a connection; then nothing can be tried here any more."""
        return any(connection.closed for connection in (self._connection, *self._databases))

    def try_one(self, number: int) -> Tally:
        """Analyse and run one statement.

        When the server closes a connection meanwhile, nothing is told of the statement but this.
        """
        sql = "(its schema)"
        try:
            sql = self.statement(number)
            tally = self._try(number, sql)
        except psycopg.OperationalError:
            if not self.lost:
                raise
        if self.lost:
            return Tally(lost=[Lost(number, sql)])
        return tally

    def _try(self, number: int, sql: str) -> Tally:
        tally = Tally()
        try:
            # What is analysed by a role that policies bind shows them in the tree.
            self._connection.execute(f"SET ROLE {self._role if number % 2 and self._role else 'NONE'}".encode())
            claims = self._claims(sql)
        except psycopg.Error as error:
            tally.counts["refused"] += 1
            tally.counts[f"refused: {error.diag.message_primary}"] += 1
            return tally
        except Exception as error:  # whatever it is, the analysis must not raise it
            tally.findings.append(Finding(number, f"the analysis raised {type(error).__name__}", str(error), sql))
            return tally
        tally.counts["analysed"] += 1
        for index, verdict in enumerate(claims.columns):
            if "was not understood" in verdict.reason:
                tally.findings.append(Finding(number, f"column o{index} is not understood", verdict.reason, sql))
        self._compare(number, sql, claims, tally)
        return tally

    # --- SCHEMAS ---

    def _prepare(self, number: int) -> None:
        if self._schema_number == number:
            return
        self._create(number, [])
        self._connection.execute("SET ROLE NONE")
        self._catalog = load_catalog(self._connection)
        self._definitions = load_definitions(self._connection)
        for database in self._databases:
            for relation in self._catalog.relations.values():
                if relation.schema == "public" and (info := CompositeInfo.fetch(database, relation.name)):
                    register_composite(info, database)
        self._schema_number = number

    def _create(self, number: int, texts: list[str]) -> None:
        self._schema_number = None
        for database in self._databases:
            # What is created must not depend on how fast the machine is.
            database.execute("SET statement_timeout = 0; DROP SCHEMA public CASCADE; CREATE SCHEMA public")

        def run(text: str) -> bool:
            try:
                for database in self._databases:
                    database.execute(text.encode())
            except psycopg.Error:
                return False
            texts.append(text)
            return True

        version = self._connection.info.server_version // 10000
        self._schema = create_schema(Random(f"{self._seed}:schema:{number}"), version, run)
        for database, most in zip(self._databases, _MOST_ROWS, strict=True):
            rows = rows_of(Random(f"{self._seed}:rows:{number}"), self._schema, most)
            for text in (*rows, *self._schema.afterwards):
                try:
                    database.execute(text.encode())
                except psycopg.Error:
                    continue
                if database is self._databases[-1]:
                    texts.append(text)
            _refresh(database)
            database.execute(f"SET statement_timeout = '{_TIMEOUT}'")

    # --- CLAIMS ---

    def _claims(self, sql: str) -> _Claims:
        described, details = self._analysis.parse(sql)
        types = [described.param_type(number) for number in range(described.nparams)]
        trees = parse_tree(details[-1])
        tree = next((tree for tree in trees if tree["canSetTag"]), trees[0])
        parameters = {
            verdict.number: verdict.nullable for verdict in analyse_parameters(tree, self._catalog, len(types), types)
        }
        columns = analyse_columns(tree, self._catalog, parameters, self._definitions)
        if len(columns) != described.nfields:
            raise ValueError(f"{len(columns)} verdicts for {described.nfields} columns")
        access = analyse_access(tree, trees, self._catalog)
        analyse_constraints(tree, self._catalog, access, parameters)
        rows = analyse_cardinality(tree, self._catalog)
        return _Claims(
            tuple(column.verdict for column in columns), rows.cardinality, rows.reason, access.read_only, parameters
        )

    def _compare(self, number: int, sql: str, claims: _Claims, tally: Tally) -> None:
        nulls = [False] * len(claims.columns)
        seen = False
        found: dict[str, Finding] = {}
        for index, database in enumerate(self._databases):
            text = _with_arguments(sql, claims.parameters, Random(f"{number}:{index}"))
            try:
                rows, count = _run(database, text, self._role, read_only=claims.read_only)
            except psycopg.errors.QueryCanceled:
                tally.counts["too slow"] += 1
                continue
            except psycopg.errors.ReadOnlySqlTransaction as error:
                found["read"] = Finding(number, "it reads only", str(error), text)
                continue
            except psycopg.Error:
                tally.counts["failed"] += 1  # a subquery with two rows, a key that is there already
                continue
            tally.counts["run"] += 1
            tally.counts["rows"] += len(rows)
            seen = seen or bool(rows)
            if not _allowed(claims.cardinality, count):
                claim = f"{claims.cardinality}, but {count} rows"
                found["rows"] = Finding(number, claim, claims.cardinality_reason, text)
            for position, (verdict, values) in enumerate(zip(claims.columns, zip(*rows, strict=True), strict=False)):
                nulls[position] = nulls[position] or None in values
                path, reason = next(_nulls(values, verdict, f"o{position}"), ("", ""))
                if path:
                    found[path] = Finding(number, f"{path} is not null", reason, text)
        tally.findings += found.values()
        tally.counts["columns"] += len(nulls)
        tally.counts["one row at most"] += claims.cardinality in (Cardinality.ONE, Cardinality.AT_MOST_ONE)
        tally.counts["read only"] += claims.read_only
        for verdict, null in zip(claims.columns, nulls, strict=True):
            tally.counts["not null"] += not verdict.nullable
            if verdict.nullable and seen:
                tally.counts["nullable and returned"] += 1
                tally.counts["never NULL"] += not null
                if not null:
                    tally.needless[verdict.reason] += 1


def _allowed(cardinality: Cardinality, count: int) -> bool:
    if cardinality is Cardinality.ONE:
        return count == 1
    return cardinality is not Cardinality.AT_MOST_ONE or count <= 1


def _nulls(values: Iterable[Any], verdict: Verdict, path: str) -> Iterator[tuple[str, str]]:
    """Where a NULL is that cannot be, in values, their elements and their fields."""
    for value in values:
        if value is None:
            if not verdict.nullable:
                yield path, verdict.reason
        elif isinstance(value, list):
            if verdict.element is not None:
                yield from _nulls(_flat(value), verdict.element, f"an element of {path}")
        elif isinstance(value, tuple) and verdict.fields is not None and len(value or (None,)) == len(verdict.fields):
            # A row of one NULL is written like a row of nothing.
            for part, each in zip(value or (None,), verdict.fields, strict=True):
                yield from _nulls((part,), each.verdict, f"field {each.name} of {path}")


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value


def _with_arguments(sql: str, may_be_null: dict[int, bool], random: Random) -> str:
    """The statement with values for its parameters: NULL for one that takes it, at times."""
    kinds = {name: kind for kind, name in NAMES.items()}

    def value(found: re.Match[str]) -> str:
        if may_be_null.get(int(found[1]), True) and random.random() < 0.5:
            return f"NULL::{found[2]}"
        return random.choice(LITERALS[kinds[found[2]]][:-1])

    return _PARAMETER.sub(value, sql)


def _run(
    database: psycopg.Connection[Any], sql: str, role: str | None, *, read_only: bool
) -> tuple[list[tuple[Any, ...]], int]:
    """Some of the rows, and how many there are; one message to the server, and rolled back."""
    begin = "BEGIN READ ONLY" if read_only else "BEGIN"
    with database.cursor() as cursor:
        try:
            cursor.execute(f"{begin}; SET LOCAL ROLE {role or 'NONE'}; {sql}; ROLLBACK".encode())
            cursor.nextset()
            cursor.nextset()
            return (cursor.fetchmany(_FETCHED), cursor.rowcount) if cursor.description else ([], 0)
        except psycopg.Error:
            database.execute("ROLLBACK")
            raise


def _refresh(database: psycopg.Connection[Any]) -> None:
    for (name,) in database.execute("SELECT matviewname FROM pg_matviews WHERE schemaname = 'public'").fetchall():
        try:
            database.execute(f"REFRESH MATERIALIZED VIEW {name}".encode())
        except psycopg.Error:
            continue  # its query fails on these rows: it stays empty


def _await(server: Server) -> None:
    """Wait until the server takes connections: after a crash it recovers first."""
    for _ in range(_RECOVERY):
        with suppress(psycopg.OperationalError):
            psycopg.connect(server.conninfo()).close()
            return
        sleep(0.1)


@contextmanager
def laboratory(server: Server, seed: int) -> Generator[Laboratory]:
    """Three databases on the server, dropped at the end.

    Raises:
        ServerError: the server does not let us create them.
    """
    with ExitStack() as stack:
        connections: list[psycopg.Connection[Any]] = []
        for _ in _MOST_ROWS:
            conninfo = stack.enter_context(scratch_database(server, prefix="sqlwright_soundness"))
            connection = stack.enter_context(psycopg.connect(conninfo, autocommit=True, prepare_threshold=None))
            connection.execute("SET client_min_messages = warning")
            for name in ("json", "jsonb"):
                connection.adapters.register_loader(name, TextLoader)
            connections.append(connection)
        analysis = stack.enter_context(psycopg.connect(conninfo, autocommit=True))
        stack.callback(_await, server)
        yield Laboratory(analysis, connections, seed)
