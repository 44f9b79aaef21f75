CREATE TABLE "Order Lines" (
    "class" int PRIMARY KEY,
    "class_" int,
    "from" text NOT NULL,
    "date" date,
    "other date" date,
    "json" jsonb,
    "model_x" int,
    "copy" int,
    "1st" int,
    "_hidden" int,
    "straße" text,
    "Ünï Cödé" text,
    "list" int[],
    "tags" text[],
    "bytes" int,
    "data" bytea
);
