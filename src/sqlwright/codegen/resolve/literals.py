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
    """A value as ruff's formatter writes it: double quotes, unless single ones need fewer backslashes."""
    if not isinstance(value, str):
        return repr(value)
    quote = "'" if value.count('"') > value.count("'") else '"'
    return quote + "".join(_escaped(letter, quote) for letter in value) + quote


def _escaped(letter: str, quote: str) -> str:
    if letter in ("\\", quote):
        return f"\\{letter}"
    return letter if letter.isprintable() else repr(letter)[1:-1]
