INSERT INTO parcels VALUES (1, 1, 'new', 'a', 'X'), (2, 3, NULL, 'b', 'Y');
