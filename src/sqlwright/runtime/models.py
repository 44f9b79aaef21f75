"""What generated models are built of: base classes, validators, and the small functions that turn values into models.

In: a row as the driver's tuple, JSON columns as bytes, nested rows as tuples. Out: validated pydantic models, or
dataclasses and Structs (structs.py) of values that were looked at one by one. The surprise: a validator is called with
a dict literal instead of through `Model(...)`, which is the fastest way to a validated model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, make_dataclass
from enum import Enum
from typing import Any, Final, NoReturn, TypeAlias, TypeGuard, TypeVar, cast, get_args

from psycopg.types.multirange import Multirange
from psycopg.types.range import Range
from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter
from pydantic_core import CoreConfig, InitErrorDetails, PydanticCustomError, SchemaValidator, ValidationError
from pydantic_core import from_json as from_json_text

__all__ = [
    "UNNAMED_ROW",
    "UNSET",
    "ChangesModel",
    "Field",
    "InputModel",
    "JsonValue",
    "Multirange",
    "Range",
    "Row",
    "RowModel",
    "RowRecord",
    "SqlType",
    "Unset",
    "array",
    "builder",
    "choices",
    "from_json",
    "json_reader",
    "members",
    "required",
    "validator",
]

Row: TypeAlias = tuple[Any, ...]
"""A row as the driver returns it: values in the order of the columns."""

E = TypeVar("E", bound=Enum)
M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


#: Jsonb in binary format has a version before its text, which cannot begin with that byte.
_JSONB_VERSION = b"\x01"
#: The title of errors in rows that have no model: their locations are columns.
UNNAMED_ROW = "row"
_DIMENSIONS = PydanticCustomError("array_dimensions", "an array has other dimensions than it is declared with")
_UNKNOWN = PydanticCustomError("unknown_value", "a value that was not known when the code was generated")
_NULL = PydanticCustomError("null_value", "a value that is declared not null is NULL")


class RowModel(BaseModel, frozen=True):
    """A row that a query returned: immutable, compared by value.

    Models say `frozen=True` themselves again: type checkers see only the keywords of a class, not its configuration.
    Values are hidden in validation errors, since those end up in logs.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, allow_inf_nan=True, hide_input_in_errors=True)


