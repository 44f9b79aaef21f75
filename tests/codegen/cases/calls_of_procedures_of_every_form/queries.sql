-- name: double(number)$
CALL doubled(:number);

-- name: swap(one, two)^
CALL swapped(two => :two, one => :one);

-- name: file(name)$
CALL filed(:name, NULL);

-- name: file_noted(name, note)^
CALL filed(note => :note, name => :name, id => NULL);

-- name: file_two(one, two)!
CALL filed_all(:one, :two);

-- name: file_all(names)!
CALL filed_all(VARIADIC :names);

-- name: echo(given)$
CALL echoed(:given::int, NULL);

-- name: commit(name)!
CALL committed(:name);

-- name: list_steps()
SELECT name FROM steps ORDER BY id;
