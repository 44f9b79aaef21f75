"""What a user of migrations does every day."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from sqlwright.migrate import Migrator, apply_all, fingerprint


def tables(conninfo: str) -> set[str]:
    with psycopg.connect(conninfo) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in rows if "yoyo" not in name and "sqlwright" not in name}


def test_up_applies_everything_in_order_and_says_what(migrator, write, database):
    write("0001_a", "CREATE TABLE a (id int)")
    write("0002_b", "CREATE TABLE b (id int); INSERT INTO a VALUES (1);")
    assert [done.id for done in migrator.up()] == ["0001_a", "0002_b"]
    assert tables(database) == {"a", "b"}


def test_up_twice_does_nothing_the_second_time(migrator, write):
    write("0001_a", "CREATE TABLE a (id int)")
    migrator.up()
    assert migrator.up() == []


@pytest.mark.parametrize("to", ["0002_b", "2", "0002"])
def test_up_stops_at_the_migration_that_is_named(migrator, write, states, to):
    for name in ("0001_a", "0002_b", "0003_c"):
        write(name, "SELECT 1")
    migrator.up(to)
    assert states() == {"0001_a": "applied", "0002_b": "applied", "0003_c": "pending"}


def test_up_to_an_unknown_migration_names_the_nearest(migrator, write, refusal):
    write("0001_base", "SELECT 1")
    assert refusal(lambda: migrator.up("0001_bass")).help == "Did you mean 0001_base?"


def test_down_takes_back_the_last_one(migrator, write, database, states):
    write("0001_a", "CREATE TABLE a (id int)", "DROP TABLE a")
    write("0002_b", "CREATE TABLE b (id int)", "DROP TABLE b")
    migrator.up()
    assert [done.id for done in migrator.down()] == ["0002_b"]
    assert tables(database) == {"a"}
    assert states() == {"0001_a": "applied", "0002_b": "pending"}


def test_down_runs_the_statements_of_a_rollback_in_the_order_of_the_file(migrator, write, database):
    write("0001_a", "CREATE TABLE a (id int); CREATE VIEW v AS SELECT * FROM a", "DROP VIEW v; DROP TABLE a")
    migrator.up()
    migrator.down()
    assert tables(database) == set()


def test_status_of_a_database_that_was_never_migrated_changes_nothing(migrator, write, states, database):
    write("0001_a", "SELECT 1")
    assert states() == {"0001_a": "pending"}
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_status_says_when_by_whom_and_how_long(migrator, write):
    write("0001_a", "SELECT pg_sleep(0.02)")
    migrator.up()
    (entry,) = migrator.status().entries
    with psycopg.connect(migrator.conninfo) as connection:
        (now,) = connection.execute("SELECT now()").fetchone()
    assert abs((now - entry.applied_at).total_seconds()) < 60
    assert entry.applied_by
    assert 0.02 <= entry.duration.total_seconds() < 10


def test_yoyo_itself_reads_the_same_state(migrator, write, folder, database):
    write("0001_a", "SELECT 1")
    write("0002_b", "SELECT 1")
    migrator.up("1")
    parts = conninfo_to_dict(database)
    query = "&".join(f"{name}={parts[name]}" for name in ("host", "port", "password") if name in parts)
    url = f"postgresql+psycopg://{parts['user']}@/{parts['dbname']}?{query}"
    command = [sys.executable, "-m", "yoyo", "list", "--no-config-file", "--batch", "--database", url, str(folder)]
    listed = subprocess.run(command, capture_output=True, text=True)
    assert "A         0001_a" in listed.stdout, listed.stderr
    assert "U         0002_b" in listed.stdout


def test_what_yoyo_itself_has_applied_is_applied(migrator, write, states):
    write("0001_a", "CREATE TABLE a (id int)")
    migrator.up()
    with psycopg.connect(migrator.conninfo) as connection:
        connection.execute("DROP TABLE _sqlwright_migration")
    assert states() == {"0001_a": "applied"}
    assert migrator.up() == []


def test_apply_all_leaves_no_record_in_a_scratch_database(write, folder, database):
    write("0001_a", "CREATE TABLE a (id int)")
    with psycopg.connect(database) as connection:
        apply_all(connection, folder)
        assert connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall() == [("a",)]


def test_new_writes_both_files_under_the_next_free_number(migrator, write):
    write("0009_nine", "SELECT 1")
    apply, rollback = migrator.new("Add a Score!")
    assert (apply.name, rollback.name) == ("0010_add_a_score.sql", "0010_add_a_score.rollback.sql")
    assert [done.id for done in migrator.up()] == ["0009_nine", "0010_add_a_score"]


def test_new_begins_an_empty_folder_with_number_one(tmp_path: Path):
    apply, _ = Migrator("", tmp_path / "not yet there").new("first")
    assert apply.name == "0001_first.sql"


def test_the_fingerprint_follows_the_text_and_not_its_line_ends(write, folder):
    write("0001_a", "SELECT 1;\nSELECT 2;\n")
    before = fingerprint(folder)
    write("0001_a", "SELECT 1;\r\nSELECT 2;\r\n")
    assert fingerprint(folder) == before
    write("0001_a", "SELECT 1;\nSELECT 3;\n")
    assert fingerprint(folder) != before


def test_a_migration_may_set_search_path_and_role_and_is_still_recorded(migrator, write, states, server):
    write(
        "0001_dump",
        "SELECT pg_catalog.set_config('search_path', '', false); SET ROLE pg_read_all_data",
    )
    write("0002_next", "CREATE TABLE a (id int)")
    migrator.up()
    assert states() == {"0001_dump": "applied", "0002_next": "applied"}


def test_a_schema_with_the_users_name_does_not_make_migrations_run_again(migrator, write, states):
    write("0001_schema", "CREATE SCHEMA AUTHORIZATION CURRENT_USER")
    write("0002_table", "CREATE TABLE a (id int)")
    migrator.up("1")
    migrator.up()
    assert migrator.up() == []
    assert states() == {"0001_schema": "applied", "0002_table": "applied"}


def test_a_statement_that_waits_for_a_lock_gives_up_and_says_what_to_do(database, write, folder, refusal):
    write("0001_a", "CREATE TABLE a (id int)")
    Migrator(database, folder).up()
    write("0002_b", "ALTER TABLE a ADD COLUMN n int")
    with psycopg.connect(database) as reader:
        reader.execute("SELECT * FROM a")
        diagnostic = refusal(Migrator(database, folder, lock_timeout="50ms").up)
    assert "55P03" in diagnostic.message
    assert "lock_timeout" in diagnostic.help


def test_time_outs_of_the_connection_string_are_kept(database, write, folder, refusal):
    write("0001_a", "SELECT pg_sleep(10)")
    given = psycopg.conninfo.make_conninfo(database, options="-c statement_timeout=1s")
    assert "57014" in refusal(Migrator(given, folder).up).message


def test_an_unreachable_database_is_an_error_with_what_to_do(folder, refusal):
    diagnostic = refusal(Migrator("host=127.0.0.1 port=1 connect_timeout=1", folder).status)
    assert diagnostic.code == "SQW421"
    assert "DATABASE_URL" in diagnostic.help


def test_on_done_hears_of_each_migration_before_a_later_one_fails(migrator, write, refusal):
    write("0001_a", "SELECT 1")
    write("0002_b", "SELECT 1/0")
    heard = []
    refusal(lambda: migrator.up(on_done=lambda done: heard.append(done.id)))
    assert heard == ["0001_a"]
