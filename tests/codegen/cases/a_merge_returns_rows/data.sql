INSERT INTO stock VALUES ('nut', 5);
