from __future__ import annotations

from pydantic import BaseModel


class Info(BaseModel):
    text: str
