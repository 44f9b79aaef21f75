from __future__ import annotations

from typing import assert_type

import pytest
from psycopg.types.range import Range
from rows_may_be_structs_of_msgspec.aio import queries as aio
from rows_may_be_structs_of_msgspec.models import (
    AddPetPet,
    ListPeopleWithPetsRow,
    Mood,
    MovePerson,
    Person,
    PersonState,
    Pet,
    PetName,
    Place,
)
from rows_may_be_structs_of_msgspec.notes import Note, Percentage
from rows_may_be_structs_of_msgspec.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database, RowError

PLACE = Place(street="High Street", moods=[Mood.GOOD], extra=Note(text="c"), tags=[["x"], ["y"]])
ADA = Person(
    id=1,
    name="Ada",
    state="new",
    size=1,
    mood=Mood.GOOD,
    moods=[Mood.BAD, None],
    states=["known"],
    note=Note(text="a"),
    notes=[Note(text="b"), None],
    anything={"a": [1, None]},
    grid=[[1, 2], [3, None]],
    part=Percentage(40),
    span=Range(1, 3),
    place=PLACE,
)
REX = Pet(id=1, owner_id=1, name="Rex", mood=Mood.GOOD)
TOM = Pet(id=2, owner_id=1, name="Tom", mood=None)


def use(db: Database) -> None:
    ada, bob = sync.list_people(db)
    assert ada == ADA
    assert_type(ada.state, PersonState)
    assert (type(ada), ada.mood, type(ada.part)) == (Person, Mood.GOOD, Percentage)
    assert (bob.size, bob.moods, bob.notes, bob.part, bob.place) == (None, None, None, None, None)
    assert hash(TOM) == hash(Pet(id=2, owner_id=1, name="Tom", mood=None))
    with pytest.raises(AttributeError):
        setattr(ada, "name", "Eve")  # noqa: B010 - type checkers would refuse an assignment
    assert sync.get_person(db, id=1) == ADA
    first, second = sync.list_people_with_pets(db)
    assert isinstance(first, ListPeopleWithPetsRow)
    assert (first.pets, first.first_pet, first.pair.f1, first.pair.f2) == ([REX, TOM], REX, Mood.GOOD, ADA.note)
    assert (second.pets, second.first_pet) == ([], None)
    with pytest.raises(RowError, match=r"size: null_value"):
        sync.list_promised(db)
    assert sync.pet_names(db) == [PetName(id=1, name="Rex"), PetName(id=2, name="Tom")]
    assert sync.upper_pet_names(db)[1].name == "TOM"
    assert sync.get_mood(db, id=1) is Mood.GOOD
    assert sync.get_note(db, id=1) == Note(text="a")
    nobody = sync.add_pet(db, pet=AddPetPet(id=3, owner_id=2, name="nobody", mood=Mood.BAD))
    assert nobody == Pet(id=3, owner_id=2, name="nobody", mood=Mood.BAD)
    with pytest.raises(RowError, match=r"name: null_value"):
        sync.upper_pet_names(db)
    moved = Place(street=None, moods=[None], extra=Note(text="moved"), tags=[["a", "b"]])
    assert sync.set_place(db, id=2, place=moved) == 1
    assert sync.list_people(db)[1].place == moved
    assert sync.move(db, person=MovePerson(id=2, place=PLACE)) == 1
    assert sync.list_people(db)[1].place == PLACE
    with db.connection() as connection:
        connection.execute("ALTER TABLE people DROP CONSTRAINT people_state_check")
        connection.execute("UPDATE people SET state = 'secret' WHERE id = 2")
        with pytest.raises(RowError, match="PersonState: unknown_value") as caught:
            sync.get_person(db, id=2)
        assert "secret" not in str(caught.value)
        connection.execute("UPDATE people SET state = 'new', note = '{}' WHERE id = 2")
        with pytest.raises(RowError, match="text: missing"):
            sync.get_person(db, id=2)
        connection.execute("UPDATE people SET note = '{\"text\": \"\"}', grid = '{1}' WHERE id = 2")
        with pytest.raises(RowError, match="grid: array_dimensions"):
            sync.get_person(db, id=2)
    with sync.list_people_cursor(db) as people, sync.list_people_with_pets_cursor(db) as owners:
        assert (next(people), next(owners).pets) == (ADA, [REX, TOM])
    with sync.list_promised_cursor(db) as promised:
        assert next(promised).size == 1
    with sync.pet_names_cursor(db) as names, sync.upper_pet_names_cursor(db) as upper_names:
        assert (next(names).name, next(upper_names).name) == ("Rex", "REX")


async def use_async(db: AsyncDatabase) -> None:
    assert (await aio.list_people(db))[0] == ADA
    assert await aio.get_person(db, id=1) == ADA
    assert (await aio.list_people_with_pets(db))[0].pets == [REX, TOM]
    with pytest.raises(RowError):
        await aio.list_promised(db)
    assert (await aio.pet_names(db))[0] == PetName(id=1, name="Rex")
    assert (await aio.upper_pet_names(db))[0].name == "REX"
    assert await aio.get_mood(db, id=2) is Mood.BAD
    assert await aio.get_note(db, id=2) == Note(text="d")
    assert (await aio.add_pet(db, pet=AddPetPet(id=3, owner_id=2, name="Kim"))).mood is None
    assert await aio.set_place(db, id=1, place=None) == 1
    assert await aio.move(db, person=MovePerson(id=1, place=PLACE)) == 1
    async with aio.list_people_cursor(db) as people, aio.list_people_with_pets_cursor(db) as owners:
        assert ([each.id async for each in people], [each.id async for each in owners]) == ([1, 2], [1, 2])
    async with aio.list_promised_cursor(db) as promised:
        assert (await anext(aiter(promised))).part == 40
    async with aio.pet_names_cursor(db) as names, aio.upper_pet_names_cursor(db) as upper_names:
        assert ([each.id async for each in names], [each.id async for each in upper_names]) == ([1, 2, 3], [1, 2, 3])
