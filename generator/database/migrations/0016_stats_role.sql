-- `qwikfolio_stats` reads figures, for `qwikfolio stats`: whose address it is, and what visitors did
-- there. It reads no table but the ledger: it may execute these functions, which tell sums. So it
-- sees neither single events, nor what tells visitors apart, nor anything of a portfolio but its
-- name, its time zone, whether it is public, and what its projects are called.
--
-- They are in PL/pgSQL since that plans a query for the values it is given: how few events are in no
-- sum decides how they are found.

DO $$
DECLARE
    modern CONSTANT boolean := current_setting('server_version_num')::integer >= 160000;
BEGIN
    -- As in 0005.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'qwikfolio_stats') THEN
        BEGIN
            CREATE ROLE qwikfolio_stats NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- another database's migration was first
        END;
    END IF;
    IF NOT pg_has_role('qwikfolio_stats', CASE WHEN modern THEN 'SET' ELSE 'MEMBER' END) THEN
        BEGIN
            EXECUTE 'GRANT qwikfolio_stats TO CURRENT_USER'
                || CASE WHEN modern THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END;
        EXCEPTION WHEN insufficient_privilege OR unique_violation THEN
            NULL;  -- somebody else's role; the owner of the functions may execute them anyway
        END;
    END IF;
END
$$;

GRANT USAGE ON SCHEMA qwikfolio TO qwikfolio_stats;
GRANT SELECT ON qwikfolio.migrations TO qwikfolio_stats;

-- Whose address it is, a slug before a username, as the app looks it up; of drafts, too.
CREATE FUNCTION qwikfolio.stats_person(asked text) RETURNS TABLE (
    owner text, name text, address text, public boolean, timezone text
) LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET row_security = off
AS $$
BEGIN
    RETURN QUERY
    SELECT p.user_id::text, left(p.name, 1024), asked,
        p.published OR coalesce(p.settings ->> 'isPublic' = 'true', false),
        left(p.settings ->> 'timezone', 100)
    FROM (
        SELECT s.user_id, 1 AS place FROM public.portfolios s WHERE s.slug = asked
        UNION ALL
        SELECT u.id, 2 FROM public.profiles u WHERE u.username = asked
    ) AS found
    JOIN public.portfolios p USING (user_id)
    ORDER BY found.place LIMIT 1;
END
$$;
COMMENT ON FUNCTION qwikfolio.stats_person(text) IS
    'Who is at an address, a slug or else a username: id, name, whether public, time zone';

-- Up to when events are summed up, and the person's days whose sums are not complete.
CREATE FUNCTION qwikfolio.stats_summed(person uuid, OUT until timestamptz, OUT incomplete date[])
    LANGUAGE sql STABLE
AS $$
    SELECT r.until, ARRAY(
        SELECT c.day FROM qwikfolio.recounts c WHERE c.user_id = person ORDER BY c.day
    ) FROM qwikfolio.rolled r
$$;

-- Views and visitors by day, counted from 1, but for the views that are in no sum. A visitor counts
-- in the hour in which they came first on that day of UTC: of those who are in no sum, who wasn't
-- there before.
CREATE FUNCTION qwikfolio.stats_views(person uuid, starts timestamptz[]) RETURNS TABLE (
    nth integer, views bigint, visitors bigint
) LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET row_security = off SET timezone = 'UTC'
    SET jit = off SET enable_memoize = off
AS $$
DECLARE
    first CONSTANT timestamptz := starts[1];
    last CONSTANT timestamptz := starts[cardinality(starts)];
    summed CONSTANT timestamptz := (SELECT s.until FROM qwikfolio.stats_summed(person) s);
    redone CONSTANT date[] := (SELECT s.incomplete FROM qwikfolio.stats_summed(person) s);
