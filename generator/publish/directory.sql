-- The directory: whom the site's own pages name, how these pages are cut, and which are out of date.

-- name: schema
-- What the site's own pages say of a person whose page stands.
CREATE TABLE entries (
    owner    TEXT PRIMARY KEY,
    sort_key TEXT NOT NULL,
    name     TEXT NOT NULL,
    headline TEXT NOT NULL,
    location TEXT,
    photo    TEXT,
    updated  TEXT NOT NULL,
    segment  TEXT NOT NULL,
    dice     INTEGER NOT NULL,      -- 60 bits of the owner's hash
    level    INTEGER NOT NULL       -- up to which level of the directory they begin a page
) WITHOUT ROWID;
-- With whom a page of the directory begins: a row for each level. Made by the triggers below.
CREATE TABLE nodes (
    level    INTEGER NOT NULL,
    sort_key TEXT NOT NULL,
    owner    TEXT NOT NULL,
    segment  TEXT NOT NULL,
    dice     INTEGER NOT NULL,
    PRIMARY KEY (level, sort_key, owner)
) WITHOUT ROWID;
CREATE INDEX nodes_segment ON nodes (segment, level);
-- Places in the order of people where the pages are out of date.
CREATE TABLE stale (
    sort_key TEXT NOT NULL,
    owner    TEXT NOT NULL,
    level    INTEGER NOT NULL,      -- -1: a person looks different; 0: one came, went or moved; more:
                                    -- up to that level a page that begins with them did
    PRIMARY KEY (sort_key, owner)
) WITHOUT ROWID;
-- Pages that came to an end; some may have begun anew since, or never have been written.
CREATE TABLE gone (
    level    INTEGER NOT NULL,
    segment  TEXT NOT NULL,         -- '': a level's first page
    PRIMARY KEY (level, segment)
) WITHOUT ROWID;
-- What holds for all pages; one row.
CREATE TABLE lists (
    people_per_page INTEGER NOT NULL,
    grounds         BLOB NOT NULL,      -- a hash of what the pages are made of besides people
    top             INTEGER NOT NULL,   -- the highest level that has pages
    whole           INTEGER NOT NULL    -- whether every page is out of date: then `stale` is not kept
);
INSERT INTO lists VALUES (0, x'', 0, 1);
CREATE TABLE levels (level INTEGER PRIMARY KEY);
INSERT INTO levels
WITH RECURSIVE numbers (level) AS (SELECT 1 UNION ALL SELECT level + 1 FROM numbers LIMIT 60)
SELECT level FROM numbers;

CREATE TRIGGER node_moves AFTER UPDATE OF sort_key, segment, level ON entries
WHEN (old.sort_key, old.segment, old.level) <> (new.sort_key, new.segment, new.level)
    AND (old.level > 0 OR new.level > 0)
BEGIN
    DELETE FROM nodes
    WHERE level IN (SELECT level FROM levels WHERE level <= old.level)
        AND sort_key = old.sort_key AND owner = old.owner;
    INSERT INTO nodes
    SELECT level, new.sort_key, new.owner, new.segment, new.dice FROM levels WHERE level <= new.level;
END;
CREATE TRIGGER node_ends AFTER DELETE ON entries WHEN old.level > 0
BEGIN
    DELETE FROM nodes
    WHERE level IN (SELECT level FROM levels WHERE level <= old.level)
        AND sort_key = old.sort_key AND owner = old.owner;
END;
CREATE TRIGGER node_gone AFTER DELETE ON nodes
BEGIN
    INSERT INTO gone VALUES (old.level, old.segment) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER entered AFTER INSERT ON entries WHEN NOT (SELECT whole FROM lists)
BEGIN
    INSERT INTO stale VALUES (new.sort_key, new.owner, 0)
    ON CONFLICT DO UPDATE SET level = max(level, excluded.level);
END;
CREATE TRIGGER changed AFTER UPDATE ON entries
WHEN NOT (SELECT whole FROM lists)
    AND (old.sort_key, old.name, old.headline, old.location, old.photo, old.segment, old.level)
        IS NOT (new.sort_key, new.name, new.headline, new.location, new.photo, new.segment,
            new.level)
BEGIN
    INSERT INTO stale
    SELECT old.sort_key, old.owner, old.level WHERE old.sort_key <> new.sort_key
    ON CONFLICT DO UPDATE SET level = max(level, excluded.level);
    INSERT INTO stale VALUES (new.sort_key, new.owner,
        iif((old.sort_key, old.segment, old.level) = (new.sort_key, new.segment, new.level),
            -1, max(old.level, new.level)))
    ON CONFLICT DO UPDATE SET level = max(level, excluded.level);
END;
CREATE TRIGGER left AFTER DELETE ON entries WHEN NOT (SELECT whole FROM lists)
BEGIN
    INSERT INTO stale VALUES (old.sort_key, old.owner, old.level)
    ON CONFLICT DO UPDATE SET level = max(level, excluded.level);
