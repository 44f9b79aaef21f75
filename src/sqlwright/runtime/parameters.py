"""What a function's parameters are: the checks before anything is sent, and the values of the statement's `$n`.

In: the arguments of a call. Out: for each parameter, the text of each of its placeholders, or None for NULL. The
surprise: a parameter is not a placeholder. `:project.name` and `:project.user_id` are two placeholders of one
ObjectParameter, and a CopyParameter has none, since its rows are streamed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, TypeAlias, TypeGuard, cast

from psycopg.types.json import Jsonb
from pydantic import BaseModel, TypeAdapter, ValidationError

from sqlwright.runtime.adaptation import base_adapters
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


class Specification(Protocol):
    """What every kind of parameter offers to a Statement."""

    @property
    def name(self) -> str: ...

    @property
    def attributes(self) -> tuple[str | None, ...]:
        """One per placeholder: `None` for `:name`, the attribute for `:name.attribute`."""
        ...

    def bind(self, value: Any) -> Sequence[str | None]:
        """The placeholders' values, in the order of `attributes`; raises Refused."""
        ...


def _named(python: object) -> str:
    if python is type(None):
        return "None"
    # list[int] has the __qualname__ of list.
    return python.__qualname__ if isinstance(python, type) else str(python)


def _is_iterable(value: object) -> TypeGuard[Iterable[Any]]:
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping, BaseModel))


def _expected(expected: str, value: object) -> Refused:
    return Refused(f"must be {expected}, got {_named(type(value))}")


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
            raise Refused(f"is not a value for {self.pg_type}: {_named(class_of(value))}") from None

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
        return " or ".join(_named(cls) for cls in _classes(self.python))


def _list_of(element: str, dimensions: int) -> str:
    return "list[" * dimensions + element + "]" * dimensions


class ObjectParameter:
    """`:project.name`, `:project.user_id`: one model, one placeholder for each attribute that the SQL uses."""

    def __init__(self, name: str, model: type[BaseModel], *attributes: Attribute) -> None:
        self.name = name
        self.model = model
        self.attributes: tuple[str | None, ...] = tuple(attribute for attribute, _ in attributes)
        self._fields = tuple(_Field(model, attribute, pg_type) for attribute, pg_type in attributes)

    def bind(self, value: Any) -> Sequence[str | None]:
        """The attributes as texts; raises Refused."""
        if not isinstance(value, self.model):
            raise _expected(_named(self.model), value)
        return [field.encode(value) for field in self._fields]


class ListParameter:
    """`unnest(:messages.role, …)`: a list of models, one array for each attribute."""

    def __init__(self, name: str, model: type[BaseModel], *attributes: Attribute) -> None:
        self.name = name
        self.model = model
        self.attributes: tuple[str | None, ...] = tuple(attribute for attribute, _ in attributes)
        self._columns = tuple(
            (
                _Field(model, attribute, pg_type.removesuffix("[]")),
                encoder_for("box[]" if pg_type == "box[]" else "text[]"),
            )
            for attribute, pg_type in attributes
        )

    def bind(self, value: Any) -> Sequence[str | None]:
        """One array literal per attribute; raises Refused."""
        if not _is_iterable(value):
            raise _expected(f"list[{_named(self.model)}]", value)
        items = list(value)
        for index, item in enumerate(items):
            if not isinstance(item, self.model):
                raise _expected(_named(self.model), item).within(f"[{index}]")
        return [
            array([field.encode(item, index) for index, item in enumerate(items)]) for field, array in self._columns
        ]


