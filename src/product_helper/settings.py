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
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError

from sqlwright.runtime.settings import PoolSettings, SslMode

__all__ = ["Environment", "Settings", "SettingsError", "load_settings"]

_ENCRYPTED: tuple[SslMode, ...] = ("require", "verify-ca", "verify-full")
_SSL_MODE: TypeAdapter[SslMode | None] = TypeAdapter(SslMode | None)


class SettingsError(ValueError):
    """The environment variables do not say what they must. Names variables, never the secrets in them."""


class Environment(StrEnum):
    """Where the program runs."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


_DEFAULTS: Mapping[Environment, PoolSettings] = {
    Environment.DEVELOPMENT: PoolSettings(max_size=10, max_idle=30.0),
    Environment.TEST: PoolSettings(max_size=3, max_idle=10.0),
    Environment.PRODUCTION: PoolSettings(max_size=20, max_idle=30.0, connect_timeout=2.0, sslmode="verify-full"),
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

        Raises SettingsError for an sslmode that does not exist, and in production for one that does not encrypt.
        """
        defaults = _DEFAULTS[self.environment]
        sslmode = self.sslmode or self._sslmode_of_url() or defaults.sslmode
        if self.environment is Environment.PRODUCTION and sslmode not in _ENCRYPTED:
            raise SettingsError(
                f"sslmode={sslmode} does not encrypt for certain; in production it is one of {', '.join(_ENCRYPTED)}"
            )
        return replace(
            defaults,
            conninfo=self.url.get_secret_value(),
            max_size=self.max_size or defaults.max_size,
            sslmode=sslmode,
            application_name=f"product_helper {self.environment}",
        )

    def _sslmode_of_url(self) -> SslMode | None:
        sslmode = conninfo_to_dict(self.url.get_secret_value()).get("sslmode")
        try:
            return _SSL_MODE.validate_python(sslmode)
        except ValidationError:
            raise SettingsError(f"the URL's sslmode={sslmode} is none that libpq knows") from None


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
