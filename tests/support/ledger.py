"""Doing to the ledger's tables what only somebody with the database's password could do."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def tampering() -> Iterator[None]:
    """The append-only triggers are off inside; the test's transaction restores them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            triggers = []
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("ledger_entry", "ledger_seal", "ledger_sealedhead"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for _name, sql in triggers:
            cursor.execute(sql)
