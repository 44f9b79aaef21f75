from __future__ import annotations

from typing import TypeAlias

from pydantic import BaseModel


class Info(BaseModel):
    text: str


Infos: TypeAlias = list[Info]
