-- Who stands where, of a manifest (`generator/publish/manifest.sql`).

-- name: at
SELECT segment, owner, kind FROM addresses WHERE key = ?

-- name: redirects
-- In the order of the files that a build makes of them.
SELECT r.segment, a.segment
FROM addresses r JOIN addresses a ON a.owner = r.owner AND a.kind = 'portfolio'
WHERE r.kind = 'redirect' ORDER BY r.segment || '/index.html' LIMIT ?

-- name: segments
SELECT segment FROM addresses WHERE kind = 'portfolio' ORDER BY key LIMIT ?
