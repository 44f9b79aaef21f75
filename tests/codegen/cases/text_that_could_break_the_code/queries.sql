-- name: first(text)
-- "Quoted" to the end: """ and \n and \ and {braces} and %s "
-- @param text  What "to" find, 100 % \ sure.
SELECT *, '""" \ %s :x {}' AS odd FROM notes WHERE "a ""quoted"" \ name" LIKE '%' || :text || '%' AND 7 % 2 = 1;

-- name: second()
--   An indented line, and one that is so long that it has to be broken, since it goes on and on and on and on and on and on.
--   Continued.
--
-- - an item
-- - another item, which is also so long that it has to be broken, since it goes on and on and on and on and on and on, on.
-- https://example.org/a/very/long/address/that/cannot/be/broken/at/all/since/it/is/one/word/only/and/nothing/else/in/the/line
/* a block comment: :not_a_parameter */
SELECT $tag$ :also_not $1 """ $tag$ AS dollar, E'it\'s \\' AS escaped, 'a'::text AS "cast", ARRAY[1, 2, 3] AS whole,
       (ARRAY[1, 2, 3])[1:2] AS slice, '{"a": 1}'::jsonb ? 'a' AS has;
