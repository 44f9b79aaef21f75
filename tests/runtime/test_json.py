"""JSON of a row: read with and without the version byte of jsonb's binary format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from sqlwright.runtime.models import from_json, json_reader


class Note(BaseModel):
    model_config = ConfigDict(defer_build=True)

    text: str
    answers: list[Note] = []


@dataclass
class Point:
    x: int


READERS: dict[str, Callable[[bytes], Any]] = {"model": json_reader(Note), "untyped": from_json}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_the_version_of_binary_jsonb_is_passed_over(reader: Callable[[bytes], Any]) -> None:
    text = b' {"text": "\\u0001"} '
    assert reader(b"\x01" + text) == reader(text)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("wrong", [b"", b"\x01", b"\x02{}", b'{"text": "\x01"}'])
def test_what_is_no_json_is_an_error(reader: Callable[[bytes], Any], wrong: bytes) -> None:
    with pytest.raises(ValueError):
        reader(wrong)


def test_null_against_the_word_of_the_sql_is_an_error() -> None:
    null: Any = None
    with pytest.raises(ValidationError):
        json_reader(Note)(null)


def test_a_model_that_is_built_late_reads_json() -> None:
    assert json_reader(Note)(b'{"text": "a", "answers": [{"text": "b"}]}') == Note(text="a", answers=[Note(text="b")])


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [(Point, b'{"x": 1}', Point(1)), (dict[str, int], b'{"a": 1}', {"a": 1}), (list[Point] | None, b"null", None)],
)
def test_all_that_pydantic_reads_can_be_a_json_type(kind: Any, text: bytes, value: object) -> None:
    assert json_reader(kind)(text) == value


def test_errors_of_json_hold_no_values() -> None:
    with pytest.raises(ValidationError) as caught:
        json_reader(Point)(b'{"x": "secret"}')
    assert "secret" not in str(caught.value)
