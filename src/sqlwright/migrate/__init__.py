"""Numbered SQL migrations: yoyo, wrapped.

In: a folder of `NNNN_name.sql` and `NNNN_name.rollback.sql`, and a database. Out: the database, migrated, and a status
that tells the truth also after a crash.
The surprise: yoyo keeps its own tables and can read them at any time; we only add a table of checksums beside them.

Read in this order: `files` (what is in the folder), `status` (what is in the database), `migrator` (what to do about
it), `backend` and `steps` (how yoyo does it), `failure` (how an error finds its line).
"""

from __future__ import annotations

from sqlwright.migrate.files import fingerprint
from sqlwright.migrate.migrator import Applied, Migrator, apply_all
from sqlwright.migrate.status import Entry, Status

__all__ = ["Applied", "Entry", "Migrator", "Status", "apply_all", "fingerprint"]
