-- Who stands at which address. `reopened` holds the addresses that are to be settled anew, as
-- skeletons, which are equal for addresses that look alike; `due` holds the people whom that may
-- touch.

-- name: reopened
CREATE TEMP TABLE IF NOT EXISTS reopened (skeleton TEXT PRIMARY KEY) WITHOUT ROWID

-- name: close
DELETE FROM reopened

-- name: reopen
-- What the people who are due claim.
INSERT INTO reopened
SELECT slug_skeleton FROM claims
WHERE owner IN (SELECT owner FROM due) AND slug_skeleton IS NOT NULL
UNION
SELECT username_skeleton FROM claims
WHERE owner IN (SELECT owner FROM due) AND username_skeleton IS NOT NULL
ON CONFLICT DO NOTHING

-- name: reopen_usernames
-- Whoever wins or loses a slug has their page elsewhere, or no longer, at their username.
INSERT INTO reopened
SELECT username_skeleton FROM claims
WHERE slug_skeleton IN (SELECT skeleton FROM reopened) AND username_skeleton IS NOT NULL
ON CONFLICT DO NOTHING

-- name: neighbours_due
-- Everybody who claims, or has, an address that is open again.
INSERT INTO due
SELECT owner FROM claims WHERE slug_skeleton IN (SELECT skeleton FROM reopened)
UNION SELECT owner FROM claims WHERE username_skeleton IN (SELECT skeleton FROM reopened)
UNION SELECT owner FROM addresses WHERE skeleton IN (SELECT skeleton FROM reopened)
ON CONFLICT DO NOTHING

-- name: forget_claims
DELETE FROM claims WHERE owner IN (SELECT owner FROM due)

-- name: claim
INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: forget_addresses
DELETE FROM addresses WHERE skeleton IN (SELECT skeleton FROM reopened)

-- name: winners
CREATE TEMP TABLE IF NOT EXISTS winners (
    key TEXT, skeleton TEXT, segment TEXT, owner TEXT, is_username INTEGER)

-- name: forget_winners
DELETE FROM winners

-- name: win
-- An address belongs to the first who claimed it, by slug or by username. Of addresses that look
-- alike only those of the first person are given away, unless they look alike as plain ASCII does
-- (`1` and `l`), which nobody could avoid.
INSERT INTO winners
SELECT key, skeleton, segment, owner, is_username
FROM (
    SELECT *,
        row_number() OVER (PARTITION BY key ORDER BY place, is_username, owner) AS rank,
        first_value(key) OVER alike AS first_key,
        first_value(owner) OVER alike AS first_owner
    FROM (
        SELECT slug_key AS key, slug_skeleton AS skeleton, slug AS segment, owner,
            0 AS is_username, coalesce(slug_precedence, 9223372036854775807) AS place
        FROM claims WHERE slug_skeleton IN (SELECT skeleton FROM reopened)
        UNION ALL
        SELECT username_key, username_skeleton, username, owner, 1,
            coalesce(username_precedence, 9223372036854775807)
        FROM claims WHERE username_skeleton IN (SELECT skeleton FROM reopened))
    WINDOW alike AS (PARTITION BY skeleton ORDER BY place, is_username, owner, key))
WHERE rank = 1 AND (key = first_key OR owner = first_owner
    OR (length(key) = length(CAST(key AS BLOB))
        AND length(first_key) = length(CAST(first_key AS BLOB))))

-- name: settle_slugs
INSERT INTO addresses (key, skeleton, segment, owner, kind)
SELECT key, skeleton, segment, owner, 'portfolio' FROM winners WHERE NOT is_username

-- name: settle_usernames
-- Who has no slug stands at the username; who has one is also found at the username.
INSERT INTO addresses (key, skeleton, segment, owner, kind)
SELECT key, skeleton, segment, owner, CASE WHEN EXISTS (
        SELECT 1 FROM addresses a WHERE a.owner = w.owner AND a.kind = 'portfolio')
    THEN 'redirect' ELSE 'portfolio' END
FROM winners w WHERE is_username

-- name: lost
-- Slugs and usernames of people who are due that went to somebody else: owner, their portfolio,
-- whether it is the username, text, who has it, and where, which may only look like it.
WITH claimed AS (
    SELECT c.owner, c.portfolio, 0 AS is_username, c.slug AS segment, c.slug_key AS key,
        c.slug_skeleton AS skeleton
    FROM due d CROSS JOIN claims c ON c.owner = d.owner WHERE c.slug_key IS NOT NULL
    UNION ALL
    SELECT c.owner, c.portfolio, 1, c.username, c.username_key, c.username_skeleton
    FROM due d CROSS JOIN claims c ON c.owner = d.owner WHERE c.username_key IS NOT NULL
), lost AS (
    SELECT claimed.owner, portfolio, is_username, claimed.segment, a.owner AS holder, a.segment AS address,
        row_number() OVER (PARTITION BY claimed.owner, is_username
            ORDER BY a.key <> claimed.key, a.owner = claimed.owner, a.key) AS place
    FROM claimed CROSS JOIN addresses a ON a.skeleton = claimed.skeleton
    WHERE NOT EXISTS (
        SELECT 1 FROM addresses o WHERE o.key = claimed.key AND o.owner = claimed.owner)
)
SELECT owner, portfolio, is_username, segment, holder, address FROM lost WHERE place = 1
ORDER BY owner, is_username

-- name: homeless
-- Public people without any address.
SELECT c.owner, c.portfolio FROM due d CROSS JOIN claims c ON c.owner = d.owner
WHERE NOT EXISTS (SELECT 1 FROM addresses a WHERE a.owner = c.owner AND a.kind = 'portfolio')
ORDER BY c.owner

-- name: forget_disputes
DELETE FROM disputes WHERE owner IN (SELECT owner FROM due)

-- name: forget_outcomes
DELETE FROM disputes WHERE stage = 'outcome' AND owner IN (SELECT owner FROM due)

-- name: dispute
INSERT INTO disputes VALUES (?, ?, ?, ?)

-- name: claim_dispute
-- What was said of a person's claims themselves.
SELECT problems FROM disputes WHERE owner = ? AND stage = 'claim'

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
