-- name: list_boards()
SELECT * FROM boards ORDER BY id;

-- name: get_squares(id)$
SELECT squares FROM boards WHERE id = :id;

-- name: get_plan(id)$
SELECT plan FROM boards WHERE id = :id;

-- name: find_boards(squares)
-- Through a view, a subquery and a join the column keeps its dimensions.
SELECT s.squares, b.id
FROM shown_boards AS s JOIN (SELECT id, notes FROM boards) AS b USING (id)
WHERE s.squares = :squares;

-- name: gather()^
-- An expression has them by the user's word, which is checked.
-- @column all_squares: nullable [][][]
-- @column flat: []
SELECT array_agg(squares) AS all_squares, ARRAY(SELECT unnest(squares) FROM boards WHERE id = 1) AS flat
FROM boards WHERE id = 1;

-- name: set_squares(id, squares, notes)!
UPDATE boards SET squares = :squares, notes = :notes WHERE id = :id;

-- name: set_cell(id, cell, plan)!
UPDATE boards SET cell = :cell, plan = :plan WHERE id = :id;

-- name: add_board(board)!
-- @param board: NewBoard
INSERT INTO boards (id, squares, notes, plan) VALUES (:board.id, :board.squares, :board.notes, :board.plan);

-- name: copy_boards()!
-- @param boards: Iterable[CopiedBoard]
COPY boards (id, squares, cell) FROM STDIN;
