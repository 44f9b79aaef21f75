-- name: a(id: uuid)
SELECT :id;
-- name: b(id = 3)
SELECT :id;
-- name: c(:id)
SELECT :id;
-- name: d(user.id)
SELECT :user.id;
-- name: e(id, id)
SELECT :id;
-- name: f(id,)
SELECT :id;
-- name: g(id
SELECT :id;
-- name: h(id uuid)
SELECT :id;
