INSERT INTO people VALUES (1, 'so so', 71.50);
