-- name: create_project(project)<!
INSERT INTO projects (name, owner)
VALUES (:project.name, :projekt.owner) RETURNING id;
