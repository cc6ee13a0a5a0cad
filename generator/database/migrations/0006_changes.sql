-- The change log: whose rows were written, and by which transaction, for builds that read only what
-- changed.
--
-- Each entry bears the xid of its transaction. A reader keeps the snapshot it read from, its
-- position; an entry is new to it if it sees the entry and that snapshot does not see its xid. So
-- nothing is missed however long a transaction took, and nothing is read twice. A sequence or a
-- clock could not do that: transactions commit out of order.

CREATE TABLE qwikfolio.changes (
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    owner uuid,
    project uuid,
    origin text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX changes_xid ON qwikfolio.changes (xid);
-- A publication FOR ALL TABLES would refuse to delete from a table without a key.
ALTER TABLE qwikfolio.changes REPLICA IDENTITY FULL;

COMMENT ON TABLE qwikfolio.changes IS
    'Whose rows were written. Neither owner nor project: everybody''s';
COMMENT ON COLUMN qwikfolio.changes.project IS
    'For project_tech_stack. Whose project it is, is asked when the entry is read: asked when it '
    'is written, the answer could be out of date before the transaction ends';

CREATE TABLE qwikfolio.outputs (
    id uuid PRIMARY KEY,
    position pg_snapshot NOT NULL,
    line text NOT NULL,
    seen timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE qwikfolio.outputs IS
    'Who reads the log, and up to where. What one of them hasn''t read is kept';

CREATE TABLE qwikfolio.horizon (
    xid xid8 NOT NULL
);
CREATE UNIQUE INDEX horizon_is_one ON qwikfolio.horizon ((true));
ALTER TABLE qwikfolio.horizon REPLICA IDENTITY FULL;
INSERT INTO qwikfolio.horizon VALUES (pg_current_xact_id());
COMMENT ON TABLE qwikfolio.horizon IS
    'One row: the log lacks nothing that transactions from this one on have written';

-- Wakes who listens, when the transaction commits. Transactions that notify commit one after the
-- other, so it is done only while somebody listens: that one shares the lock which is tried here.
CREATE FUNCTION qwikfolio.wake() RETURNS boolean LANGUAGE sql
RETURN CASE
    WHEN pg_try_advisory_lock(5861236205345656578) THEN NOT pg_advisory_unlock(5861236205345656578)
    ELSE pg_notify('qwikfolio_changes', '') IS NOT NULL
END;

-- The triggers' functions run as their owner, in a session of anybody's. All they name has its
-- schema, the operator too, so no search_path leads them astray; to set one would cost each write
-- more than telling whether it wrote one row.

-- After a statement: the owners of the rows it wrote, as they are after an INSERT or UPDATE and were
-- before a DELETE. Most statements write one row, and to look for a second costs less than to tell
-- owners apart; where there is a second, the first two may be logged twice, which does no harm.
CREATE FUNCTION qwikfolio.log_owners() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    logged integer;
    awake boolean;
BEGIN
    INSERT INTO qwikfolio.changes (owner, origin)
    SELECT user_id, TG_TABLE_NAME FROM written LIMIT 2;
    GET DIAGNOSTICS logged = ROW_COUNT;
    IF logged OPERATOR(pg_catalog.>) 1 THEN
        INSERT INTO qwikfolio.changes (owner, origin)
        SELECT DISTINCT user_id, TG_TABLE_NAME FROM written;
    END IF;
    IF FOUND THEN
        awake := qwikfolio.wake();
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION qwikfolio.log_projects() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    logged integer;
    awake boolean;
BEGIN
    INSERT INTO qwikfolio.changes (project, origin)
    SELECT project_id, TG_TABLE_NAME FROM written LIMIT 2;
    GET DIAGNOSTICS logged = ROW_COUNT;
    IF logged OPERATOR(pg_catalog.>) 1 THEN
        INSERT INTO qwikfolio.changes (project, origin)
        SELECT DISTINCT project_id, TG_TABLE_NAME FROM written;
    END IF;
    IF FOUND THEN
        awake := qwikfolio.wake();
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION qwikfolio.log_profiles() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    awake boolean;
BEGIN
    INSERT INTO qwikfolio.changes (owner, origin) SELECT id, TG_TABLE_NAME FROM written;
    IF FOUND THEN
        awake := qwikfolio.wake();
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION qwikfolio.log_everybody() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    awake boolean;
BEGIN
    INSERT INTO qwikfolio.changes (origin) VALUES (TG_TABLE_NAME);
    awake := qwikfolio.wake();
    RETURN NULL;
END
$$;

-- After a row got another owner: the former one. The statement's trigger logs the new one, and
-- wakes who listens.
CREATE FUNCTION qwikfolio.log_former_owner() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO qwikfolio.changes (owner, origin) VALUES (OLD.user_id, TG_TABLE_NAME);
    RETURN NULL;
END
$$;

CREATE FUNCTION qwikfolio.log_former_project() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO qwikfolio.changes (project, origin) VALUES (OLD.project_id, TG_TABLE_NAME);
    RETURN NULL;
END
$$;

-- After a profile's row shows something else, under its former user too. What no page shows
-- (last_seen_at, mostly) is written far more often, and is not logged.
CREATE FUNCTION qwikfolio.log_profile() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    awake boolean;
BEGIN
    INSERT INTO qwikfolio.changes (owner, origin)
    VALUES (OLD.id, TG_TABLE_NAME), (NEW.id, TG_TABLE_NAME);
    awake := qwikfolio.wake();
    RETURN NULL;
END
$$;

-- Makes the triggers where they can be made. To be called again after a table was replaced, or after
-- ENABLE TRIGGER ALL, which leaves them out where session_replication_role is replica.
CREATE PROCEDURE qwikfolio.log_changes() LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    relation text;
    statement text;
    kind text;
    definition text;
BEGIN
    FOREACH relation IN ARRAY ARRAY[
        'portfolios', 'profiles', 'skills', 'projects', 'project_tech_stack', 'experience',
        'education', 'certifications'
    ] LOOP
        statement := 'FOR EACH STATEMENT EXECUTE FUNCTION qwikfolio.' || CASE relation
            WHEN 'profiles' THEN 'log_profiles()'
            WHEN 'project_tech_stack' THEN 'log_projects()'
            ELSE 'log_owners()' END;
        BEGIN
            FOR kind, definition IN VALUES
                ('insert', 'AFTER INSERT ON public.%I REFERENCING NEW TABLE AS written '
                    || statement),
                ('delete', 'AFTER DELETE ON public.%I REFERENCING OLD TABLE AS written '
                    || statement),
                ('truncate', 'AFTER TRUNCATE ON public.%I '
                    'FOR EACH STATEMENT EXECUTE FUNCTION qwikfolio.log_everybody()'),
                ('update', CASE relation
                    WHEN 'profiles' THEN 'AFTER UPDATE ON public.%I FOR EACH ROW
                        WHEN ((OLD.id, OLD.username, OLD.avatar_url)
                            IS DISTINCT FROM (NEW.id, NEW.username, NEW.avatar_url))
                        EXECUTE FUNCTION qwikfolio.log_profile()'
                    ELSE 'AFTER UPDATE ON public.%I REFERENCING NEW TABLE AS written ' || statement
                    END),
                ('owner', CASE relation
                    WHEN 'profiles' THEN NULL
                    WHEN 'project_tech_stack' THEN 'AFTER UPDATE ON public.%I FOR EACH ROW
                        WHEN (OLD.project_id IS DISTINCT FROM NEW.project_id)
                        EXECUTE FUNCTION qwikfolio.log_former_project()'
                    ELSE 'AFTER UPDATE ON public.%I FOR EACH ROW
                        WHEN (OLD.user_id IS DISTINCT FROM NEW.user_id)
                        EXECUTE FUNCTION qwikfolio.log_former_owner()'
                    END)
            LOOP
                CONTINUE WHEN definition IS NULL;
                EXECUTE format('CREATE OR REPLACE TRIGGER %I ', 'qwikfolio_log_' || kind)
                    || format(definition, relation);
                EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER %I',
                    relation, 'qwikfolio_log_' || kind);
            END LOOP;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE NOTICE 'the change log leaves out public.%, which belongs to another role: '
                'builds will read everything', relation;
        END;
    END LOOP;
END
$$;

CALL qwikfolio.log_changes();

-- Where positions may be compared: the same server, the same course of its history, the same
-- database, and tables that nobody has altered. A trigger that was disabled for a while, a column
-- rewritten or a policy replaced changes what a page shows and leaves no entry, but it leaves
-- another xmin in the catalog.
CREATE FUNCTION qwikfolio.line() RETURNS text LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH relations AS (
        SELECT c.oid, c.xmin FROM pg_class c
        WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'public')
            AND c.relname IN (
                'portfolios', 'profiles', 'skills', 'projects', 'project_tech_stack',
                'experience', 'education', 'certifications')
    ), definitions (mark) AS (
        SELECT format('table %s %s', oid, xmin) FROM relations
        UNION ALL SELECT format('column %s %s %s', attrelid, attnum, xmin)
            FROM pg_attribute WHERE attrelid IN (SELECT oid FROM relations)
        UNION ALL SELECT format('policy %s %s', oid, xmin)
            FROM pg_policy WHERE polrelid IN (SELECT oid FROM relations)
        UNION ALL SELECT format('trigger %s %s', oid, xmin)
            FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM relations) AND NOT tgisinternal
    )
    SELECT concat_ws('/',
        (SELECT system_identifier FROM pg_control_system()),
        -- From the WAL: the control file says so only after the next checkpoint. A standby can't
        -- say, and is on no line with anything.
        CASE WHEN pg_is_in_recovery() THEN 'standby'
            ELSE left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END,
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        (SELECT md5(string_agg(mark, ' ' ORDER BY mark COLLATE "C")) FROM definitions))
$$;

