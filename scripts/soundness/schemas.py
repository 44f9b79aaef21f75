"""Random schemas, and rows that hurt.

In: a random generator, and a way to run SQL in all databases at once. Out: a `Schema`, created. The surprise: views and
functions are made by the generator of statements, so what it makes is tried, and what the server refuses is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from soundness.model import KINDS, NAMES, Columns, Function, Schema, Table
from soundness.statements import Generator

__all__ = ["create_schema", "rows_of"]

#: The names of columns tell their kind, so that tables can be joined by name.
_POOL = {"i": ("n", "m", "p"), "t": ("s", "u"), "b": ("f", "g"), "a": ("v",), "e": ("w",), "j": ("d",)}
_DOMAINS = {"i": "positive", "t": "required"}
_SETTING = """
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE DOMAIN positive AS int CHECK (VALUE >= 0);
    CREATE DOMAIN required AS text NOT NULL;
    CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.id = 3 THEN RETURN NULL; END IF;
        NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], NULL));
        RETURN NEW;
    END $$;
    CREATE FUNCTION nothing(i int) RETURNS int LANGUAGE plpgsql STRICT AS $$ BEGIN RETURN nullif(i, 1); END $$;
    CREATE FUNCTION something(i int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce(i, 1) $$;
"""


def create_schema(random: Random, run: Callable[[str], bool]) -> Schema:
    """Create tables, views and functions; `run` says whether the server took the statement."""
    run(_SETTING)
    # One table is there always, so that there is something to write.
    run("CREATE TABLE plain (id int PRIMARY KEY, n int, s text NOT NULL)")
    plain = (("id", "i"), ("n", "i"), ("s", "t"))
    tables = [Table("plain", plain, plain, ("id",))]
    for number in range(random.randint(3, 5)):
        if table := _table(random, f"t{number}", tables, run):
            tables.append(table)
    functions = [Function("nothing", "i"), Function("something", "i")]
    for number in range(random.randint(1, 3)):
        generator = Generator(random, Schema(tuple(tables), tuple(functions)))
        kinds = [random.choice(KINDS) for _ in range(random.randint(2, 4))]
        columns = tuple((f"x{index}", kind) for index, kind in enumerate(kinds))
        names = ", ".join(name for name, _ in columns)
        body = _without_parameters(generator, 2, [], kinds)
        name, materialized = f"v{number}", random.choice(["", "", "MATERIALIZED "])
        if body and run(f"CREATE {materialized}VIEW {name} ({names}) AS {body}"):
            tables.append(Table(name, columns))
        kind = random.choice(KINDS)
        strict = random.choice(["", "", "STRICT ", "STABLE "])
        body = _without_parameters(generator, 2, [("arg", "i")], [kind])
        if body and run(
            f"CREATE FUNCTION fs{number}(arg int) RETURNS {NAMES[kind]} LANGUAGE sql {strict}AS $${body}$$"
        ):
            functions.append(Function(f"fs{number}", kind))
        body = _without_parameters(generator, 2, [("arg", "i")], kinds)
        typed = ", ".join(f"{name} {NAMES[kind]}" for name, kind in columns)
        if body and run(
            f"CREATE FUNCTION ft{number}(arg int) RETURNS TABLE ({typed}) LANGUAGE sql {strict}AS $${body}$$"
        ):
            functions.append(Function(f"ft{number}", None, columns))
    return Schema(tuple(tables), tuple(functions))


def _without_parameters(generator: Generator, depth: int, outer: Columns, kinds: list[str]) -> str | None:
    text = generator.query(depth, outer, kinds)
    return None if "$0" in text else text


def _table(random: Random, name: str, earlier: list[Table], run: Callable[[str], bool]) -> Table | None:
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
        if kind == "i":
            constraint += random.choice(["", "", "", " UNIQUE", f" CHECK ({column} < 50)"])
        if not constraint:
            nullable.append(column)
        lines.append(f"{column} {of_type}{constraint}")
    written = list(columns.items())
    targets = [table for table in earlier if table.key == ("id",) and table.written]
    if targets and random.random() < 0.7:
        target = random.choice(targets).name
        how = random.choice(["", "", " ON DELETE SET NULL", " ON DELETE CASCADE", " DEFERRABLE INITIALLY DEFERRED"])
        lines.append(f"k int{random.choice(['', ' NOT NULL', ' NOT NULL'])} REFERENCES {target} (id){how}")
        columns["k"] = "i"
        written.append(("k", "i"))
    if random.random() < 0.3:
        base = next(column for column in ("n", "m", "id") if column in columns)
        value = random.choice([f"{base} * 2", f"coalesce({base}, 0)", f"nullif({base}, 1)"])
        lines.append(f"h int GENERATED ALWAYS AS ({value}) STORED")
        columns["h"] = "i"
    numbers = [column for column in ("n", "m", "p") if column in columns]
    if len(numbers) > 1 and random.random() < 0.4:
        lines.append(f"UNIQUE ({', '.join(numbers[:2])})")
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
    if numbers and "f" in columns and random.random() < 0.5:
        run(f"CREATE UNIQUE INDEX ON {name} ({numbers[0]}) WHERE f")
    elif numbers and random.random() < 0.3:
        run(f"CREATE UNIQUE INDEX ON {name} ({numbers[0]}) WHERE {numbers[0]} > 1")
    if nullable and random.random() < 0.2:
        events = random.choice(["INSERT", "UPDATE", "INSERT OR UPDATE"])
        run(f"CREATE TRIGGER forget BEFORE {events} ON {name} FOR EACH ROW EXECUTE FUNCTION forget('{nullable[0]}')")
    kept = key if shape < 0.7 and "DEFERRABLE" not in lines[0] else ()
    return Table(name, tuple(columns.items()), tuple(written), kept if kept else ())


def rows_of(random: Random, schema: Schema, most: int) -> list[str]:
    """INSERT statements, one row each, of which some will break a constraint: the first rows are full of NULL."""
    inserts: list[str] = []
    values = {
        "i": ("0", "1", "1", "2", "2", "3", "4"),
        "t": ("''", "'a'", "'ab'", "'x'"),
        "b": ("true", "false"),
        "a": ("'{}'", "'{1,2}'", "'{NULL}'", "'{1,NULL}'"),
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
