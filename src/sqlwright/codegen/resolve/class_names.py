"""The names of classes: tables, enum types, composite types and CHECK lists in, Python names out, each its own.

What the search path does not find is called with its schema (`audit.events` → `AuditEvent`), so that a table that is
added later renames nothing. The surprise: `users` beside `user` stays `Users`, and a name that generated modules
import for themselves, like `Decimal`, gets `Record` behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlwright.codegen.ir import ColumnRef, PgType, Relation
from sqlwright.codegen.naming import class_name, singular

__all__ = ["RESERVED", "ClassNames"]

#: What modules of a generated package import beside the package's own classes.
RESERVED = frozenset(
    (
        *(
            "AbstractAsyncContextManager",
            "AbstractContextManager",
            "Annotated",
            "Any",
            "AsyncExecutor",
            "AsyncIterator",
            "Callable",
        ),
        *("ChangesModel", "ChangesParameter", "CopyParameter", "Decimal", "Executor", "Field", "IPv4Address"),
        *("IPv4Interface", "IPv4Network", "IPv6Address", "IPv6Interface", "IPv6Network", "InputModel", "Iterable"),
        *("Iterator", "JsonValue", "ListParameter", "Literal", "Multirange", "None", "ObjectParameter", "Parameter"),
        *(
            "Range",
            "Row",
            "RowModel",
            "RowRecord",
            "RowStruct",
            "Sequence",
            "SqlType",
            "Statement",
            "StrEnum",
            "True",
            "False",
        ),
        *("TypeAlias", "UNSET", "UUID"),
    )
)


@dataclass(slots=True)
class ClassNames:
    """The names for the tables and views of one database, and for what is built on them."""

    relations: Mapping[tuple[str, str], Relation]
    _names: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def __post_init__(self) -> None:
        singulars = {key: _relation_name(relation, singular(key[1])) for key, relation in self.relations.items()}
        wanted = Counter(singulars.values())
        for key, relation in self.relations.items():
            # `user` and `users` cannot both be User: each keeps its own word.
            name = singulars[key] if wanted[singulars[key]] == 1 else _relation_name(relation, key[1])
            self._names[key] = _free(name)

    def relation(self, schema: str, name: str) -> str:
        """The model of a table's or view's row: `projects` → `Project`."""
        return self._names.get((schema, name)) or _free(class_name(singular(name)))

    def table_of(self, name: str) -> Relation | None:
        """The table or view whose model has that name, whether or not a query returns its rows."""
        return next((self.relations[key] for key, taken in self._names.items() if taken == name), None)

    def type(self, pg_type: PgType) -> str:
        """The class of an enum or composite type: `order_state` → `OrderState`."""
        name = _free(class_name(_qualified(pg_type.schema, pg_type.name, pg_type.display)))
        return f"{name}Type" if name in self._names.values() else name

    def qualified(self, schema: str, name: str) -> str:
        """A table's name, with its schema where the search path does not find it."""
        relation = self.relations.get((schema, name))
        return _qualified(schema, name, relation.display) if relation else name

    def check_list(self, origin: ColumnRef) -> str:
        """The Literal of a column's CHECK list: `projects.status` → `ProjectStatus`."""
        name = self.relation(origin.schema, origin.table) + class_name(origin.column)
        return f"{name}Choice" if name in self._names.values() else _free(name)


def _relation_name(relation: Relation, word: str) -> str:
    return class_name(_qualified(relation.schema, word, relation.display))


def _qualified(schema: str, name: str, display: str) -> str:
    quoted = schema.replace('"', '""')
    return f"{schema}_{name}" if display.startswith((f"{schema}.", f'"{quoted}".')) else name


def _free(name: str) -> str:
    return f"{name}Record" if name in RESERVED else name
