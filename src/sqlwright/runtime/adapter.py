"""aiosql's seams: a loader that reads SQL with our lexer, a driver adapter for psycopg, and the loading of a package.

In: a `.sql` file with `-- name:` headers. Out: aiosql's `QueryDatum`s, or `LoadedQueries` for generated code. aiosql
reads the headers (name, parameter list, operator) and builds its queries; where it would search the SQL with regular
expressions, which do not know dollar quotes, nested comments or array slices, `sqltext` is asked instead. The surprise:
the SQL is the file's own text, comments and all, with `$1` in place of `:name`; nothing is stripped but the leading
comment lines, which are the documentation, and the final `;`.
"""

from __future__ import annotations

import hashlib
import inspect
import keyword
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import psycopg
from aiosql import SQLParseException
from aiosql.query_loader import QueryLoader
from aiosql.types import ParamType, QueryDatum, SQLOperationType, SyncDriverAdapterProtocol
from psycopg.rows import tuple_row

from .sqltext import NumberedSql, QueryText, SqlTextError, number_placeholders, split_queries

__all__ = [
    "OPERATORS",
    "LoadedQueries",
    "LoadedQuery",
    "PostgresAdapter",
    "SqlLoader",
    "StaleQueries",
    "load_queries",
    "sha256_of",
]

#: aiosql's operators as they are written after a query's name
OPERATORS: Mapping[SQLOperationType, str] = {
    SQLOperationType.SELECT: "",
    SQLOperationType.SELECT_ONE: "^",
    SQLOperationType.SELECT_VALUE: "$",
    SQLOperationType.INSERT_RETURNING: "<!",
    SQLOperationType.INSERT_UPDATE_DELETE: "!",
    SQLOperationType.INSERT_UPDATE_DELETE_MANY: "*!",
    SQLOperationType.SCRIPT: "#",
}

Parameters: TypeAlias = "Mapping[str, Any] | Sequence[Any] | None"
# Any: rows have the shape that the connection's row factory gives them.
RecordClass: TypeAlias = "Callable[..., Any] | None"

_LINE_END = re.compile(r"\r\n|\r|\n")
_COMMENT_TEXT = re.compile(r"--[ \t]?(.*)")


# --- loader ----------------------------------------------------------------------------------------------------------


class SqlLoader(QueryLoader):
    """aiosql's loader with our lexer: `aiosql.from_path(path, PostgresAdapter, loader_cls=SqlLoader)`."""

    def load_query_data_from_file(
        self,
        path: Path,
        ns_parts: list[str] = [],  # noqa: B006 - aiosql's own signature
        encoding: str | None = None,
    ) -> list[QueryDatum]:
        """The queries of a file.

        Raises:
            SqlTextError: the text cannot be read as SQL.
            aiosql.SQLParseException: a header or a parameter list is wrong.
        """
        # By bytes: read_text would turn \r\n into \n, and the SQL is to be the file's own.
        text = path.read_bytes().decode(encoding or "utf-8").removeprefix("\ufeff")
        return self.load_query_data_from_sql(text, ns_parts, path)

    def load_query_data_from_sql(
        self, sql: str, ns_parts: list[str], fname: Path | str = "<unknown>"
    ) -> list[QueryDatum]:
        """The queries of a text; raises as `load_query_data_from_file`."""
        found: list[QueryDatum] = []
        line, counted = 1, 0
        for query in split_queries(sql):
            if query.spec is None:
                continue
            line += len(_LINE_END.findall(sql, counted, query.spec.start))
            counted = query.spec.start
            found.append(self._datum(sql, query, ns_parts, (fname, line)))
        return found

    def read_header(
        self, spec: str, place: tuple[Path | str, int] = ("<unknown>", 1)
    ) -> tuple[str, SQLOperationType, list[str] | None]:
        """Name, operation and parameter list of what follows `-- name:`.

        Raises:
            aiosql.SQLParseException: it is not as aiosql wants it.
        """
        return self._get_name_op(spec, place)

    def _datum(self, text: str, query: QueryText, ns_parts: list[str], place: tuple[Path | str, int]) -> QueryDatum:
        if query.spec is None:
            raise SQLParseException(f"a query without a name at {place[0]}:{place[1]}")
        name, operation, declared = self.read_header(text[slice(*query.spec)], place)
        if not query.statements:
            raise SQLParseException(f"empty query for: {name} at {place[0]}:{place[1]}")
        comments = [text[slice(*comment)] for comment in query.comments]
        doc = "\n".join(match[1].rstrip() for comment in comments if (match := _COMMENT_TEXT.match(comment))).strip(
            "\n"
        )
        full_name = ".".join([*ns_parts, name])
        adapter = self._driver_adapter
        if not isinstance(adapter, PostgresAdapter):
            raise TypeError("SqlLoader works with PostgresAdapter")
        numbered = number_placeholders(
            text[slice(*query.span)], () if operation is SQLOperationType.SCRIPT else declared, query.words
        )
        _check_declared(name, declared, numbered, operation)
        sql = adapter.register(full_name, numbered, self._attribute or ".")
        attributes: dict[str, dict[str, str]] = {}
        for parameter, attribute in numbered.parameters:
            if attribute is not None:
                key = f"{parameter}{self._attribute or '.'}{attribute}"
                attributes.setdefault(parameter, {})[attribute] = key
        return QueryDatum(
            full_name, doc, operation, sql, None, _signature(numbered), place, attributes or None, declared
        )