BEGIN
    RETURN QUERY
    SELECT width_bucket(seen.hour, starts), sum(seen.views)::bigint, sum(seen.visitors)::bigint
    FROM (
        SELECT h.hour, h.views, h.visitors FROM qwikfolio.hours h
        WHERE h.user_id = person AND h.hour >= first AND h.hour < last
            AND h.hour::date <> ALL (redone)
        UNION ALL
        SELECT came.hour, 0, 1 FROM (
            SELECT visits.day, visits.visitor, min(visits.hour) AS hour FROM (
                SELECT v.day, v.visitor, v.hour FROM qwikfolio.visits v
                WHERE v.user_id = person AND v.created_at < last
                    AND v.created_at >= greatest(summed, date_trunc('day', first))
                UNION ALL
                SELECT v.day, v.visitor, v.hour
                FROM unnest(redone) AS again (day)
                CROSS JOIN LATERAL (
                    SELECT w.day, w.visitor, w.hour FROM qwikfolio.visits w
                    WHERE w.user_id = person AND w.created_at >= again.day
                        AND w.created_at < least(summed, last, again.day + interval '1 day')
                ) AS v
            ) AS visits
            GROUP BY visits.day, visits.visitor
        ) AS came
        WHERE came.hour >= first AND NOT EXISTS (
            SELECT FROM qwikfolio.visitors k
            WHERE k.user_id = person AND k.day = came.day AND k.visitor = came.visitor
                AND k.day <> ALL (redone)
        )
    ) AS seen
    GROUP BY 1;
END
$$;
COMMENT ON FUNCTION qwikfolio.stats_views(uuid, timestamptz[]) IS
    'Views that are in a sum, and visitors, of each day of a span; the days by their beginnings, '
    'and at last its end';

-- Counts that make up the span, as far as they are rolled up: whole days of UTC, and the hours
-- before the first and after the last. To add them up here would take longer than to send them.
CREATE FUNCTION qwikfolio.stats_sums(person uuid, starts timestamptz[]) RETURNS TABLE (counts text)
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET row_security = off SET timezone = 'UTC'
    SET jit = off SET enable_memoize = off
AS $$
DECLARE
    first CONSTANT timestamptz := starts[1];
    last CONSTANT timestamptz := starts[cardinality(starts)];
    summed CONSTANT timestamptz := (SELECT s.until FROM qwikfolio.stats_summed(person) s);
    redone CONSTANT date[] := (SELECT s.incomplete FROM qwikfolio.stats_summed(person) s);
    from_day CONSTANT timestamptz :=
        date_trunc('day', first + interval '1 day' - interval '1 us');
    to_day CONSTANT timestamptz := CASE
        WHEN summed <= last THEN 'infinity'
        ELSE greatest(from_day, date_trunc('day', last))
    END;
BEGIN
    RETURN QUERY
    SELECT d.counts::text FROM qwikfolio.days d WHERE d.user_id = person
        AND d.day >= from_day::date AND d.day < to_day::date AND d.day <> ALL (redone)
    UNION ALL
    SELECT h.counts::text FROM qwikfolio.hours h WHERE h.user_id = person
        AND h.hour >= first AND h.hour < least(last, from_day)
        AND h.hour::date <> ALL (redone)
    UNION ALL
    SELECT h.counts::text FROM qwikfolio.hours h WHERE h.user_id = person
        AND h.hour >= to_day AND h.hour < last AND h.hour::date <> ALL (redone);
END
$$;
COMMENT ON FUNCTION qwikfolio.stats_sums(uuid, timestamptz[]) IS
    'How many events of each value are in sums, of a span as in stats_views; to be added up';

-- Events that are in no sum by day, counted from 1, kind and value; as many values as sums have, and
-- the events of all others under the kind `other`, with their kind as value.
CREATE FUNCTION qwikfolio.stats_counts(person uuid, starts timestamptz[]) RETURNS TABLE (
    nth integer, dimension text, value text, events bigint
) LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET row_security = off SET timezone = 'UTC'
    SET jit = off SET enable_memoize = off
