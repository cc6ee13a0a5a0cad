-- What visitors did: sums of the hours that have been rolled up, and the events since then. Asked by
-- the operator, in one snapshot, with the time zone UTC.

-- name: session
-- Refuse to count what a policy hides; neither compile nor memoize: it takes longer than it saves.
SELECT set_config('row_security', 'off', true), set_config('timezone', 'UTC', true),
    set_config('jit', 'off', true), set_config('enable_memoize', 'off', true)

-- name: person
-- Whose address it is, a slug before a username, as the app looks it up; of drafts, too.
SELECT p.user_id::text, p.name, %(address)s::text,
    p.published OR coalesce(p.settings ->> 'isPublic' = 'true', false), p.settings ->> 'timezone'
FROM (
    SELECT user_id, 1 AS place FROM public.portfolios WHERE slug = %(address)s
    UNION ALL
    SELECT id, 2 FROM public.profiles WHERE username = %(address)s
) AS found
JOIN public.portfolios p USING (user_id)
ORDER BY place LIMIT 1

-- name: rolled
-- Up to when hours are summed up. Asked first, so that the planner knows how few events are not.
SELECT until::text FROM qwikfolio.rolled

-- name: views
-- Views and visitors by day, counted from 1, but for the views since the last roll-up. A visitor
-- counts in the hour in which they came first on that day of UTC: of those who came since, who
-- wasn't there before.
SELECT width_bucket(hour, %(starts)s::timestamptz[]), sum(views)::bigint, sum(visitors)::bigint
FROM (
    SELECT hour, views, visitors FROM qwikfolio.hours
    WHERE user_id = %(owner)s AND hour >= %(start)s AND hour < %(end)s
    UNION ALL
    SELECT hour, 0, 1 FROM (
        SELECT day, visitor, min(hour) AS hour FROM qwikfolio.visits
        WHERE user_id = %(owner)s AND created_at < %(end)s AND created_at >=
            greatest(%(until)s::timestamptz, date_trunc('day', %(start)s::timestamptz))
        GROUP BY day, visitor
    ) AS came
    WHERE hour >= %(start)s AND NOT EXISTS (
        SELECT FROM qwikfolio.visitors v
        WHERE v.user_id = %(owner)s AND v.day = came.day AND v.visitor = came.visitor
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
UNION ALL
SELECT counts::text FROM qwikfolio.hours WHERE user_id = %(owner)s
    AND hour >= %(start)s AND hour < least(%(end)s, (SELECT first FROM bounds))
UNION ALL
SELECT counts::text FROM qwikfolio.hours WHERE user_id = %(owner)s
    AND hour >= (SELECT last FROM bounds) AND hour < %(end)s

-- name: counts
-- Events since the last roll-up by day, counted from 1, kind and value.
SELECT width_bucket(hour, %(starts)s::timestamptz[]), dimension, value, count(*)
FROM qwikfolio.counts
WHERE user_id = %(owner)s
    AND created_at >= greatest(%(until)s::timestamptz, %(start)s) AND created_at < %(end)s
GROUP BY 1, dimension, value

-- name: filtered
-- What was left out, on the days of UTC that the span touches.
SELECT reason, sum(events)::bigint FROM qwikfolio.filtered
WHERE user_id = %(owner)s AND day >= %(start)s::timestamptz::date
    AND day < date_trunc('day', %(end)s::timestamptz + interval '1 day' - interval '1 us')::date
GROUP BY reason

-- name: projects
-- What the person's projects are called.
SELECT id::text, name FROM public.projects WHERE user_id = %(owner)s
