-- Who stands at which address. `reopened` holds the addresses that are to be settled anew, as keys;
-- `due` holds the people whom that may touch.

-- name: reopened
CREATE TEMP TABLE IF NOT EXISTS reopened (key TEXT PRIMARY KEY) WITHOUT ROWID

-- name: close
DELETE FROM reopened

-- name: reopen
-- What the people who are due claim.
INSERT INTO reopened
SELECT slug_key FROM claims WHERE owner IN (SELECT owner FROM due) AND slug_key IS NOT NULL
UNION
SELECT username_key FROM claims WHERE owner IN (SELECT owner FROM due) AND username_key IS NOT NULL
ON CONFLICT DO NOTHING

-- name: reopen_usernames
-- Whoever wins or loses a slug needs their username less or more.
INSERT INTO reopened
SELECT username_key FROM claims
WHERE slug_key IN (SELECT key FROM reopened) AND username_key IS NOT NULL
ON CONFLICT DO NOTHING

-- name: neighbours_due
-- Everybody who claims, or has, an address that is open again.
INSERT INTO due
SELECT owner FROM claims WHERE slug_key IN (SELECT key FROM reopened)
UNION SELECT owner FROM claims WHERE username_key IN (SELECT key FROM reopened)
UNION SELECT owner FROM addresses WHERE key IN (SELECT key FROM reopened)
ON CONFLICT DO NOTHING

-- name: forget_claims
DELETE FROM claims WHERE owner IN (SELECT owner FROM due)

-- name: claim
INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?)

-- name: forget_addresses
DELETE FROM addresses WHERE key IN (SELECT key FROM reopened)

-- name: settle_slugs
-- A slug belongs to the most senior of those who claim it: with min() alone, SQLite takes the other
-- columns from the row where it is.
INSERT INTO addresses (key, segment, owner, kind)
SELECT slug_key, slug, owner, 'portfolio' FROM (
    SELECT slug_key, slug, owner, min(seniority)
    FROM claims WHERE slug_key IN (SELECT key FROM reopened) GROUP BY slug_key)

-- name: settle_usernames
-- Who has no slug stands at the username, unless it is somebody's slug.
INSERT INTO addresses (key, segment, owner, kind)
SELECT username_key, username, owner, 'portfolio' FROM (
    SELECT username_key, username, owner, min(seniority)
    FROM claims c
    WHERE username_key IN (SELECT key FROM reopened)
        AND NOT EXISTS (SELECT 1 FROM addresses a WHERE a.key = c.username_key)
        AND NOT EXISTS (SELECT 1 FROM addresses a WHERE a.owner = c.owner AND kind = 'portfolio')
    GROUP BY username_key)

-- name: settle_redirects
-- Who has both is also found at the username, if nobody stands there.
INSERT INTO addresses (key, segment, owner, kind)
SELECT username_key, username, owner, 'redirect' FROM (
    SELECT username_key, username, owner, min(seniority)
    FROM claims c
    WHERE username_key IN (SELECT key FROM reopened)
        AND NOT EXISTS (SELECT 1 FROM addresses a WHERE a.key = c.username_key)
        AND EXISTS (SELECT 1 FROM addresses a WHERE a.owner = c.owner AND kind = 'portfolio')
    GROUP BY username_key)

-- name: lost_slugs
-- Whose slug went to somebody else: owner, slug, and who has it.
SELECT c.owner, c.slug, a.owner
FROM due d CROSS JOIN claims c ON c.owner = d.owner CROSS JOIN addresses a ON a.key = c.slug_key
WHERE a.owner <> c.owner ORDER BY c.owner

-- name: lost_usernames
-- Whose username is somebody else's address, and who would have stood there.
SELECT c.owner, c.username, a.owner
FROM due d CROSS JOIN claims c ON c.owner = d.owner CROSS JOIN addresses a ON a.key = c.username_key
WHERE a.owner <> c.owner ORDER BY c.owner

-- name: homeless
-- Public people without any address.
SELECT c.owner FROM due d CROSS JOIN claims c ON c.owner = d.owner
WHERE NOT EXISTS (SELECT 1 FROM addresses a WHERE a.owner = c.owner AND a.kind = 'portfolio')
ORDER BY c.owner

-- name: forget_disputes
DELETE FROM disputes WHERE owner IN (SELECT owner FROM due)

-- name: forget_outcomes
DELETE FROM disputes WHERE stage = 'outcome' AND owner IN (SELECT owner FROM due)

-- name: dispute
INSERT INTO disputes VALUES (?, ?, ?, ?)

-- name: find
-- Who stands at an address, or is sent on from it.
SELECT owner FROM addresses WHERE key = ?

-- name: address
-- Where a person stands.
SELECT segment FROM addresses WHERE owner = ? AND kind = 'portfolio'

-- name: keys
-- Addresses that begin alike, to suggest one.
SELECT key FROM addresses WHERE key >= ? ORDER BY key LIMIT 500

-- name: count_claims
SELECT count(*) FROM claims
