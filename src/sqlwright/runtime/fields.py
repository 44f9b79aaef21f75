"""One attribute of a model: how it gets from there into a placeholder, an array of many, or a column of COPY.

In: models. Out: texts, and arrays in binary format where that is possible. The surprise: everything is tried the fast
way first, with checks that know nothing but "fits" and "does not". What does not is written the slow way, which finds
the value that is wrong and says what is wrong with it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import Any

from psycopg.types.json import Jsonb
from pydantic import BaseModel

from sqlwright.runtime.adaptation import base_adapters
from sqlwright.runtime.arrays import ARRAY_OIDS, Misfit, array_writer
from sqlwright.runtime.encoding import Refused, class_of, encoder_for, type_of

__all__ = ["UNFIT", "ArrayField", "CopyField", "Field", "copy_texts", "named"]

#: What the fast way may stumble over; the slow way says which it was.
UNFIT = (Refused, Misfit, AttributeError, TypeError, ValueError, OverflowError, struct.error)

_IS_TEXT = ("text", "varchar")


def named(python: object) -> str:
    """A class or annotation, in a message."""
    if python is type(None):
        return "None"
    # list[int] has the __qualname__ of list.
    return python.__qualname__ if isinstance(python, type) else str(python)


class Field:
    """One attribute of a model, as a placeholder's value."""

    def __init__(self, model: type[BaseModel], attribute: str, pg_type: str) -> None:
        self.attribute = attribute
        self.pg_type = pg_type
        # A column called `class` is the field `class_` with the serialization alias `class`.
        self.field = attribute
        if attribute not in model.model_fields:
            aliased = (name for name, field in model.model_fields.items() if field.serialization_alias == attribute)
            self.field = next(aliased, attribute)
        #: the text of a value that is not None
        self.encode_value = encoder_for(pg_type)
        #: the value of a model, read in C; raises AttributeError
        self.get: Callable[[Any], Any] = attrgetter(self.field)

    def value(self, item: BaseModel, index: int | None = None) -> Any:
        """The attribute's value; raises Refused."""
        try:
            return getattr(item, self.field)
        except AttributeError:
            raise Refused(f"is missing in this {named(type(item))}", inside=self._inside(index)) from None

    def encode(self, item: BaseModel, index: int | None = None) -> str | None:
        """Its text, or None for NULL; raises Refused, which says all there is to say."""
        value = self.value(item, index)
        if value is None:
            return None
        try:
            return self.encode_value(value)
        except Refused as refused:
            raise refused.within(self._inside(index)) from None
        except (TypeError, ValueError, AttributeError):
            # A model that was built without validation holds anything.
            expected = type_of(self.pg_type)[0]
            raise Refused(
                f"is not a value for {expected}: {named(class_of(value))}", inside=self._inside(index)
            ) from None

    def _inside(self, index: int | None) -> str:
        return f".{self.attribute}" if index is None else f"[{index}].{self.attribute}"


class ArrayField(Field):
    """An attribute of many models, as one array.

    Args:
        oid: of the array's type, where its binary format may be used; 0: the server infers the type.
    """

    def __init__(self, model: type[BaseModel], attribute: str, pg_type: str, oid: int = 0) -> None:
        element = pg_type.removesuffix("[]")
        super().__init__(model, attribute, element)
        self.oid = oid
        self._write_text = encoder_for("box[]" if pg_type == "box[]" else "text[]")
        name = type_of(element)[0]
        if oid and ARRAY_OIDS.get(name) != oid:
            raise ValueError(f"{pg_type} does not have the oid {oid}")
        self._write = array_writer(name) if oid else None

    def array(self, items: Sequence[BaseModel]) -> str | bytes:
        """The array: bytes are its binary format; raises Refused."""
        if self._write is not None:
            try:
                return self._write(list(map(self.get, items)))
            except UNFIT:
                pass
        return self._write_text([self.encode(item, index) for index, item in enumerate(items)])


#: What COPY would take for something else. It reads other control characters as they are.
_COPY_SPECIAL = "\\\t\n\r"
_COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_texts(texts: Sequence[str | None]) -> list[str]:
    """Texts and NULLs as COPY reads them in text format."""
    present = [text for text in texts if text is not None]
    joined = "".join(present)
    if any(character in joined for character in _COPY_SPECIAL):
        present = [text.translate(_COPY_ESCAPES) for text in present]
    if len(present) == len(texts):
        return present
    rest = iter(present)
    return ["\\N" if text is None else next(rest) for text in texts]


class CopyField(Field):
    """An attribute as a column of COPY … FROM STDIN."""

    def __init__(self, model: type[BaseModel], attribute: str, pg_type: str) -> None:
        super().__init__(model, attribute, pg_type)
        self._name, self._dimensions = type_of(pg_type)
        self._is_text = self._name in _IS_TEXT and not self._dimensions

    # At first use: importing generated code makes no adapters, and most columns are copied as text.
    @cached_property
    def _is_known(self) -> bool:
        # PostgreSQL reads these as text; psycopg knows them, and cannot write them.
        return base_adapters().types.get(self._name) is not None and self._name not in ("bpchar", "refcursor")

    @property
    def binary_type(self) -> str:
        """The type that psycopg writes the column as, in binary format."""
        return (self._name if self._is_known else "text") + ("[]" if self._dimensions else "")

    @cached_property
    def _for_dumper(self) -> Callable[[Any], Any]:
        return _DUMPER_VALUES.get(self._name) or (_itself if self._is_known else encoder_for(self._name))

    def column(self, items: Sequence[BaseModel]) -> list[str]:
        """What COPY reads in text format; raises one of UNFIT, which says nothing."""
        values = list(map(self.get, items))
        if not self._is_text or not {str}.issuperset(map(type, values)):
            encode = self.encode_value
            return copy_texts([None if value is None else encode(value) for value in values])
        if "\0" in "".join(values):
            raise Misfit
        return copy_texts(values)

    def binary_value(self, item: BaseModel, index: int) -> Any:
        """What psycopg's binary dumper takes; raises Refused."""
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
