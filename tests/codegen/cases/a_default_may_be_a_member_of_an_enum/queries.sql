-- name: list_people(mood, least)
-- @param mood = 'so so'  Only people in this mood.
-- @param least = 70.5
SELECT * FROM people WHERE mood = :mood AND weight >= :least;
