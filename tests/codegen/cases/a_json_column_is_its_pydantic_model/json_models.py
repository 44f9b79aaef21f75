from __future__ import annotations

from pydantic import BaseModel


class Answers(BaseModel):
    name: str
    scores: dict[str, float] = {}


class Entry(BaseModel):
    text: str
