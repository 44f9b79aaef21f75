CREATE TABLE notes (
    id int PRIMARY KEY,
    "a ""quoted"" \ name" text NOT NULL,
    "100%" numeric
);
