"""Full-text search over the words of title and text, kept by the database itself whenever a body changes.

SQLite: a later migration that rebuilds documents_body (AlterField) drops its triggers and must make
them again: `create_triggers`.
"""

from django.db import migrations, models

from apps.documents.finding import search_words
from apps.events.guard import opened

SQLITE_TABLES = (
    # FTS5 wants integer rows that never change; documents have UUIDs, and VACUUM renumbers implicit rows.
    # The title's words stand here too: reading them from the body would walk its long texts.
    "CREATE TABLE documents_searchrow ("
    "id INTEGER PRIMARY KEY, document_id TEXT NOT NULL UNIQUE, title_words TEXT NOT NULL)",
    # Words come folded (no case, no accents), so marks belong to words and nothing is taken off here. The
    # texts are not stored again (content=''). The handbook is a word as well: only its pages are looked at.
    """CREATE VIRTUAL TABLE documents_search USING fts5(handbook, title, words, content='',
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co M*'")""",
    """INSERT INTO documents_searchrow (document_id, title_words)
        SELECT document_id, title_words FROM documents_body""",
    """INSERT INTO documents_search (rowid, handbook, title, words)
        SELECT id, handbook_id, body.title_words, words
        FROM documents_body AS body JOIN documents_searchrow USING (document_id)""",
)
ROW_OF = "(SELECT id FROM documents_searchrow WHERE document_id = {0}.document_id)"
ADD = f"""INSERT INTO documents_search (rowid, handbook, title, words)
    VALUES ({ROW_OF.format("new")}, new.handbook_id, new.title_words, new.words);"""
TAKE_OUT = f"""INSERT INTO documents_search (documents_search, rowid, handbook, title, words)
    VALUES ('delete', {ROW_OF.format("old")}, old.handbook_id, old.title_words, old.words);"""
SQLITE_TRIGGERS = (
    f"""CREATE TRIGGER documents_search_insert AFTER INSERT ON documents_body BEGIN
        INSERT INTO documents_searchrow (document_id, title_words) VALUES (new.document_id, new.title_words);
        {ADD}
    END""",
    f"""CREATE TRIGGER documents_search_update AFTER UPDATE OF title_words, words ON documents_body
    WHEN old.title_words <> new.title_words OR old.words <> new.words BEGIN
        {TAKE_OUT}
        UPDATE documents_searchrow SET title_words = new.title_words WHERE document_id = new.document_id;
        {ADD}
    END""",
    f"""CREATE TRIGGER documents_search_delete AFTER DELETE ON documents_body BEGIN
        {TAKE_OUT}
        DELETE FROM documents_searchrow WHERE document_id = old.document_id;
    END""",
)
# 'simple' knows no language: handbooks have many, and the last word of a query may go on.
POSTGRESQL = (
    """ALTER TABLE documents_body ADD COLUMN title_search tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title_words), 'A')) STORED""",
    """ALTER TABLE documents_body ADD COLUMN search tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title_words), 'A') || setweight(to_tsvector('simple', words), 'C')
    ) STORED""",
    "CREATE INDEX documents_body_search ON documents_body USING gin (search)",
)


def fill_words(apps, schema_editor):
    Body = apps.get_model("documents", "Body")
    with opened():
        for body in Body.objects.only("title", "plain").iterator(chunk_size=100):
            words = {"title_words": search_words(body.title), "words": search_words(body.plain)}
            Body.objects.filter(pk=body.pk).update(**words)


def create_index(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE_TABLES
    with opened():
        for statement in statements:
            schema_editor.execute(statement)
    create_triggers(apps, schema_editor)


def create_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE_TRIGGERS:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("documents", "0001_initial"),)
    operations = (
        migrations.AddField("body", "title_words", models.TextField(default="")),
        migrations.AddField("body", "words", models.TextField(default="")),
        migrations.RunPython(fill_words, migrations.RunPython.noop),
        migrations.RunPython(create_index, migrations.RunPython.noop),
        migrations.AddIndex("body", models.Index(fields=["handbook", "title_words"], name="body_title")),
    )
