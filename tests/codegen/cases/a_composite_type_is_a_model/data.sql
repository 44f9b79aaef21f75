INSERT INTO houses VALUES (1, ROW('High Street', 5), ARRAY[ROW('Low Street', NULL)::place, NULL]), (2, ROW(NULL, 1), NULL);
