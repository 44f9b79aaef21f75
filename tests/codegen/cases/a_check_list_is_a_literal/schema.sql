CREATE TABLE parcels (
    id int PRIMARY KEY,
    size smallint NOT NULL CHECK (size IN (1, 2, 3)),
    state text CHECK (state IN ('new', 'it''s "here"', 'back\slash')),
    kind varchar(10) NOT NULL CHECK (kind = 'a' OR kind = 'b'),
    code text NOT NULL CHECK (code ~ '^[A-Z]+$')
);
