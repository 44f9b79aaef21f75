"""What the calls of a workload get: arguments for contenders, scripts for pgbench.

In: a workload, and how much data there is. Out: arguments as JSON has them, the same every time. The surprise: nothing
is looked up in the database; keys are made of numbers.
"""

from __future__ import annotations

import json
import random
from typing import Any

from bench.data import CHATTER, FIRST, GIVER, TAKER, WRITER, Plan, given_away, project, user
from bench.workloads import Workload

__all__ = ["arguments", "pgbench_script"]


def arguments(workload: Workload, plan: Plan, place: int) -> list[list[Any]]:
    """What its calls get, over and over; `place` is the contender's number, for what no two may share."""
    chance = random.Random(workload.name)
    match workload.call:
        case "get":
            return [[_key(chance, plan)] for _ in range(min(1000, plan.projects))]
        case "gather":
            return [[[_key(chance, plan) for _ in range(workload.rows)]] for _ in range(20)]
        case "rows" | "latest":
            return [[user(chance.randrange(plan.users)), workload.rows] for _ in range(20)]
        case "everything":
            return [[FIRST, workload.rows]]
        case "insert":
            return [[_new_project(number)] for number in range(100)]
        case "batch" | "copy":
            return [[[_new_message(number) for number in range(workload.rows)]]]
        case "transfer":
            there = given_away(place)
            return [[there, GIVER, TAKER], [there, TAKER, GIVER]]
        case unknown:
            raise ValueError(f"no arguments for {unknown!r}")


def _key(chance: random.Random, plan: Plan) -> str:
    return project(chance.randint(1, plan.projects))


def _new_project(number: int) -> dict[str, Any]:
    return {
        "name": f"New project {number}",
        "description": "A shop for things of a kind, with delivery" if number % 10 else None,
        "status": ("draft", "active", "completed")[number % 3],
        "collected_data": {
            "actors": [
                {"name": f"Customer {number}", "type": "person"},
                {"name": "Warehouse", "type": "external system"},
            ],
            "use_cases": ["Places an order", "Cancels it before shipping", f"Sees where parcel {number} is"],
            "boundaries": ["No payments before release 1"],
            "entities": [
                {"name": "Order", "attributes": ["number", "total"]},
                {"name": "Parcel", "attributes": ["weight", "route"]},
            ],
        },
        "user_id": WRITER,
    }


def _new_message(number: int) -> dict[str, Any]:
    text = "a parcel that was ordered before noon leaves the warehouse on the same day"
    return {
        "conversation_id": CHATTER,
        "role": ("user", "assistant")[number % 2],
        "content": f"Message {number}: {text}",
    }


# ------------------------------------------------------------------------------------------------------------- pgbench


def pgbench_script(workload: Workload, plan: Plan, place: int) -> tuple[str, float, int]:
    """A script that does what one call does, how often it runs for one call, and by how many clients at once."""
    prefix, last = project(0)[:-12], int(project(0)[-12:])
    key = f"('{prefix}' || :n)::uuid"
    get = f"\\set n random({last + 1}, {last + plan.projects})\nSELECT * FROM projects WHERE id = {key};\n"
    owner, first = user(0)[:-12], int(user(0)[-12:])
    some_user = f"\\set n random({first}, {first + plan.users - 1})\n"
    of_user = f"p.user_id = ('{owner}' || :n)::uuid ORDER BY p.updated_at DESC, p.id DESC LIMIT {workload.rows}"
    match workload.call:
        case "get":
            return get, 1, 1
        case "gather":
            return get, workload.rows, 8
        case "rows":
            return f"{some_user}SELECT * FROM projects AS p WHERE {of_user};\n", 1, 1
        case "latest":
            last_of = "SELECT * FROM conversations WHERE project_id = p.id ORDER BY created_at DESC, id DESC LIMIT 1"
            joined = f"SELECT p.*, c.* FROM projects AS p LEFT JOIN LATERAL ({last_of}) AS c ON true"
            return f"{some_user}{joined} WHERE {of_user};\n", 1, 1
        case "insert":
            new = _new_project(1)
            data = json.dumps(new["collected_data"])
            values = f"'{new['name']}', '{new['description']}', 'draft', '{data}', '{WRITER}'"
            columns = "name, description, status, collected_data, user_id"
            return f"INSERT INTO projects ({columns}) VALUES ({values}) RETURNING *;\n", 1, 1
        case "transfer":
            there = given_away(place)
            calls = (f"CALL transfer_project('{there}', '{a}', '{b}');" for a, b in ((GIVER, TAKER), (TAKER, GIVER)))
            return "\n".join(calls) + "\n", 0.5, 1
        case unknown:
            raise ValueError(f"no script for {unknown!r}")
