CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, boss_id int REFERENCES users);
CREATE TABLE projects (
    id int PRIMARY KEY,
    user_id int NOT NULL REFERENCES users,
    name text NOT NULL,
    position int,
    UNIQUE (user_id, name)
);
CREATE TABLE "Odd Name" (id int PRIMARY KEY, "select" text);
CREATE VIEW owned AS SELECT p.id, p.name, u.email FROM projects p JOIN users u ON u.id = p.user_id;
CREATE VIEW everybody AS SELECT id, email FROM users UNION ALL SELECT id, name FROM projects;
CREATE VIEW named AS SELECT id, name FROM projects;
CREATE TABLE ruled (id int PRIMARY KEY, name text);
CREATE RULE instead AS ON UPDATE TO ruled DO INSTEAD UPDATE projects SET name = new.name WHERE id = new.id RETURNING id, name;
CREATE FUNCTION latest() RETURNS projects LANGUAGE sql STABLE AS 'SELECT * FROM projects ORDER BY id DESC LIMIT 1';
CREATE PROCEDURE halve(INOUT whole int, OUT half int, OUT rest int) LANGUAGE plpgsql
    AS 'BEGIN half := whole / 2; rest := whole % 2; END';
