"""The tables, the full-text index and what keeps the event log append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime, json_value, ordered_text, sequence_number, uuid_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_UNFINISHED = "state IN ('OPEN', 'PENDING', 'REOPENED', 'VERIFYING')"
_UNDER_WAY = (
    "state IN ('ACCEPTED', 'ASSIGNED', 'DECLINED', 'DRAFT', 'IN_PROGRESS', 'ON_HOLD', "
    "'PENDING_DISPATCH', 'REPORTED', 'VERIFYING')"
)
_HAS_KEY = "external_key <> ''"
_NO_END = "ended_at IS NULL"

_COLUMNS = "name, pinyin, spelled, company, subject"
_OLD = "old.name, old.pinyin, old.spelled, old.company, old.subject"
_NEW = "new.name, new.pinyin, new.spelled, new.company, new.subject"
_FORGET = (
    f"INSERT INTO search_index(search_index, rowid, {_COLUMNS}) "
    f"VALUES ('delete', old.row_id, {_OLD});"
)
_LEARN = f"INSERT INTO search_index(rowid, {_COLUMNS}) VALUES (new.row_id, {_NEW});"


def upgrade() -> None:
    """Make everything."""
    _companies()
    _counters()
    _departments()
    _event_log()
    _search_texts()
    _categories()
    _customers()
    _contact_points()
    _notes()
    _products()
    _tickets()
    _interactions()
    _note_numbers()
    _work_orders()
    if op.get_bind().dialect.name == "sqlite":
        _search_index()
        _append_only()
    else:
        _search_index_postgresql()
        _number_sequences()
        _append_only_postgresql()


def downgrade() -> None:
    """Drop everything."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        op.execute("DROP TABLE search_index")
    for table in _TABLES:
        op.drop_table(table)
    if not on_sqlite:
        for function in ("refuse_change_of_log()", "search_vector(text[])", *_SEARCH_FUNCTIONS):
            op.execute(f"DROP FUNCTION {function}")
        for sequence in _NUMBER_SEQUENCES:
            op.execute(f"DROP SEQUENCE {sequence}")


_TABLES = (
    "work_orders",
    "note_numbers",
    "interactions",
    "tickets",
    "products",
    "notes",
    "contact_points",
    "customers",
    "categories",
    "search_texts",
    "event_log",
    "departments",
    "counters",
    "companies",
)
"""Every table, those that refer to others first."""


def _search_index() -> None:
    """Make the virtual table; its rows live in search_texts and are followed by triggers."""
    op.execute(
        f"CREATE VIRTUAL TABLE search_index USING fts5({_COLUMNS}, content='search_texts', "
        "content_rowid='row_id', columnsize=0, prefix='1 2 3', "
        "tokenize='unicode61 remove_diacritics 2')"
    )
    for name, moment, body in (
        ("insert", "AFTER INSERT", _LEARN),
        ("delete", "AFTER DELETE", _FORGET),
        ("update", "AFTER UPDATE", _FORGET + _LEARN),
    ):
        op.execute(f"CREATE TRIGGER search_texts_{name} {moment} ON search_texts BEGIN {body} END")


def _search_index_postgresql() -> None:
    """Make the full-text column with its indexes, and the functions that ask them.

    A desk asks through the functions, which run as the owner of the tables: under row-level
    security the operator of the full text would not be allowed to use an index, as it is not
    leakproof. They tell ids only; what a role may read of them is decided where it reads.
    """
    op.execute(_SEARCH_VECTOR)
    op.execute(
        "ALTER TABLE search_texts ADD COLUMN words tsvector "
        f"GENERATED ALWAYS AS (search_vector({_COLUMNS})) STORED"
    )
    for index, columns, rows in (
        ("words_of_customers", "USING gin (words) WITH (fastupdate = off)", _OF_CUSTOMERS),
        ("words_of_tickets", "USING gin (words) WITH (fastupdate = off)", _OF_TICKETS),
        ("name", "(name)", "name <> ''"),
        ("spelled", "(spelled)", "spelled <> ''"),
    ):
        op.execute(f"CREATE INDEX ix_search_texts_{index} ON search_texts {columns} WHERE {rows}")
    for function, definition in _SEARCH_FUNCTIONS.items():
        op.execute(definition)
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")


