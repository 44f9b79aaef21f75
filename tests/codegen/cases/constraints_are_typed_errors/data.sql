INSERT INTO cities VALUES (1, 'Uruk', 'x');
INSERT INTO stays VALUES (1, 1, '[2020-01-01,2020-01-05)', 'Enkidu');
