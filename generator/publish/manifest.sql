-- The manifest: what stands in output/, for whom, and made from what.

-- name: schema
-- `files` is the truth about output/. A row is written before its file is (with no fingerprint), so
-- that even after a crash no file stands there that the manifest does not know.
CREATE TABLE IF NOT EXISTS files (
    path        TEXT PRIMARY KEY,   -- relative to output/
    kind        TEXT NOT NULL,      -- portfolio, redirect, list, site or asset
    owner       TEXT,               -- user_id of whoever the bytes on disk speak of
    fingerprint BLOB,               -- of what the bytes were made from; NULL: not known to be whole
    size        INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS files_owner ON files (owner);
-- What the home page and the sitemap say of a person whose page stands.
CREATE TABLE IF NOT EXISTS entries (
    owner    TEXT PRIMARY KEY,
    sort_key TEXT NOT NULL,
    name     TEXT NOT NULL,
    headline TEXT NOT NULL,
    location TEXT,
    photo    TEXT,
    updated  TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_sorted ON entries (sort_key, owner);
-- The problems of a person's rows, kept so that a page that is not rebuilt still reports them.
CREATE TABLE IF NOT EXISTS problems (
    owner    TEXT PRIMARY KEY,
    problems BLOB NOT NULL
) WITHOUT ROWID;
-- Pages on their way from one address to another, so that none is lost where people swap theirs.
CREATE TABLE IF NOT EXISTS moving (
    owner TEXT PRIMARY KEY,
    body  BLOB NOT NULL
) WITHOUT ROWID;
-- What was taken away and not yet reported: a build that dies does not take its receipts with it.
CREATE TABLE IF NOT EXISTS receipts (
    path TEXT PRIMARY KEY
) WITHOUT ROWID;
-- Which state of the output this is: the folder's mark must say the same.
CREATE TABLE IF NOT EXISTS identity (
    id         TEXT NOT NULL,
    generation INTEGER NOT NULL
);
-- This build's claims and what became of them.
CREATE TABLE IF NOT EXISTS claims (
    owner        TEXT PRIMARY KEY,
    seniority    TEXT NOT NULL,     -- the smallest wins a collision
    slug         TEXT,              -- NULL where there is none or it is no safe segment
    slug_key     TEXT,
    username     TEXT,
    username_key TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS claims_slug_key ON claims (slug_key);
CREATE TABLE IF NOT EXISTS addresses (
    key     TEXT PRIMARY KEY,
    segment TEXT NOT NULL,
    owner   TEXT NOT NULL,
    kind    TEXT NOT NULL           -- portfolio or redirect
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS addresses_owner ON addresses (owner, kind);

-- name: forget_claims
DELETE FROM claims;

-- name: forget_addresses
DELETE FROM addresses;

-- name: claim
INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?)

-- name: settle_slugs
-- A slug belongs to the most senior of those who claim it.
INSERT INTO addresses (key, segment, owner, kind)
SELECT slug_key, slug, owner, 'portfolio' FROM (
    SELECT *, row_number() OVER (PARTITION BY slug_key ORDER BY seniority) AS place
    FROM claims WHERE slug IS NOT NULL)
WHERE place = 1

-- name: settle_usernames
-- Who has no slug stands at the username, unless it is somebody's slug.
INSERT INTO addresses (key, segment, owner, kind)
SELECT username_key, username, owner, 'portfolio' FROM (
    SELECT *, row_number() OVER (PARTITION BY username_key ORDER BY seniority) AS place
    FROM claims
    WHERE username IS NOT NULL
        AND username_key NOT IN (SELECT key FROM addresses)
        AND owner NOT IN (SELECT owner FROM addresses))
WHERE place = 1

-- name: settle_redirects
-- Who has both is also found at the username, if nobody stands there.
INSERT INTO addresses (key, segment, owner, kind)
SELECT username_key, username, owner, 'redirect' FROM (
    SELECT *, row_number() OVER (PARTITION BY username_key ORDER BY seniority) AS place
    FROM claims
    WHERE username IS NOT NULL
        AND username_key NOT IN (SELECT key FROM addresses)
        AND owner IN (SELECT owner FROM addresses WHERE kind = 'portfolio'))
WHERE place = 1

-- name: lost_slugs
-- Whose slug went to somebody else: owner, slug, and who has it.
SELECT c.owner, c.slug, a.owner FROM claims c JOIN addresses a ON a.key = c.slug_key
WHERE a.owner <> c.owner ORDER BY c.owner

-- name: lost_usernames
-- Whose username is somebody else's address, and who would have stood there.
SELECT c.owner, c.username, a.owner FROM claims c JOIN addresses a ON a.key = c.username_key
WHERE a.owner <> c.owner ORDER BY c.owner

-- name: homeless
-- Public people without any address.
SELECT owner FROM claims WHERE owner NOT IN (SELECT owner FROM addresses WHERE kind = 'portfolio')
ORDER BY owner

-- name: withdrawn
-- Files that speak of people who are not public any more.
SELECT path FROM files
WHERE owner IS NOT NULL AND owner NOT IN (SELECT owner FROM claims)

-- name: movers
-- Whole pages of people who stand elsewhere now: who, from where.
SELECT f.owner, f.path
FROM files f JOIN addresses a ON a.owner = f.owner AND a.kind = 'portfolio'
WHERE f.kind = 'portfolio' AND f.fingerprint IS NOT NULL
    AND f.path <> a.segment || '/index.html'
ORDER BY f.owner, f.path

-- name: stash
INSERT INTO moving VALUES (?, ?) ON CONFLICT (owner) DO NOTHING

-- name: arrivals
-- Whose pages are on their way, and to where; not where one stands whole already.
SELECT m.owner, a.segment || '/index.html'
FROM moving m JOIN addresses a ON a.owner = m.owner AND a.kind = 'portfolio'
WHERE NOT EXISTS (
    SELECT 1 FROM files f
    WHERE f.path = a.segment || '/index.html' AND f.owner = m.owner AND f.kind = 'portfolio'
        AND f.fingerprint IS NOT NULL)
ORDER BY m.owner

-- name: stashed
SELECT body FROM moving WHERE owner = ?

-- name: arrived
DELETE FROM moving

-- name: orphans
-- Pages at addresses that are nobody's now.
SELECT path FROM files
WHERE kind IN ('portfolio', 'redirect')
    AND path NOT IN (SELECT segment || '/index.html' FROM addresses)

-- name: forget_entries
DELETE FROM entries WHERE owner NOT IN (SELECT owner FROM claims)

-- name: forget_homeless_entries
DELETE FROM entries WHERE owner NOT IN (SELECT owner FROM addresses WHERE kind = 'portfolio')

-- name: forget_problems
DELETE FROM problems WHERE owner NOT IN (SELECT owner FROM claims)

-- name: address
-- Where a person stands.
SELECT segment FROM addresses WHERE owner = ? AND kind = 'portfolio'

-- name: find
-- Who stands at an address, or is sent on from it.
SELECT owner FROM addresses WHERE key = ?

-- name: keys
-- Addresses that begin alike, to suggest one.
SELECT key FROM addresses WHERE key >= ? ORDER BY key LIMIT 500

-- name: is_address
SELECT 1 FROM addresses WHERE segment || '/index.html' = ?

-- name: count_claims
SELECT count(*) FROM claims

-- name: redirects
-- From where to where, by owner; only to a page that stands.
SELECT r.owner, r.segment, p.segment
FROM addresses r
JOIN addresses p ON p.owner = r.owner AND p.kind = 'portfolio'
JOIN files f ON f.path = p.segment || '/index.html' AND f.owner = r.owner
    AND f.kind = 'portfolio' AND f.fingerprint IS NOT NULL
WHERE r.kind = 'redirect' ORDER BY r.owner

-- name: dead_redirects
-- Redirects whose people have no page that stands.
SELECT d.path FROM files d
WHERE d.kind = 'redirect' AND NOT EXISTS (
    SELECT 1 FROM addresses p
    JOIN files f ON f.path = p.segment || '/index.html' AND f.owner = p.owner
        AND f.kind = 'portfolio' AND f.fingerprint IS NOT NULL
    WHERE p.owner = d.owner AND p.kind = 'portfolio')

-- name: file
SELECT kind, owner, fingerprint, size FROM files WHERE path = ?

-- name: intend
-- A file is about to be written: what stands there is not known to be whole until `record`.
INSERT INTO files (path, kind, owner, fingerprint, size) VALUES (?, ?, ?, NULL, NULL)
ON CONFLICT (path) DO UPDATE
SET kind = excluded.kind, owner = excluded.owner, fingerprint = NULL, size = NULL

-- name: record
-- The file stands, whole.
INSERT INTO files (path, kind, owner, fingerprint, size) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE
SET kind = excluded.kind, owner = excluded.owner, fingerprint = excluded.fingerprint,
    size = excluded.size

-- name: forget_files
DELETE FROM files

-- name: forget_file
DELETE FROM files WHERE path = ?

-- name: receipt
INSERT INTO receipts VALUES (?) ON CONFLICT (path) DO NOTHING

-- name: receipts
SELECT path FROM receipts ORDER BY path

-- name: forget_receipts
DELETE FROM receipts

-- name: identity
SELECT id || '-' || generation FROM identity

-- name: advance
UPDATE identity SET generation = generation + 1

-- name: files_of_kind
SELECT path FROM files WHERE kind = ?

-- name: enter
INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (owner) DO UPDATE SET sort_key = excluded.sort_key, name = excluded.name,
    headline = excluded.headline, location = excluded.location, photo = excluded.photo,
    updated = excluded.updated

-- name: forget_entry
DELETE FROM entries WHERE owner = ?

-- name: count_entries
SELECT count(*) FROM entries

-- name: entries
-- People whose page stands, by name.
SELECT e.name, e.headline, e.location, e.photo, e.updated, a.segment
FROM entries e JOIN addresses a ON a.owner = e.owner AND a.kind = 'portfolio'
ORDER BY e.sort_key, e.owner

-- name: note_problems
INSERT INTO problems VALUES (?, ?) ON CONFLICT (owner) DO UPDATE SET problems = excluded.problems

-- name: clear_problems
DELETE FROM problems WHERE owner = ?

-- name: all_problems
SELECT problems FROM problems ORDER BY owner