_OF_CUSTOMERS = "subject = ''"
_OF_TICKETS = "subject <> ''"

# Not to_tsvector: its parser cuts words such as "0e3b" and depends on the database's locale. The
# columns lie far apart, so that no phrase reaches from one into the next. 500 characters are less
# than the longest word that is accepted, 2,046 bytes.
_SEARCH_VECTOR = r"""
CREATE FUNCTION search_vector(VARIADIC columns text[]) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    found text := '';
    place integer := 0;
    part text;
    word text;
BEGIN
    FOREACH part IN ARRAY columns LOOP
        IF part <> '' THEN
            FOREACH word IN ARRAY string_to_array(translate(part, '''\', '  '), ' ') LOOP
                CONTINUE WHEN word = '';
                place := place + 1;
                found := found || '''' || left(word, 500) || ''':' || place || ' ';
            END LOOP;
        END IF;
        place := (place / 3000 + 1) * 3000;
    END LOOP;
    RETURN found::tsvector;
END
$$
"""

# Sequential scans are off because the planner, which does not know the words, would hope for many
# matches in the first pages and read millions of rows for a rare name. Words that one customer in
# fifty has are looked for row by row all the same: the index would collect every match first. For
# the same reason a single letter after other words, on a second line of the question, only sifts
# what those words find.
_SEARCH_FUNCTIONS = {
    "search_customers(text, text, text, integer)": """
CREATE FUNCTION search_customers(beginning text, ending text, question text, page integer)
RETURNS SETOF uuid
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER ROWS 200
SET search_path = public, pg_temp
SET enable_seqscan = off
AS $$
DECLARE
    found integer := 0;
    sieve tsquery := split_part(question, E'\\n', 2);
BEGIN
    IF beginning <> '' THEN
        RETURN QUERY
            SELECT subject_id FROM (
                (SELECT subject_id FROM search_texts
                WHERE name <> '' AND name >= beginning AND name < ending
                ORDER BY name LIMIT page)
                UNION
                (SELECT subject_id FROM search_texts
                WHERE spelled <> '' AND spelled >= beginning AND spelled < ending
                ORDER BY spelled LIMIT page)
            ) AS begun
            LIMIT page;
        GET DIAGNOSTICS found = ROW_COUNT;
    END IF;
    IF question = '' OR found >= page THEN
        RETURN;
    END IF;
    IF numnode(sieve) > 0 THEN
        RETURN QUERY
            SELECT subject_id FROM (
                SELECT subject_id, words FROM search_texts
                WHERE words @@ split_part(question, E'\\n', 1)::tsquery AND subject = ''
                LIMIT 20000
            ) AS candidates
            WHERE words @@ sieve
            LIMIT page;
        RETURN;
    END IF;
    SELECT count(*) INTO found
        FROM (SELECT words, subject FROM search_texts ORDER BY row_id LIMIT 1000) AS sample
        WHERE words @@ question::tsquery AND subject = '';
    IF found >= 20 THEN
        RETURN QUERY
            SELECT subject_id FROM (
                SELECT subject_id, words, subject FROM search_texts ORDER BY row_id LIMIT 20000
            ) AS oldest
            WHERE words @@ question::tsquery AND subject = ''
            LIMIT page;
        GET DIAGNOSTICS found = ROW_COUNT;
        IF found >= page THEN
            RETURN;
        END IF;
    END IF;
    RETURN QUERY
        SELECT subject_id FROM search_texts
        WHERE words @@ question::tsquery AND subject = ''
        LIMIT page;
END
$$
""",
    "search_tickets(text, integer)": """
CREATE FUNCTION search_tickets(question text, page integer)
RETURNS SETOF uuid
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER ROWS 200
SET search_path = public, pg_temp
SET enable_seqscan = off
AS $$
BEGIN
    RETURN QUERY
        SELECT subject_id FROM search_texts
        WHERE words @@ question::tsquery AND subject <> ''
        LIMIT page;
END
$$
""",
}