class RowRecord:
    """A row that a query returned, as a frozen dataclass or as a msgspec Struct."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SqlType:
    """The PostgreSQL type of a model's field, where the annotation does not say how the value is written.

    `Annotated[list[str], SqlType("box[]")]`: boxes have another separator than texts.
    """

    name: str


class InputModel(BaseModel, frozen=True):
    """The values of one object parameter (`:project.name`): immutable, and no attribute that the SQL does not use."""

    model_config = ConfigDict(
        arbitrary_types_allowed=True, allow_inf_nan=True, extra="forbid", hide_input_in_errors=True
    )


class Unset:
    """The type of `UNSET`, which a `ChangesModel` shows for a field that was not given."""

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


# Any: the default of a field of any type; a field keeps its own type for readers and type checkers.
UNSET: Final[Any] = Unset()


class ChangesModel(BaseModel, frozen=True):
    """A partial update: a field that is not given stays as it is, a field given as None becomes NULL."""

    model_config = ConfigDict(
        arbitrary_types_allowed=True, allow_inf_nan=True, extra="forbid", hide_input_in_errors=True
    )

    def __repr_args__(self) -> Any:
        return [(name, value) for name, value in super().__repr_args__() if name in self.model_fields_set]


def validator(model: type[M]) -> Callable[[dict[str, Any]], M]:
    """The function that validates a dict of all of the model's fields and returns the model.

    Raises:
        pydantic_core.ValidationError: the function: a value is not what its field says.
    """
    validate = cast("Callable[[dict[str, Any]], M]", model.__pydantic_validator__.validate_python)
    # A row has all its fields. Its own set of their names is the largest of the objects that it is made of, and each is
    # one more for the garbage collector to visit; so all rows of a model share one.
    names = set(model.model_fields)
    share = cast("Callable[[M, set[str]], None]", vars(BaseModel)["__pydantic_fields_set__"].__set__)

    def read(values: dict[str, Any]) -> M:
        row = validate(values)
        share(row, names)
        return row

    return read


def builder(model: type[T]) -> Callable[..., T]:
    """The function that makes a frozen dataclass of the values of its fields, in their order.

    The constructor of a frozen dataclass goes round the class to set each attribute. A class of the same slots that is
    not frozen does not, and its objects may become the model's: that takes a third of the time.
    """

    def become(self: Any) -> None:
        self.__class__ = model

    names = [(each.name, Any) for each in fields(cast("Any", model))]
    namespace = {"__post_init__": become}
    twin = make_dataclass(
        model.__name__, names, bases=model.__bases__, slots=True, eq=False, repr=False, namespace=namespace
    )
    return cast("Callable[..., T]", twin)


class _Known(dict[Any, Any]):
    """Values by what the database calls them."""

    def __init__(self, title: str, known: Iterable[tuple[Any, Any]]) -> None:
        super().__init__(known)
        self.title = title

    def __missing__(self, value: Any) -> NoReturn:
        error = InitErrorDetails(type=_NULL if value is None else _UNKNOWN, loc=(), input=None)
        raise ValidationError.from_exception_data(self.title, [error], hide_input=True)


def members(enum: type[E]) -> Callable[[Any], E]:
    """The function that makes an enum's member of a label.

    Raises:
        pydantic_core.ValidationError: the function: the enum has no such member.
    """
    # As fast as a function gets, since it is none of Python's: the constructor of an enum takes ten times as long.
    return _Known(enum.__name__, ((each.value, each) for each in enum)).__getitem__


def choices(literal: Any, name: str) -> Callable[[Any], Any]:  # Any: a Literal is no class
    """The function that returns a value that is one of a Literal's, whose name is for errors.

    Raises:
        pydantic_core.ValidationError: the function: it is another value.
    """
    return _Known(name, ((each, each) for each in get_args(literal))).__getitem__


def json_reader(kind: Any) -> Callable[[bytes], Any]:  # Any: a configured type may be anything that pydantic reads
    """The function that validates JSON as the driver returns it, and makes a value of that type of it.

    Raises:
        pydantic_core.ValidationError: the function: the JSON is not what the type says.
    """
    adapter = TypeAdapter(kind)
    adapter.rebuild()  # of a type that puts it off
    # Strings of a document are seldom those of another: remembering them costs more than a third of the reading.
    config = CoreConfig(cache_strings="keys", hide_input_in_errors=True)
    validate = SchemaValidator(adapter.core_schema, config).validate_json

    def read(value: bytes) -> Any:
        # NULL, against somebody's word, is for the validator to refuse.
        return validate(value and value.lstrip(_JSONB_VERSION))

    return read


def from_json(value: bytes) -> Any:
    """JSON as the driver returns it, as lists, dicts and scalars."""
    return from_json_text(value.lstrip(_JSONB_VERSION), cache_strings="keys")


def required(value: Any, column: str) -> Any:
    """The value of a column that the analysis, or the user's word, says is never NULL.

    Raises:
        pydantic_core.ValidationError: it is NULL all the same.
    """
    if value is None:
        raise ValidationError.from_exception_data(
            UNNAMED_ROW, [InitErrorDetails(type=_NULL, loc=(column,), input=None)], hide_input=True
        )
    return value


def array(value: Any, dimensions: int, column: str) -> Any:
    """The array, if it has that many dimensions; an empty one has none, and NULL passes.

    Raises:
        pydantic_core.ValidationError: it has others.
    """
    found, item = 0, value
    while _is_list(item):
        found, item = found + 1, item[0] if item else None
    if value and found != dimensions:
        raise ValidationError.from_exception_data(
            UNNAMED_ROW, [InitErrorDetails(type=_DIMENSIONS, loc=(column,), input=None)], hide_input=True
        )
    return value


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)
