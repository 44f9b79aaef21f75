"""The functions of extensions that are called safe: they exist, and give no NULL for values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.needs import needs

from sqlwright.codegen.nullability.extensions import KNOWN

if TYPE_CHECKING:
    from .conftest import Laboratory

_CALLS = {
    "pg_trgm": ("similarity('', '')", "word_similarity('', 'a')", "show_trgm('')", "'a'::text <-> ''"),
    "unaccent": ("unaccent('')", "unaccent('é')"),
    "citext": (
        "''::citext = 'A'",
        "'a'::citext ~ 'A'",
        "translate('a'::citext, 'A', '')",
        "replace(''::citext, '', '')",
        "strpos(''::citext, '')",
    ),
    "hstore": ("akeys('')", "avals('a=>NULL')", "''::hstore ? 'a'", "slice('', ARRAY['a'])", "'a=>NULL'::hstore || ''"),
    "ltree": ("nlevel('')", "subpath('a.b', 0, 0)", "index('a.b', 'c')", "''::ltree <@ 'a'", "text2ltree('')"),
    "fuzzystrmatch": ("levenshtein('', '')", "soundex('')", "dmetaphone('')", "difference('', '')"),
    "intarray": ("icount('{}')", "sort('{}')", "uniq('{}')", "idx('{}', 1)", "subarray('{}', 5)"),
}


@pytest.mark.parametrize("extension", [pytest.param(name, marks=needs(name)) for name in sorted(_CALLS)])
def test_functions_of_an_extension_exist_and_give_no_null_for_values(extension: str, laboratory: Laboratory) -> None:
    connection = laboratory.hostile
    with connection.transaction(force_rollback=True):
        connection.execute(f'CREATE EXTENSION IF NOT EXISTS "{extension}"'.encode())
        names = connection.execute(
            "SELECT DISTINCT p.proname FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid"
            " JOIN pg_proc p ON p.oid = d.objid WHERE d.classid = 'pg_proc'::regclass AND d.deptype = 'e'"
            " AND x.extname = %s AND p.proisstrict",
            (extension,),
        ).fetchall()
        assert {*KNOWN[extension]} <= {name for (name,) in names}
        for call in _CALLS[extension]:
            assert connection.execute(f"SELECT ({call}) IS NOT NULL".encode()).fetchone() == (True,), call
