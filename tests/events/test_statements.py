"""Which tables a statement writes: however it is written, no write is overlooked."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.events.statements import written_tables

NAMES = st.sampled_from(
    ["document", "Documents_Document", "t", "a_b1", "update_log", "my table", "it's", 'q"q', "ä"]
)
PLAIN = frozenset({"document", "Documents_Document", "t", "a_b1", "update_log"})
BLANKS = st.sampled_from([" ", "\n", "\t ", " /* x */ ", "-- it's\n", "/* 'DELETE FROM x' */", " /* ; */ "])
TEXTS = st.sampled_from(
    ["''", "'it''s'", "'DELETE FROM x'", "$$UPDATE x$$", "$q$ ' $q$", "'--'", "'/*'", "E'\\''"]
)
TEMPLATES = [
    "INSERT INTO {t} VALUES ({x})",
    "INSERT OR IGNORE INTO {t} (a) SELECT {x}",
    "INSERT INTO {t} VALUES (1) ON CONFLICT (a) DO UPDATE SET a = {x}",
    "REPLACE INTO {t} VALUES ({x})",
    "UPDATE {t} SET a = {x}",
    "UPDATE ONLY {t} SET a = {x}",
    "UPDATE OR ROLLBACK {t} SET a = {x}",
    "DELETE FROM {t} WHERE a = {x}",
    "DELETE FROM ONLY {t} WHERE a = {x}",
    "MERGE INTO {t} USING u ON true WHEN MATCHED THEN DELETE",
    "TRUNCATE {t}",
    "TRUNCATE TABLE ONLY django_session , {t} CASCADE",
    "COPY {t} FROM STDIN",
    "COPY {t} ( a , b ) FROM {x}",
    "WITH x AS ( DELETE FROM {t} RETURNING a ) SELECT * FROM x WHERE a = {x}",
    "WITH x AS ( SELECT {x} ) UPDATE {t} SET a = 1",
    "EXPLAIN ANALYZE DELETE FROM {t}",
    "COPY ( DELETE FROM {t} RETURNING a ) TO STDOUT",
    "SELECT {x} ; DELETE FROM {t}",
    "DROP TABLE u ; INSERT INTO {t} VALUES ({x})",
    "SELECT a FROM u FOR UPDATE OF u ; UPDATE {t} SET a = {x}",
    "BEGIN ; UPDATE {t} SET a = {x} ; COMMIT",
    "PREPARE p AS DELETE FROM {t}",
]


def spelled(table: str, quoted: bool, schema: str) -> str:
    if quoted or table not in PLAIN:
        table = '"' + table.replace('"', '""') + '"'
    return schema + table


def cased(template: str, chance: random.Random) -> str:
    return "".join(chance.choice((c.upper(), c.lower())) if c.isupper() else c for c in template)


@given(
    template=st.sampled_from(TEMPLATES),
    table=NAMES,
    quoted=st.booleans(),
    schema=st.sampled_from(["", "public.", '"public".', 'main . "x" .']),
    blanks=st.lists(BLANKS, min_size=40, max_size=40),
    text=TEXTS,
    chance=st.randoms(use_true_random=False),
)
def test_every_spelling_of_a_write_is_seen(template, table, quoted, schema, blanks, text, chance):
    words = cased(template, chance).split(" ")
    sql = "".join(word + blank for word, blank in zip(words, blanks, strict=False))
    sql = sql.replace("{t}", spelled(table, quoted, schema)).replace("{x}", text)
    assert table.lower() in written_tables(sql), sql


@given(
    template=st.sampled_from(
        [
            "SELECT a FROM t WHERE b = {x}",
            "SELECT a FROM t WHERE b = {x} FOR UPDATE",
            "SELECT a FROM t WHERE b = {x} FOR NO KEY UPDATE OF t SKIP LOCKED",
            "WITH x AS ( SELECT {x} ) SELECT * FROM x FOR UPDATE",
            "COPY t ( a , b ) TO STDOUT",
            "CREATE TABLE u ( a INTEGER REFERENCES t ON DELETE CASCADE ON UPDATE CASCADE )",
            "CREATE TRIGGER x AFTER UPDATE ON t BEGIN UPDATE u SET a = {x} ; DELETE FROM v ; END",
            "ALTER TABLE t ADD a TEXT DEFAULT {x}",
            "DROP TABLE t",
            "SAVEPOINT s",
            "PRAGMA data_version",
            "LISTEN cairn_events",
            "EXPLAIN SELECT {x}",
        ]
    ),
    blanks=st.lists(BLANKS, min_size=40, max_size=40),
    text=TEXTS,
    chance=st.randoms(use_true_random=False),
)
def test_reads_and_definitions_write_nothing(template, blanks, text, chance):
    words = cased(template, chance).split(" ")
    sql = "".join(word + blank for word, blank in zip(words, blanks, strict=False)).replace("{x}", text)
    assert written_tables(sql) == set(), sql


@given(st.text(alphabet="aU'\"$;()-*/.,[]`% \nE\\", max_size=60))
def test_any_text_can_be_read(text):
    written_tables(text)


@pytest.mark.parametrize(
    "sql",
    [
        "DO $$ BEGIN DELETE FROM t; END $$",
        "CALL tidy()",
        "EXECUTE prepared",
        "/* /* */ ' */ DELETE FROM t -- '",
        "UPDATE 'literal' SET a = 1",
        "DELETE FROM t WHERE a = 'open",
        "UPDATE",
    ],
)
def test_what_cannot_be_read_counts_as_a_write(sql):
    assert written_tables(sql) != set()


def test_all_tables_of_a_statement_are_named():
    assert written_tables('TRUNCATE a, ONLY b.c, "D" *; update e set f = 1; delete from g') == {
        "a",
        "c",
        "d",
        "e",
        "g",
    }
