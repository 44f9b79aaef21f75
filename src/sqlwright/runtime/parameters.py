"""What a function's parameters are: the checks before anything is sent, and the values of the statement's `$n`.

In: the arguments of a call. Out: for each parameter, the text of each of its placeholders, or None for NULL; bytes are
the binary format of an array. The
surprise: a parameter is not a placeholder. `:project.name` and `:project.user_id` are two placeholders of one
ObjectParameter, and a CopyParameter has none, since its rows are streamed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, TypeAlias, TypeGuard, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from sqlwright.runtime.arrays import Misfit
from sqlwright.runtime.encoding import (
    Encoder,
    Refused,
    class_of,
    encoder_for,
    holds_lists,
    is_sequence,
    type_of,
    without_escaped_nul,
)
from sqlwright.runtime.fields import UNFIT, ArrayField, CopyField, Field, copy_texts, named

__all__ = [
    "ChangesParameter",
    "CopyParameter",
    "ListParameter",
    "ObjectParameter",
    "Parameter",
    "PythonType",
    "Specification",
]

#: A class, several of them, or any other annotation (`list[Actor]`), which only JSON parameters can have.
PythonType: TypeAlias = Any

#: `("name", "text")`: what the SQL calls the attribute, and its PostgreSQL type.
Attribute: TypeAlias = tuple[str, str]
#: The same with the type's oid.
DeclaredAttribute: TypeAlias = tuple[str, str, int]


class Specification(Protocol):
    """What every kind of parameter offers to a Statement."""

    @property
    def name(self) -> str: ...

    @property
    def attributes(self) -> tuple[str | None, ...]:
        """One per placeholder: `None` for `:name`, the attribute for `:name.attribute`."""
        ...

    @property
    def oids(self) -> tuple[int, ...]:
        """The types that are declared for the placeholders; 0: the server infers it, as it does for all texts."""
        ...

    def bind(self, value: Any) -> Sequence[str | bytes | None]:
        """The placeholders' values, in the order of `attributes`; raises Refused."""
        ...


def _is_iterable(value: object) -> TypeGuard[Iterable[Any]]:
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping, BaseModel))


def _expected(expected: str, value: object) -> Refused:
    return Refused(f"must be {expected}, got {named(type(value))}")


# --------------------------------------------------------------------------------------------------- checks of a value

Check: TypeAlias = Callable[[Any], None]


def _check_for(python: PythonType, choices: Collection[Any], described: str) -> Check:
    """A function that refuses what is not of the Python type."""
    if python is object or python is Any:
        return _anything
    if not isinstance(python, (type, tuple)):
        return _annotation_check(python, described)
    classes = _accepted(_classes(python))
    exact = frozenset(classes)
    not_a_date = date in exact and datetime not in exact
    allowed = frozenset(choices)

    def check(value: Any) -> None:
        cls = class_of(value)
        if cls not in exact and (not isinstance(value, classes) or (not_a_date and isinstance(value, datetime))):
            # A datetime is a date to Python; PostgreSQL would cut off its time without a word.
            raise _expected(described, value)
        if allowed and value not in allowed:
            raise Refused(f"must be {described}, got another value", value=True)

    return check


def _anything(value: Any) -> None:
    """Refuse nothing: the type is known to the server alone, or any JSON will do."""


def _classes(python: PythonType) -> tuple[type, ...]:
    return cast("tuple[type, ...]", python) if isinstance(python, tuple) else (python,)


def _accepted(classes: tuple[type, ...]) -> tuple[type, ...]:
    """The classes, and those that Python's numeric tower promotes to them."""
    accepted = list(classes)
    if float in classes or Decimal in classes:
        accepted.append(int)
    if bytes in classes:
        accepted += [bytearray, memoryview]
    return tuple(accepted)


def _annotation_check(annotation: Any, described: str) -> Check:
    adapter = TypeAdapter[Any](annotation)

    def check(value: Any) -> None:
        try:
            adapter.validate_python(value, strict=True)
        except ValidationError as error:
            kinds = ", ".join(sorted({item["type"] for item in error.errors(include_input=False, include_url=False)}))
            raise Refused(f"must be {described}; found: {kinds}", value=True) from None

    return check


