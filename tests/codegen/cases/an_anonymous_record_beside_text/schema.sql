CREATE TABLE t (id int PRIMARY KEY, price money NOT NULL);
