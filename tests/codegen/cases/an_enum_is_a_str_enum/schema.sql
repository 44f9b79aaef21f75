CREATE TYPE mood AS ENUM ('happy', 'so so', 'very-sad', 'Ärger', '1st', 'None', 'name', 'it''s "x\');
CREATE TABLE people (
    id int PRIMARY KEY,
    mood mood NOT NULL,
    former mood[]
);
