from __future__ import annotations

from dataclasses import dataclass


class Vector:
    """Numbers in brackets."""

    def __init__(self, text: str) -> None:
        self.numbers = [float(number) for number in text.strip("[]").split(",")]

    def __str__(self) -> str:
        return f"[{','.join(map(repr, self.numbers))}]"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vector) and self.numbers == other.numbers

    def __hash__(self) -> int:
        return hash(tuple(self.numbers))


@dataclass(frozen=True)
class Percentage:
    value: int

    def __str__(self) -> str:
        return str(self.value)
