"""The configuration: `sqlwright.toml`, or `[tool.sqlwright]` in `pyproject.toml`.

In: a folder to start from. Out: a `Config`, or diagnostics that point at the key; config_file.py finds and reads the
file. The surprise: `sync` and `async` are only about what is generated; a project that needs one of the two turns the
other off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError
from pydantic_core import ErrorDetails

from sqlwright.config_file import FILE_NAME, find_config, read_section, read_text
from sqlwright.diagnostics import Diagnostic, DiagnosticError, Label, nearest
from sqlwright.toml_positions import Path as TomlPath
from sqlwright.toml_positions import Place, positions

__all__ = ["FILE_NAME", "Config", "find_config", "load_config"]


def _import_name(name: str) -> str:
    if not all(part.isidentifier() for part in name.split(".")):
        raise ValueError("not the import name of a package, as in product_helper")
    return name


def _class_place(place: str) -> str:
    module, colon, name = place.partition(":")
    if not colon or not name.isidentifier() or not all(part.isidentifier() for part in module.split(".")):
        raise ValueError("not a module and a class, as in product_helper.types:CollectedData")
    return place


def _column_name(name: str) -> str:
    if not re.fullmatch(r"(?:[^.]+\.)?[^.]+\.[^.]+", name):
        raise ValueError("not a table and a column, as in projects.collected_data")
    return name


def _type_name(name: str) -> str:
    if not re.fullmatch(r"(?:[^.]+\.)?[^.]+", name):
        raise ValueError("not a type, as in vector or public.vector")
    return name


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _default_output(values: dict[str, Any]) -> str:
    return "src/" + str(values.get("package", "")).replace(".", "/")


_Text = Annotated[StrictStr, AfterValidator(_filled)]
_ImportName = Annotated[StrictStr, AfterValidator(_import_name)]
_ClassPlace = Annotated[StrictStr, AfterValidator(_class_place)]
_ColumnName = Annotated[StrictStr, AfterValidator(_column_name)]
_TypeName = Annotated[StrictStr, AfterValidator(_type_name)]


class Config(BaseModel):
    """What a project says about itself; paths are relative to `root`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    #: the folder of the file; not a key
    root: Path = Field(default=Path(), exclude=True)
    #: files and folders of queries
    queries: Annotated[tuple[_Text, ...], Field(min_length=1)] = ("queries",)
    #: the folder of migrations
    migrations: _Text = "migrations"
    #: the import name of the generated package
    package: _ImportName
    #: the folder of the generated package; without it, src/<package>
    output: _Text = Field(default_factory=_default_output)
    #: a server of version 16 or later to analyse on, instead of the embedded one
    url: _Text | None = None
    #: table.column, or schema.table.column, of type json or jsonb → module:Class of its pydantic model
    json_types: Mapping[_ColumnName, _ClassPlace] = Field(default_factory=dict[str, str], alias="json")
    #: type, or schema.type, a base type or a domain → module:Class, which is called with the value
    types: Mapping[_TypeName, _ClassPlace] = Field(default_factory=dict[str, str])
    #: of generated code
    line_length: Annotated[StrictInt, Field(ge=60, le=400)] = 120
    #: what result models are
    rows: Literal["pydantic", "dataclass", "msgspec"] = "pydantic"
    #: generate blocking functions
    sync: StrictBool = True
    #: generate async functions
    async_: StrictBool = Field(default=True, alias="async")

    @property
    def query_paths(self) -> tuple[Path, ...]:
        """Where the queries are."""
        return tuple(self.root / path for path in self.queries)

    @property
    def migrations_path(self) -> Path:
        """The folder of migrations."""
        return self.root / self.migrations

    @property
    def output_path(self) -> Path:
        """The folder of the generated package."""
        return self.root / self.output


#: The keys as they are written.
_KEYS = tuple(field.alias or name for name, field in Config.model_fields.items() if name != "root")


def load_config(start: Path) -> Config:
    """The configuration that rules a folder, or the one in a file.

    Raises:
        DiagnosticError: there is none, or it is wrong; with everything that is wrong.
    """
    path = start if start.is_file() else find_config(start)
    if path is None:
        hint = f"`sqlwright init` makes one: {FILE_NAME}, or [tool.sqlwright] in pyproject.toml"
        message = f"there is no configuration in {start.resolve()} or above it"
        raise DiagnosticError(Diagnostic("SQW001", message, help=hint))
    text = read_text(path)
    section = read_section(path, text)
    if section is None:
        label = Label(path.name, text, 0, 0)
        hint = f"`sqlwright init` makes one: {FILE_NAME}, or [tool.sqlwright] in pyproject.toml"
        raise DiagnosticError(Diagnostic("SQW001", "the file has no [tool.sqlwright]", (label,), help=hint))
    checker = _Checker(path, text)
    try:
        config = Config.model_validate({**section, "root": path.parent})
    except ValidationError as error:
        raise DiagnosticError(checker.diagnostics(error, section)) from None
    if "root" in section:
        raise DiagnosticError(checker.unknown(("root",)))
    if not (config.sync or config.async_):
        raise DiagnosticError(checker.problem("SQW005", "nothing is left to generate", ("sync",), "with async = false"))
    return config


