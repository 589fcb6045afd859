"""Full-text search over title and plain text, kept by the database itself whenever a body changes."""

from django.db import migrations

SQLITE = (
    # FTS5 wants integer rows that never change; documents have UUIDs, and VACUUM renumbers implicit rows.
    "CREATE TABLE documents_searchrow (id INTEGER PRIMARY KEY, document_id TEXT NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE documents_search USING fts5("
    "title, plain, tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
    """CREATE TRIGGER documents_search_insert AFTER INSERT ON documents_body BEGIN
        INSERT INTO documents_searchrow (document_id) VALUES (new.document_id);
        INSERT INTO documents_search (rowid, title, plain) VALUES (
            (SELECT id FROM documents_searchrow WHERE document_id = new.document_id), new.title, new.plain);
    END""",
    """CREATE TRIGGER documents_search_update AFTER UPDATE OF title, plain ON documents_body BEGIN
        UPDATE documents_search SET title = new.title, plain = new.plain
        WHERE rowid = (SELECT id FROM documents_searchrow WHERE document_id = new.document_id);
    END""",
    """CREATE TRIGGER documents_search_delete AFTER DELETE ON documents_body BEGIN
        DELETE FROM documents_search
        WHERE rowid = (SELECT id FROM documents_searchrow WHERE document_id = old.document_id);
        DELETE FROM documents_searchrow WHERE document_id = old.document_id;
    END""",
)
# 'simple' knows no language: handbooks have many, and prefixes find inflected forms. A tsvector holds
# at most 1 MB, so only the first half million characters are indexed.
POSTGRESQL = (
    """ALTER TABLE documents_body ADD COLUMN search tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', left(plain, 500000)), 'C')
    ) STORED""",
    "CREATE INDEX documents_body_search ON documents_body USING gin (search)",
)


def create(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("documents", "0001_initial"),)
    operations = (migrations.RunPython(create, migrations.RunPython.noop),)
