-- name: get_totals()^
-- How many cities there are, and the sum of what is known of their people.
SELECT count(*) AS cities, sum(population) AS population FROM cities;
