-- The change log, as qwikfolio_publisher reads it inside a build's snapshot.

-- name: missing
-- Tables whose writes the log doesn't see, or not all of them: without its triggers, each enabled
-- ALWAYS (a profile needs none for a change of owner); with parents or children, which can be
-- written past the triggers of a statement; filled by a subscription, whose changes fire none; or
-- with a restrictive policy that is not ours and hides rows for reasons of its own (a permissive one
-- changes nothing: ours already lets the publisher see whatever the restrictive ones admit).
SELECT name FROM unnest(%(tables)s::text[]) AS name
LEFT JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass('public.' || name)
WHERE (CASE name WHEN 'profiles' THEN 4 ELSE 5 END) > (
        SELECT count(*) FROM pg_catalog.pg_trigger t
        JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid
        JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
        WHERE t.tgrelid = c.oid AND t.tgenabled = 'A'
            AND n.nspname = 'qwikfolio' AND t.tgname LIKE 'qwikfolio\_log\_%%'
    )
    OR EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE c.oid IN (inhrelid, inhparent))
    OR EXISTS (SELECT FROM pg_catalog.pg_subscription_rel WHERE srrelid = c.oid)
    OR EXISTS (
        SELECT FROM pg_catalog.pg_policy
        WHERE polrelid = c.oid AND NOT polpermissive AND polname NOT LIKE 'qwikfolio\_%%'
            AND polcmd IN ('r', '*')
            AND polroles && ARRAY[0, 'qwikfolio_publisher'::regrole]::oid[]
    )
ORDER BY name

-- name: position
-- What this snapshot sees.
SELECT pg_current_snapshot()::text

-- name: line
-- Where positions may be compared with one another.
SELECT qwikfolio.line()

-- name: registered
-- What the database remembers of one output.
SELECT position::text, line FROM qwikfolio.outputs WHERE id = %(output)s

-- name: since
-- One row an owner: the entries that this snapshot sees and the position didn't. Everybody (NULL)
-- comes first. A project that isn't seen is gone, and its own entry names the owner, or is nobody's
-- who is public. An entry of a transaction still to come was brought by a dump of another server.
SELECT owner::text, array_agg(DISTINCT origin ORDER BY origin),
    greatest(extract(epoch FROM clock_timestamp() - min(at)), 0)::float8
FROM (
    SELECT coalesce(c.owner, p.user_id) AS owner, c.origin,
        CASE WHEN current_setting('track_commit_timestamp') = 'on'
            THEN coalesce(pg_xact_commit_timestamp(c.xid::xid), c.at) ELSE c.at END AS at
    FROM qwikfolio.changes c
    LEFT JOIN public.projects p ON p.id = c.project
    WHERE c.xid >= pg_snapshot_xmin(%(position)s::pg_snapshot)
        AND NOT pg_visible_in_snapshot(c.xid, %(position)s::pg_snapshot)
        AND c.xid < pg_snapshot_xmax(pg_current_snapshot())
        AND (c.project IS NULL OR p.user_id IS NOT NULL)
) AS entry
GROUP BY owner
ORDER BY entry.owner NULLS FIRST

-- name: follow
-- Remember what an output has read, and forget what all have.
SELECT qwikfolio.follow(%(output)s, %(position)s::pg_snapshot, %(line)s)

-- name: listen
-- Writers notify only while somebody shares this lock (qwikfolio.wake); it ends with the session.
-- Nobody can keep us waiting by taking it first: writers then notify as well.
SELECT pg_try_advisory_lock_shared(5861236205345656578)
