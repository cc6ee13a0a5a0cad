-- What the beacon asks of PostgreSQL, as qwikfolio_beacon.

-- name: session
-- No batch is worth a plan of its own, or compiling; a commit is durable also where somebody has
-- turned that off; a batch that nobody waits for any more ends by itself; and texts are UTF-8
-- whatever the environment says.
SELECT set_config('plan_cache_mode', 'force_generic_plan', false),
    set_config('jit', 'off', false),
    set_config('statement_timeout', '5s', false),
    set_config('client_encoding', 'UTF8', false),
    CASE WHEN current_setting('synchronous_commit') = 'off'
        THEN set_config('synchronous_commit', 'on', false) END

-- name: store
-- A batch, each event once: how many are new, which are about nobody who is public, and which name
-- a project that isn't theirs. What no policy would admit is left out, or it would stop them all.
-- Behind a pooler that mixes sessions the role may be another one: then nothing is admitted, and the
-- role is told, since nothing that was found out is true. A time that a policy would not admit is
-- replaced by the database's: the beacon's clock was wrong.
WITH given AS (
    SELECT * FROM unnest(
        $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::bigint[]
    ) WITH ORDINALITY AS g (id, owner, type, slug, project, data, at, place)
), judged AS MATERIALIZED (
    SELECT g.*,
        timestamptz 'epoch' + g.at * interval '1 microsecond' AS received,
        p.user_id IS NOT NULL AND current_user = 'qwikfolio_beacon' AS is_public,
        g.project IS NULL OR r.id IS NOT NULL AS is_theirs
    FROM given g
    LEFT JOIN public.portfolios p ON p.user_id = g.owner
    LEFT JOIN public.projects r ON r.id = g.project AND r.user_id = g.owner
), added AS (
    INSERT INTO public.portfolio_analytics
        (id, user_id, event_type, slug, project_id, event_data, created_at)
    SELECT id, owner, type, slug, project, data::jsonb,
        CASE WHEN received BETWEEN now() - interval '400 days' AND now()
            THEN received ELSE now() END
    FROM judged WHERE is_public AND is_theirs
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT current_user, (SELECT count(*) FROM added),
    ARRAY(SELECT place FROM judged WHERE NOT is_public),
    ARRAY(SELECT place FROM judged WHERE is_public AND NOT is_theirs)

-- name: owners
-- Whose these addresses are, and which projects they have; NULL is nobody. An address as it is
-- published belongs to the first who claims it in this spelling, by slug or by username, as a build
-- says too; one that the database has lost count of, to whose slug it is, or else username. Found
-- before their projects are looked for, or the planner would look through everybody's. As what role
-- we asked is told, as above.
WITH found AS MATERIALIZED (
    SELECT asked.slug, coalesce(first.owner, p.user_id, named.user_id) AS owner
    FROM unnest(%(slugs)b::text[]) AS asked (slug)
    LEFT JOIN LATERAL (
        SELECT c.owner
        FROM qwikfolio.address_claims c
        JOIN public.portfolios o ON o.user_id = c.owner
        LEFT JOIN public.profiles f ON f.id = c.owner
        WHERE c.key = qwikfolio.address_key(asked.slug)
            AND asked.slug IN (qwikfolio.composed(o.slug), qwikfolio.composed(f.username))
        ORDER BY c.precedence LIMIT 1
    ) AS first ON true
    LEFT JOIN public.portfolios p ON first.owner IS NULL AND p.slug = asked.slug
    LEFT JOIN public.profiles f
        ON first.owner IS NULL AND p.user_id IS NULL AND f.username = asked.slug
    LEFT JOIN public.portfolios named ON named.user_id = f.id
)
SELECT current_user, slug, owner, ARRAY(SELECT r.id FROM public.projects r WHERE r.user_id = owner)
FROM found

-- name: leave_out
-- Count what was not stored, by portfolio, day and reason.
INSERT INTO qwikfolio.filtered AS f (user_id, day, reason, events)
SELECT g.owner, g.day, g.reason, g.events
FROM unnest(
    %(owners)b::uuid[], %(days)t::date[], %(reasons)b::text[], %(events)b::bigint[]
) AS g (owner, day, reason, events)
JOIN public.portfolios p ON p.user_id = g.owner AND current_user = 'qwikfolio_beacon'
ON CONFLICT (user_id, day, reason) DO UPDATE SET events = f.events + excluded.events

-- name: listen
-- Writers notify only while somebody shares this lock (qwikfolio.wake); it ends with the session.
SELECT pg_try_advisory_lock_shared(5861236205345656578)

-- name: position
-- What is known from here on.
SELECT pg_current_snapshot()::text

-- name: changed
-- Whose address or projects may have changed since a position, their slugs as they are now, and the
-- next position. NULL among them is everybody; so it is where the log doesn't reach back to the
-- position.
WITH found AS MATERIALIZED (
    SELECT DISTINCT c.owner FROM qwikfolio.changes c
    WHERE c.origin IN ('portfolios', 'profiles', 'projects')
        AND c.xid >= pg_snapshot_xmin(%(position)s::pg_snapshot)
        AND NOT pg_visible_in_snapshot(c.xid, %(position)s::pg_snapshot)
        AND c.xid < pg_snapshot_xmax(pg_current_snapshot())
    UNION ALL
    SELECT NULL FROM qwikfolio.horizon h
    WHERE h.xid > pg_snapshot_xmin(%(position)s::pg_snapshot)
)
SELECT pg_current_snapshot()::text, ARRAY(SELECT owner FROM found), ARRAY(
    SELECT p.slug FROM found f JOIN public.portfolios p ON p.user_id = f.owner
    WHERE p.slug IS NOT NULL
)
