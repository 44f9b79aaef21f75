"""What is wrong with a file is said before anything is applied, with its place."""

from __future__ import annotations

import psycopg
import pytest

from sqlwright.diagnostics import DiagnosticError, render
from sqlwright.migrate.files import read_migrations, read_script


def test_numbers_are_compared_as_numbers(write, folder):
    for name in ("10_j", "9_i", "1_a"):
        write(name, "SELECT 1")
    assert [file.id for file in read_migrations(folder)] == ["1_a", "9_i", "10_j"]


def test_yoyos_own_names_with_a_date_and_a_counter_are_numbers_too(write, folder):
    for name in ("20251122_02_Xy-second", "20251122_10_Zz-tenth", "20251122_01_Ab-first"):
        write(name, "SELECT 1")
    assert [file.id[-5:] for file in read_migrations(folder)] == ["first", "econd", "tenth"]


def test_two_migrations_with_one_number_are_refused(write, folder, refusal):
    write("0001_a", "SELECT 1")
    write("1_b", "SELECT 1")
    diagnostic = refusal(lambda: read_migrations(folder))
    assert diagnostic.code == "SQW403"
    assert len(diagnostic.labels) == 2


def test_a_file_without_a_number_is_refused(write, folder, refusal):
    write("base", "SELECT 1", None)
    assert refusal(lambda: read_migrations(folder)).code == "SQW402"


def test_a_python_migration_is_refused(folder, refusal):
    (folder / "0001_a.py").write_text("steps = []")
    assert refusal(lambda: read_migrations(folder)).code == "SQW402"


def test_a_rollback_with_a_misspelt_name_names_the_right_one(write, folder, refusal):
    write("0001_projects", "SELECT 1", None)
    (folder / "0001_project.rollback.sql").write_text("")
    diagnostic = refusal(lambda: read_migrations(folder))
    assert (diagnostic.code, diagnostic.help) == ("SQW405", "Did you mean 0001_projects.rollback.sql?")


def test_a_missing_folder_is_an_error(tmp_path, refusal):
    assert refusal(lambda: read_migrations(tmp_path / "nowhere")).code == "SQW401"


def test_a_file_that_is_not_utf8_is_an_error_with_its_line(write, folder, refusal):
    write("0001_a", b"SELECT 1;\n-- \xe9t\xe9\n")
    assert refusal(lambda: read_migrations(folder)).message == "this file is not UTF-8 text: byte 0xe9 in line 2"


def test_a_byte_order_mark_and_crlf_are_fine(migrator, write, database):
    write("0001_a", b"\xef\xbb\xbf-- transactional: true\r\nCREATE TABLE a (\r\n  t text DEFAULT 'x\r\ny'\r\n);\r\n")
    migrator.up()
    with psycopg.connect(database) as connection:
        assert connection.execute("INSERT INTO a DEFAULT VALUES RETURNING t").fetchone() == ("x\r\ny",)


@pytest.mark.parametrize(
    ("sql", "code", "place"),
    [
        ("SELECT 1;\n  BEGIN;\nSELECT 2;\nCOMMIT;", "SQW411", (2, 3)),
        ("START TRANSACTION", "SQW411", (1, 1)),
        ("SELECT 1; ROLLBACK", "SQW411", (1, 11)),
        ("\\restrict abc\nSELECT 1;", "SQW410", (1, 1)),
        ("SELECT 1;\n\\i other.sql\n", "SQW410", (2, 1)),
        ("SELECT 1 \\gset\nSELECT 2", "SQW410", (1, 10)),
        ("CREATE TABLE a (t text);\nCOPY a FROM STDIN;\nit's\n\\.\n", "SQW409", (2, 1)),
        ("COPY a (t) FROM STDIN WITH (FORMAT csv);\n1\n", "SQW409", (1, 1)),
        ("SELECT 'not closed;\n", "SQW407", (1, 8)),
        ("-- transactional: flase\nSELECT 1", "SQW408", (1, 19)),
        ("-- depends: 0000_nothing\nSELECT 1", "SQW404", (1, 13)),
    ],
)
def test_what_cannot_run_is_found_before_anything_is_applied(migrator, write, states, sql, code, place):
    write("0000_first", "SELECT 1")
    path = write("0001_a", sql)
    with pytest.raises(DiagnosticError) as caught:
        migrator.up()
    first = caught.value.diagnostics[0]
    assert (first.code, first.label.position) == (code, place)
    path.write_text("SELECT 1")
    assert states() == {"0000_first": "pending", "0001_a": "pending"}


