from __future__ import annotations

from pydantic import BaseModel


class Note(BaseModel, frozen=True):
    text: str


class Percentage(int):
    pass
