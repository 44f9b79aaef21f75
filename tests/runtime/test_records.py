"""Rows that are no pydantic models: how they are made, and how their values are looked at."""

from __future__ import annotations

import copy
import gc
import pickle
from dataclasses import FrozenInstanceError, dataclass
from enum import StrEnum
from typing import Literal

import pytest
from pydantic import ValidationError

from sqlwright.runtime.models import RowRecord, builder, choices, members
from sqlwright.runtime.structs import RowStruct


class Mood(StrEnum):
    GOOD = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pet(RowRecord):
    id: int
    name: str


class Cat(RowStruct, frozen=True, kw_only=True, gc=False):
    id: int
    name: str


def test_a_built_dataclass_is_like_a_constructed_one() -> None:
    built, constructed = builder(Pet)(1, "Tom"), Pet(id=1, name="Tom")
    assert type(built) is Pet
    assert (built, hash(built), repr(built)) == (constructed, hash(constructed), repr(constructed))
    assert pickle.loads(pickle.dumps(built)) == copy.copy(built) == constructed


def test_a_built_dataclass_is_frozen() -> None:
    pet = builder(Pet)(1, "Tom")
    with pytest.raises(FrozenInstanceError):
        setattr(pet, "name", "Rex")  # noqa: B010 - type checkers would refuse an assignment
    assert not hasattr(pet, "__dict__")


def test_a_struct_that_holds_scalars_is_nothing_to_the_garbage_collector() -> None:
    assert not gc.is_tracked(Cat(id=1, name="Tom"))


def test_a_label_is_its_member() -> None:
    assert members(Mood)("good") is Mood.GOOD


@pytest.mark.parametrize("value", ["secret", None])
def test_a_value_that_is_not_known_is_an_error_that_does_not_show_it(value: str | None) -> None:
    for read in (members(Mood), choices(Literal["good", "bad"], "Mood")):
        with pytest.raises(ValidationError, match="Mood") as caught:
            read(value)
        assert "secret" not in str(caught.value)
