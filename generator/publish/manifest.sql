-- The manifest: what stands in output/, for whom, and made from what.

-- name: schema
-- `files` is the truth about output/: what was vouched for. What may have been written since is
-- `in_hand`, so that even after a crash no file stands there that the manifest does not know.
CREATE TABLE files (
    path        TEXT PRIMARY KEY,   -- relative to output/
    kind        TEXT NOT NULL,      -- portfolio, redirect, list, site, static or asset
    owner       TEXT,               -- user_id of whoever the bytes on disk speak of
    fingerprint BLOB,               -- of what the bytes were made from; empty: whole, but to be made
                                    -- again; NULL: not known to be whole
    size        INTEGER
) WITHOUT ROWID;
CREATE INDEX files_owner ON files (owner);
CREATE INDEX files_of_nobody ON files (kind) WHERE owner IS NULL;
-- Files that are being written: announced before, struck out when `files` vouches for them.
CREATE TABLE in_hand (
    path  TEXT PRIMARY KEY,
    kind  TEXT NOT NULL,
    owner TEXT,
    batch INTEGER NOT NULL
) WITHOUT ROWID;
-- What the last reading of a person's rows said: the theme they want, whether their page could be
-- built, and the problems of their rows, so that a page that is not read again still reports them.
CREATE TABLE readings (
    owner    TEXT PRIMARY KEY,
    theme    TEXT NOT NULL,
    failed   BLOB,                  -- the fingerprint of what no page could be made from, or NULL
    problems BLOB
) WITHOUT ROWID;
CREATE INDEX readings_theme ON readings (theme);
CREATE INDEX readings_failed ON readings (owner) WHERE failed IS NOT NULL;
CREATE INDEX readings_problems ON readings (owner) WHERE problems IS NOT NULL;
-- The problems of people's addresses: of what they claim, and of what became of it.
CREATE TABLE disputes (
    owner    TEXT NOT NULL,
    stage    TEXT NOT NULL,         -- claim or outcome
    failed   INTEGER NOT NULL,
    problems BLOB NOT NULL,
    PRIMARY KEY (owner, stage)
) WITHOUT ROWID;
-- What was told of people's problems. A person is here while they have any, or had some that are yet
-- to be told as mended. Digests, since what a problem says may be personal.
CREATE TABLE told (
    owner    TEXT PRIMARY KEY,
    digests  BLOB NOT NULL DEFAULT x'',     -- of the problems that were told, one after the other
    warnings INTEGER NOT NULL DEFAULT 0,    -- how many of them
    errors   INTEGER NOT NULL DEFAULT 0,
    changed  INTEGER NOT NULL DEFAULT 1     -- whether the problems may be others by now
) WITHOUT ROWID;
CREATE INDEX told_changed ON told (owner) WHERE changed;
CREATE INDEX told_errors ON told (owner) WHERE errors;
-- In the transaction that notes a person's problems, so that a build that dies leaves them to be
-- told by the next.
CREATE TRIGGER reading_noted AFTER INSERT ON readings WHEN new.problems IS NOT NULL
BEGIN
    INSERT INTO told (owner) VALUES (new.owner) ON CONFLICT (owner) DO UPDATE SET changed = 1;
END;
CREATE TRIGGER reading_changed AFTER UPDATE OF problems ON readings
WHEN new.problems IS NOT old.problems
BEGIN
    INSERT INTO told (owner) VALUES (new.owner) ON CONFLICT (owner) DO UPDATE SET changed = 1;
END;
CREATE TRIGGER reading_forgotten AFTER DELETE ON readings WHEN old.problems IS NOT NULL
BEGIN
    UPDATE told SET changed = 1 WHERE owner = old.owner;
END;
CREATE TRIGGER dispute_noted AFTER INSERT ON disputes
BEGIN
    INSERT INTO told (owner) VALUES (new.owner) ON CONFLICT (owner) DO UPDATE SET changed = 1;
END;
CREATE TRIGGER dispute_settled AFTER DELETE ON disputes
BEGIN
    UPDATE told SET changed = 1 WHERE owner = old.owner;
END;
-- Pages on their way from one address to another, so that none is lost where people swap theirs.
CREATE TABLE moving (
    owner TEXT PRIMARY KEY,
    body  BLOB NOT NULL
) WITHOUT ROWID;
-- The list of redirects is out of date as soon as one of them changes.
CREATE TRIGGER redirect_recorded AFTER INSERT ON files WHEN new.kind = 'redirect'
BEGIN
    DELETE FROM facts WHERE name = 'redirects';
