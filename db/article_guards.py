"""What keeps saved versions as they were, and the index of published ones; SQL as text, any thread.

On a file triggers feed the virtual table; on a server the columns are generated.
"""

from __future__ import annotations

_KEPT = "article_versions are append-only"
_COLUMNS = "title, spelled, body"
_OLD = "old.title, old.spelled, old.body"
_NEW = "new.title, new.spelled, new.body"
_FORGET = (
    f"INSERT INTO article_index(article_index, rowid, {_COLUMNS}) "
    f"VALUES ('delete', old.row_id, {_OLD});"
)
_LEARN = f"INSERT INTO article_index(rowid, {_COLUMNS}) VALUES (new.row_id, {_NEW});"

_INDEX = (
    f"CREATE VIRTUAL TABLE article_index USING fts5({_COLUMNS}, content='article_texts',\n"
    "    content_rowid='row_id', columnsize=0, prefix='1 2 3',\n"
    "    tokenize='unicode61 remove_diacritics 2')"
)
_FOLLOWED = (("insert", _LEARN), ("delete", _FORGET), ("update", _FORGET + _LEARN))


def _kept_from(moment: str) -> str:
    return (
        f"CREATE TRIGGER article_versions_no_{moment.lower()} BEFORE {moment} ON article_versions "
        f"BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END"
    )


def _followed(name: str, body: str) -> str:
    return (
        f"CREATE TRIGGER article_texts_{name} AFTER {name.upper()} ON article_texts "
        f"BEGIN {body} END"
    )


def _words(column: str, columns: str) -> tuple[str, str]:
    added = (
        f"ALTER TABLE article_texts ADD COLUMN {column} tsvector "
        f"GENERATED ALWAYS AS (search_vector({columns})) STORED"
    )
    index = f"CREATE INDEX ix_article_texts_{column} ON article_texts USING gin ({column})"
    return added, index


SQLITE_ARTICLES: tuple[str, ...] = (
    _INDEX,
    *(_followed(name, body) for name, body in _FOLLOWED),
    *map(_kept_from, ("UPDATE", "DELETE")),
)
POSTGRES_ARTICLE_INDEX = (*_words("words", _COLUMNS), *_words("title_words", "title, spelled"))
POSTGRES_KEEP_VERSIONS = (
    "CREATE FUNCTION access.keep_versions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
    " SET search_path = pg_catalog, pg_temp AS $$\nBEGIN\n"
    f"    RAISE EXCEPTION '{_KEPT}' USING ERRCODE = '23514';\nEND\n$$"
)
POSTGRES_VERSIONS_KEPT = (
    "CREATE TRIGGER article_versions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON"
    " public.article_versions FOR EACH STATEMENT EXECUTE FUNCTION access.keep_versions()"
)
