-- A reader can't say that it has read what is still to come: the log would be emptied, and start
-- anew at any position. Nor does one reader wait for ever for another that holds the horizon.

CREATE OR REPLACE FUNCTION qwikfolio.follow(output uuid, reached pg_snapshot, line text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
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
    followed := line = here AND pg_snapshot_xmin(reached) >= kept
        AND pg_snapshot_xmax(reached) <= pg_snapshot_xmax(pg_current_snapshot());

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
