CREATE TABLE stock (
    item text PRIMARY KEY,
    amount int NOT NULL DEFAULT 0
);
CREATE TABLE moves (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item text NOT NULL,
    amount int NOT NULL
);