# -------------------------------------------------------------------------------------------------------- parameters


class Parameter:
    """`:name`: one value, or one array.

    Args:
        pg_type: what the server inferred, as format_type prints it.
        python: the class or classes of the value, of an element where `array` is set; `object` for any (untyped JSON).
        choices: the only values that are allowed, from a CHECK.
    """

    def __init__(
        self,
        name: str,
        pg_type: str,
        python: PythonType,
        *,
        nullable: bool = False,
        array: bool = False,
        element_nullable: bool = False,
        choices: Sequence[Any] = (),
    ) -> None:
        self.name = name
        self.attributes: tuple[str | None, ...] = (None,)
        self.oids = (0,)
        self.pg_type = pg_type
        self.python = python
        self.nullable = nullable
        self.array = array
        self.element_nullable = element_nullable
        self.choices = tuple(choices)
        element = self._describe_element()
        self._described = (_list_of(element, type_of(pg_type)[1]) if array else element) + (
            " or None" if nullable else ""
        )
        self._described_element = element + (" or None" if element_nullable else "")
        self._check = _check_for(python, self.choices, self._described_element if array else self._described)
        self._encode: Encoder = encoder_for(pg_type)
        #: how many dimensions there must be; None: any
        dimensions = type_of(pg_type)[1]
        self._dimensions = dimensions if dimensions > 1 or holds_lists(pg_type) else None

    def bind(self, value: Any) -> Sequence[str | None]:
        """The value as text; raises Refused."""
        if value is None:
            if not self.nullable:
                raise _expected(self._described, value)
            return (None,)
        if self.array:
            self._check_array(value, 1)
        else:
            self._check(value)
        try:
            return (self._encode(value),)
        except (TypeError, ValueError, AttributeError):
            # Only where the Python type says less than the PostgreSQL type: `object`.
            raise Refused(f"is not a value for {self.pg_type}: {named(class_of(value))}") from None

    def _check_array(self, values: Any, depth: int) -> None:
        if not is_sequence(values):
            raise _expected(self._described, values)
        below = (self._dimensions or 6) - depth
        for index, value in enumerate(values):
            try:
                if self._dimensions and below:
                    if not is_sequence(value):
                        raise _expected(_list_of(self._described_element, below), value)
                    self._check_array(value, depth + 1)
                elif value is None:
                    if not self.element_nullable:
                        raise _expected(self._described_element, value)
                elif type(value) is list and below and not self._dimensions:
                    self._check_array(value, depth + 1)
                else:
                    self._check(value)
            except Refused as refused:
                raise refused.within(f"[{index}]") from None

    def _describe_element(self) -> str:
        if self.choices:
            return "one of " + ", ".join(repr(choice) for choice in self.choices)
        return " or ".join(named(cls) for cls in _classes(self.python))


def _list_of(element: str, dimensions: int) -> str:
    return "list[" * dimensions + element + "]" * dimensions


class ObjectParameter:
    """`:project.name`, `:project.user_id`: one model, one placeholder for each attribute that the SQL uses."""

    def __init__(self, name: str, model: type[BaseModel], *attributes: Attribute) -> None:
        self.name = name
        self.model = model
        self.attributes: tuple[str | None, ...] = tuple(attribute for attribute, _ in attributes)
        self.oids = (0,) * len(attributes)
        self._fields = tuple(Field(model, attribute, pg_type) for attribute, pg_type in attributes)
        #: what is needed of the fields while nothing is wrong
        self._reading = tuple((field.get, field.encode_value) for field in self._fields)

    def bind(self, value: Any) -> Sequence[str | None]:
        """The attributes as texts; raises Refused."""
        if not isinstance(value, self.model):
            raise _expected(named(self.model), value)
        try:
            return [None if (each := get(value)) is None else encode(each) for get, encode in self._reading]
        except UNFIT:
            # Whichever is wrong, this says so.
            return [field.encode(value) for field in self._fields]


