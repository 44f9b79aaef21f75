CREATE TABLE t (a int, b text);
CREATE TABLE u (id int, at point, codes char(2)[], code char(2));
