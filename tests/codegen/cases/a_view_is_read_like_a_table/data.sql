INSERT INTO cities VALUES (1, 'Uruk');
