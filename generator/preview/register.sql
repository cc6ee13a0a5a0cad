-- Who stands where, of a manifest (`generator/publish/manifest.sql`).

-- name: at
SELECT segment, owner, kind FROM addresses WHERE key = ?

-- name: segments
SELECT segment FROM addresses WHERE kind = 'portfolio' ORDER BY key LIMIT ?
