INSERT INTO cities VALUES (1, 'Uruk'), (2, 'Ur');
