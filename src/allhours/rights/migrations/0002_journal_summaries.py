"""The journal may lose lines that a summary covers, and no others; summaries are append-only.

On SQLite a later migration that rebuilds one of these tables drops its triggers: repeat `fence`.
"""

from django.db import migrations

JOURNAL = "accounts_journalentry"
SUMMARY = "rights_journalsummary"
COVERED = f"EXISTS (SELECT 1 FROM {SUMMARY} s WHERE s.before > OLD.at AND s.through_id >= OLD.id)"

SQLITE = [
    f"DROP TRIGGER IF EXISTS {JOURNAL}_no_delete",
    f"""CREATE TRIGGER {JOURNAL}_no_delete BEFORE DELETE ON {JOURNAL} WHEN NOT {COVERED}
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    *(
        f"""CREATE TRIGGER {SUMMARY}_no_{verb} BEFORE {verb} ON {SUMMARY}
        BEGIN SELECT RAISE(ABORT, 'summaries of the journal are append-only'); END"""
        for verb in ("update", "delete")
    ),
    # INSERT OR REPLACE runs no delete trigger.
    f"""CREATE TRIGGER {SUMMARY}_no_replace BEFORE INSERT ON {SUMMARY}
    WHEN EXISTS (SELECT 1 FROM {SUMMARY} WHERE id = NEW.id OR before = NEW.before)
    BEGIN SELECT RAISE(ABORT, 'summaries of the journal are append-only'); END""",
]
POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION {JOURNAL}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        IF {COVERED} THEN RETURN OLD; END IF;
      END IF;
      RAISE EXCEPTION 'the journal is append-only';
    END $$""",
    f"""CREATE FUNCTION {SUMMARY}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'summaries of the journal are append-only'; END $$""",
    f"""CREATE TRIGGER {SUMMARY}_append_only BEFORE UPDATE OR DELETE ON {SUMMARY}
    FOR EACH ROW EXECUTE FUNCTION {SUMMARY}_refuse()""",
]
UNDO = {
    "sqlite": [
        *(f"DROP TRIGGER IF EXISTS {SUMMARY}_no_{v}" for v in ("update", "delete", "replace")),
        f"DROP TRIGGER IF EXISTS {JOURNAL}_no_delete",
        f"""CREATE TRIGGER {JOURNAL}_no_delete BEFORE DELETE ON {JOURNAL}
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    ],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS {SUMMARY}_append_only ON {SUMMARY}",
        f"DROP FUNCTION IF EXISTS {SUMMARY}_refuse()",
        f"""CREATE OR REPLACE FUNCTION {JOURNAL}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
    ],
}


def fence(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unfence(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0001_initial"),
        ("accounts", "0003_journal_acting_for"),
    ]
    operations = [migrations.RunPython(fence, unfence)]
