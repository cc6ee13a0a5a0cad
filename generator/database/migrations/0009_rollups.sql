-- What visitors did, summed up by the hour: figures are read from the sums, and single events need
-- not be kept for them.
--
-- Hours close one after the other. An hour can be counted when every transaction that could write
-- into it has ended, and a clock can't tell that. So the question is asked first: its time and its
-- transaction's id are remembered, and when no older transaction is left, what had passed by then
-- is counted. Nobody who writes waits for it. An event that is written a minute after it happened,
-- replayed from a spool mostly, is noted in `late` by a trigger, within its own transaction, and its
-- day is counted anew. So that a clock may be set back by four minutes, an hour is over five minutes
-- after its end.

-- One portfolio's events of some time: a day that is counted anew, and what isn't counted yet.
CREATE INDEX IF NOT EXISTS idx_portfolio_analytics_user_created
    ON public.portfolio_analytics (user_id, created_at);

-- One row an hour, not one for each value: most portfolios are looked at a few times a day, and a
-- row for each thing that is known of a view would take more room than the view.
CREATE TABLE qwikfolio.hours (
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    hour timestamptz NOT NULL,
    views bigint NOT NULL,
    visitors bigint NOT NULL,
    counts jsonb NOT NULL,
    PRIMARY KEY (user_id, hour)
);
COMMENT ON TABLE qwikfolio.hours IS 'What visitors did on a portfolio in an hour (UTC)';
COMMENT ON COLUMN qwikfolio.hours.visitors IS
    'Who looked for the first time on that day (UTC). On another day nobody is recognised, so the '
    'sum over any hours is right';
COMMENT ON COLUMN qwikfolio.hours.counts IS
    'How many events of each value: {"referrer": {"news.example": 3, "": 1}, "download": {"": 1}}';

CREATE TABLE qwikfolio.days (
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    day date NOT NULL,
    counts jsonb NOT NULL,
    PRIMARY KEY (user_id, day)
);
COMMENT ON TABLE qwikfolio.days IS
    'The sums of what hours counted, by day (UTC): a month has 30 of these and 720 of those';

CREATE TABLE qwikfolio.visitors (
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    day date NOT NULL,
    visitor text NOT NULL,
    hour timestamptz NOT NULL,
    PRIMARY KEY (user_id, day, visitor)
);
COMMENT ON TABLE qwikfolio.visitors IS
    'Who came when for the first time, of the day that isn''t wholly counted yet: they count once';

CREATE TABLE qwikfolio.late (
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    day date NOT NULL
);
CREATE INDEX late_user_id_day ON qwikfolio.late (user_id, day);
-- A publication FOR ALL TABLES would refuse to delete from a table without a key.
ALTER TABLE qwikfolio.late REPLICA IDENTITY FULL;
COMMENT ON TABLE qwikfolio.late IS
    'Days (UTC) to which events came long after they happened. Without a key nobody waits for '
    'anybody, and every event has its note, which appears when it does';

-- To refer to a person is to keep them from being deleted until this transaction ends. Taken before
-- anything of theirs is written, or else it and a deletion would wait for each other.
CREATE TABLE qwikfolio.due (
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    day date NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (user_id, day)
);
COMMENT ON TABLE qwikfolio.due IS
    'Whose day is being counted, and from which hour on. Empty but for the transaction that counts';

CREATE TABLE qwikfolio.rolled (
    until timestamptz NOT NULL,
    forgotten date NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by xid8 NOT NULL
);
CREATE UNIQUE INDEX rolled_is_one ON qwikfolio.rolled ((true));
ALTER TABLE qwikfolio.rolled REPLICA IDENTITY FULL;
INSERT INTO qwikfolio.rolled VALUES ('-infinity', '-infinity', '-infinity', '0');
COMMENT ON TABLE qwikfolio.rolled IS 'One row: how far events are counted, and forgotten';

ALTER TABLE qwikfolio.hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE qwikfolio.days ENABLE ROW LEVEL SECURITY;
ALTER TABLE qwikfolio.visitors ENABLE ROW LEVEL SECURITY;
ALTER TABLE qwikfolio.late ENABLE ROW LEVEL SECURITY;
ALTER TABLE qwikfolio.due ENABLE ROW LEVEL SECURITY;
ALTER TABLE qwikfolio.rolled ENABLE ROW LEVEL SECURITY;

-- What an event counts as. Others write events too, so `event_data` may be anything: whatever isn't
-- there is the empty string, and kinds that aren't known count as nothing.
CREATE VIEW qwikfolio.counts AS
SELECT
    e.user_id,
    e.created_at,
    date_trunc('hour', e.created_at, 'UTC') AS hour,
    c.dimension,
    left(coalesce(c.value, ''), 253) AS value  -- the longest name of a host
