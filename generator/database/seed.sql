-- name: one_at_a_time
-- Two seeds at once would meet at the same keys; the second waits here. Any number does, if it is
-- this software's alone.
SELECT pg_advisory_xact_lock(7945171);

-- name: columns
-- The columns of some tables, in their order. Generated columns are left out: nobody may write them.
SELECT n.nspname || '.' || c.relname,
       a.attname,
       format_type(a.atttypid, a.atttypmod),
       a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname || '.' || c.relname = ANY (%(relations)s)
  AND c.relkind IN ('r', 'p')
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND a.attgenerated = ''
ORDER BY c.oid, a.attnum;

-- name: rules
-- Their constraints and unique indexes: which columns each is about, and what it says.
SELECT n.nspname || '.' || c.relname,
       r.name,
       ARRAY(SELECT a.attname FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum = ANY (r.columns)
             ORDER BY array_position(r.columns, a.attnum))::text[],
       r.definition
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN LATERAL (
    SELECT conname AS name, conkey AS columns, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint
    WHERE conrelid = c.oid
    UNION ALL
    SELECT i.relname, x.indkey::int2[], 'UNIQUE'
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid = c.oid
      AND x.indisunique
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = c.oid)
) r ON true
WHERE n.nspname || '.' || c.relname = ANY (%(relations)s);

-- name: strays
-- Rows the samples once added (their ids start with the samples' own mark) and no longer hold.
-- So do a few of all other ids: these are of version 4 or 7, the samples' of version 5.
DELETE FROM {relation}
WHERE id BETWEEN %(first)s AND %(last)s AND substr(id::text, 15, 1) = '5' AND id <> ALL (%(kept)s)
RETURNING {parent};

-- name: free_names
-- Slugs and usernames are unique at every statement, so two people can swap theirs only if both let
-- go first.
WITH slugs AS (
    UPDATE public.portfolios SET slug = NULL
    FROM unnest(%(owners)s::uuid[], %(slugs)s::text[]) AS wanted (owner, slug)
    WHERE user_id = wanted.owner
      AND portfolios.slug IS DISTINCT FROM wanted.slug
      AND portfolios.slug IS NOT NULL
)
UPDATE public.profiles SET username = NULL
FROM unnest(%(owners)s::uuid[], %(usernames)s::text[]) AS wanted (owner, username)
WHERE id = wanted.owner
  AND profiles.username IS DISTINCT FROM wanted.username
  AND profiles.username IS NOT NULL;

-- name: last_synthetic
-- The synthetic person with the highest number; it stands in the id.
SELECT id FROM auth.users WHERE id BETWEEN %(first)s AND %(last)s ORDER BY id DESC LIMIT 1;

-- name: remove_technologies
-- The technologies of projects whose owner's id is in a range, and of a version that real ids aren't.
DELETE FROM public.project_tech_stack WHERE project_id IN (
    SELECT id FROM public.projects
    WHERE user_id BETWEEN %(first)s AND %(last)s AND substr(user_id::text, 15, 1) = %(version)s
);

-- name: remove_rows
-- Likewise the rows of a table, by the column that names their owner.
DELETE FROM {relation}
WHERE {owner} BETWEEN %(first)s AND %(last)s AND substr({owner}::text, 15, 1) = %(version)s;
