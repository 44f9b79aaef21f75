"""Errors in Python: constraints and `-- @raises` annotations in, error classes out.

A constraint with PostgreSQL's default name is called after what went wrong with its columns (`UsersEmailTaken`); one
that a person named keeps that name (`one_active_project_per_user` → `OneActiveProjectPerUser`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import psycopg

from sqlwright.codegen.annotations import RaisesAnnotation
from sqlwright.codegen.ir import ConstraintFact
from sqlwright.codegen.naming import class_name
from sqlwright.codegen.python_ir import ErrorClass
from sqlwright.codegen.resolve.clash import NameClash
from sqlwright.codegen.resolve.class_names import ClassNames
from sqlwright.codegen.resolve.literals import literal

__all__ = ["PythonErrors"]

#: contype → what went wrong, psycopg's class, PostgreSQL's default suffix of the name
_KINDS = {
    "p": ("Taken", "UniqueViolation", ("pkey",)),
    "u": ("Taken", "UniqueViolation", ("key", "idx", "excl")),
    "f": ("Unknown", "ForeignKeyViolation", ("fkey",)),
    "c": ("Invalid", "CheckViolation", ("check",)),
    "x": ("Conflict", "ExclusionViolation", ("excl",)),
    "n": ("Missing", "NotNullViolation", ("not_null",)),
}


class PythonErrors:
    """All error classes of one generated package."""

    def __init__(self, names: ClassNames) -> None:
        self.classes: dict[str, ErrorClass] = {}
        self._names = names

    def constraint(self, fact: ConstraintFact) -> ErrorClass:
        """The class of a constraint's violation."""
        ending, psycopg_class, suffixes = _KINDS[fact.type]
        attributes = [("schema", fact.schema), ("table", fact.table)]
        if fact.type == "n":
            attributes.append(("column", fact.columns[0]))
            rule = f"{fact.table}.{fact.columns[0]} must not be NULL"
        else:
            attributes.append(("constraint", fact.name))
            rule = f"{fact.name}: {fact.definition}"
        table = self._names.qualified(fact.schema, fact.table)
        error = ErrorClass(
            _constraint_name(fact, table, ending, suffixes),
            "ConstraintError",
            psycopg_class,
            f"{_sentence(fact)} ({rule})." if fact.type != "n" else f"{_sentence(fact)}.",
            tuple((key, literal(value)) for key, value in attributes),
        )
        earlier = self.classes.get(error.name)
        if earlier is not None and earlier.attributes != error.attributes:
            # Two tables may each have a constraint called `positive`.
            error = replace(error, name=class_name(table) + class_name(fact.name or fact.columns[0]))
        return self._declare(error)

    def raised(self, annotation: RaisesAnnotation) -> ErrorClass:
        """The class of an error that a procedure or function raises with its own SQLSTATE."""
        try:
            base = psycopg.errors.lookup(annotation.sqlstate).__name__
        except KeyError:
            base = "ProgrammingError"
        doc = annotation.description or f"SQLSTATE {annotation.sqlstate}, raised by the database."
        return self._declare(
            ErrorClass(annotation.name, "RaisedError", base, doc, (("sqlstate", literal(annotation.sqlstate)),))
        )

    def _declare(self, error: ErrorClass) -> ErrorClass:
        earlier = self.classes.setdefault(error.name, error)
        if earlier.attributes != error.attributes:
            raise NameClash(error.name, _owner(error), _owner(earlier))
        return earlier


def _owner(error: ErrorClass) -> str:
    attributes = {key: value.strip('"') for key, value in error.attributes}
    if "sqlstate" in attributes:
        return f"the error of SQLSTATE {attributes['sqlstate']}"
    what = attributes.get("constraint") or f"NOT NULL of {attributes['column']}"
    return f"the error of the constraint {what} of {attributes['table']}"


def _constraint_name(fact: ConstraintFact, table: str, ending: str, suffixes: Iterable[str]) -> str:
    stem = "_".join((fact.table, *(() if fact.type == "p" else fact.columns)))
    by_columns = class_name("_".join((table, *fact.columns))) + ending
    for suffix in suffixes:
        default = f"{fact.table}_{suffix}" if fact.type == "p" else f"{stem}_{suffix}"
        if fact.name == default or fact.type == "n":
            return by_columns
    return class_name(table.removesuffix(fact.table) + fact.name)


def _sentence(fact: ConstraintFact) -> str:
    columns = " and ".join(fact.columns) if len(fact.columns) < 3 else ", ".join(fact.columns)
    match fact.type:
        case "p" | "u":
            return f"Another row of {fact.table} has this {columns}" if columns else f"{fact.table} has such a row"
        case "f":
            return f"{fact.table}.{columns} points at a row that does not exist, or is pointed at by one that does"
        case "c":
            return f"{fact.table} does not allow this {columns}" if columns else f"{fact.table} does not allow this row"
        case "x":
            return f"The row conflicts with another row of {fact.table}"
        case _:
            return f"{fact.table}.{columns} must not be NULL"
