"""models.py of the generated package: enums, Literals, models, and the functions that build them from rows."""

from __future__ import annotations

from sqlwright.codegen.python_ir import Call, EnumClass, Import, JsonAdapter, LiteralAlias, Model, ModelField, Package
from sqlwright.codegen.render.header import exports, header
from sqlwright.codegen.render.layout import article, assignment, bracketed, docstring, expression, imports

__all__ = ["render_models"]

_RUNTIME = "sqlwright.runtime.models"
_STRUCTS = "sqlwright.runtime.structs"


def render_models(package: Package) -> str:
    """The text of models.py."""
    width = package.line_length
    module = f"{package.name}.models"
    lines = header("", "Models of rows, of parameters, and of the types that they are made of.", width)
    lines += imports(_imports(package), package.name, module, width)
    names = [each.name for each in package.enums] + [each.name for each in package.aliases]
    names += [each.name for each in package.models]
    names += [model.row_function for model in package.models if model.row_function]
    names += [each.function for each in package.json_adapters]
    lines += exports(names, width)
    for alias in package.aliases:
        lines += _alias(alias, width)
    for adapter in package.json_adapters:
        lines += _json_adapter(adapter, width)
    for enum in package.enums:
        lines += _enum(enum, width)
    if package.readers:
        lines.append("")
        for reader in package.readers:
            lines += assignment(reader.name, reader.call, 0, width)
        lines.append("")
    for model in package.models:
        lines += _model(model, width)
    return "\n".join(lines).rstrip("\n") + "\n"


def _imports(package: Package) -> set[Import]:
    needed: set[Import] = set()
    if package.enums:
        needed.add(Import("enum", "StrEnum"))
    if package.aliases:
        needed |= {Import("typing", "Literal"), Import("typing", "TypeAlias")}
    for adapter in package.json_adapters:
        needed |= adapter.annotation.imports | {Import(_RUNTIME, "json_reader"), Import("collections.abc", "Callable")}
    needed |= {Import(_RUNTIME, reader.call.function) for reader in package.readers}
    for model in package.models:
        needed.add(Import(_STRUCTS if model.base == "RowStruct" else _RUNTIME, model.base))
        if model.base == "RowRecord":
            needed |= {Import("dataclasses", "dataclass"), Import(_RUNTIME, "builder")}
        for field in model.fields:
            needed |= field.annotation.imports
            if isinstance(field.default, Call):
                needed.add(Import(_RUNTIME, field.default.function))
            if model.base == "ChangesModel":
                needed.add(Import(_RUNTIME, "UNSET"))
        if model.row_function:
            needed |= {Import(_RUNTIME, name) for name in (*model.builders, "Row")}
            if model.base == "RowModel":
                needed.add(Import(_RUNTIME, "validator"))
    return needed


def _alias(alias: LiteralAlias, width: int) -> list[str]:
    return [
        *bracketed(f"{alias.name}: TypeAlias = Literal[", alias.values, "]", width),
        *docstring([alias.doc], 0, width),
        "",
    ]


def _enum(enum: EnumClass, width: int) -> list[str]:
    members = [f"    {name} = {label}" for name, label in enum.members]
    return ["", f"class {enum.name}(StrEnum):", *docstring([enum.doc], 4, width), "", *members, ""]


def _json_adapter(adapter: JsonAdapter, width: int) -> list[str]:
    name = adapter.annotation.text
    reader = Call("json_reader", (name,))
    return [
        *assignment(f"{adapter.function}: Callable[[bytes], {name}]", reader, 0, width),
        *docstring([f"{article(name)} from JSON as the driver returns it, validated."], 0, width),
        "",
    ]


def _model(model: Model, width: int) -> list[str]:
    lines = ["", *_class(model, width), *docstring([model.doc], 4, width), ""]
    for field in model.fields:
        lines += _field(field, width)
    if not model.fields:
        lines.pop()
    lines.append("")
    if model.row_function:
        lines += ["", *_row_function(model, model.row_function, width)]
    return lines


def _class(model: Model, width: int) -> list[str]:
    if model.base == "RowRecord":
        return ["@dataclass(frozen=True, slots=True, kw_only=True)", f"class {model.name}(RowRecord):"]
    keywords = ["frozen=True"]
    if model.base == "RowStruct":
        keywords += ["kw_only=True"] if model.cyclic else ["kw_only=True", "gc=False"]
    return bracketed(f"class {model.name}(", [model.base, *keywords], "):", width)


def _row_function(model: Model, function: str, width: int) -> list[str]:
    maker = {"RowModel": "validator", "RowRecord": "builder"}.get(model.base)
    lines = [*assignment(f"_{function}", Call(maker, (model.name,)), 0, width), "", ""] if maker else []
    lines += bracketed(f"def {function}(", ["row: Row"], f") -> {model.name}:", width)
    lines += docstring([f"{article(model.name)} from a row as the driver returns it."], 4, width)
    match model.base:
        case "RowRecord":
            call = Call(f"_{function}", tuple(field.value for field in model.fields))
        case "RowStruct":
            call = Call(model.name, keywords=tuple((field.name, field.value) for field in model.fields))
        case _:
            lines += [f"    return _{function}(", "        {"]
            for field in model.fields:
                lines += expression(field.value, f'"{field.name}": ', ",", 12, width)
            return [*lines, "        }", "    )", ""]
    return [*lines, *expression(call, "return ", "", 4, width), ""]


def _field(field: ModelField, width: int) -> list[str]:
    start = f"{field.name}: {field.annotation.text}"
    if field.default is None and len(start) > width - 4 and "[" not in start:
        # A hint with brackets would be broken within them; no name is that long in practice.
        return [f"    {field.name}: (", f"        {field.annotation.text}", "    )"]
    if field.default is None:
        return [f"    {start}"]
    return expression(field.default, f"{start} = ", "", 4, width)
