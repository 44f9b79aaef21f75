INSERT INTO "Order Lines" ("class", "from", "date", "1st", "list", "tags", "data") VALUES (1, 'x', '2020-01-01', 7, '{1}', '{a}', '\x01');
