-- needs: PostgreSQL 17
CREATE TABLE stock (
    item text PRIMARY KEY,
    amount int NOT NULL DEFAULT 0
);
