-- Events are summed up in slices: so many events a call, however many one hour or one portfolio
-- has. `rolled.until` is any moment, and a slice adds what lies behind it to the sums. Of each
-- dimension so many values are kept, and the rest are one number. A portfolio whose slice fails is
-- put aside, and the others go on.

CREATE TABLE qwikfolio.recounts (
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    day date NOT NULL,
    counted timestamptz NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    reason text,
    retry_at timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (user_id, day)
);
ALTER TABLE qwikfolio.recounts ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE qwikfolio.recounts IS
    'Days (UTC) of portfolios that are being counted anew, or could not be counted. Their sums are '
    'not complete: figures of these days come from the events, which are kept until then';
COMMENT ON COLUMN qwikfolio.recounts.counted IS
    'The events of the day before this are in the sums again';

ALTER TABLE qwikfolio.due ADD COLUMN till timestamptz NOT NULL;

-- How many values of a dimension are kept in a row of sums.
CREATE FUNCTION qwikfolio.most_values() RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT 200';

-- The sum of two counts, with at most so many values of each dimension: the empty one, then the
-- most frequent, by their bytes where they are equally frequent. The events of all others are
-- counted in the dimension `other`, under the name of their dimension: no value can collide.
CREATE FUNCTION qwikfolio.added(jsonb, jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(dimension, by_value), '{}') FROM (
        SELECT dimension, jsonb_object_agg(value, events) AS by_value FROM (
            SELECT
                CASE WHEN place > qwikfolio.most_values() THEN 'other' ELSE dimension END AS dimension,
                CASE WHEN place > qwikfolio.most_values() THEN dimension ELSE value END AS value,
                sum(events) AS events
            FROM (
                SELECT dimension, value, sum(events) AS events, row_number() OVER (
                    PARTITION BY dimension ORDER BY value <> '', sum(events) DESC, value
                ) AS place
                FROM (
                    SELECT c.dimension COLLATE "C" AS dimension, v.value COLLATE "C" AS value,
                        v.events::bigint AS events
                    FROM (VALUES ($1), ($2)) AS given (counts)
                    CROSS JOIN jsonb_each(given.counts) AS c (dimension, by_value)
                    CROSS JOIN jsonb_each_text(c.by_value) AS v (value, events)
                ) AS each_value
                GROUP BY dimension, value
            ) AS ranked
            GROUP BY 1, 2
        ) AS capped
        GROUP BY dimension
    ) AS dimensions
$$;

