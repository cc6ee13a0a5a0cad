-- Who begins a page of the directory. A place is a sort key and an owner.

-- name: places
-- Where the members of a level, or of a higher one, are others than they were.
SELECT sort_key, owner FROM stale WHERE level >= ? ORDER BY sort_key, owner

-- name: many_places
-- A row if the pages are out of date at more than so many places.
SELECT 1 FROM stale LIMIT 1 OFFSET ?

-- name: people_before
SELECT sort_key, owner, dice FROM entries WHERE (sort_key, owner) < (?, ?)
ORDER BY sort_key DESC, owner DESC LIMIT ?

-- name: people_from
SELECT sort_key, owner, dice FROM entries WHERE (sort_key, owner) >= (?, ?)
ORDER BY sort_key, owner LIMIT ?

-- name: nodes_before
SELECT sort_key, owner, dice FROM nodes WHERE level = ? AND (sort_key, owner) < (?, ?)
ORDER BY sort_key DESC, owner DESC LIMIT ?

-- name: nodes_from
SELECT sort_key, owner, dice FROM nodes WHERE level = ? AND (sort_key, owner) >= (?, ?)
ORDER BY sort_key, owner LIMIT ?

-- name: all
-- Everybody who begins a page of a level.
SELECT owner FROM nodes WHERE level = ?

-- name: began
-- Those in a range, both ends included.
SELECT owner FROM nodes
WHERE level = ? AND (sort_key, owner) >= (?, ?) AND (sort_key, owner) <= (?, ?)

-- name: set_level
UPDATE entries SET level = ? WHERE owner = ?
