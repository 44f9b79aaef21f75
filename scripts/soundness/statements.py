"""Random statements: queries, and writes that return what they have written.

The same seed and the same schema give the same statement.
"""

from __future__ import annotations

import re
from itertools import count

from soundness.model import LITERALS, NAMES, Columns, Table
from soundness.queries import Queries, heads

__all__ = ["Generator"]


class Generator(Queries):
    """One statement at a time; the same `Random` gives the same statements."""

    def statement(self) -> str:
        """A SELECT, at times with CTEs and set operations, at times a write with RETURNING."""
        numbers = count(1)
        # Parameters are numbered last, when it is known which of the parts that were made are used.
        return re.sub(r"\$0(?=::)", lambda _: f"${next(numbers)}", self._statement())

    def _statement(self) -> str:
        chance = self.random.random()
        if chance < 0.15:
            return self.write()
        if chance < 0.18:
            return self.written_and_read()
        if chance < 0.19 and self.schema.procedures:
            return f"CALL {self.filled(self.pick(*self.schema.procedures), [], 0)}"
        kinds = [self.kind() for _ in range(self.random.randint(1, 4))]
        return self.query(3, [], kinds + ["r"] * (self.random.random() < 0.15))

    def written_and_read(self) -> str:
        """A write in a CTE, joined to something."""
        name = self.fresh("w")
        kinds = [self.kind() for _ in range(2)]
        write = self.write(kinds)
        other = self.relation(1, [])
        columns = [(f"{name}.o{number}", kind) for number, kind in enumerate(kinds)]
        visible = columns + other.columns
        join = self.pick("LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "JOIN")
        on = self.join_condition(columns, other.columns, join)
        outputs = [self.output(visible, [], self.kind(), 1) for _ in range(2)]
        return f"WITH {name} AS ({write}) SELECT {heads(outputs)} FROM {name} {join} {other.text} ON {on}"

    def write(self, kinds: list[str] | None = None) -> str:
        """INSERT, UPDATE, DELETE or MERGE, with RETURNING."""
        table = self.random.choice([table for table in self.schema.tables if table.written])
        columns = [(f"z.{each}", kind) for each, kind in table.columns]
        source = self.relation(1, [])
        joined = [*columns, *source.columns]
        where = self.equalities(columns) if self.chance(0.3) else self.condition(columns, 1)
        match self.random.randrange(7):
            case 0:
                return f"DELETE FROM {table.name} AS z WHERE {where} {self.returning(columns, kinds)}"
            case 1:
                on = self.condition(joined, 1)
                return f"DELETE FROM {table.name} AS z USING {source.text} WHERE {on} {self.returning(joined, kinds)}"
            case 2:
                return f"UPDATE {table.name} AS z SET {self.assigned(table, columns)} WHERE {where} " + self.returning(
                    columns, kinds
                )
            case 3:
                return (
                    f"UPDATE {table.name} AS z SET {self.assigned(table, joined)} FROM {source.text} "
                    f"WHERE {self.condition(joined, 1)} {self.returning(joined, kinds)}"
                )
            case 4 if self.schema.version >= 17:  # the first whose MERGE has RETURNING
                return self.merge(table, columns, kinds)
            case _:
                return self.insert(table, columns, kinds)

    def insert(self, table: Table, columns: Columns, kinds: list[str] | None) -> str:
        names = [name for name, _ in table.written]
        target = f"INSERT INTO {table.name} AS z ({', '.join(names)})"
        if self.chance(0.5):
            number = self.random.choice([1, 1, 1, 2])
            rows = ", ".join(
                f"({', '.join(self.pick('DEFAULT', *[self.own(kind)] * 3) for _, kind in table.written)})"
                for _ in range(number)
            )
            body = f"VALUES {rows}"
        else:
            source = self.relation(1, [])
            values = [
                f"({self.expression(source.columns, kind, 1)})::{NAMES[kind]}"
                if name != "id"
                else "40 + row_number() OVER ()"
                for name, kind in table.written
            ]
            tail = self.pick("", "", " LIMIT 1")
            body = f"SELECT {', '.join(values)} FROM {source.text}{tail}"
        conflict = self.pick("", "", "", " ON CONFLICT DO NOTHING")
        if table.key and self.chance(0.25):
            excluded = [*columns, *((f"excluded.{name}", kind) for name, kind in table.columns)]
            conflict = f" ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {self.assigned(table, excluded)}"
            if self.chance(0.3):
                conflict += f" WHERE {self.condition(excluded, 0)}"
        return f"{target} {body}{conflict} {self.returning(columns, kinds)}"

    def merge(self, table: Table, columns: Columns, kinds: list[str] | None) -> str:
        source = self.relation(1, [])
        joined = [*columns, *source.columns]
        on = self.join_condition(columns, source.columns, "JOIN")
        actions: list[str] = []
        if self.chance(0.7):
            actions.append(
                "WHEN MATCHED" + self.pick("", f" AND {self.condition(joined, 0)}")
                + " THEN " + self.pick("DELETE", "DO NOTHING", f"UPDATE SET {self.assigned(table, joined)}")
            )  # fmt: skip
        if self.chance(0.5) or not actions:
            names = ", ".join(name for name, _ in table.written)
            values = ", ".join(
                f"({self.expression(source.columns, kind, 0)})::{NAMES[kind]}" if name != "id" else "70"
                for name, kind in table.written
            )
            actions.append(f"WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({values})")
        if self.chance(0.2):
            actions.append(f"WHEN NOT MATCHED BY SOURCE THEN UPDATE SET {self.assigned(table, columns)}")
        return f"MERGE INTO {table.name} AS z USING {source.text} ON {on} {' '.join(actions)} " + self.returning(
            joined, kinds
        )

    def assigned(self, table: Table, columns: Columns) -> str:
        """SET, of one or two columns."""
        choice = [column for column in table.written if column[0] != "id"] or list(table.written)
        chosen = self.random.sample(choice, min(len(choice), self.random.randint(1, 2)))
        return ", ".join(
            f"{name} = {self.pick('DEFAULT', *[f'({self.expression(columns, kind, 1)})::{NAMES[kind]}'] * 5)}"
            for name, kind in chosen
        )

    def returning(self, columns: Columns, kinds: list[str] | None) -> str:
        visible = list(columns)
        for name, kind in columns:
            if name.startswith("z.") and self.chance(0.5) and self.schema.version >= 18:
                visible.append((self.pick("old", "new") + name[1:], kind))
        outputs = [self.expression(visible, kind, 1) for kind in kinds or [self.kind() for _ in range(3)]]
        if kinds is None and self.chance(0.2):
            states = ("old", "new", "ARRAY[new]") if self.schema.version >= 18 else ()
            outputs.append(self.pick("z", "ROW(z.*)", *states))
        text = " ".join(outputs)
        if "SELECT" in text and re.search(r"\b(old|new)\b", text):
            # PostgreSQL 18 crashes (18.6 does) at `DELETE … RETURNING new.id IN (SELECT …)`, and at ANY, ALL and EXISTS
            # of the row that is not there, unless a column of it stands in the list outside of a subquery's test.
            first = columns[0][0].partition(".")[2]
            outputs += [f"old.{first}", f"new.{first}"]
        return f"RETURNING {heads(outputs)}"

    def own(self, kind: str) -> str:
        """A value to store, more often there than not."""
        return self.pick(self.literal(kind), LITERALS[kind][0], LITERALS[kind][1])