def _check_declared(name: str, declared: list[str] | None, numbered: NumberedSql, operation: SQLOperationType) -> None:
    used = {parameter for parameter, _ in numbered.parameters}
    if operation is SQLOperationType.SCRIPT and used:
        raise SQLParseException(f"cannot use named parameters in SQL script: {name}")
    if declared is None:
        return
    for parameter in sorted(used.difference(declared)):
        raise SQLParseException(f"undeclared parameter name in query {name}: {parameter}")
    if unused := sorted(set(declared) - used):
        raise SQLParseException(f"unused declared parameter in query {name}: {unused}")


def _signature(numbered: NumberedSql) -> inspect.Signature:
    # For `help()` alone; no parameter of Python can be called `class`.
    names = dict.fromkeys(f"{name}_" if keyword.iskeyword(name) else name for name, _ in numbered.parameters)
    return inspect.Signature(
        [
            inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD),
            *(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in names),
        ]
    )


# --- driver adapter --------------------------------------------------------------------------------------------------


class PostgresAdapter(SyncDriverAdapterProtocol):
    """aiosql's driver adapter for psycopg 3: parameters go to the server as `$1`, and `%` is only a percent sign.

    Arguments of the constructor are those of `psycopg.RawCursor`, which every call makes one of.
    """

    def __init__(self, **cursor_arguments: Any) -> None:
        self._cursor_arguments = cursor_arguments
        self._parameters: dict[tuple[str, str], tuple[tuple[str, str | None, str], ...]] = {}

    def register(self, query_name: str, numbered: NumberedSql, attribute_separator: str = "__") -> str:
        """Remember the order of a query's parameters; returns its SQL."""
        self._parameters[query_name, numbered.sql] = tuple(
            (name, attribute, name if attribute is None else f"{name}{attribute_separator}{attribute}")
            for name, attribute in numbered.parameters
        )
        return numbered.sql

    def parameters(self, query_name: str, sql: str) -> tuple[tuple[str, str | None], ...]:
        """Name and attribute of $1, $2, … of a query that was loaded."""
        return tuple((name, attribute) for name, attribute, _ in self._parameters.get((query_name, sql), ()))

    def process_sql(self, query_name: str, op_type: SQLOperationType, sql: str) -> str:
        """Number the parameters; aiosql's own loader calls this.

        Raises:
            SqlTextError: the text cannot be read as SQL.
        """
        return self.register(query_name, number_placeholders(sql, () if op_type is SQLOperationType.SCRIPT else None))

    def select(
        self, conn: Any, query_name: str, sql: str, parameters: Parameters, record_class: RecordClass = None
    ) -> Generator[Any, None, None]:
        """The rows, one by one."""
        with self._execute(conn, query_name, sql, parameters) as cursor:
            for row in cursor:
                yield _record(cursor, row, record_class)

    def select_one(
        self, conn: Any, query_name: str, sql: str, parameters: Parameters, record_class: RecordClass = None
    ) -> Any:
        """The first row, or None."""
        with self._execute(conn, query_name, sql, parameters) as cursor:
            return _record(cursor, cursor.fetchone(), record_class)

    def select_value(self, conn: Any, query_name: str, sql: str, parameters: Parameters) -> Any:
        """The first column of the first row, or None."""
        with self._execute(conn, query_name, sql, parameters, row_factory=tuple_row) as cursor:
            row = cursor.fetchone()
            return row[0] if row else None

    @contextmanager
    def select_cursor(
        self, conn: Any, query_name: str, sql: str, parameters: Parameters
    ) -> Generator[psycopg.RawCursor[Any], None, None]:
        """The cursor after the statement ran."""
        with self._execute(conn, query_name, sql, parameters) as cursor:
            yield cursor

    def insert_update_delete(self, conn: Any, query_name: str, sql: str, parameters: Parameters) -> int:
        """The number of rows."""
        with self._execute(conn, query_name, sql, parameters) as cursor:
            return cursor.rowcount

    def insert_update_delete_many(self, conn: Any, query_name: str, sql: str, parameters: ParamType) -> int:
        """The number of rows of all executions."""
        with self._cursor(conn) as cursor:
            cursor.executemany(
                _reviewed(sql), [self._ordered(query_name, sql, item) or () for item in parameters or ()]
            )
            return cursor.rowcount

    def insert_returning(self, conn: Any, query_name: str, sql: str, parameters: Parameters) -> Any:
        """The row; its value where it has one column only."""
        with self._execute(conn, query_name, sql, parameters) as cursor:
            if len(cursor.description or ()) == 1:
                cursor.row_factory = tuple_row
                row = cursor.fetchone()
                return row[0] if row else None
            return cursor.fetchone()

    def execute_script(self, conn: Any, sql: str) -> str:
        """The status of the last statement."""
        with self._cursor(conn) as cursor:
            cursor.execute(_reviewed(sql))
            while cursor.nextset():
                pass
            return cursor.statusmessage or ""

    def _cursor(self, conn: psycopg.Connection[Any], **arguments: Any) -> psycopg.RawCursor[Any]:
        return psycopg.RawCursor(conn, **{"row_factory": conn.row_factory, **self._cursor_arguments, **arguments})

    @contextmanager
    def _execute(
        self, conn: Any, query_name: str, sql: str, parameters: Parameters, **arguments: Any
    ) -> Generator[psycopg.RawCursor[Any], None, None]:
        with self._cursor(conn, **arguments) as cursor:
            cursor.execute(_reviewed(sql), self._ordered(query_name, sql, parameters))
            yield cursor

    def _ordered(self, query_name: str, sql: str, parameters: Parameters) -> Sequence[Any] | None:
        if not isinstance(parameters, Mapping):
            return parameters
        return [_value(query_name, parameters, *parameter) for parameter in self._parameters.get((query_name, sql), ())]


