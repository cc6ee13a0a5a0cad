-- Who would lose their page. Only people who are due can have lost their address.

-- name: create_earlier
CREATE TEMP TABLE IF NOT EXISTS removed_earlier (owner TEXT PRIMARY KEY) WITHOUT ROWID

-- name: forget_earlier
DELETE FROM removed_earlier

-- name: note_earlier
-- People without an address whose files an earlier build could not remove, or died before it did.
INSERT INTO removed_earlier
SELECT owner FROM due
WHERE NOT EXISTS (SELECT 1 FROM addresses a WHERE a.owner = due.owner AND a.kind = 'portfolio')

-- name: count_removals
SELECT count(DISTINCT f.owner)
FROM due d CROSS JOIN files f ON f.owner = d.owner
WHERE f.kind = 'portfolio' AND f.fingerprint IS NOT NULL
    AND d.owner NOT IN (SELECT owner FROM removed_earlier)
    AND NOT EXISTS (SELECT 1 FROM addresses a WHERE a.owner = d.owner AND a.kind = 'portfolio')

-- name: removals
-- One page of each of the first ones.
SELECT min(f.path)
FROM due d CROSS JOIN files f ON f.owner = d.owner
WHERE f.kind = 'portfolio' AND f.fingerprint IS NOT NULL
    AND d.owner NOT IN (SELECT owner FROM removed_earlier)
    AND NOT EXISTS (SELECT 1 FROM addresses a WHERE a.owner = d.owner AND a.kind = 'portfolio')
GROUP BY f.owner ORDER BY f.owner LIMIT ?

-- name: count_people
-- People whose page stands, whole.
SELECT count(DISTINCT owner) FROM files WHERE kind = 'portfolio' AND fingerprint IS NOT NULL
