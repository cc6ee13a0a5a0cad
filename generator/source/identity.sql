-- name: identity
-- Which database this is, and what its server calls it. NULL where its row is missing.
SELECT qwikfolio.source_identity(), current_database()
