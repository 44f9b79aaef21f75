from __future__ import annotations

from files_and_folders_become_modules.sync import cities, more, reports_2024, reports_monthly_totals

from sqlwright.runtime import Database


def use(db: Database) -> None:
    assert cities.count(db) == reports_monthly_totals.count(db) == 1
    assert more.list_cities(db) == reports_2024.list_cities(db)
    with more.list_cities_cursor(db) as first, reports_2024.list_cities_cursor(db) as second:
        assert list(first) == list(second)
