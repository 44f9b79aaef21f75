"""The generated functions of product_helper with rows that are dataclasses, or Structs of msgspec.

They are generated for the benchmarks alone (bench.styles), and differ from product_helper in nothing else.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from bench.contenders.ours import Ours

__all__ = ["OursDataclass", "OursMsgspec"]


class _OursStyled(Ours):
    style: str

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        # Any: the package does not exist before the benchmarks are run.
        self._projects: Any = import_module(f"product_helper_{self.style}.sync.projects")

    def get(self, id: UUID) -> Any:
        return self._projects.get_project(self.db, id=id)

    def rows(self, user_id: UUID, limit: int) -> Any:
        return self._projects.list_projects(self.db, user_id=user_id, limit=limit)

    def everything(self, since: datetime, limit: int) -> Any:
        return self._projects.list_projects_created_since(self.db, since=since, limit=limit)


class OursDataclass(_OursStyled):
    """Rows are frozen dataclasses with slots."""

    style = "dataclass"


class OursMsgspec(_OursStyled):
    """Rows are Structs of msgspec."""

    style = "msgspec"
