INSERT INTO users VALUES (1, 'a', 'large');
INSERT INTO audit.users VALUES (1, 'b', 'write');
INSERT INTO "Odd Schema".users VALUES (1);
INSERT INTO "user" VALUES (1);
INSERT INTO decimals VALUES (1.0);
