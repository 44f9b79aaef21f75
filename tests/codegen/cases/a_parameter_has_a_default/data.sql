INSERT INTO cities VALUES (1, 'Uruk', 'town'), (2, 'Ur', 'port');
