"""After a bulk load the database learns at once how large its tables are.

PostgreSQL's own routine looks about once a minute. Until then it takes a table that has just been
filled for an empty one, and may join thousands of rows with thousands by reading all of them.
"""

from __future__ import annotations

from functools import partial

from django.db import connection, models, transaction


def learn_sizes(*tables: type[models.Model]) -> None:
    """Once the load is committed; nothing on SQLite, which plans by its indexes."""
    if connection.vendor == "postgresql":
        transaction.on_commit(partial(_analyze, tables), robust=True)


def _analyze(tables: tuple[type[models.Model], ...]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table._meta.db_table)}")