END;

-- name: index_names
-- Indexes are made when pages are first asked for: a first build's people are entered without them.
CREATE INDEX IF NOT EXISTS entries_sorted ON entries (sort_key, owner, dice)

-- name: index_dates
CREATE INDEX IF NOT EXISTS entries_recent ON entries (updated DESC, sort_key, owner)

-- name: enter
-- A person, new or changed; one who is as before changes nothing.
INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
ON CONFLICT (owner) DO UPDATE SET sort_key = excluded.sort_key, name = excluded.name,
    headline = excluded.headline, location = excluded.location, photo = excluded.photo,
    updated = excluded.updated, segment = excluded.segment
WHERE (sort_key, name, headline, location, photo, updated, segment) IS NOT (excluded.sort_key,
    excluded.name, excluded.headline, excluded.location, excluded.photo, excluded.updated,
    excluded.segment)

-- name: leave
DELETE FROM entries WHERE owner = ?

-- name: lists
SELECT people_per_page, grounds, top, whole FROM lists

-- name: make_all
UPDATE lists SET whole = 1

-- name: remake
-- The pages with the person that a page begins with are to be made again.
INSERT INTO stale SELECT sort_key, owner, -1 FROM nodes WHERE segment = :segment AND level = :level
ON CONFLICT DO NOTHING

-- name: remake_first
-- So are the first page of every level, and the home page.
INSERT INTO stale VALUES ('', '', -1) ON CONFLICT DO NOTHING

-- name: set_size
UPDATE lists SET people_per_page = ?

-- name: set_grounds
UPDATE lists SET grounds = ?

-- name: move
UPDATE entries SET segment = :segment WHERE owner = :owner AND segment <> :segment

-- name: set_top
UPDATE lists SET top = ?

-- name: rise
-- New levels have pages: all of these are to be made, and the level's first.
INSERT INTO stale
SELECT sort_key, owner, level FROM nodes WHERE level > :before AND level <= :top
UNION ALL SELECT '', '', -1
ON CONFLICT DO UPDATE SET level = max(level, excluded.level)

-- name: fall
-- Levels have no pages any more.
INSERT INTO gone
SELECT level, segment FROM nodes WHERE level > :top AND level <= :before
UNION ALL SELECT level, '' FROM levels WHERE level > :top AND level <= :before
ON CONFLICT DO NOTHING

-- name: stale
SELECT sort_key, owner, level FROM stale ORDER BY sort_key, owner

-- name: is_stale
SELECT whole OR EXISTS (SELECT 1 FROM stale) FROM lists

-- name: gone
-- Pages that ended and did not begin again.
SELECT level, segment FROM gone AS g
WHERE level > (SELECT top FROM lists)
    OR segment <> ''
        AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.segment = g.segment AND n.level = g.level)
ORDER BY level, segment

-- name: settle_whole
UPDATE lists SET whole = 0 WHERE whole

-- name: settle_stale
DELETE FROM stale

-- name: settle_gone
DELETE FROM gone

-- name: more_people
-- A row if there are more than so many people.
SELECT 1 FROM entries LIMIT 1 OFFSET ?

-- name: more_nodes
-- A row if there are more than so many pages that begin with somebody on a level.
SELECT 1 FROM nodes WHERE level = ? LIMIT 1 OFFSET ?

-- name: people
SELECT name, headline, location, photo, segment FROM entries
WHERE (sort_key, owner) >= (?, ?) AND (sort_key, owner) < (?, ?) ORDER BY sort_key, owner

-- name: recent
SELECT name, headline, location, photo, segment FROM entries
ORDER BY updated DESC, sort_key, owner LIMIT ?

-- name: name_from
-- The name of the first person at or after a place.
SELECT name FROM entries WHERE (sort_key, owner) >= (?, ?) ORDER BY sort_key, owner LIMIT 1

-- name: name_before
-- The name of the last person before a place.
SELECT name FROM entries WHERE (sort_key, owner) < (?, ?)
ORDER BY sort_key DESC, owner DESC LIMIT 1

-- name: nodes
-- The pages of a level that begin in a range.
SELECT sort_key, owner, segment FROM nodes
WHERE level = ? AND (sort_key, owner) >= (?, ?) AND (sort_key, owner) < (?, ?)
ORDER BY sort_key, owner

-- name: node_at
-- The page of a level on which a place is.
SELECT sort_key, owner, segment FROM nodes WHERE level = ? AND (sort_key, owner) <= (?, ?)
ORDER BY sort_key DESC, owner DESC LIMIT 1

-- name: node_before
SELECT sort_key, owner, segment FROM nodes WHERE level = ? AND (sort_key, owner) < (?, ?)
ORDER BY sort_key DESC, owner DESC LIMIT 1

-- name: node_after
SELECT sort_key, owner, segment FROM nodes WHERE level = ? AND (sort_key, owner) > (?, ?)
ORDER BY sort_key, owner LIMIT 1
