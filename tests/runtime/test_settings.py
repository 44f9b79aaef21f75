"""Connection settings: what is refused, and what is never shown."""

from __future__ import annotations

from typing import Any

import pytest

from sqlwright.runtime import AsyncDatabase, Database, PoolSettings


@pytest.mark.parametrize(
    "conninfo",
    [
        "postgresql://app:s3cret@db.example.org/main?sslpassword=s3cret2",
        "host=db.example.org dbname=main user=app password='s3cret' sslpassword=s3cret2",
    ],
)
@pytest.mark.parametrize("make", [PoolSettings, Database, AsyncDatabase])
def test_a_password_is_never_shown(make: Any, conninfo: str) -> None:
    shown = repr(make(conninfo)) + str(make(conninfo))
    assert "s3cret" not in shown
    assert "db.example.org" in shown and "user=app" in shown


def test_a_bad_connection_string_is_refused_without_being_shown() -> None:
    for conninfo in ("pasword=s3cret", "s3cret", "postgresql://app:s3cret@[broken"):
        with pytest.raises(ValueError) as caught:
            PoolSettings(conninfo)
        assert "s3cret" not in str(caught.value)
        assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "numbers",
    [
        {"min_size": 5, "max_size": 4},
        {"max_size": 0, "min_size": 0},
        {"min_size": -1},
        {"timeout": 0},
        {"max_idle": -1.0},
    ],
)
def test_numbers_that_make_no_sense_are_refused(numbers: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        PoolSettings("", **numbers)


def test_settings_do_not_change() -> None:
    settings = PoolSettings("dbname=a")
    with pytest.raises(AttributeError):
        settings.max_size = 3  # type: ignore[misc]
    assert settings.replace(max_size=3).max_size == 3 and settings.max_size == 10


def test_a_small_pool_needs_no_second_number() -> None:
    assert PoolSettings("", min_size=5).replace(max_size=2).min_size == 2


def test_server_timeouts_cannot_go_through_pgbouncer() -> None:
    with pytest.raises(ValueError, match="PgBouncer refuses statement_timeout"):
        Database(PoolSettings("", statement_timeout=1), pgbouncer=True)