END;
CREATE TRIGGER redirect_changed AFTER UPDATE ON files
WHEN 'redirect' IN (old.kind, new.kind) AND (old.kind, old.owner, old.fingerprint)
    IS NOT (new.kind, new.owner, new.fingerprint)
BEGIN
    DELETE FROM facts WHERE name = 'redirects';
END;
CREATE TRIGGER redirect_removed AFTER DELETE ON files WHEN old.kind = 'redirect'
BEGIN
    DELETE FROM facts WHERE name = 'redirects';
END;
-- What was taken away and not yet reported: a build that dies does not take its receipts with it.
CREATE TABLE receipts (
    path TEXT PRIMARY KEY
) WITHOUT ROWID;
-- Which state of the output this is: the folder's mark must say the same.
CREATE TABLE identity (
    id         TEXT NOT NULL,
    generation INTEGER NOT NULL
);
-- What else the last build went by, such as the grounds of a theme's pages and the moment it read.
CREATE TABLE facts (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
-- Every public person's claim to an address, and what became of it.
CREATE TABLE claims (
    owner               TEXT PRIMARY KEY,
    portfolio           TEXT NOT NULL,  -- the id of their row of portfolios, which problems name
    slug                TEXT,       -- NULL where there is none or it is no safe segment
    slug_key            TEXT,       -- equal for all spellings of an address
    slug_skeleton       TEXT,       -- equal for addresses that look alike
    slug_precedence     INTEGER,    -- the smallest has the address; NULL: after all others
    username            TEXT,
    username_key        TEXT,
    username_skeleton   TEXT,
    username_precedence INTEGER
) WITHOUT ROWID;
CREATE INDEX claims_slug_skeleton ON claims (slug_skeleton) WHERE slug_skeleton IS NOT NULL;
CREATE INDEX claims_username_skeleton ON claims (username_skeleton)
WHERE username_skeleton IS NOT NULL;
CREATE TABLE addresses (
    key     TEXT PRIMARY KEY,
    skeleton TEXT NOT NULL,
    segment TEXT NOT NULL,
    owner   TEXT NOT NULL,
    kind    TEXT NOT NULL           -- portfolio or redirect
) WITHOUT ROWID;
CREATE UNIQUE INDEX addresses_owner ON addresses (owner, kind);
CREATE INDEX addresses_skeleton ON addresses (skeleton);
-- People whose page a build has yet to look at. It outlives a build that dies.
CREATE TABLE due (
    owner TEXT PRIMARY KEY
) WITHOUT ROWID;

-- name: recover
-- A build died while it wrote these files. Each is whole: the one before, or the new one. Where
-- somebody else's stood there before, it was removed.
INSERT INTO files (path, kind, owner, fingerprint, size)
SELECT path, kind, owner, NULL, NULL FROM in_hand WHERE true
ON CONFLICT (path) DO UPDATE SET
    fingerprint = CASE WHEN files.fingerprint IS NOT NULL AND files.owner IS excluded.owner
        AND files.kind = excluded.kind THEN x'' END,
    kind = excluded.kind, owner = excluded.owner, size = NULL

-- name: count_in_hand
SELECT count(*) FROM in_hand

-- name: forget_in_hand
DELETE FROM in_hand

-- name: announce
-- A file is about to be written, in a batch.
INSERT INTO in_hand (path, kind, owner, batch) VALUES (?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE
SET kind = excluded.kind, owner = excluded.owner, batch = excluded.batch

-- name: taken_over
-- Files of a batch at whose paths somebody else's stand.
SELECT h.path FROM in_hand h JOIN files f ON f.path = h.path
WHERE h.batch = ? AND f.owner IS NOT NULL AND f.owner IS NOT h.owner

-- name: finish_batch
DELETE FROM in_hand WHERE batch = ?

-- name: file
SELECT kind, owner, fingerprint, size FROM files WHERE path = ?

-- name: record
-- The file stands, whole.
INSERT INTO files (path, kind, owner, fingerprint, size) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE
SET kind = excluded.kind, owner = excluded.owner, fingerprint = excluded.fingerprint,
    size = excluded.size

-- name: distrust
-- The file is whole, but to be made again.
UPDATE files SET fingerprint = x'' WHERE path = ?

-- name: forget_files
DELETE FROM files

-- name: forget_file
DELETE FROM files WHERE path = ?

-- name: files_of_kind
SELECT path FROM files WHERE kind = ? AND owner IS NULL

-- name: count_files
SELECT count(*) FROM files

-- name: sizes
-- The files that were vouched for after a path, and their owners.
SELECT path, size, owner FROM files WHERE path > ? AND fingerprint IS NOT NULL
ORDER BY path LIMIT ?

-- name: sizes_of_nobody
-- Those that are nobody's own.
SELECT path, size, owner FROM files WHERE owner IS NULL AND fingerprint IS NOT NULL

-- name: sizes_after
-- Those of people after a path.
SELECT path, size, owner FROM files
WHERE path > ? AND owner IS NOT NULL AND fingerprint IS NOT NULL ORDER BY path LIMIT ?

-- name: withdrawn
-- Files that speak of people who are not public any more.
SELECT path FROM files
WHERE owner IN (SELECT owner FROM due) AND owner NOT IN (SELECT owner FROM claims)

-- name: departed
-- People who are not public any more, or have no address.
SELECT owner FROM due
WHERE NOT EXISTS (
    SELECT 1 FROM addresses a WHERE a.owner = due.owner AND a.kind = 'portfolio')

-- name: forget_departed
-- Not while a file of theirs could not be removed.
DELETE FROM due WHERE NOT EXISTS (
    SELECT 1 FROM addresses a WHERE a.owner = due.owner AND a.kind = 'portfolio')
    AND NOT EXISTS (SELECT 1 FROM files f WHERE f.owner = due.owner)

-- name: forget_readings
DELETE FROM readings
WHERE owner IN (SELECT owner FROM due)
    AND NOT EXISTS (
    SELECT 1 FROM addresses a WHERE a.owner = readings.owner AND a.kind = 'portfolio')

-- name: forget_told
-- Of who is not public any more nothing is kept.
DELETE FROM told
WHERE owner IN (SELECT owner FROM due) AND owner NOT IN (SELECT owner FROM claims)

-- name: movers
-- Whole pages of people who stand elsewhere now: who, from where.
SELECT f.owner, f.path
FROM due d
CROSS JOIN files f ON f.owner = d.owner  -- CROSS: in this order, from the few to the many
CROSS JOIN addresses a ON a.owner = f.owner AND a.kind = 'portfolio'
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
-- Pages at addresses that are not these people's now.
SELECT f.owner, f.path FROM due d CROSS JOIN files f ON f.owner = d.owner
WHERE f.kind IN ('portfolio', 'redirect') AND NOT EXISTS (
    SELECT 1 FROM addresses a WHERE a.owner = f.owner AND f.path = a.segment || '/index.html')

-- name: note_pages
-- Where people's pages stand before a build.
CREATE TEMP TABLE pages_before AS
SELECT owner, path FROM files WHERE kind = 'portfolio' AND fingerprint IS NOT NULL

-- name: moves
-- Pages that stood elsewhere before: from where, and to where.
SELECT b.path, f.path
FROM pages_before b
JOIN files f ON f.owner = b.owner AND f.kind = 'portfolio' AND f.path <> b.path
WHERE NOT EXISTS (SELECT 1 FROM files s
    WHERE s.path = b.path AND s.owner = b.owner AND s.kind = 'portfolio')
ORDER BY b.path

-- name: redirects
-- The redirects that stand: from which file, and to whose segment.
SELECT f.path, a.segment
FROM files f CROSS JOIN addresses a ON a.owner = f.owner AND a.kind = 'portfolio'
WHERE f.kind = 'redirect' AND f.fingerprint IS NOT NULL
ORDER BY f.path LIMIT ?

-- name: everybody_due
INSERT INTO due SELECT owner FROM claims WHERE true ON CONFLICT DO NOTHING

-- name: owners_due
-- Everybody that a file speaks of.
INSERT INTO due SELECT DISTINCT owner FROM files WHERE owner IS NOT NULL ON CONFLICT DO NOTHING

-- name: one_due
INSERT INTO due VALUES (?) ON CONFLICT DO NOTHING

-- name: theme_due
INSERT INTO due SELECT owner FROM readings WHERE theme = ? ON CONFLICT DO NOTHING

-- name: due
SELECT owner FROM due ORDER BY owner

-- name: due_addresses
SELECT d.owner, a.segment FROM due d CROSS JOIN addresses a ON a.owner = d.owner AND a.kind = 'portfolio'

-- name: count_due
SELECT count(*) FROM due

-- name: done
DELETE FROM due WHERE owner = ?

-- name: orders
-- The next people whose pages are to be looked at, by owner: where they stand, and what stands there
-- and at their redirect, and what failed. Given twice: JSON array of the owners meant, or NULL for all.
SELECT d.owner, a.segment, f.kind, f.owner, f.fingerprint, f.size,
    r.segment, g.kind, g.owner, g.fingerprint, g.size, e.failed
FROM due d
CROSS JOIN addresses a ON a.owner = d.owner AND a.kind = 'portfolio'
LEFT JOIN files f ON f.path = a.segment || '/index.html'
LEFT JOIN addresses r ON r.owner = d.owner AND r.kind = 'redirect'
LEFT JOIN files g ON g.path = r.segment || '/index.html'
LEFT JOIN readings e ON e.owner = d.owner
WHERE d.owner > :after AND (:only IS NULL OR d.owner IN (SELECT value FROM json_each(:only)))
ORDER BY d.owner LIMIT :limit

-- name: receipt
INSERT INTO receipts VALUES (?) ON CONFLICT (path) DO NOTHING

-- name: receipts
SELECT path FROM receipts ORDER BY path

-- name: forget_receipts
DELETE FROM receipts

-- name: identity
SELECT id || '-' || generation FROM identity

-- name: id
SELECT id FROM identity

-- name: advance
UPDATE identity SET generation = generation + 1

-- name: fact
SELECT value FROM facts WHERE name = ?

-- name: set_fact
INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: forget_fact
DELETE FROM facts WHERE name = ?

-- name: forget_facts
DELETE FROM facts

-- name: note_reading
INSERT INTO readings VALUES (?, ?, ?, ?) ON CONFLICT (owner) DO UPDATE
SET theme = excluded.theme, failed = excluded.failed, problems = excluded.problems

-- name: themes_wanted
-- Each theme once, by as many steps in the index.
WITH RECURSIVE wanted (theme) AS (
    SELECT min(theme) FROM readings
    UNION ALL
    SELECT (SELECT min(r.theme) FROM readings r WHERE r.theme > w.theme)
    FROM wanted w WHERE w.theme IS NOT NULL)
SELECT theme FROM wanted WHERE theme IS NOT NULL

-- name: affected
-- The next people after an owner who have problems to be told: those whose problems may be others by
-- now, and, where it is asked for, those who have errors, or everybody who has any. Who they are, what
-- their address, its claim and their rows are reported for, and what was told.
SELECT o.owner, e.name, a.segment, c.problems, d.problems, r.problems, t.digests, t.changed
FROM (
    SELECT owner FROM told WHERE changed AND owner > :after
    UNION SELECT owner FROM told WHERE errors AND :errors AND owner > :after
    UNION SELECT owner FROM told WHERE :everybody AND owner > :after
    ORDER BY owner LIMIT :limit
) o
CROSS JOIN told t ON t.owner = o.owner
LEFT JOIN entries e ON e.owner = o.owner
LEFT JOIN addresses a ON a.owner = o.owner AND a.kind = 'portfolio'
LEFT JOIN disputes c ON c.owner = o.owner AND c.stage = 'claim'
LEFT JOIN disputes d ON d.owner = o.owner AND d.stage = 'outcome'
LEFT JOIN readings r ON r.owner = o.owner
ORDER BY o.owner

-- name: affected_among
-- The same of some people: a JSON array of owners.
SELECT t.owner, e.name, a.segment, c.problems, d.problems, r.problems, t.digests, t.changed
FROM json_each(:only) o
CROSS JOIN told t ON t.owner = o.value
LEFT JOIN entries e ON e.owner = t.owner
LEFT JOIN addresses a ON a.owner = t.owner AND a.kind = 'portfolio'
LEFT JOIN disputes c ON c.owner = t.owner AND c.stage = 'claim'
LEFT JOIN disputes d ON d.owner = t.owner AND d.stage = 'outcome'
LEFT JOIN readings r ON r.owner = t.owner
WHERE t.changed OR (:errors AND t.errors) OR :everybody
ORDER BY t.owner

-- name: note_told
UPDATE told SET digests = ?, warnings = ?, errors = ?, changed = 0 WHERE owner = ?

-- name: mended
-- A person who has no problems.
DELETE FROM told WHERE owner = ?

-- name: count_warnings
-- How many warnings there are, of everybody or of some: a JSON array of owners, or NULL.
SELECT coalesce(sum(warnings), 0) FROM told
WHERE :only IS NULL OR owner IN (SELECT value FROM json_each(:only))

-- name: disputes
SELECT problems FROM disputes
WHERE :only IS NULL OR owner IN (SELECT value FROM json_each(:only))
ORDER BY owner, stage

-- name: failed
-- Everybody whose page could not be built.
SELECT owner FROM (
    SELECT owner FROM readings WHERE failed IS NOT NULL UNION SELECT owner FROM disputes WHERE failed)
WHERE :only IS NULL OR owner IN (SELECT value FROM json_each(:only))
ORDER BY owner
