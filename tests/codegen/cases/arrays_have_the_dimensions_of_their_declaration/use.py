from __future__ import annotations

from typing import assert_type

import pytest
from arrays_have_the_dimensions_of_their_declaration.aio import queries as aio
from arrays_have_the_dimensions_of_their_declaration.models import Cell, CopiedBoard, NewBoard
from arrays_have_the_dimensions_of_their_declaration.sync import queries as sync
from pydantic import JsonValue

from sqlwright.runtime import AsyncDatabase, Database, ParameterError, ParameterValueError, RowError

CELL = Cell(label="y", sizes=[[1, 2]])
PLAN: list[list[Cell | None]] = [[Cell(label="x", sizes=[[1]])]]


def use(db: Database) -> None:
    first, second = sync.list_boards(db)
    assert_type(first.squares, list[list[int | None]])
    assert_type(first.notes, list[list[JsonValue | None]] | None)
    assert_type(first.plan, list[list[Cell | None]] | None)
    assert (first.squares, first.notes) == ([[1, 2], [3, None]], [[[1], None]])
    assert (first.names, first.plan, first.cell) == (["a"], PLAN, CELL)
    assert (second.squares, second.notes) == ([], None)
    assert_type(sync.get_squares(db, id=1), list[list[int | None]] | None)
    assert (sync.get_squares(db, id=1), sync.get_squares(db, id=2)) == ([[1, 2], [3, None]], [])
    assert (sync.get_plan(db, id=1), sync.get_plan(db, id=2)) == (PLAN, None)
    (found,) = sync.find_boards(db, squares=[[1, 2], [3, None]])
    assert_type(found.squares, list[list[int | None]])
    gathered = sync.gather(db)
    assert_type(gathered.all_squares, list[list[list[int | None]]] | None)
    assert (gathered.all_squares, gathered.flat) == ([[[1, 2], [3, None]]], [1, 2, 3, None])

    assert sync.set_squares(db, id=1, squares=(([5], [6])), notes=[[[1, [2]], {"a": 1}]]) == 1
    assert sync.list_boards(db)[0].notes == [[[1, [2]], {"a": 1}]]
    with pytest.raises(ParameterValueError, match=r"squares\[1\] has another length than the arrays beside it"):
        sync.set_squares(db, id=1, squares=[[1, 2], [3]])
    flat: list[list[int | None]] = [1, 2]  # type: ignore[list-item]  # pyright: ignore[reportAssignmentType]
    with pytest.raises(ParameterError, match=r"squares\[0\] must be list\[int or None\], got int"):
        sync.set_squares(db, id=1, squares=flat)
    deep: list[list[int | None]] = [[[1]]]  # type: ignore[list-item]  # pyright: ignore[reportAssignmentType]
    with pytest.raises(ParameterError, match=r"squares\[0\]\[0\] must be int or None, got list"):
        sync.set_squares(db, id=1, squares=deep)
    assert sync.set_cell(db, id=1, cell=Cell(label=None, sizes=[[1], [2]]), plan=PLAN) == 1
    assert sync.list_boards(db)[0].cell == Cell(label=None, sizes=[[1], [2]])
    assert sync.add_board(db, board=NewBoard(id=3, squares=[[1], [2]], notes=[["a", [1]]], plan=PLAN)) == 1
    assert sync.copy_boards(db, boards=[CopiedBoard(id=4, squares=[], cell=CELL)]) == 1
    assert [(each.notes, each.cell) for each in sync.list_boards(db)[2:]] == [([["a", [1]]], None), (None, CELL)]

    # PostgreSQL does not enforce what is declared.
    with db.connection() as connection:
        connection.execute("INSERT INTO boards (id, squares) VALUES (5, '{1,2}')")
    with pytest.raises(RowError, match=r"squares\[0\]: list_type"):
        sync.list_boards(db)
    with pytest.raises(RowError, match="squares: array_dimensions"):
        sync.get_squares(db, id=5)
    with db.connection() as connection:
        connection.execute("DELETE FROM boards WHERE id = 5")
    with sync.list_boards_cursor(db) as boards, sync.find_boards_cursor(db, squares=[[1], [2]]) as same:
        assert (next(boards).id, next(same).id) == (1, 3)


async def use_async(db: AsyncDatabase) -> None:
    assert (await aio.list_boards(db))[0].plan == PLAN
    assert await aio.get_squares(db, id=1) == [[1, 2], [3, None]]
    assert await aio.get_plan(db, id=1) == PLAN
    assert len(await aio.find_boards(db, squares=[])) == 1
    assert (await aio.gather(db)).flat == [1, 2, 3, None]
    assert await aio.set_squares(db, id=1, squares=[]) == 1
    assert await aio.set_cell(db, id=1, cell=CELL, plan=[]) == 1
    assert await aio.add_board(db, board=NewBoard(id=3, squares=[[1]])) == 1
    assert await aio.copy_boards(db, boards=[CopiedBoard(id=4, squares=[[1]])]) == 1
    async with aio.list_boards_cursor(db) as boards, aio.find_boards_cursor(db, squares=[[1]]) as same:
        assert ([each.id async for each in boards], [each.id async for each in same]) == ([1, 2, 3, 4], [3, 4])
