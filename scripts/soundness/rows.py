"""Rows that hurt: the first row of a table is NULL wherever it can be, and many have no partner in other tables."""

from __future__ import annotations

from random import Random

from soundness.model import Schema

__all__ = ["rows_of"]


def rows_of(random: Random, schema: Schema, most: int) -> list[str]:
    """INSERT statements, one row each, of which some will break a constraint: the first rows are full of NULL."""
    inserts: list[str] = []
    values = {
        "i": ("0", "1", "1", "2", "2", "3", "4"),
        "t": ("''", "'a'", "'ab'", "'x'"),
        "b": ("true", "false"),
        "a": ("'{}'", "'{1,2}'", "'{NULL}'", "'{1,NULL}'", "'{{1,2},{NULL,4}}'"),
        "x": ("'empty'", "'[1,3)'", "'[1,3)'", "'[2,9)'", "'(,5)'", "'(,)'"),
        "y": ("'{}'", "'{[1,3),[5,7)}'", "'{(,)}'"),
        "o": ("'(1,a)'", "'(,)'", "'(2,)'", "'(,b)'"),
        "q": ("'{}'", "'{NULL}'", """'{"(1,a)","(,)",NULL}'""", """'{"(1,a)"}'"""),
        "e": ("'sad'", "'happy'"),
        "j": ("""'{"a": 1}'""", "'null'", "'[1, null]'", """'{"a": null}'""", "'{}'"),
    }
    for table in schema.tables:
        if not table.written:
            continue
        names = ", ".join(name for name, _ in table.written)
        for number in range(random.randint((most + 1) // 2, most)):
            # A row that is refused because of its NULLs is followed by others with fewer.
            for share in (1.0 if number == 0 else 0.35, 0.2, 0.1, 0.0, 0.0):
                row = [
                    str(number + 1)
                    if name == "id"
                    else "NULL"
                    if random.random() < share
                    else str(random.randint(1, max(most - 1, 1)))
                    if name == "k"
                    else random.choice(values[kind])
                    for name, kind in table.written
                ]
                inserts.append(f"INSERT INTO {table.name} ({names}) VALUES ({', '.join(row)})")
    return inserts
