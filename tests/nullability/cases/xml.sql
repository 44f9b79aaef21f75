-- case: XMLELEMENT always gives an element
-- needs: libxml
-- expect: a not null, b not null
SELECT XMLELEMENT(NAME e, note) AS a, XMLELEMENT(NAME e, XMLATTRIBUTES(note AS n), hours) AS b FROM tasks;

-- case: XMLFOREST of what may be NULL may be NULL
-- needs: libxml
-- expect: a nullable, b not null, c not null
SELECT XMLFOREST(note, hours) AS a, XMLFOREST(note, title) AS b, XMLFOREST(id) AS c FROM tasks;

-- case: XMLCONCAT passes over NULL
-- needs: libxml
-- expect: a nullable, b not null
SELECT XMLCONCAT(XMLFOREST(note), XMLFOREST(hours)) AS a, XMLCONCAT(XMLFOREST(note), XMLELEMENT(NAME e)) AS b FROM tasks;

-- case: XMLPARSE, XMLSERIALIZE, XMLROOT, XMLPI and a cast are NULL where their argument is
-- needs: libxml
-- expect: a nullable, b not null, c nullable, d not null, e nullable, f not null, g nullable, h not null, i nullable,
--   j not null
SELECT XMLPARSE(CONTENT note) AS a, XMLPARSE(CONTENT title) AS b,
    XMLSERIALIZE(CONTENT XMLPARSE(CONTENT note) AS text) AS c, XMLSERIALIZE(CONTENT XMLPARSE(CONTENT title) AS text) AS d,
    XMLROOT(XMLPARSE(CONTENT note), VERSION NO VALUE) AS e, XMLROOT(XMLELEMENT(NAME e, title), VERSION NO VALUE) AS f,
    XMLPI(NAME p, note) AS g, XMLPI(NAME p, title) AS h, note::xml AS i, title::xml AS j FROM tasks;

-- case: XMLROOT with a version that is NULL
-- needs: libxml
-- expect: a not null
SELECT XMLROOT(XMLELEMENT(NAME e, title), VERSION note) AS a FROM tasks;

-- case: IS DOCUMENT is NULL where its argument is
-- needs: libxml
-- expect: a nullable, b not null, c nullable
SELECT note::xml IS DOCUMENT AS a, title::xml IS DOCUMENT AS b, note::xml IS NOT DOCUMENT AS c FROM tasks;

-- case: XMLAGG is NULL of no rows and of NULL alone
-- needs: libxml
-- expect: a nullable, b nullable
SELECT XMLAGG(XMLELEMENT(NAME e, title)) AS a, XMLAGG(note::xml) FILTER (WHERE note IS NULL) AS b FROM tasks;

-- case: XMLAGG of a group
-- needs: libxml
-- expect: a not null, b nullable, c nullable
SELECT XMLAGG(XMLELEMENT(NAME e, title) ORDER BY title) AS a, XMLAGG(XMLFOREST(note)) AS b,
    XMLAGG(XMLELEMENT(NAME e)) FILTER (WHERE hours > 5) AS c FROM tasks GROUP BY id;

-- case: columns of XMLTABLE
-- needs: libxml
-- expect: n not null, x nullable, y not null, z nullable
SELECT t.* FROM XMLTABLE('/r/i' PASSING XMLPARSE(DOCUMENT '<r><i x="1"/><i/></r>'::text)
    COLUMNS n FOR ORDINALITY, x int PATH '@x', y text PATH '@y' DEFAULT 'd' NOT NULL, z text PATH '@z') AS t;

-- case: XMLTABLE of a row that has none
-- needs: libxml
-- expect: id not null, n nullable, x nullable
SELECT k.id, t.n, t.x FROM tasks k LEFT JOIN LATERAL XMLTABLE('/e' PASSING XMLELEMENT(NAME e, k.note)
    COLUMNS n FOR ORDINALITY, x text PATH '@missing') AS t ON k.hours > 1;

-- case: xpath of what is there, and its elements
-- needs: libxml
-- expect: a not null, b nullable
SELECT xpath('/e/text()', XMLELEMENT(NAME e, title)) AS a, xpath('/e', XMLFOREST(note)) AS b FROM tasks;

-- case: xpath_exists and XMLEXISTS
-- needs: libxml
-- expect: a not null, b nullable, c not null, d nullable
SELECT xpath_exists('/e', XMLELEMENT(NAME e)) AS a, xpath_exists('/e', XMLFOREST(note AS e)) AS b,
    XMLEXISTS('/e' PASSING XMLELEMENT(NAME e, note)) AS c, XMLEXISTS('/e' PASSING XMLFOREST(note AS e)) AS d FROM tasks;

-- case: xmlcomment and whether text is well-formed
-- needs: libxml
-- expect: a not null, b nullable, c not null, d nullable
SELECT xmlcomment(title) AS a, xmlcomment(note) AS b, xml_is_well_formed(title) AS c, xml_is_well_formed(note) AS d
FROM tasks;
