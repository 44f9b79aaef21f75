from __future__ import annotations

from a_json_column_is_its_pydantic_model.aio import queries as aio
from a_json_column_is_its_pydantic_model.json_models import Answers, Entry
from a_json_column_is_its_pydantic_model.models import SurveyUpdate
from a_json_column_is_its_pydantic_model.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database

ANSWERS = Answers(name="Enkidu", scores={"a": 1.5})


def use(db: Database) -> None:
    first, second = sync.list_surveys(db)
    assert first.answers == Answers(name="Enkidu")
    assert first.log == [Entry(text="a"), None]
    assert first.extra == [1.5, {"a": None}]
    assert second.extra is None
    assert sync.set_answers(db, id=1, answers=ANSWERS, extra={"x": [1, "\u20ac"]}) == ANSWERS
    assert sync.get_extra(db, id=1) == {"x": [1, "\u20ac"]}
    assert sync.get_name(db, id=1) == "Enkidu"
    survey = sync.update_survey(db, id=1, changes=SurveyUpdate(answers=Answers(name="b")))
    assert survey is not None
    assert (survey.answers.name, survey.extra) == ("b", {"x": [1, "\u20ac"]})
    assert sync.get_nested(db, id=1) == survey
    with sync.list_surveys_cursor(db) as surveys:
        assert [survey.answers.name for survey in surveys] == ["b", "x"]


async def use_async(db: AsyncDatabase) -> None:
    assert (await aio.list_surveys(db))[0].log == [Entry(text="a"), None]
    assert await aio.set_answers(db, id=1, answers=ANSWERS) == ANSWERS
    assert await aio.get_extra(db, id=1) is None
    assert await aio.get_name(db, id=1) == "Enkidu"
    survey = await aio.update_survey(db, id=1, changes=SurveyUpdate(extra=None))
    assert survey is not None
    assert survey.answers == ANSWERS
    assert await aio.get_nested(db, id=1) == survey
    async with aio.list_surveys_cursor(db) as surveys:
        assert [survey.id async for survey in surveys] == [1, 2]
