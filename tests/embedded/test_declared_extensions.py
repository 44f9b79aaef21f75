"""Extensions whose libraries are not in the embedded PostgreSQL can be loaded all the same, as far as is honest."""

from __future__ import annotations

import uuid

import psycopg
import pytest

from sqlwright.embedded import start


@pytest.fixture(scope="module")
def connection():
    with start() as server, psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute('CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION pgcrypto')
        yield connection


def test_random_identifiers_are_real(connection):
    (value,) = connection.execute("SELECT uuid_generate_v4()").fetchone()
    assert value.version == 4


def test_identifiers_of_names_are_those_of_the_standard(connection):
    (value,) = connection.execute("SELECT uuid_generate_v3(uuid_ns_dns(), 'sqlwright.example')").fetchone()
    assert value == uuid.uuid3(uuid.NAMESPACE_DNS, "sqlwright.example")


def test_cryptography_is_declared_and_refuses_to_run(connection):
    result = connection.pgconn.prepare(b"", b"SELECT digest($1::text, 'sha1'), crypt($2, gen_salt('bf'))")
    assert not result.error_message
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="only declares digest"):
        connection.execute("SELECT digest('a'::text, 'sha1')")
