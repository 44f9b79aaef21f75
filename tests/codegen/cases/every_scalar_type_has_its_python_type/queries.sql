-- name: get_everything()
SELECT * FROM everything;

-- name: add_everything(all)<!
-- @param all: NewEverything
INSERT INTO everything VALUES (
    :all.bool, :all.bytea, :all.char, :all.name, :all.text, :all.varchar, :all.bpchar, :all.int2, :all.int4, :all.int8,
    :all.oid, :all.float4, :all.float8, :all.numeric, :all.uuid, :all.date, :all.time, :all.timetz, :all.timestamp,
    :all.timestamptz, :all.interval, :all.json, :all.jsonb, :all.inet, :all.cidr, :all.macaddr, :all.money, :all.point,
    :all.bit, :all.tsvector, :all.regclass
) RETURNING *;