AS $$
DECLARE
    first CONSTANT timestamptz := starts[1];
    last CONSTANT timestamptz := starts[cardinality(starts)];
    summed CONSTANT timestamptz := (SELECT s.until FROM qwikfolio.stats_summed(person) s);
    redone CONSTANT date[] := (SELECT s.incomplete FROM qwikfolio.stats_summed(person) s);
    most CONSTANT integer := qwikfolio.most_values();
BEGIN
    RETURN QUERY
    SELECT r.nth,
        CASE WHEN r.place > most THEN 'other' ELSE r.dimension END,
        CASE WHEN r.place > most THEN r.dimension ELSE r.value END,
        sum(r.events)::bigint
    FROM (
        SELECT e.nth, e.dimension, e.value, count(*) AS events, row_number() OVER (
            PARTITION BY e.nth, e.dimension ORDER BY e.value <> '', count(*) DESC, e.value
        ) AS place
        FROM (
            SELECT width_bucket(c.hour, starts) AS nth, c.dimension, c.value COLLATE "C" AS value
            FROM qwikfolio.counts c
            WHERE c.user_id = person AND c.created_at < last
                AND c.created_at >= greatest(summed, first)
            UNION ALL
            SELECT width_bucket(c.hour, starts), c.dimension, c.value
            FROM unnest(redone) AS again (day)
            CROSS JOIN LATERAL (
                SELECT d.hour, d.dimension, d.value FROM qwikfolio.counts d
                WHERE d.user_id = person AND d.created_at >= greatest(first, again.day)
                    AND d.created_at < least(summed, last, again.day + interval '1 day')
            ) AS c
        ) AS e
        GROUP BY e.nth, e.dimension, e.value
    ) AS r
    GROUP BY 1, 2, 3;
END
$$;
COMMENT ON FUNCTION qwikfolio.stats_counts(uuid, timestamptz[]) IS
    'How many events of each value are in no sum yet, by day of a span as in stats_views';

-- What was left out, on the days of UTC that the span touches.
CREATE FUNCTION qwikfolio.stats_filtered(person uuid, starts timestamptz[]) RETURNS TABLE (
    reason text, events bigint
) LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET row_security = off SET timezone = 'UTC'
AS $$
DECLARE
    last CONSTANT timestamptz := starts[cardinality(starts)];
BEGIN
    RETURN QUERY
    SELECT f.reason, sum(f.events)::bigint FROM qwikfolio.filtered f
    WHERE f.user_id = person AND f.day >= starts[1]::date
        AND f.day < date_trunc('day', last + interval '1 day' - interval '1 us')::date
    GROUP BY f.reason;
END
$$;
COMMENT ON FUNCTION qwikfolio.stats_filtered(uuid, timestamptz[]) IS
    'How many events were left out, by reason, of a span as in stats_views';

-- What the person's projects are called.
CREATE FUNCTION qwikfolio.stats_projects(person uuid) RETURNS TABLE (id text, name text)
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET row_security = off
AS $$
BEGIN
    RETURN QUERY SELECT p.id::text, left(p.name, 1024) FROM public.projects p
    WHERE p.user_id = person;
END
$$;
COMMENT ON FUNCTION qwikfolio.stats_projects(uuid) IS 'The projects of a person: id and name';

REVOKE EXECUTE ON FUNCTION qwikfolio.stats_person(text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.stats_summed(uuid) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.stats_views(uuid, timestamptz[]) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.stats_sums(uuid, timestamptz[]) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.stats_counts(uuid, timestamptz[]) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.stats_filtered(uuid, timestamptz[]) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION qwikfolio.stats_projects(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    qwikfolio.stats_person(text),
    qwikfolio.stats_views(uuid, timestamptz[]),
    qwikfolio.stats_sums(uuid, timestamptz[]),
    qwikfolio.stats_counts(uuid, timestamptz[]),
    qwikfolio.stats_filtered(uuid, timestamptz[]),
    qwikfolio.stats_projects(uuid)
TO qwikfolio_stats;
