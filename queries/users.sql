-- Users: accounts, who own projects.

-- name: create_user(user)<!
-- Opens an account. The address is kept in lower case.
-- @param user: NewUser
INSERT INTO users (email, name)
VALUES (lower(:user.email), :user.name)
RETURNING *;

-- name: save_user(user)<!
-- Opens an account, or renames the one that has this address already: signing in, whether or not it is the first time.
-- @param user: NewUser
INSERT INTO users AS u (email, name)
VALUES (lower(:user.email), :user.name)
ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name, updated_at = clock_timestamp()
RETURNING u.*;

-- name: add_users(users)
-- Opens many accounts in one statement and returns them. One address that is taken, and none is opened.
-- @param users: list[NewUser]
INSERT INTO users (email, name)
SELECT lower(n.email), n.name
FROM unnest(:users.email::text[], :users.name::text[]) AS n (email, name)
RETURNING *;

-- name: import_users()!
-- Takes over accounts with their keys and times, as a stream. Addresses must be in lower case.
-- @param users: Iterable[UserImport]
COPY users (id, email, name, created_at, updated_at) FROM STDIN;

-- name: get_user(id)^
-- One user, or nothing when the id is unknown.
SELECT * FROM users WHERE id = :id;

-- name: get_user_by_email(email)^
-- The user with this address, whatever its case, or nothing.
SELECT * FROM users WHERE email = lower(:email);

-- name: get_user_id(email)$
-- Only the key of the user with this address; answered from an index.
SELECT id FROM users WHERE email = lower(:email);

-- name: count_users()$
-- How many accounts there are.
SELECT count(*) FROM users;

-- name: list_user_summaries(limit, offset)
-- Users by name, each with the number of projects and the time of the last change to one of them.
-- @returns UserSummary
-- @param limit = 20  How many at most.
-- @param offset = 0  How many to pass over.
SELECT u.id, u.name, u.email, owned.project_count, owned.last_change_at   -- NULL: no project yet
FROM users AS u
CROSS JOIN LATERAL (
    SELECT count(*) AS project_count, max(p.updated_at) AS last_change_at
    FROM projects AS p
    WHERE p.user_id = u.id
) AS owned
ORDER BY u.name, u.id
LIMIT :limit OFFSET :offset;

-- name: update_user(id, changes)^
-- Changes what `changes` sets, leaves everything else as it is, and returns the user; nothing when the id is unknown.
-- @param changes: UserUpdate
UPDATE users AS u
SET (email, name, updated_at) =
    (SELECT lower(r.email), r.name, clock_timestamp()
     FROM jsonb_populate_record(u, :changes) AS r)
WHERE u.id = :id
RETURNING u.*;

-- name: delete_user(id)$
-- Closes an account; its projects go with it, with all that belongs to them. True when there was one.
WITH deleted AS (
    DELETE FROM users WHERE id = :id RETURNING id
)
SELECT EXISTS (SELECT FROM deleted);
