-- What visitors did, as migration 0016 tells it: sums of the events that have been rolled up, and the
-- other events. Asked in one snapshot. The days of a span are given by their beginnings, and at the
-- end the span's own end.

-- name: access
-- Whether this role may ask, without becoming another; no row where the database isn't migrated.
SELECT has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'qwikfolio' AND p.proname = 'stats_person'

-- name: person
-- Whose address it is.
SELECT owner, name, address, public, timezone FROM qwikfolio.stats_person(%(address)s)

-- name: views
-- Views and visitors by day, counted from 1, but for the views that are in no sum.
SELECT nth, views, visitors FROM qwikfolio.stats_views(%(owner)s, %(starts)s)

-- name: sums
-- Counts that make up the span, as far as they are rolled up.
SELECT counts FROM qwikfolio.stats_sums(%(owner)s, %(starts)s)

-- name: counts
-- Events that are in no sum by day, counted from 1, kind and value.
SELECT nth, dimension, value, events FROM qwikfolio.stats_counts(%(owner)s, %(starts)s)

-- name: filtered
-- What was left out, on the days of UTC that the span touches.
SELECT reason, events FROM qwikfolio.stats_filtered(%(owner)s, %(starts)s)

-- name: projects
-- What the person's projects are called.
SELECT id, name FROM qwikfolio.stats_projects(%(owner)s)