def test_all_files_are_checked_and_all_that_is_wrong_is_said_at_once(write, folder):
    write("0001_a", "BEGIN")
    write("0002_b", "\\q")
    with pytest.raises(DiagnosticError) as caught:
        read_migrations(folder)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["SQW411", "SQW410"]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE FUNCTION f(i int) RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN i > 0 THEN 1 ELSE 2 END; END",
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; END",
        "CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS $body$ BEGIN RETURN 1; END; $body$",
        "DO $$ BEGIN PERFORM 1; COMMIT; END $$",
        "SELECT 1 /* a; /* nested; */ b; */ + 2",
        'SELECT \';\' || "a;b" FROM (SELECT 1 AS "a;b") AS s -- and; so on',
        "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)",
        "SELECT 100 % 7 AS \"percent %s\", '%(a)s'",
    ],
)
def test_one_statement_stays_one(tmp_path, statement):
    path = tmp_path / "0001_a.sql"
    path.write_text(f"-- a comment; with a semicolon\n{statement}\n;;\nSELECT 2;")
    texts = [one.text for one in read_script(path).statements]
    assert texts[1:] == ["SELECT 2"]
    assert texts[0] == statement.removesuffix(" -- and; so on")


def test_an_error_of_the_server_points_at_the_token_in_the_file(migrator, write, refusal):
    write("0001_a", "-- é\nCREATE TABLE a (id int);\nSELECT 'ü', id,\n\tnmae FROM a;\n")
    diagnostic = refusal(migrator.up)
    label = diagnostic.label
    assert diagnostic.code == "SQW420"
    assert "[42703]" in diagnostic.message
    assert label.position == (4, 2)
    assert label.text[label.start : label.end] == "nmae"
    assert "nmae" in render(diagnostic)


def test_an_error_without_a_position_points_at_its_statement(migrator, write, refusal):
    write("0001_a", "CREATE TABLE a (id int);\n\nINSERT INTO a\nSELECT 1 / (id - id) FROM (SELECT 1 AS id) AS s;\n")
    assert refusal(migrator.up).label.position == (3, 1)


def test_rows_are_not_quoted_in_an_error(migrator, write, refusal):
    write("0001_a", "CREATE TABLE a (email text); INSERT INTO a VALUES ('ann@example.org'), ('ann@example.org')")
    write("0002_b", "CREATE UNIQUE INDEX ON a (email)")
    assert "ann@" not in render(refusal(migrator.up))


def test_what_depends_on_a_dropped_object_is_told(migrator, write, refusal):
    write("0001_a", "CREATE TABLE a (id int); CREATE VIEW v AS SELECT * FROM a; DROP TABLE a")
    assert any("view v depends on table a" in note for note in refusal(migrator.up).notes)


def test_what_cannot_run_in_a_transaction_says_how_it_can(migrator, write, refusal):
    write("0001_a", "CREATE TABLE a (id int)")
    write("0002_b", "CREATE INDEX CONCURRENTLY a_id ON a (id)")
    assert "-- transactional: false" in refusal(migrator.up).help


def test_a_constraint_that_fails_at_commit_is_told_with_its_migration(migrator, write, refusal, states):
    write(
        "0001_a",
        "CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES a DEFERRABLE INITIALLY DEFERRED);"
        "INSERT INTO a VALUES (1, 2)",
    )
    diagnostic = refusal(migrator.up)
    assert diagnostic.label.source_name.endswith("0001_a.sql")
    assert "at the end of the migration" in diagnostic.message
    assert states() == {"0001_a": "pending"}