FROM public.portfolio_analytics e
CROSS JOIN LATERAL (VALUES
    (
        CASE e.event_type
            WHEN 'view' THEN 'view'
            WHEN 'project_view' THEN 'project'
            WHEN 'social_click' THEN 'link'
            WHEN 'download' THEN 'download'
            WHEN 'contact_click' THEN 'contact'
        END,
        CASE e.event_type
            WHEN 'project_view' THEN e.project_id::text
            WHEN 'social_click' THEN e.event_data ->> 'type'
        END
    ),
    (CASE e.event_type WHEN 'view' THEN 'referrer' END, e.event_data ->> 'referrer'),
    (CASE e.event_type WHEN 'view' THEN 'screen' END, e.event_data ->> 'screen'),
    (CASE e.event_type WHEN 'view' THEN 'language' END, e.event_data ->> 'language')
) AS c (dimension, value)
WHERE c.dimension IS NOT NULL AND isfinite(e.created_at);

-- Who looked, where that is known.
CREATE VIEW qwikfolio.visits AS
SELECT
    e.user_id,
    e.created_at,
    date_trunc('hour', e.created_at, 'UTC') AS hour,
    (e.created_at AT TIME ZONE 'UTC')::date AS day,
    left(e.event_data ->> 'visitor', 64) AS visitor
FROM public.portfolio_analytics e
WHERE e.event_type = 'view' AND e.event_data ->> 'visitor' <> '' AND isfinite(e.created_at);

-- Runs as its owner in a session of anybody's, so all it names has its schema; to set a search_path
-- would cost more than what it does. An event is late a minute after it happened, not when its hour
-- has passed: that is told in a fifth of a microsecond, which is all that those in time pay.
CREATE FUNCTION qwikfolio.note_late() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO qwikfolio.late (user_id, day)
    VALUES (NEW.user_id, (NEW.created_at AT TIME ZONE 'UTC')::pg_catalog.date);
    RETURN NULL;
END
$$;
CREATE TRIGGER qwikfolio_late AFTER INSERT ON public.portfolio_analytics FOR EACH ROW
    WHEN (NEW.created_at < clock_timestamp() - interval '1 minute' AND isfinite(NEW.created_at))
    EXECUTE FUNCTION qwikfolio.note_late();
ALTER TABLE public.portfolio_analytics ENABLE ALWAYS TRIGGER qwikfolio_late;

-- Counts a piece: at most a day of hours that have closed, and days that events came late to.
-- Returns how many days of how many portfolios, and NULL where there is nothing to do now: call it
-- until then, each time in a transaction of its own. Where another is at it, there is nothing to do.
CREATE FUNCTION qwikfolio.roll_up() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET row_security = off SET jit = off
AS $$
DECLARE
    state qwikfolio.rolled;
    passed CONSTANT timestamptz := date_trunc('hour', now() - interval '5 minutes');
    one_day CONSTANT interval := '1 day';
    closed timestamptz;
    earliest timestamptz;
    reached timestamptz;
    asked boolean := false;
    again qwikfolio.due;
    counted bigint;
