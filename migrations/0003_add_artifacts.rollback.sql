-- Takes the artifacts away again, with their index.

DROP TABLE artifacts;
