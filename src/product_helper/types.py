"""The models of product_helper's JSONB columns: what conversations have brought to light about a project.

In: the JSON of `projects.collected_data`. Out: `CollectedData`. The surprise: a list that is missing is an empty list,
so that data from before a list existed can still be read; an unknown key is an error, because it would be lost the next
time the data is written.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic.dataclasses import dataclass

__all__ = ["Actor", "CollectedData", "Entity"]

# Dataclasses with slots, because there are many: each is one object, where a model is three. Values are hidden in
# errors, since those end up in logs.
_WITHIN = ConfigDict(extra="forbid", hide_input_in_errors=True)


@dataclass(frozen=True, slots=True, config=_WITHIN)
class Actor:
    """Somebody, or some system, that uses the product."""

    name: str
    type: str
    """What kind of actor: person, organisation, external system…"""


@dataclass(frozen=True, slots=True, config=_WITHIN)
class Entity:
    """A thing that the product keeps data about."""

    name: str
    # Not `list`: pydantic asks inspect for its signature, which compiles all of tokenize's patterns for it, at import.
    attributes: list[str] = Field(default_factory=list[str])


class CollectedData(BaseModel):
    """What is known of the product so far. Made a little fuller by `model_copy(update={…})`."""

    # strict: the JSON says what it means, a number is no text.
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)

    actors: list[Actor] = Field(default_factory=list[Actor])
    use_cases: list[str] = Field(default_factory=list[str])
    """What actors do with the product, one sentence each."""
    boundaries: list[str] = Field(default_factory=list[str])
    """What is in and what is out, one sentence each."""
    entities: list[Entity] = Field(default_factory=list[Entity])