BEGIN
    SELECT * INTO state FROM qwikfolio.rolled FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;

    closed := least(passed, date_trunc('hour', state.asked_at - interval '5 minutes'));
    IF closed <= state.until OR state.asked_by > pg_current_xact_id() THEN
        closed := state.until;  -- there is no question, or a dump brought another server's
        asked := passed > state.until;
        IF asked THEN
            UPDATE qwikfolio.rolled SET asked_at = now(), asked_by = pg_current_xact_id();
        END IF;
    ELSIF pg_snapshot_xmin(pg_current_snapshot()) < state.asked_by THEN
        closed := state.until;  -- the answer is not known yet
    END IF;

    SELECT min(created_at) INTO earliest FROM public.portfolio_analytics
    WHERE created_at >= state.until AND created_at < closed AND isfinite(created_at);
    reached := least(closed, date_trunc('day', earliest) + one_day);
    DELETE FROM qwikfolio.late WHERE day < state.forgotten;
    BEGIN
        INSERT INTO qwikfolio.due (user_id, day, since)
        SELECT user_id, day, min(since) FROM (
            SELECT DISTINCT user_id, created_at::date AS day,
                greatest(state.until, date_trunc('day', created_at)) AS since
            FROM public.portfolio_analytics
            WHERE created_at >= state.until AND created_at < reached AND isfinite(created_at)
            UNION ALL
            (SELECT DISTINCT user_id, day, day::timestamptz FROM qwikfolio.late LIMIT 1000)
        ) AS days
        GROUP BY user_id, day ORDER BY user_id, day;
        GET DIAGNOSTICS counted = ROW_COUNT;
    EXCEPTION WHEN foreign_key_violation THEN
        RETURN 0;  -- somebody was deleted just now, with their events: look again
    END;
    IF counted = 0 AND reached = state.until THEN
        RETURN CASE WHEN asked THEN 0 END;
    END IF;

    -- What a note was for is seen by every statement that comes after the one that sees the note.
    DELETE FROM qwikfolio.late l USING qwikfolio.due d WHERE l.user_id = d.user_id AND l.day = d.day;
    FOR again IN SELECT * FROM qwikfolio.due WHERE since < state.until LOOP
        DELETE FROM qwikfolio.hours
        WHERE user_id = again.user_id AND hour >= again.since AND hour < again.since + one_day;
        DELETE FROM qwikfolio.days WHERE user_id = again.user_id AND day = again.day;
        DELETE FROM qwikfolio.visitors WHERE user_id = again.user_id AND day = again.day;
    END LOOP;

    -- LATERAL, so that each is found by its index, however little the planner knows of `due`.
    WITH came AS (
        SELECT d.user_id, d.day, v.visitor, v.hour,
            d.since > d.day OR d.day >= reached::date AS goes_on
        FROM qwikfolio.due d CROSS JOIN LATERAL (
            SELECT visitor, min(hour) AS hour FROM qwikfolio.visits
            WHERE user_id = d.user_id
                AND created_at >= d.since AND created_at < least(reached, d.day + one_day)
            GROUP BY visitor
        ) AS v
    ), came_first AS (
        INSERT INTO qwikfolio.visitors (user_id, day, visitor, hour)
        SELECT user_id, day, visitor, hour FROM came WHERE goes_on
        ON CONFLICT DO NOTHING RETURNING user_id, hour
    ), counted AS (
        SELECT d.user_id, c.hour, c.dimension, c.value, c.events
        FROM qwikfolio.due d CROSS JOIN LATERAL (
            SELECT hour, dimension, value, count(*) AS events FROM qwikfolio.counts
            WHERE user_id = d.user_id
                AND created_at >= d.since AND created_at < least(reached, d.day + one_day)
            GROUP BY hour, dimension, value
        ) AS c
        UNION ALL
        SELECT user_id, hour, 'visitor', '', count(*) FROM (
            SELECT user_id, hour FROM came_first
            UNION ALL SELECT user_id, hour FROM came WHERE NOT goes_on
        ) AS all_first
        GROUP BY user_id, hour
    )
    INSERT INTO qwikfolio.hours (user_id, hour, views, visitors, counts)
    SELECT user_id, hour,
        coalesce(sum(events) FILTER (WHERE dimension = 'view'), 0),
        coalesce(sum(events) FILTER (WHERE dimension = 'visitor'), 0),
        coalesce(jsonb_object_agg(dimension, by_value)
            FILTER (WHERE dimension NOT IN ('view', 'visitor')), '{}')
    FROM (
        SELECT user_id, hour, dimension, sum(events) AS events,
            jsonb_object_agg(value, events) AS by_value
        FROM counted GROUP BY user_id, hour, dimension
    ) AS dimensions
    GROUP BY user_id, hour ORDER BY user_id, hour;

    INSERT INTO qwikfolio.days (user_id, day, counts)
    SELECT d.user_id, d.day, sums.counts FROM qwikfolio.due d CROSS JOIN LATERAL (
        SELECT jsonb_object_agg(dimension, by_value) AS counts FROM (
            SELECT dimension, jsonb_object_agg(value, events) AS by_value FROM (
                SELECT c.dimension, v.value, sum(v.events::bigint) AS events
                FROM qwikfolio.hours h
                CROSS JOIN jsonb_each(h.counts) AS c (dimension, by_value)
                CROSS JOIN jsonb_each_text(c.by_value) AS v (value, events)
                WHERE h.user_id = d.user_id AND h.hour >= d.day AND h.hour < d.day + one_day
                GROUP BY c.dimension, v.value
            ) AS events
            GROUP BY dimension
        ) AS dimensions
    ) AS sums
    WHERE sums.counts IS NOT NULL
    ON CONFLICT (user_id, day) DO UPDATE SET counts = excluded.counts;

    DELETE FROM qwikfolio.due;
    DELETE FROM qwikfolio.visitors WHERE day < reached::date;
    UPDATE qwikfolio.rolled SET until = reached;
    RETURN counted;
END
$$;

-- Deletes some of the events that are older than so many days, counted and closed ones only, and
-- returns how many; 0: there are none left. Their days are never counted anew, so an event that
-- comes so late is in no sum, and goes as they do.
CREATE FUNCTION qwikfolio.forget_events(keep_days integer) RETURNS bigint
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET row_security = off
AS $$
DECLARE
    state qwikfolio.rolled;
    horizon date;
    deleted bigint;
BEGIN
    IF keep_days < 40 THEN
        RAISE EXCEPTION 'events are kept for 40 days at least, not for %', keep_days
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT * INTO state FROM qwikfolio.rolled FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;

    SELECT least(state.until::date, current_date - keep_days, min(l.day)) INTO horizon
    FROM qwikfolio.late l WHERE l.day >= state.forgotten;
    horizon := greatest(horizon, state.forgotten);
    UPDATE qwikfolio.rolled SET forgotten = horizon WHERE forgotten <> horizon;
    DELETE FROM public.portfolio_analytics WHERE id IN (
        SELECT id FROM public.portfolio_analytics WHERE created_at < horizon::timestamptz
        ORDER BY created_at LIMIT 10000
    );
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;

REVOKE EXECUTE ON FUNCTION qwikfolio.note_late() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.roll_up() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.forget_events(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION qwikfolio.roll_up() TO qwikfolio_beacon;
GRANT EXECUTE ON FUNCTION qwikfolio.forget_events(integer) TO qwikfolio_beacon;
