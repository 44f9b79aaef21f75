"""Layout of Python text: calls, imports and docstrings, broken over lines as ruff's formatter would.

The formatter leaves a bracket with a trailing comma exploded, so text that does not fit on its line is printed one
item a line with that comma: the same bytes come out whether or not the formatter runs.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

from sqlwright.codegen.python_ir import Call, Expression, Import, ListOf, OrNone

__all__ = ["article", "assignment", "bracketed", "docstring", "expression", "imports", "one_line"]

_INDENT = "    "
#: Indented, an item of a list, or `Reads: …`: not the continuation of the line before.
_STARTS_LINE = re.compile(r"\s|[-*] |\d+[.)] |\w+: ")


def article(name: str) -> str:
    """`A Project`, `An Artifact`."""
    return f"{'An' if name[:1] in 'AEIOU' else 'A'} {name}"


def one_line(value: Expression) -> str:
    """The expression on one line."""
    match value:
        case str():
            return value
        case OrNone():
            return f"None if {value.source} is None else {one_line(value.value)}"
        case ListOf():
            return f"[{one_line(value.element)} for {value.name} in {one_line(value.values)}]"
        case Call():
            items = [one_line(each) for each in value.arguments]
            items += [f"{key}={one_line(each)}" for key, each in value.keywords]
            comma = "," if not value.function and len(items) == 1 else ""
            return f"{value.function}({', '.join(items)}{comma})"


def expression(value: Expression, prefix: str, suffix: str, indent: int, width: int) -> list[str]:
    """`prefix` + expression + `suffix` as lines that start at column `indent`."""
    space = " " * indent
    flat = f"{space}{prefix}{one_line(value)}{suffix}"
    if len(flat) <= width:
        return [flat]
    match value:
        case str():
            return [flat]
        case OrNone():
            lines = [f"{space}{prefix}None", f"{space}if {value.source} is None"]
            return lines + expression(value.value, "else ", suffix, indent, width)
        case ListOf():
            inner = [" " * (indent + 4) + one_line(value)[1:-1]]
            if len(inner[0]) > width:
                inner = expression(value.element, "", "", indent + 4, width)
                inner += expression(value.values, f"for {value.name} in ", "", indent + 4, width)
            return [f"{space}{prefix}[", *inner, f"{space}]{suffix}"]
        case Call():
            lines = [f"{space}{prefix}{value.function}("]
            for each in value.arguments:
                lines += expression(each, "", ",", indent + 4, width)
            for key, each in value.keywords:
                lines += expression(each, f"{key}=", ",", indent + 4, width)
            return [*lines, f"{space}){suffix}"]


def assignment(target: str, value: Expression, indent: int, width: int) -> list[str]:
    """`target = value`, in parentheses where a conditional, or the function's name, is too long for the line."""
    prefix = f"{target} = "
    room = width - indent - len(prefix)
    fits = len(one_line(value)) <= room or not isinstance(value, OrNone)
    if fits and not (isinstance(value, Call) and len(value.function) >= room):
        return expression(value, prefix, "", indent, width)
    space = " " * indent
    return [f"{space}{prefix}(", *expression(value, "", "", indent + 4, width), f"{space})"]


def bracketed(prefix: str, items: Sequence[str], suffix: str, width: int, *, always: bool = False) -> list[str]:
    """`prefix` + items + `suffix`, where prefix ends with `(` or `[` and suffix starts with the closing one."""
    flat = f"{prefix}{', '.join(items)}{suffix}"
    if len(flat) <= width and not always:
        return [flat]
    return [prefix, *(f"{_INDENT}{item}," for item in items), suffix]


def imports(needed: Iterable[Import], package: str, module: str, width: int) -> list[str]:
    """Import lines in the order of ruff's isort rules, sections divided by blank lines.

    What belongs to the same top-level package as `module` is imported relatively: it is then in a section of its own,
    whatever a formatter takes for first-party.
    """
    by_module: dict[str, set[Import]] = {}
    for each in needed:
        if each.module != module:
            by_module.setdefault(_relative(each.module, package, module), set()).add(each)
    sections: dict[int, list[str]] = {}
    for name in sorted(by_module, key=_module_key):
        lines = sections.setdefault(_section(name), [])
        lines += _import(name, by_module[name], width)
    return [line for section in sorted(sections) for line in [*sections[section], ""]]