class ListParameter:
    """`unnest(:messages.role, …)`: a list of models, one array for each attribute.

    Args:
        attributes: `("role", "text[]", 1009)`: with the array's oid where the placeholder has exactly this built-in
            type, which then is declared, and written in binary format.
    """

    def __init__(self, name: str, model: type[BaseModel], *attributes: Attribute | DeclaredAttribute) -> None:
        self.name = name
        self.model = model
        self._fields = tuple(
            ArrayField(model, each[0], each[1], each[2] if len(each) == 3 else 0) for each in attributes
        )
        self.attributes: tuple[str | None, ...] = tuple(field.attribute for field in self._fields)
        self.oids = tuple(field.oid for field in self._fields)

    def bind(self, value: Any) -> Sequence[str | bytes]:
        """One array for each attribute; raises Refused."""
        if not _is_iterable(value):
            raise _expected(f"list[{named(self.model)}]", value)
        items = list(value)
        if not {self.model}.issuperset(map(type, items)):
            for index, item in enumerate(items):
                if not isinstance(item, self.model):
                    raise _expected(named(self.model), item).within(f"[{index}]")
        return [field.array(items) for field in self._fields]


class ChangesParameter:
    """`jsonb_populate_record(p, :changes)`: the fields that were given, as one jsonb object. Absent is not NULL."""

    def __init__(self, name: str, model: type[BaseModel]) -> None:
        self.name = name
        self.model = model
        self.pg_type = "jsonb"
        self.attributes: tuple[str | None, ...] = (None,)
        self.oids = (0,)

    def bind(self, value: Any) -> Sequence[str | None]:
        """The fields that were set, as JSON; raises Refused."""
        if not isinstance(value, self.model):
            raise _expected(named(self.model), value)
        try:
            text = value.model_dump_json(exclude_unset=True, by_alias=True, round_trip=True, warnings="error")
        except (ValueError, TypeError) as error:
            raise Refused(f"cannot be written as JSON ({type(error).__name__})", value=True) from None
        return (without_escaped_nul(text),)


class CopyParameter:
    """The rows of `COPY … FROM STDIN`: models, one column for each attribute, streamed and never held together."""

    def __init__(self, name: str, model: type[BaseModel], *attributes: Attribute) -> None:
        self.name = name
        self.model = model
        self.attributes: tuple[str | None, ...] = ()
        self.oids: tuple[int, ...] = ()
        self._fields = tuple(CopyField(model, attribute, pg_type) for attribute, pg_type in attributes)

    def bind(self, value: Any) -> Sequence[str | None]:  # noqa: ARG002 - the interface
        """Nothing: the statement itself has no placeholders."""
        return ()

    def bind_items(self, items: Sequence[Any], start: int) -> str:
        """Some rows in text format; `start` is the number of the first. Raises Refused."""
        try:
            if not {self.model}.issuperset(map(type, items)):
                raise Misfit
            columns = [field.column(items) for field in self._fields]
        except UNFIT:
            # Row by row, to say which is the first that is wrong.
            rows = [self._bind_item(item, index) for index, item in enumerate(items, start)]
            columns = [copy_texts(column) for column in zip(*rows, strict=True)]
        return "".join([line + "\n" for line in map("\t".join, zip(*columns, strict=True))])

    def binary_types(self) -> list[str]:
        """The types that psycopg writes in binary format; one that it does not know is text (an enum)."""
        return [field.binary_type for field in self._fields]

    def bind_item_binary(self, item: Any, index: int) -> list[Any]:
        """One row as values for psycopg's binary dumpers; raises Refused."""
        self._check(item, index)
        return [field.binary_value(item, index) for field in self._fields]

    def _bind_item(self, item: Any, index: int) -> list[str | None]:
        self._check(item, index)
        return [field.encode(item, index) for field in self._fields]

    def _check(self, item: Any, index: int) -> None:
        if not isinstance(item, self.model):
            raise _expected(named(self.model), item).within(f"[{index}]")
