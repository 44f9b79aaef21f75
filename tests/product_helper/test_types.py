"""The model of projects.collected_data."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from product_helper.types import Actor, CollectedData, Entity


def test_collected_data_survives_the_trip_through_json() -> None:
    data = CollectedData(
        actors=[Actor(name="Nurse", type="person")],
        use_cases=["A nurse swaps a shift"],
        boundaries=["No patient data"],
        entities=[Entity(name="Shift", attributes=["start", "end"])],
    )
    assert CollectedData.model_validate_json(data.model_dump_json()) == data


@pytest.mark.parametrize("json", ["{}", '{"actors": []}', '{"entities": [{"name": "Shift"}]}'])
def test_a_list_that_is_missing_is_an_empty_list(json: str) -> None:
    data = CollectedData.model_validate_json(json)
    assert data.actors == [] and data.use_cases == [] and data.boundaries == []
    assert all(entity.attributes == [] for entity in data.entities)


@pytest.mark.parametrize(
    "json", ['{"actors": [{"name": "Nurse"}]}', '{"use_cases": [1]}', '{"usecases": []}', '{"boundaries": null}', "[]"]
)
def test_json_of_another_shape_is_refused(json: str) -> None:
    with pytest.raises(ValidationError):
        CollectedData.model_validate_json(json)


def test_an_error_does_not_show_the_data() -> None:
    with pytest.raises(ValidationError) as caught:
        CollectedData.model_validate_json('{"use_cases": [{"secret": "a trade secret"}]}')
    assert "a trade secret" not in str(caught.value)
