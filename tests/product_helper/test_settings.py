"""Settings per environment: how many connections, and how well they are protected."""

from __future__ import annotations

import pytest

from product_helper.settings import Environment, SettingsError, load_settings

URL = "postgresql://app:s3cret@db.example.com/product_helper"


def test_the_environment_is_development_unless_something_else_is_asked_for() -> None:
    assert load_settings({"DATABASE_URL": URL}).environment is Environment.DEVELOPMENT


@pytest.mark.parametrize(
    ("environment", "max_size", "max_idle"), [("development", 10, 30), ("test", 3, 10), ("production", 20, 30)]
)
def test_each_environment_has_a_pool_of_its_own_size(environment: str, max_size: int, max_idle: float) -> None:
    pool = load_settings({"PRODUCT_HELPER_ENV": environment, "DATABASE_URL": URL}).pool()
    assert (pool.max_size, pool.max_idle) == (max_size, max_idle)


def test_the_size_of_the_pool_can_be_chosen() -> None:
    assert load_settings({"DATABASE_URL": URL, "DATABASE_POOL_MAX_SIZE": "4"}).pool().max_size == 4


def test_production_waits_two_seconds_for_a_connection() -> None:
    assert load_settings({"PRODUCT_HELPER_ENV": "production", "DATABASE_URL": URL}).pool().connect_timeout == 2


def test_production_verifies_the_certificate_whatever_the_url_leaves_out() -> None:
    assert load_settings({"PRODUCT_HELPER_ENV": "production", "DATABASE_URL": URL}).pool().sslmode == "verify-full"


@pytest.mark.parametrize("sslmode", ["require", "verify-ca"])
def test_production_can_be_told_explicitly_to_verify_less(sslmode: str) -> None:
    by_variable = {"PRODUCT_HELPER_ENV": "production", "DATABASE_URL": URL, "DATABASE_SSLMODE": sslmode}
    by_url = {"PRODUCT_HELPER_ENV": "production", "DATABASE_URL": f"{URL}?sslmode={sslmode}"}
    assert load_settings(by_variable).pool().sslmode == sslmode
    assert load_settings(by_url).pool().sslmode == sslmode


@pytest.mark.parametrize("sslmode", ["disable", "allow", "prefer"])
def test_production_never_goes_without_encryption(sslmode: str) -> None:
    settings = load_settings({"PRODUCT_HELPER_ENV": "production", "DATABASE_URL": URL, "DATABASE_SSLMODE": sslmode})
    with pytest.raises(SettingsError, match=f"sslmode={sslmode} does not encrypt"):
        settings.pool()


def test_development_leaves_encryption_to_libpq() -> None:
    assert load_settings({"DATABASE_URL": URL}).pool().sslmode is None


def test_the_variable_goes_before_the_url() -> None:
    settings = load_settings({"DATABASE_URL": f"{URL}?sslmode=disable", "DATABASE_SSLMODE": "require"})
    assert settings.pool().sslmode == "require"


def test_tests_prefer_a_database_of_their_own() -> None:
    settings = load_settings(
        {"PRODUCT_HELPER_ENV": "test", "DATABASE_URL": URL, "TEST_DATABASE_URL": "postgresql://localhost/tests"}
    )
    assert settings.pool().conninfo == "postgresql://localhost/tests"


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, "DATABASE_URL: is not set"),
        ({"DATABASE_URL": ""}, "DATABASE_URL: is not set"),
        ({"DATABASE_URL": "mysql//app:s3cret@db"}, "DATABASE_URL: is neither a postgresql:// URL nor"),
        ({"DATABASE_URL": URL, "PRODUCT_HELPER_ENV": "prod"}, "PRODUCT_HELPER_ENV: .*'production'"),
        ({"DATABASE_URL": URL, "DATABASE_SSLMODE": "on"}, "DATABASE_SSLMODE: .*'verify-full'"),
        ({"DATABASE_URL": URL, "DATABASE_POOL_MAX_SIZE": "0"}, "DATABASE_POOL_MAX_SIZE: .*greater than or equal to 1"),
    ],
)
def test_a_variable_that_makes_no_sense_is_named_and_no_secret_with_it(variables: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        load_settings(variables)
    assert "s3cret" not in str(caught.value)


def test_an_sslmode_in_the_url_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(SettingsError, match="sslmode=on is none that libpq knows"):
        load_settings({"DATABASE_URL": f"{URL}?sslmode=on"}).pool()


def test_showing_settings_does_not_show_the_password() -> None:
    settings = load_settings({"DATABASE_URL": URL})
    assert "s3cret" not in f"{settings!r} {settings} {settings.pool()!r}"
