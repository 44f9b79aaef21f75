"""What we use of yoyo, with types: yoyo itself has none.

In: yoyo's classes. Out: the same classes, declared as far as we use them.
The surprise: type checkers read only the declarations, Python only the imports.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

__all__ = ["BaseBackend", "BaseMigration", "Connection", "DatabaseURI", "MigrationList", "StepCollector"]

if TYPE_CHECKING:
    from typing import NamedTuple, Self

    import psycopg

    # Rows are of any type: so psycopg has it where nothing is known about a statement.
    Connection = psycopg.Connection[tuple[Any, ...]]

    class DatabaseURI(NamedTuple):
        scheme: str
        username: str | None
        password: str | None
        hostname: str | None
        port: int | None
        database: str | None
        args: Mapping[str, str]

    class BaseMigration:
        id: str
        hash: str
        steps: list[object] | None
        use_transactions: bool
        _depends: set[BaseMigration]

        def __init__(self, id: str, path: str, source_dir: str) -> None: ...
        def load(self) -> None: ...
        def process_steps(self, backend: BaseBackend, direction: str, force: bool = False) -> None: ...

    class MigrationList:
        def __init__(self, items: Iterable[BaseMigration] = ...) -> None: ...
        def __iter__(self) -> Iterator[BaseMigration]: ...
        def __len__(self) -> int: ...

    class StepCollector:
        def __init__(self, migration: BaseMigration) -> None: ...
        def add_step(
            self, apply: Callable[[Connection], None] | None, rollback: Callable[[Connection], None] | None = None
        ) -> object: ...
        def create_steps(self, use_transactions: bool) -> list[object]: ...

    class BaseBackend:
        uri: DatabaseURI
        migration_table: str
        log_table: str
        version_table: str
        has_transactional_ddl: bool
        _in_transaction: bool
        _internal_schema_updated: bool

        def __init__(self, dburi: DatabaseURI, migration_table: str) -> None: ...
        def __enter__(self) -> Self: ...
        def __exit__(self, *exc: object) -> None: ...
        @property
        def connection(self) -> Connection: ...
        def quote_identifier(self, s: str) -> str: ...
        def execute(self, sql: str, params: Mapping[str, object] | None = None) -> psycopg.Cursor[tuple[Any, ...]]: ...
        def transaction(self, rollback_on_exit: bool = False) -> contextlib.AbstractContextManager[object]: ...
        def rollback(self) -> None: ...
        def savepoint_rollback(self, id: str) -> None: ...
        def to_apply(self, migrations: MigrationList) -> MigrationList: ...
        def apply_migrations(self, migrations: MigrationList, force: bool = False) -> None: ...
        def rollback_migrations(self, migrations: MigrationList, force: bool = False) -> None: ...
        def ensure_internal_schema_updated(self) -> None: ...
        def mark_one(self, migration: BaseMigration, log: bool = True) -> None: ...
        def unmark_one(self, migration: BaseMigration, log: bool = True) -> None: ...
        def log_migration(self, migration: BaseMigration, operation: str) -> None: ...
        def get_log_data(
            self, migration: BaseMigration | None = None, operation: str = "apply"
        ) -> dict[str, object]: ...

else:
    from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend as BaseBackend
    from yoyo.connections import DatabaseURI
    from yoyo.migrations import Migration as BaseMigration
    from yoyo.migrations import MigrationList, StepCollector

    Connection = Any
