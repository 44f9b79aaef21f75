"""The dice: what every part of the generator draws from, and what the parts ask of each other.

The same seed gives the same draws. The surprise: a literal is at times a parameter, `$0::int`; what stands for it when
the statement is run may be NULL only where the analysis says that it may.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from random import Random

from soundness.model import KINDS, LITERALS, NAMES, Columns, Schema

__all__ = ["Choices"]


class Choices(ABC):
    """A random generator, a schema, and names that are not taken."""

    def __init__(self, random: Random, schema: Schema) -> None:
        self.random = random
        self.schema = schema
        self.names = 0

    @abstractmethod
    def query(self, depth: int, outer: Columns, kinds: list[str]) -> str:
        """A query whose columns are of these kinds."""

    @abstractmethod
    def expression(self, columns: Columns, kind: str, depth: int) -> str:
        """A value of the kind."""

    @abstractmethod
    def condition(self, columns: Columns, depth: int) -> str:
        """Something for WHERE, ON, HAVING or FILTER."""

    def filled(self, call: str, columns: Columns, depth: int) -> str:
        """A call of a function of the schema, with arguments."""
        return re.sub(r"\{(\w)\}", lambda found: self.expression(columns, found[1], depth), call)

    def literal(self, kind: str) -> str:
        if self.random.random() < 0.05:
            return f"$0::{NAMES[kind]}"
        return self.random.choice(LITERALS[kind])

    def there(self, kind: str) -> str:
        """A literal that is seldom NULL: a condition that is never true shows nothing."""
        return self.literal(kind) if self.chance(0.15) else self.random.choice(LITERALS[kind][:-1])

    def kind(self, *, arrays: bool = True) -> str:
        return self.random.choice(KINDS if arrays else KINDS.replace("a", ""))

    def fresh(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability
