"""Literals: SQL's or Python's in, Python's out."""

from __future__ import annotations

import ast

__all__ = ["literal", "parse_literal"]

_WORDS: dict[str, object] = {"true": True, "false": False, "null": None, "none": None}


def parse_literal(text: str) -> str | int | float | bool | None:
    """The value of a literal: a number, 'text' with doubled quotes, true, false or null.

    Raises:
        ValueError: it is none of these.
    """
    plain = text.strip()
    if plain.lower() in _WORDS:
        return _WORDS[plain.lower()]  # type: ignore[return-value] # bool or None
    if len(plain) >= 2 and plain[0] == plain[-1] == "'":
        return plain[1:-1].replace("''", "'")
    try:
        value = ast.literal_eval(plain)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ValueError(text) from error
    if isinstance(value, (str, int, float)):
        return value
    raise ValueError(text)


def literal(value: object) -> str:
    """A value as ruff's formatter writes it: double quotes unless that needs more backslashes."""
    if not isinstance(value, str):
        return repr(value)
    single = repr(value)
    if single[0] == '"':
        return single
    inner = single[1:-1].replace("\\'", "'")
    return single if '"' in inner else f'"{inner}"'