def _relative(target: str, package: str, module: str) -> str:
    top = package.partition(".")[0]
    if target != top and not target.startswith(f"{top}."):
        return target
    here, there = module.split(".")[:-1], target.split(".")
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    return "." * (len(here) - shared + 1) + ".".join(there[shared:])


def _module_key(name: str) -> tuple[int, int, str]:
    dots = len(name) - len(name.lstrip("."))
    return (_section(name), -dots, name.lower())


_STANDARD = frozenset(
    (
        "builtins",
        "collections",
        "contextlib",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "ipaddress",
        "typing",
        "uuid",
    )
)


def _section(name: str) -> int:
    """Standard library, third party, the project's own, relative."""
    if name.startswith("."):
        return 3
    top = name.partition(".")[0]
    return 0 if top in _STANDARD else 1 if top == "sqlwright" else 2


def _import(name: str, members: Iterable[Import], width: int) -> list[str]:
    ordered = sorted(members, key=lambda each: (_member_key(each.name), each.alias or ""))
    plain = [each.name for each in ordered if each.alias is None]
    # isort writes members with an alias on lines of their own, and sorts all lines by their first member.
    lines = {
        _member_key(each.name): [f"from {name} import {each.name} as {each.alias}"] for each in ordered if each.alias
    }
    if plain:
        flat = f"from {name} import {', '.join(plain)}"
        exploded = [f"from {name} import (", *(f"{_INDENT}{each}," for each in plain), ")"]
        lines[_member_key(plain[0])] = [flat] if len(flat) <= width else exploded
    return [line for key in sorted(lines) for line in lines[key]]


def _member_key(name: str) -> tuple[int, str]:
    if len(name) > 1 and name.isupper():
        return 0, name.lower()
    return (1 if name[:1].isupper() else 2), name.lower()


def docstring(paragraphs: Sequence[str], indent: int, width: int) -> list[str]:
    """A docstring from paragraphs; one that fits stays on one line."""
    space = " " * indent
    filled = (each.expandtabs().strip() for each in paragraphs if each.strip())
    escaped = [each.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') for each in filled]
    if escaped and escaped[0].startswith('"'):
        escaped[0] = f" {escaped[0]}"  # as the formatter keeps four quotes apart
    lines: list[str] = []
    for paragraph in escaped:
        lines += [*([""] if lines else []), *_wrapped(paragraph, width - indent, is_first=not lines)]
    if len(lines) == 1:
        last = " " if lines[0].endswith('"') else ""
        flat = f'{space}"""{lines[0]}{last}"""'
        if len(flat) <= width:
            return [flat]
        # The formatter never puts the closing quotes of a single line on the next: there must be two.
        lines = _wrapped(escaped[0], width - indent - 3, is_first=True)
    first, *rest = lines
    return [f'{space}"""{first}', *(f"{space}{line}".rstrip() for line in rest), f'{space}"""']


def _wrapped(paragraph: str, width: int, *, is_first: bool) -> list[str]:
    """The paragraph as written, unless a line is too long; the docstring's first line shares its room with quotes."""
    lines = [line.rstrip() for line in paragraph.strip("\n").split("\n")]
    quotes = 3 if is_first else 0
    if all(len(line) + (0 if index else quotes) <= width for index, line in enumerate(lines)):
        return lines
    wrapped: list[str] = []
    for index, line in enumerate(_sentences(lines)):
        depth = len(line) - len(line.lstrip())
        # Stands for the quotes while lines are broken; no text begins with it.
        opening = "\0" * (0 if index else quotes)
        broken = textwrap.wrap(
            f"{opening}{line}",
            width,
            subsequent_indent=" " * (depth + 4 if depth else 0),
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
        wrapped += [broken[0].removeprefix(opening), *broken[1:]]
    return wrapped


def _sentences(lines: Sequence[str]) -> list[str]:
    """Lines that continue one another, joined; what is indented or marked as an item stays a line of its own."""
    joined: list[str] = []
    for line in lines:
        if not joined or joined[-1][:1].isspace() or _STARTS_LINE.match(line):
            joined.append(line)
        else:
            joined[-1] += f" {line}"
    return joined
