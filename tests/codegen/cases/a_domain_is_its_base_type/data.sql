INSERT INTO accounts VALUES (1, 'a@b', 5, '{1.5}', '{c@d}');
