-- Takes the scores away again; the constraint and the comment go with the column.

ALTER TABLE projects DROP COLUMN validation_score;
