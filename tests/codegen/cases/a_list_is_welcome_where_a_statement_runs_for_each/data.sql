INSERT INTO cities VALUES (1, '{}');
