-- name: get_city(db)^
SELECT * FROM cities WHERE id = :db;

-- name: add_city(self)!
INSERT INTO cities VALUES (:self.id);
