-- The sitemaps: which there are, and which are out of date. They list the people of `entries`.

-- name: schema
CREATE TABLE sitemaps (
    bits   TEXT PRIMARY KEY,        -- with which the dice of its people begin
    leaf   INTEGER NOT NULL,        -- 0: it was cut in two, or put together with others
    filled INTEGER NOT NULL,        -- 0: it has nobody, and no file
    stale  INTEGER NOT NULL         -- 1: its file is to be written, or removed
) WITHOUT ROWID;
INSERT INTO sitemaps VALUES ('', 1, 0, 1);
-- Places in the order of dice where the sitemaps are out of date. Not kept while there is but one,
-- and all of it is: so a site of any size is entered at once.
CREATE TABLE stale_urls (dice INTEGER PRIMARY KEY);
CREATE TRIGGER url_entered AFTER INSERT ON entries
WHEN NOT EXISTS (SELECT 1 FROM sitemaps WHERE bits = '' AND leaf AND stale)
BEGIN
    INSERT INTO stale_urls VALUES (new.dice) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER url_changed AFTER UPDATE OF segment, updated ON entries
WHEN (old.segment, old.updated) <> (new.segment, new.updated)
    AND NOT EXISTS (SELECT 1 FROM sitemaps WHERE bits = '' AND leaf AND stale)
BEGIN
    INSERT INTO stale_urls VALUES (new.dice) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER url_left AFTER DELETE ON entries
WHEN NOT EXISTS (SELECT 1 FROM sitemaps WHERE bits = '' AND leaf AND stale)
BEGIN
    INSERT INTO stale_urls VALUES (old.dice) ON CONFLICT DO NOTHING;
END;

-- name: index_dice
-- Made when sitemaps are first asked for.
CREATE INDEX IF NOT EXISTS entries_dice ON entries (dice, segment, updated)

-- name: make_all
UPDATE sitemaps SET stale = 1

-- name: remake
UPDATE sitemaps SET stale = 1 WHERE bits = :bits AND leaf

-- name: remake_index
-- The index is made with any of them.
UPDATE sitemaps SET stale = 1 WHERE bits = (SELECT min(bits) FROM sitemaps WHERE leaf)

-- name: stale_leaves
SELECT bits FROM sitemaps WHERE leaf AND stale ORDER BY bits

-- name: next_url
-- The first change at or after a place.
SELECT min(dice) FROM stale_urls WHERE dice >= ?

-- name: leaf_of
-- The sitemap of a place: of those that begin before it, the last.
SELECT bits FROM sitemaps WHERE leaf AND bits <= ? ORDER BY bits DESC LIMIT 1

-- name: more
-- A row if there are more than so many people in a range of dice.
SELECT 1 FROM entries WHERE dice >= ? AND dice < ? LIMIT 1 OFFSET ?

-- name: urls
SELECT segment, updated FROM entries WHERE dice >= ? AND dice < ? ORDER BY dice, segment, updated

-- name: retire
-- Every sitemap whose bits begin alike ('2' comes after '0' and '1').
UPDATE sitemaps SET leaf = 0, filled = 0, stale = 1
WHERE bits >= :bits AND bits < :bits || '2' AND leaf

-- name: grow
INSERT INTO sitemaps VALUES (?, 1, ?, 1)
ON CONFLICT DO UPDATE SET leaf = 1, filled = excluded.filled, stale = 1

-- name: is_stale
SELECT EXISTS (SELECT 1 FROM sitemaps WHERE stale)

-- name: to_write
SELECT bits FROM sitemaps WHERE stale AND filled ORDER BY bits

-- name: to_remove
SELECT bits FROM sitemaps WHERE stale AND NOT filled ORDER BY bits

-- name: filled
SELECT bits FROM sitemaps WHERE filled ORDER BY bits

-- name: settle_retired
DELETE FROM sitemaps WHERE NOT leaf

-- name: settle_stale
UPDATE sitemaps SET stale = 0 WHERE stale

-- name: settle_urls
DELETE FROM stale_urls