class _Checker:
    """Turns pydantic's findings into diagnostics that point at the key."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.prefix: TomlPath = ("tool", "sqlwright") if path.name == "pyproject.toml" else ()
        self.places = positions(text)

    def diagnostics(self, error: ValidationError, section: Mapping[str, Any]) -> list[Diagnostic]:
        details = error.errors(include_url=False)
        unquoted = {detail["loc"] for detail in details if detail["loc"][0] == "json" and _is_table(detail)}
        found = [self.unknown(("root",))] if "root" in section else []
        for detail in details:
            # A default that needs a missing key is no mistake of its own; an unquoted column is one, not two.
            is_second = detail["loc"][-1] == "[key]" and detail["loc"][:-1] in unquoted
            if detail["type"] != "default_factory_not_called" and not is_second:
                found.append(self.diagnostic(detail))
        return sorted(found, key=lambda item: item.label.start if item.label else 0)

    def diagnostic(self, detail: ErrorDetails) -> Diagnostic:
        path: TomlPath = tuple(part for part in detail["loc"] if part != "[key]")
        key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
        if detail["type"] == "extra_forbidden":
            return self.unknown(path)
        if detail["type"] == "missing":
            label = Label(self.path.name, self.text, *self.section())
            hint = f'add `{key} = "…"`: {_MEANINGS.get(key, "it is needed")}'
            return Diagnostic("SQW006", f"the key {key} is missing", (label,), help=hint)
        context = detail.get("ctx", {})
        if path[0] == "json" and _is_table(detail):
            inner = next(iter(cast("dict[str, Any]", detail["input"])), "column")
            hint = f'quote the key: `"{".".join(str(part) for part in path[1:])}.{inner}" = "…"`'
            return self.problem("SQW005", "a column's name has a dot, so it needs quotes", path, "", hint)
        wanted = str(context["error"]) if "error" in context else _wanted(detail)
        on_key = "[key]" in detail["loc"]
        return self.problem("SQW005", f"{key} has a wrong {'name' if on_key else 'value'}", path, wanted, on_key=on_key)

    def unknown(self, path: TomlPath) -> Diagnostic:
        key = str(path[-1])
        guess = nearest(key, _KEYS)
        place = self.place(path)
        label = Label(
            self.path.name, self.text, place.key_start, place.key_end, f"did you mean `{guess}`?" if guess else ""
        )
        return Diagnostic("SQW004", f"there is no key {key}", (label,), help="keys: " + ", ".join(_KEYS))

    def problem(
        self, code: str, message: str, path: TomlPath, said: str, hint: str | None = None, *, on_key: bool = False
    ) -> Diagnostic:
        place = self.place(path)
        span = (place.key_start, place.key_end) if on_key else (place.start, place.end)
        return Diagnostic(code, message, (Label(self.path.name, self.text, *span, said),), help=hint)

    def place(self, path: TomlPath) -> Place:
        """The place of a key, or of the nearest thing around it."""
        whole = (*self.prefix, *path)
        while whole and whole not in self.places:
            whole = whole[:-1]
        return self.places.get(whole, Place(0, 0, 0, 0))

    def section(self) -> tuple[int, int]:
        place = self.places.get(self.prefix) if self.prefix else None
        return (place.key_start, place.key_end) if place else (0, 0)


_MEANINGS = {"package": "the import name of the package to generate"}


def _is_table(detail: ErrorDetails) -> bool:
    return isinstance(detail["input"], dict)


def _wanted(detail: ErrorDetails) -> str:
    kind = type(detail["input"]).__name__
    given = {"str": "a text", "int": "a number", "float": "a number", "bool": "true or false", "list": "a list"}.get(
        kind, "a table" if kind == "dict" else f"a {kind}"
    )
    context = detail.get("ctx", {})
    match detail["type"]:
        case "string_type":
            return f"must be a text in quotes, not {given}"
        case "bool_type":
            return f"must be true or false, not {given}"
        case "int_type":
            return f"must be a whole number, not {given}"
        case "tuple_type" | "list_type":
            return f"must be a list, not {given}"
        case "mapping_type" | "dict_type":
            return f"must be a table, not {given}"
        case "greater_than_equal":
            return f"must be {context['ge']} or more"
        case "less_than_equal":
            return f"must be {context['le']} or less"
        case "literal_error":
            return "must be " + str(context["expected"]).replace("'", '"')
        case "too_short":
            return "must not be empty"
        case _:
            return detail["msg"]
