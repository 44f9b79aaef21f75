INSERT INTO cities VALUES (1, 'Uruk');
INSERT INTO rivers VALUES (7, 1);
