-- name: from_table(first)
SELECT * FROM city_table(:first);

-- name: from_set(first)
SELECT * FROM city_set(first => :first);

-- name: from_scalars(first)
SELECT * FROM names_from(:first) AS n (name);

-- name: from_moods()
SELECT mood FROM all_moods() AS m (mood);

-- name: in_target_list()
SELECT all_moods() AS mood;

-- name: from_out(name)^
SELECT * FROM split_name(:name);

-- name: out_alone(name)$
SELECT (split_name(:name)).rest;

-- name: inout(number)$
SELECT raised(:number);

-- name: inout_named(number, step)$
SELECT raised(step => :step, number => :number);

-- name: composite(x, label)$
SELECT viewed(:x, label => :label);

-- name: composite_columns(x)^
SELECT * FROM viewed(:x);

-- name: polymorphic(number, word)^
SELECT same(:number::int) AS number, same(:word::text) AS word, same('happy'::mood) AS mood;

-- name: variadic(one, two)$
SELECT longest(:one, :two, 'a');

-- name: variadic_array(words)$
SELECT longest(VARIADIC :words);

-- name: polymorphic_variadic(number)$
SELECT first_of(:number, 2);

-- name: defined()
SELECT * FROM records() AS r (id int, name text) ORDER BY id;

-- name: rename(city, name)!
SELECT renamed(:city, name => :name);

-- name: strict(number)$
SELECT strictly(:number);

-- name: beside_a_table(first)
SELECT c.name, s.head, s.rest FROM city_set(:first) AS c CROSS JOIN LATERAL split_name(c.name) AS s;

-- name: in_rows_from(number)
SELECT * FROM ROWS FROM (generate_series(1, :number::int), all_moods()) WITH ORDINALITY AS r (number, mood, place);
