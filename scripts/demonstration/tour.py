"""The tour of the demo: every query of product_helper, called through its generated functions.

In: a stage, and a database with data in it. Out: what each call returned, on the stage. The surprise: everything that
the tour creates belongs to accounts of its own, which it deletes at the end, so that it finds the same data next time.
"""

from __future__ import annotations

from demonstration.closing import show_deleting, show_refusals, show_streams, show_transfers
from demonstration.reading import (
    IMPORTED,
    OTHERS,
    OWNER,
    RECIPIENT,
    busiest_user,
    show_accounts,
    show_reading,
    show_searching,
)
from demonstration.stage import Stage
from demonstration.writing import show_creating, show_documents, show_talking, show_updating
from product_helper import sync
from sqlwright.runtime import Database

__all__ = ["forget", "tour"]


def tour(stage: Stage) -> None:
    """Show every query."""
    forget(stage.db)
    try:
        owner, recipient = show_accounts(stage)
        busy = busiest_user(stage)
        show_reading(stage, busy)
        show_searching(stage, busy)
        project = show_creating(stage, owner)
        show_updating(stage, project)
        conversation = show_talking(stage, project)
        show_documents(stage, project)
        show_transfers(stage, project, owner, recipient)
        show_streams(stage, owner, conversation)
        show_refusals(stage, owner)
        show_deleting(stage, owner, project, conversation)
    finally:
        forget(stage.db)


def forget(db: Database) -> None:
    """Delete what an earlier tour may have left behind."""
    for email in (OWNER, RECIPIENT, *OTHERS, IMPORTED):
        user_id = sync.users.get_user_id(db, email=email)
        if user_id is not None:
            sync.users.delete_user(db, id=user_id)
