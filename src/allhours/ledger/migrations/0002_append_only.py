"""The database itself refuses to change or delete what was posted or sealed.

A second fence beside the chain. On SQLite a later migration that rebuilds one of these tables
drops its triggers: repeat `fence` after it. On an engine without triggers nothing is made.
"""

from django.db import migrations

TABLES = ("ledger_entry", "ledger_seal", "ledger_sealedhead")
ACTS = ("update", "delete")

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION allhours_ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING
    MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'integrity_constraint_violation';
END $$
"""


def fence(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(POSTGRES_FUNCTION)
    for table in TABLES:
        for act in ACTS:
            name = f"{table}_no_{act}"
            if vendor == "sqlite":
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            elif vendor == "postgresql":
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {act.upper()} ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION allhours_ledger_append_only()"
                )


def unfence(apps, schema_editor):
    for table in TABLES:
        for act in ACTS:
            on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}{on}")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(fence, unfence)]