class ChangesParameter:
    """`jsonb_populate_record(p, :changes)`: the fields that were given, as one jsonb object. Absent is not NULL."""

    def __init__(self, name: str, model: type[BaseModel]) -> None:
        self.name = name
        self.model = model
        self.pg_type = "jsonb"
        self.attributes: tuple[str | None, ...] = (None,)

    def bind(self, value: Any) -> Sequence[str | None]:
        """The fields that were set, as JSON; raises Refused."""
        if not isinstance(value, self.model):
            raise _expected(_named(self.model), value)
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
        self._fields = tuple(_Field(model, attribute, pg_type) for attribute, pg_type in attributes)

    def bind(self, value: Any) -> Sequence[str | None]:  # noqa: ARG002 - the interface
        """Nothing: the statement itself has no placeholders."""
        return ()

    def bind_item(self, item: Any, index: int) -> list[str | None]:
        """One row in text format; raises Refused."""
        self._check(item, index)
        return [field.encode(item, index) for field in self._fields]

    def binary_types(self) -> list[str]:
        """The types that psycopg writes in binary format; one that it does not know is text (an enum)."""
        return [field.binary_type for field in self._fields]

    def bind_item_binary(self, item: Any, index: int) -> list[Any]:
        """One row as values for psycopg's binary dumpers; raises Refused."""
        self._check(item, index)
        return [field.binary_value(item, index) for field in self._fields]

    def _check(self, item: Any, index: int) -> None:
        if not isinstance(item, self.model):
            raise _expected(_named(self.model), item).within(f"[{index}]")


class _Field:
    """One attribute of a model, as a placeholder's value."""

    def __init__(self, model: type[BaseModel], attribute: str, pg_type: str) -> None:
        self.attribute = attribute
        self.pg_type = pg_type
        # A column called `class` is the field `class_` with the serialization alias `class`.
        self.field = attribute
        if attribute not in model.model_fields:
            aliased = (name for name, field in model.model_fields.items() if field.serialization_alias == attribute)
            self.field = next(aliased, attribute)
        self._encode = encoder_for(pg_type)
        name, self._dimensions = type_of(pg_type)
        # PostgreSQL reads these as text; psycopg knows them, and cannot write them.
        known = base_adapters().types.get(name) is not None and name not in ("bpchar", "refcursor")
        self.binary_type = (name if known else "text") + ("[]" if self._dimensions else "")
        self._for_dumper = _DUMPER_VALUES.get(name) or (_itself if known else encoder_for(name))

    def value(self, item: BaseModel, index: int | None = None) -> Any:
        try:
            return getattr(item, self.field)
        except AttributeError:
            raise Refused(f"is missing in this {_named(type(item))}", inside=self._inside(index)) from None

    def encode(self, item: BaseModel, index: int | None = None) -> str | None:
        value = self.value(item, index)
        if value is None:
            return None
        try:
            return self._encode(value)
        except Refused as refused:
            raise refused.within(self._inside(index)) from None
        except (TypeError, ValueError, AttributeError):
            # A model that was built without validation holds anything.
            expected = type_of(self.pg_type)[0]
            raise Refused(
                f"is not a value for {expected}: {_named(class_of(value))}", inside=self._inside(index)
            ) from None

    def binary_value(self, item: BaseModel, index: int) -> Any:
        # The text is made for its checks alone.
        if self.encode(item, index) is None:
            return None
        value = self.value(item, index)
        return self._elements(value, self._dimensions)

    def _elements(self, value: Any, dimensions: int) -> Any:
        if value is None:
            return None
        if not dimensions:
            return self._for_dumper(value)
        return [self._elements(element, dimensions - 1) for element in value]

    def _inside(self, index: int | None) -> str:
        return f".{self.attribute}" if index is None else f"[{index}].{self.attribute}"


def _itself(value: Any) -> Any:
    return value


def _json_dumper_value(value: Any) -> Any:
    return Jsonb(value, dumps=encoder_for("json"))


# psycopg chooses these dumpers by the column's type, and they expect their own Python type.
_DUMPER_VALUES: Mapping[str, Callable[[Any], Any]] = {
    "numeric": Decimal,
    "json": _json_dumper_value,
    "jsonb": _json_dumper_value,
}
