-- name: list_by_mood(mood, moods)
-- @param mood = 'happy'
SELECT * FROM people WHERE mood = :mood OR mood = ANY (:moods) ORDER BY id;

-- name: set_mood(id, mood)<!
UPDATE people SET mood = :mood WHERE id = :id RETURNING mood;

-- name: happiest()$
SELECT min(mood) FROM people;

-- name: add_person(person)!
INSERT INTO people VALUES (:person.id, :person.mood, :person.former);
