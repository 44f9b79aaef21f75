INSERT INTO stock VALUES ('nail', 5);
