INSERT INTO settings VALUES ('a', '1'), ('b', '1'), ('b', '2');
