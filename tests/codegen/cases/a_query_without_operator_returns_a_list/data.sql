INSERT INTO cities VALUES (1, 'Uruk', NULL), (2, 'Roma', '0001-01-01');