def _number_sequences() -> None:
    """Make what counts readable numbers up without a lock; the first one is 1001."""
    for sequence in _NUMBER_SEQUENCES:
        op.execute(f"CREATE SEQUENCE {sequence} AS integer START 1001")


_NUMBER_SEQUENCES = ("ticket_numbers", "work_order_numbers")


def _append_only() -> None:
    for name, moment in (("update", "UPDATE"), ("delete", "DELETE")):
        op.execute(
            f"CREATE TRIGGER event_log_no_{name} BEFORE {moment} ON event_log "
            "BEGIN SELECT RAISE(ABORT, 'event_log is append-only'); END"
        )


def _append_only_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE 'event_log is append-only'; END $$"
    )
    for name, moment, scope in (
        ("update", "UPDATE", "ROW"),
        ("delete", "DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER event_log_no_{name} BEFORE {moment} ON event_log "
            f"FOR EACH {scope} EXECUTE FUNCTION refuse_change_of_log()"
        )
        # Also for a session that says it only replays what another server did.
        op.execute(f"ALTER TABLE event_log ENABLE ALWAYS TRIGGER event_log_no_{name}")


def _companies() -> None:
    op.create_table(
        "companies",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("name", name=op.f("uq_companies_name")),
    )


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )


def _departments() -> None:
    op.create_table(
        "departments",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
    )


