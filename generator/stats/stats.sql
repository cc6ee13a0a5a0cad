-- What visitors did: sums of the events that have been rolled up, and the other events. Asked by
-- the operator, in one snapshot, with the time zone UTC.

-- name: session
-- Refuse to count what a policy hides; neither compile nor memoize: it takes longer than it saves.
SELECT set_config('row_security', 'off', true), set_config('timezone', 'UTC', true),
    set_config('jit', 'off', true), set_config('enable_memoize', 'off', true)

-- name: person
-- Whose address it is, a slug before a username, as the app looks it up; of drafts, too.
SELECT p.user_id::text, left(p.name, 1024), %(address)s::text,
    p.published OR coalesce(p.settings ->> 'isPublic' = 'true', false), left(p.settings ->> 'timezone', 100)
FROM (
    SELECT user_id, 1 AS place FROM public.portfolios WHERE slug = %(address)s
    UNION ALL
    SELECT id, 2 FROM public.profiles WHERE username = %(address)s
) AS found
JOIN public.portfolios p USING (user_id)
ORDER BY place LIMIT 1

-- name: rolled
-- Up to when events are summed up, and the owner's days whose sums are not complete. Asked first, so
-- that the planner knows how few events are in no sum.
SELECT until::text, ARRAY(
    SELECT day::text FROM qwikfolio.recounts WHERE user_id = %(owner)s ORDER BY day
) FROM qwikfolio.rolled

-- name: views
-- Views and visitors by day, counted from 1, but for the views that are in no sum. A visitor counts
-- in the hour in which they came first on that day of UTC: of those who are in no sum, who wasn't
-- there before.
SELECT width_bucket(hour, %(starts)s::timestamptz[]), sum(views)::bigint, sum(visitors)::bigint
FROM (
    SELECT hour, views, visitors FROM qwikfolio.hours
    WHERE user_id = %(owner)s AND hour >= %(start)s AND hour < %(end)s
        AND hour::date <> ALL (%(incomplete)s::date[])
    UNION ALL
    SELECT hour, 0, 1 FROM (
        SELECT day, visitor, min(hour) AS hour FROM (
            SELECT day, visitor, hour FROM qwikfolio.visits
            WHERE user_id = %(owner)s AND created_at < %(end)s AND created_at >=
                greatest(%(until)s::timestamptz, date_trunc('day', %(start)s::timestamptz))
            UNION ALL
            SELECT v.day, v.visitor, v.hour
            FROM unnest(%(incomplete)s::date[]) AS incomplete (day)
            CROSS JOIN LATERAL (
                SELECT day, visitor, hour FROM qwikfolio.visits
                WHERE user_id = %(owner)s AND created_at >= incomplete.day AND created_at <
                    least(%(until)s::timestamptz, %(end)s, incomplete.day + interval '1 day')
            ) AS v
        ) AS visits
        GROUP BY day, visitor
    ) AS came
    WHERE hour >= %(start)s AND NOT EXISTS (
        SELECT FROM qwikfolio.visitors v
        WHERE v.user_id = %(owner)s AND v.day = came.day AND v.visitor = came.visitor
            AND v.day <> ALL (%(incomplete)s::date[])
    )
) AS seen
GROUP BY 1

-- name: sums
-- Counts that make up the span, as far as they are rolled up: whole days of UTC, and the hours
-- before the first and after the last. To add them up here would take longer than to send them.
WITH bounds AS MATERIALIZED (
    SELECT first, CASE
        WHEN %(until)s::timestamptz <= %(end)s THEN 'infinity'
        ELSE greatest(first, date_trunc('day', %(end)s::timestamptz))
    END AS last
    FROM date_trunc('day', %(start)s::timestamptz + interval '1 day' - interval '1 us') AS first
)
SELECT counts::text FROM qwikfolio.days WHERE user_id = %(owner)s
    AND day >= (SELECT first::date FROM bounds) AND day < (SELECT last::date FROM bounds)
    AND day <> ALL (%(incomplete)s::date[])
UNION ALL
SELECT counts::text FROM qwikfolio.hours WHERE user_id = %(owner)s
    AND hour >= %(start)s AND hour < least(%(end)s, (SELECT first FROM bounds))
    AND hour::date <> ALL (%(incomplete)s::date[])
UNION ALL
SELECT counts::text FROM qwikfolio.hours WHERE user_id = %(owner)s
    AND hour >= (SELECT last FROM bounds) AND hour < %(end)s
    AND hour::date <> ALL (%(incomplete)s::date[])

-- name: counts
-- Events that are in no sum by day, counted from 1, kind and value; as many values as sums have, and
-- the events of all others under the kind `other`, with their kind as value.
SELECT nth,
    CASE WHEN place > %(most)s THEN 'other' ELSE dimension END,
    CASE WHEN place > %(most)s THEN dimension ELSE value END,
    sum(events)::bigint
FROM (
    SELECT nth, dimension, value, count(*) AS events, row_number() OVER (
        PARTITION BY nth, dimension ORDER BY value <> '', count(*) DESC, value
    ) AS place
    FROM (
        SELECT width_bucket(hour, %(starts)s::timestamptz[]) AS nth, dimension,
            value COLLATE "C" AS value
        FROM qwikfolio.counts
        WHERE user_id = %(owner)s AND created_at < %(end)s
            AND created_at >= greatest(%(until)s::timestamptz, %(start)s)
        UNION ALL
        SELECT width_bucket(c.hour, %(starts)s::timestamptz[]), c.dimension, c.value
        FROM unnest(%(incomplete)s::date[]) AS incomplete (day)
        CROSS JOIN LATERAL (
            SELECT hour, dimension, value FROM qwikfolio.counts
            WHERE user_id = %(owner)s AND created_at >= greatest(%(start)s, incomplete.day)
                AND created_at <
                    least(%(until)s::timestamptz, %(end)s, incomplete.day + interval '1 day')
        ) AS c
    ) AS events
    GROUP BY nth, dimension, value
) AS ranked
GROUP BY 1, 2, 3

-- name: filtered
-- What was left out, on the days of UTC that the span touches.
SELECT reason, sum(events)::bigint FROM qwikfolio.filtered
WHERE user_id = %(owner)s AND day >= %(start)s::timestamptz::date
    AND day < date_trunc('day', %(end)s::timestamptz + interval '1 day' - interval '1 us')::date
GROUP BY reason

-- name: projects
-- What the person's projects are called.
SELECT id::text, left(name, 1024) FROM public.projects WHERE user_id = %(owner)s
