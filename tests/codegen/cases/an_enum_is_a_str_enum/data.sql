INSERT INTO people VALUES (1, 'so so', '{happy,NULL}'), (2, 'it''s "x\', NULL);
