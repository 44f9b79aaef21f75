-- The catalogs that the analysis reads, whole: a schema of some hundred tables is a few thousand rows.
-- Every statement runs on PostgreSQL 16, 17 and 18 with an ordinary user's rights.

-- name: relations()
-- Everything that has columns: tables, views, sequences, foreign tables, and the rows of composite types.
SELECT c.oid, n.nspname, c.relname, c.relkind::text, pg_table_is_visible(c.oid), c.reltype, c.relrowsecurity,
       c.relhasrules AND EXISTS (SELECT FROM pg_rewrite w WHERE w.ev_class = c.oid AND w.rulename <> '_RETURN'),
       COALESCE((SELECT bit_or(t.tgtype) FROM pg_trigger t
                 WHERE t.tgrelid = c.oid AND (t.tgtype & 1) = 1 AND (t.tgtype & 2) = 2 AND t.tgenabled <> 'D'), 0),
       COALESCE((SELECT bit_or(t.tgtype) FROM pg_trigger t
                 WHERE t.tgrelid = c.oid AND (t.tgtype & 64) = 64 AND t.tgenabled <> 'D'), 0)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')
  AND n.nspname <> 'pg_toast'
ORDER BY c.oid;

-- name: columns()
-- Live columns, in order. A not-null constraint that is NOT VALID (PostgreSQL 18) sets attnotnull and proves nothing.
SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod,
       a.attnotnull AND NOT EXISTS (
           SELECT FROM pg_constraint k
           WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND NOT k.convalidated AND k.conkey[1] = a.attnum),
       a.atthasdef AND a.attgenerated = '', a.attgenerated::text, a.attidentity::text, a.attndims
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')
ORDER BY a.attrelid, a.attnum;

-- name: inheritance()
-- Child and parent, inheritance and partitions alike.
SELECT inhrelid, inhparent FROM pg_inherits ORDER BY inhparent, inhrelid;

-- name: constraints()
-- Constraints of tables.
SELECT k.conrelid, k.oid, k.conname, k.contype::text, k.conkey, k.convalidated, k.condeferrable,
       pg_get_constraintdef(k.oid), NULLIF(k.confrelid, 0), k.confkey, k.confdeltype::text, k.confupdtype::text,
       k.conbin::text
FROM pg_constraint k
WHERE k.conrelid <> 0 AND k.contype IN ('p', 'u', 'f', 'c', 'x', 'n')
ORDER BY k.conrelid, k.conname;

-- name: indexes()
-- Indexes that can be relied upon: valid and live. Of each key column: its number (0 for an expression), the operator
-- family that decides what is equal, the type that the family's operators take, and the collation. WITHOUT OVERLAPS makes
-- a unique GiST index, which also refuses rows that are equal as the btree family of the type sees it.
SELECT i.indrelid, i.indexrelid, c.relname, i.indisunique, i.indisprimary, i.indimmediate, i.indnullsnotdistinct,
       key.attnums, key.families, key.types, key.collations, key.definitions,
       i.indexprs::text, i.indpred::text
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am a ON a.oid = c.relam
CROSS JOIN LATERAL (
    SELECT array_agg(k.attnum ORDER BY k.place) AS attnums,
           array_agg(CASE WHEN a.amname = 'btree' THEN o.opcfamily ELSE COALESCE(
               (SELECT d.opcfamily FROM pg_opclass d JOIN pg_am b ON b.oid = d.opcmethod
                WHERE b.amname = 'btree' AND d.opcintype = o.opcintype AND d.opcdefault LIMIT 1), 0) END
               ORDER BY k.place) AS families,
           array_agg(o.opcintype ORDER BY k.place) AS types,
           array_agg(k.coll ORDER BY k.place) AS collations,
           array_agg(CASE WHEN k.attnum = 0 THEN pg_get_indexdef(i.indexrelid, k.place::int, true) END
               ORDER BY k.place) AS definitions
    FROM unnest(i.indkey::int2[], i.indclass::oid[], i.indcollation::oid[])
         WITH ORDINALITY AS k(attnum, class, coll, place)
    JOIN pg_opclass o ON o.oid = k.class
    WHERE k.place <= i.indnkeyatts
) AS key
WHERE i.indisvalid AND i.indislive
ORDER BY i.indrelid, c.relname;

-- name: equalities()
-- What each btree operator family takes for equal, with the types of the operands.
SELECT m.amopfamily, m.amopopr, m.amoplefttype, m.amoprighttype
FROM pg_amop m
JOIN pg_am a ON a.oid = m.amopmethod
WHERE a.amname = 'btree' AND m.amopstrategy = 3;

-- name: collations()
-- Collations that may take different texts for equal.
SELECT oid FROM pg_collation WHERE NOT collisdeterministic;

-- name: types()
-- All types, with what they are made of.
SELECT t.oid, n.nspname, t.typname, t.typtype::text, t.typcategory::text,
       CASE WHEN t.typcategory = 'A' OR t.typname IN ('int2vector', 'oidvector') THEN t.typelem ELSE 0 END,
       t.typarray, t.typbasetype, t.typtypmod, t.typnotnull,
       CASE WHEN t.typtype = 'c' THEN t.typrelid ELSE 0 END,
       (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
       COALESCE((SELECT r.rngsubtype FROM pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)), 0),
       pg_type_is_visible(t.oid), t.typndims
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
ORDER BY t.oid;

-- name: domain_checks()
-- The CHECK constraints of domains, which run wherever a value becomes one of the domain.
SELECT k.contypid, k.conbin::text FROM pg_constraint k WHERE k.contypid <> 0 AND k.contype = 'c' ORDER BY k.oid;

-- name: policies()
-- What row-level security asks of rows that are read.
SELECT p.polrelid, p.polqual::text
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
WHERE c.relrowsecurity AND p.polcmd IN ('r', '*') AND p.polqual IS NOT NULL
ORDER BY p.oid;

-- name: functions()
-- Functions, procedures, aggregates and window functions. An aggregate is as volatile as the functions that it is made
-- of: its own provolatile says nothing.
SELECT p.oid, n.nspname, p.proname, p.prokind::text, l.lanname, p.proisstrict, p.proretset,
       CASE WHEN EXISTS (
           SELECT FROM pg_aggregate g
           JOIN pg_proc f ON f.oid IN (g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggmtransfn, g.aggminvtransfn,
                                       g.aggmfinalfn)
           WHERE g.aggfnoid = p.oid AND p.oid >= 16384 AND f.provolatile = 'v') THEN 'v' ELSE p.provolatile::text END,
       p.prorettype, p.proargmodes::text[], p.proargnames, COALESCE(p.proallargtypes, p.proargtypes::oid[]),
       p.provariadic,
       (SELECT x.extname FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
          AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'),
       CASE WHEN l.lanname = 'sql' AND p.prosqlbody IS NULL THEN p.prosrc END,
       p.pronargdefaults, p.proargdefaults::text
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
ORDER BY p.oid;

-- name: operators()
-- Operators, and whether a btree or hash operator class relies on them: btree strategy 3 and hash strategy 1 are equality.
SELECT o.oid, o.oprname, o.oprcode::oid, o.oprnegate,
       EXISTS (SELECT FROM pg_amop m JOIN pg_am a ON a.oid = m.amopmethod
               WHERE m.amopopr = o.oid AND a.amname IN ('btree', 'hash')),
       EXISTS (SELECT FROM pg_amop m JOIN pg_am a ON a.oid = m.amopmethod
               WHERE m.amopopr = o.oid AND (a.amname, m.amopstrategy) IN (('btree', 3), ('hash', 1)))
FROM pg_operator o
ORDER BY o.oid;
