INSERT INTO cities VALUES (1), (2);
INSERT INTO kings VALUES (1, 1, 'Gilgamesh'), (2, 1, NULL);
