"""What the migration of the knowledge base runs, as `article_policies` had it; never edited."""

from __future__ import annotations

from typing import Final

SQLITE_STATEMENTS: Final[tuple[str, ...]] = (
    """
CREATE VIRTUAL TABLE article_index USING fts5(title, spelled, body, content='article_texts',
    content_rowid='row_id', columnsize=0, prefix='1 2 3',
    tokenize='unicode61 remove_diacritics 2')
""",
    """
CREATE TRIGGER article_texts_insert AFTER INSERT ON article_texts BEGIN INSERT INTO
    article_index(rowid, title, spelled, body) VALUES (new.row_id, new.title, new.spelled,
    new.body); END
""",
    """
CREATE TRIGGER article_texts_delete AFTER DELETE ON article_texts BEGIN INSERT INTO
    article_index(article_index, rowid, title, spelled, body) VALUES ('delete', old.row_id,
    old.title, old.spelled, old.body); END
""",
    """
CREATE TRIGGER article_texts_update AFTER UPDATE ON article_texts BEGIN INSERT INTO
    article_index(article_index, rowid, title, spelled, body) VALUES ('delete', old.row_id,
    old.title, old.spelled, old.body);INSERT INTO article_index(rowid, title, spelled, body)
    VALUES (new.row_id, new.title, new.spelled, new.body); END
""",
    """
CREATE TRIGGER article_versions_no_update BEFORE UPDATE ON article_versions BEGIN SELECT
    RAISE(ABORT, 'article_versions are append-only'); END
""",
    """
CREATE TRIGGER article_versions_no_delete BEFORE DELETE ON article_versions BEGIN SELECT
    RAISE(ABORT, 'article_versions are append-only'); END
""",
)

