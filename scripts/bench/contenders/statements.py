"""The statements that are written by hand, for the contenders that take SQL.

Out: one text for each call, with `$1, $2 …`. The surprise: those that return projects say `*`, as the reviewed ones do.
"""

from __future__ import annotations

import re

__all__ = ["GET", "INSERT", "LATEST", "LATEST_OF_ONE", "MESSAGE", "NEW_MESSAGE", "PROJECTS", "SINCE", "as_psycopg"]

GET = "SELECT * FROM projects WHERE id = $1"

PROJECTS = "SELECT * FROM projects WHERE user_id = $1 ORDER BY updated_at DESC, id DESC LIMIT $2"

SINCE = "SELECT * FROM projects WHERE created_at >= $1 ORDER BY created_at, id LIMIT $2"

INSERT = """\
INSERT INTO projects (name, description, status, collected_data, user_id)
VALUES ($1, $2, $3, $4, $5) RETURNING *"""

MESSAGE = "INSERT INTO messages (conversation_id, role, content) VALUES ($1, $2, $3)"

NEW_MESSAGE = f"{MESSAGE} RETURNING *"

LATEST = """\
SELECT p.*, c.* FROM projects AS p
LEFT JOIN LATERAL (
    SELECT * FROM conversations WHERE project_id = p.id ORDER BY created_at DESC, id DESC LIMIT 1
) AS c ON true
WHERE p.user_id = $1 ORDER BY p.updated_at DESC, p.id DESC LIMIT $2"""

LATEST_OF_ONE = "SELECT * FROM conversations WHERE project_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1"


def as_psycopg(sql: str) -> str:
    """The statement with `%s`; each parameter stands in it once, in order."""
    return re.sub(r"\$\d+", "%s", sql)