# Any: psycopg asks for a LiteralString, which is plain str to mypy, so a cast would please one type checker only.
def _reviewed(sql: str) -> Any:
    """The text of a file is as literal as one in the program: nobody has put a value into it."""
    return sql


def _value(query_name: str, given: Mapping[str, Any], name: str, attribute: str | None, key: str) -> Any:
    if key in given:
        return given[key]
    if attribute is not None and name in given:
        return getattr(given[name], attribute)
    raise psycopg.ProgrammingError(f"{query_name} needs the parameter {name}")


def _record(cursor: psycopg.RawCursor[Any], row: Any, record_class: RecordClass) -> Any:
    if row is None or record_class is None:
        return row
    return record_class(**dict(zip((column.name for column in cursor.description or ()), row, strict=True)))


# --- queries of a package --------------------------------------------------------------------------------------------


class StaleQueries(ImportError):
    """A `.sql` file is missing, or is not the one that the code was generated from."""


class LoadedQuery(NamedTuple):
    """A query as generated code runs it."""

    name: str
    #: as messages name it: `queries/projects.sql`
    file: str
    line: int
    #: aiosql's operator: "", "^", "$", "<!", "!", "*!" or "#"
    operation: str
    sql: str
    #: (name, attribute) of $1, $2, …
    parameters: tuple[tuple[str, str | None], ...]


class LoadedQueries(dict[str, LoadedQuery]):
    """The queries of one file, by name."""


def load_queries(package: str, file: str, *, sha256: str, checkout: str) -> LoadedQueries:
    """The queries of a file that a package was generated from.

    Args:
        package: the import name of the generated package.
        file: the file's name below the folder of queries, with forward slashes.
        sha256: `sha256_of` the text that the code was generated from.
        checkout: where the folder of queries lies in a source checkout, relative to the package's folder. An installed
            wheel brings its own in `queries/` inside the package, which is looked for first.

    Raises:
        StaleQueries: the file is missing, or its text is another one.
    """
    root = files(package)
    folder = "/".join(part for part in checkout.split("/") if part not in ("..", ".", "")) or "queries"
    display = f"{folder}/{file}"
    candidates: list[Traversable] = [root.joinpath("queries", *file.split("/"))]
    if isinstance(root, Path):
        candidates.append(root / checkout / file)
    found = next((candidate for candidate in candidates if candidate.is_file()), None)
    if found is None:
        places = " or ".join(str(candidate) for candidate in candidates)
        raise StaleQueries(f"{package} needs {display}, and there is no {places}", name=package)
    try:
        text = found.read_bytes().decode("utf-8").removeprefix("\ufeff")
        is_same = sha256_of(text) == sha256
    except UnicodeDecodeError:
        text, is_same = "", False
    if not is_same:
        message = (
            f"{display} is not the file that {package} was generated from: run `sqlwright generate`, or undo the edit"
        )
        raise StaleQueries(f"{message} ({found})", name=package, path=str(found))
    adapter = PostgresAdapter()
    loader = SqlLoader(adapter, None, attribute="__", mandatory_parameters=False)
    try:
        data = loader.load_query_data_from_sql(text, [], display)
    except (SqlTextError, SQLParseException) as error:
        raise StaleQueries(f"{display} cannot be read: {error} ({found})", name=package, path=str(found)) from error
    return LoadedQueries(
        (
            datum.query_name,
            LoadedQuery(
                datum.query_name,
                display,
                datum.floc[1],
                OPERATORS[datum.operation_type],
                datum.sql,
                adapter.parameters(datum.query_name, datum.sql),
            ),
        )
        for datum in data
    )


def sha256_of(text: str) -> str:
    r"""The hash of a file's text, whichever way its lines end: a checkout with \r\n is the same file."""
    return hashlib.sha256(text.removeprefix("\ufeff").replace("\r\n", "\n").encode()).hexdigest()
