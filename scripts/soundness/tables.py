"""Random tables, with the constraints, indexes, triggers, policies and views that are about them.

In: a random generator, and a way to run SQL that says whether the server took it. Out: what statements need to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Final

from soundness.model import KINDS, NAMES, Table

__all__ = ["create_table", "row_security", "temporal_tables", "written_views"]

#: The names of columns tell their kind, so that tables can be joined by name.
_POOL: Final[Mapping[str, tuple[str, ...]]] = {
    "i": ("n", "m", "p"), "t": ("s", "u"), "b": ("f", "g"), "a": ("v",), "e": ("w",), "j": ("d",), "x": ("x",),
    "y": ("y",), "o": ("c", "l"), "q": ("q",),
}  # fmt: skip
_DOMAINS: Final = {"i": "positive", "t": "required", "a": "filled", "o": "couple", "x": "bounded"}


def create_table(
    random: Random, name: str, earlier: Sequence[Table], run: Callable[[str], bool]
) -> tuple[Table, list[str]] | None:
    """The table, and what is to be done to it when it has rows; `None` when the server refused it."""
    kinds = random.choices(KINDS, k=random.randint(3, 6))
    columns: dict[str, str] = {"id": "i"}
    for kind in kinds:
        free = [each for each in _POOL[kind] if each not in columns]
        if free:
            columns[random.choice(free)] = kind
    lines: list[str] = []
    key: tuple[str, ...] = ("id",)
    shape = random.random()
    if shape < 0.7:
        lines.append(f"id int PRIMARY KEY{random.choice(['', '', ' DEFERRABLE'])}")
    elif shape < 0.8 and "n" in columns:
        lines += ["id int", "PRIMARY KEY (id, n)"]
        key = ("id", "n")
    elif shape < 0.9:
        lines.append(f"id int UNIQUE{random.choice(['', ' NULLS NOT DISTINCT'])}")
    else:
        lines.append(f"id int{random.choice(['', ' NOT NULL'])}")
        key = ()
    nullable: list[str] = []
    for column, kind in columns.items():
        if column == "id":
            continue
        of_type = _DOMAINS[kind] if kind in _DOMAINS and random.random() < 0.1 else NAMES[kind]
        constraint = random.choice(["", "", "", " NOT NULL", " NOT NULL", f" CHECK ({column} IS NOT NULL)"])
        if not constraint and random.random() < 0.2:
            constraint = f" CHECK ({column} IS NOT NULL) {random.choice(['NOT ENFORCED', 'NO INHERIT'])}"
        if kind == "i":
            constraint += random.choice(["", "", "", " UNIQUE", f" CHECK ({column} < 50)"])
        if not constraint:
            nullable.append(column)
        lines.append(f"{column} {of_type}{constraint}")
    written = list(columns.items())
    targets = [table for table in earlier if table.key == ("id",) and table.written]
    if targets and random.random() < 0.7:
        target = random.choice(targets).name
        how = random.choice(["", "", " ON DELETE SET NULL", " ON DELETE CASCADE", " DEFERRABLE INITIALLY DEFERRED",
                             " NOT ENFORCED"])  # fmt: skip
        lines.append(f"k int{random.choice(['', ' NOT NULL', ' NOT NULL'])} REFERENCES {target} (id){how}")
        columns["k"] = "i"
        written.append(("k", "i"))
    if random.random() < 0.3:
        base = next(column for column in ("n", "m", "id") if column in columns)
        value = random.choice([f"{base} * 2", f"coalesce({base}, 0)", f"nullif({base}, 1)"])
        kept = random.choice(["STORED", "VIRTUAL", "VIRTUAL"])
        lines.append(f"h int GENERATED ALWAYS AS ({value}) {kept}{random.choice(['', '', ' NOT NULL'])}")
        columns["h"] = "i"
    numbers = [column for column in ("n", "m", "p") if column in columns]
    if len(numbers) > 1 and random.random() < 0.4:
        lines.append(f"UNIQUE ({', '.join(numbers[:2])})")
    lines += _conditions(random, columns)
    partitioned = random.random() < 0.12
    text = f"CREATE TABLE {name} ({', '.join(lines)})"
    if partitioned:
        text += " PARTITION BY LIST (id)"
    if not run(text):
        return None
    if partitioned:
        run(f"CREATE TABLE {name}_one PARTITION OF {name} FOR VALUES IN (1)")
        run(f"CREATE TABLE {name}_rest PARTITION OF {name} DEFAULT")
    elif random.random() < 0.15:
        run(f"CREATE TABLE {name}_child (extra text) INHERITS ({name})")
    _indexes(random, name, columns, run)
    if nullable and random.random() < 0.2:
        events = random.choice(["INSERT", "UPDATE", "INSERT OR UPDATE"])
        run(f"CREATE TRIGGER forget BEFORE {events} ON {name} FOR EACH ROW EXECUTE FUNCTION forget('{nullable[0]}')")
    kept_key = key if shape < 0.7 and "DEFERRABLE" not in lines[0] else ()
    return Table(name, tuple(columns.items()), tuple(written), kept_key), _afterwards(random, name, nullable, columns)


def _conditions(random: Random, columns: Mapping[str, str]) -> Iterator[str]:
    """CHECKs of several columns, of which some prove something of one."""
    names = [name for name in columns if name not in ("id", "k", "h")]
    if random.random() < 0.3 and len(names) > 1:
        one, two = random.sample(names, 2)
        yield random.choice(
            [
                f"CHECK ({one} IS NOT NULL OR {two} IS NOT NULL)",
                f"CHECK ({one} IS NOT NULL AND ({two} IS NOT NULL OR id > 0))",
                f"CHECK (num_nonnulls({one}, {two}) > 0)",
                f"CHECK (({one} IS NULL) = ({two} IS NULL))",
                f"CHECK (CASE WHEN id > 1 THEN {one} IS NOT NULL ELSE true END)",
                f"CHECK (NOT ({one} IS NULL))",
                f"CHECK (coalesce({one}::text, 'x') <> '')",
                f"CHECK ({one} = {one})",
                f"CHECK (({one}, {two}) IS NOT NULL)",
            ]
        )


def _indexes(random: Random, name: str, columns: Mapping[str, str], run: Callable[[str], bool]) -> None:
    """Unique indexes of a part of the rows, of expressions, of both."""
    numbers = [column for column in ("n", "m", "p") if column in columns]
    texts = [column for column in ("s", "u") if column in columns]
    keys = [(each, f"{each} > 1") for each in numbers]
    keys += [(f"({each} + 1)", f"{each} IS NOT NULL") for each in numbers] + [(f"abs({each})", "") for each in numbers]
    keys += [(f"coalesce({each}, 0)", "") for each in numbers] + [(f"coalesce({each}, '')", "") for each in texts]
    keys += [(f"lower({each})", f"{each} <> ''") for each in texts] + [(f"upper({each})", "") for each in texts]
    flags = [
        condition for each in ("f", "g") if each in columns for condition in (each, f"NOT {each}", f"{each} IS TRUE")
    ]
    for _ in range(random.choice([0, 0, 1, 2])):
        if not keys:
            return
        chosen = random.sample(keys, min(len(keys), random.choice([1, 1, 2])))
        where = random.choice(["", chosen[0][1], *flags, *flags])
        nulls = random.choice(["", "", " NULLS NOT DISTINCT"])
        part = f" WHERE {where}" if where else ""
        run(f"CREATE UNIQUE INDEX ON {name} ({', '.join(key for key, _ in chosen)}){nulls}{part}")


def _afterwards(random: Random, name: str, nullable: Sequence[str], columns: Mapping[str, str]) -> list[str]:
    """Constraints that rows need not fulfil, though PostgreSQL shows them."""
    column = random.choice([*nullable, *nullable, "id"])
    target = f"FOREIGN KEY ({'n' if 'n' in columns else 'id'}) REFERENCES plain (id)"
    choices = [
        f"NOT NULL {column} NOT VALID",
        f"NOT NULL {column} NO INHERIT NOT VALID",
        f"CHECK ({column} IS NOT NULL) NOT VALID",
        f"CHECK ({column} IS NOT NULL) NOT ENFORCED",
        f"{target} NOT VALID",
        f"{target} NOT ENFORCED",
    ]
    if random.random() > 0.4:
        return []
    return [f"ALTER TABLE {name} ADD CONSTRAINT late {random.choice(choices)}"]


def temporal_tables(run: Callable[[str], bool]) -> list[Table]:
    """Rooms with temporal keys, and stays in them: a stay may be in one room for the spans of several of its rows."""
    rooms = (("room", "x"), ("span", "x"), ("s", "t"))
    stays = (("id", "i"), ("room", "x"), ("span", "x"), ("n", "i"))
    created = run(
        "CREATE TABLE rooms (room int4range, span int4range, s text NOT NULL,"
        " PRIMARY KEY (room, span WITHOUT OVERLAPS))"
    ) and run(
        "CREATE TABLE stays (id int PRIMARY KEY, room int4range NOT NULL, span int4range NOT NULL, n int,"
        " FOREIGN KEY (room, PERIOD span) REFERENCES rooms (room, PERIOD span),"
        " UNIQUE (n, room, span))"
    )
    return [Table("rooms", rooms, rooms), Table("stays", stays, stays, ("id",))] if created else []


def row_security(random: Random, tables: Sequence[Table], run: Callable[[str], bool], *, writing: bool) -> None:
    """Policies for some of the tables, permissive and restrictive, for rows that are read and that are written.

    They are `writing` where no function that reads the tables is declared not to.
    """
    for table in tables:
        if not table.written or random.random() < 0.4:
            continue
        run(f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY")
        run(f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY")
        column = random.choice(table.written)[0]
        tests = [
            f"{column} IS NOT NULL", f"{column} IS NULL", "true", f"({table.name}.ctid IS NOT NULL)",
            "id NOT IN (SELECT x.id FROM log AS x)", "noted(1)" if writing else "true", "current_user <> 'nobody'",
            f"coalesce({column}::text, '') <> 'a'",
        ]  # fmt: skip
        run(f"CREATE POLICY one ON {table.name} USING ({random.choice(tests)}) WITH CHECK (true)")
        if random.random() < 0.5:
            how = random.choice(["AS RESTRICTIVE ", "AS RESTRICTIVE FOR SELECT ", "FOR SELECT ", "FOR DELETE "])
            run(f"CREATE POLICY two ON {table.name} {how}USING ({random.choice(tests)})")


def written_views(random: Random, tables: Sequence[Table], run: Callable[[str], bool]) -> list[Table]:
    """Views that are written through: by themselves, by rules, by INSTEAD OF triggers."""
    views: list[Table] = []
    base = random.choice([table for table in tables if table.written])
    names = ", ".join(name for name, _ in base.written)
    news = ", ".join(f"new.{name}" for name, _ in base.written)
    column = random.choice(base.written)[0]
    if random.random() < 0.3:
        text = f"CREATE VIEW simple AS SELECT {names} FROM {base.name} WHERE {column} IS NOT NULL"
        if run(text + random.choice(["", " WITH CHECK OPTION"])):
            views.append(Table("simple", base.written, base.written, view=True))
    if random.random() < 0.3 and run(f"CREATE VIEW ruled AS SELECT {names} FROM {base.name}"):
        returning = ", ".join(f"{base.name}.{name}" for name, _ in base.written)
        insert = f"INSERT INTO {base.name} ({names}) VALUES ({news})"
        actions = {
            "INSERT": [f"{insert} RETURNING {returning}", f"{insert}, ({news}) RETURNING {returning}"],
            "DELETE": [f"DELETE FROM {base.name} RETURNING {returning}"],
            "UPDATE": [f"UPDATE {base.name} SET {column} = new.{column} WHERE id = old.id RETURNING {returning}"],
        }
        if base.name == "rooms":
            actions.pop("UPDATE")
        for event, choices in actions.items():
            action = random.choice(choices)
            run(f"CREATE RULE on_{event.lower()} AS ON {event} TO ruled DO INSTEAD {action}")
        run("CREATE RULE also AS ON INSERT TO ruled DO ALSO INSERT INTO log VALUES (new.id)")
        views.append(Table("ruled", base.written, base.written, view=True))
    if random.random() < 0.3 and run(f"CREATE VIEW instead AS SELECT {names} FROM {base.name}"):
        run("CREATE TRIGGER instead INSTEAD OF INSERT OR UPDATE OR DELETE ON instead"
            f" FOR EACH ROW EXECUTE FUNCTION forget('{column}')")  # fmt: skip
        views.append(Table("instead", base.written, base.written, view=True))
    return views
