"""Names that hide others: a resolved package in, the same with such imports under another name out.

In a module of functions, a query called `list` or `date` hides the builtin or the class of that name, and a parameter
called `cursor` hides the runtime's function; in a model, so does a field. The names that users see stay; what hides
behind them is imported under an alias: `date as date_type`.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Set
from dataclasses import replace

from sqlwright.codegen.python_ir import Annotation, Function, Import, Model, Package, SqlModule

__all__ = ["without_hidden_names"]

_BUILTINS = frozenset(name for name in dir(builtins) if name.islower())
_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")


def without_hidden_names(package: Package) -> Package:
    """The package, in which every annotation and call means what it should."""
    fields = {field.name for model in package.models for field in model.fields}
    return replace(
        package,
        models=tuple(_model(model, fields) for model in package.models),
        modules=tuple(_module(module) for module in package.modules),
    )


def _model(model: Model, hidden: Set[str]) -> Model:
    return replace(
        model,
        fields=tuple(replace(field, annotation=_aliased(field.annotation, hidden)) for field in model.fields),
    )


def _module(module: SqlModule) -> SqlModule:
    names = {function.name for function in module.functions}
    parameters = {parameter.name for function in module.functions for parameter in function.parameters}
    return replace(
        module,
        functions=tuple(_function(function, names) for function in module.functions),
        hidden=frozenset(names | parameters),
    )


def _function(function: Function, hidden: Set[str]) -> Function:
    return replace(
        function,
        parameters=tuple(replace(each, annotation=_aliased(each.annotation, hidden)) for each in function.parameters),
        returns=_aliased(function.returns, hidden),
    )


def _aliased(annotation: Annotation, hidden: Set[str]) -> Annotation:
    imports = {each.local: each for each in annotation.imports}
    aliases: dict[str, Import] = {}
    for name in set(_WORD.findall(annotation.text)) & hidden:
        origin = imports.get(name) or (Import("builtins", name) if name in _BUILTINS else None)
        if origin is not None:
            aliases[name] = replace(origin, alias=f"{name}_type")
    if not aliases:
        return annotation
    text = _WORD.sub(lambda match: aliases[match[0]].local if match[0] in aliases else match[0], annotation.text)
    others = (each for name, each in imports.items() if name not in aliases)
    return Annotation(text, frozenset((*others, *aliases.values())))