STATEMENTS: Final[tuple[str, ...]] = (
    """
ALTER TABLE article_texts ADD COLUMN words tsvector GENERATED ALWAYS AS
    (search_vector(title, spelled, body)) STORED
""",
    "CREATE INDEX ix_article_texts_words ON article_texts USING gin (words)",
    """
ALTER TABLE article_texts ADD COLUMN title_words tsvector GENERATED ALWAYS AS
    (search_vector(title, spelled)) STORED
""",
    "CREATE INDEX ix_article_texts_title_words ON article_texts USING gin (title_words)",
    """
CREATE FUNCTION access.guard_article() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.id, NEW.order_id, NEW.created_at) IS DISTINCT FROM ROW(OLD.id,
        OLD.order_id, OLD.created_at) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'what
            article it is and where it came from is never changed' USING ERRCODE =
            '42501';
    END IF;
    IF ROW(NEW.state) IS DISTINCT FROM ROW(OLD.state) AND NOT EXISTS (
        SELECT 1 FROM (VALUES
            ('DRAFT', 'IN_REVIEW', 'agent_desk_agent'),
            ('DRAFT', 'IN_REVIEW', 'agent_desk_supervisor'),
            ('DRAFT', 'IN_REVIEW', 'agent_desk_department'),
            ('DRAFT', 'IN_REVIEW', 'agent_desk_dispatcher'),
            ('DRAFT', 'RETIRED', 'agent_desk_agent'),
            ('DRAFT', 'RETIRED', 'agent_desk_supervisor'),
            ('DRAFT', 'RETIRED', 'agent_desk_department'),
            ('DRAFT', 'RETIRED', 'agent_desk_dispatcher'),
            ('IN_REVIEW', 'PUBLISHED', 'agent_desk_supervisor'),
            ('IN_REVIEW', 'DRAFT', 'agent_desk_agent'),
            ('IN_REVIEW', 'DRAFT', 'agent_desk_supervisor'),
            ('IN_REVIEW', 'DRAFT', 'agent_desk_department'),
            ('IN_REVIEW', 'DRAFT', 'agent_desk_dispatcher'),
            ('PUBLISHED', 'DRAFT', 'agent_desk_agent'),
            ('PUBLISHED', 'DRAFT', 'agent_desk_supervisor'),
            ('PUBLISHED', 'DRAFT', 'agent_desk_department'),
            ('PUBLISHED', 'DRAFT', 'agent_desk_dispatcher'),
            ('PUBLISHED', 'RETIRED', 'agent_desk_supervisor'),
            ('RETIRED', 'DRAFT', 'agent_desk_agent'),
            ('RETIRED', 'DRAFT', 'agent_desk_supervisor'),
            ('RETIRED', 'DRAFT', 'agent_desk_department'),
            ('RETIRED', 'DRAFT', 'agent_desk_dispatcher')
        ) AS step (state, target, who)
        WHERE step.state = OLD.state AND step.target = NEW.state
            AND pg_has_role(session_user, step.who, 'USAGE')
    ) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'that step
            of the article is not yours' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.author, NEW.number) IS DISTINCT FROM ROW(OLD.author, OLD.number) AND
        (NEW.state <> 'DRAFT' OR NEW.author <> session_user) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'a further
            version is a draft of whoever writes it' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.author) IS DISTINCT FROM ROW(OLD.author) AND OLD.state NOT IN
        ('PUBLISHED', 'RETIRED') THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'what
            somebody else is writing is not taken over' USING ERRCODE = '42501';
    END IF;
    IF ROW(NEW.published, NEW.reviewer) IS DISTINCT FROM ROW(OLD.published,
        OLD.reviewer) AND NOT (pg_has_role(session_user, 'agent_desk_supervisor',
        'USAGE')) THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'only a
            reviewer lets an article through or takes it away' USING ERRCODE =
            '42501';
    END IF;
    IF ROW(NEW.published, NEW.reviewer) IS DISTINCT FROM ROW(OLD.published,
        OLD.reviewer) AND NEW.state NOT IN ('PUBLISHED', 'RETIRED') THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'what
            agents read changes when an article is published or retired' USING
            ERRCODE = '42501';
    END IF;
    IF ((ROW(NEW.reviewer) IS DISTINCT FROM ROW(OLD.reviewer)) OR (NEW.state =
        'PUBLISHED' AND ROW(NEW.state) IS DISTINCT FROM ROW(OLD.state)))
        AND NEW.reviewer <> session_user
    THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'a review
            is signed by whoever gives it' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.guard_article_link() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ROW(NEW.ticket_id, NEW.article_id) IS DISTINCT FROM ROW(OLD.ticket_id,
        OLD.article_id) OR NEW.actor <> session_user THEN
        IF access.owns(TG_RELID) THEN RETURN NEW; END IF; RAISE EXCEPTION 'what was
            used for a ticket is signed by whoever says so' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION access.keep_versions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET
    search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'article_versions are append-only' USING ERRCODE = '23514';
END
$$
""",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC",
    "REVOKE ALL ON public.articles FROM PUBLIC",
    "ALTER TABLE public.articles ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.articles TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor
""",
    """
CREATE POLICY published_select ON public.articles FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor USING (published IS
    NOT NULL)
""",
    """
GRANT SELECT ON public.articles TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_department, agent_desk_dispatcher
""",
    """
CREATE POLICY own_select ON public.articles FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_department, agent_desk_dispatcher USING (author =
    session_user)
""",
    "GRANT SELECT ON public.articles TO agent_desk_supervisor, agent_desk_auditor",
    """
CREATE POLICY all_seeing_select ON public.articles FOR SELECT TO agent_desk_supervisor,
    agent_desk_auditor USING (true)
""",
    """
GRANT INSERT ON public.articles TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_department, agent_desk_dispatcher
""",
    """
CREATE POLICY new_insert ON public.articles FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_department, agent_desk_dispatcher WITH CHECK (author =
    session_user AND state = 'DRAFT' AND published IS NULL AND reviewer = '')
""",
    """
GRANT UPDATE ON public.articles TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_department, agent_desk_dispatcher
""",
    """
CREATE POLICY writers_update ON public.articles FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_department, agent_desk_dispatcher USING (author =
    session_user OR state = 'PUBLISHED') WITH CHECK (author = session_user OR state =
    'PUBLISHED')
""",
    "GRANT UPDATE ON public.articles TO agent_desk_supervisor",
    """
CREATE POLICY reviewers_update ON public.articles FOR UPDATE TO agent_desk_supervisor USING
    (true) WITH CHECK (true)
""",
    "REVOKE ALL ON public.article_versions FROM PUBLIC",
    "ALTER TABLE public.article_versions ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.article_versions TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor
""",
    """
CREATE POLICY readable_select ON public.article_versions FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor USING (EXISTS
    (SELECT 1 FROM public.articles AS a WHERE a.id = article_versions.article_id AND
    (a.published = article_versions.number OR a.author = session_user)))
""",
    "GRANT SELECT ON public.article_versions TO agent_desk_supervisor, agent_desk_auditor",
    """
CREATE POLICY all_seeing_select ON public.article_versions FOR SELECT TO
    agent_desk_supervisor, agent_desk_auditor USING (true)
""",
    """
GRANT INSERT ON public.article_versions TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_department, agent_desk_dispatcher
""",
    """
CREATE POLICY own_insert ON public.article_versions FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_department, agent_desk_dispatcher WITH CHECK (author =
    session_user AND EXISTS (SELECT 1 FROM public.articles AS a WHERE a.id =
    article_versions.article_id AND a.author = session_user AND a.number =
    article_versions.number AND a.state = 'DRAFT'))
""",
    "REVOKE ALL ON public.article_texts FROM PUBLIC",
    "ALTER TABLE public.article_texts ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.article_texts TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor
""",
    """
CREATE POLICY readers_select ON public.article_texts FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT INSERT, DELETE ON public.article_texts TO agent_desk_supervisor",
    """
CREATE POLICY reviewers_insert ON public.article_texts FOR INSERT TO agent_desk_supervisor
    WITH CHECK (true)
""",
    """
CREATE POLICY reviewers_delete ON public.article_texts FOR DELETE TO agent_desk_supervisor
    USING (true)
""",
    "REVOKE ALL ON public.article_links FROM PUBLIC",
    "ALTER TABLE public.article_links ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.article_links TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor
""",
    """
CREATE POLICY readers_select ON public.article_links FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor USING (true)
""",
    "GRANT INSERT ON public.article_links TO agent_desk_agent, agent_desk_supervisor",
    """
CREATE POLICY own_insert ON public.article_links FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor WITH CHECK (actor = session_user)
""",
    "GRANT UPDATE ON public.article_links TO agent_desk_agent, agent_desk_supervisor",
    """
CREATE POLICY again_update ON public.article_links FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor USING (true) WITH CHECK (true)
""",
    "REVOKE ALL ON public.article_ratings FROM PUBLIC",
    "ALTER TABLE public.article_ratings ENABLE ROW LEVEL SECURITY",
    """
GRANT SELECT ON public.article_ratings TO agent_desk_agent, agent_desk_supervisor,
    agent_desk_campaign_manager, agent_desk_department, agent_desk_dispatcher,
    agent_desk_administrator, agent_desk_auditor
""",
    """
CREATE POLICY readers_select ON public.article_ratings FOR SELECT TO agent_desk_agent,
    agent_desk_supervisor, agent_desk_campaign_manager, agent_desk_department,
    agent_desk_dispatcher, agent_desk_administrator, agent_desk_auditor USING (true)
""",
    """
GRANT INSERT, UPDATE ON public.article_ratings TO agent_desk_agent, agent_desk_supervisor
""",
    """
CREATE POLICY own_insert ON public.article_ratings FOR INSERT TO agent_desk_agent,
    agent_desk_supervisor WITH CHECK (actor = session_user)
""",
    """
CREATE POLICY own_update ON public.article_ratings FOR UPDATE TO agent_desk_agent,
    agent_desk_supervisor USING (actor = session_user) WITH CHECK (actor = session_user)
""",
    """
CREATE TRIGGER article_versions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON
    public.article_versions FOR EACH STATEMENT EXECUTE FUNCTION access.keep_versions()
""",
    """
CREATE TRIGGER articles_guard BEFORE UPDATE ON public.articles FOR EACH ROW EXECUTE FUNCTION
    access.guard_article()
""",
    """
CREATE TRIGGER article_links_guard BEFORE UPDATE ON public.article_links FOR EACH ROW
    EXECUTE FUNCTION access.guard_article_link()
""",
)
