-- name: list_people()
SELECT * FROM people ORDER BY id;

-- name: get_person(id)^
SELECT * FROM people WHERE id = :id;

-- name: list_people_with_pets()
SELECT p.id, p.name, ARRAY(SELECT t FROM pets AS t WHERE t.owner_id = p.id ORDER BY t.id) AS pets,
       first AS first_pet, ROW(p.mood, p.note) AS pair
FROM people AS p
LEFT JOIN pets AS first ON first.id = (SELECT min(id) FROM pets WHERE owner_id = p.id)
ORDER BY p.id;

-- name: list_promised()
-- @column size: not null
-- @column moods: not null
-- @column part: not null
SELECT id, size, moods, part FROM people ORDER BY id;

-- name: pet_names()
-- @returns PetName
SELECT id, name FROM pets ORDER BY id;

-- name: upper_pet_names()
-- @returns PetName
-- @column name: not null
SELECT id, nullif(upper(name), 'NOBODY') AS name FROM pets ORDER BY id;

-- name: get_mood(id)$
SELECT mood FROM people WHERE id = :id;

-- name: get_note(id)$
SELECT note FROM people WHERE id = :id;

-- name: add_pet(pet)<!
INSERT INTO pets (id, owner_id, name, mood) VALUES (:pet.id, :pet.owner_id, :pet.name, :pet.mood) RETURNING *;

-- name: set_place(id, place)!
UPDATE people SET place = :place WHERE id = :id;

-- name: move(person)!
UPDATE people SET place = :person.place WHERE id = :person.id;