-- Adds to the sums what is due to these people. Values are capped, as in `added`, before they become
-- JSON: to put a large object into another takes time that grows with the square of its size.
CREATE FUNCTION qwikfolio.count_due(first_user uuid, last_user uuid) RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
    -- LATERAL, so that each is found by its index, however little the planner knows of `due`.
    WITH came_first AS (
        INSERT INTO qwikfolio.visitors (user_id, day, visitor, hour)
        SELECT d.user_id, d.day, v.visitor, v.hour
        FROM qwikfolio.due d CROSS JOIN LATERAL (
            SELECT visitor, min(hour) AS hour FROM qwikfolio.visits
            WHERE user_id = d.user_id AND created_at >= d.since AND created_at < d.till
            GROUP BY visitor
        ) AS v
        WHERE d.user_id BETWEEN first_user AND last_user
        ON CONFLICT DO NOTHING RETURNING user_id, day, hour
    ), counted AS MATERIALIZED (
        SELECT d.user_id, d.day, c.hour, c.dimension, c.value, c.events
        FROM qwikfolio.due d CROSS JOIN LATERAL (
            SELECT hour, dimension COLLATE "C" AS dimension, value COLLATE "C" AS value,
                count(*) AS events
            FROM qwikfolio.counts
            WHERE user_id = d.user_id AND created_at >= d.since AND created_at < d.till
            GROUP BY hour, dimension COLLATE "C", value COLLATE "C"
        ) AS c
        WHERE d.user_id BETWEEN first_user AND last_user
        UNION ALL
        SELECT user_id, day, hour, 'visitor', '', count(*) FROM came_first
        GROUP BY user_id, day, hour
    ), of_both AS (
        SELECT user_id, day, hour, dimension, value, events FROM counted
        UNION ALL
        SELECT user_id, day, NULL, dimension, value, sum(events) FROM counted
        WHERE dimension NOT IN ('view', 'visitor')
        GROUP BY user_id, day, dimension, value
    ), sums AS MATERIALIZED (
        SELECT user_id, day, hour,
            coalesce(sum(events) FILTER (WHERE dimension = 'view'), 0) AS views,
            coalesce(sum(events) FILTER (WHERE dimension = 'visitor'), 0) AS visitors,
            coalesce(jsonb_object_agg(dimension, by_value)
                FILTER (WHERE dimension NOT IN ('view', 'visitor')), '{}') AS counts
        FROM (
            SELECT user_id, day, hour, dimension, sum(events) AS events,
                jsonb_object_agg(value, events) AS by_value
            FROM (
                SELECT user_id, day, hour,
                    CASE WHEN place > qwikfolio.most_values() THEN 'other' ELSE dimension END
                        AS dimension,
                    CASE WHEN place > qwikfolio.most_values() THEN dimension ELSE value END AS value,
                    sum(events) AS events
                FROM (
                    SELECT *, row_number() OVER (
                        PARTITION BY user_id, day, hour, dimension
                        ORDER BY value <> '', events DESC, value
                    ) AS place
                    FROM of_both
                ) AS ranked
                GROUP BY 1, 2, 3, 4, 5
            ) AS capped
            GROUP BY user_id, day, hour, dimension
        ) AS dimensions
        GROUP BY user_id, day, hour
    ), added_to_hours AS (
        INSERT INTO qwikfolio.hours AS h (user_id, hour, views, visitors, counts)
        SELECT user_id, hour, views, visitors, counts FROM sums
        WHERE hour IS NOT NULL ORDER BY user_id, hour
        ON CONFLICT (user_id, hour) DO UPDATE SET
            views = h.views + excluded.views,
            visitors = h.visitors + excluded.visitors,
            counts = qwikfolio.added(h.counts, excluded.counts)
    )
    INSERT INTO qwikfolio.days AS d (user_id, day, counts)
    SELECT user_id, day, counts FROM sums WHERE hour IS NULL ORDER BY user_id, day
    ON CONFLICT (user_id, day) DO UPDATE SET counts = qwikfolio.added(d.counts, excluded.counts);
END
$$;

-- Forgets the sums of a day, which are counted anew.
CREATE FUNCTION qwikfolio.uncount(person uuid, whole_day date) RETURNS void LANGUAGE sql AS $$
    DELETE FROM qwikfolio.hours WHERE user_id = person
        AND hour >= whole_day::timestamptz AND hour < whole_day::timestamptz + interval '1 day';
    DELETE FROM qwikfolio.days WHERE user_id = person AND day = whole_day;
    DELETE FROM qwikfolio.visitors WHERE user_id = person AND day = whole_day;
$$;

-- Adds to the sums what is due to these people, and puts aside whose can't be added: halves are
-- tried until it is one person. What isn't about values but about the server, such as a full disk,
-- stops all.
CREATE FUNCTION qwikfolio.count_each(first_user uuid, last_user uuid) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    why text;
    people uuid[];
    half integer;
    failed record;
BEGIN
    BEGIN
        PERFORM qwikfolio.count_due(first_user, last_user);
        RETURN;
    EXCEPTION WHEN OTHERS THEN
        -- Connections, transactions, permissions, resources but for memory, locks, operators, the
        -- system.
        IF SQLSTATE ~ '^(08|25|40|42|53[^2]|55|57|58)' THEN
            RAISE;
        END IF;
        why := left(SQLSTATE || ': ' || SQLERRM, 500);
    END;

    IF first_user < last_user THEN
        people := ARRAY(SELECT DISTINCT user_id FROM qwikfolio.due
            WHERE user_id BETWEEN first_user AND last_user ORDER BY user_id);
        half := cardinality(people) / 2;
        PERFORM qwikfolio.count_each(people[1], people[half]);
        PERFORM qwikfolio.count_each(people[half + 1], last_user);
        RETURN;
    END IF;
    FOR failed IN SELECT user_id, day FROM qwikfolio.due
        WHERE user_id = first_user AND since < till
    LOOP
        INSERT INTO qwikfolio.recounts AS r (user_id, day, counted, failures, reason, retry_at)
        VALUES (failed.user_id, failed.day, failed.day, 1, why, now() + interval '1 hour')
        ON CONFLICT (user_id, day) DO UPDATE SET counted = excluded.counted,
            failures = r.failures + 1, reason = excluded.reason, retry_at = excluded.retry_at;
        PERFORM qwikfolio.uncount(failed.user_id, failed.day);
    END LOOP;
