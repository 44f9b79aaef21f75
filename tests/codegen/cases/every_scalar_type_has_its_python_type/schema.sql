CREATE TABLE everything (
    "bool" bool NOT NULL, "bytea" bytea NOT NULL, "char" "char" NOT NULL, "name" name NOT NULL, "text" text NOT NULL,
    "varchar" varchar(9) NOT NULL, "bpchar" char(3) NOT NULL, "int2" int2 NOT NULL, "int4" int4 NOT NULL,
    "int8" int8 NOT NULL, "oid" oid NOT NULL, "float4" float4 NOT NULL, "float8" float8 NOT NULL,
    "numeric" numeric NOT NULL, "uuid" uuid NOT NULL, "date" date NOT NULL, "time" time NOT NULL,
    "timetz" timetz NOT NULL, "timestamp" timestamp NOT NULL, "timestamptz" timestamptz NOT NULL,
    "interval" interval NOT NULL, "json" json NOT NULL, "jsonb" jsonb NOT NULL, "inet" inet NOT NULL,
    "cidr" cidr NOT NULL, "macaddr" macaddr NOT NULL, "money" money NOT NULL, "point" point NOT NULL,
    "bit" varbit NOT NULL, "tsvector" tsvector NOT NULL, "regclass" regclass NOT NULL
);
