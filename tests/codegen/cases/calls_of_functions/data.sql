INSERT INTO cities VALUES (1, 'Uruk', -4000), (2, 'Ur', NULL);