END
$$;

-- Counts a slice: at most so many events of hours that have closed, and as many of days that are
-- counted anew; events of one microsecond are not divided. Returns how many days of how many
-- portfolios, and NULL where there is nothing to do now: call it until then, each time in a
-- transaction of its own. Where another is at it, there is nothing to do.
DROP FUNCTION qwikfolio.roll_up();
CREATE FUNCTION qwikfolio.roll_up(slice integer DEFAULT 50000) RETURNS bigint
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET row_security = off SET jit = off
    SET work_mem = '32MB'
AS $$
DECLARE
    state qwikfolio.rolled;
    passed CONSTANT timestamptz := date_trunc('hour', now() - interval '5 minutes');
    one_day CONSTANT interval := '1 day';
    instant CONSTANT interval := '1 microsecond';
    closed timestamptz;
    earliest timestamptz;
    reached timestamptz;
    asked boolean := false;
    notes bigint;
    room bigint := slice;
    again record;
    next_one timestamptz;
    day_end timestamptz;
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
    SELECT created_at INTO next_one FROM public.portfolio_analytics
    WHERE created_at >= earliest AND created_at < closed
    ORDER BY created_at OFFSET slice LIMIT 1;
    reached := CASE WHEN next_one IS NULL THEN closed ELSE greatest(next_one, earliest + instant) END;

    DELETE FROM qwikfolio.late WHERE day < state.forgotten;
    BEGIN
        INSERT INTO qwikfolio.due (user_id, day, since, till)
        SELECT user_id, day, min(since), max(till) FROM (
            SELECT DISTINCT user_id, created_at::date AS day,
                greatest(state.until, date_trunc('day', created_at)) AS since,
                least(reached, date_trunc('day', created_at) + one_day) AS till
            FROM public.portfolio_analytics
            WHERE created_at >= state.until AND created_at < reached AND isfinite(created_at)
            UNION ALL
            (SELECT user_id, day, day AS since, day AS till FROM qwikfolio.late l WHERE NOT EXISTS (
                SELECT FROM qwikfolio.recounts r
                WHERE r.user_id = l.user_id AND r.day = l.day AND r.counted > r.day
            ) ORDER BY user_id, day LIMIT slice)
            UNION ALL
            (SELECT user_id, day, day AS since, day AS till FROM qwikfolio.recounts r
            WHERE retry_at <= now() ORDER BY r.counted > r.day DESC, retry_at LIMIT 1000)
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
    INSERT INTO qwikfolio.recounts (user_id, day, counted)
    SELECT d.user_id, d.day, d.day FROM qwikfolio.due d WHERE EXISTS (
        SELECT FROM qwikfolio.late l WHERE l.user_id = d.user_id AND l.day = d.day
    ) ON CONFLICT DO NOTHING;
    DELETE FROM qwikfolio.late WHERE ctid = ANY (ARRAY(
        SELECT l.ctid FROM qwikfolio.due d
        JOIN qwikfolio.recounts r USING (user_id, day)
        JOIN qwikfolio.late l USING (user_id, day)
        WHERE r.counted = r.day LIMIT slice
    ));
    GET DIAGNOSTICS notes = ROW_COUNT;

    -- A day that is counted anew is counted from its beginning, or from where the last slice ended,
    -- as far as there is room; not while notes are left that would have it begin again.
    FOR again IN
        SELECT r.* FROM qwikfolio.due d JOIN qwikfolio.recounts r USING (user_id, day)
        ORDER BY r.counted > r.day DESC, r.retry_at, r.user_id, r.day
    LOOP
        IF room <= 0 OR again.retry_at > now() OR (notes >= slice AND again.counted = again.day) THEN
            UPDATE qwikfolio.due SET since = day, till = day
            WHERE user_id = again.user_id AND day = again.day;
            CONTINUE;
        END IF;
        IF again.counted = again.day THEN
            PERFORM qwikfolio.uncount(again.user_id, again.day);
        END IF;
        day_end := greatest(again.day, least(reached, again.day + one_day));
        SELECT min(created_at), count(*) INTO earliest, counted FROM (
            SELECT created_at FROM public.portfolio_analytics
            WHERE user_id = again.user_id AND created_at >= again.counted AND created_at < day_end
            ORDER BY created_at LIMIT room
        ) AS events;
        room := room - counted;
        IF room = 0 THEN
            SELECT created_at INTO next_one FROM public.portfolio_analytics
            WHERE user_id = again.user_id AND created_at >= earliest AND created_at < day_end
            ORDER BY created_at OFFSET counted LIMIT 1;
            IF next_one IS NOT NULL THEN
                day_end := greatest(next_one, earliest + instant);
            END IF;
        END IF;
        UPDATE qwikfolio.due SET since = again.counted, till = day_end
        WHERE user_id = again.user_id AND day = again.day;
    END LOOP;

    -- The aggregates of uuid are younger than the oldest server.
    PERFORM qwikfolio.count_each(
        (SELECT user_id FROM qwikfolio.due ORDER BY user_id LIMIT 1),
        (SELECT user_id FROM qwikfolio.due ORDER BY user_id DESC LIMIT 1)
    );

    UPDATE qwikfolio.recounts r SET counted = d.till FROM qwikfolio.due d
    WHERE r.user_id = d.user_id AND r.day = d.day AND r.retry_at <= now() AND d.since < d.till;
    WITH done AS (
        DELETE FROM qwikfolio.recounts r USING qwikfolio.due d
        WHERE r.user_id = d.user_id AND r.day = d.day AND r.retry_at <= now()
            AND r.counted >= least(reached, r.day + one_day) AND notes < slice
        RETURNING r.user_id, r.day
    )
    DELETE FROM qwikfolio.visitors v USING done
    WHERE v.user_id = done.user_id AND v.day = done.day AND v.day < reached::date;
    IF reached::date > state.until::date THEN
        DELETE FROM qwikfolio.visitors v WHERE v.day < reached::date AND NOT EXISTS (
            SELECT FROM qwikfolio.recounts r WHERE r.user_id = v.user_id AND r.day = v.day
        );
    END IF;

    SELECT count(*) INTO counted FROM qwikfolio.due WHERE since < till;
    DELETE FROM qwikfolio.due;
    UPDATE qwikfolio.rolled SET until = reached;
    RETURN counted;
END
$$;

-- How far events are counted, how many days of portfolios can't be counted, and why the last of
-- these couldn't.
CREATE FUNCTION qwikfolio.roll_up_state(
    OUT counted_until timestamptz, OUT failing bigint, OUT reason text
) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET row_security = off
AS $$
    SELECT r.until, (SELECT count(*) FROM qwikfolio.recounts WHERE failures > 0), (
        SELECT format('user %s, %s: %s', user_id, day, reason) FROM qwikfolio.recounts
        WHERE failures > 0 ORDER BY retry_at DESC, user_id, day LIMIT 1
    ) FROM qwikfolio.rolled r
$$;

-- Deletes some of the events that are older than so many days, counted and closed ones only, and
-- returns how many; 0: there are none left. Their days are never counted anew, so an event that
-- comes so late is in no sum, and goes as they do. A day of a portfolio that can't be counted, or
-- is being counted anew, keeps its events, and holds up nobody else's.
CREATE OR REPLACE FUNCTION qwikfolio.forget_events(keep_days integer) RETURNS bigint
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
    FROM qwikfolio.late l WHERE l.day >= state.forgotten AND NOT EXISTS (
        SELECT FROM qwikfolio.recounts r WHERE r.user_id = l.user_id AND r.day = l.day
    );
    horizon := greatest(horizon, state.forgotten);
    UPDATE qwikfolio.rolled SET forgotten = horizon WHERE forgotten <> horizon;
    DELETE FROM public.portfolio_analytics WHERE id IN (
        SELECT e.id FROM public.portfolio_analytics e
        WHERE e.created_at < horizon::timestamptz AND NOT EXISTS (
            SELECT FROM qwikfolio.recounts r
            WHERE r.user_id = e.user_id AND r.day = e.created_at::date
        )
        ORDER BY e.created_at LIMIT 10000
    );
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;

REVOKE EXECUTE ON FUNCTION qwikfolio.most_values() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.added(jsonb, jsonb) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.count_due(uuid, uuid) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.uncount(uuid, date) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.count_each(uuid, uuid) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.roll_up(integer) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.roll_up_state() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION qwikfolio.roll_up(integer) TO qwikfolio_beacon;
GRANT EXECUTE ON FUNCTION qwikfolio.roll_up_state() TO qwikfolio_beacon;