def _event_log() -> None:
    op.create_table(
        "event_log",
        sa.Column(
            "seq", sequence_number(), sa.Identity(always=True), autoincrement=True, nullable=False
        ),
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("stream", sa.String(length=16), nullable=False),
        sa.Column("stream_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("payload", json_value(), nullable=False),
        sa.CheckConstraint(
            "stream IN ('AGENT', 'CALL', 'CUSTOMER', 'INTERACTION', 'TICKET', 'WORK_ORDER')",
            name=op.f("ck_event_log_stream"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_log")),
        sa.UniqueConstraint("id", name=op.f("uq_event_log_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_event_log_stream_stream_id_seq", "event_log", ["stream", "stream_id", "seq"]
    )


def _search_texts() -> None:
    op.create_table(
        "search_texts",
        sa.Column(
            "row_id",
            sequence_number(),
            sa.Identity(always=True),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("subject_id", uuid_text(), nullable=False),
        sa.Column("name", ordered_text(), server_default="", nullable=False),
        sa.Column("pinyin", sa.Text(), server_default="", nullable=False),
        sa.Column("spelled", ordered_text(), server_default="", nullable=False),
        sa.Column("company", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_search_texts")),
        sa.UniqueConstraint("subject_id", name=op.f("uq_search_texts_subject_id")),
    )


def _categories() -> None:
    op.create_table(
        "categories",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("parent_id", uuid_text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("department_id", uuid_text(), nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_categories_department_id_departments"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["categories.id"], name=op.f("fk_categories_parent_id_categories")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
    )


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pinyin", sa.Text(), server_default="", nullable=False),
        sa.Column("company_id", uuid_text(), nullable=True),
        sa.Column("tier", sa.String(length=16), server_default="STANDARD", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("city", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("verified", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("external_key", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "tier IN ('GOLD', 'SILVER', 'STANDARD', 'VIP')", name=op.f("ck_customers_tier")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_customers_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    op.create_index("ix_customers_company_id", "customers", ["company_id"])
    op.create_index(
        "uq_customers_external_key",
        "customers",
        ["external_key"],
        unique=True,
        sqlite_where=sa.text(_HAS_KEY),
        postgresql_where=sa.text(_HAS_KEY),
    )


def _contact_points() -> None:
    op.create_table(
        "contact_points",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("customer_id", uuid_text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", ordered_text(), nullable=False),
        sa.Column("raw", sa.Text(), server_default="", nullable=False),
        sa.Column("suffix", sa.Text(), server_default="", nullable=False),
        sa.Column("suffix_reversed", ordered_text(), server_default="", nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("is_primary", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("kind IN ('EMAIL', 'PHONE')", name=op.f("ck_contact_points_kind")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_contact_points_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_points")),
        sa.UniqueConstraint(
            "customer_id", "kind", "value", name=op.f("uq_contact_points_customer_id_kind_value")
        ),
    )
    op.create_index("ix_contact_points_suffix_reversed", "contact_points", ["suffix_reversed"])
    op.create_index("ix_contact_points_value", "contact_points", ["value"])


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("customer_id", uuid_text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_notes_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_customer_id_created_at", "notes", ["customer_id", "created_at", "id"])


def _products() -> None:
    op.create_table(
        "products",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("customer_id", uuid_text(), nullable=False),
        sa.Column("name", ordered_text(), nullable=False),
        sa.Column("serial_number", sa.Text(), server_default="", nullable=False),
        sa.Column("purchased_on", sa.Date(), nullable=True),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_products_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
    )
    op.create_index("ix_products_customer_id", "products", ["customer_id"])


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_id", uuid_text(), nullable=False),
        sa.Column("category_id", uuid_text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_in", uuid_text(), nullable=True),
        sa.Column("follow_up_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("fcr_claimed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("fcr_withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("fcr_confirmed", sa.Boolean(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "priority IN ('P1', 'P2', 'P3', 'P4')", name=op.f("ck_tickets_priority")
        ),
        sa.CheckConstraint(
            "state IN ('CLOSED', 'OPEN', 'PENDING', 'REOPENED', 'RESOLVED', 'VERIFYING')",
            name=op.f("ck_tickets_state"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_tickets_category_id_categories")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_tickets_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("number", name=op.f("uq_tickets_number")),
    )
    op.create_index(
        "ix_tickets_customer_id_opened_at", "tickets", ["customer_id", "opened_at", "id"]
    )
    op.create_index(
        "ix_tickets_unfinished_customer",
        "tickets",
        ["customer_id", "number"],
        sqlite_where=sa.text(_UNFINISHED),
        postgresql_where=sa.text(_UNFINISHED),
    )
    op.create_index(
        "ix_tickets_unfinished_owner",
        "tickets",
        ["owner"],
        sqlite_where=sa.text(_UNFINISHED),
        postgresql_where=sa.text(_UNFINISHED),
    )


def _interactions() -> None:
    op.create_table(
        "interactions",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("customer_id", uuid_text(), nullable=True),
        sa.Column("queue_id", sa.Text(), nullable=True),
        sa.Column("queue_wait_seconds", sa.Float(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("wrap_up_ended_at", UtcDateTime(), nullable=True),
        sa.Column("held_seconds", sa.Float(), server_default="0", nullable=False),
        sa.Column("transferred", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("disposition", sa.String(length=16), nullable=True),
        sa.Column("ticket_id", uuid_text(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "direction IN ('INBOUND', 'INTERNAL', 'OUTBOUND')",
            name=op.f("ck_interactions_direction"),
        ),
        sa.CheckConstraint(
            "disposition IS NULL OR disposition IN ("
            "'CALL_DROPPED', 'COMPLAINT', 'FOLLOW_UP', 'INFORMATION', 'NOT_REACHED', "
            "'RESOLVED', 'TRANSFERRED', 'VERIFIED', 'WORK_ORDER', 'WRONG_NUMBER')",
            name=op.f("ck_interactions_disposition"),
        ),
        sa.CheckConstraint(
            "outcome IN ("
            "'ABANDONED', 'ANSWERED', 'DIVERTED', 'FAILED', 'MISSED', 'RINGING', "
            "'TALKING', 'TRANSFERRED')",
            name=op.f("ck_interactions_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_interactions_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_interactions_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interactions")),
    )
    op.create_index(
        "ix_interactions_agent_id_began_at", "interactions", ["agent_id", "began_at", "id"]
    )
    op.create_index(
        "ix_interactions_customer_id_began_at", "interactions", ["customer_id", "began_at", "id"]
    )
    op.create_index(
        "ix_interactions_customer_number",
        "interactions",
        ["customer_id", "number", "direction", "began_at"],
    )
    op.create_index("ix_interactions_ticket_id", "interactions", ["ticket_id"])
    op.create_index(
        "ix_interactions_unfinished",
        "interactions",
        ["agent_id", "began_at", "id"],
        sqlite_where=sa.text(_NO_END),
        postgresql_where=sa.text(_NO_END),
    )


def _note_numbers() -> None:
    op.create_table(
        "note_numbers",
        sa.Column("note_id", uuid_text(), nullable=False),
        sa.Column("suffix", sa.String(length=9), nullable=False),
        sa.Column("suffix_reversed", ordered_text(9), nullable=False),
        sa.Column("customer_id", uuid_text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_note_numbers_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["notes.id"], name=op.f("fk_note_numbers_note_id_notes")
        ),
        sa.PrimaryKeyConstraint("note_id", "suffix", name=op.f("pk_note_numbers")),
    )
    op.create_index("ix_note_numbers_customer_id", "note_numbers", ["customer_id"])
    op.create_index("ix_note_numbers_suffix_reversed", "note_numbers", ["suffix_reversed"])


def _work_orders() -> None:
    op.create_table(
        "work_orders",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ticket_id", uuid_text(), nullable=False),
        sa.Column("customer_id", uuid_text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("department_id", uuid_text(), nullable=True),
        sa.Column("report_started_at", UtcDateTime(), nullable=True),
        sa.Column("report_ended_at", UtcDateTime(), nullable=True),
        sa.Column("report_done", sa.Text(), nullable=True),
        sa.Column("report_outcome", sa.String(length=16), nullable=True),
        sa.Column("report_why_not_solved", sa.Text(), server_default="", nullable=False),
        sa.Column("verified_in", uuid_text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "priority IN ('P1', 'P2', 'P3', 'P4')", name=op.f("ck_work_orders_priority")
        ),
        sa.CheckConstraint(
            "report_outcome IS NULL OR report_outcome IN ('NOT_SOLVED', 'SOLVED')",
            name=op.f("ck_work_orders_report_outcome"),
        ),
        sa.CheckConstraint(
            "state <> 'CLOSED' OR verified_in IS NOT NULL",
            name=op.f("ck_work_orders_closed_needs_verification"),
        ),
        sa.CheckConstraint(
            "state IN ("
            "'ACCEPTED', 'ASSIGNED', 'CANCELLED', 'CLOSED', 'DECLINED', 'DRAFT', "
            "'IN_PROGRESS', 'ON_HOLD', 'PENDING_DISPATCH', 'REPORTED', 'VERIFYING')",
            name=op.f("ck_work_orders_state"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_work_orders_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_work_orders_department_id_departments"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_work_orders_ticket_id_tickets")
        ),
        sa.ForeignKeyConstraint(
            ["verified_in"],
            ["interactions.id"],
            name=op.f("fk_work_orders_verified_in_interactions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_work_orders_number")),
    )
    op.create_index(
        "ix_work_orders_customer_id_raised_at", "work_orders", ["customer_id", "raised_at", "id"]
    )
    op.create_index("ix_work_orders_state_department_id", "work_orders", ["state", "department_id"])
    op.create_index("ix_work_orders_ticket_id", "work_orders", ["ticket_id"])
    op.create_index(
        "ix_work_orders_under_way_customer",
        "work_orders",
        ["customer_id", "number"],
        sqlite_where=sa.text(_UNDER_WAY),
        postgresql_where=sa.text(_UNDER_WAY),
    )
