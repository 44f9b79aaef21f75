"""How many rows a statement can return: each case is a claim, and each bounded claim is also executed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import Any

import psycopg
import pytest
from tests.needs import needs

from sqlwright.codegen.ir import Cardinality

NONE, AT_MOST_ONE, ONE, MANY = Cardinality.NONE, Cardinality.AT_MOST_ONE, Cardinality.ONE, Cardinality.MANY

KEYS = {
    "a primary key bound to a parameter has at most one row": (AT_MOST_ONE, "SELECT * FROM users WHERE id = $1"),
    "a unique constraint bound to a parameter has at most one row": (
        AT_MOST_ONE,
        "SELECT * FROM users WHERE email = $1",
    ),
    "a unique index on a varchar column counts": (AT_MOST_ONE, "SELECT * FROM users WHERE nick = $1"),
    "a key bound by the other side of the equality counts": (AT_MOST_ONE, "SELECT * FROM users WHERE $1 = id"),
    "a key bound to a stable expression counts": (AT_MOST_ONE, "SELECT * FROM users WHERE email = lower(current_user)"),
    "a key bound to a cast of a parameter counts": (AT_MOST_ONE, "SELECT * FROM users WHERE id = $1::text::uuid"),
    "a cast of the key itself proves nothing": (MANY, "SELECT * FROM users WHERE id::text = $1"),
    "a column without a key may match many rows": (MANY, "SELECT * FROM users WHERE note = $1"),
    "other conditions do not undo a key": (AT_MOST_ONE, "SELECT * FROM users WHERE id = $1 AND note = $2"),
    "equality under OR proves nothing": (MANY, "SELECT * FROM users WHERE id = $1 OR email = $2"),
    "equality under NOT proves nothing": (MANY, "SELECT * FROM users WHERE NOT (id = $1)"),
    "inequality proves nothing": (MANY, "SELECT * FROM users WHERE id <> $1"),
    "an array of keys may match many rows": (MANY, "SELECT * FROM users WHERE id = ANY ($1)"),
    "an array of one key matches one row": (AT_MOST_ONE, "SELECT * FROM users WHERE id = ANY (ARRAY[$1::uuid])"),
    "an array of one array of keys matches as many rows as that has elements": (
        MANY,
        "SELECT * FROM projects WHERE id = ANY (ARRAY[$1::int[]])",
    ),
    "an array of a subquery that returns an array is no array of one key": (
        MANY,
        "SELECT * FROM projects WHERE id = ANY (ARRAY[(SELECT array_agg(id) FROM projects)])",
    ),
    "IN with one value is an equality": (AT_MOST_ONE, "SELECT * FROM users WHERE id IN ($1)"),
    "IN with two values may match two rows": (MANY, "SELECT * FROM users WHERE id IN ($1, $2)"),
    "NULLs of a unique column are many": (MANY, "SELECT * FROM users WHERE nick IS NULL"),
    "IS NOT DISTINCT FROM may match many NULLs": (MANY, "SELECT * FROM users WHERE nick IS NOT DISTINCT FROM $1"),
    "IS NOT DISTINCT FROM binds a column that is NOT NULL": (
        AT_MOST_ONE,
        "SELECT * FROM users WHERE email IS NOT DISTINCT FROM $1",
    ),
    "IS NOT DISTINCT FROM binds a key with NULLS NOT DISTINCT": (
        AT_MOST_ONE,
        "SELECT * FROM readings WHERE serial IS NOT DISTINCT FROM $1",
    ),
    "IS NULL binds a key with NULLS NOT DISTINCT": (AT_MOST_ONE, "SELECT * FROM readings WHERE serial IS NULL"),
    "padding rows are no single NULL of such a key": (
        MANY,
        "SELECT u.id FROM users u LEFT JOIN readings r ON r.code = u.note WHERE r.serial IS NULL",
    ),
    "a composite key needs all its columns": (MANY, "SELECT * FROM projects WHERE user_id = $1"),
    "a composite key with all columns bound counts": (
        AT_MOST_ONE,
        "SELECT * FROM projects WHERE user_id = $1 AND name = $2",
    ),
    "a composite key bound by a row comparison counts": (
        AT_MOST_ONE,
        "SELECT * FROM projects WHERE (user_id, name) = ($1, $2)",
    ),
    "a deferrable key may be violated inside a transaction": (MANY, "SELECT * FROM readings WHERE later = $1"),
    "a key on an expression does not bound its column": (MANY, "SELECT * FROM readings WHERE code = $1"),
    "a numeric key is bound by numeric equality": (AT_MOST_ONE, "SELECT * FROM readings WHERE amount = $1"),
    "an integer key is bound by a bigint": (AT_MOST_ONE, "SELECT * FROM readings WHERE id = $1::bigint"),
    "a timestamp key compared with a timestamptz may match two rows": (
        MANY,
        "SELECT * FROM readings WHERE at = $1::timestamptz",
    ),
    "ctid names one row": (AT_MOST_ONE, "SELECT * FROM users WHERE ctid = $1"),
    "a unique index does not span inheritance children": (MANY, "SELECT * FROM parent WHERE id = $1"),
    "ONLY leaves inheritance children out": (AT_MOST_ONE, "SELECT * FROM ONLY parent WHERE id = $1"),
    "a unique index spans partitions": (AT_MOST_ONE, "SELECT * FROM parts WHERE id = $1 AND k = $2"),
    "a volatile value is another one for each row": (
        MANY,
        "SELECT * FROM projects WHERE id = (random() * 4)::int + 1",
    ),
    "a volatile function of the user's is another value for each row": (
        MANY,
        "SELECT * FROM projects WHERE id = counted()",
    ),
    "a scalar subquery is evaluated once": (AT_MOST_ONE, "SELECT * FROM projects WHERE id = (SELECT counted())"),
    "a scalar subquery that depends on the row is not": (
        MANY,
        "SELECT * FROM projects p WHERE id = (SELECT max(r.project_id) FROM readings r WHERE r.code <> p.status)",
    ),
    "a key that equals a column of the same row proves nothing": (
        MANY,
        "SELECT * FROM readings WHERE id = project_id",
    ),
    "TABLESAMPLE keeps the key": (AT_MOST_ONE, "SELECT * FROM users TABLESAMPLE bernoulli (50) WHERE id = $1"),
    "a lock keeps the key": (AT_MOST_ONE, "SELECT * FROM users WHERE email = $1 FOR UPDATE"),
}

PARTIAL = {
    "a partial key counts where its condition is asked for": (
        AT_MOST_ONE,
        "SELECT * FROM projects WHERE name = $1 AND deleted_at IS NULL",
    ),
    "a partial key does not count without its condition": (MANY, "SELECT * FROM projects WHERE name = $1"),
    "a partial key does not count under the opposite condition": (
        MANY,
        "SELECT * FROM projects WHERE name = $1 AND deleted_at IS NOT NULL",
    ),
    "a boolean condition of a partial key is implied by the column": (
        AT_MOST_ONE,
        "SELECT * FROM projects WHERE user_id = $1 AND main",
    ),
    "a boolean condition of a partial key is implied by = true": (
        AT_MOST_ONE,
        "SELECT * FROM projects WHERE user_id = $1 AND main = true",
    ),
    "a boolean condition of a partial key is implied by IS TRUE": (
        AT_MOST_ONE,
        "SELECT * FROM projects WHERE user_id = $1 AND main IS TRUE",
    ),
    "a boolean condition is not implied by its negation": (
        MANY,
        "SELECT * FROM projects WHERE user_id = $1 AND NOT main",
    ),
    "a literal condition of a partial key is implied by the literal": (
        AT_MOST_ONE,
        "SELECT * FROM projects WHERE status = 'open' AND deleted_at IS NULL",
    ),
    "a parameter never implies the condition of a partial key": (
        MANY,
        "SELECT * FROM projects WHERE status = $1 AND deleted_at IS NULL",
    ),
    "half of the condition of a partial key is not enough": (MANY, "SELECT * FROM projects WHERE status = 'open'"),
    "the condition of a partial key may stand in the join": (
        AT_MOST_ONE,
        "SELECT * FROM users u LEFT JOIN projects p ON p.name = u.note AND p.deleted_at IS NULL WHERE u.id = $1",
    ),
}

JOINS = {
    "a join to a unique key keeps one row": (
        AT_MOST_ONE,
        "SELECT * FROM projects p JOIN users u ON u.id = p.user_id WHERE p.id = $1",
    ),
    "a join with commas is the same": (
        AT_MOST_ONE,
        "SELECT * FROM projects p, users u WHERE p.id = $1 AND u.id = p.user_id",
    ),
    "a join with USING is the same": (
        AT_MOST_ONE,
        "SELECT * FROM projects JOIN (SELECT 1 AS id, 2 AS two) AS s USING (id)",
    ),
    "a join from the key's side may have many rows": (
        MANY,
        "SELECT * FROM projects p JOIN users u ON u.id = p.user_id WHERE u.id = $1",
    ),
    "a cross join may have many rows": (MANY, "SELECT * FROM projects p, users u WHERE p.id = $1"),
    "a LEFT JOIN to a unique key keeps one row": (
        AT_MOST_ONE,
        "SELECT * FROM projects p LEFT JOIN users u ON u.id = p.user_id WHERE p.id = $1",
    ),
    "a chain of LEFT JOINs to unique keys keeps one row": (
        AT_MOST_ONE,
        """SELECT * FROM readings r LEFT JOIN projects p ON p.id = r.project_id LEFT JOIN users u ON u.id = p.user_id
           WHERE r.id = $1""",
    ),
    "a LEFT JOIN from the key's side may have many rows": (
        MANY,
        "SELECT * FROM users u LEFT JOIN projects p ON u.id = p.user_id WHERE u.id = $1",
    ),
    "the ON condition of a LEFT JOIN does not bind the kept side": (
        MANY,
        "SELECT * FROM projects p LEFT JOIN users u ON u.id = p.user_id AND p.id = $1",
    ),
    "a bound null side does not bind the kept side": (
        MANY,
        "SELECT * FROM projects p LEFT JOIN users u ON u.id = $1",
    ),
    "WHERE on the null side makes a LEFT JOIN an inner one": (
        AT_MOST_ONE,
        "SELECT * FROM projects p LEFT JOIN readings r ON r.id = p.id WHERE r.id = $1",
    ),
    "an anti join does not bind the null side": (
        MANY,
        "SELECT * FROM projects p LEFT JOIN readings r ON r.id = p.id WHERE r.id IS NULL",
    ),
    "a RIGHT JOIN is a LEFT JOIN turned round": (
        AT_MOST_ONE,
        "SELECT * FROM users u RIGHT JOIN projects p ON u.id = p.user_id WHERE p.id = $1",
    ),
    "a FULL JOIN returns the unmatched rows of both sides": (
        MANY,
        "SELECT * FROM (SELECT 1 AS x) a FULL JOIN (SELECT 2 AS x) b USING (x)",
    ),
    "WHERE on one side makes a FULL JOIN a LEFT JOIN": (
        AT_MOST_ONE,
        "SELECT * FROM projects p FULL JOIN users u ON u.id = p.user_id WHERE p.id = $1",
    ),
    "nested joins on the null side are followed": (
        AT_MOST_ONE,
        """SELECT * FROM readings r
           LEFT JOIN (projects p JOIN users u ON u.id = p.user_id) ON p.id = r.project_id WHERE r.id = $1""",
    ),
    "a key bound through a column that is bound by value counts": (
        AT_MOST_ONE,
        "SELECT * FROM projects p JOIN readings r ON r.id = p.id WHERE r.id = $1",
    ),
    "EXISTS multiplies nothing": (
        AT_MOST_ONE,
        "SELECT * FROM users u WHERE EXISTS (SELECT FROM projects p WHERE p.user_id = u.id) AND u.email = $1",
    ),
    "IN over a subquery multiplies nothing": (
        AT_MOST_ONE,
        "SELECT * FROM users u WHERE u.id IN (SELECT user_id FROM projects) AND u.email = $1",
    ),
    "IN over a subquery of one row binds the key": (
        AT_MOST_ONE,
        "SELECT * FROM users WHERE id IN (SELECT user_id FROM projects WHERE id = $1)",
    ),
    "IN over a subquery of many rows does not": (
        MANY,
        "SELECT * FROM users WHERE id IN (SELECT user_id FROM projects)",
    ),
    "IN over a locking subquery may be evaluated again for each row": (
        MANY,
        "SELECT * FROM users WHERE id IN (SELECT user_id FROM projects LIMIT 1 FOR UPDATE SKIP LOCKED)",
    ),
    "= over a locking subquery is evaluated once": (
        AT_MOST_ONE,
        "SELECT * FROM users WHERE id = (SELECT user_id FROM projects LIMIT 1 FOR UPDATE SKIP LOCKED)",
    ),
}

SUBQUERIES = {
    "a key is seen through a view": (AT_MOST_ONE, "SELECT * FROM owned WHERE id = $1"),
    "a key is seen through a subquery": (AT_MOST_ONE, "SELECT * FROM (SELECT id, note FROM users) s WHERE s.id = $1"),
    "a key is seen through a subquery with LIMIT": (
        AT_MOST_ONE,
        "SELECT * FROM (SELECT * FROM owned ORDER BY name LIMIT 10) s WHERE s.id = $1",
    ),
    "a key is seen through a CTE": (
        AT_MOST_ONE,
        "WITH x AS MATERIALIZED (SELECT * FROM users) SELECT * FROM x WHERE id = $1",
    ),
    "NULLs seen through a subquery are many": (MANY, "SELECT * FROM (SELECT nick FROM users) s WHERE s.nick IS NULL"),
    "GROUP BY makes its columns a key": (
        AT_MOST_ONE,
        "SELECT * FROM (SELECT user_id, count(*) FROM projects GROUP BY user_id) g WHERE g.user_id = $1",
    ),
    "DISTINCT ON may not cut the sets of the select list": (
        MANY,
        "SELECT DISTINCT ON (s.one) generate_series(1, 2), u.id FROM (SELECT 1 AS one) s, users u ORDER BY s.one",
    ),
    "DISTINCT makes its columns a key": (
        AT_MOST_ONE,
        "SELECT * FROM (SELECT DISTINCT note FROM users) g WHERE g.note = $1",
    ),
    "UNION makes its columns a key": (
        AT_MOST_ONE,
        "SELECT * FROM (SELECT note FROM users UNION SELECT status FROM projects) g WHERE g.note = $1",
    ),
    "UNION ALL makes no key": (
        MANY,
        "SELECT * FROM (SELECT id FROM users UNION ALL SELECT user_id FROM projects) g WHERE g.id = $1",
    ),
    "an aggregate in LATERAL has one row for each outer row": (
        AT_MOST_ONE,
        """SELECT u.id, c.n FROM users u CROSS JOIN LATERAL (SELECT count(*) AS n FROM projects p
           WHERE p.user_id = u.id) c WHERE u.id = $1""",
    ),
    "LIMIT 1 in LATERAL has one row for each outer row": (
        AT_MOST_ONE,
        """SELECT u.id, c.name FROM users u LEFT JOIN LATERAL (SELECT * FROM projects p WHERE p.user_id = u.id
           ORDER BY p.id DESC LIMIT 1) c ON true WHERE u.id = $1""",
    ),
    "LIMIT 1 in LATERAL does not bound the outer rows": (
        MANY,
        """SELECT u.id, c.name FROM users u LEFT JOIN LATERAL (SELECT * FROM projects p WHERE p.user_id = u.id
           ORDER BY p.id DESC LIMIT 1) c ON true""",
    ),
    "a subquery of one row binds the key of its join": (
        AT_MOST_ONE,
        "SELECT u.* FROM (SELECT user_id FROM projects ORDER BY id LIMIT 1) s JOIN users u ON u.id = s.user_id",
    ),
    "a recursive CTE may have many rows": (
        MANY,
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r",
    ),
    "a recursive CTE with UNION ALL has no key": (
        MANY,
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r WHERE n = $1",
    ),
    "a recursive CTE with UNION has its columns as key": (
        AT_MOST_ONE,
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r WHERE n = $1",
    ),
    "an aggregate over a recursive CTE has one row": (
        ONE,
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT max(n) FROM r",
    ),
}

SHAPES = {
    "LIMIT 1 allows one row": (AT_MOST_ONE, "SELECT * FROM projects LIMIT 1"),
    "LIMIT 2 allows two rows": (MANY, "SELECT * FROM projects LIMIT 2"),
    "LIMIT 0 allows none": (AT_MOST_ONE, "SELECT * FROM projects LIMIT 0"),
    "LIMIT NULL limits nothing": (MANY, "SELECT * FROM projects LIMIT NULL"),
    "LIMIT with a parameter may allow many rows": (MANY, "SELECT * FROM projects LIMIT $1"),
    "FETCH FIRST allows one row": (AT_MOST_ONE, "SELECT * FROM projects FETCH FIRST ROW ONLY"),
    "WITH TIES may return many rows": (MANY, "SELECT main FROM projects ORDER BY main FETCH FIRST 1 ROW WITH TIES"),
    "LIMIT 1 keeps a row that is certain": (ONE, "SELECT count(*) FROM projects LIMIT 1"),
    "LIMIT with a parameter may take away a row that is certain": (
        AT_MOST_ONE,
        "SELECT count(*) FROM projects LIMIT $1",
    ),
    "OFFSET takes away a row that is certain": (AT_MOST_ONE, "SELECT count(*) FROM projects OFFSET 1"),
    "OFFSET 0 does not": (ONE, "SELECT count(*) FROM projects OFFSET 0"),
    "an aggregate has one row": (ONE, "SELECT count(*), max(name) FROM projects WHERE id < 0"),
    "an aggregate with HAVING has at most one row": (AT_MOST_ONE, "SELECT count(*) FROM projects HAVING count(*) > 9"),
    "HAVING alone makes one group": (AT_MOST_ONE, "SELECT 1 FROM projects HAVING true"),
    "GROUP BY may have many groups": (MANY, "SELECT status, count(*) FROM projects GROUP BY status"),
    "GROUP BY of a column with one value has one group": (
        AT_MOST_ONE,
        "SELECT status, count(*) FROM projects WHERE status = $1 GROUP BY status",
    ),
    "GROUP BY of a column bound by HAVING has one group": (
        AT_MOST_ONE,
        "SELECT project_id, max(id) FROM readings GROUP BY project_id HAVING project_id = $1",
    ),
    "GROUP BY () has one group": (ONE, "SELECT count(*) FROM projects GROUP BY ()"),
    "ROLLUP has a group for each set": (MANY, "SELECT count(*) FROM projects GROUP BY ROLLUP (status)"),
    "two empty grouping sets are two rows": (MANY, "SELECT count(*) FROM projects GROUP BY GROUPING SETS ((), ())"),
    "DISTINCT may have many rows": (MANY, "SELECT DISTINCT status FROM projects"),
    "DISTINCT of a column with one value has one row": (
        AT_MOST_ONE,
        "SELECT DISTINCT status FROM projects WHERE status = $1",
    ),
    "DISTINCT ON a column with one value has one row": (
        AT_MOST_ONE,
        "SELECT DISTINCT ON (status) status, name FROM projects WHERE status = $1 ORDER BY status, name",
    ),
    "DISTINCT of equal numerics that look different is one row": (
        AT_MOST_ONE,
        "SELECT DISTINCT amount FROM readings WHERE amount = $1",
    ),
    "SELECT without FROM is one row": (ONE, "SELECT 1"),
    "SELECT without FROM but with WHERE is at most one": (AT_MOST_ONE, "SELECT 1 WHERE $1"),
    "WHERE FALSE leaves nothing": (AT_MOST_ONE, "SELECT * FROM projects WHERE false"),
    "WHERE NULL leaves nothing": (AT_MOST_ONE, "SELECT * FROM projects WHERE id > 0 AND NULL"),
    "FALSE under ON of a LEFT JOIN leaves the kept side": (
        MANY,
        "SELECT p.id FROM projects p LEFT JOIN users u ON false",
    ),
    "an aggregate over nothing has one row": (ONE, "SELECT count(*) FROM projects WHERE false"),
    "a sequence has one row": (ONE, "SELECT last_value FROM projects_id_seq"),
    "a sequence joined to a table has as many rows as that": (
        MANY,
        "SELECT last_value FROM projects_id_seq JOIN projects ON true",
    ),
    "a sequence under a condition has at most one row": (
        AT_MOST_ONE,
        "SELECT last_value FROM projects_id_seq WHERE is_called",
    ),
    "a subquery in the select list returns nothing more": (ONE, "SELECT (SELECT name FROM projects LIMIT 1)"),
    "WHERE TRUE takes nothing away": (ONE, "SELECT 1 WHERE true"),
    "a set-returning function in the select list returns many rows": (MANY, "SELECT generate_series(1, 3)"),
    "unnest of a parameter returns many rows": (MANY, "SELECT unnest($1::int[])"),
    "a window function takes nothing away": (ONE, "SELECT row_number() OVER () FROM (SELECT 1) s"),
    "a function in FROM returns one row": (ONE, "SELECT * FROM upper($1)"),
    "a volatile function in FROM returns one row": (ONE, "SELECT * FROM counted()"),
    "a set-returning function in FROM returns many rows": (MANY, "SELECT * FROM several()"),
    "ROWS FROM is as long as its longest function": (MANY, "SELECT * FROM ROWS FROM (upper($1), several())"),
    "VALUES of one row is one row": (ONE, "VALUES (1)"),
    "VALUES of two rows is two": (MANY, "VALUES (1), (2)"),
    "two rows that are certain join to one": (ONE, "SELECT * FROM (SELECT 1) a, (SELECT 2) b"),
    "a certain row stays certain in a LEFT JOIN": (
        ONE,
        "SELECT * FROM (VALUES (1)) v(x) LEFT JOIN projects p ON p.id = v.x",
    ),
    "an inner join takes a certain row away": (
        AT_MOST_ONE,
        "SELECT * FROM (VALUES (1)) v(x) JOIN projects p ON p.id = v.x",
    ),
    "FOR UPDATE may take away a row that is certain": (
        AT_MOST_ONE,
        "SELECT * FROM (VALUES (1)) v(x) LEFT JOIN users u ON u.id = $1 FOR UPDATE OF v",
    ),
}

SET_OPERATIONS = {
    "UNION ALL returns the rows of both sides": (MANY, "SELECT 1 UNION ALL SELECT 2"),
    "UNION may return the rows of both sides": (MANY, "SELECT 1 UNION SELECT 2"),
    "INTERSECT is bounded by its left side": (
        AT_MOST_ONE,
        "SELECT id FROM projects WHERE id = $1 INTERSECT SELECT id FROM projects",
    ),
    "INTERSECT is bounded by its right side": (
        AT_MOST_ONE,
        "SELECT id FROM projects INTERSECT SELECT id FROM projects WHERE id = $1",
    ),
    "EXCEPT is bounded by its left side": (
        AT_MOST_ONE,
        "SELECT id FROM projects WHERE id = $1 EXCEPT SELECT id FROM projects WHERE id = 2",
    ),
    "EXCEPT is not bounded by its right side": (
        MANY,
        "SELECT id FROM projects EXCEPT SELECT id FROM projects WHERE id = $1",
    ),
    "a fallback with UNION ALL and LIMIT 1 is one row": (
        ONE,
        "(SELECT name FROM projects WHERE id = $1) UNION ALL SELECT 'none' LIMIT 1",
    ),
}

WRITES = {
    "INSERT without RETURNING returns nothing": (NONE, "INSERT INTO users (email) VALUES ($1)"),
    "INSERT VALUES RETURNING returns one row": (ONE, "INSERT INTO users (email) VALUES ($1) RETURNING id"),
    "INSERT DEFAULT VALUES RETURNING returns one row": (ONE, "INSERT INTO labelled DEFAULT VALUES RETURNING id"),
    "INSERT of two rows returns two": (MANY, "INSERT INTO users (email) VALUES ($1), ($2) RETURNING id"),
    "INSERT of unnest returns many rows": (MANY, "INSERT INTO users (email) SELECT unnest($1::text[]) RETURNING id"),
    "INSERT of a query returns as many rows as the query": (
        AT_MOST_ONE,
        "INSERT INTO users (email) SELECT name || 'n' FROM projects WHERE id = $1 RETURNING id",
    ),
    "ON CONFLICT DO NOTHING may return nothing": (
        AT_MOST_ONE,
        "INSERT INTO users (email) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id",
    ),
    "ON CONFLICT DO UPDATE returns the row": (
        ONE,
        "INSERT INTO users (email) VALUES ($1) ON CONFLICT (email) DO UPDATE SET note = $2 RETURNING id",
    ),
    "ON CONFLICT DO UPDATE WHERE may return nothing": (
        AT_MOST_ONE,
        """INSERT INTO users (email) VALUES ($1)
           ON CONFLICT (email) DO UPDATE SET note = $2 WHERE users.note <> 'x' RETURNING id""",
    ),
    "DO UPDATE of a row that WITH has updated returns nothing": (
        AT_MOST_ONE,
        """WITH before AS (UPDATE users SET note = 'a' WHERE email = $1 RETURNING id)
           INSERT INTO users (email) VALUES ($1)
           ON CONFLICT (email) DO UPDATE SET note = (SELECT 'b' FROM before) RETURNING id""",
    ),
    "WITH of a row that is updated meanwhile returns nothing": (
        AT_MOST_ONE,
        """WITH mine AS (INSERT INTO users (email) VALUES ($1)
                         ON CONFLICT (email) DO UPDATE SET note = 'a' RETURNING id),
                theirs AS (UPDATE users SET note = 'b' WHERE email = $1 AND EXISTS (SELECT FROM mine))
           SELECT id FROM mine""",
    ),
    "DO UPDATE beside a WITH that reads returns the row": (
        ONE,
        """WITH before AS (SELECT 'b' AS note)
           INSERT INTO users (email) VALUES ($1)
           ON CONFLICT (email) DO UPDATE SET note = (SELECT note FROM before) RETURNING id""",
    ),
    "a BEFORE INSERT trigger may skip the row": (AT_MOST_ONE, "INSERT INTO filled VALUES ($1, $2) RETURNING a"),
    "INSERT into a view returns what the table under it does": (
        ONE,
        "INSERT INTO named (id, name) VALUES (9, $1) RETURNING id",
    ),
    "UPDATE without RETURNING returns nothing": (NONE, "UPDATE users SET note = $1"),
    "UPDATE by key returns at most one row": (AT_MOST_ONE, "UPDATE users SET note = $1 WHERE id = $2 RETURNING id"),
    "UPDATE without key returns many rows": (MANY, "UPDATE users SET note = $1 RETURNING id"),
    "UPDATE FROM updates a row of its target once": (
        AT_MOST_ONE,
        "UPDATE users SET note = $1 FROM projects p WHERE p.user_id = users.id AND users.id = $2 RETURNING users.id",
    ),
    "UPDATE FROM a key of the source binds the target by the join": (
        AT_MOST_ONE,
        "UPDATE users SET note = $1 FROM projects p WHERE p.user_id = users.id AND p.id = $2 RETURNING users.id",
    ),
    "UPDATE FROM without a key updates many rows": (
        MANY,
        "UPDATE users SET note = $1 FROM projects p WHERE p.user_id = users.id RETURNING users.id",
    ),
    "UPDATE of a view by key returns at most one row": (
        AT_MOST_ONE,
        "UPDATE named SET name = $1 WHERE id = $2 RETURNING id",
    ),
    "UPDATE by a locking subquery with IN may update several rows": (
        MANY,
        """UPDATE users SET note = 'n' WHERE id IN (SELECT user_id FROM projects LIMIT 1 FOR UPDATE SKIP LOCKED)
           RETURNING id""",
    ),
    "UPDATE by a locking CTE of one row updates one row": (
        AT_MOST_ONE,
        """WITH next AS (SELECT id FROM projects ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
           UPDATE projects p SET status = 'n' FROM next WHERE next.id = p.id RETURNING p.id""",
    ),
    "DELETE by key returns at most one row": (AT_MOST_ONE, "DELETE FROM items WHERE id = $1 RETURNING id"),
    "UPDATE WHERE FALSE updates nothing": (AT_MOST_ONE, "UPDATE users SET note = $1 WHERE false RETURNING id"),
    "DELETE USING deletes a row of its target once": (
        AT_MOST_ONE,
        "DELETE FROM items USING projects p WHERE items.id = $1 RETURNING items.id",
    ),
    "DELETE of a data-modifying CTE is counted where it is read": (
        AT_MOST_ONE,
        "WITH gone AS (DELETE FROM items WHERE id = $1 RETURNING *) SELECT * FROM gone",
    ),
    "INSERT of a data-modifying CTE is counted where it is read": (
        ONE,
        "WITH made AS (INSERT INTO users (email) VALUES ($1) RETURNING *) SELECT * FROM made",
    ),
    "a foreign key of a row that is inserted need not find its row in the same statement": (
        AT_MOST_ONE,
        """WITH owner AS (INSERT INTO users (email) VALUES ($1) RETURNING id),
                made AS (INSERT INTO projects (user_id, name) SELECT id, 'new' FROM owner RETURNING user_id)
           SELECT u.email FROM made JOIN users u ON u.id = made.user_id""",
    ),
    "a chain of inserts returns one row": (
        ONE,
        """WITH made AS (INSERT INTO users (email) VALUES ($1) RETURNING id)
           INSERT INTO projects (user_id, name) SELECT id, 'new' FROM made RETURNING id""",
    ),
}

#: PostgreSQL 17 was the first to take these.
WRITES_17 = {
    "MERGE of one row on a key returns at most one row": (
        AT_MOST_ONE,
        """MERGE INTO users u USING (VALUES ($1::uuid)) s(id) ON u.id = s.id
           WHEN MATCHED THEN UPDATE SET note = 'n' WHEN NOT MATCHED THEN INSERT (id, email) VALUES (s.id, 'new')
           RETURNING u.id""",
    ),
    "MERGE of one row on no key may return many rows": (
        MANY,
        """MERGE INTO users u USING (VALUES ($1)) s(note) ON u.note = s.note
           WHEN MATCHED THEN UPDATE SET nick = NULL RETURNING u.id""",
    ),
    "MERGE BY SOURCE may act on all rows": (
        MANY,
        """MERGE INTO users u USING (VALUES ($1::uuid)) s(id) ON u.id = s.id
           WHEN NOT MATCHED BY SOURCE THEN UPDATE SET note = 'n' RETURNING u.id""",
    ),
}

UTILITIES = {
    "CALL without OUT arguments returns nothing": (NONE, "CALL quiet($1)"),
    "CALL with OUT arguments returns one row": (ONE, "CALL doubled($1, NULL)"),
    "COPY returns nothing": (NONE, "COPY users (email) FROM STDIN"),
    "SHOW returns one row": (ONE, "SHOW work_mem"),
    "SHOW ALL returns many rows": (MANY, "SHOW ALL"),
    "EXPLAIN returns many rows": (MANY, "EXPLAIN SELECT 1"),
    "LISTEN returns nothing": (NONE, "LISTEN news"),
}

CASES = KEYS | PARTIAL | JOINS | SUBQUERIES | SHAPES | SET_OPERATIONS | WRITES | WRITES_17 | UTILITIES


def _parameters(cases: dict[str, tuple[Cardinality, str]]) -> list[Any]:
    marks = {title: needs("PostgreSQL 17") for title in WRITES_17}
    return [pytest.param(*case, id=title, marks=marks.get(title, ())) for title, case in cases.items()]


def test_an_older_server_refuses_what_a_newer_one_has_brought(facts: Any) -> None:
    for _, sql in WRITES_17.values() if facts.catalog.server_version < 170000 else ():
        with pytest.raises(psycopg.errors.SyntaxError):
            facts.parse(sql)


@pytest.mark.parametrize(("expected", "sql"), _parameters(CASES))
def test_cardinality(facts: Any, expected: Cardinality, sql: str) -> None:
    verdict = facts.cardinality(sql)
    assert (verdict.cardinality, bool(verdict.reason)) == (expected, True), verdict.reason


#: Values to try for each type: some that are in the rows, and some that are not.
VALUES: dict[int, list[Any]] = {
    16: [True, False],
    20: [1, 2, None],
    23: [1, 2, None],
    25: ["x", "open", None],
    27: ["(0,1)"],
    1007: [[1, 2]],
    1009: [["x", "n"]],
    1043: ["1", None],
    1184: ["2025-03-30 02:30+00"],
    1700: ["1", "1.00"],
    2950: ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000009", None],
    2951: [["00000000-0000-0000-0000-000000000001"]],
}
BOUNDED = {title: case for title, case in CASES.items() if case[0] in (AT_MOST_ONE, ONE)}


@pytest.mark.parametrize(("expected", "sql"), _parameters(BOUNDED))
def test_no_more_rows_come_than_claimed(facts: Any, expected: Cardinality, sql: str) -> None:
    counts = set(_row_counts(facts, sql))
    assert counts <= ({1} if expected is ONE else {0, 1})


@pytest.mark.parametrize(
    "setting", ["enable_hashjoin", "enable_nestloop", "enable_indexscan", "enable_seqscan", "enable_material"]
)
def test_no_more_rows_come_whatever_the_plan(facts: Any, setting: str) -> None:
    with facts.connection.transaction(force_rollback=True):
        facts.connection.execute(f"SET LOCAL {setting} = off")
        for sql in (sql for expected, sql in (JOINS | SUBQUERIES).values() if expected is not MANY):
            assert max(_row_counts(facts, sql), default=0) <= 1, sql


def _row_counts(facts: Any, sql: str) -> Iterator[int]:
    types = facts.parse(sql).parameter_types
    with psycopg.RawCursor(facts.connection) as cursor:
        for values in islice(product(*(VALUES[each] for each in types)), 12):
            try:
                with facts.connection.transaction(force_rollback=True):
                    cursor.execute(sql, values)
                    count = len(cursor.fetchall())
            except (psycopg.errors.IntegrityError, psycopg.errors.DataError):
                continue
            yield count


def test_a_trigger_on_a_view_may_skip_the_row(facts: Any) -> None:
    with facts.connection.transaction(force_rollback=True):
        facts.execute("""CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
                         CREATE TRIGGER skip INSTEAD OF INSERT ON owned FOR EACH ROW EXECUTE FUNCTION skip()""")
        verdict = facts.fresh().cardinality("INSERT INTO owned (name) VALUES ($1) RETURNING name")
    assert verdict.cardinality is AT_MOST_ONE


def test_a_rule_may_skip_the_row(facts: Any) -> None:
    with facts.connection.transaction(force_rollback=True):
        facts.execute("CREATE RULE also AS ON INSERT TO labelled DO ALSO NOTIFY labelled")
        verdict = facts.fresh().cardinality("INSERT INTO labelled (label) VALUES ($1) RETURNING id")
    assert verdict.cardinality is AT_MOST_ONE


def test_the_reason_names_the_key_and_points_at_the_equality(facts: Any) -> None:
    verdict = facts.cardinality("SELECT * FROM users WHERE id = $1")
    assert (verdict.reason, verdict.location) == ("users (id) is unique and bound to one value", 29)


def test_the_reason_for_many_names_the_table_that_is_not_bound(facts: Any) -> None:
    verdict = facts.cardinality("SELECT * FROM users u JOIN readings r ON r.code = u.note WHERE u.id = $1")
    assert verdict.reason == "no unique key of readings is bound by equality"


def test_the_reason_for_many_says_that_a_key_is_partial(facts: Any) -> None:
    verdict = facts.cardinality("SELECT * FROM projects WHERE status = 'open'")
    assert (
        verdict.reason == "projects_open is unique for a part of projects only, and its condition is not implied here"
    )