-- A reader says what it has read; what all have read is forgotten. False: the log doesn't reach
-- back to the position (others had read on, and this reader was not registered), or the position
-- is on another line. The reader is then not registered, and has to read everything.
CREATE FUNCTION qwikfolio.follow(output uuid, reached pg_snapshot, line text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    here text := qwikfolio.line();
    kept xid8;
    followed boolean;
BEGIN
    -- One at a time: nobody may register while another forgets what they haven't read.
    SELECT xid INTO STRICT kept FROM qwikfolio.horizon FOR UPDATE;
    IF kept >= pg_snapshot_xmax(pg_current_snapshot()) THEN
        kept := '0';  -- no transaction of this server's: a dump brought it
    END IF;
    followed := line = here AND pg_snapshot_xmin(reached) >= kept;

    -- A position of another line came with a dump, or is of no use any more.
    DELETE FROM qwikfolio.outputs o
    WHERE o.seen < now() - interval '30 days' OR o.line <> here
        OR (o.id = output AND NOT followed);
    IF followed THEN
        INSERT INTO qwikfolio.outputs (id, position, line) VALUES (output, reached, here)
        ON CONFLICT (id) DO UPDATE
        SET position = excluded.position, line = excluded.line, seen = excluded.seen;
    END IF;

    SELECT coalesce(min(pg_snapshot_xmin(o.position)), kept) INTO kept FROM qwikfolio.outputs o;
    DELETE FROM qwikfolio.changes WHERE xid < kept;
    UPDATE qwikfolio.horizon SET xid = kept;
    -- Entries of transactions still to come are a dump's as well.
    DELETE FROM qwikfolio.changes
    WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()) AND xid <> pg_current_xact_id();
    RETURN followed;
END
$$;

-- Who may execute a trigger's function could fill the log through a table of their own.
REVOKE EXECUTE ON FUNCTION qwikfolio.log_owners() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.log_projects() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.log_profiles() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.log_everybody() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.log_former_owner() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.log_former_project() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.log_profile() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.wake() FROM PUBLIC;
REVOKE EXECUTE ON PROCEDURE qwikfolio.log_changes() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.line() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.follow(uuid, pg_snapshot, text) FROM PUBLIC;
GRANT SELECT ON qwikfolio.changes, qwikfolio.outputs TO qwikfolio_publisher;
GRANT EXECUTE ON FUNCTION qwikfolio.line() TO qwikfolio_publisher;
GRANT EXECUTE ON FUNCTION qwikfolio.follow(uuid, pg_snapshot, text) TO qwikfolio_publisher;
