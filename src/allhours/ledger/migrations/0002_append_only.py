"""The database itself refuses to change or delete what was posted or sealed.

SQLite runs no delete trigger for a row that INSERT OR REPLACE puts another in place of: there an
insert is refused that meets a row with one of its keys.

A second fence beside the chain. On SQLite a later migration that rebuilds one of these tables
drops its triggers: repeat `fence` after it. On an engine without triggers nothing is made.
"""

from django.db import migrations

TABLES = ("ledger_entry", "ledger_seal", "ledger_sealedhead")
ACTS = ("update", "delete")
KEYS = {  # what tells a row of the table, as its unique constraints do
    "ledger_entry": (
        "id = NEW.id",
        "member_id = NEW.member_id AND seq = NEW.seq",
        "reverses_id = NEW.reverses_id",
        "member_id = NEW.member_id AND source_kind = NEW.source_kind "
        "AND source_key = NEW.source_key AND revision = NEW.revision "
        "AND reverses_id IS NULL AND NEW.reverses_id IS NULL",
    ),
    "ledger_seal": ("id = NEW.id", '"on" = NEW."on"'),
    "ledger_sealedhead": (
        "id = NEW.id",
        "seal_id = NEW.seal_id AND member_id = NEW.member_id",
        "member_id = NEW.member_id AND seq = NEW.seq",
    ),
}

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION allhours_ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING
    MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'integrity_constraint_violation';
END $$
"""


def no_replace(table):
    held = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {key})" for key in KEYS[table])
    return (
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {held} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def fence(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(POSTGRES_FUNCTION)
    for table in TABLES:
        if vendor == "sqlite":
            schema_editor.execute(no_replace(table))
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
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_replace")
        for act in ACTS:
            on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}{on}")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(fence, unfence)]
