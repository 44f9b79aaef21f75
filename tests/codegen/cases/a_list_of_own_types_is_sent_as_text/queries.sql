-- name: add_letters(letters)!
-- @param letters: list[NewLetter]
INSERT INTO letters (sender, rank, body)
SELECT * FROM unnest(:letters.sender::address[], :letters.rank::own.uuid[], :letters.body::text[]);
