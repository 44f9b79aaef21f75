-- name: list()
SELECT * FROM notes;

-- name: class(ids)
SELECT * FROM notes WHERE id = ANY (:ids);

-- name: date(date)$
SELECT max(date) FROM notes WHERE date <= :date;

-- name: errors(statements_, fetch_one)$
SELECT :statements_::int + :fetch_one::int;

-- name: cursor(cursor, row)
SELECT id FROM notes WHERE id = :cursor AND :row::bool;

-- name: note_row(id)^
SELECT * FROM notes WHERE id = :id;

-- name: count_value()$
SELECT count(*) FROM notes;

-- name: count()$
SELECT count(*) FROM notes;

-- name: int(int)$
SELECT :int::int;
