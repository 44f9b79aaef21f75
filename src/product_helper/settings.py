"""Which database product_helper uses, and how many connections, in each environment.

In: environment variables. Out: `PoolSettings`, which a `Database` takes. The surprise: in production the connection is
encrypted and the server's certificate verified, whatever the URL leaves out; only an explicit `sslmode=require` (or
`verify-ca`) takes less, and nothing takes no encryption.

    PRODUCT_HELPER_ENV        development (the default), test or production
    DATABASE_URL              where the database is; the test environment prefers TEST_DATABASE_URL
    DATABASE_SSLMODE          libpq's sslmode; before the URL's own
    DATABASE_POOL_MAX_SIZE    the most connections, where the environment's number does not fit

Certificates are libpq's business: `sslrootcert` in the URL, or PGSSLROOTCERT.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from sqlwright.runtime import PoolSettings

__all__ = ["Environment", "Settings", "SettingsError", "SslMode", "load_settings"]

SslMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

_ENCRYPTED: tuple[SslMode, ...] = ("require", "verify-ca", "verify-full")


class SettingsError(ValueError):
    """The environment variables do not say what they must. Names variables, never the secrets in them."""


class Environment(StrEnum):
    """Where the program runs."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class _Defaults(BaseModel):
    """What an environment starts from."""

    model_config = ConfigDict(frozen=True)

    max_size: int
    max_idle: float
    connect_timeout: int | None = None
    sslmode: SslMode | None = None


_DEFAULTS: Mapping[Environment, _Defaults] = {
    Environment.DEVELOPMENT: _Defaults(max_size=10, max_idle=30.0),
    Environment.TEST: _Defaults(max_size=3, max_idle=10.0),
    Environment.PRODUCTION: _Defaults(max_size=20, max_idle=30.0, connect_timeout=2, sslmode="verify-full"),
}


def _check_url(url: SecretStr) -> SecretStr:
    try:
        conninfo_to_dict(url.get_secret_value())
    except ProgrammingError:  # its message may quote the URL, with the password in it
        raise ValueError("is neither a postgresql:// URL nor a libpq connection string") from None
    return url


class Settings(BaseModel):
    """The settings of one environment."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    environment: Environment = Environment.DEVELOPMENT
    url: Annotated[SecretStr, AfterValidator(_check_url)]
    sslmode: SslMode | None = None
    max_size: int | None = Field(default=None, ge=1)

    def pool(self) -> PoolSettings:
        """What `Database(…)` and `AsyncDatabase(…)` take.

        Raises SettingsError for a production connection without encryption.
        """
        conninfo = self.url.get_secret_value()
        defaults = _DEFAULTS[self.environment]
        sslmode = self.sslmode or conninfo_to_dict(conninfo).get("sslmode") or defaults.sslmode
        if self.environment is Environment.PRODUCTION and sslmode not in _ENCRYPTED:
            raise SettingsError(
                f"sslmode={sslmode} does not encrypt for certain: in production it is one of {', '.join(_ENCRYPTED)}"
            )
        connect_timeout = defaults.connect_timeout
        return PoolSettings(
            conninfo=conninfo,
            max_size=self.max_size or defaults.max_size,
            max_idle=defaults.max_idle,
            application_name=f"product_helper ({self.environment})",
            **({} if connect_timeout is None else {"connect_timeout": connect_timeout}),
            **({} if sslmode is None else {"sslmode": sslmode}),
        )


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the environment variables ask for; a variable that is empty counts as not set.

    Raises SettingsError, which names the variable.
    """
    given = {name: value for name, value in environ.items() if value}
    environment = given.get("PRODUCT_HELPER_ENV", Environment.DEVELOPMENT)
    url_variable = "DATABASE_URL"
    if environment == Environment.TEST and "TEST_DATABASE_URL" in given:
        url_variable = "TEST_DATABASE_URL"
    variables = {
        "environment": "PRODUCT_HELPER_ENV",
        "url": url_variable,
        "sslmode": "DATABASE_SSLMODE",
        "max_size": "DATABASE_POOL_MAX_SIZE",
    }
    values = {field: given[variable] for field, variable in variables.items() if variable in given}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = [f"{variables[str(e['loc'][0])]}: {_plainly(e['type'], e['msg'])}" for e in error.errors()]
        raise SettingsError("; ".join(problems)) from None


def _plainly(kind: str, message: str) -> str:
    return "is not set" if kind == "missing" else message.removeprefix("Value error, ")
