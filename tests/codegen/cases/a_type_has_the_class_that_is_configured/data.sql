INSERT INTO items VALUES (
    1, '[1,2]', '{"[3]",NULL}', '{{"[4]"}}', 50, 'round', ROW('[5,6]', 10)
);
